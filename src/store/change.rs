//! The unit of change: what one thing was and what it is now.
//!
//! Everything a person does is a group of these; undo is the same group turned round. A change names its whole before
//! and after, so it can be checked against what the store holds, replayed, and read by a person.

use serde::{Deserialize, Serialize};

use crate::dataset::{
    Decision, DocumentId, Label, LabelId, Note, PredictionKey, ResponseSpan, RunId, SpanId, Status, TaskCard,
};
use crate::text::CharRange;

/// One thing's before and after. `None` means that it did not, or does not, exist.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Change {
    /// A span of an annotator's response.
    Span {
        /// The document.
        document: DocumentId,
        /// Whose response.
        annotator: String,
        /// Which span.
        id: SpanId,
        /// What it was.
        before: Option<ResponseSpan>,
        /// What it is.
        after: Option<ResponseSpan>,
    },
    /// How far an annotator's response is.
    Status {
        /// The document.
        document: DocumentId,
        /// Whose response.
        annotator: String,
        /// What it was.
        before: Status,
        /// What it is.
        after: Status,
    },
    /// A verdict on a prediction.
    Decision {
        /// The document.
        document: DocumentId,
        /// Whose verdict.
        annotator: String,
        /// On which prediction.
        prediction: PredictionKey,
        /// What it was.
        before: Option<Decision>,
        /// What it is.
        after: Option<Decision>,
    },
    /// The labels that were in the set when a response was submitted.
    Coverage {
        /// The document.
        document: DocumentId,
        /// Whose response.
        annotator: String,
        /// What it was.
        before: Option<Vec<LabelId>>,
        /// What it is, in ascending order.
        after: Option<Vec<LabelId>>,
    },
    /// Whether a response was submitted without its annotator having seen a suggestion.
    Blind {
        /// The document.
        document: DocumentId,
        /// Whose response.
        annotator: String,
        /// What it was.
        before: bool,
        /// What it is.
        after: bool,
    },
    /// A whole response at once: what an import or a sync brings, or the repair of one.
    Response {
        /// The document.
        document: DocumentId,
        /// Whose response.
        annotator: String,
        /// What it was.
        before: Option<ResponseBody>,
        /// What it is.
        after: Option<ResponseBody>,
    },
    /// A note or a flag.
    Note {
        /// The document.
        document: DocumentId,
        /// Who says it.
        annotator: String,
        /// On which span of the annotator's response; `None`: on the document.
        span: Option<SpanId>,
        /// Where the span is, or was when it went.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place: Option<CharRange>,
        /// What it was.
        before: Option<Note>,
        /// What it is.
        after: Option<Note>,
    },
    /// A label of the project.
    Label {
        /// Which.
        id: LabelId,
        /// What it was.
        before: Option<Label>,
        /// What it is.
        after: Option<Label>,
    },
    /// Whether a document is in the project, and which version of its text is.
    Document {
        /// Which.
        document: DocumentId,
        /// What it was.
        before: DocumentState,
        /// What it is.
        after: DocumentState,
    },
    /// Whether what a run said is there to be seen.
    Run {
        /// Which run.
        run: RunId,
        /// Whether it was.
        before: bool,
        /// Whether it is.
        after: bool,
    },
    /// The task card.
    Task {
        /// What it was.
        before: TaskCard,
        /// What it is.
        after: TaskCard,
    },
}

/// A response as one value.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResponseBody {
    /// How far it is.
    pub status: Status,
    /// Its spans, by id.
    pub spans: Vec<ResponseSpan>,
    /// The labels that were looked for; `None`: all.
    pub coverage: Option<Vec<LabelId>>,
}

/// What can change about a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentState {
    /// Taken out of the project (its text and responses stay in the store).
    pub removed: bool,
    /// Which version of the text is current.
    pub version: u32,
}

impl Change {
    /// The change that takes this one back.
    pub fn reversed(&self) -> Change {
        let mut turned = self.clone();
        match &mut turned {
            Change::Span { before, after, .. } => std::mem::swap(before, after),
            Change::Status { before, after, .. } => std::mem::swap(before, after),
            Change::Decision { before, after, .. } => std::mem::swap(before, after),
            Change::Coverage { before, after, .. } => std::mem::swap(before, after),
            Change::Blind { before, after, .. } => std::mem::swap(before, after),
            Change::Response { before, after, .. } => std::mem::swap(before, after),
            Change::Note { before, after, .. } => std::mem::swap(before, after),
            Change::Label { before, after, .. } => std::mem::swap(before, after),
            Change::Document { before, after, .. } => std::mem::swap(before, after),
            Change::Run { before, after, .. } => std::mem::swap(before, after),
            Change::Task { before, after } => std::mem::swap(before, after),
        }
        turned
    }

    /// The document it touches, if it touches one.
    pub fn document(&self) -> Option<DocumentId> {
        match self {
            Change::Span { document, .. }
            | Change::Status { document, .. }
            | Change::Decision { document, .. }
            | Change::Coverage { document, .. }
            | Change::Blind { document, .. }
            | Change::Response { document, .. }
            | Change::Note { document, .. }
            | Change::Document { document, .. } => Some(*document),
            Change::Label { .. } | Change::Run { .. } | Change::Task { .. } => None,
        }
    }

    /// Whose response it touches, if it touches one.
    pub fn annotator(&self) -> Option<&str> {
        match self {
            Change::Span { annotator, .. }
            | Change::Status { annotator, .. }
            | Change::Decision { annotator, .. }
            | Change::Coverage { annotator, .. }
            | Change::Blind { annotator, .. }
            | Change::Response { annotator, .. }
            | Change::Note { annotator, .. } => Some(annotator),
            Change::Document { .. } | Change::Label { .. } | Change::Run { .. } | Change::Task { .. } => None,
        }
    }
}

/// What one key or one bulk action does: one step of undo.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Who did it.
    pub actor: String,
    /// What it was, for the history and for "undid: …": `accept brand "Omega"`.
    pub reason: String,
    /// The changes, in the order they are applied.
    pub changes: Vec<Change>,
}
