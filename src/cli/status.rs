//! `gleaner status PROJECT`: how far a project is.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::out::{counted, visible};
use super::{Outcome, open, out};

/// Arguments of `gleaner status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// As JSON
    #[arg(long)]
    json: bool,
    /// Rebuild every view from the edits and compare (slow on large projects)
    #[arg(long)]
    verify: bool,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let annotator = open::annotator(who)?;
    let card = project.task_card()?;
    let counts = project.counts(&annotator)?;
    let mut labels = Vec::new();
    for label in project.labels()? {
        let uses = project.label_uses(label.id)?;
        labels.push((label, uses));
    }
    let runs = project.runs()?;
    let annotators = project.annotators(&[])?;
    let verification = if args.verify { Some(project.verify()?) } else { None };
    let sound = verification.as_ref().is_none_or(|v| v.problems.is_empty());
    let mut stdout = out::stdout();
    if args.json {
        let answer = json!({
            "project": args.project, "name": card.name, "annotator": annotator,
            "documents": counts.documents, "pending": counts.pending, "draft": counts.draft,
            "submitted": counts.submitted, "discarded": counts.discarded,
            "annotators": annotators.iter().map(|(name, n)| json!({"name": name, "answered": n})).collect::<Vec<_>>(),
            "labels": labels.iter().map(|(l, n)| json!({"name": l.name, "spans": n, "archived": l.archived})).collect::<Vec<_>>(),
            "runs": runs.iter().map(|r| json!({"name": r.name, "model": r.spec.model, "live": r.live})).collect::<Vec<_>>(),
            "verified": verification.as_ref().map(|v| json!({"edits": v.edits, "problems": v.problems})),
        });
        serde_json::to_writer_pretty(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        writeln!(stdout, "{}: {}", visible(&card.name), counted(counts.documents, "document"))?;
        writeln!(
            stdout,
            "{}: {} submitted, {} draft, {} discarded, {} pending",
            visible(&annotator),
            counts.submitted,
            counts.draft,
            counts.discarded,
            counts.pending
        )?;
        for (name, answered) in annotators.iter().filter(|(name, _)| *name != annotator) {
            writeln!(stdout, "{}: {answered} answered", visible(name))?;
        }
        for (label, uses) in &labels {
            let archived = if label.archived { " (archived)" } else { "" };
            writeln!(stdout, "{uses:>8}  {}{archived}", visible(&label.name))?;
        }
        for run in runs.iter().filter(|run| !run.live) {
            writeln!(stdout, "run {}: {}", visible(&run.name), visible(&run.spec.model))?;
        }
        if let Some(found) = &verification {
            let problems = counted(found.problems.len() as u64, "problem");
            writeln!(stdout, "verified: {} replayed, {problems}", counted(found.edits, "edit"))?;
            for problem in &found.problems {
                writeln!(stdout, "  {}", visible(problem))?;
            }
        }
    }
    stdout.flush()?;
    Ok(if sound { Outcome::Done } else { Outcome::Partly })
}
