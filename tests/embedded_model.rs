//! The model inside the binary: it answers without any file, and int8 costs it next to nothing.
//!
//! The comparison with the half-precision original reads `../shared` (skipped, visibly, where that is missing):
//!
//!     cargo test --release --test embedded_model -- --nocapture                             # a sample
//!     GLEANER_DEV_SENTENCES=all cargo test --release --test embedded_model -- --nocapture   # all of it

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use gleaner::evaluate::{Class, Counts, Given, Mode, Rules, Table};
use gleaner::gliner::{DecodeOptions, Gliner, SuggestOptions, decode};
use gleaner::text::CharRange;
use serde_json::Value;

/// The model reads at most so many labels at once; larger sets are sampled.
const MOST_LABELS: usize = 25;

#[test]
fn the_embedded_model_answers_without_a_file() {
    let gliner = Gliner::embedded(1).unwrap();
    assert_eq!((gliner.name(), gliner.max_width(), gliner.window()), ("gleaner-mini", 12, 120));
    let labels = ["person", "product", "location", "date"].map(str::to_owned);
    let text = "Maria Fontes bought a Rolex Submariner in Geneva on 3 May 2021.";
    let found = gliner.candidates(&[text], &labels, &SuggestOptions::default()).unwrap();
    let kept = decode(&found[0], &DecodeOptions::default());
    let shown: Vec<(&str, &str)> =
        kept.iter().map(|c| (&text[c.range.start..c.range.end], labels[c.class].as_str())).collect();
    let expected =
        [("Maria Fontes", "person"), ("Rolex Submariner", "product"), ("Geneva", "location"), ("3 May 2021", "date")];
    assert_eq!(shown, expected);
}

/// A sentence with its gold spans and the labels to look for.
struct Sentence {
    text: String,
    gold: Vec<(CharRange, String)>,
    labels: Vec<String>,
}

fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let there = shared.join("ner/dev").is_dir() && shared.join("models/gleaner-mini").is_dir();
    if !there {
        eprintln!("SKIPPED: {} has no ner/dev and models/gleaner-mini", shared.display());
    }
    there.then_some(shared)
}

/// At most `each` sentences of every source, spread evenly.
fn sentences(shared: &Path, each: usize) -> Vec<Sentence> {
    let sets = std::fs::read_to_string(shared.join("ner/label_sets.json")).unwrap();
    let sets: Value = serde_json::from_str(&sets).unwrap();
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(shared.join("ner/dev")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut sentences = Vec::new();
    for path in files {
        let source = path.file_name().unwrap().to_str().unwrap().split('.').next().unwrap();
        let all: Vec<String> = serde_json::from_value(sets[source].clone()).unwrap();
        let lines = zstd::decode_all(std::fs::File::open(&path).unwrap()).unwrap();
        let lines: Vec<&str> = std::str::from_utf8(&lines).unwrap().lines().collect();
        let step = (lines.len() as f64 / each as f64).max(1.0);
        let picked = (0..).map(|i| (i as f64 * step) as usize).take_while(|&at| at < lines.len());
        sentences.extend(picked.map(|at| sentence(lines[at], &all, at)));
    }
    sentences
}

fn sentence(line: &str, all: &[String], at: usize) -> Sentence {
    let line: Value = serde_json::from_str(line).unwrap();
    let tokens: Vec<String> = serde_json::from_value(line["tokens"].clone()).unwrap();
    let mut starts = vec![0];
    for token in &tokens {
        starts.push(starts.last().unwrap() + token.chars().count() + 1);
    }
    let spans: Vec<(usize, usize, String)> = serde_json::from_value(line["spans"].clone()).unwrap();
    let gold: Vec<(CharRange, String)> =
        spans.into_iter().map(|(s, e, label)| (CharRange::new(starts[s], starts[e + 1] - 1), label)).collect();
    // A large set: the sentence's own labels, then others of the source from a place that changes with the sentence.
    let mut labels = all.to_vec();
    if labels.len() > MOST_LABELS {
        labels.rotate_left(at * 7 % all.len());
        labels.sort_by_key(|label| !gold.iter().any(|(_, l)| l == label));
        labels.truncate(MOST_LABELS);
        labels.sort();
    }
    Sentence { text: tokens.join(" "), gold, labels }
}

/// Strict counts; ends are made inclusive.
fn score(gliner: &Gliner, sentences: &[Sentence]) -> Counts {
    let mut table = Table::new(Rules::V1_2 { least_overlap: 1.0 }).without_places();
    let given = |range: CharRange, label| Given { label, start: range.start as i64, end: range.end as i64 - 1 };
    // Sentences with the same labels run together.
    for group in sentences.chunk_by(|a, b| a.labels == b.labels) {
        let texts: Vec<&str> = group.iter().map(|sentence| sentence.text.as_str()).collect();
        let found = gliner.candidates(&texts, &group[0].labels, &SuggestOptions::default()).unwrap();
        for (sentence, found) in group.iter().zip(found) {
            let kept = decode(&found, &DecodeOptions::default());
            table.add(
                sentence.gold.iter().map(|(range, label)| given(*range, label.as_str())),
                kept.iter().map(|c| given(c.range, sentence.labels[c.class].as_str())),
            );
        }
    }
    table.overall().mode(Mode::Strict).counts
}

#[test]
fn int8_costs_at_most_half_a_point_of_f1() {
    let Some(shared) = shared() else { return };
    let all = std::env::var("GLEANER_DEV_SENTENCES").is_ok_and(|v| v == "all");
    let sentences = sentences(&shared, if all { usize::MAX } else { 2 });
    let original = Gliner::open(&shared.join("models/gleaner-mini"), None, 0).unwrap();
    let (original, embedded) = (score(&original, &sentences), score(&Gliner::embedded(0).unwrap(), &sentences));
    for (name, counts) in [("half precision", &original), ("int8, embedded", &embedded)] {
        eprintln!(
            "{name}: P {:.4} R {:.4} F1 {:.4} ({} correct, {} predicted, {} gold, {} sentences)",
            counts.precision(Mode::Strict),
            counts.recall(Mode::Strict),
            counts.f1(Mode::Strict),
            counts.of(Class::Correct),
            counts.actual(),
            counts.possible(),
            sentences.len()
        );
    }
    // A sample of some 120 sentences moves by a few spans either way.
    let allowed = if all { 0.005 } else { 0.02 };
    assert!(original.f1(Mode::Strict) - embedded.f1(Mode::Strict) <= allowed);
    assert!(original.f1(Mode::Strict) > 0.4, "the dev sentences are read wrongly");
}
