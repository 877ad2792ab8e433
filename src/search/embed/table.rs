//! A vector for every word piece, in one byte a number.
//!
//! The file: `rows-i8` and a line feed; rows, dims, checksum, each a little-endian u32; for every row what one step of it
//! is worth (f32); then the rows (i8). The checksum is the CRC-32 of all that comes after it, then of the vocabulary.

use std::borrow::Cow;

use crate::search::SearchError;

const BEGINS: &[u8] = b"rows-i8\n";
const HEAD: usize = BEGINS.len() + 12;
/// More than any table has; a damaged head cannot make the sizes overflow.
const MOST: usize = 1 << 24;

#[derive(Debug)]
pub(super) struct Table {
    dims: usize,
    checksum: u32,
    /// By row.
    scales: Vec<f32>,
    /// The file.
    bytes: Cow<'static, [u8]>,
    /// Where in it the rows begin.
    at: usize,
}

impl Default for Table {
    /// No row, of 256 numbers.
    fn default() -> Self {
        Self { dims: 256, checksum: 0, scales: Vec::new(), bytes: Cow::Borrowed(&[]), at: 0 }
    }
}

impl Table {
    /// # Errors
    /// When the file is no table, is damaged, or was made with another vocabulary.
    pub(super) fn read(vocabulary: &[u8], bytes: Cow<'static, [u8]>) -> Result<Self, SearchError> {
        let damaged = |what: &str| SearchError::Refused(format!("the embedder's table {what}"));
        if !bytes.starts_with(BEGINS) || bytes.len() < HEAD {
            return Err(damaged("is none: it does not begin as one"));
        }
        let numbers: Vec<u32> =
            bytes[BEGINS.len()..HEAD].as_chunks().0.iter().map(|b| u32::from_le_bytes(*b)).collect();
        let [rows, dims, checksum] = numbers[..] else { return Err(damaged("is cut short")) };
        let (rows, dims) = (rows as usize, dims as usize);
        if rows > MOST
            || dims == 0
            || dims > MOST
            || bytes.len() as u64 != (HEAD + 4 * rows) as u64 + (rows * dims) as u64
        {
            return Err(damaged("has another length than its head says"));
        }
        let mut sum = flate2::Crc::new();
        sum.update(&bytes[HEAD..]);
        sum.update(vocabulary);
        if sum.sum() != checksum {
            return Err(damaged("is damaged, or its vocabulary is another one"));
        }
        let at = HEAD + 4 * rows;
        let scales: Vec<f32> = bytes[HEAD..at].as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if !scales.iter().all(|s| s.is_finite()) {
            return Err(damaged("has numbers that are none"));
        }
        Ok(Self { dims, checksum, scales, bytes, at })
    }

    pub(super) fn rows(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn dims(&self) -> usize {
        self.dims
    }

    pub(super) fn checksum(&self) -> u32 {
        self.checksum
    }

    /// Adds a row to a vector.
    #[inline]
    pub(super) fn add(&self, row: u32, vector: &mut [f32]) {
        let at = self.at + row as usize * self.dims;
        let (Some(&scale), Some(steps)) = (self.scales.get(row as usize), self.bytes.get(at..at + self.dims)) else {
            return;
        };
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor was asked.
            return unsafe { add_avx2(scale, steps, vector) };
        }
        add(scale, steps, vector);
    }
}

#[inline(always)]
fn add(scale: f32, steps: &[u8], vector: &mut [f32]) {
    for (sum, step) in vector.iter_mut().zip(steps) {
        *sum += scale * f32::from(*step as i8);
    }
}

/// The same with wider registers: it adds the same numbers in the same order.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn add_avx2(scale: f32, steps: &[u8], vector: &mut [f32]) {
    add(scale, steps, vector);
}
