//! One transformer layer: attention, residual, norm; feed-forward, residual, norm.

use crate::nn::attention::{self, Heads, Rows, attend};
use crate::nn::disentangled::Relative;
use crate::nn::gelu::gelu;
use crate::nn::layer_norm::LayerNorm;
use crate::nn::linear::Linear;

/// Rows the feed-forward part takes at once: its wide middle then stays in the cache.
const FEED_FORWARD_ROWS: usize = 192;

/// A layer's parameters.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Queries, keys and values side by side.
    pub qkv: Linear,
    /// After the heads.
    pub attention_out: Linear,
    /// After the first residual.
    pub attention_norm: LayerNorm,
    /// Into the wide middle, before GELU.
    pub up: Linear,
    /// Back.
    pub down: Linear,
    /// After the second residual.
    pub norm: LayerNorm,
    /// Heads and scale.
    pub heads: Heads,
    /// Relative positions, for DeBERTa.
    pub relative: Option<Relative>,
}

/// Which rows of each sequence are wanted.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Where each sequence's wanted rows begin in `positions`.
    pub bounds: Vec<usize>,
    /// Positions within their sequence.
    pub positions: Vec<usize>,
}

impl Asked {
    /// Every row.
    pub fn all(bounds: &[usize]) -> Self {
        Self { bounds: bounds.to_vec(), positions: bounds.windows(2).flat_map(|b| 0..b[1] - b[0]).collect() }
    }

    /// The wanted rows of `x[rows, width]`.
    pub fn gather(&self, x: &[f32], bounds: &[usize], width: usize) -> Vec<f32> {
        let mut out = Vec::with_capacity(self.positions.len() * width);
        for (asked, bound) in self.bounds.windows(2).zip(bounds) {
            for position in &self.positions[asked[0]..asked[1]] {
                let row = bound + position;
                out.extend_from_slice(&x[row * width..(row + 1) * width]);
            }
        }
        out
    }
}

/// Buffers kept from layer to layer and from call to call.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    queries: Vec<f32>,
    keys: Vec<f32>,
    heads: Vec<f32>,
    wide: Vec<f32>,
    attention: attention::Scratch,
}

impl Layer {
    /// `x[rows, width]` in place; `all` asks for every row.
    pub fn forward(&self, x: &mut [f32], bounds: &[usize], all: &Asked, scratch: &mut Scratch, threads: usize) {
        let rows = all.positions.len();
        let features = self.heads.features();
        scratch.keys.resize(rows * 3 * features, 0.0);
        self.qkv.forward(x, rows, &mut scratch.keys, threads);
        scratch.heads.resize(rows * features, 0.0);
        let qkv = Rows {
            queries: &scratch.keys,
            query_stride: 3 * features,
            query_bounds: bounds,
            positions: &all.positions,
            keys: &scratch.keys[features.min(scratch.keys.len())..],
            key_stride: 3 * features,
            values_at: features,
            key_bounds: bounds,
        };
        attend(self.heads, self.relative.as_ref(), qkv, &mut scratch.heads, &mut scratch.attention, threads);
        self.finish(x, rows, scratch, threads);
    }

    /// Only the asked rows: `x` holds all rows, `out` the asked ones (as gathered from `x`), which are replaced.
    pub fn forward_asked(
        &self,
        x: &[f32],
        out: &mut [f32],
        bounds: &[usize],
        asked: &Asked,
        scratch: &mut Scratch,
        threads: usize,
    ) {
        let all = bounds.last().copied().unwrap_or(0);
        let rows = asked.positions.len();
        let features = self.heads.features();
        scratch.keys.resize(all * 2 * features, 0.0);
        scratch.queries.resize(rows * features, 0.0);
        self.qkv.forward_part(features..3 * features, x, all, &mut scratch.keys, threads);
        self.qkv.forward_part(0..features, out, rows, &mut scratch.queries, threads);
        scratch.heads.resize(rows * features, 0.0);
        let qkv = Rows {
            queries: &scratch.queries,
            query_stride: features,
            query_bounds: &asked.bounds,
            positions: &asked.positions,
            keys: &scratch.keys,
            key_stride: 2 * features,
            values_at: features,
            key_bounds: bounds,
        };
        attend(self.heads, self.relative.as_ref(), qkv, &mut scratch.heads, &mut scratch.attention, threads);
        self.finish(out, rows, scratch, threads);
    }

    /// From the heads' output to the layer's: `x[rows, width]` holds the layer's input.
    fn finish(&self, x: &mut [f32], rows: usize, scratch: &mut Scratch, threads: usize) {
        self.attention_out.add(&scratch.heads, rows, x, threads);
        self.attention_norm.forward_with_bias(x, &self.attention_out.bias);
        for block in x.chunks_mut(FEED_FORWARD_ROWS * self.up.inputs) {
            let rows = block.len() / self.up.inputs;
            scratch.wide.resize(rows * self.up.outputs, 0.0);
            self.up.forward(block, rows, &mut scratch.wide, threads);
            gelu(&mut scratch.wide);
            self.down.add(&scratch.wide, rows, block, threads);
        }
        self.norm.forward_with_bias(x, &self.down.bias);
    }
}
