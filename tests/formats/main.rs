//! The file formats, as a manual: what each one reads, writes, refuses and loses.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod bad_input;
mod detection;
mod foreign;
mod losses;
mod properties;
mod real_data;
mod round_trips;
mod splitting;
mod wrong_gliner;

use std::io::Cursor;

use gleaner::dataset::format::{BadRecord, Format, GlinerIndices, Losses, ReadOptions, WriteOptions, read, write};
use gleaner::dataset::{Provenance, Record, RecordResponse, Span, Status};
use gleaner::text::{CharRange, OffsetMap};

/// Reads bytes as a file named `file`.
fn read_with(format: Format, bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> (Vec<Record>, Vec<BadRecord>) {
    let (mut records, mut bad) = (Vec::new(), Vec::new());
    for result in read(format, Box::new(Cursor::new(bytes.into())), "file", options) {
        match result {
            Ok(record) => records.push(record),
            Err(error) => bad.push(error),
        }
    }
    (records, bad)
}

/// Reads bytes in which every record must be good.
fn read_good(format: Format, bytes: impl Into<Vec<u8>>) -> Vec<Record> {
    let (records, bad) = read_with(format, bytes, &ReadOptions::default());
    assert_eq!(bad, [], "bad records in {format}");
    records
}

fn write_with(format: Format, records: &[Record], options: &WriteOptions) -> (String, Losses) {
    let mut out = Vec::new();
    let losses = write(format, &mut out, records.to_vec(), options).unwrap();
    (String::from_utf8(out).unwrap(), losses)
}

fn write_plain(format: Format, records: &[Record]) -> (String, Losses) {
    write_with(format, records, &WriteOptions::default())
}

/// A document whose spans are marked: `"[Ada|person] wrote"`.
fn marked(id: &str, markup: &str) -> Record {
    let mut text = String::new();
    let mut spans = Vec::new();
    let mut rest = markup;
    while let Some((before, after)) = rest.split_once('[') {
        let (span, after) = after.split_once(']').unwrap();
        let (surface, label) = span.split_once('|').unwrap();
        text.push_str(before);
        let start = text.chars().count();
        text.push_str(surface);
        spans.push(span_of(start, text.chars().count(), label));
        rest = after;
    }
    text.push_str(rest);
    record(id, &text, spans)
}

fn span_of(start: usize, end: usize, label: &str) -> Span {
    Span { range: CharRange::new(start, end), label: label.into(), score: None }
}

fn record(id: &str, text: &str, spans: Vec<Span>) -> Record {
    Record {
        id: Some(id.into()),
        text: text.into(),
        responses: vec![RecordResponse { status: Status::Submitted, spans, ..Default::default() }],
        ..Record::default()
    }
}

/// Surface and label of every span of the first response.
fn surfaces(record: &Record) -> Vec<(String, String)> {
    let map = OffsetMap::new(&record.text);
    let spans = record.responses.first().map_or(&[][..], |r| &r.spans);
    spans.iter().map(|s| (map.slice(&record.text, s.range).to_owned(), s.label.clone())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect()
}

/// Records without where they came from, which is never the same after a round trip.
fn without_source(mut records: Vec<Record>) -> Vec<Record> {
    for record in &mut records {
        record.provenance = Provenance { parent: record.provenance.parent.take(), ..Provenance::default() };
    }
    records
}

/// What gleaner's own GLiNER exports hold.
fn inclusive() -> GlinerIndices {
    GlinerIndices::WordsInclusive
}
