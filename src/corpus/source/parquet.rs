//! Parquet: only the columns that are wanted, a few rows of one row group in memory at a time.

use std::fs::File as DiskFile;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};

use super::arrow::{batch_rows, no_column};
use super::batch::{self, Batches};
use super::columns::{Choice, Column};
use super::files::File;
use super::{BadRow, FileRows, Left, Row, SAMPLE, SourceOptions};
use crate::corpus::error::{CorpusError, Result};

/// Rows in memory at a time.
const BATCH: usize = 1024;
/// Reads of one row group that may fail before its rest is left out.
const MOST_FAILURES: usize = 64;

/// How many rows the file says it has.
pub(super) fn rows(path: &std::path::Path) -> Result<u64> {
    let metadata = metadata(path)?;
    Ok(metadata.metadata().file_metadata().num_rows().try_into().unwrap_or(0))
}

/// The columns of the file; lengths from its first rows.
pub(super) fn columns(file: &File) -> Result<Vec<Column>> {
    let metadata = metadata(&file.path)?;
    let texts = batch::columns(metadata.schema(), None);
    let wanted: Vec<usize> =
        texts.iter().enumerate().filter(|(_, c)| c.holds == super::columns::Holds::Text).map(|(i, _)| i).collect();
    let reading = Reading { path: file.path.clone(), metadata: metadata.clone(), wanted };
    // A first row that cannot be read costs the lengths, not the file.
    let first = (metadata.metadata().num_row_groups() > 0).then(|| reading.read(0, 0, SAMPLE).ok()).flatten();
    Ok(batch::columns(metadata.schema(), first.as_ref().and_then(|batches| batches.first())))
}

fn metadata(path: &std::path::Path) -> Result<ArrowReaderMetadata> {
    let file = DiskFile::open(path).map_err(|source| CorpusError::io(path, source))?;
    ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(|error| {
        CorpusError::Refused(format!(
            "{}: cannot be read as parquet: {error}; its table of contents is at its end: if the file was cut short, \
             nothing of it can be read: fetch it again",
            path.display()
        ))
    })
}

/// What is read of a file.
struct Reading {
    path: std::path::PathBuf,
    metadata: ArrowReaderMetadata,
    wanted: Vec<usize>,
}

impl Reading {
    fn builder(&self, group: usize) -> std::result::Result<ParquetRecordBatchReaderBuilder<DiskFile>, String> {
        let file = DiskFile::open(&self.path).map_err(|e| e.to_string())?;
        let builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, self.metadata.clone());
        let mask = ProjectionMask::roots(builder.parquet_schema(), self.wanted.iter().copied());
        Ok(builder.with_row_groups(vec![group]).with_projection(mask).with_batch_size(BATCH))
    }

    /// Some rows of a row group; all of them, or what is wrong.
    fn read(&self, group: usize, from: usize, rows: usize) -> std::result::Result<Vec<RecordBatch>, String> {
        let reader = self.builder(group)?.with_offset(from).with_limit(rows).build().map_err(|e| e.to_string())?;
        reader.collect::<std::result::Result<_, _>>().map_err(|e| e.to_string())
    }

    /// What can be read of a stretch of rows of a row group, halving it around what cannot.
    fn salvage(&self, group: usize, from: usize, rows: usize, failures: &mut usize) -> Vec<Part> {
        match self.read(group, from, rows) {
            Ok(batches) => batches.into_iter().map(Part::Rows).collect(),
            Err(reason) => {
                *failures += 1;
                if rows == 1 || *failures > MOST_FAILURES {
                    return vec![Part::Lost { rows: rows as u64, reason }];
                }
                let half = rows / 2;
                let mut parts = self.salvage(group, from, half, failures);
                parts.extend(self.salvage(group, from + half, rows - half, failures));
                parts
            }
        }
    }
}

/// A stretch of rows.
enum Part {
    Rows(RecordBatch),
    Lost { rows: u64, reason: String },
}

