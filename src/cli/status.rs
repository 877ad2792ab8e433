//! `gleaner status PROJECT`: how far a project is.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::gold::set_json;
use super::out::{counted, visible};
use super::{Outcome, open, out};
use crate::annotate::{gold_set_lines, progress_lines};
use crate::dataset::LabelId;
use crate::store::AnnotatorTally;

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
    let tally = project.tally()?;
    let labels: Vec<_> = project.labels()?.into_iter().map(|l| (tally.label(l.id).spans, l)).collect();
    let name = |id: LabelId| {
        let label = labels.iter().find(|(_, l)| l.id == id);
        label.map_or_else(|| format!("label {}", id.0), |(_, l)| visible(&l.name).into_owned())
    };
    let runs = project.runs()?;
    let noted = project.note_counts()?;
    let verification = if args.verify { Some(project.verify()?) } else { None };
    let sound = verification.as_ref().is_none_or(|v| v.problems.is_empty());
    let mut stdout = out::stdout();
    if args.json {
        let answer = json!({
            "project": args.project, "name": card.name, "annotator": annotator,
            "documents": counts.documents, "pending": counts.pending, "draft": counts.draft,
            "submitted": counts.submitted, "discarded": counts.discarded,
            "notes": noted.notes, "flags": noted.flags, "read_only": project.is_read_only(),
            "labels": labels.iter().map(|(n, l)| json!({"name": l.name, "spans": n, "archived": l.archived})).collect::<Vec<_>>(),
            "annotators": tally.annotators.iter().map(|a| annotator_json(a, tally.documents, name)).collect::<Vec<_>>(),
            "runs": runs.iter().map(|r| json!({"name": r.name, "model": r.spec.model, "live": r.live})).collect::<Vec<_>>(),
            "gold": tally.gold.iter().map(set_json).collect::<Vec<_>>(),
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
        if noted.notes + noted.flags > 0 {
            let (notes, flags) = (counted(noted.notes, "note"), counted(noted.flags, "flag"));
            writeln!(stdout, "{notes}, {flags}")?;
        }
        for (uses, label) in &labels {
            let archived = if label.archived { " (archived)" } else { "" };
            writeln!(stdout, "{uses:>8}  {}{archived}", visible(&label.name))?;
        }
        for run in runs.iter().filter(|run| !run.live) {
            writeln!(stdout, "run {}: {}", visible(&run.name), visible(&run.spec.model))?;
        }
        for set in &tally.gold {
            writeln!(stdout, "gold set {}: {}", visible(&set.name), visible(&gold_set_lines(set)[0]))?;
        }
        for person in &tally.annotators {
            writeln!(stdout, "{}", visible(&person.annotator))?;
            for line in progress_lines(person, tally.documents, name) {
                writeln!(stdout, "  {line}")?;
            }
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

/// What one annotator has done: seconds are of active time, `seconds_left` is an estimate or nothing.
fn annotator_json(person: &AnnotatorTally, documents: u64, name: impl Fn(LabelId) -> String) -> serde_json::Value {
    json!({
        "annotator": person.annotator,
        "submitted": person.submitted, "blind": person.blind, "draft": person.draft,
        "discarded": person.discarded, "left": person.left(documents),
        "spans": person.spans(),
        "labels": person.labels.iter().map(|(l, n)| json!({"name": name(*l), "spans": n})).collect::<Vec<_>>(),
        "decisions": {
            "accepted": person.accepted, "rejected": person.rejected,
            "relabelled": person.relabelled, "rebounded": person.rebounded, "bulk": person.bulk,
        },
        "seconds_active": person.seconds,
        "seconds_per_submitted": person.seconds_per_document(),
        "submitted_per_hour": person.per_hour(),
        "seconds_left": person.seconds_left(documents),
    })
}
