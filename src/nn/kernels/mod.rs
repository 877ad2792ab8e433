//! Vector arithmetic: one generic kernel, compiled for each instruction set, chosen at run time.
//!
//! A kernel is written once over [`Lanes`] (a register of `f32`); [`run`] calls the copy for AVX-512, AVX2 with FMA, or
//! plain arrays that the compiler turns into whatever the processor has (NEON, SSE2).

pub mod brain;
pub mod exp;
pub mod finish;
pub mod lanes;
pub mod panels;

use lanes::{Lanes, Plain};

/// Something to compute with registers of any width. `run` must be `#[inline(always)]` to get the caller's instructions.
pub trait Kernel {
    /// What it gives back.
    type Output;
    /// Computes with registers of type `L`.
    fn run<L: Lanes>(self) -> Self::Output;
}

/// The instruction sets a kernel is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// AVX-512: 16 lanes.
    Avx512,
    /// AVX2 and FMA: 8 lanes.
    Avx2,
    /// Whatever the target has without asking.
    Plain,
}

/// True when this processor has the instructions of `level`.
pub fn available(level: Level) -> bool {
    match level {
        // The standard library remembers the answers; asking costs one load.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 => is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl"),
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
        #[cfg(not(target_arch = "x86_64"))]
        Level::Avx512 | Level::Avx2 => false,
        Level::Plain => true,
    }
}

/// The best level of this processor.
pub fn level() -> Level {
    [Level::Avx512, Level::Avx2].into_iter().find(|&level| available(level)).unwrap_or(Level::Plain)
}

/// Runs a kernel at the best level of this processor.
pub fn run<K: Kernel>(kernel: K) -> K::Output {
    run_at(level(), kernel)
}

/// Runs a kernel at `level`, or plainly where the processor does not have it.
pub fn run_at<K: Kernel>(level: Level, kernel: K) -> K::Output {
    match level {
        // SAFETY: the processor has these instructions.
        #[cfg(target_arch = "x86_64")]
        Level::Avx512 if available(level) => unsafe { run_avx512(kernel) },
        // SAFETY: as above.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 if available(level) => unsafe { run_avx2(kernel) },
        _ => kernel.run::<Plain>(),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512vl,avx2,fma")]
fn run_avx512<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<lanes::Avx512>()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn run_avx2<K: Kernel>(kernel: K) -> K::Output {
    kernel.run::<lanes::Avx2>()
}

/// The levels this processor can run, to test them all.
#[cfg(test)]
pub(crate) fn levels() -> impl Iterator<Item = Level> {
    [Level::Avx512, Level::Avx2, Level::Plain].into_iter().filter(|&level| available(level))
}
