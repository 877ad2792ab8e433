//! `gleaner gold export PROJECT NAME`.

use std::path::PathBuf;

use crate::cli::{Outcome, export, open};
use crate::dataset::Status;
use crate::dataset::format::{Format, Misaligned};
use crate::store::{RecordQuery, gold_annotator};

/// Arguments of `gleaner gold export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The set
    name: String,
    /// jsonl, text, csv, tsv, conll, hf, spacy or gliner
    #[arg(long)]
    format: Format,
    /// Spans off word borders, in formats made of words: snap, drop or fail
    #[arg(long, value_name = "HOW", default_value = "snap")]
    misaligned: Misaligned,
    /// GLiNER: one JSON array instead of a record a line
    #[arg(long)]
    array: bool,
    /// The file to write [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.format.can_write(), "{} can only be imported", args.format);
    let project = open::project(&args.project)?;
    project.require_gold_set(&args.name)?;
    let query = RecordQuery {
        annotator: Some(gold_annotator(&args.name)),
        statuses: vec![Status::Submitted],
        ..RecordQuery::default()
    };
    let options = export::options(args.misaligned, args.array);
    let (written, losses) = export::write_one(args.format, &project, &query, &options, args.output.as_deref())?;
    export::say_written(written, &losses, args.output.as_deref());
    Ok(Outcome::Done)
}
