//! Spans, and the three things kept apart: what a model said, what a person says, what they decided about it.

use serde::{Deserialize, Serialize};

use super::LabelId;
use crate::text::CharRange;

/// A stretch of text with a label by name: the form spans have in files.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Where, in code points.
    #[serde(flatten)]
    pub range: CharRange,
    /// Name of the label.
    pub label: String,
    /// The model's probability, for predictions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f32>,
}

/// Number of a run in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(pub i64);

/// What a run of a model said of a document; never changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// What names it within its document.
    #[serde(flatten)]
    pub key: PredictionKey,
    /// The model's probability, 0 to 1.
    pub score: f32,
}

/// What names a prediction within its document: no run says the same thing twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PredictionKey {
    /// The run it belongs to.
    pub run: RunId,
    /// Where, in code points.
    #[serde(flatten)]
    pub range: CharRange,
    /// The label.
    pub label: LabelId,
}

/// How far a response is; Argilla's words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nothing done yet.
    #[default]
    Pending,
    /// Begun, or set aside to be finished.
    Draft,
    /// Finished: the spans are the annotator's answer.
    Submitted,
    /// Finished: the document is not to be used.
    Discarded,
}

impl Status {
    /// All four, in the order they are shown.
    pub const ALL: [Status; 4] = [Status::Pending, Status::Draft, Status::Submitted, Status::Discarded];

    /// The word used in files, on the command line and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Status::Pending => "pending",
            Status::Draft => "draft",
            Status::Submitted => "submitted",
            Status::Discarded => "discarded",
        }
    }
}

impl std::str::FromStr for Status {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        Status::ALL
            .into_iter()
            .find(|s| s.as_str() == word)
            .ok_or_else(|| format!("'{word}' is not a status; use pending, draft, submitted or discarded"))
    }
}

/// How a span of a response came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A person pressed a key for this one span.
    Key,
    /// One of many accepted at once.
    Bulk,
    /// It came with a file.
    Import,
    /// A file's offsets were wrong and gleaner repaired them.
    Repair,
}

/// Identity of a span within its response: it survives moves of its edges and changes of its label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpanId(pub i64);

/// A span of a response.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseSpan {
    /// Identity within the response.
    pub id: SpanId,
    /// Where, in code points.
    #[serde(flatten)]
    pub range: CharRange,
    /// The label.
    pub label: LabelId,
    /// How it came.
    pub origin: Origin,
    /// The prediction it began as, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prediction: Option<PredictionKey>,
}

/// What one annotator says of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// How far it is.
    pub status: Status,
    /// Seconds the annotator was active on it.
    pub seconds_active: u64,
    /// The spans, by start, then by end descending (outer before inner).
    pub spans: Vec<ResponseSpan>,
}

/// What an annotator decided about a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Right as it stands.
    Accepted,
    /// Wrong.
    Rejected,
    /// Right place, other label.
    Relabelled,
    /// Right label, other edges.
    Rebounded,
}

/// A verdict on a prediction, one by one or in bulk.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The prediction; its place and label are in the key, so that what was rejected does not come back with the next run.
    #[serde(flatten)]
    pub prediction: PredictionKey,
    /// Its score when it was decided.
    pub score: f32,
    /// The verdict.
    pub verdict: Verdict,
    /// One of many decided at once.
    pub bulk: bool,
}
