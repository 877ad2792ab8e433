//! Hugging Face token classification: JSONL of `tokens` and `ner_tags`.
//!
//! In: tags as strings, or as integers with names from `--tag-names` or from a line with the data set's `features`. The
//! text is `text` when it is there and the tokens fit it, else the tokens joined by one space. Out: GLiNER's words, BIO2
//! tags as strings, `id`, and `text` so that it comes back as it was.

use std::io::Write;

use serde_json::{Value, json};

use super::bad_record::{BadRecord, ReadResult, Records};
use super::fields::{self, Object};
use super::json_stream::JsonStream;
use super::lines::Input;
use super::losses::Losses;
use super::options::{ReadOptions, WriteOptions};
use super::write::{Annotated, WriteError};
use super::{bio, word_spans};
use crate::dataset::{Record, RecordResponse, Status};
use crate::text::OffsetMap;

/// Names a tag column goes by.
pub(super) const TAG_KEYS: [&str; 4] = ["ner_tags", "tags", "ner", "labels"];

/// Reads records.
pub(super) fn read(input: Input, source: &str, options: &ReadOptions) -> Records {
    let source = source.to_owned();
    let mut names = options.tag_names.clone();
    let mut values = JsonStream::new(input);
    Box::new(std::iter::from_fn(move || {
        loop {
            let (line, value) = match values.next()? {
                Ok(numbered) => numbered,
                Err(bad) => return Some(Err(bad)),
            };
            if value.get("tokens").is_none()
                && let Some(found) = value.get("features").and_then(class_names)
            {
                if names.is_empty() {
                    names = found;
                }
                continue;
            }
            let read: ReadResult =
                read_record(value, &names, &source, line).map_err(|reason| BadRecord::new(line, reason));
            return Some(read);
        }
    }))
}

/// The `names` of the tag feature, wherever the version of the library puts them.
pub(super) fn class_names(features: &Value) -> Option<Vec<String>> {
    fn names(value: &Value) -> Option<Vec<String>> {
        match value {
            Value::Object(fields) => {
                fields.get("names").and_then(fields::strings).or_else(|| fields.values().find_map(names))
            }
            Value::Array(items) => items.iter().find_map(names),
            _ => None,
        }
    }
    TAG_KEYS.iter().filter_map(|key| features.get(key)).find_map(names)
}

pub(super) fn read_record(value: Value, names: &[String], source: &str, line: u64) -> Result<Record, String> {
    let mut object = fields::object(value)?;
    let tokens = fields::take_strings(&mut object, "tokens")?;
    let id = fields::take_id(&mut object, "id")?;
    let (text, ranges) = text_of(&mut object, &tokens)?;
    let mut record = fields::record(id, text, Object::new(), source, line);
    if let Some(key) = TAG_KEYS.into_iter().find(|key| object.contains_key(*key)) {
        let tags = fields::take_array(&mut object, key)?.unwrap_or_default();
        if tags.len() != tokens.len() {
            return Err(format!("{} tokens but {} tags", tokens.len(), tags.len()));
        }
        let tags: Vec<String> = tags.iter().map(|tag| tag_name(tag, names)).collect::<Result<_, _>>()?;
        let spans = bio::spans(&tags)
            .iter()
            .enumerate()
            .map(|(number, span)| word_spans::characters(span, &ranges, number))
            .collect::<Result<_, _>>()?;
        record.responses.push(RecordResponse { status: Status::Submitted, spans, ..Default::default() });
    }
    record.metadata = object;
    Ok(record)
}

/// The text of tokens: `text` where the record has one, else joined by one space.
pub(super) fn text_of(object: &mut Object, tokens: &[String]) -> Result<(String, Vec<crate::text::CharRange>), String> {
    if !matches!(object.get("text"), Some(Value::String(_))) {
        return Ok(word_spans::join(tokens));
    }
    let text = fields::take_text(object, "text")?;
    let ranges =
        word_spans::locate(&text, tokens).map_err(|reason| format!("the tokens do not fit \"text\": {reason}"))?;
    Ok((text, ranges))
}

fn tag_name(tag: &Value, names: &[String]) -> Result<String, String> {
    match tag {
        Value::String(tag) => Ok(tag.clone()),
        Value::Number(number) if names.is_empty() => Err(format!(
            "the tags are numbers (such as {number}) and nothing says what they mean: give the names in order with \
             --tag-names O,B-person,…"
        )),
        Value::Number(number) => {
            let name = number.as_u64().and_then(|n| names.get(usize::try_from(n).ok()?));
            name.cloned().ok_or_else(|| format!("tag {number}, but only {} names are given", names.len()))
        }
        other => Err(format!("a tag is {}; it must be a string or a number", fields::kind(other))),
    }
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
    let map = OffsetMap::new(text);
    let tokens: Vec<&str> = words.iter().map(|w| map.slice(text, *w)).collect();
    let mut line = Object::new();
    if let Some(id) = &annotated.record.id {
        line.insert("id".into(), json!(id));
    }
    line.insert("tokens".into(), json!(tokens));
    line.insert("ner_tags".into(), json!(bio::tags(words.len(), &spans)));
    line.insert("text".into(), json!(text));
    writeln!(out, "{}", Value::Object(line))?;
    Ok(())
}
