//! GLiNER: text and labels in, scored spans out.
//!
//! The pipeline is the table of contents:
//! config → weights → words → prompt → encode → model → decode.

pub mod encoded;
pub mod model;
pub mod weights;
