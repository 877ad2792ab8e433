//! CoNLL: a word and its tag a line, a blank line after each document.
//!
//! In: two or more columns (tabs, else spaces), any tag scheme of [`bio`](super::bio), `-DOCSTART-` passed over. The text
//! is the words joined by one space unless a comment `# text = ` gives it; `# id = ` (or CoNLL-U's `# sent_id = `) is the
//! id, other `# key = value` comments are metadata. Out: word, tab, BIO2 tag, with the comments that bring the text back;
//! `# text_json = ` where a line cannot hold it as it stands.

use std::io::Write;

use serde_json::Value;

use super::bad_record::{BadRecord, ReadResult, Records};
use super::fields::{Object, record};
use super::lines::{Input, Lines};
use super::losses::Losses;
use super::options::{ReadOptions, WriteOptions};
use super::write::{Annotated, WriteError};
use super::{bio, word_spans};
use crate::dataset::{RecordResponse, Status};
use crate::text::OffsetMap;

/// Reads documents, one a block.
pub(super) fn read(input: Input, source: &str, options: &ReadOptions) -> Records {
    let source = source.to_owned();
    let columns = (options.word_column, options.tag_column);
    let mut lines = Lines::new(input);
    Box::new(std::iter::from_fn(move || {
        let mut block = Block::default();
        let mut bad = None;
        loop {
            match lines.next() {
                None if block.is_empty() && bad.is_none() => return None,
                None => break,
                Some(Err(error)) if error.fatal => return Some(Err(error)),
                // The rest of the block is passed over: a document with a hole is no document.
                Some(Err(error)) => bad = bad.or(Some(error)),
                Some(Ok((_, line))) if line.trim().is_empty() => {
                    if !block.is_empty() || bad.is_some() {
                        break;
                    }
                }
                Some(Ok((number, line))) => {
                    if let Err(reason) = block.add(number, &line, columns) {
                        bad = bad.or(Some(BadRecord::new(number, reason)));
                    }
                }
            }
        }
        Some(match bad {
            Some(bad) => Err(bad),
            None => block.into_record(&source),
        })
    }))
}

/// The lines between two blank ones.
#[derive(Default)]
struct Block {
    line: u64,
    comments: Object,
    words: Vec<String>,
    tags: Vec<String>,
}

impl Block {
    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.comments.is_empty()
    }

    fn add(&mut self, number: u64, line: &str, (word, tag): (Option<usize>, Option<usize>)) -> Result<(), String> {
        let columns: Vec<&str> =
            if line.contains('\t') { line.split('\t').collect() } else { line.split_whitespace().collect() };
        if self.words.is_empty() && line.starts_with('#') {
            if let Some((key, value)) = comment(line) {
                if self.is_empty() {
                    self.line = number;
                }
                self.comments.insert(key, value);
                return Ok(());
            }
            if !columns.last().is_some_and(|last| bio::is_tag(last.trim())) {
                return Ok(());
            }
        }
        if columns.first() == Some(&"-DOCSTART-") {
            return Ok(());
        }
        if columns.len() < 2 {
            return Err(format!("one column ({:?}): a word and a tag are needed", line.trim()));
        }
        let column = |number: Option<usize>, default: usize| {
            let at = number.map_or(default, |n| n.wrapping_sub(1));
            columns.get(at).ok_or_else(|| format!("no column {}: the line has {}", at.wrapping_add(1), columns.len()))
        };
        if self.is_empty() {
            self.line = number;
        }
        let (word, tag) = (*column(word, 0)?, *column(tag, columns.len() - 1)?);
        if word.is_empty() {
            return Err("an empty word".into());
        }
        self.words.push(word.to_owned());
        self.tags.push(tag.trim().to_owned());
        Ok(())
    }

    fn into_record(mut self, source: &str) -> ReadResult {
        let line = self.line;
        let take = |comments: &mut Object, key| match comments.shift_remove(key) {
            Some(Value::String(value)) => Some(value),
            _ => None,
        };
        let id = take(&mut self.comments, "id").or_else(|| take(&mut self.comments, "sent_id"));
        let text = take(&mut self.comments, "text");
        let (text, ranges) = match text {
            Some(text) => {
                let ranges = word_spans::locate(&text, &self.words)
                    .map_err(|reason| BadRecord::new(line, format!("the words do not fit # text: {reason}")))?;
                (text, ranges)
            }
            None => word_spans::join(&self.words),
        };
        let spans: Result<Vec<_>, String> = bio::spans(&self.tags)
            .iter()
            .enumerate()
            .map(|(number, span)| word_spans::characters(span, &ranges, number))
            .collect();
        let spans = spans.map_err(|reason| BadRecord::new(line, reason))?;
        let mut record = record(id, text, self.comments, source, line);
        record.responses.push(RecordResponse { status: Status::Submitted, spans, ..Default::default() });
        Ok(record)
    }
}

/// `# key = value`, or `# key_json = "value"`.
fn comment(line: &str) -> Option<(String, Value)> {
    let (key, value) = line.strip_prefix("# ")?.split_once(" =")?;
    let named = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    if !named || !(value.is_empty() || value.starts_with(' ')) {
        return None;
    }
    let value = value.strip_prefix(' ').unwrap_or(value);
    if let Some(plain) = key.strip_suffix("_json")
        && let Ok(value @ Value::String(_)) = serde_json::from_str(value)
    {
        return Some((plain.to_owned(), value));
    }
    Some((key.to_owned(), Value::String(value.to_owned())))
}

fn write_comment(out: &mut dyn Write, key: &str, value: &str) -> std::io::Result<()> {
    let as_it_stands = !value.is_empty() && value.trim() == value && !value.contains(['\n', '\r']);
    if as_it_stands {
        writeln!(out, "# {key} = {value}")
    } else {
        writeln!(out, "# {key}_json = {}", Value::from(value))
    }
}

/// A document as a block.
pub(super) fn write_record(
    out: &mut dyn Write,
    annotated: &Annotated<'_>,
    options: &WriteOptions,
    losses: &mut Losses,
) -> Result<(), WriteError> {
    let text = &annotated.record.text;
    let (words, spans) = annotated.flat_word_spans(options, losses)?;
    if let Some(id) = &annotated.record.id {
        write_comment(out, "id", id)?;
    }
    write_comment(out, "text", text)?;
    let map = OffsetMap::new(text);
    for (word, tag) in words.iter().zip(bio::tags(words.len(), &spans)) {
        writeln!(out, "{}\t{}", map.slice(text, *word), one_line(&tag))?;
    }
    writeln!(out)?;
    Ok(())
}

/// A tag cannot hold what separates columns and lines.
fn one_line(tag: &str) -> String {
    tag.replace(['\t', '\n', '\r'], " ")
}
