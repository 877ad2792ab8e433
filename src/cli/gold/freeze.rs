//! `gleaner gold freeze PROJECT NAME`.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::set_json;
use crate::annotate::gold_set_lines;
use crate::cli::out::{counted, visible};
use crate::cli::{Outcome, open, out};
use crate::dataset::Status;
use crate::store::{Choice, Project, StoreError};

/// Arguments of `gleaner gold freeze`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// What the set is called
    name: String,
    /// Only this annotator's responses; needed where several have answered the same documents
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// Only so many documents, drawn at random
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// With --sample: another seed draws other documents, the same one the same
    #[arg(long, value_name = "S", default_value_t = 1, requires = "sample")]
    seed: u64,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let mut project = open::project(&args.project)?;
    let actor = open::annotator(who)?;
    if let Some(name) = &args.annotator {
        known(&project, name)?;
    }
    let sample = args.sample.map(|n| (usize::try_from(n).unwrap_or(usize::MAX), args.seed));
    let choice = Choice { annotator: args.annotator.clone(), sample };
    let frozen = project.freeze_gold(&actor, &args.name, &choice).map_err(|error| match error {
        StoreError::GoldUndecided { ref annotators, .. } => {
            let choices: Vec<String> = annotators.iter().map(|a| format!("--annotator {a}")).collect();
            anyhow::anyhow!("{error}: {}", choices.join(" or "))
        }
        StoreError::NothingToFreeze(_) => {
            anyhow::anyhow!("{error}; open it with `gleaner {}`, Enter submits a document", args.project.display())
        }
        error => error.into(),
    })?;
    let set = project.gold_set(&frozen.name)?;
    let unfinished = unfinished(&project, args.annotator.as_deref())?;
    let mut stdout = out::stdout();
    if args.json {
        let mut answer = set_json(&set);
        answer["left_out"] = json!({"not_drawn": frozen.not_drawn, "not_submitted": unfinished});
        writeln!(stdout, "{answer}")?;
    } else {
        writeln!(stdout, "frozen as {}: {}", visible(&set.name), gold_set_lines(&set)[0])?;
        if frozen.not_drawn > 0 {
            writeln!(stdout, "left out: {} not drawn", counted(frozen.not_drawn, "submitted document"))?;
        }
        if unfinished > 0 {
            writeln!(stdout, "left out: {} not submitted", counted(unfinished, "document"))?;
        }
        for line in gold_set_lines(&set).iter().skip(2) {
            writeln!(stdout, "{}", visible(line))?;
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// There is something submitted by this annotator, or an error that says by whom there is.
fn known(project: &Project, name: &str) -> anyhow::Result<()> {
    let names: Vec<String> = project.annotators(&[Status::Submitted])?.into_iter().map(|(name, _)| name).collect();
    anyhow::ensure!(
        names.iter().any(|n| n == name),
        "'{name}' has submitted nothing in this project; there are submitted documents by {}",
        if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
    );
    Ok(())
}

/// Documents that nobody, or not this annotator, has submitted.
fn unfinished(project: &Project, annotator: Option<&str>) -> anyhow::Result<u64> {
    let documents = project.counts("")?.documents;
    let submitted = match annotator {
        Some(name) => project.counts(name)?.submitted,
        // Nobody has shared a document, else nothing was frozen.
        None => project.annotators(&[Status::Submitted])?.iter().map(|(_, n)| n).sum(),
    };
    Ok(documents.saturating_sub(submitted))
}
