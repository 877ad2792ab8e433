//! Everything that one annotator has said of one document.

use super::error::Result;
use super::project::Project;
use crate::dataset::{Decision, DocumentId, LabelId, PlacedNote, Response, SpanId};

/// What is needed to go on annotating a document.
#[derive(Clone, Debug)]
pub struct Said {
    /// The response.
    pub response: Response,
    /// What was decided about predictions.
    pub decisions: Vec<Decision>,
    /// Notes and flags: the document's own first, then by place.
    pub notes: Vec<PlacedNote>,
    /// The labels in the set when it was submitted.
    pub coverage: Option<Vec<LabelId>>,
    /// It was submitted without a suggestion having been seen.
    pub blind: bool,
    /// The id the next new span gets.
    pub next_span_id: SpanId,
}

/// Nothing was said.
impl Default for Said {
    fn default() -> Self {
        Self {
            response: Response::default(),
            decisions: Vec::new(),
            notes: Vec::new(),
            coverage: None,
            blind: false,
            next_span_id: SpanId(1),
        }
    }
}

impl Project {
    /// What `annotator` has said of a document.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn said(&self, document: DocumentId, annotator: &str) -> Result<Said> {
        Ok(Said {
            response: self.response(document, annotator)?,
            decisions: self.decisions(document, annotator)?,
            notes: self.notes(document, annotator)?,
            coverage: self.coverage(document, annotator)?,
            blind: self.is_blind(document, annotator)?,
            next_span_id: self.next_span_id(document, annotator)?,
        })
    }
}
