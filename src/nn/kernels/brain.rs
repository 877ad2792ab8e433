//! Products of bfloat16 numbers ("brain floats": f32 with 16 of its 24 mantissa bits gone), summed in f32.
//!
//! Twice as fast as f32 and half the memory where the processor has AVX512-BF16, at two to three significant digits for
//! every factor: for inference only, and only where somebody asked for it. Laid out as in [`super::panels`], but a panel
//! lists pairs of inputs, as the instruction wants them.

use super::finish::Finish;

/// A packed matrix of bfloat16 pairs.
#[derive(Clone, Debug)]
pub struct BrainPanels {
    /// For each panel of [`WIDTH`] outputs and each pair of inputs: one word per output, the first input in its low half.
    data: Vec<u32>,
    /// Pairs of inputs, rounded up.
    pairs: usize,
    inputs: usize,
    outputs: usize,
}

/// Outputs in a panel: two registers.
const WIDTH: usize = 32;

/// True when this processor multiplies bfloat16 numbers.
pub fn available() -> bool {
    #[cfg(target_arch = "x86_64")]
    {
        super::level() == super::Level::Avx512
            && is_x86_feature_detected!("avx512bf16")
            && is_x86_feature_detected!("avx512bw")
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        false
    }
}

/// The nearest bfloat16, ties to even.
fn round(value: f32) -> u32 {
    let bits = value.to_bits();
    if value.is_nan() { (bits >> 16) | 0x40 } else { (bits + 0x7fff + ((bits >> 16) & 1)) >> 16 }
}

impl BrainPanels {
    /// Packs `weight[outputs, inputs]`; `None` where this processor cannot multiply it.
    pub fn pack(weight: &[f32], outputs: usize, inputs: usize) -> Option<Self> {
        if !available() || inputs == 0 {
            return None;
        }
        let pairs = inputs.div_ceil(2);
        let mut data = vec![0; outputs.div_ceil(WIDTH) * WIDTH * pairs];
        for (panel, data) in data.chunks_exact_mut(WIDTH * pairs).enumerate() {
            let rows = &weight[panel * WIDTH * inputs..outputs.min((panel + 1) * WIDTH) * inputs];
            // Sixteen inputs at a time: both sides stay in the first-level cache.
            for (number, data) in data.chunks_mut(WIDTH * 8).enumerate() {
                for (output, row) in rows.chunks_exact(inputs).enumerate() {
                    let row = &row[number * 16..inputs.min((number + 1) * 16)];
                    for (to, pair) in data.chunks_exact_mut(WIDTH).zip(row.chunks(2)) {
                        to[output] = round(pair[0]) | pair.get(1).map_or(0, |&second| round(second) << 16);
                    }
                }
            }
        }
        Some(Self { data, pairs, inputs, outputs })
    }

