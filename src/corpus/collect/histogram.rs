//! How many rows score how much.

use serde::{Deserialize, Serialize};

/// Bins of a histogram, each 0.01 wide, from −1 to 1.
pub const BINS: usize = 200;

/// Counts of scores, in memory that does not grow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Histogram(Vec<u64>);

impl Default for Histogram {
    fn default() -> Self {
        Self(vec![0; BINS])
    }
}

impl Histogram {
    /// Counts a score.
    pub fn add(&mut self, score: f32) {
        if let Some(bin) = self.0.get_mut(bin(score)) {
            *bin += 1;
        }
    }

    /// How many score at least this; exact at hundredths.
    pub fn at_least(&self, score: f32) -> u64 {
        self.0.iter().skip(bin(score)).sum()
    }

    /// Rows of `width` hundredths from the lowest score to the highest: where each begins, and how many are in it.
    pub fn rows(&self, width: usize) -> Vec<(f32, u64)> {
        let filled = |n: &u64| *n > 0;
        let Some(first) = self.0.iter().position(filled) else { return Vec::new() };
        let last = self.0.iter().rposition(filled).unwrap_or(first);
        let width = width.max(1);
        let (first, last) = (first / width, last / width);
        let sum = |row: usize| self.0.iter().skip(row * width).take(width).sum();
        (first..=last).map(|row| ((row * width) as f32 / 100.0 - 1.0, sum(row))).collect()
    }

    /// True when it can be read on with: it has the bins it should have.
    pub(super) fn is_whole(&self) -> bool {
        self.0.len() == BINS
    }
}

fn bin(score: f32) -> usize {
    // A hundredth is not a binary fraction: 0.29 must not fall under 0.29.
    (((f64::from(score) + 1.0) * 100.0 + 1e-4).floor().max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hundredths_are_exact_and_rows_add_up() {
        let mut histogram = Histogram::default();
        for score in [-1.0, 0.28, 0.29, 0.5, 0.501, 1.0] {
            histogram.add(score);
        }
        assert_eq!(histogram.at_least(0.29), 4);
        assert_eq!(histogram.at_least(0.5), 3);
        assert_eq!(histogram.at_least(-1.0), 6);
        let rows = histogram.rows(5);
        assert_eq!(rows.iter().map(|r| r.1).sum::<u64>(), 6);
        assert_eq!(rows.first().map(|r| r.0), Some(-1.0));
        assert_eq!(Histogram::default().rows(5), []);
    }
}
