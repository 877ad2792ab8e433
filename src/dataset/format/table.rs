//! CSV and TSV: a header, then a document a row.
//!
//! In: `text` (or `--text-column`), `id`, `spans` as JSON; other columns are metadata, as strings. Out: the columns
//! `id, text, spans, status, annotator, coverage, metadata`, the last as a JSON object, so that it comes back whole. An
//! empty `spans` cell is a document without a response, `[]` a response without spans.

use std::io::{self, Write};

use serde_json::Value;

use super::bad_record::{BadRecord, ReadResult, Records, nothing_but};
use super::fields::Object;
use super::jsonl;
use super::lines::Input;
use super::losses::{Loss, Losses, name_of};
use super::options::ReadOptions;
use crate::dataset::Record;

/// Columns that hold JSON when they begin like it.
const JSON_COLUMNS: [&str; 4] = ["spans", "coverage", "metadata", "parent"];

/// Reads rows; `delimiter` is a comma or a tab.
pub(super) fn read(input: Input, delimiter: u8, source: &str, options: &ReadOptions) -> Records {
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
    let headers: Vec<String> = match reader.headers() {
        Ok(headers) => headers.iter().map(|h| h.trim_start_matches('\u{feff}').trim().to_owned()).collect(),
        Err(error) => return nothing_but(BadRecord::fatal(1, format!("the header cannot be read: {}", said(&error)))),
    };
    if headers.iter().all(String::is_empty) {
        return Box::new(std::iter::empty());
    }
    let text = options.text_column.as_deref().unwrap_or("text");
    if !headers.iter().any(|h| h == text) {
        let have: Vec<String> = headers.iter().map(|h| format!("{h:?}")).collect();
        let reason = format!("no column {text:?}; the header has {}: name one with --text-column", have.join(", "));
        return nothing_but(BadRecord::fatal(1, reason));
    }
    // With CRLF the csv crate says where a row starts before it has passed the LF of the row above.
    let breaks: usize = headers.iter().map(|h| h.matches('\n').count()).sum();
    let late = u64::from(reader.position().line() == 1 + breaks as u64);
    let names = Names {
        text: text.to_owned(),
        id: options.id_column.clone().unwrap_or_else(|| "id".into()),
        spans: options.spans_column.clone().unwrap_or_else(|| "spans".into()),
    };
    let headers: Vec<String> = headers.into_iter().map(|h| names.own(h)).collect();
    let source = source.to_owned();
    let mut row = csv::StringRecord::new();
    let mut done = false;
    Box::new(std::iter::from_fn(move || {
        if done {
            return None;
        }
        match reader.read_record(&mut row) {
            Ok(false) => None,
            Ok(true) => Some(read_row(&headers, &row, &source, late)),
            Err(error) => {
                let line = error.position().map_or(0, |at| at.line() + late);
                done = error.is_io_error();
                Some(Err(BadRecord { line, reason: said(&error), fatal: done }))
            }
        }
    }))
}

/// The names the columns have in the file.
struct Names {
    text: String,
    id: String,
    spans: String,
}

impl Names {
    /// The name the column has in JSONL.
    fn own(&self, header: String) -> String {
        for (name, own) in [(&self.text, "text"), (&self.id, "id"), (&self.spans, "spans")] {
            if header == *name {
                return own.to_owned();
            }
            if header == own {
                // `--text-column body` in a file that has a `text` too: that one is metadata.
                return format!("{own}_column");
            }
        }
        header
    }
}

fn said(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { err, .. } => format!("not UTF-8 in column {}; convert the file", err.field() + 1),
        csv::ErrorKind::Io(error) => format!("cannot read on: {error}"),
        _ => error.to_string(),
    }
}

/// A row is read like a JSONL record of the same keys.
fn read_row(headers: &[String], row: &csv::StringRecord, source: &str, late: u64) -> ReadResult {
    let line = row.position().map_or(0, |at| at.line() + late);
    let bad = |reason: String| BadRecord::new(line, reason);
    if row.len() > headers.len() {
        return Err(bad(format!(
            "{} fields under a header of {}: quote fields that hold the delimiter",
            row.len(),
            headers.len()
        )));
    }
    let mut object = Object::new();
    for (header, cell) in headers.iter().zip(row) {
        let own =
            matches!(header.as_str(), "id" | "spans" | "status" | "annotator" | "coverage" | "metadata" | "parent");
        if own && cell.is_empty() {
            continue;
        }
        let json = JSON_COLUMNS.contains(&header.as_str()) && cell.trim_start().starts_with(['[', '{']);
        let value = if json || header == "spans" {
            match serde_json::from_str(cell) {
                Ok(value) => value,
                Err(_) if header != "spans" => Value::String(cell.to_owned()),
                Err(error) => return Err(bad(format!("the column of spans is not JSON: {error}"))),
            }
        } else {
            Value::String(cell.to_owned())
        };
        object.insert(header.clone(), value);
    }
    if !object.contains_key("text") {
        return Err(bad(format!("{} fields only: the text is missing", row.len())));
    }
    jsonl::read_record(Value::Object(object), source, line).map_err(bad)
}

/// The first row.
pub(super) fn write_header(out: &mut dyn Write, delimiter: u8) -> io::Result<()> {
    write_row(out, delimiter, &["id", "text", "spans", "status", "annotator", "coverage", "metadata"])
}

/// A document as one row.
pub(super) fn write_record(out: &mut dyn Write, delimiter: u8, record: &Record, losses: &mut Losses) -> io::Result<()> {
    let response = record.responses.first();
    losses.add_many(Loss::OtherResponses, record.responses.len().saturating_sub(1), || name_of(record));
    losses.add_many(Loss::Notes, record.notes.len(), || name_of(record));
    losses.add_many(Loss::Predictions, usize::from(!record.predictions.is_empty()), || name_of(record));
    let json = |value: Option<String>| value.unwrap_or_default();
    let spans = response.map(|r| serde_json::to_string(&r.spans)).transpose()?;
    let coverage = response.and_then(|r| r.coverage.as_ref()).map(serde_json::to_string).transpose()?;
    let metadata = (!record.metadata.is_empty()).then(|| serde_json::to_string(&record.metadata)).transpose()?;
    let cells = [
        record.id.as_deref().unwrap_or_default(),
        &record.text,
        &json(spans),
        response.map_or("", |r| r.status.as_str()),
        response.and_then(|r| r.annotator.as_deref()).unwrap_or_default(),
        &json(coverage),
        &json(metadata),
    ];
    write_row(out, delimiter, &cells)
}

fn write_row(out: &mut dyn Write, delimiter: u8, cells: &[&str]) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).buffer_capacity(512).from_writer(out);
    writer.write_record(cells).map_err(io::Error::other)?;
    writer.flush()
}
