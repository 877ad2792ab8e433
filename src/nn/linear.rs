//! Linear layer: `y = x·Wᵀ + b`, alone or with what follows it.

use super::gelu::{gelu, relu};
use super::kernels::brain::BrainPanels;
use super::kernels::finish::Finish;
use super::kernels::panels::Panels;
use super::parameters::{ANY, ParameterError, Parameters};
use super::product::{View, ViewMut, multiply};

/// A weight matrix `[outputs, inputs]` and a bias.
#[derive(Clone, Debug, Default)]
pub struct Linear {
    /// Row-major `[outputs, inputs]`; empty once packed.
    pub weight: Vec<f32>,
    /// `[outputs]`.
    pub bias: Vec<f32>,
    /// Features in.
    pub inputs: usize,
    /// Features out.
    pub outputs: usize,
    /// The weight as the fast product wants it, instead of `weight`.
    packed: Packed,
}

/// How exactly a packed layer multiplies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f32 throughout.
    #[default]
    Full,
    /// Factors in bfloat16, sums in f32, where the processor can; else as `Full`.
    Brain,
}

#[derive(Clone, Debug, Default)]
enum Packed {
    #[default]
    No,
    Full(Panels),
    Brain(BrainPanels),
}

impl Linear {
    /// From its numbers; `weight` has `bias.len()` rows.
    pub fn new(weight: Vec<f32>, bias: Vec<f32>, inputs: usize) -> Self {
        Self { weight, inputs, outputs: bias.len(), bias, packed: Packed::No }
    }

    /// Takes `{name}.weight` and `{name}.bias`; [`ANY`] for a width that the tensor decides.
    pub fn take(from: &mut Parameters, name: &str, outputs: usize, inputs: usize) -> Result<Self, ParameterError> {
        let weight = from.take(&format!("{name}.weight"), &[outputs, inputs])?;
        let (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        let bias = from.take(&format!("{name}.bias"), &[outputs])?;
        Ok(Self::new(weight.data, bias.data, inputs))
    }

    /// Takes `{name}.weight` alone; the bias is zero.
    pub fn take_without_bias(from: &mut Parameters, name: &str, inputs: usize) -> Result<Self, ParameterError> {
        let weight = from.take(&format!("{name}.weight"), &[ANY, inputs])?;
        let (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        Ok(Self::new(weight.data, vec![0.0; outputs], inputs))
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

    /// For inference: keeps the weight only in the form the fast product wants, where there is one.
    pub fn packed(mut self, precision: Precision) -> Self {
        let brain = match precision {
            Precision::Brain => BrainPanels::pack(&self.weight, self.outputs, self.inputs).map(Packed::Brain),
            Precision::Full => None,
        };
        let full = || Panels::pack(&self.weight, self.outputs, self.inputs).map(Packed::Full);
        if let Some(packed) = brain.or_else(full) {
            self.packed = packed;
            self.weight = Vec::new();
        }
        self
    }

    /// `out[rows, outputs] = x[rows, inputs]·Wᵀ + b`.
    pub fn forward(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.finish(x, rows, out, Finish::Bias(&self.bias), threads);
    }

    /// `gelu(x·Wᵀ + b)`.
    pub fn forward_gelu(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.finish(x, rows, out, Finish::Gelu(&self.bias), threads);
    }

    /// `max(x·Wᵀ + b, 0)`.
    pub fn forward_relu(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.finish(x, rows, out, Finish::Relu(&self.bias), threads);
    }

    /// Adds `x·Wᵀ` to `out[rows, outputs]`, without the bias: for residuals.
    pub fn add(&self, x: &[f32], rows: usize, out: &mut [f32], threads: usize) {
        self.finish(x, rows, out, Finish::Add, threads);
    }

    fn finish(&self, x: &[f32], rows: usize, out: &mut [f32], finish: Finish<'_>, threads: usize) {
        if rows == 0 || self.outputs == 0 {
            return;
        }
        match &self.packed {
            Packed::Full(panels) => return panels.multiply(x, rows, out, finish, threads),
            Packed::Brain(panels) => return panels.multiply(x, rows, out, finish, threads),
            Packed::No => {}
        }
        let out = &mut out[..rows * self.outputs];
        if let Some(bias) = finish.bias() {
            out.chunks_exact_mut(self.outputs).for_each(|row| row.copy_from_slice(bias));
        }
        multiply(
            &mut ViewMut::new(out, rows, self.outputs),
            1.0,
            1.0,
            View::new(x, rows, self.inputs),
            View::new(&self.weight, self.outputs, self.inputs).transposed(),
            threads,
        );
        match finish {
            Finish::Gelu(_) => gelu(out),
            Finish::Relu(_) => relu(out),
            Finish::Bias(_) | Finish::Add => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_equals_plain_at_every_width_and_row_count() {
        let noise = |n: usize| -> Vec<f32> { (0..n).map(|i| ((i * 7919 % 1009) as f32 - 504.0) / 504.0).collect() };
        for (inputs, outputs) in [(1, 1), (5, 33), (64, 32), (19, 70), (32, 16), (0, 3)] {
            let plain = Linear::new(noise(inputs * outputs), noise(outputs), inputs);
            let forms = [(Precision::Full, 1e-4), (Precision::Brain, 0.01 * (inputs as f32).sqrt() + 0.01)];
            for (packed, allowed) in forms.map(|(precision, allowed)| (plain.clone().packed(precision), allowed)) {
                for rows in [0, 1, 3, 6, 12, 14, 31, 200] {
                    let x = noise(rows * inputs);
                    for threads in [1, 3] {
                        for forward in [Linear::forward, Linear::forward_gelu, Linear::forward_relu, Linear::add] {
                            let mut a = vec![0.25; rows * outputs];
                            let mut b = a.clone();
                            forward(&plain, &x, rows, &mut a, 1);
                            forward(&packed, &x, rows, &mut b, threads);
                            assert!(
                                a.iter().zip(&b).all(|(a, b)| (a - b).abs() < allowed),
                                "{inputs} {outputs} {rows}"
                            );
                        }
                    }
                }
            }
        }
    }
}
