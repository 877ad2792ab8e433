//! Changing every response that a label touches, in one transaction and one step of undo.

use rusqlite::{Connection, params};

use super::apply::{coverage, spans};
use super::change::Group;
use super::error::Result;
use super::journal::write_group;
use super::project::Project;
use crate::dataset::{DocumentId, LabelId, ResponseSpan};

/// A response as far as labels go.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelledResponse {
    /// The document.
    pub document: DocumentId,
    /// Whose response.
    pub annotator: String,
    /// Its spans, by id; none are read when none has the label.
    pub spans: Vec<ResponseSpan>,
    /// The labels that were looked for; `None`: nobody said, so all.
    pub coverage: Option<Vec<LabelId>>,
}

impl Project {
    /// Shows `each` response that has a span of `label`, or says that one of `looked_for` was looked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn responses_with(
        &self,
        label: LabelId,
        looked_for: &[LabelId],
        each: impl FnMut(LabelledResponse),
    ) -> Result<()> {
        self.read(|c| walk(c, label, looked_for, each))
    }

    /// Reads every response that [`Project::responses_with`] shows and commits the group that `make` gives for them, in
    /// one transaction: nothing can come between. A refusal of `make` comes back as it is, and nothing was changed.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn rewrite<E>(
        &mut self,
        label: LabelId,
        looked_for: &[LabelId],
        make: impl FnOnce(&[LabelledResponse]) -> std::result::Result<Group, E>,
    ) -> Result<std::result::Result<Group, E>> {
        self.transact(|tx| {
            let mut responses = Vec::new();
            walk(tx, label, looked_for, |response| responses.push(response))?;
            let group = match make(&responses) {
                Ok(group) => group,
                Err(refusal) => return Ok(Err(refusal)),
            };
            write_group(tx, &group)?;
            Ok(Ok(group))
        })
    }
}

fn walk(
    c: &Connection,
    label: LabelId,
    looked_for: &[LabelId],
    mut each: impl FnMut(LabelledResponse),
) -> rusqlite::Result<()> {
    let mut keys = c.prepare_cached(
        "SELECT document, annotator, max(has) FROM (
             SELECT document, annotator, 1 AS has FROM spans WHERE label = ?1
             UNION ALL SELECT document, annotator, 0 FROM responses WHERE coverage IS NOT NULL
         ) GROUP BY document, annotator ORDER BY document, annotator",
    )?;
    let mut rows = keys.query(params![label.0])?;
    while let Some(row) = rows.next()? {
        let (document, annotator): (_, String) = (DocumentId(row.get(0)?), row.get(1)?);
        let coverage = coverage(c, document, &annotator)?;
        let has: bool = row.get(2)?;
        let spans = if has { spans(c, document, &annotator)? } else { Vec::new() };
        let covers = coverage.as_ref().is_some_and(|covered| looked_for.iter().any(|l| covered.contains(l)));
        if covers || has {
            each(LabelledResponse { document, annotator, spans, coverage });
        }
    }
    Ok(())
}
