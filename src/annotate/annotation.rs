//! One open document with one annotator's response, kept in step with the store by applying the same changes.

use std::collections::HashMap;
use std::sync::Arc;

use super::OpenText;
use crate::dataset::{
    Decision, DocumentId, LabelId, PlacedNote, PredictionKey, Response, ResponseSpan, SpanId, Status,
};
use crate::store::{Change, ResponseBody, Said};
use crate::text::CharRange;

/// A document being annotated.
#[derive(Clone, Debug)]
pub struct Annotation {
    /// The document.
    pub document: DocumentId,
    /// Whose response this is.
    pub annotator: String,
    /// Who works on it: every change is theirs, whosever the response is.
    pub actor: String,
    /// Its text.
    pub text: OpenText,
    /// What the annotator says of it.
    pub response: Response,
    /// The labels that were in the set when it was submitted.
    pub coverage: Option<Vec<LabelId>>,
    /// It was submitted without a suggestion having been seen.
    pub blind: bool,
    /// What the annotator decided about predictions.
    pub decisions: HashMap<PredictionKey, Decision>,
    /// The annotator's notes and flags: the document's own first, then by place.
    pub notes: Vec<PlacedNote>,
    /// The id the next new span gets.
    pub next_span_id: SpanId,
}

impl Annotation {
    /// A document with this text, of which `annotator` has said so much.
    pub fn new(document: DocumentId, text: impl Into<Arc<str>>, annotator: &str, said: Said) -> Self {
        let Said { response, decisions, notes, coverage, blind, next_span_id } = said;
        let decisions = decisions.into_iter().map(|d| (d.prediction, d)).collect();
        let (annotator, actor, text) = (annotator.to_owned(), annotator.to_owned(), OpenText::new(text));
        Self { document, annotator, actor, text, response, coverage, blind, decisions, notes, next_span_id }
    }

    /// The same response, worked on by somebody else.
    pub fn worked_on_by(self, actor: &str) -> Self {
        Self { actor: actor.to_owned(), ..self }
    }

    /// One's own response is open, not another's.
    pub fn is_own(&self) -> bool {
        self.annotator == self.actor
    }

    /// Takes in what the store has now; the text is the same.
    pub fn renew(&mut self, said: Said) {
        let Said { response, decisions, notes, coverage, blind, next_span_id } = said;
        (self.response, self.notes, self.coverage) = (response, notes, coverage);
        (self.blind, self.next_span_id) = (blind, next_span_id);
        self.decisions = decisions.into_iter().map(|d| (d.prediction, d)).collect();
    }

    /// The span with this id.
    pub fn span(&self, id: SpanId) -> Option<&ResponseSpan> {
        self.response.spans.iter().find(|s| s.id == id)
    }

    /// The spans of exactly this range; spans are in the order of the text, outer before inner.
    pub fn spans_at(&self, range: CharRange) -> &[ResponseSpan] {
        let place = |range: CharRange| (range.start, std::cmp::Reverse(range.end));
        let spans = &self.response.spans;
        let first = spans.partition_point(|s| place(s.range) < place(range));
        &spans[first..first + spans[first..].partition_point(|s| s.range == range)]
    }

    /// The span with exactly this range and label.
    pub fn span_with(&self, range: CharRange, label: LabelId) -> Option<&ResponseSpan> {
        self.response.spans.iter().find(|s| s.range == range && s.label == label)
    }

    /// The innermost span over `position`.
    pub fn span_over(&self, position: usize) -> Option<&ResponseSpan> {
        self.response.spans.iter().filter(|s| s.range.holds(position)).min_by_key(|s| s.range.len())
    }

    /// Number of spans with this label.
    pub fn spans_of(&self, label: LabelId) -> usize {
        self.response.spans.iter().filter(|s| s.label == label).count()
    }

    /// Takes in one change that the store has committed. Changes of other documents and annotators do nothing.
    pub fn apply(&mut self, change: &Change) {
        match change {
            Change::Span { document, annotator, id, after, .. } if self.is(*document, annotator) => {
                self.response.spans.retain(|s| s.id != *id);
                self.response.spans.extend(after.clone());
                self.sort_spans();
                self.next_span_id = self.next_span_id.max(SpanId(id.0 + 1));
            }
            Change::Status { document, annotator, after, .. } if self.is(*document, annotator) => {
                self.response.status = *after;
            }
            Change::Decision { document, annotator, prediction, after, .. } if self.is(*document, annotator) => {
                match after {
                    Some(decision) => self.decisions.insert(*prediction, *decision),
                    None => self.decisions.remove(prediction),
                };
            }
            Change::Coverage { document, annotator, after, .. } if self.is(*document, annotator) => {
                self.coverage.clone_from(after);
            }
            Change::Blind { document, annotator, after, .. } if self.is(*document, annotator) => {
                self.blind = *after;
            }
            Change::Response { document, annotator, after, .. } if self.is(*document, annotator) => {
                let ResponseBody { status, spans, coverage } = after.clone().unwrap_or_default();
                self.response.status = status;
                self.response.spans = spans;
                self.coverage = coverage;
                self.sort_spans();
                let last = self.response.spans.iter().map(|s| s.id.0 + 1).max().unwrap_or(0);
                self.next_span_id = self.next_span_id.max(SpanId(last));
            }
            Change::Note { document, annotator, .. } if self.is(*document, annotator) => {}
            _ => return,
        }
        self.apply_to_notes(change);
    }

    /// The change of status that goes with the first edit of a document: from pending to draft.
    pub(super) fn begun(&self) -> Option<Change> {
        (self.response.status == Status::Pending).then(|| self.status_change(Status::Draft))
    }

    pub(super) fn status_change(&self, after: Status) -> Change {
        Change::Status {
            document: self.document,
            annotator: self.annotator.clone(),
            before: self.response.status,
            after,
        }
    }

    pub(super) fn span_change(&self, id: SpanId, after: Option<ResponseSpan>) -> Change {
        Change::Span {
            document: self.document,
            annotator: self.annotator.clone(),
            id,
            before: self.span(id).cloned(),
            after,
        }
    }

    pub(super) fn decision_change(&self, prediction: PredictionKey, after: Decision) -> Change {
        Change::Decision {
            document: self.document,
            annotator: self.annotator.clone(),
            prediction,
            before: self.decisions.get(&prediction).copied(),
            after: Some(after),
        }
    }

    fn is(&self, document: DocumentId, annotator: &str) -> bool {
        self.document == document && self.annotator == annotator
    }

    fn sort_spans(&mut self) {
        self.response.spans.sort_by_key(|s| (s.range.start, std::cmp::Reverse(s.range.end), s.id));
    }
}
