//! Notes and flags: what an annotator wants to say about a document or a span that is not a label.

use serde::{Deserialize, Serialize};

use super::SpanId;
use crate::text::CharRange;

/// A note, a flag, or both. One without words and without a flag is no note.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The words; may be empty when it is only flagged.
    pub text: String,
    /// To be looked at again.
    pub flag: bool,
}

impl Note {
    /// The note, unless it says nothing.
    pub fn if_any(self) -> Option<Self> {
        (!self.text.is_empty() || self.flag).then_some(self)
    }
}

/// A note where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedNote {
    /// The span it is on, which may be gone by now; `None`: the document.
    pub span: Option<SpanId>,
    /// Where that span is, or was last seen, in code points.
    pub place: Option<CharRange>,
    /// What it says.
    pub note: Note,
}
