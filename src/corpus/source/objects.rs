//! JSON and CSV: an object a row.

use std::io::BufRead;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use serde_json::{Map, Value};

use super::columns::{Choice, Column, Holds};
use super::files::{File, Kind};
use super::{FileRows, Row, SAMPLE, SourceOptions, rest, row, unreadable};
use crate::corpus::error::{CorpusError, Result};
use crate::dataset::format::{counted_input_of, input_of, json_values, record_of};

type Object = Map<String, Value>;

/// The columns of JSON, from its first objects.
pub(super) fn json_columns(file: &File) -> Result<Vec<Column>> {
    let input = input_of(&file.path).map_err(|source| CorpusError::io(&file.path, source))?;
    let mut seen = Seen::default();
    let mut first_problem = None;
    for value in json_values(input).take(SAMPLE) {
        match value {
            Ok((_, Value::Object(object))) => object.into_iter().for_each(|(key, value)| seen.add(&key, &value)),
            // A JSON string a line is a text a line.
            Ok((_, Value::String(text))) => seen.add("text", &Value::String(text)),
            Ok(_) => {}
            Err(bad) => {
                let _ = first_problem.get_or_insert(bad);
            }
        }
    }
    match first_problem {
        Some(bad) if seen.columns.is_empty() => Err(CorpusError::Refused(format!("{}: {bad}", file.path.display()))),
        _ => Ok(seen.columns()),
    }
}

/// The columns of CSV, from its first rows.
pub(super) fn csv_columns(file: &File) -> Result<Vec<Column>> {
    let input = input_of(&file.path).map_err(|source| CorpusError::io(&file.path, source))?;
    let mut reader = csv_reader(input, file.kind);
    let headers = headers(&mut reader, file)?;
    let mut seen = Seen::default();
    headers.iter().for_each(|header| seen.add(header, &Value::Null));
    let mut cells = csv::ByteRecord::new();
    for _ in 0..SAMPLE {
        match reader.read_byte_record(&mut cells) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => continue,
        }
        for (header, cell) in headers.iter().zip(&cells) {
            if !cell.is_empty() {
                seen.add(header, &Value::String(String::from_utf8_lossy(cell).into_owned()));
            }
        }
    }
    Ok(seen.columns())
}

/// What was seen of the columns so far.
#[derive(Default)]
struct Seen {
    columns: Vec<(String, Holds, f64, f64)>,
}

impl Seen {
    fn add(&mut self, name: &str, value: &Value) {
        let (holds, chars) = match value {
            Value::Null => (None, 0),
            Value::String(text) => (Some(Holds::Text), text.chars().count()),
            Value::Number(_) | Value::Bool(_) => (Some(Holds::Scalar), 0),
            Value::Array(items) if !items.is_empty() && items.iter().all(Value::is_string) => {
                (Some(Holds::Words), items.iter().filter_map(Value::as_str).map(|w| w.chars().count() + 1).sum())
            }
            Value::Array(_) => (Some(Holds::Other("lists")), 0),
            Value::Object(_) => (Some(Holds::Other("objects")), 0),
        };
        let at = self.columns.iter().position(|c| c.0 == name).unwrap_or_else(|| {
            self.columns.push((name.to_owned(), Holds::Other("nothing"), 0.0, 0.0));
            self.columns.len() - 1
        });
        let Some(holds) = holds else { return };
        let column = &mut self.columns[at];
        // One string is enough to be a text; an empty list says nothing of lists of words.
        if column.1 != Holds::Text && !(column.1 == Holds::Words && holds == Holds::Other("lists")) {
            column.1 = holds;
        }
        column.2 += chars as f64;
        column.3 += 1.0;
    }

    fn columns(self) -> Vec<Column> {
        let one =
            |(name, holds, chars, n): (String, Holds, f64, f64)| Column { name, holds, chars: chars / n.max(1.0) };
        self.columns.into_iter().map(one).collect()
    }
}

/// The rows of JSON.
pub(super) fn json(file: &File, choice: &Choice, options: &SourceOptions, count: &Arc<AtomicU64>) -> Result<FileRows> {
    let input = counted_input_of(&file.path, count).map_err(|source| CorpusError::io(&file.path, source))?;
    let (name, make) = (file.name.clone(), Maker::new(file, choice, options));
    Ok(Box::new(json_values(input).map(move |value| match value {
        Ok((line, Value::Object(object))) => make.row(object, line),
        Ok((line, Value::String(text))) => make.row(Map::from_iter([(make.column.clone(), Value::String(text))]), line),
        Ok((line, _)) => Err(unreadable(&name, line, "a JSON object is expected")),
        Err(bad) if bad.fatal => Err(rest(&name, bad.line, bad.reason)),
        Err(bad) => Err(unreadable(&name, bad.line, bad.reason)),
    })))
}

