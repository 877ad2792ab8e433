//! From a change to the tables that show it.
//!
//! Used by commits, undo, imports and by the check that rebuilds everything from the edits: there is one way only.

mod response;
mod things;
mod words;

use rusqlite::{OptionalExtension, Transaction, params};

pub(super) use self::response::{
    count, count_documents, coverage, decision_of_row, insert_prediction, response_body, span_of_row, spans, status,
};
use self::response::{decision, set_status, span, write_coverage, write_decision, write_response, write_span};
pub(super) use self::things::label;
use self::things::{document_state, write_document_state, write_label};
pub(super) use self::words::{status_number, status_of};

use super::blind;
use super::change::Change;
use super::error::StoreError;
use super::journal::{from_json, to_json};
use super::notes::apply_note;
use crate::dataset::{DocumentId, Status, TaskCard};
use crate::text::CharRange;

/// Why a change was not applied.
#[derive(Debug)]
pub(super) enum Refusal {
    /// SQLite said no.
    Sql(rusqlite::Error),
    /// We said no.
    Store(Box<StoreError>),
}

impl From<rusqlite::Error> for Refusal {
    fn from(e: rusqlite::Error) -> Self {
        Refusal::Sql(e)
    }
}

pub(super) type Outcome = Result<(), Refusal>;

/// Applies one change, after checking that its `before` is what the store holds.
pub(super) fn apply(tx: &Transaction, change: &Change) -> Outcome {
    match change {
        Change::Span { document, annotator, id, before, after } => {
            expect(span(tx, *document, annotator, *id)? == *before, || format!("a span of document {document}"))?;
            if let Some(after) = after {
                check_range(tx, *document, after.range)?;
                // Another process may have removed the label meanwhile.
                expect(label(tx, after.label)?.is_some(), || "the label of a span".to_owned())?;
                write_span(tx, *document, annotator, after)?;
            } else {
                tx.prepare_cached("DELETE FROM spans WHERE document = ?1 AND annotator = ?2 AND id = ?3")?
                    .execute(params![document.0, annotator, id.0])?;
            }
            Ok(())
        }
        Change::Status { document, annotator, before, after } => {
            expect(status(tx, *document, annotator)? == *before, || format!("the status of document {document}"))?;
            set_status(tx, *document, annotator, *before, *after)
        }
        Change::Decision { document, annotator, prediction, before, after } => {
            let found = decision(tx, *document, annotator, *prediction)?;
            expect(found == *before, || format!("a decision on document {document}"))?;
            write_decision(tx, *document, annotator, *prediction, after.as_ref())
        }
        Change::Coverage { document, annotator, before, after } => {
            let found = coverage(tx, *document, annotator)?;
            expect(found == *before, || format!("the coverage of document {document}"))?;
            write_coverage(tx, *document, annotator, after.as_deref())
        }
        Change::Blind { document, annotator, before, after } => {
            let found = blind::is_blind(tx, *document, annotator)?;
            expect(found == *before, || format!("the response to document {document}"))?;
            blind::write(tx, *document, annotator, *after)?;
            Ok(())
        }
        Change::Response { document, annotator, before, after } => {
            let found = response_body(tx, *document, annotator)?;
            let same = found.clone().unwrap_or_default() == before.clone().unwrap_or_default();
            expect(same, || format!("the response to document {document}"))?;
            write_response(tx, *document, annotator, found.map_or(Status::Pending, |b| b.status), after.as_ref())
        }
        Change::Note { document, annotator, span, place, before, after } => {
            apply_note(tx, (*document, annotator, *span), *place, before.as_ref(), after.as_ref())
        }
        Change::Label { id, before, after } => {
            expect(label(tx, *id)? == *before, || "a label".to_owned())?;
            write_label(tx, *id, before.as_ref(), after.as_ref())
        }
        Change::Document { document, before, after } => {
            expect(document_state(tx, *document)? == Some(*before), || format!("document {document}"))?;
            write_document_state(tx, *document, *before, *after)
        }
        Change::Run { run, before, after } => {
            let found: Option<bool> = tx
                .prepare_cached("SELECT done FROM runs WHERE id = ?1")?
                .query_row([run.0], |r| r.get(0))
                .optional()?;
            expect(found == Some(*before), || "a run".to_owned())?;
            tx.execute("UPDATE runs SET done = ?2 WHERE id = ?1", params![run.0, after])?;
            Ok(())
        }
        Change::Task { before, after } => {
            let found: Option<String> =
                tx.query_row("SELECT value FROM meta WHERE key = 'task'", [], |r| r.get(0)).optional()?;
            let found: TaskCard = found.map(|j| from_json(&j)).transpose()?.unwrap_or_default();
            expect(found == *before, || "the task card".to_owned())?;
            tx.execute("INSERT OR REPLACE INTO meta VALUES ('task', ?1)", [to_json(after)])?;
            Ok(())
        }
    }
}

pub(super) fn expect(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(StoreError::Stale(what()).into()) }
}

fn check_range(tx: &Transaction, document: DocumentId, range: CharRange) -> Outcome {
    let chars: Option<i64> = tx
        .prepare_cached("SELECT chars FROM documents WHERE id = ?1")?
        .query_row([document.0], |r| r.get(0))
        .optional()?;
    let chars = chars.unwrap_or(0) as usize;
    if range.start < range.end && range.end <= chars {
        return Ok(());
    }
    Err(StoreError::OutOfRange { document, start: range.start, end: range.end, chars }.into())
}
