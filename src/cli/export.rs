//! `gleaner export PROJECT`: documents and spans in a format that trainers and tools read.
//!
//! A file is complete or not there: it is written beside its place and moved when it is whole.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use sha2::{Digest, Sha256};

use super::args::LabelArgs;
use super::out::{counted, note};
use super::{Outcome, open, out};
use crate::dataset::format::{Format, Losses, Misaligned, WriteOptions, Writer};
use crate::dataset::{DocumentId, Record, Status};
use crate::evaluate::MAX_WIDTH;
use crate::store::{Project, RecordQuery};

/// Arguments of `gleaner export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// jsonl, text, csv, tsv, conll, hf, spacy or gliner
    #[arg(long)]
    format: Format,
    /// Responses with this status: pending, draft, submitted, discarded or all; repeat for more
    #[arg(long, value_name = "STATUS", default_value = "submitted")]
    status: Vec<String>,
    /// Only this annotator's responses
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// The predictions of this run instead of responses
    #[arg(long, value_name = "RUN", conflicts_with = "annotator")]
    run: Option<String>,
    /// With --run: only predictions that score above this
    #[arg(long, value_name = "SCORE", value_parser = super::args::score, default_value_t = 0.5)]
    threshold: f32,
    #[command(flatten)]
    labels: LabelArgs,
    /// Divide into train/dev/test files by these shares, such as 80/10/10
    #[arg(long, value_name = "SHARES", requires = "output")]
    split: Option<String>,
    /// Another seed divides otherwise
    #[arg(long, default_value_t = 1)]
    seed: u64,
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

const PAGE: usize = 200;

pub(crate) fn run(args: &Args, _who: Option<&str>) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.format.can_write(), "{} can only be imported", args.format);
    let project = open::project(&args.project)?;
    let query = query(args, &project)?;
    let options = options(args.misaligned, args.array);
    let (written, losses) = match (&args.split, &args.output) {
        (Some(shares), Some(output)) => write_parts(args, &project, &query, &options, shares, output)?,
        (_, output) => write_one(args.format, &project, &query, &options, output.as_deref())?,
    };
    say_written(written, &losses, args.output.as_deref());
    if written == 0 {
        note(&nothing(args, &project)?);
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

/// How records are written.
pub(super) fn options(misaligned: Misaligned, array: bool) -> WriteOptions {
    WriteOptions { misaligned, array, max_width: Some(MAX_WIDTH), ..WriteOptions::default() }
}

/// Writes the records of a query to a file, which is there whole or not at all, or to standard output.
pub(super) fn write_one(
    format: Format,
    project: &Project,
    query: &RecordQuery,
    options: &WriteOptions,
    output: Option<&Path>,
) -> anyhow::Result<(u64, Losses)> {
    let Some(output) = output else {
        let mut stdout = out::stdout();
        let done = write_all(format, project, query, options, &mut stdout)?;
        stdout.flush()?;
        return Ok(done);
    };
    let mut file = Whole::create(output)?;
    let done = write_all(format, project, query, options, &mut file.out)
        .with_context(|| format!("{}: not written", output.display()))?;
    file.keep()?;
    Ok(done)
}

/// Says how much was written, and what the format could not hold.
pub(super) fn say_written(written: u64, losses: &Losses, output: Option<&Path>) {
    let to = output.map_or_else(String::new, |p| format!(" to {}", p.display()));
    note(&format!("{} written{to}", counted(written, "document")));
    if !losses.is_empty() {
        note(&losses.to_string());
    }
}

/// Why nothing was written, and what to do.
fn nothing(args: &Args, project: &Project) -> anyhow::Result<String> {
    let answered = project.annotators(&[])?;
    Ok(if answered.is_empty() {
        "no document is annotated yet; --status pending writes the texts".to_owned()
    } else {
        let who: Vec<String> = answered.iter().map(|(name, n)| format!("{name} {n}")).collect();
        format!(
            "nothing has the status {}; there are responses by {} (--status all writes every one)",
            args.status.join(", "),
            who.join(", ")
        )
    })
}

fn query(args: &Args, project: &Project) -> anyhow::Result<RecordQuery> {
    let mut query = RecordQuery { threshold: args.threshold, ..RecordQuery::default() };
    let all = args.status.iter().any(|s| s == "all");
    for word in args.status.iter().filter(|s| *s != "all") {
        query.statuses.push(word.parse::<Status>().map_err(anyhow::Error::msg)?);
    }
    if all {
        query.statuses.clear();
    }
    query.unanswered = all || query.statuses.contains(&Status::Pending);
    if let Some(name) = &args.run {
        query.run = Some(project.run(name)?.id);
    }
    query.labels = args.labels.folded().labels;
    let known: Vec<String> = project.labels()?.into_iter().map(|l| l.name).collect();
    if let Some(unknown) = query.labels.iter().find(|l| !known.contains(l)) {
        anyhow::bail!("no label '{unknown}' in this project; it has {}", known.join(", "));
    }
    let annotators = project.annotators(&[])?;
    if let Some(name) = &args.annotator {
        let names: Vec<&str> = annotators.iter().map(|(n, _)| n.as_str()).collect();
        anyhow::ensure!(
            names.contains(&name.as_str()),
            "no responses by '{name}' in this project; there are some by {}",
            if names.is_empty() { "nobody".to_owned() } else { names.join(", ") }
        );
        query.annotator = Some(name.clone());
    } else if query.run.is_none() && args.format != Format::Jsonl {
        // Everywhere but in our own format a document has one answer; which one is not ours to guess.
        let shared = project.shared_documents(&query.statuses)?;
        if shared > 0 {
            let who: Vec<String> = annotators.iter().map(|(n, _)| format!("--annotator {n}")).collect();
            anyhow::bail!("{shared} documents have responses of several annotators; choose with {}", who.join(" or "));
        }
    }
    Ok(query)
}

/// Every record of the query, in order.
fn each(
    project: &Project,
    query: &RecordQuery,
    mut f: impl FnMut(DocumentId, &Record) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut after = DocumentId(0);
    loop {
        let page = project.records(query, after, PAGE)?;
        for (id, record) in &page.records {
            f(*id, record)?;
        }
        match page.last {
            Some(last) => after = last,
            None => return Ok(()),
        }
    }
}

fn write_all(
    format: Format,
    project: &Project,
    query: &RecordQuery,
    options: &WriteOptions,
    out: &mut dyn Write,
) -> anyhow::Result<(u64, Losses)> {
    let mut writer = Writer::new(format, out, options.clone())?;
    each(project, query, |_, record| Ok(writer.write(record)?))?;
    let written = writer.written();
    Ok((written, writer.finish()?))
}

/// Names of the parts, by how many shares there are.
fn part_names(shares: &[f64]) -> &'static [&'static str] {
    match shares.len() {
        2 => &["train", "dev"],
        _ => &["train", "dev", "test"],
    }
}

