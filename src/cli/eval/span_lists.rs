//! nervaluate's own input: a JSON list of documents, each a list of `{label, start, end}`. Other keys are passed over.
//!
//! Documents are read as they are nearly always written, without a step in between; whatever is written in another way
//! (escapes in a label, more keys, a number that is no integer) goes through the JSON parser, which takes it or says what
//! is wrong.

use std::io::BufRead;

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use crate::dataset::format::not_json;
use crate::evaluate::{LabelIndex, Mark};

/// Whether a file begins like one: a list in a list, with objects or nothing in it.
pub(super) fn looks_like_it(start: &[u8]) -> bool {
    let mut solid = start.strip_prefix(BOM).unwrap_or(start).iter().filter(|b| !b.is_ascii_whitespace());
    let mut next = || solid.next().copied();
    matches!((next(), next(), next()), (Some(b'['), Some(b'['), Some(b'{' | b']')))
}

const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Reads all documents; `take` gets the spans of each in turn.
///
/// # Errors
/// In words, with the line where the JSON breaks, or with document and span where a value is of the wrong kind.
pub(in super::super) fn read(
    input: impl BufRead,
    labels: &mut LabelIndex,
    mut take: impl FnMut(Vec<Mark>),
) -> Result<(), String> {
    let mut lists = SpanLists::new(input)?;
    while let Some(spans) = lists.document(labels)? {
        take(spans);
    }
    Ok(())
}

/// The documents of a file.
struct SpanLists<R> {
    reader: R,
    /// The document that was read last, as JSON.
    json: Vec<u8>,
    /// Documents read, that one too.
    read: usize,
    /// Line breaks before that document.
    breaks: usize,
    /// Spans of a document, until it is known how many.
    spans: Vec<Mark>,
}

impl<R: BufRead> SpanLists<R> {
    fn new(mut reader: R) -> Result<Self, String> {
        if reader.fill_buf().is_ok_and(|start| start.starts_with(BOM)) {
            reader.consume(BOM.len());
        }
        let mut this = Self { reader, json: Vec::new(), read: 0, breaks: 0, spans: Vec::new() };
        match this.next_solid()? {
            Some(b'[') => Ok(this),
            Some(_) => Err("not a list of documents, each a list of {label, start, end}".to_owned()),
            None => Err("is empty".to_owned()),
        }
    }

    /// The spans of the next document; `None` after the last.
    fn document(&mut self, labels: &mut LabelIndex) -> Result<Option<Vec<Mark>>, String> {
        let solid = match (self.next_solid()?, self.read) {
            (Some(b','), 1..) => match self.next_solid()? {
                Some(b']') => return Err(self.broken("a comma before a closing bracket")),
                solid => solid,
            },
            (Some(b'['), 1..) => return Err(self.broken("no comma between two documents")),
            (solid, _) => solid,
        };
        match solid {
            Some(b'[') => self.read += 1,
            Some(b']') => {
                let more = self.next_solid()?.is_some();
                return if more { Err(self.broken("something follows its end")) } else { Ok(None) };
            }
            Some(_) => return Err(self.broken("not a list of documents, each a list of {label, start, end}")),
            None => return Err(self.broken("it is cut off")),
        }
        self.json.clear();
        self.json.push(b'[');
        self.read_to_bracket()?;
        self.spans.clear();
        if Plain(&self.json[1..]).spans(labels, &mut self.spans).is_none() {
            self.spans.clear();
            self.otherwise(labels)?;
        }
        self.breaks += self.json.iter().filter(|byte| **byte == b'\n').count();
        Ok(Some(self.spans.as_slice().to_vec()))
    }

