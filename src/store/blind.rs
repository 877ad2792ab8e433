//! Which responses were submitted without their annotator having seen a suggestion: gold of that kind does not flatter
//! the model that made the suggestions.
//!
//! A view of the edits like any other, one row of `meta` for each, so that no table had to change for it.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::error::Result;
use super::project::Project;
use crate::dataset::DocumentId;

/// What the rows of these marks begin with.
const MARK: &str = "blind/";

/// The annotator comes last: it may hold anything.
fn key(document: DocumentId, annotator: &str) -> String {
    format!("{MARK}{document}/{annotator}")
}

impl Project {
    /// True when the response was submitted without a suggestion having been seen.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn is_blind(&self, document: DocumentId, annotator: &str) -> Result<bool> {
        self.read(|c| is_blind(c, document, annotator))
    }
}

/// As [`Project::is_blind`].
pub(super) fn is_blind(c: &Connection, document: DocumentId, annotator: &str) -> rusqlite::Result<bool> {
    c.prepare_cached("SELECT 1 FROM meta WHERE key = ?1")?
        .query_row([key(document, annotator)], |_| Ok(()))
        .optional()
        .map(|found| found.is_some())
}

/// Sets or takes away the mark.
pub(super) fn write(tx: &Transaction, document: DocumentId, annotator: &str, blind: bool) -> rusqlite::Result<()> {
    let sql = match blind {
        true => "INSERT OR REPLACE INTO meta VALUES (?1, '1')",
        false => "DELETE FROM meta WHERE key = ?1",
    };
    tx.prepare_cached(sql)?.execute([key(document, annotator)]).map(drop)
}

/// How many an annotator has.
pub(super) fn count(c: &Connection, annotator: &str) -> rusqlite::Result<u64> {
    // `0` follows `/` in ASCII: the marks are one stretch of the table.
    c.prepare_cached(
        "SELECT count(*) FROM meta WHERE key >= 'blind/' AND key < 'blind0'
         AND substr(key, 7 + instr(substr(key, 7), '/')) = ?1",
    )?
    .query_row(params![annotator], |r| r.get::<_, i64>(0))
    .map(|n| n as u64)
}
