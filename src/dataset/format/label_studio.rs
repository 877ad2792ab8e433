//! Label Studio's JSON export: an array of tasks. Read only.
//!
//! Offsets are JavaScript's: UTF-16 units, turned into code points here. An annotation is a response of its
//! `completed_by`; `was_cancelled` is discarded, a draft a draft. Predictions go by their `model_version`. Results that
//! are not spans (choices, relations) stay in the metadata under `other_results`.

use serde_json::Value;

use super::fields::{self, Object, kind};
use crate::dataset::{Record, RecordResponse, Span, Status};
use crate::text::{CharRange, OffsetMap};

/// One record from one task.
pub(super) fn read_record(value: Value, text_key: Option<&str>, source: &str, line: u64) -> Result<Record, String> {
    let mut task = fields::object(value)?;
    let id = fields::take_id(&mut task, "id")?;
    let mut data = match task.shift_remove("data") {
        Some(Value::Object(data)) => data,
        Some(other) => return Err(format!("\"data\" is {}; it must be an object", kind(&other))),
        None => {
            return Err("no \"data\": this is not a task of Label Studio's JSON export (JSON-MIN is not read)".into());
        }
    };
    let text = take_text(&mut data, text_key)?;
    let mut reader = Results { map: OffsetMap::new(&text), text: &text, others: Vec::new() };
    let mut responses = Vec::new();
    for (key, status) in
        [("annotations", Status::Submitted), ("completions", Status::Submitted), ("drafts", Status::Draft)]
    {
        for annotation in fields::take_array(&mut task, key)?.unwrap_or_default().iter().filter_map(Value::as_object) {
            let cancelled = annotation.get("was_cancelled").and_then(Value::as_bool) == Some(true);
            responses.push(RecordResponse {
                annotator: annotation.get("completed_by").or(annotation.get("user")).and_then(person),
                status: if cancelled { Status::Discarded } else { status },
                spans: reader.spans(annotation)?,
                ..Default::default()
            });
        }
    }
    let mut predictions: Vec<(String, Vec<Span>)> = Vec::new();
    for prediction in
        fields::take_array(&mut task, "predictions")?.unwrap_or_default().iter().filter_map(Value::as_object)
    {
        let run = prediction.get("model_version").and_then(Value::as_str).filter(|v| !v.is_empty());
        let (run, spans) = (run.unwrap_or("label-studio"), reader.spans(prediction)?);
        match predictions.iter_mut().find(|(name, _)| name == run) {
            Some((_, earlier)) => earlier.extend(spans),
            None => predictions.push((run.to_owned(), spans)),
        }
    }
    if !reader.others.is_empty() {
        data.insert("other_results".into(), Value::Array(reader.others));
    }
    let mut record = fields::record(id, text, data, source, line);
    (record.responses, record.predictions) = (responses, predictions);
    Ok(record)
}

/// The text of a task: the named field, else `text`, else the only string.
fn take_text(data: &mut Object, named: Option<&str>) -> Result<String, String> {
    if let Some(key) = named.or_else(|| data.contains_key("text").then_some("text")) {
        return fields::take_text(data, key);
    }
    let strings: Vec<String> = data.iter().filter(|(_, v)| v.is_string()).map(|(k, _)| k.clone()).collect();
    match &strings[..] {
        [only] => fields::take_text(data, only),
        _ => Err(format!(
            "\"data\" has no \"text\" and {} fields that could be it: name one with --text-column",
            strings.len()
        )),
    }
}

/// Who: a number, or an object with an e-mail address or an id.
fn person(value: &Value) -> Option<String> {
    match value {
        Value::Number(n) => Some(n.to_string()),
        Value::String(name) => Some(name.clone()),
        Value::Object(fields) => fields.get("email").or(fields.get("id")).and_then(person),
        _ => None,
    }
}

struct Results<'t> {
    map: OffsetMap,
    text: &'t str,
    others: Vec<Value>,
}

impl Results<'_> {
    fn spans(&mut self, annotation: &Object) -> Result<Vec<Span>, String> {
        let mut spans = Vec::new();
        let results = annotation.get("result").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for (number, result) in results.iter().enumerate() {
            match result.pointer("/value/labels").and_then(fields::strings) {
                Some(labels) => {
                    let range = self.range(&result["value"], &format!("result {}", number + 1))?;
                    let score = result.get("score").and_then(Value::as_f64).map(|s| s as f32);
                    spans.extend(labels.into_iter().map(|label| Span { range, label, score }));
                }
                None => self.others.push(result.clone()),
            }
        }
        Ok(spans)
    }

    fn range(&self, value: &Value, what: &str) -> Result<CharRange, String> {
        let unit = |key: &str| {
            let at = fields::whole(value.get(key), &format!("the {key} of {what}"))?;
            self.map.char_of_utf16(self.text, at).ok_or_else(|| {
                format!("the {key} of {what} is {at}: past the end of the text, or inside a surrogate pair")
            })
        };
        let range = fields::checked(CharRange::new(unit("start")?, unit("end")?), &self.map, what)?;
        let found = self.map.slice(self.text, range);
        match value.get("text").and_then(Value::as_str) {
            Some(said) if solid(said) != solid(found) => {
                Err(format!("{what} says {said:?}, but at its offsets (UTF-16 units) the text has {found:?}"))
            }
            _ => Ok(range),
        }
    }
}

/// Without white space, which Label Studio rewrites in `text` (line breaks as `\n` spelled out).
fn solid(text: &str) -> String {
    text.replace("\\n", "").chars().filter(|c| !c.is_whitespace()).collect()
}
