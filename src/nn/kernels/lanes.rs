//! A register of `f32`, as wide as the processor has it.
//!
//! Only the few operations the kernels need. The x86 types may be used only inside functions compiled for their
//! instruction set: [`super::run`] is the one door to them.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// A register of `N` lanes.
pub trait Lanes: Copy {
    /// Number of lanes.
    const N: usize;
    /// The same value in all lanes.
    fn splat(value: f32) -> Self;
    /// Reads `N` values.
    ///
    /// # Safety
    /// `N` values must be readable at `from`.
    unsafe fn load(from: *const f32) -> Self;
    /// Writes `N` values.
    ///
    /// # Safety
    /// `N` values must be writable at `to`.
    unsafe fn store(self, to: *mut f32);
    /// `self + other`.
    fn add(self, other: Self) -> Self;
    /// `self - other`.
    fn sub(self, other: Self) -> Self;
    /// `self * other`.
    fn mul(self, other: Self) -> Self;
    /// `self / other`.
    fn div(self, other: Self) -> Self;
    /// `self * factor + addend`, rounded once where the processor can.
    fn mul_add(self, factor: Self, addend: Self) -> Self;
    /// The larger one, lane by lane.
    fn max(self, other: Self) -> Self;
    /// The smaller one, lane by lane.
    fn min(self, other: Self) -> Self;
    /// 2 to the power of each lane; lanes must be whole numbers in -126..=127.
    fn power_of_two(self) -> Self;
    /// `sign`'s sign on the magnitude of `self`; `self` must not be negative.
    fn with_sign_of(self, sign: Self) -> Self;
    /// Magnitude.
    fn abs(self) -> Self;
    /// Sum of all lanes.
    fn sum(self) -> f32;
    /// Largest lane.
    fn largest(self) -> f32;

    /// Reads the values of `from`, at most `N`; lanes past its end hold `rest`.
    #[inline(always)]
    fn load_some(from: &[f32], rest: f32) -> Self {
        if from.len() >= Self::N {
            // SAFETY: just checked.
            return unsafe { Self::load(from.as_ptr()) };
        }
        let mut buffer = [rest; 16];
        let count = from.len().min(Self::N);
        buffer[..count].copy_from_slice(&from[..count]);
        // SAFETY: the buffer has room for the widest register.
        unsafe { Self::load(buffer.as_ptr()) }
    }

    /// Writes the first lanes to `to`, at most `N`.
    #[inline(always)]
    fn store_some(self, to: &mut [f32]) {
        if to.len() >= Self::N {
            // SAFETY: just checked.
            return unsafe { self.store(to.as_mut_ptr()) };
        }
        let mut buffer = [0.0; 16];
        // SAFETY: the buffer has room for the widest register.
        unsafe { self.store(buffer.as_mut_ptr()) };
        let count = to.len().min(Self::N);
        to[..count].copy_from_slice(&buffer[..count]);
    }
}

/// Eight lanes as an array.
#[derive(Clone, Copy, Debug)]
pub struct Plain([f32; 8]);

