//! `gleaner remove PROJECT ID…`: documents out of the project, undoable.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use super::{Outcome, open, out};
use crate::store::{Change, DocumentState, Group};

/// Arguments of `gleaner remove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// Ids (or numbers) of the documents
    #[arg(required = true)]
    ids: Vec<String>,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let mut project = open::project(&args.project)?;
    let actor = open::annotator(who)?;
    let mut changes = Vec::new();
    for id in &args.ids {
        let document = project
            .find_document(id)?
            .with_context(|| format!("no document '{id}' in {}; nothing was removed", args.project.display()))?;
        let before = DocumentState { removed: false, version: document.version };
        let change =
            Change::Document { document: document.id, before, after: DocumentState { removed: true, ..before } };
        if !changes.contains(&change) {
            changes.push(change);
        }
    }
    let n = changes.len();
    let what = if n == 1 { format!("document {}", args.ids[0]) } else { format!("{n} documents") };
    project.commit(&Group { actor, reason: format!("remove {what}"), changes })?;
    let mut stdout = out::stdout();
    let said = format!("removed {what}; `gleaner undo {}` brings it back", args.project.display());
    writeln!(stdout, "{}", out::visible(&said))?;
    stdout.flush()?;
    Ok(Outcome::Done)
}
