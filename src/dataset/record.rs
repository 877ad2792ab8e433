//! The common form between files and the store: one document with everything a file can say of it.

use serde::{Deserialize, Serialize};

use super::{Metadata, Provenance, Span, Status};

/// What one annotator says of a document, by label name: the form responses have in files.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RecordResponse {
    /// Who; `None` when the file does not say (the importer then names one).
    pub annotator: Option<String>,
    /// How far it is; files without a status hold submitted responses.
    pub status: Status,
    /// The spans.
    pub spans: Vec<Span>,
    /// Labels that were looked for; `None` when the file does not say (then all of them).
    pub coverage: Option<Vec<String>>,
}

/// A note or a flag of one annotator, in the form it has in files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordNote {
    /// Who; `None` when the file does not say (the importer then names one).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotator: Option<String>,
    /// The span of the annotator's response that it is on; `None`: the document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// To be looked at again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flag: bool,
}

/// A document on its way in or out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Record {
    /// Id in the file.
    pub id: Option<String>,
    /// The text, verbatim.
    pub text: String,
    /// Everything else.
    pub metadata: Metadata,
    /// Responses; empty when the document is not annotated.
    pub responses: Vec<RecordResponse>,
    /// Predictions by the name of their run.
    pub predictions: Vec<(String, Vec<Span>)>,
    /// Notes and flags.
    pub notes: Vec<RecordNote>,
    /// Where it came from.
    pub provenance: Provenance,
}
