//! A backbone from named tensors.

use super::spec::{EncoderError, EncoderKind, EncoderSpec, RelativeSpec};
use super::{Encoder, Layer};
use crate::nn::attention::Heads;
use crate::nn::disentangled::{Relative, by_head};
use crate::nn::embedding::Embedding;
use crate::nn::layer_norm::LayerNorm;
use crate::nn::linear::{Linear, Precision};
use crate::nn::parameters::{ANY, Parameters};
use crate::nn::relative::Buckets;

/// The table of relative positions, before any layer's projection.
struct RelativeTable {
    rows: Vec<f32>,
    span: usize,
    buckets: Buckets,
}

impl Encoder {
    /// Takes the tensors under `{prefix}.`, except those of `words` where they are given; as many layers as there are.
    pub fn take(
        from: &mut Parameters,
        prefix: &str,
        spec: &EncoderSpec,
        words: Option<Embedding>,
        precision: Precision,
    ) -> Result<Self, EncoderError> {
        if spec.activation != "gelu" {
            return Err(EncoderError::Unsupported(format!("the activation `{}`", spec.activation)));
        }
        let embeddings = format!("{prefix}.embeddings");
        let relative = match &spec.kind {
            EncoderKind::Bert => None,
            EncoderKind::DebertaV2(relative) => Some(relative),
        };
        if relative.is_some_and(|r| r.conv_kernel_size > 0) || from.has(&format!("{prefix}.encoder.conv.conv.weight")) {
            return Err(EncoderError::Unsupported("a convolution beside its first layer (conv_kernel_size)".into()));
        }
        let words = match words {
            Some(words) if words.holds_together() => {
                // Takes the other form's place.
                from.remove(&format!("{embeddings}.word_embeddings.weight"));
                words
            }
            Some(_) => return Err(EncoderError::Inconsistent("its word table is not rows of one width".into())),
            None => Embedding::take(from, &format!("{embeddings}.word_embeddings.weight"), ANY)?,
        };
        let positions = if relative.is_none_or(|r| r.position_biased_input) {
            Some(Embedding::take(from, &format!("{embeddings}.position_embeddings.weight"), words.width)?)
        } else {
            None
        };
        let types = format!("{embeddings}.token_type_embeddings.weight");
        let token_type = if relative.is_none() || from.has(&types) {
            let mut row = vec![0.0; words.width];
            Embedding::take(from, &types, words.width)?.add_row(0, &mut row);
            Some(row)
        } else {
            None
        };
        let project = format!("{embeddings}.embed_proj");
        let projection = if from.has(&format!("{project}.weight")) {
            Some(Linear::take_without_bias(from, &project, words.width)?.packed(precision))
        } else {
            None
        };
        let width = projection.as_ref().map_or(words.width, |p| p.outputs);
        let norm = LayerNorm::take(from, &format!("{embeddings}.LayerNorm"), width, spec.epsilon)?;
        let heads = heads(spec, relative, width)?;
        let table = match relative {
            Some(r) if r.relative_attention => Some(RelativeTable::take(from, prefix, r, spec.epsilon, width)?),
            _ => None,
        };
        let mut layers = Vec::new();
        for number in 0..from.count(&format!("{prefix}.encoder.layer.")).max(1) {
            let name = format!("{prefix}.encoder.layer.{number}");
            let layer = match (relative, &table) {
                (Some(r), Some(table)) => {
                    take_layer(from, &name, "_proj", spec, heads, width, Some((r, table)), precision)?
                }
                (Some(_), None) => take_layer(from, &name, "_proj", spec, heads, width, None, precision)?,
                (None, _) => take_layer(from, &name, "", spec, heads, width, None, precision)?,
            };
            layers.push(layer);
        }
        Ok(Self { words, positions, token_type, projection, norm, layers, width })
    }
}

