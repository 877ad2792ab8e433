//! `gleaner gold remove PROJECT NAME`.

use std::io::Write;
use std::path::PathBuf;

use super::set_json;
use crate::cli::out::{counted, visible};
use crate::cli::{Outcome, open, out};

/// Arguments of `gleaner gold remove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The set
    name: String,
    /// What was removed, as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let mut project = open::project(&args.project)?;
    let actor = open::annotator(who)?;
    let set = project.gold_set(&args.name)?;
    project.remove_gold(&actor, &args.name)?;
    let mut stdout = out::stdout();
    if args.json {
        writeln!(stdout, "{}", set_json(&set))?;
    } else {
        let (name, project) = (visible(&set.name), args.project.display());
        let documents = counted(set.documents, "document");
        writeln!(stdout, "removed gold set {name} of {documents}; `gleaner undo {project}` brings it back")?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}
