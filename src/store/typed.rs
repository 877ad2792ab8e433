//! Documents that a person types or pastes in: they come hidden, and an edit, which can be undone, shows them.

use rusqlite::{OptionalExtension, params};

use super::change::DocumentState;
use super::error::Result;
use super::journal::to_json;
use super::project::Project;
use crate::dataset::{DocumentId, Provenance, TextHash};
use crate::text::OffsetMap;

/// A typed text in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Its document.
    pub document: DocumentId,
    /// How it is there: hidden when it is new or was removed.
    pub state: DocumentState,
}

impl Project {
    /// Takes a text in, still hidden, unless there is a document with this very text.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn take_typed(&mut self, text: &str) -> Result<Typed> {
        let (hash, chars) = (TextHash::digest(text), OffsetMap::new(text).chars());
        let provenance = Provenance { source: "typed".to_owned(), ..Provenance::default() };
        self.write(|tx| {
            let found = tx
                .query_row(
                    "SELECT id, removed, version FROM documents WHERE text_hash = ?1
                     AND import NOT IN (SELECT id FROM imports WHERE done = 0) ORDER BY removed, id LIMIT 1",
                    [&hash],
                    |r| {
                        let state = DocumentState { removed: r.get(1)?, version: r.get(2)? };
                        Ok(Typed { document: DocumentId(r.get(0)?), state })
                    },
                )
                .optional()?;
            if let Some(found) = found {
                return Ok(found);
            }
            tx.execute(
                "INSERT INTO documents (text, chars, text_hash, removed, metadata, provenance)
                 VALUES (?1, ?2, ?3, 1, '{}', ?4)",
                params![text, chars as i64, hash, to_json(&provenance)],
            )?;
            let state = DocumentState { removed: true, version: 1 };
            Ok(Typed { document: DocumentId(tx.last_insert_rowid()), state })
        })
    }
}