/// The rows of the file.
pub(super) fn rows_of(
    file: &File,
    choice: &Choice,
    options: &SourceOptions,
    count: &Arc<AtomicU64>,
) -> Result<FileRows> {
    let metadata = metadata(&file.path)?;
    let schema = metadata.schema().clone();
    if schema.column_with_name(&choice.column).is_none() {
        return Err(no_column(file, choice));
    }
    let wanted = batch::projection(&schema, choice, options.id_column.as_deref());
    let make = batch_rows(file, choice, options, &schema);
    let sizes: Vec<usize> =
        metadata.metadata().row_groups().iter().map(|g| g.num_rows().try_into().unwrap_or(0)).collect();
    let bytes = std::fs::metadata(&file.path).map_or(0, |m| m.len());
    let reading = Reading { path: file.path.clone(), metadata, wanted };
    let groups = Groups {
        reading,
        make,
        name: file.name.clone(),
        total: sizes.iter().sum::<usize>().max(1) as u64,
        sizes,
        bytes,
        count: Arc::clone(count),
        counted: 0,
        group: 0,
        done: 0,
        number: 1,
        reader: None,
        failures: 0,
        waiting: Vec::new().into_iter(),
    };
    Ok(Box::new(groups))
}

/// Row group after row group.
struct Groups {
    reading: Reading,
    make: Batches,
    name: String,
    sizes: Vec<usize>,
    total: u64,
    bytes: u64,
    count: Arc<AtomicU64>,
    counted: u64,
    group: usize,
    /// Rows of the group that are done.
    done: usize,
    /// Number of the next row.
    number: u64,
    reader: Option<parquet::arrow::arrow_reader::ParquetRecordBatchReader>,
    failures: usize,
    waiting: std::vec::IntoIter<std::result::Result<Row, BadRow>>,
}

impl Groups {
    /// Reads the next stretch of rows into `waiting`; false at the end.
    fn fill(&mut self) -> bool {
        let Some(&size) = self.sizes.get(self.group) else { return false };
        if self.done >= size {
            (self.group, self.done, self.reader, self.failures) = (self.group + 1, 0, None, 0);
            return true;
        }
        let next = match &mut self.reader {
            Some(reader) => reader.next().map(|batch| batch.map_err(|e| e.to_string())),
            None => {
                let reader = self.reading.builder(self.group);
                let reader = reader.and_then(|b| b.with_offset(self.done).build().map_err(|e| e.to_string()));
                match reader {
                    Ok(reader) => {
                        self.reader = Some(reader);
                        return true;
                    }
                    Err(reason) => Some(Err(reason)),
                }
            }
        };
        let parts = match next {
            Some(Ok(batch)) if batch.num_rows() > 0 => vec![Part::Rows(batch)],
            Some(Err(_)) if self.failures <= MOST_FAILURES => {
                self.reader = None;
                let rows = BATCH.min(size - self.done);
                self.reading.salvage(self.group, self.done, rows, &mut self.failures)
            }
            Some(Err(reason)) => vec![Part::Lost { rows: (size - self.done) as u64, reason }],
            _ => {
                let reason = "the row group holds fewer rows than the file says".to_owned();
                vec![Part::Lost { rows: (size - self.done) as u64, reason }]
            }
        };
        let mut rows = Vec::new();
        for part in parts {
            let n = match part {
                Part::Rows(batch) => {
                    rows.extend(self.make.rows(&batch, self.number));
                    batch.num_rows() as u64
                }
                Part::Lost { rows: n, reason } => {
                    let many = if n == 1 { String::new() } else { format!(" ({n} rows)") };
                    let place = format!("{}:{}", self.name, self.number);
                    let reason = format!("cannot be read{many}: {reason}");
                    rows.push(Err(BadRow { place, reason, left: Left::Unreadable, rows: n }));
                    n
                }
            };
            self.number += n;
            self.done += n as usize;
        }
        let upto = self.bytes * (self.number - 1).min(self.total) / self.total;
        self.count.fetch_add(upto.saturating_sub(self.counted), Ordering::Relaxed);
        self.counted = upto;
        self.waiting = rows.into_iter();
        true
    }
}

impl Iterator for Groups {
    type Item = std::result::Result<Row, BadRow>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.waiting.next() {
                return Some(row);
            }
            if !self.fill() {
                return None;
            }
        }
    }
}
