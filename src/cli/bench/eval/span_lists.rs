//! nervaluate's input, one document at a time: a JSON list of documents, each a list of `{label, start, end}`.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Deserialize;

/// A span as it stands in the file; other keys are passed over.
#[derive(Debug, Deserialize)]
pub(super) struct Span<'b> {
    #[serde(borrow)]
    pub(super) label: Cow<'b, str>,
    pub(super) start: i64,
    pub(super) end: i64,
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
        Self::new(path, BufReader::with_capacity(1 << 16, file))
    }
}

impl<R: BufRead> SpanLists<R> {
    fn new(path: &Path, reader: R) -> anyhow::Result<Self> {
        let mut this = Self { path: path.to_owned(), reader, json: Vec::new(), read: 0, ended: false };
        anyhow::ensure!(this.next_solid()? == Some(b'['), "{}: not a JSON list of documents", path.display());
        Ok(this)
    }

    /// The spans of the next document; `None` after the last.
    ///
    /// # Errors
    /// When the file cannot be read on, ends too early, or a document is not a list of spans.
    pub(super) fn document(&mut self) -> anyhow::Result<Option<Vec<Span<'_>>>> {
        let mut solid = if self.ended { Some(b']') } else { self.next_solid()? };
        if solid == Some(b',') && self.read > 0 {
            solid = self.next_solid()?;
        }
        match solid {
            Some(b']') => {
                self.ended = true;
                Ok(None)
            }
            Some(b'[') => {
                self.read += 1;
                self.json.clear();
                self.json.push(b'[');
                self.rest_of_list()?;
                let spans = serde_json::from_slice(&self.json);
                Ok(Some(spans.with_context(|| format!("{}, document {}", self.path.display(), self.read))?))
            }
            _ => anyhow::bail!("{}: broken after {} documents", self.path.display(), self.read),
        }
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

    /// Copies the list whose bracket was just read up to the bracket that closes it.
    fn rest_of_list(&mut self) -> anyhow::Result<()> {
        let (mut depth, mut in_string, mut escaped) = (1, false, false);
        while depth > 0 {
            let buffer = self.reader.fill_buf()?;
            anyhow::ensure!(!buffer.is_empty(), "{}: ends in document {}", self.path.display(), self.read);
            let mut taken = buffer.len();
            for (at, byte) in buffer.iter().enumerate() {
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_string => escaped = true,
                    b'"' => in_string = !in_string,
                    b'[' if !in_string => depth += 1,
                    b']' if !in_string => depth -= 1,
                    _ => {}
                }
                if depth == 0 {
                    taken = at + 1;
                    break;
                }
            }
            self.json.extend_from_slice(&buffer[..taken]);
            self.reader.consume(taken);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(json: &str) -> anyhow::Result<Vec<Vec<(String, i64, i64)>>> {
        // Two bytes at a time, so that every document crosses a border of the buffer.
        let mut lists = SpanLists::new(Path::new("x"), BufReader::with_capacity(2, json.as_bytes()))?;
        let mut documents = Vec::new();
        while let Some(spans) = lists.document()? {
            documents.push(spans.iter().map(|s| (s.label.clone().into_owned(), s.start, s.end)).collect());
        }
        Ok(documents)
    }

    #[test]
    fn documents_come_one_by_one() {
        let json = r#" [ [{"label":"a]\"[","start":1,"end":2,"more":[1]}] , [],[{"start":3,"end":4,"label":"b"}]]"#;
        assert_eq!(read(json).unwrap(), [vec![("a]\"[".to_owned(), 1, 2)], vec![], vec![("b".to_owned(), 3, 4)]]);
        assert!(read("[]").unwrap().is_empty());
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