/// The rows of CSV.
pub(super) fn csv(file: &File, choice: &Choice, options: &SourceOptions, count: &Arc<AtomicU64>) -> Result<FileRows> {
    let input = counted_input_of(&file.path, count).map_err(|source| CorpusError::io(&file.path, source))?;
    let mut reader = csv_reader(input, file.kind);
    let headers = headers(&mut reader, file)?;
    let (name, make) = (file.name.clone(), Maker::new(file, choice, options));
    let mut cells = csv::ByteRecord::new();
    let mut done = false;
    Ok(Box::new(std::iter::from_fn(move || {
        if done {
            return None;
        }
        let read = reader.read_byte_record(&mut cells);
        let line = cells.position().map_or(0, csv::Position::line);
        match read {
            Ok(false) => None,
            Ok(true) => Some(csv_row(&headers, &cells, line, &name, &make)),
            Err(error) => {
                done = true;
                Some(Err(rest(&name, line, format!("cannot read on: {error}"))))
            }
        }
    })))
}

fn csv_row(
    headers: &[String],
    cells: &csv::ByteRecord,
    line: u64,
    name: &str,
    make: &Maker,
) -> std::result::Result<Row, super::BadRow> {
    if cells.len() > headers.len() {
        let reason =
            format!("{} fields under a header of {}: quote fields that hold the delimiter", cells.len(), headers.len());
        return Err(unreadable(name, line, reason));
    }
    let mut object = Object::new();
    for (number, (header, cell)) in headers.iter().zip(cells).enumerate() {
        match std::str::from_utf8(cell) {
            Ok("") => {}
            Ok(cell) => {
                object.insert(header.clone(), Value::String(cell.to_owned()));
            }
            Err(_) => {
                return Err(unreadable(name, line, format!("not UTF-8 in column {}; convert the file", number + 1)));
            }
        }
    }
    make.row(object, line)
}

fn csv_reader<R: BufRead>(input: R, kind: Kind) -> csv::Reader<R> {
    let delimiter = if kind == Kind::Tsv { b'\t' } else { b',' };
    csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input)
}

fn headers<R: BufRead>(reader: &mut csv::Reader<R>, file: &File) -> Result<Vec<String>> {
    let headers = reader.headers().map_err(|error| {
        CorpusError::Refused(format!("{}: the header cannot be read: {error}", file.path.display()))
    })?;
    let clean = |header: &str| header.trim_start_matches('\u{feff}').trim().to_owned();
    Ok(headers.iter().map(clean).filter(|_| !headers.is_empty()).collect())
}

/// Makes rows of the objects of one file.
pub(super) struct Maker {
    source: String,
    pub(super) column: String,
    words: bool,
    tag_names: Vec<String>,
    id_column: Option<String>,
}

/// Keys under which gleaner's own JSON keeps what was said of a text.
const SAID: [&str; 7] = ["spans", "responses", "predictions", "notes", "parent", "coverage", "annotator"];

impl Maker {
    pub(super) fn new(file: &File, choice: &Choice, options: &SourceOptions) -> Self {
        Self {
            source: file.name.clone(),
            column: choice.column.clone(),
            words: choice.words,
            tag_names: options.tag_names.clone(),
            id_column: options.id_column.clone(),
        }
    }

    /// The same with names of integer tags, where nobody gave any.
    pub(super) fn with_tag_names(mut self, names: Option<Vec<String>>) -> Self {
        if self.tag_names.is_empty() {
            self.tag_names = names.unwrap_or_default();
        }
        self
    }

    /// The row of an object. What was said of the text comes along where it can be read; where not, the text does.
    pub(super) fn row(&self, mut object: Object, number: u64) -> std::result::Result<Row, super::BadRow> {
        let own = if self.words { "tokens" } else { "text" };
        if self.column != own {
            if let Some(other) = object.shift_remove(own) {
                object.insert(format!("{own}_column"), other);
            }
            if let Some(value) = object.shift_remove(&self.column) {
                object.insert(own.to_owned(), value);
            }
        }
        match object.get(own) {
            None | Some(Value::Null) => {
                object.insert("text".to_owned(), Value::String(String::new()));
                object.shift_remove("tokens");
            }
            Some(Value::String(_)) if !self.words => {}
            Some(Value::Array(words)) if self.words && words.iter().all(Value::is_string) => {}
            Some(_) => {
                let reason = format!("column {:?} holds something else here than in other rows", self.column);
                return Err(unreadable(&self.source, number, reason));
            }
        }
        if matches!(object.get("id"), Some(Value::Array(_) | Value::Object(_) | Value::Bool(_))) {
            object.shift_remove("id");
        }
        let text = object.get("text").cloned().filter(|_| !self.words);
        let words = object.get("tokens").cloned();
        let has_more = object.contains_key("tokens") || SAID.iter().any(|key| object.contains_key(*key));
        let plain = has_more.then(|| {
            let mut plain = object.clone();
            SAID.iter().for_each(|key| drop(plain.shift_remove(*key)));
            ["tokens", "ner_tags", "tags", "ner", "labels"].iter().for_each(|key| drop(plain.shift_remove(*key)));
            plain.insert("text".to_owned(), text.unwrap_or_else(|| joined(words.as_ref())));
            plain
        });
        let record = match record_of(object, &self.tag_names, &self.source, number) {
            Ok(record) => Ok(record),
            Err(reason) => match plain {
                Some(plain) => record_of(plain, &[], &self.source, number),
                None => Err(reason),
            },
        };
        row(record.map_err(|reason| unreadable(&self.source, number, reason))?, self.id_column.as_deref())
    }
}

/// The words of a row as its text.
fn joined(words: Option<&Value>) -> Value {
    let words = words.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
    Value::String(words.collect::<Vec<_>>().join(" "))
}
