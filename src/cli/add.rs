//! `gleaner add PROJECT`: one document, typed, pasted or piped.

use std::io::{self, IsTerminal, Read, Write};
use std::path::PathBuf;

use anyhow::Context;

use super::{Outcome, open, out};
use crate::dataset::{Provenance, Record};
use crate::store::ImportOptions;

/// Arguments of `gleaner add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The text; without it, standard input until its end
    text: Option<String>,
    /// An id of your own
    #[arg(long)]
    id: Option<String>,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.id.as_ref().is_none_or(|id| !id.trim().is_empty()),
        "the id is empty; give one with --id ID, or leave --id out"
    );
    let mut project = open::project(&args.project)?;
    let annotator = open::annotator(who)?;
    let (text, source) = match &args.text {
        Some(text) if text != "-" => (text.clone(), "typed"),
        _ => (read_text()?, "stdin"),
    };
    anyhow::ensure!(!text.trim().is_empty(), "the text is empty; nothing was added");
    let record = Record {
        id: args.id.clone(),
        text,
        provenance: Provenance { source: source.to_owned(), ..Provenance::default() },
        ..Record::default()
    };
    let options = ImportOptions { source: source.to_owned(), annotator, ..ImportOptions::default() };
    let mut import = project.import(options)?;
    import.add(record)?;
    let report = import.finish()?;
    let what = match (report.added, report.changed_texts) {
        (1, _) => "added",
        (_, 1) => "the text of this id has changed: kept as a new version",
        _ if report.removed > 0 => "left out: this document was removed from the project",
        _ => "nothing to do: this text is in the project already",
    };
    let mut stdout = out::stdout();
    writeln!(stdout, "{what}")?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

fn read_text() -> anyhow::Result<String> {
    if io::stdin().is_terminal() {
        out::note("Type or paste the text; Ctrl-D on an empty line ends it.");
    }
    let mut bytes = Vec::new();
    io::stdin().lock().read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).ok().context("the text is not valid UTF-8; nothing was added")?;
    // The line break a shell or an editor puts at the end is not part of the text.
    Ok(text.strip_suffix("\r\n").or_else(|| text.strip_suffix('\n')).map_or(text.clone(), str::to_owned))
}
