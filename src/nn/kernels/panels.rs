//! Products with a matrix packed once: `x·Wᵀ` with what follows (bias, GELU, ReLU, residual) done in registers.
//!
//! W `[outputs, inputs]` is cut into panels of as many outputs as two registers hold; a panel lists, input by input,
//! the weights of its outputs. A block of rows of x then passes over a panel with every sum in a register, and each
//! result is written once. General products repack W at every call, a quarter of the time at our sizes.
//! Only for AVX-512 and AVX2; elsewhere [`Panels::pack`] gives none and the general product is used.

use super::lanes::Lanes;
use super::{Kernel, Level, level, run};

/// Rows of x that pass over all panels together, so that they stay in the second-level cache.
const ROWS_AT_ONCE: usize = 192;

/// A packed matrix.
#[derive(Clone, Debug)]
pub struct Panels {
    data: Vec<f32>,
    /// Outputs in a panel.
    width: usize,
    inputs: usize,
    outputs: usize,
}

/// What happens to a sum before it is written.
#[derive(Clone, Copy, Debug)]
pub enum Finish<'a> {
    /// `sum + bias`
    Bias(&'a [f32]),
    /// `gelu(sum + bias)`
    Gelu(&'a [f32]),
    /// `max(sum + bias, 0)`
    Relu(&'a [f32]),
    /// `out + sum`
    Add,
}

impl Panels {
    /// Packs `weight[outputs, inputs]`; `None` where this processor has no kernel for it.
    pub fn pack(weight: &[f32], outputs: usize, inputs: usize) -> Option<Self> {
        let width = match level() {
            Level::Avx512 => 32,
            Level::Avx2 => 16,
            Level::Plain => return None,
        };
        let mut data = vec![0.0; outputs.div_ceil(width) * width * inputs];
        for (output, row) in weight.chunks_exact(inputs.max(1)).enumerate() {
            let first = output / width * width * inputs + output % width;
            for (to, &value) in data[first..].iter_mut().step_by(width).zip(row) {
                *to = value;
            }
        }
        Some(Self { data, width, inputs, outputs })
    }

    /// `out[rows, outputs] = finish(x[rows, inputs]·Wᵀ)`. Panics when a slice is too short.
    pub fn multiply(&self, x: &[f32], rows: usize, out: &mut [f32], finish: Finish<'_>, threads: usize) {
        assert!(x.len() >= rows * self.inputs && out.len() >= rows * self.outputs, "a product outside its slices");
        if let Finish::Bias(bias) | Finish::Gelu(bias) | Finish::Relu(bias) = finish {
            assert!(bias.len() == self.outputs, "a bias of another width");
        }
        let out = Target(out.as_mut_ptr());
        let panels = self.outputs.div_ceil(self.width);
        let part = |part: std::ops::Range<usize>| run(Part { panels: self, part, x, rows, out, finish });
        if threads < 2 || panels < 2 {
            return part(0..panels);
        }
        let parts = panels.min(threads);
        rayon::scope(|scope| {
            for i in 0..parts {
                let part = &part;
                scope.spawn(move |_| part(i * panels / parts..(i + 1) * panels / parts));
            }
        });
    }
}

/// Where the results go. Threads write the columns of different panels.
#[derive(Clone, Copy)]
struct Target(*mut f32);

// SAFETY: `multiply` borrows the slice alone, and every part writes only the columns of its own panels.
unsafe impl Send for Target {}
// SAFETY: as above.
unsafe impl Sync for Target {}

/// Some panels with all rows.
struct Part<'a> {
    panels: &'a Panels,
    part: std::ops::Range<usize>,
    x: &'a [f32],
    rows: usize,
    out: Target,
    finish: Finish<'a>,
}

impl Kernel for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        assert!(self.panels.width == 2 * L::N, "panels packed for other registers");
        let mut first = 0;
        while first < self.rows {
            let end = self.rows.min(first + ROWS_AT_ONCE);
            for panel in self.part.clone() {
                let mut row = first;
                while row < end {
                    // As many rows as leave registers for two weights and one input.
                    row += match (end - row, L::N) {
                        (12.., 16) => self.block::<L, 12>(panel, row),
                        (6.., 8) => self.block::<L, 6>(panel, row),
                        (8.., 16) => self.block::<L, 8>(panel, row),
                        (4.., _) => self.block::<L, 4>(panel, row),
                        (2.., _) => self.block::<L, 2>(panel, row),
                        _ => self.block::<L, 1>(panel, row),
                    };
                }
            }
            first = end;
        }
    }
}

impl Part<'_> {
    /// `R` rows from `row` on with one panel; gives `R`.
    #[inline(always)]
    fn block<L: Lanes, const R: usize>(&self, panel: usize, row: usize) -> usize {
        let (inputs, outputs) = (self.panels.inputs, self.panels.outputs);
        let weights = &self.panels.data[panel * 2 * L::N * inputs..(panel + 1) * 2 * L::N * inputs];
        let rows = &self.x[row * inputs..(row + R) * inputs];
        let mut sums = [[L::splat(0.0); 2]; R];
        // SAFETY: `weights` has 2·N values for each input, `rows` has `inputs` values for each of R rows.
        unsafe {
            let (mut weight, x) = (weights.as_ptr(), rows.as_ptr());
            for input in 0..inputs {
                let (w0, w1) = (L::load(weight), L::load(weight.add(L::N)));
                for (r, sum) in sums.iter_mut().enumerate() {
                    let value = L::splat(*x.add(r * inputs + input));
                    sum[0] = value.mul_add(w0, sum[0]);
                    sum[1] = value.mul_add(w1, sum[1]);
                }
                weight = weight.add(2 * L::N);
            }
        }
        for (half, first) in [(0, panel * 2 * L::N), (1, panel * 2 * L::N + L::N)] {
            if first >= outputs {
                break;
            }
            let columns = (outputs - first).min(L::N);
            for (r, sum) in sums.iter().enumerate() {
                let at = (row + r) * outputs + first;
                // SAFETY: row and columns lie inside `out` (checked by `multiply`), and no other part writes them.
                let out = unsafe { std::slice::from_raw_parts_mut(self.out.0.add(at), columns) };
                self.finish(sum[half], first, out);
            }
        }
        R
    }

    #[inline(always)]
    fn finish<L: Lanes>(&self, sum: L, first: usize, out: &mut [f32]) {
        let bias = |bias: &[f32]| L::load_some(&bias[first..first + out.len()], 0.0);
        let value = match self.finish {
            Finish::Bias(b) => sum.add(bias(b)),
            Finish::Gelu(b) => crate::nn::gelu::gelu_lanes(sum.add(bias(b))),
            Finish::Relu(b) => sum.add(bias(b)).max(L::splat(0.0)),
            Finish::Add => sum.add(L::load_some(out, 0.0)),
        };
        value.store_some(out);
    }
}
