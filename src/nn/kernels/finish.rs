//! What happens to the sums of a product before they are written: bias, activation, residual.

use super::lanes::Lanes;
use crate::nn::gelu::gelu_lanes;

/// The last step of a product.
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

impl<'a> Finish<'a> {
    /// The bias, where there is one.
    pub fn bias(self) -> Option<&'a [f32]> {
        match self {
            Self::Bias(bias) | Self::Gelu(bias) | Self::Relu(bias) => Some(bias),
            Self::Add => None,
        }
    }
}

/// Where a product goes: `[rows, outputs]`. Threads write different columns of it.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    start: *mut f32,
    outputs: usize,
    finish: Finish<'a>,
}

// SAFETY: `Target::new` borrows the slice alone for 'a, and each thread writes only the columns of its own panels.
unsafe impl Send for Target<'_> {}
// SAFETY: as above.
unsafe impl Sync for Target<'_> {}

impl<'a> Target<'a> {
    /// Panics when `out` is too short for `rows` or the bias has another width.
    pub fn new(out: &'a mut [f32], rows: usize, outputs: usize, finish: Finish<'a>) -> Self {
        assert!(out.len() >= rows * outputs, "a product outside its slice");
        assert!(finish.bias().is_none_or(|bias| bias.len() == outputs), "a bias of another width");
        Self { start: out.as_mut_ptr(), outputs, finish }
    }

    /// Writes two registers of sums for each of `R` rows from `row` on, to the columns of `panel`.
    ///
    /// # Safety
    /// The rows must lie below those given to `new`, and no other thread may write this panel's columns.
    #[inline(always)]
    pub unsafe fn write<L: Lanes, const R: usize>(self, sums: &[[L; 2]; R], row: usize, panel: usize) {
        for half in 0..2 {
            let first = (2 * panel + half) * L::N;
            if first >= self.outputs {
                break;
            }
            let columns = (self.outputs - first).min(L::N);
            for (r, sum) in sums.iter().enumerate() {
                let at = (row + r) * self.outputs + first;
                // SAFETY: the caller's promise; `columns` ends at the row's end.
                let out = unsafe { std::slice::from_raw_parts_mut(self.start.add(at), columns) };
                self.last_step(sum[half], first, out).store_some(out);
            }
        }
    }

    #[inline(always)]
    fn last_step<L: Lanes>(self, sum: L, first: usize, out: &[f32]) -> L {
        let bias = |bias: &[f32]| L::load_some(&bias[first..first + out.len()], 0.0);
        match self.finish {
            Finish::Bias(b) => sum.add(bias(b)),
            Finish::Gelu(b) => gelu_lanes(sum.add(bias(b))),
            Finish::Relu(b) => sum.add(bias(b)).max(L::splat(0.0)),
            Finish::Add => sum.add(L::load_some(out, 0.0)),
        }
    }
}

/// Shares out panels: `work` gets a range of them, on `threads` threads of the current pool.
pub(super) fn share(panels: usize, threads: usize, work: impl Fn(std::ops::Range<usize>) + Sync) {
    let parts = panels.min(threads);
    if parts < 2 {
        return work(0..panels);
    }
    rayon::scope(|scope| {
        for i in 0..parts {
            let work = &work;
            scope.spawn(move |_| work(i * panels / parts..(i + 1) * panels / parts));
        }
    });
}
