//! Objects one by one, for readers that do not know the format of a file but its columns.
//!
//! [`json_values`] and [`text_lines`] cut an input up, [`record_of`] makes the record of an object whose text is under
//! `text` or in `tokens`, [`tag_names`] finds what integer tags mean.

use serde_json::Value;

use super::bad_record::BadRecord;
use super::fields::Object;
use super::json_stream::JsonStream;
use super::lines::{Input, Lines};
use super::{hf, jsonl, tokens};
use crate::dataset::Record;

/// The JSON values of an input with the lines they start on: a value a line, or the elements of an array.
pub fn json_values(input: Input) -> Box<dyn Iterator<Item = Result<(u64, Value), BadRecord>> + Send> {
    Box::new(JsonStream::new(input))
}

/// The lines of an input with their numbers; one that is not UTF-8 is a [`BadRecord`].
pub fn text_lines(input: Input) -> Box<dyn Iterator<Item = Result<(u64, String), BadRecord>> + Send> {
    Box::new(Lines::new(input))
}

/// What integer tags mean, from a Hugging Face data set's `features`.
pub fn tag_names(features: &Value) -> Option<Vec<String>> {
    hf::class_names(features)
}

/// True when the object has words with a tag each.
pub fn has_tags(object: &Object) -> bool {
    object.contains_key("tokens") && hf::TAG_KEYS.iter().any(|key| matches!(object.get(*key), Some(Value::Array(_))))
}

/// The record of an object: words with tags, words with spans, or a `text` with gleaner's own keys.
///
/// # Errors
/// What is wrong with it, for people.
pub fn record_of(object: Object, tag_names: &[String], source: &str, line: u64) -> Result<Record, String> {
    if has_tags(&object) {
        hf::read_record(Value::Object(object), tag_names, source, line)
    } else if object.contains_key("tokens") && !object.contains_key("text") {
        tokens::read_record(Value::Object(object), source, line)
    } else {
        jsonl::read_record(Value::Object(object), source, line)
    }
}
