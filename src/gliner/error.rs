//! What can be wrong with a model folder, and with a request to a model.
//!
//! Every message names the file (or the label) and says what to do next.

use std::path::{Path, PathBuf};

use super::weights::WeightsError;

/// What gleaner runs, said wherever something else is refused.
pub const SUPPORTED: &str = "gleaner runs uni-encoder span models (span_mode markerV0 or marker) on BERT and \
                             DeBERTa-v2/v3 backbones";

/// A model that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file that is missing or cannot be read.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file whose content makes no sense.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A model of a family that gleaner does not run.
    #[error("{}: {what} is not supported: {SUPPORTED}", path.display())]
    Unsupported {
        /// The file that says so.
        path: PathBuf,
        /// The family or setting, by name.
        what: String,
    },
    /// No file of this kind is where it should be.
    #[error("{}: {what}", dir.display())]
    Missing {
        /// The model folder.
        dir: PathBuf,
        /// What was looked for, and what to do.
        what: String,
    },
    /// The backbone's files are needed and were not found.
    #[error(
        "{} needs {what} of its backbone `{model_name}`, which is not in the model folder, beside it, or in the \
         Hugging Face cache; give the folder with --backbone DIR",
        dir.display()
    )]
    NoBackbone {
        /// The model folder.
        dir: PathBuf,
        /// `model_name` of the configuration.
        model_name: String,
        /// The file that is needed.
        what: &'static str,
    },
    /// Weights that do not make a model.
    #[error("{}: {source}", path.display())]
    Model {
        /// The weights file.
        path: PathBuf,
        /// What is wrong.
        source: super::model::ModelError,
    },
    /// Weights that cannot be read.
    #[error(transparent)]
    Weights(#[from] WeightsError),
}

impl OpenError {
    pub(super) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }

    pub(super) fn damaged(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.to_string() }
    }
}

/// A request that cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SuggestError {
    /// A label without text.
    #[error("a label is empty; give every label a name (the official package lets it pass: --compat)")]
    EmptyLabel,
    /// A label that holds the marker put before each label.
    #[error("the label {label:?} contains the marker {token}, which would count as one more label; reword it")]
    MarkerInLabel {
        /// The label.
        label: String,
        /// The marker.
        token: String,
    },
    /// A label that leaves no room for text.
    #[error("the label {label:?} takes {tokens} tokens, and the model reads {limit} in all; shorten it")]
    LabelTooLong {
        /// The label, cut for display.
        label: String,
        /// How many tokens it takes.
        tokens: usize,
        /// How many the model reads at once.
        limit: usize,
    },
    /// A text whose words the official package would read in one piece, and which does not fit in memory.
    #[error("text {text}: {tokens} tokens in one sequence; --compat reads a text in one piece, run without it")]
    TooLong {
        /// Index of the text in the request.
        text: usize,
        /// How many tokens it takes.
        tokens: usize,
    },
    /// Somebody asked to stop.
    #[error("cancelled")]
    Cancelled,
}
