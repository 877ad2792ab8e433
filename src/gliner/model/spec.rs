//! What the configuration says that the tensors do not.

use crate::nn::embedding::Embedding;
pub use crate::nn::encoder::{EncoderKind, EncoderSpec, RelativeSpec};
pub use crate::nn::linear::Precision;

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

/// How to keep a model in memory. The default is exact.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// How exactly the linear layers multiply (the LSTM is always exact).
    pub precision: Precision,
    /// The word table, when it is kept in another form than the tensors': in place of `…word_embeddings.weight`, which the
    /// weights need not have then.
    pub words: Option<Embedding>,
}
