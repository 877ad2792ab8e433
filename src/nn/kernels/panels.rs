//! Products with a matrix packed once: `x·Wᵀ` with what follows done in registers.
//!
//! W `[outputs, inputs]` is cut into panels of as many outputs as two registers hold; a panel lists, input by input,
//! the weights of its outputs. A block of rows of x then passes over a panel with every sum in a register, and each
//! result is written once. General products repack W at every call, a quarter of the time at our sizes.
//! Only for AVX-512 and AVX2; elsewhere [`Panels::pack`] gives none and the general product is used.

use rayon::prelude::*;

use super::finish::{Finish, Target, share};
use super::lanes::Lanes;
use super::{Kernel, Level, level, run_at};

/// Rows of x that pass over all panels together, so that they stay in the second-level cache.
pub(super) const ROWS_AT_ONCE: usize = 192;

/// Inputs in a tile while packing: a cache line.
const TILE: usize = 16;

/// A packed matrix.
#[derive(Clone, Debug)]
pub struct Panels {
    data: Vec<f32>,
    /// Whose registers decide how many outputs are in a panel.
    level: Level,
    /// Outputs in a panel.
    width: usize,
    inputs: usize,
    outputs: usize,
}

impl Panels {
    /// Packs `weight[outputs, inputs]`, inside a thread pool on all its threads; `None` where this processor has no
    /// kernel for it.
    pub fn pack(weight: &[f32], outputs: usize, inputs: usize) -> Option<Self> {
        Self::pack_for(level(), weight, outputs, inputs)
    }

    fn pack_for(level: Level, weight: &[f32], outputs: usize, inputs: usize) -> Option<Self> {
        let width = match level {
            Level::Avx512 => 32,
            Level::Avx2 => 16,
            Level::Plain => return None,
        };
        let mut data = vec![0.0; outputs.div_ceil(width) * width * inputs];
        let pack_panel = |(panel, data): (usize, &mut [f32])| {
            let rows = &weight[panel * width * inputs..outputs.min((panel + 1) * width) * inputs];
            // Tile by tile: both sides of a tile stay in the first-level cache.
            for (number, data) in data.chunks_mut(width * TILE).enumerate() {
                for (output, row) in rows.chunks_exact(inputs).enumerate() {
                    let row = &row[number * TILE..inputs.min((number + 1) * TILE)];
                    for (to, &value) in data.chunks_exact_mut(width).zip(row) {
                        to[output] = value;
                    }
                }
            }
        };
        let size = (width * inputs).max(1);
        if rayon::current_thread_index().is_some() {
            data.par_chunks_exact_mut(size).enumerate().for_each(pack_panel);
        } else {
            data.chunks_exact_mut(size).enumerate().for_each(pack_panel);
        }
        Some(Self { data, level, width, inputs, outputs })
    }

    /// `out[rows, outputs] = finish(x[rows, inputs]·Wᵀ)`. Panics when a slice is too short.
    pub fn multiply(&self, x: &[f32], rows: usize, out: &mut [f32], finish: Finish<'_>, threads: usize) {
        assert!(x.len() >= rows * self.inputs, "a product outside its slice");
        let target = Target::new(out, rows, self.outputs, finish);
        share(self.outputs.div_ceil(self.width), threads, |part| {
            run_at(self.level, Part { panels: self, part, x, rows, target });
        });
    }
}

/// Some panels with all rows.
struct Part<'a> {
    panels: &'a Panels,
    part: std::ops::Range<usize>,
    x: &'a [f32],
    rows: usize,
    target: Target<'a>,
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
        let inputs = self.panels.inputs;
        let weights = &self.panels.data[panel * 2 * L::N * inputs..(panel + 1) * 2 * L::N * inputs];
        let rows = &self.x[row * inputs..(row + R) * inputs];
        let mut sums = [[L::splat(0.0); 2]; R];
        // SAFETY: `weights` has 2·N values for each input, `rows` has `inputs` values for each of R rows; the target was
        // made for all rows, and this panel is this part's alone.
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
            self.target.write(&sums, row, panel);
        }
        R
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::kernels::levels;

    #[test]
    fn every_level_equals_the_plain_formula() {
        let noise = |n: usize| -> Vec<f32> { (0..n).map(|i| ((i * 7919 % 1009) as f32 - 504.0) / 504.0).collect() };
        for (inputs, outputs, rows) in [(3, 70, 31), (64, 32, 12), (17, 16, 200), (40, 5, 1)] {
            let (weight, x) = (noise(inputs * outputs), noise(rows * inputs));
            for level in levels().filter(|&level| level != Level::Plain) {
                let mut out = vec![0.5; rows * outputs];
                let panels = Panels::pack_for(level, &weight, outputs, inputs);
                if let Some(panels) = panels {
                    panels.multiply(&x, rows, &mut out, Finish::Add, 1);
                }
                for (i, got) in out.iter().enumerate() {
                    let (x, w) = (&x[i / outputs * inputs..], &weight[i % outputs * inputs..]);
                    let want = 0.5 + x[..inputs].iter().zip(&w[..inputs]).map(|(a, b)| a * b).sum::<f32>();
                    assert!((got - want).abs() < 1e-4, "{level:?} {inputs} {outputs} {rows}");
                }
            }
        }
    }
}
