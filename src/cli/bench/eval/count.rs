//! The process that is measured: two files in, counts out.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::super::super::{Outcome, out};
use super::super::peak_memory;
use super::span_lists::SpanLists;
use crate::evaluate::{Class, Given, Mode, Row, Rules, Table};

/// Reads and counts document by document: what is in memory is one document of each side, and the counts.
pub(super) fn run(gold: &Path, predictions: &Path) -> anyhow::Result<Outcome> {
    let begin = Instant::now();
    let (mut gold_lists, mut prediction_lists) = (SpanLists::open(gold)?, SpanLists::open(predictions)?);
    let mut table = Table::new(Rules::V1_2 { least_overlap: 1.0 }).without_places();
    loop {
        match (gold_lists.document()?, prediction_lists.document()?) {
            (Some(gold), Some(predictions)) => table.add(gold.iter().map(given), predictions.iter().map(given)),
            (None, None) => break,
            _ => anyhow::bail!("the files do not have as many documents as each other"),
        }
    }
    let labels: Map<String, Value> =
        table.labels().into_iter().map(|(name, row)| (name.to_owned(), counts(row))).collect();
    let counted = begin.elapsed().as_secs_f64();
    let found = json!({
        "overall": counts(table.overall()),
        "entities": labels,
        "took": { "counted": counted, "memory": peak_memory() },
    });
    let mut stdout = out::stdout();
    serde_json::to_writer(&mut stdout, &found)?;
    writeln!(stdout)?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

fn given<'a>(span: &'a super::span_lists::Span<'_>) -> Given<'a> {
    Given { label: &span.label, start: span.start, end: span.end }
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