    /// Reads a document that is not plain.
    fn otherwise(&mut self, labels: &mut LabelIndex) -> Result<(), String> {
        let mut brackets = Brackets::default();
        while !brackets.closed_after(&self.json) && self.read_to_bracket()? {}
        let document = self.read;
        let found: Vec<Loose> = serde_json::from_slice(&self.json).map_err(|error| match error.classify() {
            Category::Data => {
                let said = error.to_string();
                format!(
                    "document {document}: {}",
                    said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what)
                )
            }
            _ => format!("line {}: {}", self.breaks + error.line(), not_json(&error)),
        })?;
        for (at, span) in found.into_iter().enumerate() {
            let mark = span.strict(labels).map_err(|why| format!("document {document}, span {}: {why}", at + 1))?;
            self.spans.push(mark);
        }
        Ok(())
    }

    /// Copies up to the next closing bracket; false at the end of the file.
    fn read_to_bracket(&mut self) -> Result<bool, String> {
        self.reader.read_until(b']', &mut self.json).map(|read| read > 0).map_err(|e| format!("cannot be read on: {e}"))
    }

    /// The next byte that is not white space.
    fn next_solid(&mut self) -> Result<Option<u8>, String> {
        loop {
            let buffer = self.reader.fill_buf().map_err(|e| format!("cannot be read on: {e}"))?;
            let at = buffer.iter().position(|byte| !byte.is_ascii_whitespace());
            let passed = at.unwrap_or(buffer.len());
            self.breaks += buffer[..passed].iter().filter(|byte| **byte == b'\n').count();
            let byte = at.map(|at| buffer[at]);
            self.reader.consume(passed + usize::from(byte.is_some()));
            if byte.is_some() || passed == 0 {
                return Ok(byte);
            }
        }
    }

    fn broken(&self, how: &str) -> String {
        format!("line {}: not JSON: {how}, after document {}", self.breaks + 1, self.read)
    }
}

/// Which brackets outside strings are open, as far as was looked.
#[derive(Default)]
struct Brackets {
    looked: usize,
    open: usize,
    in_string: bool,
    escaped: bool,
}

impl Brackets {
    /// Looks on to the end; true when none is open there.
    fn closed_after(&mut self, json: &[u8]) -> bool {
        for byte in &json[self.looked..] {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_string => self.escaped = true,
                b'"' => self.in_string = !self.in_string,
                b'[' if !self.in_string => self.open += 1,
                b']' if !self.in_string => self.open = self.open.saturating_sub(1),
                _ => {}
            }
        }
        self.looked = json.len();
        self.open == 0 && !self.in_string
    }
}

/// One span, whatever kinds its values are of.
#[derive(Deserialize)]
#[serde(expecting = "a span {label, start, end}")]
struct Loose {
    label: Option<Value>,
    start: Option<Value>,
    end: Option<Value>,
}

impl Loose {
    fn strict(self, labels: &mut LabelIndex) -> Result<Mark, String> {
        let whole = |value: Option<Value>, what: &str| match value {
            Some(Value::Number(n)) => n.as_i64().ok_or_else(|| format!("{what} is {n}; it must be a whole number")),
            Some(_) => Err(format!("{what} must be a whole number")),
            None => Err(format!("no {what}")),
        };
        let label = match self.label {
            Some(Value::String(label)) => label,
            Some(_) => return Err("label must be a string".to_owned()),
            None => return Err("no label".to_owned()),
        };
        let (start, end) = (whole(self.start, "start")?, whole(self.end, "end")?);
        Ok(Mark { label: labels.number(&label), start, end, score: None })
    }
}

/// What is left of a plain document: `{"label": "x", "start": 1, "end": 2}, …]`, keys in any order.
struct Plain<'b>(&'b [u8]);

impl<'b> Plain<'b> {
    /// Adds its spans; `None` when it is written in another way.
    fn spans(&mut self, labels: &mut LabelIndex, spans: &mut Vec<Mark>) -> Option<()> {
        if self.solid() == b']' {
            return self.ends();
        }
        loop {
            spans.push(self.span(labels)?);
            match self.solid() {
                b',' => self.skip(1),
                b']' => return self.ends(),
                _ => return None,
            }
        }
    }

    fn span(&mut self, labels: &mut LabelIndex) -> Option<Mark> {
        self.take(b'{')?;
        let (mut label, mut start, mut end) = (None, None, None);
        loop {
            let key = self.string()?;
            self.take(b':')?;
            let new = match key {
                b"label" => label.replace(std::str::from_utf8(self.string()?).ok()?).is_none(),
                b"start" => start.replace(self.integer()?).is_none(),
                b"end" => end.replace(self.integer()?).is_none(),
                _ => false,
            };
            if !new {
                return None;
            }
            match self.solid() {
                b',' => self.skip(1),
                b'}' => break,
                _ => return None,
            }
        }
        self.skip(1);
        // A label that never comes to be counted must not be known: the number is given last.
        let (start, end) = (start?, end?);
        Some(Mark { label: labels.number(label?), start, end, score: None })
    }

    /// The next byte that is not white space, not yet taken; 0 at the end.
    fn solid(&mut self) -> u8 {
        while let Some((b' ' | b'\n' | b'\t' | b'\r', rest)) = self.0.split_first() {
            self.0 = rest;
        }
        self.0.first().copied().unwrap_or(0)
    }

