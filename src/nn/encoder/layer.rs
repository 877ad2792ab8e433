//! One transformer layer: attention, residual, norm; feed-forward, residual, norm.

use crate::nn::attention::{self, Heads, Rows, attend};
use crate::nn::disentangled::Relative;
use crate::nn::layer_norm::LayerNorm;
use crate::nn::linear::Linear;
use crate::nn::room;

/// Rows the feed-forward part takes at once: its wide middle then stays in the cache.
const FEED_FORWARD_ROWS: usize = 192;

/// A layer's parameters.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Into queries.
    pub query: Linear,
    /// Into keys and values, side by side.
    pub key_value: Linear,
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
        let queries = room(&mut scratch.queries, rows * self.heads.features());
        self.query.forward(x, rows, queries, threads);
        self.attend(x, bounds, all, scratch, threads);
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
        let rows = asked.positions.len();
        let queries = room(&mut scratch.queries, rows * self.heads.features());
        self.query.forward(out, rows, queries, threads);
        self.attend(x, bounds, asked, scratch, threads);
        self.finish(out, rows, scratch, threads);
    }

    /// From queries in `scratch` and all rows `x` to the heads' output in `scratch`.
    fn attend(&self, x: &[f32], bounds: &[usize], asked: &Asked, scratch: &mut Scratch, threads: usize) {
        let all = bounds.last().copied().unwrap_or(0);
        let features = self.heads.features();
        let keys = room(&mut scratch.keys, all * 2 * features);
        self.key_value.forward(x, all, keys, threads);
        let rows = Rows {
            queries: &scratch.queries,
            query_stride: features,
            query_bounds: &asked.bounds,
            positions: &asked.positions,
            keys,
            key_stride: 2 * features,
            values_at: features,
            key_bounds: bounds,
        };
        let heads = room(&mut scratch.heads, asked.positions.len() * features);
        attend(self.heads, self.relative.as_ref(), rows, heads, &mut scratch.attention, threads);
    }

    /// From the heads' output to the layer's: `x[rows, width]` holds the layer's input.
    fn finish(&self, x: &mut [f32], rows: usize, scratch: &mut Scratch, threads: usize) {
        self.attention_out.add(&scratch.heads, rows, x, threads);
        self.attention_norm.forward_with_bias(x, &self.attention_out.bias);
        for block in x.chunks_mut(FEED_FORWARD_ROWS * self.up.inputs) {
            let rows = block.len() / self.up.inputs;
            let wide = room(&mut scratch.wide, rows * self.up.outputs);
            self.up.forward_gelu(block, rows, wide, threads);
            self.down.add(wide, rows, block, threads);
        }
        self.norm.forward_with_bias(x, &self.down.bias);
    }
}
