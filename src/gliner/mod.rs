//! GLiNER: text and labels in, scored spans out.
//!
//! The pipeline is the table of contents:
//! config → weights → words → prompt → encode → model → decode.
//!
//! [`Gliner`] is all that other folders need: it opens a model ([`open`](Gliner::open), [`embedded`](Gliner::embedded)),
//! cuts texts into [`windows`] and answers with [`Candidate`]s; [`decode()`] chooses among them at any threshold.

pub mod backbone;
pub mod config;
pub mod decode;
pub mod embedded;
pub mod encode;
pub mod encoded;
pub mod engine;
pub mod error;
pub mod model;
pub mod open;
pub mod prompt;
pub mod quantise;
pub mod tokenizer;
pub mod weights;
pub mod windows;

pub use decode::{Candidate, DecodeOptions, FLOOR, decode};
pub use engine::{Gliner, SuggestOptions};
pub use error::{OpenError, SuggestError};
