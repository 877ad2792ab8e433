//! Made gold and predictions, on which no count is trivial: borders that are moved, labels taken for one another, spans
//! that are missed and spans that are not there.

use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::Context;

use crate::evaluate::Chance;

/// A folder that goes with this value.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A new, empty one.
    pub(super) fn new() -> anyhow::Result<Self> {
        let dir = std::env::temp_dir().join(format!("gleaner-bench-eval-{}", std::process::id()));
        std::fs::create_dir_all(&dir).with_context(|| format!("{} cannot be made", dir.display()))?;
        Ok(Self(dir))
    }

    /// Gold and predictions.
    pub(super) fn files(&self) -> [PathBuf; 2] {
        ["gold.json", "predictions.json"].map(|name| self.0.join(name))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

const LABELS: [&str; 6] = ["person", "organization", "location", "event", "product", "date"];

#[derive(Clone, Copy)]
struct Span {
    label: usize,
    start: usize,
    end: usize,
}

/// Writes documents of `spans` gold spans and as many predictions; says how large the files are, in MB.
pub(super) fn write(folder: &Folder, documents: usize, spans: usize, seed: u64) -> anyhow::Result<f64> {
    let mut chance = Chance::new(seed);
    let [gold, predictions] = folder.files();
    let open = |path: &PathBuf| {
        let file = std::fs::File::create(path).with_context(|| format!("{} cannot be written", path.display()))?;
        anyhow::Ok(BufWriter::with_capacity(1 << 16, file))
    };
    let (mut of_gold, mut of_predictions) = (open(&gold)?, open(&predictions)?);
    for number in 0..documents {
        let truth = truth(&mut chance, spans);
        list(&mut of_gold, number, &truth)?;
        list(&mut of_predictions, number, &said(&mut chance, &truth))?;
    }
    for mut file in [of_gold, of_predictions] {
        file.write_all(b"]\n")?;
        file.flush()?;
    }
    let bytes: u64 = [gold, predictions].iter().map(|path| std::fs::metadata(path).map_or(0, |m| m.len())).sum();
    Ok(bytes as f64 / 1e6)
}

fn truth(chance: &mut Chance, spans: usize) -> Vec<Span> {
    let mut at = 0;
    let mut span = || {
        let start = at + 1 + chance.below(40);
        let end = start + chance.below(16);
        at = end;
        Span { label: chance.below(LABELS.len()), start, end }
    };
    (0..spans).map(|_| span()).collect()
}

/// As many spans as gold has, seven of ten of them right.
fn said(chance: &mut Chance, truth: &[Span]) -> Vec<Span> {
    let moved = |chance: &mut Chance, span: Span| match chance.below(3) {
        0 => Span { start: span.start.saturating_sub(1 + chance.below(4)), ..span },
        1 => Span { end: span.end + 1 + chance.below(4), ..span },
        _ => Span { start: span.start + 1, end: span.end + 2, ..span },
    };
    let other = |chance: &mut Chance, span: Span| Span { label: chance.below(LABELS.len()), ..span };
    let length = truth.last().map_or(1, |span| span.end + 1);
    let mut said: Vec<Span> = truth
        .iter()
        .map(|span| match chance.below(20) {
            0..14 => *span,
            14..16 => moved(chance, *span),
            16 => other(chance, *span),
            17 => {
                let span = moved(chance, *span);
                other(chance, span)
            }
            // Missed, and another one somewhere.
            _ => {
                let start = chance.below(length);
                Span { label: chance.below(LABELS.len()), start, end: start + chance.below(12) }
            }
        })
        .collect();
    said.sort_by_key(|span| span.start);
    said
}

fn list(file: &mut impl Write, number: usize, spans: &[Span]) -> std::io::Result<()> {
    file.write_all(if number == 0 { b"[[" } else { b",\n[" })?;
    for (at, Span { label, start, end }) in spans.iter().enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        write!(file, r#"{comma}{{"label": "{}", "start": {start}, "end": {end}}}"#, LABELS[*label])?;
    }
    file.write_all(b"]")
}
