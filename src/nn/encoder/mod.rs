//! Transformer backbones: token ids in, hidden states out.
//!
//! BERT (absolute positions) and DeBERTa-v2/v3 (relative positions) differ in their embeddings, in the names of their
//! tensors and in what is added to the attention scores; the rest is one file, [`layer`].

mod build;
pub mod layer;
pub mod spec;

use super::embedding::Embedding;
use super::layer_norm::LayerNorm;
use super::linear::Linear;
pub use layer::{Asked, Layer, Scratch};
pub use spec::{EncoderError, EncoderKind, EncoderSpec, RelativeSpec};

/// A backbone.
#[derive(Clone, Debug)]
pub struct Encoder {
    /// Ids to rows.
    pub words: Embedding,
    /// Added by position in the sequence, where the backbone has absolute positions.
    pub positions: Option<Embedding>,
    /// Added to every row: the row of token type 0.
    pub token_type: Option<Vec<f32>>,
    /// From the embeddings' width to the layers', where they differ.
    pub projection: Option<Linear>,
    /// After the sum.
    pub norm: LayerNorm,
    /// First to last.
    pub layers: Vec<Layer>,
    /// Width of the hidden states.
    pub width: usize,
}

impl Encoder {
    /// Rows of the word table: ids at or past it are unknown to the model (they read as zeros).
    pub fn vocabulary(&self) -> usize {
        self.words.rows()
    }

    /// Longest sequence the positions allow; `None` without absolute positions. Past it the last position repeats.
    pub fn max_length(&self) -> Option<usize> {
        self.positions.as_ref().map(Embedding::rows)
    }

    /// The input of the first layer, `[rows, width]`.
    pub fn embed(&self, ids: &[u32], bounds: &[usize]) -> Vec<f32> {
        let width = self.words.width;
        let mut x = vec![0.0; ids.len() * width];
        for bound in bounds.windows(2) {
            for (position, row) in (bound[0]..bound[1]).enumerate() {
                let out = &mut x[row * width..(row + 1) * width];
                self.words.add_row(ids[row] as usize, out);
                if let Some(positions) = &self.positions {
                    positions.add_row(position.min(positions.rows().saturating_sub(1)), out);
                }
                if let Some(token_type) = &self.token_type {
                    out.iter_mut().zip(token_type).for_each(|(o, t)| *o += t);
                }
            }
        }
        if let Some(projection) = &self.projection {
            let mut wide = vec![0.0; ids.len() * self.width];
            projection.forward(&x, ids.len(), &mut wide, 1);
            x = wide;
        }
        self.norm.forward(&mut x);
        x
    }

    /// Hidden states of the asked rows, `[asked, width]`. The last layer computes no others.
    pub fn forward(
        &self,
        ids: &[u32],
        bounds: &[usize],
        asked: &Asked,
        scratch: &mut Scratch,
        threads: usize,
    ) -> Vec<f32> {
        let mut x = self.embed(ids, bounds);
        let Some((last, layers)) = self.layers.split_last() else {
            return asked.gather(&x, bounds, self.width);
        };
        let all = Asked::all(bounds);
        for layer in layers {
            layer.forward(&mut x, bounds, &all, scratch, threads);
        }
        let mut out = asked.gather(&x, bounds, self.width);
        last.forward_asked(&x, &mut out, bounds, asked, scratch, threads);
        out
    }
}
