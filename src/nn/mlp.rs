//! Two linear layers with a ReLU between them.

use super::linear::{Linear, Precision};
use super::parameters::{ANY, ParameterError, Parameters};

/// `inner` → ReLU → `outer`.
#[derive(Clone, Debug)]
pub struct Mlp {
    /// The wide layer.
    pub inner: Linear,
    /// The layer back to the model's width.
    pub outer: Linear,
}

impl Mlp {
    /// Takes `{name}.0` and `{name}.3` (between them lie the ReLU and a dropout).
    pub fn take(
        from: &mut Parameters,
        name: &str,
        inputs: usize,
        outputs: usize,
        precision: Precision,
    ) -> Result<Self, ParameterError> {
        let inner = Linear::take(from, &format!("{name}.0"), ANY, inputs)?;
        let outer = Linear::take(from, &format!("{name}.3"), outputs, inner.outputs)?;
        Ok(Self { inner: inner.packed(precision), outer: outer.packed(precision) })
    }

    /// `[rows, outputs]`.
    pub fn forward(&self, x: &[f32], rows: usize, threads: usize) -> Vec<f32> {
        let mut out = vec![0.0; rows * self.outer.outputs];
        self.outer.forward(&self.middle(x, rows, threads), rows, &mut out, threads);
        out
    }

    /// The same through another ReLU.
    pub fn forward_relu(&self, x: &[f32], rows: usize, threads: usize) -> Vec<f32> {
        let mut out = vec![0.0; rows * self.outer.outputs];
        self.outer.forward_relu(&self.middle(x, rows, threads), rows, &mut out, threads);
        out
    }

    fn middle(&self, x: &[f32], rows: usize, threads: usize) -> Vec<f32> {
        let mut wide = vec![0.0; rows * self.inner.outputs];
        self.inner.forward_relu(x, rows, &mut wide, threads);
        wide
    }
}