    /// `out[rows, outputs] = finish(x[rows, inputs]·Wᵀ)`. Panics when a slice is too short.
    pub fn multiply(&self, x: &[f32], rows: usize, out: &mut [f32], finish: Finish<'_>, threads: usize) {
        assert!(x.len() >= rows * self.inputs, "a product outside its slice");
        #[cfg(target_arch = "x86_64")]
        x86::multiply(self, x, rows, out, finish, threads);
        #[cfg(not(target_arch = "x86_64"))]
        let _ = (out, finish, threads, self.outputs);
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;
    use std::cell::Cell;
    use std::mem::transmute;

    use super::super::finish::{Finish, Target, share};
    use super::super::lanes::Avx512;
    use super::super::panels::ROWS_AT_ONCE;
    use super::{BrainPanels, WIDTH};

    thread_local! {
        /// Rounded inputs, kept from call to call. Taken out while in use: a waiting thread may start another product.
        static ROUNDED: Cell<Vec<u32>> = const { Cell::new(Vec::new()) };
    }

    pub(super) fn multiply(
        panels: &BrainPanels,
        x: &[f32],
        rows: usize,
        out: &mut [f32],
        finish: Finish<'_>,
        threads: usize,
    ) {
        let target = Target::new(out, rows, panels.outputs, finish);
        let mut rounded = ROUNDED.take();
        rounded.resize((rows * panels.pairs).max(rounded.len()), 0);
        // SAFETY: panels exist only where the instructions do.
        unsafe { round_rows(x, panels.inputs, &mut rounded[..rows * panels.pairs], panels.pairs) };
        share(panels.outputs.div_ceil(WIDTH), threads, |part| {
            // SAFETY: as above.
            unsafe { multiply_part(panels, part, &rounded, rows, target) };
        });
        ROUNDED.set(rounded);
    }

    /// Rounds row by row; an odd row is filled up with zero.
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512bf16")]
    fn round_rows(x: &[f32], inputs: usize, out: &mut [u32], pairs: usize) {
        for (row, out) in x.chunks_exact(inputs).zip(out.chunks_exact_mut(pairs)) {
            for (from, to) in row.chunks(16).zip(out.chunks_mut(8)) {
                let mask = (1u32 << from.len()) - 1;
                // SAFETY: the mask lets only the values of `from` be read.
                let values = unsafe { _mm512_maskz_loadu_ps(mask as u16, from.as_ptr()) };
                // SAFETY: both are 16 bfloat16 numbers in 256 bits.
                let words: __m256i = unsafe { transmute(_mm512_cvtneps_pbh(values)) };
                // SAFETY: the mask lets only the words of `to` be written.
                unsafe { _mm256_mask_storeu_epi32(to.as_mut_ptr().cast(), ((1u32 << to.len()) - 1) as u8, words) };
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512bf16,avx2,fma")]
    fn multiply_part(panels: &BrainPanels, part: std::ops::Range<usize>, x: &[u32], rows: usize, target: Target<'_>) {
        let mut first = 0;
        while first < rows {
            let end = rows.min(first + ROWS_AT_ONCE);
            for panel in part.clone() {
                let mut row = first;
                while row < end {
                    row += match end - row {
                        12.. => block::<12>(panels, x, panel, row, target),
                        8.. => block::<8>(panels, x, panel, row, target),
                        4.. => block::<4>(panels, x, panel, row, target),
                        2.. => block::<2>(panels, x, panel, row, target),
                        _ => block::<1>(panels, x, panel, row, target),
                    };
                }
            }
            first = end;
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512vl,avx512bw,avx512bf16,avx2,fma")]
    fn block<const R: usize>(panels: &BrainPanels, x: &[u32], panel: usize, row: usize, target: Target<'_>) -> usize {
        let pairs = panels.pairs;
        let weights = &panels.data[panel * WIDTH * pairs..(panel + 1) * WIDTH * pairs];
        let rows = &x[row * pairs..(row + R) * pairs];
        let mut sums = [[Avx512(_mm512_setzero_ps()); 2]; R];
        // SAFETY: `weights` has WIDTH words for each pair, `rows` has `pairs` words for each of R rows; registers of words
        // are read as bfloat16 pairs, which they hold; the target was made for all rows, and this panel is this part's.
        unsafe {
            let (mut weight, x) = (weights.as_ptr(), rows.as_ptr());
            for pair in 0..pairs {
                let w0: __m512bh = transmute(_mm512_loadu_si512(weight.cast()));
                let w1: __m512bh = transmute(_mm512_loadu_si512(weight.add(16).cast()));
                for (r, sum) in sums.iter_mut().enumerate() {
                    let value: __m512bh = transmute(_mm512_set1_epi32(*x.add(r * pairs + pair) as i32));
                    sum[0].0 = _mm512_dpbf16_ps(sum[0].0, value, w0);
                    sum[1].0 = _mm512_dpbf16_ps(sum[1].0, value, w1);
                }
                weight = weight.add(WIDTH);
            }
            target.write(&sums, row, panel);
        }
        R
    }
}
