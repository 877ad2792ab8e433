//! What can go wrong with an index; the store's own errors pass through.

use std::path::PathBuf;

use crate::store::StoreError;

/// An error of searching.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The project cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the index cannot be read or written.
    #[error("{path}: {source}; what is in the project is untouched, and the index can be made again")]
    Io {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The index of words cannot be used or written.
    #[error("{path}: the index of words: {why}; what is in the project is untouched")]
    Keyword {
        /// Its folder.
        path: PathBuf,
        /// In words.
        why: String,
    },
    /// The index was asked for something it cannot do.
    #[error("{0}")]
    Refused(String),
}
