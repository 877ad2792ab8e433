//! Linear layer: `y = x·Wᵀ + b`.

use super::parameters::{ANY, ParameterError, Parameters};
use super::product::{View, ViewMut, multiply};

/// A weight matrix `[outputs, inputs]` and a bias.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// Row-major `[outputs, inputs]`.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
    /// Features in.
    pub inputs: usize,
    /// Features out.
    pub outputs: usize,
}

impl Linear {
    /// Takes `{name}.weight` and `{name}.bias`; [`ANY`] for a width that the tensor decides.
    pub fn take(from: &mut Parameters, name: &str, outputs: usize, inputs: usize) -> Result<Self, ParameterError> {
        let weight = from.take(&format!("{name}.weight"), &[outputs, inputs])?;
        let (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        let bias = from.take(&format!("{name}.bias"), &[outputs])?;
        Ok(Self { weight: weight.data, bias: bias.data, inputs, outputs })
    }

    /// Takes `{name}.weight` alone; the bias is zero.
    pub fn take_without_bias(from: &mut Parameters, name: &str, inputs: usize) -> Result<Self, ParameterError> {
        let weight = from.take(&format!("{name}.weight"), &[ANY, inputs])?;
        let (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        Ok(Self { weight: weight.data, bias: vec![0.0; outputs], inputs, outputs })
    }

    /// Several layers that read the same input as one layer, their outputs side by side.
    pub fn beside(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.weight.extend(part.weight);
            all.bias.extend(part.bias);
            all.inputs = part.inputs;
            all.outputs += part.outputs;
        }
        all
    }

    /// `out[rows, outputs] = x[rows, inputs]·Wᵀ + b`.
    pub fn forward(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.forward_part(0..self.outputs, x, rows, out, threads);
    }

    /// Only the outputs of `part`: `out[rows, part.len()]`.
    pub fn forward_part(&self, part: std::ops::Range<usize>, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        let bias = &self.bias[part.clone()];
        for row in out.chunks_exact_mut(bias.len()).take(rows) {
            row.copy_from_slice(bias);
        }
        self.add_part(part, x, rows, out, threads);
    }

    /// Adds `x·Wᵀ` to `out[rows, outputs]`, without the bias: for residuals.
    pub fn add(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.add_part(0..self.outputs, x, rows, out, threads);
    }

    fn add_part(&self, part: std::ops::Range<usize>, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        let weight = &self.weight[part.start * self.inputs..part.end * self.inputs];
        multiply(
            &mut ViewMut::new(out, rows, part.len()),
            1.0,
            1.0,
            View::new(x, rows, self.inputs),
            View::new(weight, part.len(), self.inputs).transposed(),
            threads,
        );
    }
}
