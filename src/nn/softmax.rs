//! Softmax of a row: positive, sums to 1.

use super::kernels::{Kernel, exp, lanes::Lanes, run};

/// Softmax of each row of `x`, in place; rows have `width` values.
pub fn softmax(x: &mut [f32], width: usize) {
    if width > 0 {
        run(Softmax { x, width });
    }
}

struct Softmax<'a> {
    x: &'a mut [f32],
    width: usize,
}

impl Kernel for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        for row in self.x.chunks_exact_mut(self.width) {
            let mut largest = L::splat(f32::NEG_INFINITY);
            for x in row.chunks(L::N) {
                largest = largest.max(L::load_some(x, f32::NEG_INFINITY));
            }
            let largest = L::splat(largest.largest());
            let mut sum = L::splat(0.0);
            let mut rest = 0.0;
            let mut chunks = row.chunks_exact_mut(L::N);
            for x in &mut chunks {
                // SAFETY: the chunk has N values.
                unsafe {
                    let e = exp::exp(L::load(x.as_ptr()).sub(largest));
                    sum = sum.add(e);
                    e.store(x.as_mut_ptr());
                }
            }
            let tail = chunks.into_remainder();
            exp::exp(L::load_some(tail, 0.0).sub(largest)).store_some(tail);
            for &mut x in tail {
                rest += x;
            }
            let scale = L::splat(1.0 / (sum.sum() + rest));
            for x in row.chunks_mut(L::N) {
                L::load_some(x, 0.0).mul(scale).store_some(x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_sum_to_one_and_keep_their_ratios() {
        let width = 21;
        let mut x: Vec<f32> = (0..2 * width).map(|i| (i % 7) as f32 * 30.0 - 90.0).collect();
        let before = x.clone();
        for level in crate::nn::kernels::levels() {
            x.copy_from_slice(&before);
            crate::nn::kernels::run_at(level, Softmax { x: &mut x, width });
            for (row, before) in x.chunks(width).zip(before.chunks(width)) {
                let sum: f64 = before.iter().map(|&v| f64::from(v - 90.0).exp()).sum();
                for (got, &v) in row.iter().zip(before) {
                    assert!((f64::from(*got) - f64::from(v - 90.0).exp() / sum).abs() < 1e-6);
                }
            }
        }
    }
}
