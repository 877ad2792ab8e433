//! What a corpus is made of, apart from any file format and any store.

mod document;
mod label;
mod note;
mod realign;
mod record;
mod span;

pub mod format;

pub use document::{Document, DocumentId, Metadata, Provenance, TextHash};
pub use label::{Label, LabelId, TaskCard};
pub use note::{Note, PlacedNote};
pub use realign::realign;
pub use record::{Record, RecordNote, RecordResponse};
pub use span::{
    Decision, Origin, Prediction, PredictionKey, Response, ResponseSpan, RunId, Span, SpanId, Status, Verdict,
};