    fn skip(&mut self, bytes: usize) {
        self.0 = self.0.get(bytes..).unwrap_or_default();
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.solid() == byte).then(|| self.skip(1))
    }

    /// A string without escapes.
    fn string(&mut self) -> Option<&'b [u8]> {
        self.take(b'"')?;
        let length = self.0.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        let (string, rest) = self.0.split_at(length);
        (rest[0] == b'"').then(|| self.0 = &rest[1..])?;
        Some(string)
    }

    /// At most 18 digits, which fit.
    fn integer(&mut self) -> Option<i64> {
        let negative = self.solid() == b'-';
        self.skip(usize::from(negative));
        let (mut digits, mut value) = (0, 0i64);
        while let Some(digit) = self.0.get(digits).filter(|byte| byte.is_ascii_digit()) {
            digits += 1;
            if digits > 18 {
                return None;
            }
            value = value * 10 + i64::from(digit - b'0');
        }
        // JSON has no 007, and its -0 is no integer.
        let odd = self.0.first() == Some(&b'0') && (digits > 1 || negative);
        self.skip(digits);
        if digits == 0 || odd || matches!(self.0.first(), Some(b'.' | b'e' | b'E')) {
            return None;
        }
        Some(if negative { -value } else { value })
    }

    /// The closing bracket is all that is left.
    fn ends(&self) -> Option<()> {
        (self.0 == b"]").then_some(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::BufReader;

    use super::*;

    type Named = (String, i64, i64);

    fn all(json: &str) -> Result<Vec<Vec<Named>>, String> {
        let (mut labels, mut documents) = (LabelIndex::default(), Vec::new());
        // Three bytes at a time, so that every document crosses a border of the buffer.
        let input = BufReader::with_capacity(3, json.as_bytes());
        read(input, &mut labels, |spans| documents.push(spans))?;
        let named = |m: &Mark| (labels.name(m.label).to_owned(), m.start, m.end);
        Ok(documents.iter().map(|spans| spans.iter().map(named).collect()).collect())
    }

    #[test]
    fn documents_come_one_by_one_however_they_are_written() {
        let json = "\u{feff} [ [{\"label\":\"a]\\\"[\",\"start\":1,\"end\":2,\"more\":[1]}] , [],
            [{\"start\":-3,\"end\":4,\"label\":\"b\"} , { \"label\" : \"c\", \"start\" : 0, \"end\" : 10 }],
            [{\"label\":\"é]\",\"start\":1,\"end\":1}]]";
        let named = |name: &str, start, end| (name.to_owned(), start, end);
        let expected =
            [vec![named("a]\"[", 1, 2)], vec![], vec![named("b", -3, 4), named("c", 0, 10)], vec![named("é]", 1, 1)]];
        assert_eq!(all(json).unwrap(), expected);
        assert!(all("[]\n").unwrap().is_empty());
    }

    #[test]
    fn what_is_plain_and_what_the_json_parser_makes_of_it_are_the_same() {
        for span in [
            r#"{"label":"a","start":007,"end":3}"#,
            r#"{"label":"a","start":1,"start":2,"end":3}"#,
            r#"{"label":"a","start":1e1,"end":3}"#,
            r#"{"label":"a","start":99999999999999999999,"end":3}"#,
            r#"{"label":"a","start":- 1,"end":3}"#,
            r#"{"label":"a","start":1,"end":3,}"#,
            r#"{"label":"a","start":1}"#,
            "{\"label\":\"a\tb\",\"start\":1,\"end\":2}",
            r#"{"label":"a","start":1,"end":3}"#,
            r#"{"label":"","start":-0,"end":1}"#,
        ] {
            let theirs = serde_json::from_str::<Loose>(span)
                .map_err(|e| e.to_string())
                .and_then(|loose| loose.strict(&mut LabelIndex::default()));
            let ours = all(&format!("[[{span}]]"));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{span}");
            if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                assert_eq!((ours[0][0].1, ours[0][0].2), (theirs.start, theirs.end), "{span}");
            }
        }
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
            ("[[],\n[{\"label\":\"a\",\"start\":0,\"end\"", "line 2: not JSON: it is cut off"),
            ("[[]\n", "line 2: not JSON: it is cut off"),
            ("[[],]", "line 1: not JSON: a comma before a closing bracket"),
            ("[[]] []", "something follows its end"),
            ("[[] []]", "no comma between two documents"),
            (r#"{"a":1}"#, "not a list of documents"),
            ("[1]", "not a list of documents"),
            ("", "is empty"),
        ] {
            let said = all(json).unwrap_err();
            assert!(said.contains(why), "{json}: {said}");
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
