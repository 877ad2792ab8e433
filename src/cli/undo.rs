//! `gleaner undo PROJECT`: takes back your last edit, wherever it was made.

use std::io::Write;
use std::path::PathBuf;

use super::{Outcome, open, out};

/// Arguments of `gleaner undo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// Do the last undone edit again
    #[arg(long)]
    redo: bool,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let mut project = open::project(&args.project)?;
    let annotator = open::annotator(who)?;
    let (done, word) =
        if args.redo { (project.redo(&annotator)?, "redid") } else { (project.undo(&annotator)?, "undid") };
    let mut stdout = out::stdout();
    let outcome = match done {
        Some(undone) => {
            writeln!(stdout, "{word}: {}", out::visible(&undone.reason))?;
            Outcome::Done
        }
        None => {
            let what = if args.redo { "redo" } else { "undo" };
            writeln!(stdout, "nothing to {what} for {}", out::visible(&annotator))?;
            Outcome::Partly
        }
    };
    stdout.flush()?;
    Ok(outcome)
}
