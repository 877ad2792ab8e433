//! `gleaner bench quality MODEL… --gold FILE…`: models side by side on the same documents, in one run.
//!
//! Each file is a source with a label set of its own: the labels that occur in it, or those a JSON file
//! `{"source": ["label", …]}` gives for its name.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;

use super::super::progress::Progress;
use super::super::{Outcome, model, open, out, score};
use crate::dataset::Record;
use crate::dataset::format::{self, ReadOptions};
use crate::evaluate::{Counts, Mode};
use crate::gliner::{DecodeOptions, Gliner, SuggestOptions, decode};

/// Arguments of `gleaner bench quality`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `mini` or model folders
    #[arg(required = true)]
    models: Vec<String>,
    /// Files with gold spans, in any format that can be imported; a source each
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    gold: Vec<PathBuf>,
    /// Label sets by source: {"source": ["label", …]}
    #[arg(long, value_name = "FILE")]
    label_sets: Option<PathBuf>,
    /// At most this many labels of a source, the first in order
    #[arg(long, value_name = "N", default_value_t = 25)]
    most_labels: usize,
    /// At most this many documents of a source, the first
    #[arg(long, value_name = "N", default_value_t = usize::MAX, hide_default_value = true)]
    most_documents: usize,
    /// A span needs a score above this
    #[arg(long, default_value_t = 0.5)]
    threshold: f32,
    /// Threads [default: one a core]
    #[arg(long, default_value_t = 0)]
    threads: usize,
}

/// Documents asked for together.
const BATCH: usize = 64;

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let sets: BTreeMap<String, Vec<String>> = match &args.label_sets {
        None => BTreeMap::new(),
        Some(path) => serde_json::from_reader(open::readable(path)?)
            .with_context(|| format!("{}: not a JSON object of lists of labels", path.display()))?,
    };
    let models =
        args.models.iter().map(|name| model::open(name, None, args.threads)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut progress = Progress::new("quality", Some(args.gold.len() as u64));
    let mut stdout = out::stdout();
    write!(stdout, "{:<28}{:>7}{:>7}", "source", "labels", "docs")?;
    for name in &args.models {
        let short = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name);
        write!(stdout, "{:>24}", out::visible(short))?;
    }
    writeln!(stdout, "\n{:<42}{}", "", "       P       R      F1 ".repeat(models.len()))?;
    let mut totals = vec![Counts::default(); models.len()];
    let mut means = vec![0.0; models.len()];
    for (done, path) in args.gold.iter().enumerate() {
        let source = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        let source = source.split('.').next().unwrap_or_default().to_owned();
        progress.at(done as u64, || source.clone());
        let records: Vec<Record> = format::open(path, None, &ReadOptions::default())?
            .records
            .take(args.most_documents)
            .collect::<Result<_, _>>()
            .with_context(|| path.display().to_string())?;
        let mut labels = sets.get(&source).cloned().unwrap_or_else(|| labels_of(&records));
        labels.truncate(args.most_labels);
        write!(stdout, "{source:<28}{:>7}{:>7}", labels.len(), records.len())?;
        for ((model, total), mean) in models.iter().zip(&mut totals).zip(&mut means) {
            let c = count(model, &records, &labels, args.threshold)?;
            total.merge(&c);
            *mean += c.f1(Mode::Strict) / args.gold.len() as f64;
            write!(stdout, "{}", rates(&c))?;
        }
        writeln!(stdout)?;
    }
    write!(stdout, "{:<42}", "all, micro")?;
    for total in &totals {
        write!(stdout, "{}", rates(total))?;
    }
    write!(stdout, "\n{:<42}", "mean F1 of the sources")?;
    for mean in &means {
        write!(stdout, "{mean:>24.4}")?;
    }
    writeln!(stdout)?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// The labels that occur, sorted.
fn labels_of(records: &[Record]) -> Vec<String> {
    let spans = records.iter().flat_map(|r| &r.responses).flat_map(|r| &r.spans);
    spans.map(|s| s.label.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Precision, recall and F1 in their columns.
fn rates(c: &Counts) -> String {
    let mode = Mode::Strict;
    format!("{:>8.4}{:>8.4}{:>8.4}", c.precision(mode), c.recall(mode), c.f1(mode))
}

/// Counts one source. Gold spans of labels that are not asked for are left out.
fn count(model: &Gliner, records: &[Record], labels: &[String], threshold: f32) -> anyhow::Result<Counts> {
    let options = DecodeOptions { threshold, ..DecodeOptions::default() };
    let mut said = Vec::with_capacity(records.len());
    for batch in records.chunks(BATCH) {
        let texts: Vec<&str> = batch.iter().map(|r| r.text.as_str()).collect();
        let found = model.candidates(&texts, labels, &SuggestOptions::default())?;
        said.extend(found.iter().map(|candidates| decode(candidates, &options)));
    }
    let documents = records.iter().zip(&said).map(|(record, said)| {
        let gold = record.responses.iter().flat_map(|r| &r.spans).map(|s| (s.range, s.label.as_str()));
        (gold, said.iter().map(|c| (c.range, labels[c.class].as_str())))
    });
    Ok(*score::evaluation(labels, documents).overall(Mode::Strict))
}