fn write_parts(
    args: &Args,
    project: &Project,
    query: &RecordQuery,
    options: &WriteOptions,
    shares: &str,
    output: &Path,
) -> anyhow::Result<(u64, Losses)> {
    let shares = parse_shares(shares)?;
    let names = part_names(&shares);
    let mut keys = Vec::new();
    each(project, query, |id, record| {
        keys.push((id, group_key(id, record)));
        Ok(())
    })?;
    let parts = divide(&keys, &shares, args.seed);
    let paths: Vec<PathBuf> = names.iter().take(shares.len()).map(|name| part_path(output, name)).collect();
    let mut files = paths.iter().map(|p| Whole::create(p)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut writers = files
        .iter_mut()
        .map(|f| Ok(Writer::new(args.format, &mut f.out, options.clone())?))
        .collect::<anyhow::Result<Vec<_>>>()?;
    each(project, query, |id, record| {
        if let Some(part) = parts.get(&id) {
            writers[*part].write(record).with_context(|| format!("{}: not written", paths[*part].display()))?;
        }
        Ok(())
    })?;
    let (mut written, mut losses) = (0, Losses::default());
    for (writer, path) in writers.into_iter().zip(&paths) {
        written += writer.written();
        note(&format!("{}: {}", path.display(), counted(writer.written(), "document")));
        losses.merge(writer.finish().with_context(|| format!("{}: not written", path.display()))?);
    }
    for file in files {
        file.keep()?;
    }
    Ok((written, losses))
}

/// What stays together: the parts of one document.
fn group_key(id: DocumentId, record: &Record) -> String {
    match &record.provenance.parent {
        Some((parent, _)) => format!("parent {parent}"),
        None => format!("document {}", record.id.clone().unwrap_or_else(|| id.to_string())),
    }
}

fn parse_shares(text: &str) -> anyhow::Result<Vec<f64>> {
    let shares: Option<Vec<f64>> = text.split('/').map(|s| s.trim().parse().ok()).collect();
    let shares = shares.filter(|s| (2..=3).contains(&s.len()) && s.iter().all(|n: &f64| n.is_finite() && *n >= 0.0));
    let total: f64 = shares.iter().flatten().sum();
    shares
        .filter(|_| total > 0.0)
        .with_context(|| format!("--split '{text}': write two or three shares such as 80/20 or 80/10/10"))
}

/// Which part each document goes to: in the order of a seeded hash, each part is filled to its share. The same seed and
/// documents give the same parts on every machine.
fn divide(keys: &[(DocumentId, String)], shares: &[f64], seed: u64) -> HashMap<DocumentId, usize> {
    let mut groups: HashMap<&str, Vec<DocumentId>> = HashMap::new();
    for (id, key) in keys {
        groups.entry(key).or_default().push(*id);
    }
    let mut order: Vec<([u8; 32], &str)> =
        groups.keys().map(|key| (Sha256::digest(format!("{seed} {key}")).into(), *key)).collect();
    order.sort();
    let total: f64 = shares.iter().sum();
    let mut edges = Vec::new();
    let mut sum = 0.0;
    for share in shares {
        sum += share;
        edges.push((sum / total * keys.len() as f64).round() as usize);
    }
    let (mut parts, mut placed) = (HashMap::new(), 0);
    for (_, key) in order {
        let part = edges.iter().position(|edge| placed < *edge).unwrap_or(shares.len() - 1);
        for id in &groups[key] {
            parts.insert(*id, part);
        }
        placed += groups[key].len();
    }
    parts
}

/// `data.jsonl` and `train` → `data.train.jsonl`.
fn part_path(output: &Path, name: &str) -> PathBuf {
    let extension = output.extension().map_or_else(String::new, |e| format!(".{}", e.to_string_lossy()));
    let stem = output.file_stem().map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    output.with_file_name(format!("{stem}.{name}{extension}"))
}

/// A file that is there whole or not at all.
struct Whole {
    out: BufWriter<File>,
    unfinished: PathBuf,
    place: PathBuf,
    kept: bool,
}

impl Whole {
    fn create(place: &Path) -> anyhow::Result<Self> {
        let mut name = place.file_name().map(ToOwned::to_owned).unwrap_or_default();
        name.push(".part");
        let unfinished = place.with_file_name(name);
        let file = File::create(&unfinished).with_context(|| format!("{}: cannot be written", place.display()))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 16, file), unfinished, place: place.to_path_buf(), kept: false })
    }

    fn keep(mut self) -> anyhow::Result<()> {
        let failed = || format!("{}: not written", self.place.display());
        self.out.flush().with_context(failed)?;
        self.out.get_ref().sync_all().with_context(failed)?;
        std::fs::rename(&self.unfinished, &self.place)
            .with_context(|| format!("{}: cannot be written", self.place.display()))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if !self.kept {
            let _ = std::fs::remove_file(&self.unfinished);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_kept_and_parts_of_one_document_stay_together() {
        let keys: Vec<_> = (0..100).map(|i| (DocumentId(i), format!("{}", i / 2))).collect();
        let parts = divide(&keys, &[80.0, 10.0, 10.0], 7);
        let count = |part| parts.values().filter(|p| **p == part).count();
        assert_eq!((count(0), count(1), count(2)), (80, 10, 10));
        assert!((0..50).all(|i| parts[&DocumentId(2 * i)] == parts[&DocumentId(2 * i + 1)]));
        assert_eq!(parts, divide(&keys, &[80.0, 10.0, 10.0], 7));
        assert_ne!(parts, divide(&keys, &[80.0, 10.0, 10.0], 8));
    }

    #[test]
    fn bad_shares_are_refused() {
        for text in ["", "80", "80/x", "0/0", "1/2/3/4", "-1/2"] {
            assert!(parse_shares(text).is_err(), "{text}");
        }
        assert!(parse_shares("80/20").is_ok());
    }
}
