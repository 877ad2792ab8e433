//! nervaluate's own input: a JSON list of documents, each a list of `{label, start, end}`. Other keys are passed over.

use std::fmt;
use std::io::BufRead;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::Value;

use crate::dataset::format::not_json;

/// A span as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RawSpan {
    pub(super) label: String,
    pub(super) start: i64,
    pub(super) end: i64,
}

/// Whether a file begins like one: a list in a list, with objects or nothing in it.
pub(super) fn looks_like_it(start: &[u8]) -> bool {
    let mut solid = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).iter().filter(|b| !b.is_ascii_whitespace());
    let mut next = || solid.next().copied();
    matches!((next(), next(), next()), (Some(b'['), Some(b'['), Some(b'{' | b']')))
}

/// Reads all documents; `take` gets the spans of each in turn.
///
/// # Errors
/// In words, with the line where the JSON breaks, or with document and span where a value is of the wrong kind.
pub(super) fn read(mut input: impl BufRead, take: impl FnMut(Vec<RawSpan>)) -> Result<(), String> {
    if input.fill_buf().is_ok_and(|start| start.starts_with(b"\xEF\xBB\xBF")) {
        input.consume(3);
    }
    let mut json = serde_json::Deserializer::from_reader(input);
    let read = json.deserialize_seq(Documents { take, read: 0 }).and_then(|()| json.end());
    read.map_err(|error| {
        let said = error.to_string();
        match error.classify() {
            serde_json::error::Category::Io => format!("cannot be read on: {said}"),
            serde_json::error::Category::Data => {
                let said = said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what);
                format!("line {}: {said}", error.line())
            }
            _ => format!("line {}: {}", error.line(), not_json(&error)),
        }
    })
}

/// One span, whatever kinds its values are of.
#[derive(Deserialize)]
#[serde(expecting = "a span {label, start, end}")]
struct Loose {
    label: Option<Value>,
    start: Option<Value>,
    end: Option<Value>,
}

struct Documents<F> {
    take: F,
    read: usize,
}

impl<'de, F: FnMut(Vec<RawSpan>)> Visitor<'de> for Documents<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of documents, each a list of {label, start, end}")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut documents: A) -> Result<(), A::Error> {
        use serde::de::Error;
        while let Some(spans) = documents.next_element::<Vec<Loose>>()? {
            self.read += 1;
            let number = self.read;
            let spans = spans.into_iter().enumerate().map(|(at, span)| {
                strict(span).map_err(|why| A::Error::custom(format!("document {number}, span {}: {why}", at + 1)))
            });
            let spans = spans.collect::<Result<_, _>>()?;
            (self.take)(spans);
        }
        Ok(())
    }
}

fn strict(span: Loose) -> Result<RawSpan, String> {
    let whole = |value: Option<Value>, what: &str| match value {
        Some(Value::Number(n)) => n.as_i64().ok_or_else(|| format!("{what} is {n}; it must be a whole number")),
        Some(_) => Err(format!("{what} must be a whole number")),
        None => Err(format!("no {what}")),
    };
    let label = match span.label {
        Some(Value::String(label)) => label,
        Some(_) => return Err("label must be a string".to_owned()),
        None => return Err("no label".to_owned()),
    };
    Ok(RawSpan { label, start: whole(span.start, "start")?, end: whole(span.end, "end")? })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn all(json: &str) -> Result<Vec<Vec<RawSpan>>, String> {
        let mut documents = Vec::new();
        read(json.as_bytes(), |spans| documents.push(spans)).map(|()| documents)
    }

    #[test]
    fn documents_keep_their_places_and_other_keys_are_passed_over() {
        let documents =
            all(r#"[[{"label":"a","start":0,"end":3,"more":[1]}],[],[{"end":-1,"start":2,"label":""}]]"#).unwrap();
        assert_eq!(documents.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 1]);
        assert_eq!(documents[2][0], RawSpan { label: String::new(), start: 2, end: -1 });
        assert!(all("[]").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (json, why) in [
            (
                r#"[[{"label":"a","start":0,"end":3}],[{"label":"a","start":0.5,"end":3}]]"#,
                "document 2, span 1: start is 0.5",
            ),
            (r#"[[{"label":7,"start":0,"end":3}]]"#, "label must be a string"),
            (r#"[[{"label":"a","start":0}]]"#, "no end"),
            (r#"[[{"label":"a","start":0,"end""#, "line 1: not JSON: it is cut off"),
            (r#"{"a":1}"#, "a list of documents"),
        ] {
            let said = all(json).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn it_is_told_from_pairs_of_spacy() {
        for yes in ["[[{", " [ [ ] ]", "\u{feff}[\n[]"] {
            assert!(looks_like_it(yes.as_bytes()), "{yes}");
        }
        for no in ["[{", "[[\"text\", {", "", "{"] {
            assert!(!looks_like_it(no.as_bytes()), "{no}");
        }
    }
}
