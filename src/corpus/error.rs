//! What can go wrong before or while a source is read.

use std::path::PathBuf;

/// An error of reading a source or keeping a pass.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The file system.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The source cannot be used as it is; what to do is said.
    #[error("{0}")]
    Refused(String),
}

impl CorpusError {
    /// An error of the file system about `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }
}

/// What this folder's functions give back.
pub type Result<T> = std::result::Result<T, CorpusError>;