fn heads(spec: &EncoderSpec, relative: Option<&RelativeSpec>, width: usize) -> Result<Heads, EncoderError> {
    let head_width = spec.head_width.unwrap_or(width.checked_div(spec.heads).unwrap_or(0));
    if head_width == 0 || (spec.head_width.is_none() && head_width * spec.heads != width) {
        return Err(EncoderError::Inconsistent(format!("{} heads do not divide a width of {width}", spec.heads)));
    }
    let terms = relative.filter(|r| r.relative_attention).map_or(1, |r| 1 + usize::from(r.c2p) + usize::from(r.p2c));
    Ok(Heads { count: spec.heads, width: head_width, scale: 1.0 / ((head_width * terms) as f32).sqrt() })
}

impl RelativeTable {
    fn take(
        from: &mut Parameters,
        prefix: &str,
        spec: &RelativeSpec,
        epsilon: f32,
        width: usize,
    ) -> Result<Self, EncoderError> {
        let array = from.take(&format!("{prefix}.encoder.rel_embeddings.weight"), &[ANY, width])?;
        let span = array.shape[0] / 2;
        if span == 0 {
            return Err(EncoderError::Inconsistent("its table of relative positions is empty".into()));
        }
        let mut rows = array.data;
        rows.truncate(2 * span * width);
        if spec.norm_rel_ebd {
            LayerNorm::take(from, &format!("{prefix}.encoder.LayerNorm"), width, epsilon)?.forward(&mut rows);
        }
        let max_position = match spec.max_relative_positions {
            far if far >= 1 => far as usize,
            _ => spec.max_position_embeddings,
        };
        // The table's size is the number of buckets, whatever the configuration says.
        let buckets = if spec.position_buckets > 0 { span } else { 0 };
        if buckets > 0 && max_position <= buckets / 2 + 1 {
            return Err(EncoderError::Inconsistent(format!("{buckets} buckets for {max_position} positions")));
        }
        Ok(Self { rows, span, buckets: Buckets { buckets, max_position } })
    }

    /// This layer's projection of the table.
    fn through(&self, projection: &Linear, heads: Heads) -> Vec<f32> {
        let mut out = vec![0.0; 2 * self.span * projection.outputs];
        projection.forward(&self.rows, 2 * self.span, &mut out, 1);
        by_head(&out, heads)
    }
}

#[allow(clippy::too_many_arguments)]
fn take_layer(
    from: &mut Parameters,
    name: &str,
    suffix: &str,
    spec: &EncoderSpec,
    heads: Heads,
    width: usize,
    relative: Option<(&RelativeSpec, &RelativeTable)>,
    precision: Precision,
) -> Result<Layer, EncoderError> {
    let of = |what: &str| format!("{name}.{what}");
    let features = heads.features();
    let attention = of("attention.self");
    let query = Linear::take(from, &format!("{attention}.query{suffix}"), features, width)?;
    let key = Linear::take(from, &format!("{attention}.key{suffix}"), features, width)?;
    let value = Linear::take(from, &format!("{attention}.value{suffix}"), features, width)?;
    let relative = match relative {
        None => None,
        Some((spec, table)) => {
            let mut project = |wanted: bool, shared: &Linear, own: &str| {
                if !wanted {
                    return Ok(None);
                }
                if spec.share_att_key {
                    return Ok(Some(table.through(shared, heads)));
                }
                let own = Linear::take(from, &format!("{attention}.{own}"), features, width)?;
                Ok::<_, EncoderError>(Some(table.through(&own, heads)))
            };
            Some(Relative {
                buckets: table.buckets,
                span: table.span,
                keys: project(spec.c2p, &key, "pos_key_proj")?,
                queries: project(spec.p2c, &query, "pos_query_proj")?,
            })
        }
    };
    let up = Linear::take(from, &of("intermediate.dense"), ANY, width)?;
    let inner = up.outputs;
    Ok(Layer {
        query: query.packed(precision),
        key_value: Linear::beside([key, value]).packed(precision),
        attention_out: Linear::take(from, &of("attention.output.dense"), width, features)?.packed(precision),
        attention_norm: LayerNorm::take(from, &of("attention.output.LayerNorm"), width, spec.epsilon)?,
        up: up.packed(precision),
        down: Linear::take(from, &of("output.dense"), width, inner)?.packed(precision),
        norm: LayerNorm::take(from, &of("output.LayerNorm"), width, spec.epsilon)?,
        heads,
        relative,
    })
}
