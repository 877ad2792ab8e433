//! Plain text: a row a line, or a row a file.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::files::File;
use super::{FileRows, rest, row, unreadable};
use crate::corpus::error::{CorpusError, Result};
use crate::dataset::format::{Format, ReadOptions, counted_input_of, read, text_lines};
use crate::dataset::{Provenance, Record};

/// A row a line; lines of white space are passed over.
pub(super) fn lines(file: &File, count: &Arc<AtomicU64>) -> Result<FileRows> {
    let input = counted_input_of(&file.path, count).map_err(|source| CorpusError::io(&file.path, source))?;
    let name = file.name.clone();
    let lines = text_lines(input).filter(|line| !matches!(line, Ok((_, text)) if text.trim().is_empty()));
    Ok(Box::new(lines.map(move |line| match line {
        Ok((number, text)) => {
            let provenance = Provenance { source: name.clone(), line: Some(number), parent: None };
            row(Record { text, provenance, ..Record::default() }, None)
        }
        Err(bad) if bad.fatal => Err(rest(&name, bad.line, bad.reason)),
        Err(bad) => Err(unreadable(&name, bad.line, bad.reason)),
    })))
}

/// The whole file as one row.
pub(super) fn whole(file: &File, count: &Arc<AtomicU64>) -> Result<FileRows> {
    let input = counted_input_of(&file.path, count).map_err(|source| CorpusError::io(&file.path, source))?;
    let name = file.name.clone();
    Ok(Box::new(read(Format::Text, input, &file.name, &ReadOptions::default()).map(move |record| match record {
        Ok(mut record) => {
            record.provenance.line = None;
            row(record, None)
        }
        Err(bad) => Err(unreadable(&name, 0, bad.reason)),
    })))
}
