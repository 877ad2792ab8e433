//! A source: one file or a folder of them, read as a stream of rows.
//!
//! [`Source::open`] looks at the files and finds the column with the texts; [`Source::read`] yields [`Row`]s, one batch in
//! memory at a time. A row that cannot be used is a [`BadRow`] with its place and reading goes on; a file whose rest cannot
//! be read ends there and the next one begins.

mod arrow;
mod batch;
mod columns;
mod files;
mod objects;
mod parquet;
mod text;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};

use self::columns::{Choice, Column, choose};
use self::files::{File, Kind};
use super::error::{CorpusError, Result};
use crate::dataset::{Metadata, Record};

/// How a source is read.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// The column with the texts; found by name or by length without it.
    pub text_column: Option<String>,
    /// The column whose values are the documents' ids.
    pub id_column: Option<String>,
    /// Names of integer tags, in order, where the source does not say.
    pub tag_names: Vec<String>,
}

/// A row of a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The text, its scalar columns as metadata, spans where the source has them, and its place.
    pub record: Record,
}

/// Why a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// There is no text in it.
    Empty,
    /// It cannot be read.
    Unreadable,
    /// The rest of its file cannot be read.
    Rest,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// File and line or row.
    pub place: String,
    /// What is wrong, for people.
    pub reason: String,
    /// Which kind it is.
    pub left: Left,
    /// How many rows: a damaged block takes several with it.
    pub rows: u64,
}

/// How far a source was read: files done, rows of the next one done. Rows left out count too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Files that are done.
    pub file: usize,
    /// Rows of the next file that are done.
    pub row: u64,
}

/// A source that was looked at.
#[derive(Debug)]
pub struct Source {
    files: Vec<File>,
    choice: Choice,
    options: SourceOptions,
    /// Files of a folder that are no data.
    ignored: usize,
    bytes: u64,
    rows: Option<u64>,
}

/// What every reader of a file yields: a row, or why there is none. Each counts as one row, a [`BadRow`] as its `rows`.
type FileRows = Box<dyn Iterator<Item = std::result::Result<Row, BadRow>> + Send>;

/// Rows looked at to find the column of the texts.
const SAMPLE: usize = 200;

impl Source {
    /// Looks at `from`: a file, or a folder of files.
    ///
    /// # Errors
    /// When it is not there, holds nothing that can be read, or has no column of texts of that name.
    pub fn open(from: &Path, options: SourceOptions) -> Result<Self> {
        let name = from.to_string_lossy();
        if name.starts_with("hub:") {
            return Err(CorpusError::Refused(format!(
                "{name}: sources on the hub cannot be read yet; download the data set's files and name them or their folder"
            )));
        }
        let (files, ignored) = files::list(from)?;
        let mut choice = None;
        let mut rows = Some(0);
        for file in &files {
            if file.kind == Kind::Parquet {
                let n = parquet::rows(&file.path)?;
                rows = rows.map(|all| all + n);
            } else {
                rows = None;
            }
        }
        for file in &files {
            let columns = columns_of(file)?;
            if columns.is_empty() && file.kind != Kind::Text && file.kind != Kind::Lines {
                continue;
            }
            let found = match file.kind {
                Kind::Text | Kind::Lines => Choice::whole(),
                _ => choose(&columns, options.text_column.as_deref())
                    .map_err(|why| CorpusError::Refused(format!("{}: {why}", file.path.display())))?,
            };
            choice = Some(found);
            break;
        }
        let Some(choice) = choice else {
            return Err(CorpusError::Refused(format!("{}: there is no row in it", from.display())));
        };
        if options.text_column.is_some() && choice == Choice::whole() {
            return Err(CorpusError::Refused(format!(
                "{}: is plain text and has no columns: leave --text-column out",
                from.display()
            )));
        }
        let bytes = files.iter().map(|f| std::fs::metadata(&f.path).map_or(0, |m| m.len())).sum();
        Ok(Self { files, choice, options, ignored, bytes, rows })
    }

    /// One line: what is read, which column holds the texts and why, and what else there is.
    pub fn described(&self) -> String {
        let mut said = match &self.files[..] {
            [one] => format!("{}: {}", one.name, one.kind.as_str()),
            several => format!("{} files, {}", several.len(), several[0].kind.as_str()),
        };
        if self.ignored > 0 {
            said.push_str(&format!(" ({} others in the folder are no data)", self.ignored));
        }
        said.push_str(&self.choice.described());
        said
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Rows of all files, where they say so.
    pub fn rows(&self) -> Option<u64> {
        self.rows
    }

    /// The rows from `position` on.
    pub fn read(self, position: Position) -> Rows {
        let read = Arc::new(AtomicU64::new(0));
        let before = self.files.iter().take(position.file);
        let before: u64 = before.map(|f| std::fs::metadata(&f.path).map_or(0, |m| m.len())).sum();
        read.fetch_add(before, Ordering::Relaxed);
        Rows {
            source: self,
            position: Position { file: position.file, row: 0 },
            skip: position.row,
            current: None,
            read,
        }
    }
}

/// The rows of a source, file after file.
pub struct Rows {
    source: Source,
    position: Position,
    /// Rows of the current file to pass over.
    skip: u64,
    current: Option<FileRows>,
    read: Arc<AtomicU64>,
}

impl Rows {
    /// How far it is: reading on from there yields what this would yield next.
    pub fn at(&self) -> Position {
        self.position
    }

