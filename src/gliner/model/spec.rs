//! What the configuration says that the tensors do not.

pub use crate::nn::encoder::{EncoderKind, EncoderSpec, RelativeSpec};

/// A span model's numbers. Widths and layer counts are not among them: the tensors' shapes decide.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSpec {
    /// The backbone.
    pub encoder: EncoderSpec,
    /// K: the longest span in words.
    pub max_width: usize,
    /// How spans are made of words.
    pub span_mode: SpanMode,
    /// `class_token_index`: the id of `<<ENT>>`.
    pub class_token: u32,
    /// `embed_ent_token`: a label's vector is the one at `<<ENT>>`; else the one after it.
    pub embed_ent_token: bool,
    /// Threads; 0: as many as the machine has.
    pub threads: usize,
}

/// `span_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanMode {
    /// `markerV0`: start and end pass through a two-layer net together.
    MarkerV0,
    /// `marker`: start and end pass through one linear layer together.
    Marker,
}