impl Plain {
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Self(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl Lanes for Plain {
    const N: usize = 8;
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Self([value; 8])
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { from.cast::<[f32; 8]>().read_unaligned() })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { to.cast::<[f32; 8]>().write_unaligned(self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, addend: Self) -> Self {
        // Not f32::mul_add: without the instruction that is a slow call.
        self.zip(factor, |a, b| a * b).zip(addend, |a, b| a + b)
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        Self(self.0.map(|v| f32::from_bits(((v as i32 + 127) << 23) as u32)))
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        self.zip(sign, f32::copysign)
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.map(f32::abs))
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        self.0.iter().sum()
    }
    #[inline(always)]
    fn largest(self) -> f32 {
        self.0.iter().fold(f32::NEG_INFINITY, |a, &b| if b > a { b } else { a })
    }
}

/// Eight lanes in a ymm register.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct Avx2(__m256);

/// Sixteen lanes in a zmm register.
#[cfg(target_arch = "x86_64")]
#[derive(Clone, Copy, Debug)]
pub struct Avx512(pub(super) __m512);

/// The arithmetic of one x86 register type: intrinsics that differ only in their prefix.
#[cfg(target_arch = "x86_64")]
macro_rules! x86_arithmetic {
    ($($name:ident($($argument:ident),*) = $intrinsic:ident;)*) => {
        $(
            #[inline(always)]
            fn $name(self $(, $argument: Self)*) -> Self {
                // SAFETY: `run` has seen that the processor has the instruction.
                Self(unsafe { $intrinsic(self.0 $(, $argument.0)*) })
            }
        )*
    };
}

#[cfg(target_arch = "x86_64")]
impl Lanes for Avx2 {
    const N: usize = 8;
    x86_arithmetic! {
        add(other) = _mm256_add_ps;
        sub(other) = _mm256_sub_ps;
        mul(other) = _mm256_mul_ps;
        div(other) = _mm256_div_ps;
        mul_add(factor, addend) = _mm256_fmadd_ps;
        max(other) = _mm256_max_ps;
        min(other) = _mm256_min_ps;
    }
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: `run` has seen that the processor has the instruction; so below.
        Self(unsafe { _mm256_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { _mm256_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { _mm256_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        // SAFETY: see `splat`.
        unsafe {
            let exponent = _mm256_add_epi32(_mm256_cvtps_epi32(self.0), _mm256_set1_epi32(127));
            Self(_mm256_castsi256_ps(_mm256_slli_epi32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: see `splat`.
        unsafe { Self(_mm256_or_ps(self.0, _mm256_and_ps(sign.0, _mm256_set1_ps(-0.0)))) }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: see `splat`.
        unsafe { Self(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0)) }
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: see `splat`.
        unsafe {
            let four = _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let two = _mm_add_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_add_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
    #[inline(always)]
    fn largest(self) -> f32 {
        // SAFETY: see `splat`.
        unsafe {
            let four = _mm_max_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let two = _mm_max_ps(four, _mm_movehl_ps(four, four));
            _mm_cvtss_f32(_mm_max_ss(two, _mm_shuffle_ps::<1>(two, two)))
        }
    }
}

#[cfg(target_arch = "x86_64")]
impl Lanes for Avx512 {
    const N: usize = 16;
    x86_arithmetic! {
        add(other) = _mm512_add_ps;
        sub(other) = _mm512_sub_ps;
        mul(other) = _mm512_mul_ps;
        div(other) = _mm512_div_ps;
        mul_add(factor, addend) = _mm512_fmadd_ps;
        max(other) = _mm512_max_ps;
        min(other) = _mm512_min_ps;
    }
    #[inline(always)]
    fn splat(value: f32) -> Self {
        // SAFETY: `run` has seen that the processor has the instruction; so below.
        Self(unsafe { _mm512_set1_ps(value) })
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        // SAFETY: the caller's promise.
        Self(unsafe { _mm512_loadu_ps(from) })
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { _mm512_storeu_ps(to, self.0) }
    }
    #[inline(always)]
    fn load_some(from: &[f32], rest: f32) -> Self {
        let mask = (1u32 << from.len().min(16)) - 1;
        // SAFETY: the mask lets only the values of `from` be read; else see `splat`.
        Self(unsafe { _mm512_mask_loadu_ps(_mm512_set1_ps(rest), mask as u16, from.as_ptr()) })
    }
    #[inline(always)]
    fn store_some(self, to: &mut [f32]) {
        let mask = (1u32 << to.len().min(16)) - 1;
        // SAFETY: the mask lets only the values of `to` be written; else see `splat`.
        unsafe { _mm512_mask_storeu_ps(to.as_mut_ptr(), mask as u16, self.0) }
    }
    #[inline(always)]
    fn power_of_two(self) -> Self {
        // SAFETY: see `splat`.
        unsafe {
            let exponent = _mm512_add_epi32(_mm512_cvtps_epi32(self.0), _mm512_set1_epi32(127));
            Self(_mm512_castsi512_ps(_mm512_slli_epi32::<23>(exponent)))
        }
    }
    #[inline(always)]
    fn with_sign_of(self, sign: Self) -> Self {
        // SAFETY: see `splat`.
        unsafe {
            let bit = _mm512_and_si512(_mm512_castps_si512(sign.0), _mm512_set1_epi32(i32::MIN));
            Self(_mm512_castsi512_ps(_mm512_or_si512(_mm512_castps_si512(self.0), bit)))
        }
    }
    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: see `splat`.
        Self(unsafe { _mm512_abs_ps(self.0) })
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: see `splat`.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }
    #[inline(always)]
    fn largest(self) -> f32 {
        // SAFETY: see `splat`.
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
}
