//! `gleaner bench suggest MODEL --input FILE`: words, tokens, model and decoding, as a person's request does them.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use serde_json::{Value, json};

use super::super::args::LabelArgs;
use super::super::{Outcome, model, open, out};
use super::{cpu_seconds, peak_memory};
use crate::gliner::{DecodeOptions, Gliner, SuggestOptions, decode};

/// Arguments of `gleaner bench suggest`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// `mini` or a model folder
    model: String,
    /// JSON lines with `text`, or a JSON array of strings
    #[arg(long, value_name = "FILE")]
    input: PathBuf,
    #[command(flatten)]
    labels: LabelArgs,
    /// Threads [default: one a core]
    #[arg(long, default_value_t = 0)]
    threads: usize,
    /// Texts asked for together
    #[arg(long, default_value_t = 8)]
    batch: usize,
    /// Counted repeats, after one that is not counted
    #[arg(long, default_value_t = 5)]
    repeats: usize,
    /// Where the backbone's tokenizer and configuration are
    #[arg(long, value_name = "DIR")]
    backbone: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// The labels of the throughput test that the official package is timed with.
const LABELS: [&str; 5] = ["person", "organization", "location", "date", "product"];

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.batch > 0 && args.repeats > 0, "--batch and --repeats must be at least 1");
    let texts = texts(&args.input)?;
    anyhow::ensure!(!texts.is_empty(), "{}: no texts", args.input.display());
    let mut labels = args.labels.folded().labels;
    if labels.is_empty() {
        labels = LABELS.map(str::to_owned).to_vec();
    }
    let begun = Instant::now();
    let model = model::open(&args.model, args.backbone.as_deref(), args.threads)?;
    let load = begun.elapsed().as_secs_f64();
    let tokens = tokens(&model, &texts, &labels)?;
    let mut runs = Vec::new();
    let mut spans = 0;
    for repeat in 0..=args.repeats {
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        spans = once(&model, &texts, &labels, args.batch)?;
        if repeat > 0 {
            runs.push((wall.elapsed().as_secs_f64(), cpu_seconds() - cpu));
        }
    }
    let n = texts.len() as f64;
    let median = |pick: fn(&(f64, f64)) -> f64| {
        let mut values: Vec<f64> = runs.iter().map(pick).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let (wall, cpu) = (median(|r| r.0), median(|r| r.1));
    let best = runs.iter().map(|r| r.0).fold(f64::INFINITY, f64::min);
    let memory = peak_memory();
    let mut stdout = out::stdout();
    if args.json {
        let answer = json!({
            "model": model.name(), "threads": model.threads(), "texts": texts.len(), "labels": labels.len(),
            "batch": args.batch, "repeats": args.repeats, "sequences_per_s": n / wall, "best_sequences_per_s": n / best,
            "tokens_per_s": tokens as f64 / wall, "cpu_s_per_sequence": cpu / n, "load_s": load,
            "peak_mb": memory, "spans": spans,
        });
        serde_json::to_writer(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        writeln!(
            stdout,
            "{}: {} texts, {} labels, {} threads, batch {}, median of {} runs",
            model.name(),
            texts.len(),
            labels.len(),
            model.threads(),
            args.batch,
            args.repeats
        )?;
        writeln!(stdout, "{:>10.1} sequences/s (best run {:.1})", n / wall, n / best)?;
        writeln!(stdout, "{:>10.0} tokens/s (subtokens, the prompt's included)", tokens as f64 / wall)?;
        writeln!(stdout, "{:>10.2} CPU ms a sequence", cpu / n * 1e3)?;
        writeln!(stdout, "{:>10.0} ms to load", load * 1e3)?;
        if let Some(memory) = memory {
            writeln!(stdout, "{memory:>10.0} MB peak memory")?;
        }
        writeln!(stdout, "{spans:>10} spans at 0.5")?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// Everything a request does, `batch` texts at a time; the number of spans.
fn once(model: &Gliner, texts: &[String], labels: &[String], batch: usize) -> anyhow::Result<usize> {
    let mut spans = 0;
    for chunk in texts.chunks(batch) {
        let chunk: Vec<&str> = chunk.iter().map(String::as_str).collect();
        for candidates in model.candidates(&chunk, labels, &SuggestOptions::default())? {
            spans += decode(&candidates, &DecodeOptions::default()).len();
        }
    }
    Ok(spans)
}

/// Subtokens that the encoder reads for all texts.
fn tokens(model: &Gliner, texts: &[String], labels: &[String]) -> anyhow::Result<usize> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let words: Vec<_> = texts.iter().map(|t| model.words(t, false)).collect();
    let prompts = model.prompts(labels, false)?;
    let sequences = model.sequences(&texts, &words, &prompts, false)?;
    Ok(sequences.iter().map(|s| s.encoded.input_ids.len()).sum())
}

/// Texts of a JSON array of strings, or of JSON lines.
fn texts(path: &std::path::Path) -> anyhow::Result<Vec<String>> {
    let content = std::io::read_to_string(open::readable(path)?)?;
    if content.trim_start().starts_with('[') {
        return serde_json::from_str(&content)
            .with_context(|| format!("{}: not a JSON array of strings", path.display()));
    }
    let mut texts = Vec::new();
    for (number, line) in content.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let value: Value =
            serde_json::from_str(line).with_context(|| format!("{}:{}: not JSON", path.display(), number + 1))?;
        let text = value["text"].as_str();
        texts.push(text.with_context(|| format!("{}:{}: no `text`", path.display(), number + 1))?.to_owned());
    }
    Ok(texts)
}
