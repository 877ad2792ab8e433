//! Notes and flags in the store. The document itself has span number 0 in the table.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::apply::{Outcome, expect};
use super::error::Result;
use super::project::Project;
use crate::dataset::{DocumentId, Note, PlacedNote, SpanId};
use crate::text::CharRange;

/// Notes and flags of a project.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NoteCounts {
    /// Notes with words.
    pub notes: u64,
    /// Flags, with words or without.
    pub flags: u64,
}

impl Project {
    /// An annotator's notes on a document: its own first, then those on spans by place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn notes(&self, document: DocumentId, annotator: &str) -> Result<Vec<PlacedNote>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT span, start, end, text, flag FROM notes WHERE document = ?1 AND annotator = ?2
                 ORDER BY span > 0, start, end DESC, span",
            )?
            .query_map(params![document.0, annotator], note_of_row)?
            .collect()
        })
    }

    /// Everybody's notes on a document, with who wrote them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn all_notes(&self, document: DocumentId) -> Result<Vec<(String, PlacedNote)>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT span, start, end, text, flag, annotator FROM notes WHERE document = ?1
                 ORDER BY annotator, span > 0, start, end DESC, span",
            )?
            .query_map([document.0], |r| Ok((r.get(5)?, note_of_row(r)?)))?
            .collect()
        })
    }

    /// How many notes and flags there are, everybody's. The cost grows with them, not with the documents.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn note_counts(&self) -> Result<NoteCounts> {
        let count = |test| self.read(|c| c.query_row(&format!("SELECT count(*) FROM notes WHERE {test}"), [], number));
        Ok(NoteCounts { notes: count("text <> ''")?, flags: count("flag = 1")? })
    }
}

fn number(r: &Row) -> rusqlite::Result<u64> {
    r.get::<_, i64>(0).map(|n| n as u64)
}

fn note_of_row(r: &Row) -> rusqlite::Result<PlacedNote> {
    let (span, start, end): (i64, i64, i64) = (r.get(0)?, r.get(1)?, r.get(2)?);
    Ok(PlacedNote {
        span: (span > 0).then_some(SpanId(span)),
        place: (end > start).then(|| CharRange::new(start as usize, end as usize)),
        note: Note { text: r.get(3)?, flag: r.get(4)? },
    })
}

/// Where a note is: document, annotator, span.
pub(super) type Key<'a> = (DocumentId, &'a str, Option<SpanId>);

/// Writes a note, or removes it. A span that is there says itself where it is; for one that is gone `place` does.
pub(super) fn apply_note(
    tx: &Transaction,
    (document, annotator, span): Key,
    place: Option<CharRange>,
    before: Option<&Note>,
    after: Option<&Note>,
) -> Outcome {
    let key = span.map_or(0, |id| id.0);
    let found = tx
        .prepare_cached("SELECT text, flag FROM notes WHERE document = ?1 AND annotator = ?2 AND span = ?3")?
        .query_row(params![document.0, annotator, key], |r| Ok(Note { text: r.get(0)?, flag: r.get(1)? }))
        .optional()?;
    expect(found.as_ref() == before, || format!("a note on document {document}"))?;
    match after {
        None => tx
            .prepare_cached("DELETE FROM notes WHERE document = ?1 AND annotator = ?2 AND span = ?3")?
            .execute(params![document.0, annotator, key])?,
        Some(note) => {
            let now = tx
                .prepare_cached("SELECT start, end FROM spans WHERE document = ?1 AND annotator = ?2 AND id = ?3")?
                .query_row(params![document.0, annotator, key], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            let (start, end) = now.or(place.map(|p| (p.start as i64, p.end as i64))).unwrap_or((0, 0));
            tx.prepare_cached("INSERT OR REPLACE INTO notes VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                .execute(params![document.0, annotator, key, note.text, note.flag, start, end])?
        }
    };
    Ok(())
}

/// A span has another place, or comes back: its note knows.
pub(super) fn follow_span(
    tx: &Transaction,
    (document, annotator, span): (DocumentId, &str, SpanId),
    range: CharRange,
) -> rusqlite::Result<()> {
    tx.prepare_cached("UPDATE notes SET start = ?4, end = ?5 WHERE document = ?1 AND annotator = ?2 AND span = ?3")?
        .execute(params![document.0, annotator, span.0, range.start as i64, range.end as i64])
        .map(drop)
}
