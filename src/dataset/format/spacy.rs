//! spaCy-JSONL: `{"text", "ents": [{start, end, label}]}` as `Doc.to_json` makes it, or training pairs
//! `["text", {"entities": [[start, end, label]]}]`. Offsets count code points, ends are exclusive.
//!
//! Out: `text`, `ents` and `tokens`. `Doc.ents` may not overlap and must sit on tokens: the words are GLiNER's, of
//! overlapping spans the longest is kept.

use std::io::Write;

use serde_json::{Value, json};

use super::fields::{self, Object};
use super::losses::Losses;
use super::options::WriteOptions;
use super::write::{Annotated, WriteError};
use crate::dataset::{Record, RecordResponse, Status};
use crate::text::OffsetMap;

/// One record from one JSON value.
pub(super) fn read_record(value: Value, source: &str, line: u64) -> Result<Record, String> {
    match value {
        Value::Array(pair) => read_pair(pair, source, line),
        other => read_doc(fields::object(other)?, source, line),
    }
}

fn submitted(spans: Vec<crate::dataset::Span>) -> Vec<RecordResponse> {
    vec![RecordResponse { status: Status::Submitted, spans, ..Default::default() }]
}

fn read_pair(pair: Vec<Value>, source: &str, line: u64) -> Result<Record, String> {
    let Ok([Value::String(text), Value::Object(mut annotations)]) = <[Value; 2]>::try_from(pair) else {
        return Err("an array where [\"text\", {\"entities\": […]}] is expected".into());
    };
    let entities = fields::take_array(&mut annotations, "entities")?;
    let map = OffsetMap::new(&text);
    let spans = entities.map(|e| fields::character_triples(&e, &map)).transpose()?;
    let mut record = fields::record(None, text, annotations, source, line);
    record.responses = spans.map(submitted).unwrap_or_default();
    Ok(record)
}

fn read_doc(mut object: Object, source: &str, line: u64) -> Result<Record, String> {
    let text = fields::take_text(&mut object, "text")?;
    let id = fields::take_id(&mut object, "id")?;
    let map = OffsetMap::new(&text);
    let mut responses = Vec::new();
    if let Some(ents) = fields::take_array(&mut object, "ents")? {
        responses = submitted(fields::spans(&ents, &text, &map)?);
    } else if let Some(entities) = fields::take_array(&mut object, "entities")? {
        responses = submitted(fields::character_triples(&entities, &map)?);
    }
    object.shift_remove("tokens");
    let mut record = fields::record(id, text, object, source, line);
    record.responses = responses;
    Ok(record)
}

/// A document as one line.
pub(super) fn write_record(
    out: &mut dyn Write,
    annotated: &Annotated<'_>,
    options: &WriteOptions,
    losses: &mut Losses,
) -> Result<(), WriteError> {
    let text = &annotated.record.text;
    let (words, spans) = annotated.flat_word_spans(options, losses)?;
    let ents: Vec<Value> = spans
        .iter()
        .map(|s| json!({"start": words[s.first].start, "end": words[s.last].end, "label": s.label}))
        .collect();
    let tokens: Vec<Value> =
        words.iter().enumerate().map(|(id, w)| json!({"id": id, "start": w.start, "end": w.end})).collect();
    let mut line = Object::new();
    if let Some(id) = &annotated.record.id {
        line.insert("id".into(), json!(id));
    }
    line.insert("text".into(), json!(text));
    line.insert("ents".into(), json!(ents));
    line.insert("tokens".into(), json!(tokens));
    writeln!(out, "{}", Value::Object(line))?;
    Ok(())
}
