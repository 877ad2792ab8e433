//! JSONL, gleaner's own: a record a line, everything held.
//!
//! `text`; `id`; `spans` [{start, end, label, score?}] with `status`, `annotator`, `coverage` of one response, or
//! `responses` with several; `predictions` {run: spans}; `notes` [{text?, flag?, annotator?, span?}]; `parent` {id, start}. Every other key is metadata. A record
//! without `spans` has no response; with `"spans": []` it has a submitted, empty one.

use std::io::{self, Write};
use std::str::FromStr;

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

use super::fields::{self, Object};
use crate::dataset::{Metadata, Record, RecordNote, RecordResponse, Span, Status};
use crate::text::OffsetMap;

/// Keys with a meaning; metadata with such a name goes into an object `metadata` of its own.
const OWN_KEYS: [&str; 11] = [
    "id",
    "text",
    "spans",
    "status",
    "annotator",
    "coverage",
    "responses",
    "predictions",
    "notes",
    "parent",
    "metadata",
];

/// One record from one JSON value.
pub(super) fn read_record(value: Value, source: &str, line: u64) -> Result<Record, String> {
    let mut object = fields::object(value)?;
    let text = fields::take_text(&mut object, "text")?;
    let id = fields::take_id(&mut object, "id")?;
    let map = OffsetMap::new(&text);
    let mut responses = Vec::new();
    if object.contains_key("spans") {
        responses.extend(take_response(&mut object, &text, &map)?);
    }
    if is_list_of_objects(object.get("responses")) {
        for response in fields::take_array(&mut object, "responses")?.unwrap_or_default() {
            responses.extend(take_response(&mut fields::object(response)?, &text, &map)?);
        }
    }
    let predictions = take_predictions(&mut object, &text, &map)?;
    let notes = take_notes(&mut object, &map);
    let parent = take_parent(&mut object);
    if let Some(Value::Object(nested)) = object.get_mut("metadata") {
        let nested = std::mem::take(nested);
        object.shift_remove("metadata");
        object.extend(nested);
    }
    let mut record = fields::record(id, text, object, source, line);
    (record.responses, record.predictions, record.provenance.parent) = (responses, predictions, parent);
    record.notes = notes;
    Ok(record)
}

fn is_list_of_objects(value: Option<&Value>) -> bool {
    value.and_then(Value::as_array).is_some_and(|items| items.iter().all(Value::is_object))
}

/// A response; what stands under its keys but is not ours (a `status` of another program) stays behind as metadata.
fn take_response(object: &mut Object, text: &str, map: &OffsetMap) -> Result<Option<RecordResponse>, String> {
    let Some(spans) = fields::take_array(object, "spans")? else { return Ok(None) };
    let mut response =
        RecordResponse { status: Status::Submitted, spans: fields::spans(&spans, text, map)?, ..Default::default() };
    if let Some(status) = object.get("status").and_then(Value::as_str).and_then(|s| Status::from_str(s).ok()) {
        response.status = status;
        object.shift_remove("status");
    }
    if let Some(Value::String(name)) = object.get("annotator") {
        response.annotator = Some(name.clone());
        object.shift_remove("annotator");
    }
    if let Some(labels) = object.get("coverage").and_then(fields::strings) {
        response.coverage = Some(labels);
        object.shift_remove("coverage");
    }
    Ok(Some(response))
}

fn take_predictions(object: &mut Object, text: &str, map: &OffsetMap) -> Result<Vec<(String, Vec<Span>)>, String> {
    let ours = |runs: &Object| runs.values().all(|spans| is_list_of_objects(Some(spans)));
    if !object.get("predictions").and_then(Value::as_object).is_some_and(ours) {
        return Ok(Vec::new());
    }
    let Some(Value::Object(runs)) = object.shift_remove("predictions") else { return Ok(Vec::new()) };
    let one = |(run, spans): (String, Value)| {
        let spans = fields::spans(spans.as_array().map_or(&[], Vec::as_slice), text, map)
            .map_err(|reason| format!("in the predictions of {run:?}: {reason}"))?;
        Ok((run, spans))
    };
    runs.into_iter().map(one).collect()
}

/// Notes, if they are ours: another program's `notes` stay behind as metadata.
fn take_notes(object: &mut Object, map: &OffsetMap) -> Vec<RecordNote> {
    let Some(Value::Array(values)) = object.get("notes") else { return Vec::new() };
    let ours = |note: &RecordNote| {
        (note.flag || !note.text.is_empty()) && note.span.as_ref().is_none_or(|span| map.contains(span.range))
    };
    let notes: Option<Vec<RecordNote>> =
        values.iter().map(|value| RecordNote::deserialize(value).ok().filter(ours)).collect();
    match notes {
        Some(notes) if !notes.is_empty() => {
            object.shift_remove("notes");
            notes
        }
        _ => Vec::new(),
    }
}

fn take_parent(object: &mut Object) -> Option<(String, usize)> {
    let parent = object.get("parent")?.as_object().filter(|p| p.len() == 2)?;
    let id = parent.get("id")?.as_str()?.to_owned();
    let start = fields::whole(parent.get("start"), "start").ok()?;
    object.shift_remove("parent");
    Some((id, start))
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    text: &'a str,
    #[serde(flatten)]
    response: Option<ResponseLine<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    responses: Vec<ResponseLine<'a>>,
    #[serde(skip_serializing_if = "Runs::is_empty")]
    predictions: Runs<'a>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    notes: &'a [RecordNote],
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<ParentLine<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<&'a Metadata>,
    #[serde(flatten)]
    rest: Option<&'a Metadata>,
}

#[derive(Serialize)]
struct ResponseLine<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    annotator: Option<&'a str>,
    #[serde(skip_serializing_if = "is_submitted")]
    status: Status,
    spans: &'a [Span],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<&'a [String]>,
}

#[derive(Serialize)]
struct ParentLine<'a> {
    id: &'a str,
    start: usize,
}

fn is_submitted(status: &Status) -> bool {
    *status == Status::Submitted
}

/// Predictions as an object in the order of the record.
struct Runs<'a>(&'a [(String, Vec<Span>)]);

impl Runs<'_> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Runs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(run, spans)| (run, spans)))
    }
}

fn response_line(response: &RecordResponse) -> ResponseLine<'_> {
    ResponseLine {
        annotator: response.annotator.as_deref(),
        status: response.status,
        spans: &response.spans,
        coverage: response.coverage.as_deref(),
    }
}

/// One record as one line.
pub(super) fn write_record(out: &mut dyn Write, record: &Record) -> io::Result<()> {
    let clash = record.metadata.keys().any(|key| OWN_KEYS.contains(&key.as_str()));
    let (response, responses) = match &record.responses[..] {
        [only] => (Some(response_line(only)), Vec::new()),
        several => (None, several.iter().map(response_line).collect()),
    };
    let line = Line {
        id: record.id.as_deref(),
        text: &record.text,
        response,
        responses,
        predictions: Runs(&record.predictions),
        notes: &record.notes,
        parent: record.provenance.parent.as_ref().map(|(id, start)| ParentLine { id, start: *start }),
        metadata: clash.then_some(&record.metadata),
        rest: (!clash).then_some(&record.metadata),
    };
    serde_json::to_writer(&mut *out, &line)?;
    out.write_all(b"\n")
}
