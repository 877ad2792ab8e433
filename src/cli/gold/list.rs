//! `gleaner gold list PROJECT`.

use std::io::Write;
use std::path::PathBuf;

use super::set_json;
use crate::annotate::gold_set_lines;
use crate::cli::out::visible;
use crate::cli::{Outcome, open, out};

/// Arguments of `gleaner gold list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let sets = open::project(&args.project)?.gold_sets()?;
    let mut stdout = out::stdout();
    if args.json {
        let sets: Vec<_> = sets.iter().map(set_json).collect();
        serde_json::to_writer_pretty(&mut stdout, &sets)?;
        writeln!(stdout)?;
    } else if sets.is_empty() {
        out::note("no gold set yet: `gleaner gold freeze` makes one of what is submitted");
    } else {
        for set in &sets {
            writeln!(stdout, "{}", visible(&set.name))?;
            for line in gold_set_lines(set) {
                writeln!(stdout, "  {}", visible(&line))?;
            }
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}
