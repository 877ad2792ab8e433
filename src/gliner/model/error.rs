//! Why a model could not be loaded.

use crate::nn::encoder::EncoderError;
use crate::nn::parameters::ParameterError;

/// What is wrong with the weights or the configuration.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ModelError {
    /// A tensor is missing or has another shape.
    #[error("{0}: the weights do not belong to this configuration, or the file is incomplete")]
    Parameter(#[from] ParameterError),
    /// The backbone cannot be built.
    #[error(transparent)]
    Encoder(EncoderError),
    /// A tensor no layer asked for: without it the scores would be those of another model.
    #[error(
        "tensor `{0}` belongs to a part this engine does not have, or the configuration names another architecture"
    )]
    Unknown(String),
    /// Numbers that cannot be.
    #[error("the model's configuration does not hold together: {0}")]
    Inconsistent(String),
    /// The operating system gave no threads.
    #[error("could not start the model's threads: {0}; try --threads 1")]
    Threads(String),
}

impl From<EncoderError> for ModelError {
    fn from(error: EncoderError) -> Self {
        match error {
            EncoderError::Parameter(error) => Self::Parameter(error),
            other => Self::Encoder(other),
        }
    }
}
