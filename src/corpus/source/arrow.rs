//! Arrow IPC: streams as `save_to_disk` writes them, and files with a footer.

use std::fs::File as DiskFile;
use std::io::BufReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, SchemaRef};

use super::batch::{self, Batches};
use super::columns::{Choice, Column};
use super::files::{File, Kind};
use super::objects::Maker;
use super::{BadRow, FileRows, Left, Row, SourceOptions, rest};
use crate::corpus::error::{CorpusError, Result};
use crate::dataset::format::counted_input_of;

type Read = Box<dyn Iterator<Item = std::result::Result<RecordBatch, ArrowError>> + Send>;

/// The columns of the file; lengths from its first batch.
pub(super) fn columns(file: &File) -> Result<Vec<Column>> {
    let (schema, mut batches) = open(file, |_| None, &Arc::default())?;
    let first = batches.next().and_then(std::result::Result::ok);
    Ok(batch::columns(&schema, first.as_ref()))
}

/// The rows of the file.
pub(super) fn rows_of(
    file: &File,
    choice: &Choice,
    options: &SourceOptions,
    count: &Arc<AtomicU64>,
) -> Result<FileRows> {
    let id_column = options.id_column.as_deref();
    let (schema, mut batches) = open(file, |schema| Some(batch::projection(schema, choice, id_column)), count)?;
    if schema.column_with_name(&choice.column).is_none() {
        return Err(no_column(file, choice));
    }
    let rows = batch_rows(file, choice, options, &schema);
    let name = file.name.clone();
    let (mut number, mut ended, mut failures) = (1u64, false, 0);
    let mut waiting: std::vec::IntoIter<std::result::Result<Row, BadRow>> = Vec::new().into_iter();
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            if let Some(row) = waiting.next() {
                return Some(row);
            }
            if ended {
                return None;
            }
            match batches.next() {
                None => return None,
                Some(Ok(batch)) => {
                    failures = 0;
                    waiting = rows.rows(&batch, number).into_iter();
                    number += batch.num_rows() as u64;
                }
                // A batch that cannot be read is not the end of a stream whose next message can be found; a stream that is
                // cut is.
                Some(Err(error)) => {
                    failures += 1;
                    let cut = matches!(error, ArrowError::IoError(..));
                    ended = cut || failures > 2;
                    if ended {
                        let what = if cut { "the file is cut short" } else { "the rest cannot be read" };
                        return Some(Err(rest(&name, number, format!("{what}: {error}; what came before is kept"))));
                    }
                    let reason = format!("a block of rows cannot be read: {error}");
                    return Some(Err(BadRow {
                        place: format!("{name}:{number}"),
                        reason,
                        left: Left::Unreadable,
                        rows: 0,
                    }));
                }
            }
        }
    })))
}

/// Says that a file of a folder lacks the column the others have.
pub(super) fn no_column(file: &File, choice: &Choice) -> CorpusError {
    CorpusError::Refused(format!("{}: there is no column {:?} in it", file.path.display(), choice.column))
}

/// What makes rows of the batches of a file.
pub(super) fn batch_rows(
    file: &File,
    choice: &Choice,
    options: &SourceOptions,
    schema: &arrow_schema::Schema,
) -> Batches {
    Batches {
        name: file.name.clone(),
        column: choice.column.clone(),
        id_column: options.id_column.clone(),
        make: Maker::new(file, choice, options).with_tag_names(batch::names_in(schema)),
    }
}

fn open(
    file: &File,
    project: impl Fn(&arrow_schema::Schema) -> Option<Vec<usize>>,
    count: &Arc<AtomicU64>,
) -> Result<(SchemaRef, Read)> {
    let bad = |error: ArrowError| {
        CorpusError::Refused(format!(
            "{}: cannot be read as Arrow: {error}; if it was cut short, fetch it again",
            file.path.display()
        ))
    };
    let io = |source| CorpusError::io(&file.path, source);
    if file.kind == Kind::ArrowFile {
        let disk = || DiskFile::open(&file.path).map(BufReader::new);
        let whole = FileReader::try_new(disk().map_err(io)?, None).map_err(bad)?;
        let schema = whole.schema();
        let reader = match project(&schema) {
            None => whole,
            some => FileReader::try_new(disk().map_err(io)?, some).map_err(bad)?,
        };
        count.fetch_add(std::fs::metadata(&file.path).map_or(0, |m| m.len()), Ordering::Relaxed);
        return Ok((schema, Box::new(reader)));
    }
    let input = |count: &Arc<AtomicU64>| counted_input_of(&file.path, count).map_err(io);
    let schema = StreamReader::try_new(input(&Arc::default())?, None).map_err(bad)?.schema();
    let reader = StreamReader::try_new(input(count)?, project(&schema)).map_err(bad)?;
    Ok((schema, Box::new(reader)))
}
