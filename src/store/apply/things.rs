//! Labels and documents: reading and writing the rows a change is about.

use rusqlite::{OptionalExtension, Transaction, params};

use super::words::status_of;
use super::{Outcome, count, count_documents};
use crate::dataset::{DocumentId, Label, LabelId};
use crate::store::change::DocumentState;
use crate::store::error::StoreError;
use crate::store::journal::{from_json, to_json};

/// A label by number.
pub(in crate::store) fn label(c: &rusqlite::Connection, id: LabelId) -> rusqlite::Result<Option<Label>> {
    let body: Option<String> =
        c.prepare_cached("SELECT body FROM labels WHERE id = ?1")?.query_row([id.0], |r| r.get(0)).optional()?;
    body.map(|b| from_json(&b)).transpose()
}

pub(super) fn write_label(tx: &Transaction, id: LabelId, before: Option<&Label>, after: Option<&Label>) -> Outcome {
    let Some(after) = after else {
        let used: i64 = tx.query_row("SELECT count(*) FROM spans WHERE label = ?1", [id.0], |r| r.get(0))?;
        if used > 0 {
            let name = before.map_or_else(String::new, |l| l.name.clone());
            return Err(StoreError::LabelInUse { name, spans: used as u64 }.into());
        }
        tx.execute("DELETE FROM labels WHERE id = ?1", [id.0])?;
        return Ok(());
    };
    let taken: bool = tx
        .query_row("SELECT 1 FROM labels WHERE name = ?1 AND id <> ?2", params![after.name, id.0], |_| Ok(true))
        .optional()?
        .unwrap_or(false);
    if taken {
        return Err(StoreError::LabelExists(after.name.clone()).into());
    }
    tx.execute(
        "INSERT OR REPLACE INTO labels VALUES (?1, ?2, ?3, ?4)",
        params![id.0, after.name, after.position, to_json(after)],
    )?;
    Ok(())
}

pub(super) fn document_state(tx: &Transaction, document: DocumentId) -> rusqlite::Result<Option<DocumentState>> {
    tx.prepare_cached("SELECT removed, version FROM documents WHERE id = ?1")?
        .query_row([document.0], |r| Ok(DocumentState { removed: r.get(0)?, version: r.get(1)? }))
        .optional()
}

pub(super) fn write_document_state(
    tx: &Transaction,
    document: DocumentId,
    before: DocumentState,
    after: DocumentState,
) -> Outcome {
    tx.execute(
        "UPDATE documents SET removed = ?2, version = ?3 WHERE id = ?1",
        params![document.0, after.removed, after.version],
    )?;
    if before.version != after.version {
        // What a model said was said of another text.
        tx.execute("UPDATE ranks SET doubt = 0, suggestions = 0, scores = 0 WHERE document = ?1", params![document.0])?;
        tx.execute(
            "UPDATE documents SET (text, chars, text_hash) =
                 (SELECT text, chars, text_hash FROM document_versions v WHERE v.document = ?1 AND v.version = ?2)
             WHERE id = ?1 AND EXISTS (SELECT 1 FROM document_versions v WHERE v.document = ?1 AND v.version = ?2)",
            params![document.0, after.version],
        )?;
    }
    if before.removed != after.removed {
        let by = if after.removed { -1 } else { 1 };
        count_documents(tx, by)?;
        let responses: Vec<(String, i64)> = tx
            .prepare_cached("SELECT annotator, status FROM responses WHERE document = ?1")?
            .query_map([document.0], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (annotator, number) in responses {
            count(tx, &annotator, status_of(number), by)?;
        }
    }
    Ok(())
}
