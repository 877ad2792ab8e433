//! A text with an id, and why it is here.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The store's own number of a document; stable for the life of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DocumentId(pub i64);

impl std::fmt::Display for DocumentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Free-form fields of a document, in the order of the file they came from.
pub type Metadata = serde_json::Map<String, serde_json::Value>;

/// SHA-256 of a text, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TextHash(pub String);

impl TextHash {
    /// The hash of `text` as it stands: nothing is normalised.
    pub fn of(text: &str) -> Self {
        Self::from_digest(&Self::digest(text))
    }

    /// The same as bytes: 32 of them.
    pub fn digest(text: &str) -> Vec<u8> {
        Sha256::digest(text.as_bytes()).to_vec()
    }

    /// The hash whose bytes these are.
    pub fn from_digest(bytes: &[u8]) -> Self {
        use std::fmt::Write;
        let mut hex = String::with_capacity(64);
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        Self(hex)
    }
}

/// Why a document is in the project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provenance {
    /// File name, `stdin`, `typed` or a source such as `hub:owner/name`.
    pub source: String,
    /// 1-based line or row in the source, when it has any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// External id of the document this one was split from, and where its text starts there (code points).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<(String, usize)>,
}

/// A text in the project. The text is verbatim: never normalised, never trimmed.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Number in the store.
    pub id: DocumentId,
    /// Id in the file or system it came from.
    pub external_id: Option<String>,
    /// The text.
    pub text: String,
    /// Hash of the text.
    pub text_hash: TextHash,
    /// Counts up when the text changed under the same external id; 1 at first.
    pub version: u32,
    /// Everything else the file said.
    pub metadata: Metadata,
    /// Why it is here.
    pub provenance: Provenance,
}
