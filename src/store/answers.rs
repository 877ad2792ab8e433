//! Submitted responses of many documents, in two walks through the tables however many there are: what evaluation counts
//! and what a frozen set is made of.

use rusqlite::{Connection, Row, params_from_iter};

use super::apply::span_of_row;
use super::change::ResponseBody;
use super::documents::{VISIBLE, order_spans};
use super::error::{Result, StoreError};
use super::gold::gold_annotator;
use super::journal::from_json;
use super::project::Project;
use crate::dataset::{DocumentId, ResponseSpan, Status};

/// Whose responses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Everybody's; no frozen set is anybody.
    People,
    /// One annotator's.
    Annotator(String),
    /// Those of a frozen set of this name.
    GoldSet(String),
}

/// A submitted response with its document.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The document.
    pub document: DocumentId,
    /// The id it has in its file.
    pub external_id: Option<String>,
    /// Its text; empty when it was not asked for.
    pub text: String,
    /// Whose response.
    pub annotator: String,
    /// It was submitted without a suggestion having been seen.
    pub blind: bool,
    /// What it says; its spans by place.
    pub body: ResponseBody,
}

impl Project {
    /// Shows `each` submitted response of a visible document, by document, then by annotator. Texts are read only when
    /// they are asked for.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn answers(&self, whose: &Whose, texts: bool, each: impl FnMut(Answer)) -> Result<()> {
        // One look for both walks: what another process writes meanwhile would be in one and not in the other.
        let _look = self.connection.unchecked_transaction().map_err(|e| StoreError::sql(&self.file, e))?;
        self.read(|c| walk(c, whose, texts, each))
    }
}

/// As [`Project::answers`].
pub(super) fn walk(c: &Connection, whose: &Whose, texts: bool, mut each: impl FnMut(Answer)) -> rusqlite::Result<()> {
    let (test, who) = match whose {
        Whose::People => ("r.annotator NOT GLOB 'gold/*'", None),
        Whose::Annotator(name) => ("r.annotator = ?1", Some(name.clone())),
        Whose::GoldSet(name) => ("r.annotator = ?1", Some(gold_annotator(name))),
    };
    let text = if texts { "d.text" } else { "''" };
    let mut answers = c.prepare_cached(&format!(
        "SELECT r.document, r.annotator, r.coverage, d.external_id, {text},
                EXISTS (SELECT 1 FROM meta m WHERE m.key = 'blind/' || r.document || '/' || r.annotator)
         FROM responses r CROSS JOIN documents d ON d.id = r.document
         WHERE {test} AND r.status = 2 AND {VISIBLE} ORDER BY r.document, r.annotator"
    ))?;
    let mut spans = c.prepare_cached(&format!(
        "SELECT s.id, s.start, s.end, s.label, s.origin, s.prediction, r.document, r.annotator
         FROM responses r CROSS JOIN spans s ON s.document = r.document AND s.annotator = r.annotator
         WHERE {test} AND r.status = 2 ORDER BY r.document, r.annotator"
    ))?;
    let mut answers = answers.query(params_from_iter(&who))?;
    let mut spans = spans.query(params_from_iter(&who))?;
    let mut waiting = spans.next()?.map(span_with_key).transpose()?;
    while let Some(row) = answers.next()? {
        let coverage: Option<String> = row.get(2)?;
        let (document, annotator): (_, String) = (DocumentId(row.get(0)?), row.get(1)?);
        let mut own = Vec::new();
        // What lies before belongs to documents that are not to be seen.
        while let Some((at, who, span)) = waiting.take_if(|(at, who, _)| (*at, &*who) <= (document, &annotator)) {
            if (at, who) == (document, annotator.clone()) {
                own.push(span);
            }
            waiting = spans.next()?.map(span_with_key).transpose()?;
        }
        order_spans(&mut own);
        each(Answer {
            document,
            external_id: row.get(3)?,
            text: row.get(4)?,
            blind: row.get(5)?,
            body: ResponseBody {
                status: Status::Submitted,
                spans: own,
                coverage: coverage.map(|json| from_json(&json)).transpose()?,
            },
            annotator,
        });
    }
    Ok(())
}

fn span_with_key(row: &Row) -> rusqlite::Result<(DocumentId, String, ResponseSpan)> {
    Ok((DocumentId(row.get(6)?), row.get(7)?, span_of_row(row)?))
}
