//! Taking a frozen set away, with all that was said under its name: one step of undo.

use rusqlite::{Transaction, params};

use super::{gold_annotator, is_there};
use crate::dataset::{DocumentId, Note, SpanId};
use crate::store::apply::{Refusal, decision_of_row, response_body};
use crate::store::blind;
use crate::store::change::{Change, Group};
use crate::store::error::Result;
use crate::store::journal::write_group;
use crate::store::project::Project;
use crate::text::CharRange;

impl Project {
    /// Removes a frozen set; the responses it was made from stay as they are. The committed group comes back.
    ///
    /// # Errors
    /// When there is none of this name, naming those there are.
    pub fn remove_gold(&mut self, actor: &str, name: &str) -> Result<Group> {
        self.require_gold_set(name)?;
        self.transact(|tx| {
            let reason = format!("remove gold set \"{name}\"");
            let mut group = Group { actor: actor.to_owned(), reason, changes: Vec::new() };
            // Another process may have been faster: then there is nothing left to do.
            if is_there(tx, name)? {
                group.changes = everything_under(tx, &gold_annotator(name))?;
                write_group(tx, &group)?;
            }
            Ok(group)
        })
    }
}

/// What takes back all that stands under an annotator's name. Notes go before the spans they are on.
fn everything_under(tx: &Transaction, annotator: &str) -> std::result::Result<Vec<Change>, Refusal> {
    let mut changes = Vec::new();
    let mut notes =
        tx.prepare_cached("SELECT document, span, start, end, text, flag FROM notes WHERE annotator = ?1")?;
    let mut rows = notes.query([annotator])?;
    while let Some(row) = rows.next()? {
        let (span, start, end): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
        changes.push(Change::Note {
            document: DocumentId(row.get(0)?),
            annotator: annotator.to_owned(),
            span: (span > 0).then_some(SpanId(span)),
            place: (end > start).then(|| CharRange::new(start as usize, end as usize)),
            before: Some(Note { text: row.get(4)?, flag: row.get(5)? }),
            after: None,
        });
    }
    let mut decisions = tx.prepare_cached(
        "SELECT run, start, end, label, score, verdict, bulk, document FROM decisions WHERE annotator = ?1
         ORDER BY document",
    )?;
    let mut rows = decisions.query([annotator])?;
    while let Some(row) = rows.next()? {
        let decision = decision_of_row(row)?;
        changes.push(Change::Decision {
            document: DocumentId(row.get(7)?),
            annotator: annotator.to_owned(),
            prediction: decision.prediction,
            before: Some(decision),
            after: None,
        });
    }
    let documents: Vec<i64> = tx
        .prepare_cached("SELECT document FROM responses WHERE annotator = ?1 AND status > 0 ORDER BY document")?
        .query_map(params![annotator], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for document in documents.into_iter().map(DocumentId) {
        let annotator = annotator.to_owned();
        if blind::is_blind(tx, document, &annotator)? {
            changes.push(Change::Blind { document, annotator: annotator.clone(), before: true, after: false });
        }
        let before = response_body(tx, document, &annotator)?;
        changes.push(Change::Response { document, annotator, before, after: None });
    }
    Ok(changes)
}
