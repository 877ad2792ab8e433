//! Whether scores mean what they say: of the predictions that score about 0.8, are about 80 % right?

use super::judged::judge;
use super::sweep::Judged;
use super::{Evaluation, Pair};

/// A bin of the reliability diagram.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CalibrationBin {
    /// Scores above this…
    pub low: f64,
    /// …up to this, it included.
    pub high: f64,
    /// Predictions whose score lies here.
    pub predicted: u64,
    /// Of these, strictly right.
    pub right: u64,
    /// Mean score; 0 without predictions.
    pub confidence: f64,
    /// Right of predicted; 0 without predictions.
    pub accuracy: f64,
    /// The predictions: as many as `predicted`. The right ones come with their gold span.
    pub pairs: Vec<Pair>,
}

/// The diagram of all labels together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calibration {
    /// Of equal width from 0 to 1.
    pub bins: Vec<CalibrationBin>,
    /// Expected calibration error (Naeini, Cooper and Hauskrecht 2015): the mean distance between what is said and what
    /// is, 0 to 1; 0 without predictions.
    pub error: f64,
}

/// Sorts the predictions that count into bins. A score of 0 stands in the first bin; one on a border in the lower bin,
/// as in scikit-learn's `calibration_curve`.
pub fn calibration(evaluation: &Evaluation, bins: usize) -> Calibration {
    of_judged(judge(evaluation, None).predictions, bins)
}

/// The diagram of predictions that are already judged.
pub fn of_judged(judged: impl IntoIterator<Item = (Judged, Pair)>, bins: usize) -> Calibration {
    let bins = bins.max(1);
    let width = 1.0 / bins as f64;
    let border = |n: usize| if n == bins { 1.0 } else { n as f64 * width };
    let mut found: Vec<CalibrationBin> = (0..bins)
        .map(|n| CalibrationBin { low: border(n), high: border(n + 1), ..CalibrationBin::default() })
        .collect();
    for (judged, pair) in judged {
        let score = f64::from(judged.score).clamp(0.0, 1.0);
        let at = found.partition_point(|bin| bin.high < score).min(bins - 1);
        let bin = &mut found[at];
        bin.predicted += 1;
        bin.right += u64::from(judged.right);
        bin.confidence += score;
        bin.pairs.push(pair);
    }
    let all: u64 = found.iter().map(|bin| bin.predicted).sum();
    let mut error = 0.0;
    for bin in found.iter_mut().filter(|bin| bin.predicted > 0) {
        bin.confidence /= bin.predicted as f64;
        bin.accuracy = bin.right as f64 / bin.predicted as f64;
        error += bin.predicted as f64 / all as f64 * (bin.accuracy - bin.confidence).abs();
    }
    Calibration { bins: found, error }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(list: &[(f32, bool)], bins: usize) -> Calibration {
        let pair = |at| Pair { document: 0, gold: None, prediction: Some(at) };
        let judged = list.iter().enumerate().map(|(at, &(score, right))| (Judged { score, right }, pair(at)));
        of_judged(judged, bins)
    }

    #[test]
    fn a_model_that_says_what_is_has_no_calibration_error() {
        let honest = of(&[(0.75, true), (0.75, true), (0.75, true), (0.75, false)], 10);
        assert!(honest.error < 1e-9);
        assert_eq!(honest.bins[7].pairs.len(), 4);
        assert!((of(&[(1.0, false), (1.0, true)], 10).error - 0.5).abs() < 1e-9);
        assert_eq!(of(&[], 10).error, 0.0);
    }

    #[test]
    fn a_score_on_a_border_stands_in_the_lower_bin() {
        let found = of(&[(0.0, false), (0.5, true), (0.500_1, true), (1.0, true)], 2);
        assert_eq!(found.bins.iter().map(|bin| bin.predicted).collect::<Vec<_>>(), [2, 2]);
    }
}
