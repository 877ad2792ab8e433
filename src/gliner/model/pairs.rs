//! The one loop that runs over all spans: ⟨q, relu(u_start + v_end)⟩ for every start, end and label.
//!
//! The sum and the ReLU are made in registers for a few ends at once and multiplied with a few labels at once; nothing of
//! the size of spans × features is ever written.

use crate::nn::kernels::{Kernel, lanes::Lanes, run};

/// Ends taken at once.
const ENDS: usize = 4;

/// Writes `values[words, widths, labels]`; spans past the last word are left as they are.
///
/// `u` and `v` are `[words, inner]`, `q` is `[labels, inner]`, `offsets` is `[labels]`.
pub(super) fn score_pairs(
    u: &[f32],
    v: &[f32],
    q: &[f32],
    offsets: &[f32],
    inner: usize,
    widths: usize,
    values: &mut [f32],
) {
    run(Pairs { u, v, q, offsets, inner, widths, values });
}

struct Pairs<'a> {
    u: &'a [f32],
    v: &'a [f32],
    q: &'a [f32],
    offsets: &'a [f32],
    inner: usize,
    widths: usize,
    values: &'a mut [f32],
}

impl Kernel for Pairs<'_> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(mut self) {
        let words = self.u.len() / self.inner;
        let classes = self.offsets.len();
        // Sums of ENDS × labels stay in registers: AVX-512 has room for five labels, the others for two.
        let at_once = if L::N == 16 { 5 } else { 2 };
        for start in 0..words {
            let ends = words.min(start + self.widths);
            let mut end = start;
            while end < ends {
                let mut class = 0;
                while class < classes {
                    match (classes - class).min(at_once) {
                        5 => self.block::<L, 5>(start, end, ends, class),
                        4 => self.block::<L, 4>(start, end, ends, class),
                        3 => self.block::<L, 3>(start, end, ends, class),
                        2 => self.block::<L, 2>(start, end, ends, class),
                        _ => self.block::<L, 1>(start, end, ends, class),
                    }
                    class += at_once;
                }
                end += ENDS;
            }
        }
    }
}

impl Pairs<'_> {
    /// `ENDS` ends from `end` on (those before `ends` are written) with `C` labels from `class` on.
    #[inline(always)]
    fn block<L: Lanes, const C: usize>(&mut self, start: usize, end: usize, ends: usize, class: usize) {
        let inner = self.inner;
        let row = |of: &'_ [f32], at: usize| -> *const f32 { of[at * inner..(at + 1) * inner].as_ptr() };
        let u = row(self.u, start);
        // Past the last end the last one is computed again and dropped.
        let v: [*const f32; ENDS] = std::array::from_fn(|i| row(self.v, (end + i).min(ends - 1)));
        let q: [*const f32; C] = std::array::from_fn(|c| row(self.q, class + c));
        let mut sums = [[L::splat(0.0); C]; ENDS];
        let zero = L::splat(0.0);
        let mut at = 0;
        while at + L::N <= inner {
            // SAFETY: every row has `inner` values and `at + N` is not past them.
            unsafe {
                let start = L::load(u.add(at));
                let hidden: [L; ENDS] = std::array::from_fn(|i| start.add(L::load(v[i].add(at))).max(zero));
                for c in 0..C {
                    let label = L::load(q[c].add(at));
                    for i in 0..ENDS {
                        sums[i][c] = hidden[i].mul_add(label, sums[i][c]);
                    }
                }
            }
            at += L::N;
        }
        let classes = self.offsets.len();
        for (i, sums) in sums.iter().enumerate().take(ends - end) {
            let span = (start * self.widths + end + i - start) * classes + class;
            for (c, sum) in sums.iter().enumerate() {
                let mut sum = sum.sum() + self.offsets[class + c];
                for k in at..inner {
                    let hidden = (self.u[start * inner + k] + self.v[(end + i) * inner + k]).max(0.0);
                    sum += hidden * self.q[(class + c) * inner + k];
                }
                self.values[span + c] = sum;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::kernels::{levels, run_at};

    #[test]
    fn every_level_equals_the_plain_formula() {
        let noise = |n: usize, seed: u32| -> Vec<f32> {
            let mut x = seed;
            (0..n)
                .map(|_| {
                    x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    (x >> 8) as f32 / (1 << 23) as f32 - 1.0
                })
                .collect()
        };
        for (words, widths, classes, inner) in [(7, 5, 8, 37), (3, 12, 1, 16), (9, 1, 3, 4), (1, 2, 12, 64)] {
            let (u, v) = (noise(words * inner, 1), noise(words * inner, 2));
            let (q, offsets) = (noise(classes * inner, 3), noise(classes, 4));
            for level in levels() {
                let mut got = vec![9.0; words * widths * classes];
                let values = &mut got[..];
                run_at(level, Pairs { u: &u, v: &v, q: &q, offsets: &offsets, inner, widths, values });
                for (at, got) in got.into_iter().enumerate() {
                    let (start, width, class) = (at / classes / widths, at / classes % widths, at % classes);
                    let mut want = 9.0;
                    if start + width < words {
                        let (u, v) = (&u[start * inner..], &v[(start + width) * inner..]);
                        let hidden = u.iter().zip(v).take(inner).map(|(u, v)| (u + v).max(0.0));
                        want = offsets[class] + hidden.zip(&q[class * inner..]).map(|(h, q)| h * q).sum::<f32>();
                    }
                    assert!((got - want).abs() < 1e-4, "{level:?} {words} {widths} {classes} {inner}");
                }
            }
        }
    }
}
