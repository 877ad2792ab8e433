//! The process that is measured: two files in, counts out.

use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::Instant;

use anyhow::Context;
use serde_json::{Map, Value, json};

use super::super::super::{Outcome, out};
use super::super::{cpu_seconds, peak_memory};
use super::span_lists::{Names, SpanLists};
use crate::evaluate::{Class, Entity, Mode, Row, Rules, Table};

/// Documents that are read before they are counted.
const BATCH: usize = 512;

/// Some documents, their labels by number.
#[derive(Default)]
struct Batch {
    /// Labels that had not come before.
    new_labels: Vec<String>,
    gold: Vec<Entity>,
    predictions: Vec<Entity>,
    /// Where each document's spans end, of gold and of predictions.
    ends: Vec<(usize, usize)>,
}

/// Reads and counts at the same time, some documents ahead: what is in memory is a few batches, and the counts.
pub(super) fn run(gold: &Path, predictions: &Path) -> anyhow::Result<Outcome> {
    let begin = Instant::now();
    let files = [SpanLists::open(gold)?, SpanLists::open(predictions)?];
    let (sender, batches) = sync_channel(4);
    let reader = std::thread::spawn(move || read(files, &sender));
    let mut table = Table::new(Rules::V1_2 { least_overlap: 1.0 }).without_places();
    for batch in batches {
        for name in &batch.new_labels {
            table.label(name);
        }
        let mut from = (0, 0);
        for end in batch.ends {
            table.add_numbered(&batch.gold[from.0..end.0], &batch.predictions[from.1..end.1]);
            from = end;
        }
    }
    reader.join().ok().context("the thread that reads ended")??;
    let labels: Map<String, Value> =
        table.labels().into_iter().map(|(name, row)| (name.to_owned(), counts(row))).collect();
    let counted = begin.elapsed().as_secs_f64();
    let found = json!({
        "overall": counts(table.overall()),
        "entities": labels,
        "took": { "counted": counted, "cpu": cpu_seconds(), "memory": peak_memory() },
    });
    let mut stdout = out::stdout();
    serde_json::to_writer(&mut stdout, &found)?;
    writeln!(stdout)?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

fn read([mut of_gold, mut of_predictions]: [SpanLists; 2], batches: &SyncSender<Batch>) -> anyhow::Result<()> {
    let mut names = Names::default();
    loop {
        let (mut batch, known) = (Batch::default(), names.0.len());
        while batch.ends.len() < BATCH {
            let there = of_gold.document(&mut names, &mut batch.gold)?;
            let said = of_predictions.document(&mut names, &mut batch.predictions)?;
            anyhow::ensure!(there == said, "the files do not have as many documents as each other");
            if !there {
                break;
            }
            batch.ends.push((batch.gold.len(), batch.predictions.len()));
        }
        let last = batch.ends.len() < BATCH;
        batch.new_labels = names.0[known..].to_vec();
        if batches.send(batch).is_err() || last {
            return Ok(());
        }
    }
}

fn counts(row: &Row) -> Value {
    let mode = |mode: Mode| {
        let counts = &row.mode(mode).counts;
        let mut object: Map<String, Value> =
            Class::ALL.into_iter().map(|class| (class.as_str().to_owned(), counts.of(class).into())).collect();
        object.insert("possible".to_owned(), counts.possible().into());
        object.insert("actual".to_owned(), counts.actual().into());
        (mode.as_str().to_owned(), Value::Object(object))
    };
    Mode::ALL.into_iter().map(mode).collect::<Map<_, _>>().into()
}
