//! nervaluate's input, one document at a time: a JSON list of documents, each a list of `{label, start, end}`.
//!
//! Documents are read as they are nearly always written, without a step in between; whatever is written in another way
//! (escapes in a label, more keys, a number that is no integer) goes through the JSON parser, which takes it or says what
//! is wrong.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

use crate::evaluate::Entity;

/// A span as the JSON parser sees it; other keys are passed over.
#[derive(Debug, Deserialize)]
struct Span<'b> {
    #[serde(borrow)]
    label: Cow<'b, str>,
    start: i64,
    end: i64,
}

/// Labels by number, in the order in which they come. There are few: looking through them beats a table.
#[derive(Debug, Default)]
pub(super) struct Names(pub(super) Vec<String>);

impl Names {
    fn number(&mut self, name: &[u8]) -> Option<u32> {
        if let Some(number) = self.0.iter().position(|known| known.as_bytes() == name) {
            return Some(number as u32);
        }
        self.0.push(std::str::from_utf8(name).ok()?.to_owned());
        Some(self.0.len() as u32 - 1)
    }
}

/// The documents of a file.
pub(super) struct SpanLists<R = BufReader<File>> {
    path: PathBuf,
    reader: R,
    /// The document that was read last, as JSON.
    json: Vec<u8>,
    read: u64,
    ended: bool,
}

impl SpanLists {
    /// Opens a file.
    ///
    /// # Errors
    /// When it cannot be opened or does not begin as a list.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let file = File::open(path).with_context(|| format!("{} cannot be opened", path.display()))?;
        Self::new(path, BufReader::with_capacity(1 << 18, file))
    }
}

impl<R: BufRead> SpanLists<R> {
    fn new(path: &Path, reader: R) -> anyhow::Result<Self> {
        let mut this = Self { path: path.to_owned(), reader, json: Vec::new(), read: 0, ended: false };
        anyhow::ensure!(this.next_solid()? == Some(b'['), "{}: not a JSON list of documents", path.display());
        Ok(this)
    }

    /// Adds the spans of the next document to `spans`; false after the last.
    ///
    /// # Errors
    /// When the file cannot be read on, ends too early, or a document is not a list of spans.
    pub(super) fn document(&mut self, names: &mut Names, spans: &mut Vec<Entity>) -> anyhow::Result<bool> {
        let mut solid = if self.ended { Some(b']') } else { self.next_solid()? };
        if solid == Some(b',') && self.read > 0 {
            solid = self.next_solid()?;
        }
        match solid {
            Some(b']') => {
                self.ended = true;
                return Ok(false);
            }
            Some(b'[') => self.read += 1,
            _ => anyhow::bail!("{}: broken after {} documents", self.path.display(), self.read),
        }
        self.json.clear();
        self.json.push(b'[');
        self.read_to_bracket()?;
        let before = spans.len();
        if Plain(&self.json[1..]).spans(names, spans).is_none() {
            spans.truncate(before);
            self.otherwise(names, spans)?;
        }
        Ok(true)
    }

    /// Reads a document that is not plain.
    fn otherwise(&mut self, names: &mut Names, spans: &mut Vec<Entity>) -> anyhow::Result<()> {
        while !is_whole(&self.json) {
            self.read_to_bracket()?;
        }
        let place = || format!("{}, document {}", self.path.display(), self.read);
        let found: Vec<Span<'_>> = serde_json::from_slice(&self.json).with_context(place)?;
        spans.extend(found.iter().filter_map(|span| {
            let label = names.number(span.label.as_bytes())?;
            Some(Entity { label, start: span.start, end: span.end })
        }));
        Ok(())
    }

    /// Copies up to the next closing bracket.
    fn read_to_bracket(&mut self) -> anyhow::Result<()> {
        self.reader.read_until(b']', &mut self.json)?;
        let there = self.json.last() == Some(&b']');
        anyhow::ensure!(there, "{}: ends in document {}", self.path.display(), self.read);
        Ok(())
    }

