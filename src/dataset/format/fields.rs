//! Fields of a JSON object by their kind, with reasons for people when they are something else.

use serde_json::Value;

use crate::dataset::{Provenance, Record, Span};
use crate::text::{CharRange, OffsetMap};

/// A JSON object.
pub(super) type Object = serde_json::Map<String, Value>;

/// What a value is, for messages.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// The value as an object.
pub(super) fn object(value: Value) -> Result<Object, String> {
    match value {
        Value::Object(object) => Ok(object),
        other => Err(format!("{} where a record (a JSON object) is expected", kind(&other))),
    }
}

/// Takes a string that must be there.
pub(super) fn take_text(object: &mut Object, key: &str) -> Result<String, String> {
    match object.shift_remove(key) {
        Some(Value::String(text)) => Ok(text),
        Some(other) => Err(format!("\"{key}\" is {}; it must be a string", kind(&other))),
        None => Err(format!("no \"{key}\"; the record has {}", keys(object))),
    }
}

/// The keys of an object, for messages.
fn keys(object: &Object) -> String {
    if object.is_empty() {
        return "no keys".into();
    }
    let mut names: Vec<String> = object.keys().take(8).map(|k| format!("{k:?}")).collect();
    if object.len() > 8 {
        names.push("…".into());
    }
    names.join(", ")
}

/// Takes an id: a string, a number, or nothing; an empty string is nothing.
pub(super) fn take_id(object: &mut Object, key: &str) -> Result<Option<String>, String> {
    match object.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(id)) => Ok(Some(id).filter(|id| !id.is_empty())),
        Some(Value::Number(id)) => Ok(Some(id.to_string())),
        Some(other) => Err(format!("\"{key}\" is {}; it must be a string or a number", kind(&other))),
    }
}

/// The value as a list of strings.
pub(super) fn strings(value: &Value) -> Option<Vec<String>> {
    value.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect()
}

/// Takes a list of strings that must be there.
pub(super) fn take_strings(object: &mut Object, key: &str) -> Result<Vec<String>, String> {
    let Some(value) = object.shift_remove(key) else {
        return Err(format!("no \"{key}\"; the record has {}", keys(object)));
    };
    strings(&value).ok_or_else(|| format!("\"{key}\" must be an array of strings"))
}

/// Takes an array that may be missing or null.
pub(super) fn take_array(object: &mut Object, key: &str) -> Result<Option<Vec<Value>>, String> {
    match object.shift_remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(other) => Err(format!("\"{key}\" is {}; it must be an array", kind(&other))),
    }
}

/// A whole number from zero up; `what` names it in the message.
pub(super) fn whole(value: Option<&Value>, what: &str) -> Result<usize, String> {
    match value {
        Some(Value::Number(n)) => n
            .as_u64()
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| format!("{what} is {n}; it must be a whole number from 0 up")),
        Some(other) => Err(format!("{what} is {}; it must be a whole number", kind(other))),
        None => Err(format!("{what} is missing")),
    }
}

/// A label: a string with something in it.
pub(super) fn label(value: Option<&Value>, what: &str) -> Result<String, String> {
    match value {
        Some(Value::String(label)) if !label.is_empty() => Ok(label.clone()),
        Some(Value::String(_)) => Err(format!("the label of {what} is empty")),
        Some(other) => Err(format!("the label of {what} is {}; it must be a string", kind(other))),
        None => Err(format!("{what} has no label")),
    }
}

/// A range that lies in the text and holds something.
pub(super) fn checked(range: CharRange, map: &OffsetMap, what: &str) -> Result<CharRange, String> {
    let CharRange { start, end } = range;
    if map.contains(range) {
        Ok(range)
    } else if end < start {
        Err(format!("{what} is reversed: {start}..{end}"))
    } else if start == end {
        Err(format!("{what} is empty: {start}..{end} (the end is one past the last character)"))
    } else {
        Err(format!("{what} is {start}..{end}, but the text has {} characters", map.chars()))
    }
}

/// A span `{start, end, label, score?, text?}` in code points. A `text` beside it must be the text of its range: that is
/// how offsets in bytes or UTF-16 units show.
pub(super) fn span(value: &Value, number: usize, text: &str, map: &OffsetMap) -> Result<Span, String> {
    let what = format!("span {}", number + 1);
    let Value::Object(fields) = value else {
        return Err(format!("{what} is {}; it must be an object with start, end and label", kind(value)));
    };
    let start = whole(fields.get("start"), &format!("the start of {what}"))?;
    let end = whole(fields.get("end"), &format!("the end of {what}"))?;
    let label = label(fields.get("label"), &what)?;
    let range = checked(CharRange::new(start, end), map, &format!("{what} ({label:?})"))?;
    let score = match fields.get("score") {
        None | Some(Value::Null) => None,
        Some(Value::Number(n)) => n.as_f64().map(|n| n as f32),
        Some(other) => return Err(format!("the score of {what} is {}; it must be a number", kind(other))),
    };
    if let Some(said) = fields.get("text").and_then(Value::as_str) {
        let found = map.slice(text, range);
        if said != found {
            return Err(format!(
                "{what} ({label:?}) is {start}..{end} and says {said:?}, but there the text has {found:?}: offsets must \
                 count characters (code points), not bytes or UTF-16 units"
            ));
        }
    }
    Ok(Span { range, label, score })
}

/// All spans of an array of objects.
pub(super) fn spans(values: &[Value], text: &str, map: &OffsetMap) -> Result<Vec<Span>, String> {
    values.iter().enumerate().map(|(number, value)| span(value, number, text, map)).collect()
}

/// A triple `[start, end, label]` as it stands, unchecked.
pub(super) fn triple(value: &Value, number: usize) -> Result<(usize, usize, String), String> {
    let what = format!("span {}", number + 1);
    let Some([start, end, name]) = value.as_array().map(Vec::as_slice) else {
        return Err(format!("{what} must be an array of start, end and label"));
    };
    Ok((
        whole(Some(start), &format!("the start of {what}"))?,
        whole(Some(end), &format!("the end of {what}"))?,
        label(Some(name), &what)?,
    ))
}

/// Half-open character triples `[start, end, label]`.
pub(super) fn character_triples(values: &[Value], map: &OffsetMap) -> Result<Vec<Span>, String> {
    let one = |(number, value): (usize, &Value)| {
        let (start, end, label) = triple(value, number)?;
        let what = format!("span {} ({label:?})", number + 1);
        Ok(Span { range: checked(CharRange::new(start, end), map, &what)?, label, score: None })
    };
    values.iter().enumerate().map(one).collect()
}

/// A record whose metadata is what is left of its object.
pub(super) fn record(id: Option<String>, text: String, rest: Object, source: &str, line: u64) -> Record {
    Record {
        id,
        text,
        metadata: rest,
        provenance: Provenance { source: source.to_owned(), line: Some(line), parent: None },
        ..Record::default()
    }
}
