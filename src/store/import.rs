//! Bringing records in: many short transactions that nobody sees, then one that makes them visible.
//!
//! New documents are written at once under the number of the import and stay invisible. What touches documents that
//! are there already (a changed text, another response) is staged and applied in the last transaction. An import that
//! ends in any other way leaves nothing: what it wrote is cleared, here or at the next opening of the project.

mod leftovers;
mod staged;
mod writer;

use std::collections::HashMap;
use std::fs::File;

use rusqlite::params;

pub(super) use leftovers::clear_leftovers;

use self::leftovers::{clear, lock};
use self::staged::apply_staged;
use self::writer::{Met, Writer};
use super::apply::{count, count_documents, status_of};
use super::error::{Result, StoreError};
use super::journal::{insert_group, to_json};
use super::project::{Project, now};
use super::runs::RunSpec;
use crate::dataset::{LabelId, Origin, Record, RunId};

/// How an import treats what it reads.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// What is imported, for the history: a file name.
    pub source: String,
    /// Whose responses these are, where the records do not say.
    pub annotator: String,
    /// Spans are predictions of a run of this name, not responses.
    pub as_predictions: Option<String>,
    /// Responses that differ from those in the project replace them; otherwise the project's stay.
    pub overwrite: bool,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// New documents.
    pub added: u64,
    /// Documents that were there already, as they are.
    pub unchanged: u64,
    /// Documents whose text changed.
    pub changed_texts: u64,
    /// Documents left out because they were removed from the project.
    pub removed: u64,
    /// Responses brought in.
    pub responses: u64,
    /// Responses left out because the project has another one of the same annotator.
    pub kept: u64,
    /// Predictions brought in.
    pub predictions: u64,
    /// Labels made.
    pub labels: Vec<String>,
    /// Spans that found no place in a changed text: document, label, the text they covered.
    pub unaligned: Vec<(String, String, String)>,
    /// Records left out: where, and why.
    pub problems: Vec<(String, String)>,
}

/// An import that is going on. Drop it to leave everything as it was; [`Import::finish`] to keep it.
pub struct Import<'p> {
    project: &'p mut Project,
    options: ImportOptions,
    id: i64,
    group: i64,
    run: Option<RunId>,
    labels: HashMap<String, LabelId>,
    met: Met,
    waiting: Vec<(Record, Origin)>,
    waiting_bytes: usize,
    /// New responses of new documents by annotator and status, for the counters.
    counts: HashMap<(String, i64), i64>,
    report: ImportReport,
    done: bool,
    _lock: File,
}

/// One batch is one transaction: small enough to stay well under 50 ms.
const BATCH_RECORDS: usize = 128;
const BATCH_BYTES: usize = 512 * 1024;

impl Project {
    /// How many imports have finished: what they brought is in the project since.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn finished_imports(&self) -> Result<u64> {
        self.read(|c| {
            c.prepare_cached("SELECT count(*) FROM imports WHERE done = 1")?.query_row([], |r| r.get::<_, i64>(0))
        })
        .map(|n| n as u64)
    }

    /// Begins an import.
    ///
    /// # Errors
    /// When another one is running, the run's name is taken, or the store cannot be written.
    pub fn import(&mut self, options: ImportOptions) -> Result<Import<'_>> {
        let lock = lock(self)?.ok_or(StoreError::ImportRunning)?;
        if let Some(name) = &options.as_predictions {
            let taken = self.runs()?.iter().any(|r| r.name == *name);
            if taken {
                return Err(StoreError::RunExists(name.clone()));
            }
        }
        let labels = self.labels()?.into_iter().map(|l| (l.name, l.id)).collect();
        let (id, group, run) = self.write(|tx| {
            tx.execute("INSERT INTO imports (source, started) VALUES (?1, ?2)", params![options.source, now()])?;
            let id = tx.last_insert_rowid();
            let group = insert_group(tx, "import", &format!("import {}", options.source), "import", None, id)?;
            let run = match &options.as_predictions {
                None => None,
                Some(name) => {
                    let spec = RunSpec { model: options.source.clone(), ..RunSpec::default() };
                    tx.execute(
                        "INSERT INTO runs (name, spec, created, done, import) VALUES (?1, ?2, ?3, 1, ?4)",
                        params![name, to_json(&spec), now(), id],
                    )?;
                    Some(RunId(tx.last_insert_rowid()))
                }
            };
            Ok((id, group, run))
        })?;
        self.wait_for_disk(false)?;
        Ok(Import {
            project: self,
            options,
            id,
            group,
            run,
            labels,
            met: Met::default(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            counts: HashMap::new(),
            report: ImportReport::default(),
            done: false,
            _lock: lock,
        })
    }
}

impl Import<'_> {
    /// Takes one record as its file has it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add(&mut self, record: Record) -> Result<()> {
        self.add_from(record, Origin::Import)
    }

    /// Takes one record whose spans came about as `origin` says.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_from(&mut self, record: Record, origin: Origin) -> Result<()> {
        self.waiting_bytes += record.text.len() + 200;
        self.waiting.push((record, origin));
        if self.waiting.len() >= BATCH_RECORDS || self.waiting_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn project(&self) -> &Project {
        self.project
    }

    /// What has been done so far.
    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Makes everything visible.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is imported then.
    pub fn finish(mut self) -> Result<ImportReport> {
        self.flush()?;
        let (id, group) = (self.id, self.group);
        let (overwrite, annotator) = (self.options.overwrite, self.options.annotator.clone());
        let counts = std::mem::take(&mut self.counts);
        let added = self.report.added as i64;
        let mut report = std::mem::take(&mut self.report);
        self.project.wait_for_disk(true)?;
        self.project.transact(|tx| {
            apply_staged(tx, id, group, (overwrite, &annotator), &mut report)?;
            for ((annotator, status), n) in &counts {
                count(tx, annotator, status_of(*status), *n)?;
            }
            count_documents(tx, added)?;
            tx.execute("UPDATE imports SET done = 1 WHERE id = ?1", [id])?;
            Ok(())
        })?;
        self.done = true;
        Ok(report)
    }

    /// Writes what was taken so far, still invisible; problems with it are in the report then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        let records = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        if records.is_empty() {
            return Ok(());
        }
        let Self { project, options, id, group, run, labels, met, counts, report, .. } = self;
        let origin = Origin::Import;
        let mut writer = Writer { options, import: *id, group: *group, run: *run, origin, labels, met, counts, report };
        project.transact(|tx| {
            for (record, origin) in records {
                writer.origin = origin;
                writer.write(tx, record)?;
            }
            Ok(())
        })
    }
}

impl Drop for Import<'_> {
    fn drop(&mut self) {
        if !self.done {
            let _ = self.project.wait_for_disk(true);
            // A failure here is not the end: the next opening of the project clears it.
            let id = self.id;
            let _ = self.project.write(|tx| clear(tx, id));
        }
    }
}
