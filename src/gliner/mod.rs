//! GLiNER: text and labels in, scored spans out.
//!
//! The pipeline is the table of contents:
//! config → weights → words → prompt → encode → model → decode.

pub mod config;
pub mod decode;
pub mod encode;
pub mod encoded;
pub mod error;
pub mod prompt;
pub mod tokenizer;
pub mod weights;

pub use error::{OpenError, SuggestError};
