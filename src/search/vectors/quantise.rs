//! A vector in eight bits, for the walk, and in sixteen, for the last word.

use half::f16;

/// A document's vector as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Kept {
    /// What a step of the bytes is worth; 0 for a zero vector, which nothing is near to.
    pub scale: f32,
    /// Length of the difference between halves and bytes.
    pub error: f32,
    /// Steps, −127 to 127.
    pub bytes: Vec<i8>,
    /// The vector itself, of length 1.
    pub halves: Vec<f16>,
}

impl Kept {
    /// A vector of any length; one that is zero or holds what is no number is kept as zero.
    pub fn of(vector: &[f32]) -> Self {
        let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        let factor = if length.is_finite() && length > 0.0 { 1.0 / length } else { 0.0 };
        let halves: Vec<f16> = match factor {
            0.0 => vec![f16::ZERO; vector.len()],
            factor => vector.iter().map(|x| f16::from_f64(f64::from(*x) * factor)).collect(),
        };
        let largest = halves.iter().fold(0.0f32, |m, x| m.max(x.to_f32().abs()));
        let scale = largest / 127.0;
        let step = |x: &f16| if scale > 0.0 { (x.to_f32() / scale).round().clamp(-127.0, 127.0) as i8 } else { 0 };
        let bytes: Vec<i8> = halves.iter().map(step).collect();
        let lost = |(half, byte): (&f16, &i8)| f64::from(half.to_f32() - f32::from(*byte) * scale).powi(2);
        let error = halves.iter().zip(&bytes).map(lost).sum::<f64>().sqrt() as f32;
        Self { scale, error, bytes, halves }
    }
}

/// A vector that is asked for, in steps of sixteen bits: its own error is far below that of the bytes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    /// The vector, of length 1.
    pub exact: Vec<f32>,
    /// What a step is worth.
    pub scale: f32,
    /// Length of the difference between the steps and the vector.
    pub error: f32,
    /// Steps, filled up with zeros to the length of a row's bytes.
    pub steps: Vec<i16>,
}

impl Asked {
    /// So many steps to the largest number: sums of products of a row stay in 32 bits up to 16,000 numbers.
    const MOST: f32 = 8191.0;

    /// `None` for a zero vector or one that holds what is no number: nothing is near to it.
    pub fn of(vector: &[f32], padded: usize) -> Option<Self> {
        let length = vector.iter().map(|x| f64::from(*x) * f64::from(*x)).sum::<f64>().sqrt();
        if !length.is_finite() || length <= 0.0 {
            return None;
        }
        let exact: Vec<f32> = vector.iter().map(|x| (f64::from(*x) / length) as f32).collect();
        let largest = exact.iter().fold(0.0f32, |m, x| m.max(x.abs()));
        let scale = largest / Self::MOST;
        let mut steps: Vec<i16> = exact.iter().map(|x| (x / scale).round() as i16).collect();
        let lost = |(x, step): (&f32, &i16)| f64::from(x - f32::from(*step) * scale).powi(2);
        let error = exact.iter().zip(&steps).map(lost).sum::<f64>().sqrt() as f32;
        steps.resize(padded, 0);
        Some(Self { exact, scale, error, steps })
    }

    /// The cosine with a row's halves.
    pub fn cosine(&self, halves: &[u8]) -> f32 {
        let halves = halves.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32());
        self.exact.iter().zip(halves).map(|(a, b)| a * b).sum()
    }
}
