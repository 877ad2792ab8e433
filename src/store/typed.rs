//! Documents that a person types or pastes in: they come hidden, and an edit, which can be undone, shows them.

use rusqlite::{OptionalExtension, Transaction, params};

use super::change::{Change, DocumentState, Group};
use super::error::Result;
use super::journal::{to_json, write_group};
use super::project::Project;
use crate::dataset::{DocumentId, Provenance, TextHash};
use crate::text::OffsetMap;

/// A typed text in the store.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed {
    /// Its document.
    pub document: DocumentId,
    /// What shows it now; nothing when it was to be seen already.
    pub group: Option<Group>,
}

impl Project {
    /// Adds a text as a document, unless there is one with this very text; one that was removed comes back. All of it is
    /// one transaction: a text that is not shown is not there.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn add_typed(&mut self, actor: &str, text: &str) -> Result<Typed> {
        self.transact(|tx| {
            let (document, before) = match find(tx, text)? {
                Some(found) => found,
                None => insert_hidden(tx, text)?,
            };
            if !before.removed {
                return Ok(Typed { document, group: None });
            }
            let after = DocumentState { removed: false, ..before };
            let changes = vec![Change::Document { document, before, after }];
            let group = Group { actor: actor.to_owned(), reason: format!("add document {document}"), changes };
            write_group(tx, &group)?;
            Ok(Typed { document, group: Some(group) })
        })
    }
}

/// A document with this very text, one that is to be seen before one that was removed.
fn find(tx: &Transaction, text: &str) -> rusqlite::Result<Option<(DocumentId, DocumentState)>> {
    tx.query_row(
        "SELECT id, removed, version FROM documents WHERE text_hash = ?1
         AND import NOT IN (SELECT id FROM imports WHERE done = 0) ORDER BY removed, id LIMIT 1",
        [TextHash::digest(text)],
        |r| Ok((DocumentId(r.get(0)?), DocumentState { removed: r.get(1)?, version: r.get(2)? })),
    )
    .optional()
}

fn insert_hidden(tx: &Transaction, text: &str) -> rusqlite::Result<(DocumentId, DocumentState)> {
    let provenance = Provenance { source: "typed".to_owned(), ..Provenance::default() };
    tx.execute(
        "INSERT INTO documents (text, chars, text_hash, removed, metadata, provenance) VALUES (?1, ?2, ?3, 1, '{}', ?4)",
        params![text, OffsetMap::new(text).chars() as i64, TextHash::digest(text), to_json(&provenance)],
    )?;
    Ok((DocumentId(tx.last_insert_rowid()), DocumentState { removed: true, version: 1 }))
}
