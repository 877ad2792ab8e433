//! Layer normalisation over the features of a row.

use super::kernels::{Kernel, lanes::Lanes, run};
use super::parameters::{ParameterError, Parameters};

/// Scale, shift and epsilon.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    /// Factor for each feature.
    pub weight: Vec<f32>,
    /// Addend for each feature.
    pub bias: Vec<f32>,
    /// Added to the variance.
    pub epsilon: f32,
}

impl LayerNorm {
    /// Takes `{name}.weight` and `{name}.bias`.
    pub fn take(from: &mut Parameters, name: &str, width: usize, epsilon: f32) -> Result<Self, ParameterError> {
        let weight = from.take(&format!("{name}.weight"), &[width])?.data;
        let bias = from.take(&format!("{name}.bias"), &[width])?.data;
        Ok(Self { weight, bias, epsilon })
    }

    /// Normalises every row of `x` in place.
    pub fn forward(&self, x: &mut [f32]) {
        run(Normalise { layer: self, x, addend: None });
    }

    /// Adds `bias` to every row of `x`, then normalises it: the end of a residual branch in one pass.
    pub fn forward_with_bias(&self, x: &mut [f32], bias: &[f32]) {
        run(Normalise { layer: self, x, addend: Some(bias) });
    }
}

struct Normalise<'a> {
    layer: &'a LayerNorm,
    x: &'a mut [f32],
    addend: Option<&'a [f32]>,
}

impl Kernel for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let (weight, bias) = (&self.layer.weight, &self.layer.bias);
        let width = weight.len();
        for row in self.x.chunks_exact_mut(width) {
            let mut sum = L::splat(0.0);
            if let Some(addend) = self.addend {
                for (x, b) in row.chunks_mut(L::N).zip(addend.chunks(L::N)) {
                    let value = L::load_some(x, 0.0).add(L::load_some(b, 0.0));
                    value.store_some(x);
                    sum = sum.add(value);
                }
            } else {
                for x in row.chunks(L::N) {
                    sum = sum.add(L::load_some(x, 0.0));
                }
            }
            let mean = sum.sum() / width as f32;
            // Two passes: the variance of large, nearly equal values must not cancel.
            let mut squares = L::splat(0.0);
            for x in row.chunks(L::N) {
                let d = L::load_some(x, mean).sub(L::splat(mean));
                squares = d.mul_add(d, squares);
            }
            let scale = 1.0 / (squares.sum() / width as f32 + self.layer.epsilon).sqrt();
            for ((x, w), b) in row.chunks_mut(L::N).zip(weight.chunks(L::N)).zip(bias.chunks(L::N)) {
                let d = L::load_some(x, 0.0).sub(L::splat(mean)).mul(L::splat(scale));
                d.mul_add(L::load_some(w, 0.0), L::load_some(b, 0.0)).store_some(x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gets_mean_zero_and_deviation_one() {
        let layer = LayerNorm { weight: vec![1.0; 21], bias: vec![0.5; 21], epsilon: 0.0 };
        let mut x: Vec<f32> = (0..42).map(|i| 1000.0 + (i * i % 17) as f32).collect();
        let addend: Vec<f32> = (0..21).map(|i| i as f32).collect();
        layer.forward_with_bias(&mut x, &addend);
        for row in x.chunks(21) {
            let mean = row.iter().sum::<f32>() / 21.0;
            let variance = row.iter().map(|v| (v - mean).powi(2)).sum::<f32>() / 21.0;
            assert!((mean - 0.5).abs() < 1e-5 && (variance - 1.0).abs() < 1e-4);
        }
    }
}