    /// The next byte that is not white space.
    fn next_solid(&mut self) -> anyhow::Result<Option<u8>> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let Some(at) = buffer.iter().position(|b| !b.is_ascii_whitespace()) else {
                let all = buffer.len();
                if all == 0 {
                    return Ok(None);
                }
                self.reader.consume(all);
                continue;
            };
            let byte = buffer[at];
            self.reader.consume(at + 1);
            return Ok(Some(byte));
        }
    }
}

/// Whether every bracket outside strings is closed.
fn is_whole(json: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' if !in_string => depth += 1,
            b']' if !in_string => depth -= 1,
            _ => {}
        }
    }
    depth == 0
}

/// What is left of a plain document: `{"label": "x", "start": 1, "end": 2}, …]`, keys in any order.
struct Plain<'b>(&'b [u8]);

impl<'b> Plain<'b> {
    /// Adds its spans; `None` when it is written in another way.
    fn spans(&mut self, names: &mut Names, spans: &mut Vec<Entity>) -> Option<()> {
        if self.solid() == b']' {
            return self.ends();
        }
        loop {
            spans.push(self.span(names)?);
            match self.solid() {
                b',' => self.skip(1),
                b']' => return self.ends(),
                _ => return None,
            }
        }
    }

    fn span(&mut self, names: &mut Names) -> Option<Entity> {
        self.take(b'{')?;
        let (mut label, mut start, mut end) = (None, None, None);
        loop {
            let key = self.string()?;
            self.take(b':')?;
            let new = match key {
                b"label" => label.replace(names.number(self.string()?)?).is_none(),
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
        Some(Entity { label: label?, start: start?, end: end? })
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
    use super::*;

    fn read(json: &str) -> anyhow::Result<Vec<Vec<(String, i64, i64)>>> {
        // Two bytes at a time, so that every document crosses a border of the buffer.
        let mut lists = SpanLists::new(Path::new("x"), BufReader::with_capacity(2, json.as_bytes()))?;
        let (mut names, mut spans, mut documents) = (Names::default(), Vec::new(), Vec::new());
        while lists.document(&mut names, &mut spans)? {
            let named = |e: Entity| (names.0[e.label as usize].clone(), e.start, e.end);
            documents.push(spans.drain(..).map(named).collect());
        }
        Ok(documents)
    }

    #[test]
    fn documents_come_one_by_one_however_they_are_written() {
        let json = r#" [ [{"label":"a]\"[","start":1,"end":2,"more":[1]}] , [],
            [{"start":-3,"end":4,"label":"b"} , { "label" : "c", "start" : 0, "end" : 10 }], [{"label":"é]","start":1,"end":1}]]"#;
        let named = |name: &str, start, end| (name.to_owned(), start, end);
        let expected =
            [vec![named("a]\"[", 1, 2)], vec![], vec![named("b", -3, 4), named("c", 0, 10)], vec![named("é]", 1, 1)]];
        assert_eq!(read(json).unwrap(), expected);
        assert!(read("[]").unwrap().is_empty());
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
            let json = format!("[{span}]");
            let theirs: Result<Vec<Span<'_>>, _> = serde_json::from_str(&json);
            let ours = read(&format!("[{json}]"));
            assert_eq!(ours.is_ok(), theirs.is_ok(), "{span}");
            if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                let theirs: Vec<_> = theirs.iter().map(|s| (s.label.to_string(), s.start, s.end)).collect();
                assert_eq!(ours[0], theirs, "{span}");
            }
        }
    }

    #[test]
    fn a_broken_file_is_said_with_its_place() {
        for (json, why) in [
            ("{}", "not a JSON list"),
            (r#"[[{"label":"a","start":1,"#, "ends in document 1"),
            ("[[]", "broken after 1 documents"),
            (r#"[[],[{"label":"a","start":0.5,"end":1}]]"#, "document 2"),
        ] {
            let said = format!("{:#}", read(json).unwrap_err());
            assert!(said.contains(why), "{said}");
        }
    }
}