    /// Bytes of the files read so far, for progress.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    fn open(&self, file: &File) -> Result<FileRows> {
        let (source, read) = (&self.source, &self.read);
        match file.kind {
            Kind::Text => text::whole(file, read),
            Kind::Lines => text::lines(file, read),
            Kind::Json => objects::json(file, &source.choice, &source.options, read),
            Kind::Csv | Kind::Tsv => objects::csv(file, &source.choice, &source.options, read),
            Kind::Parquet => parquet::rows_of(file, &source.choice, &source.options, read),
            Kind::ArrowStream | Kind::ArrowFile => arrow::rows_of(file, &source.choice, &source.options, read),
        }
    }
}

impl Iterator for Rows {
    type Item = std::result::Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.current.is_none() {
                let file = self.source.files.get(self.position.file)?;
                match self.open(file) {
                    Ok(rows) => self.current = Some(rows),
                    Err(error) => {
                        let place = file.name.clone();
                        self.next_file();
                        return Some(Err(BadRow { place, reason: error.to_string(), left: Left::Rest, rows: 0 }));
                    }
                }
            }
            let Some(item) = self.current.as_mut().and_then(Iterator::next) else {
                self.next_file();
                continue;
            };
            let rows = item.as_ref().map_or_else(|bad| bad.rows, |_| 1);
            let passed = self.position.row + rows <= self.skip && rows > 0;
            self.position.row += rows;
            if passed {
                continue;
            }
            let ends = matches!(&item, Err(bad) if bad.left == Left::Rest);
            if ends {
                self.next_file();
            }
            return Some(item);
        }
    }
}

impl Rows {
    fn next_file(&mut self) {
        self.current = None;
        self.skip = 0;
        self.position = Position { file: self.position.file + 1, row: 0 };
    }
}

/// The columns of a file, from its schema or its first rows.
fn columns_of(file: &File) -> Result<Vec<Column>> {
    match file.kind {
        Kind::Text | Kind::Lines => Ok(Vec::new()),
        Kind::Json => objects::json_columns(file),
        Kind::Csv | Kind::Tsv => objects::csv_columns(file),
        Kind::Parquet => parquet::columns(file),
        Kind::ArrowStream | Kind::ArrowFile => arrow::columns(file),
    }
}

/// Longest string of a column that is kept as metadata, in bytes.
const LONGEST_METADATA: usize = 256;
/// Most columns that are kept as metadata.
const MOST_METADATA: usize = 16;

/// Only what is short and no list or object; all of it has to stand in memory for every row that is kept.
fn short(metadata: Metadata) -> Metadata {
    let scalar = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => !text.is_empty() && text.len() <= LONGEST_METADATA,
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => true,
        _ => false,
    };
    metadata.into_iter().filter(|(_, value)| scalar(value)).take(MOST_METADATA).collect()
}

/// A row without text, or the row.
fn row(mut record: Record, id_column: Option<&str>) -> std::result::Result<Row, BadRow> {
    if record.text.trim().is_empty() {
        let place = place(&record.provenance.source, record.provenance.line.unwrap_or(0));
        return Err(BadRow { place, reason: "there is no text in it".to_owned(), left: Left::Empty, rows: 1 });
    }
    record.metadata = short(record.metadata);
    // An id counts only where a person says so: the numbers of two files are not the same thing.
    let own = record.id.take();
    match id_column {
        None => {
            if let Some(id) = own {
                record.metadata.insert("id".to_owned(), id.into());
            }
        }
        Some("id") => record.id = own,
        Some(column) => {
            record.id = match record.metadata.shift_remove(column) {
                Some(serde_json::Value::String(id)) => Some(id),
                Some(serde_json::Value::Null) | None => None,
                Some(other) => Some(other.to_string()),
            };
        }
    }
    Ok(Row { record })
}

/// A row that cannot be read.
fn unreadable(file: &str, number: u64, reason: impl Into<String>) -> BadRow {
    BadRow { place: place(file, number), reason: reason.into(), left: Left::Unreadable, rows: 1 }
}

/// The rest of a file that cannot be read.
fn rest(file: &str, number: u64, reason: impl Into<String>) -> BadRow {
    BadRow { place: place(file, number), reason: reason.into(), left: Left::Rest, rows: 0 }
}

fn place(file: &str, number: u64) -> String {
    if number > 0 { format!("{file}:{number}") } else { file.to_owned() }
}
