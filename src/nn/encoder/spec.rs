//! What a backbone's configuration says, and why one cannot be built.

use crate::nn::parameters::ParameterError;

/// The numbers of a backbone that its tensors cannot tell.
#[derive(Clone, Debug, PartialEq)]
pub struct EncoderSpec {
    /// BERT or DeBERTa.
    pub kind: EncoderKind,
    /// `num_attention_heads`.
    pub heads: usize,
    /// `attention_head_size` where the configuration gives one; else width / heads.
    pub head_width: Option<usize>,
    /// `layer_norm_eps`.
    pub epsilon: f32,
    /// `hidden_act`; only `gelu` is known.
    pub activation: String,
}

/// The architecture.
#[derive(Clone, Debug, PartialEq)]
pub enum EncoderKind {
    /// Absolute positions (`model_type` `bert`).
    Bert,
    /// Relative positions (`model_type` `deberta-v2`, which v3 also says).
    DebertaV2(RelativeSpec),
}

/// DeBERTa's part of the configuration.
#[derive(Clone, Debug, PartialEq)]
pub struct RelativeSpec {
    /// `relative_attention`.
    pub relative_attention: bool,
    /// `pos_att_type` contains `c2p`.
    pub c2p: bool,
    /// `pos_att_type` contains `p2c`.
    pub p2c: bool,
    /// `share_att_key`: relative positions go through the layers' own query and key projections.
    pub share_att_key: bool,
    /// `position_buckets`; 0 or less: none.
    pub position_buckets: i64,
    /// `max_relative_positions`; below 1: `max_position_embeddings`.
    pub max_relative_positions: i64,
    /// `max_position_embeddings`.
    pub max_position_embeddings: usize,
    /// `norm_rel_ebd` contains `layer_norm`.
    pub norm_rel_ebd: bool,
    /// `position_biased_input`: absolute positions are added too.
    pub position_biased_input: bool,
    /// `conv_kernel_size`; above 0 is refused.
    pub conv_kernel_size: usize,
}

impl Default for RelativeSpec {
    /// The numbers of deberta-v3.
    fn default() -> Self {
        Self {
            relative_attention: true,
            c2p: true,
            p2c: true,
            share_att_key: true,
            position_buckets: 256,
            max_relative_positions: -1,
            max_position_embeddings: 512,
            norm_rel_ebd: true,
            position_biased_input: false,
            conv_kernel_size: 0,
        }
    }
}

/// Why a backbone could not be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum EncoderError {
    /// A tensor is missing or has another shape.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Something this program does not compute.
    #[error("the backbone uses {0}, which this engine does not have")]
    Unsupported(String),
    /// Numbers that cannot be.
    #[error("the backbone's configuration does not hold together: {0}")]
    Inconsistent(String),
}
