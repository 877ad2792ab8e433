//! Products of rows of bytes with one vector of sixteen-bit steps: the walk over all documents is bound by memory, not by
//! this.

/// The product of each row of `rows` (each as long as `steps`) with `steps`, exactly.
pub(super) fn products(rows: &[u8], steps: &[i16], into: &mut [i32]) {
    debug_assert!(rows.len() >= into.len() * steps.len() && steps.len().is_multiple_of(32));
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && steps.len().is_multiple_of(32) && !steps.is_empty() {
        for (row, product) in rows.chunks_exact(steps.len()).zip(into) {
            // SAFETY: the processor has AVX2; row and steps are of one length, a multiple of 32.
            *product = unsafe { product_avx2(row, steps) };
        }
        return;
    }
    for (row, product) in rows.chunks_exact(steps.len().max(1)).zip(into) {
        *product = product_plain(row, steps);
    }
}

/// On any processor.
fn product_plain(row: &[u8], steps: &[i16]) -> i32 {
    row.iter().zip(steps).map(|(byte, step)| i32::from(byte.cast_signed()) * i32::from(*step)).sum()
}

/// # Safety
/// The processor must have AVX2, and `row` and `steps` one length, a multiple of 32.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn product_avx2(row: &[u8], steps: &[i16]) -> i32 {
    use std::arch::x86_64::*;
    let (mut first, mut second) = (_mm256_setzero_si256(), _mm256_setzero_si256());
    for at in (0..row.len()).step_by(32) {
        // SAFETY: 32 bytes and 32 steps from `at` on lie inside, as the caller promises.
        unsafe {
            let low = _mm256_cvtepi8_epi16(_mm_loadu_si128(row.as_ptr().add(at).cast()));
            let high = _mm256_cvtepi8_epi16(_mm_loadu_si128(row.as_ptr().add(at + 16).cast()));
            let low_steps = _mm256_loadu_si256(steps.as_ptr().add(at).cast());
            let high_steps = _mm256_loadu_si256(steps.as_ptr().add(at + 16).cast());
            first = _mm256_add_epi32(first, _mm256_madd_epi16(low, low_steps));
            second = _mm256_add_epi32(second, _mm256_madd_epi16(high, high_steps));
        }
    }
    let sum = _mm256_add_epi32(first, second);
    let sum = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256::<1>(sum));
    let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b01_00_11_10>(sum));
    let sum = _mm_add_epi32(sum, _mm_shuffle_epi32::<0b00_00_00_01>(sum));
    _mm_cvtsi128_si32(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_give_the_same_at_the_extremes_too() {
        for length in [32, 64, 256, 384, 4096] {
            let rows: Vec<u8> = (0..3 * length).map(|i| ((i * 7919) % 255) as u8).collect();
            for steps in
                [vec![8191i16; length], (0..length).map(|i| ((i as i32 * 3731) % 16383 - 8191) as i16).collect()]
            {
                let mut found = [0; 3];
                products(&rows, &steps, &mut found);
                let plain: Vec<i32> = rows.chunks_exact(length).map(|row| product_plain(row, &steps)).collect();
                assert_eq!(found.to_vec(), plain);
            }
        }
    }
}
