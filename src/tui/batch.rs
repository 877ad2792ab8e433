//! The next few documents of a list with what the model says of them: how the review screen and the bulk accept of a
//! whole project read on. Runs on the suggester's thread, in pieces that a more urgent question can wait for.

use super::suggester::Suggester;
use crate::annotate::Candidate;
use crate::dataset::{Document, Label, Status};
use crate::store::{Anchor, Cursor, Project, Query, Row, RunSpec};

/// Documents in one piece at most.
const DOCUMENTS: usize = 8;
/// Bytes of text in one piece at most, beyond its first document.
const BYTES: usize = 16_000;
/// Rows of the list read in one piece at most: finished documents are passed over.
const ROWS: usize = 1_000;
/// Rows read at once.
const PAGE: usize = 50;

/// Which documents are asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Counts requests; comes back with the answer.
    pub generation: u64,
    /// Whose list.
    pub annotator: String,
    /// The list: filter and order.
    pub query: Query,
    /// From here on; with [`Anchor::Before`] and [`Anchor::End`] backwards.
    pub from: Anchor,
    /// What to look for, in the project's order.
    pub labels: Vec<Label>,
}

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// What names the run the candidates belong to.
    pub spec: RunSpec,
    /// In the order of the list, whichever way it was read. Documents the model failed on are left out.
    pub documents: Vec<(Document, Cursor, Vec<Candidate>)>,
    /// The last row that was looked at, to go on from; `None` when there was none.
    pub last: Option<Cursor>,
    /// There is nothing further this way.
    pub end: bool,
    /// Rows looked at.
    pub rows: u64,
    /// Why the model failed on a document, if it did.
    pub failed: Option<String>,
}

/// Reads on in a list. Finished documents are passed over unless the list is of them.
///
/// # Errors
/// Why not, in words: the store cannot be read, or the model fails on everything.
pub fn find(project: &Project, suggester: &mut dyn Suggester, batch: &Batch) -> Result<Piece, String> {
    let backwards = matches!(batch.from, Anchor::Before(_) | Anchor::End);
    let (mut found, mut from, mut bytes, mut failures) = (Piece::default(), batch.from, 0, 0);
    'read: loop {
        let mut rows = project.page(&batch.annotator, &batch.query, from, PAGE).map_err(|e| e.to_string())?;
        found.end = rows.len() < PAGE;
        if backwards {
            rows.reverse();
        }
        for row in &rows {
            if is_wanted(row, &batch.query)
                && let Some(document) = project.document(row.id).map_err(|e| e.to_string())?
            {
                bytes += document.text.len();
                if found.documents.len() == DOCUMENTS || (!found.documents.is_empty() && bytes > BYTES) {
                    found.end = false;
                    break 'read;
                }
                match suggester.suggest(&document.text, &batch.labels) {
                    Ok(candidates) => found.documents.push((document, row.cursor, candidates)),
                    // One text may be too much for the model; when all are, it is the model.
                    Err(reason) if failures + 1 >= DOCUMENTS && found.documents.is_empty() => return Err(reason),
                    Err(reason) => {
                        failures += 1;
                        found.failed = Some(reason);
                    }
                }
            }
            found.last = Some(row.cursor);
            found.rows += 1;
        }
        let Some(last) = found.last.filter(|_| !found.end && found.rows < ROWS as u64) else { break };
        from = if backwards { Anchor::Before(last) } else { Anchor::After(last) };
    }
    if backwards {
        found.documents.reverse();
    }
    found.spec = suggester.run_spec(&batch.labels);
    Ok(found)
}

fn is_wanted(row: &Row, query: &Query) -> bool {
    let finished = matches!(row.status, Status::Submitted | Status::Discarded);
    !finished || query.status == Some(row.status)
}
