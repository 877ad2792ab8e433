//! The project's labels.

use rusqlite::Connection;

use super::error::Result;
use super::journal::from_json;
use super::project::Project;
use crate::dataset::{Label, LabelId};

impl Project {
    /// All labels in the project's order, archived ones too.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn labels(&self) -> Result<Vec<Label>> {
        self.read(|c| {
            c.prepare_cached("SELECT body FROM labels ORDER BY position, id")?
                .query_map([], |r| from_json(&r.get::<_, String>(0)?))?
                .collect()
        })
    }

    /// A number no label has or had.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn new_label_id(&self) -> Result<LabelId> {
        self.read(next_label_id)
    }
}

/// One more than any label has or had, undone and deleted ones included.
pub(super) fn next_label_id(c: &Connection) -> rusqlite::Result<LabelId> {
    let next: i64 = c.query_row(
        "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM labels),
             (SELECT coalesce(max(json_extract(change, '$.id')), 0) FROM edits
              WHERE document IS NULL AND json_extract(change, '$.kind') = 'label'))",
        [],
        |r| r.get(0),
    )?;
    Ok(LabelId(next))
}
