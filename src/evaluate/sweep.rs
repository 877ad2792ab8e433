//! What a threshold would do: precision, recall and F1 at every score there is, from one pass over the predictions.
//!
//! A greedy decoder takes the surest span first, so what it keeps above a threshold is what it kept below it and scored
//! higher: leaving predictions out is the same as decoding again.

/// A prediction as a sweep sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// The model's probability.
    pub score: f32,
    /// Strictly right.
    pub right: bool,
}

/// A point of the curve: what holds when everything that scores at least `threshold` counts.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The lowest score that counts.
    pub threshold: f32,
    /// Predictions that count.
    pub predicted: u64,
    /// Of these, right.
    pub right: u64,
    /// Right of predicted.
    pub precision: f64,
    /// Right of gold.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// The curve of one label, or of all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sweep {
    /// From the highest threshold to the lowest: one point a score.
    pub points: Vec<Point>,
    /// Area under precision over recall, as scikit-learn's `average_precision_score` sums it, with recall of all gold
    /// spans, predicted or not.
    pub average_precision: f64,
}

impl Sweep {
    /// `gold` is the number of gold spans. Scores that are no numbers count as 0.
    pub fn new(mut predictions: Vec<Judged>, gold: u64) -> Self {
        for prediction in &mut predictions {
            if prediction.score.is_nan() {
                prediction.score = 0.0;
            }
        }
        predictions.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut sweep = Sweep::default();
        let (mut predicted, mut right, mut recall_before) = (0, 0, 0.0);
        for (i, prediction) in predictions.iter().enumerate() {
            predicted += 1;
            right += u64::from(prediction.right);
            if predictions.get(i + 1).is_some_and(|next| next.score == prediction.score) {
                continue;
            }
            let precision = right as f64 / predicted as f64;
            let recall = if gold == 0 { 0.0 } else { right as f64 / gold as f64 };
            let f1 = 2.0 * right as f64 / (predicted + gold) as f64;
            sweep.points.push(Point { threshold: prediction.score, predicted, right, precision, recall, f1 });
            sweep.average_precision += (recall - recall_before) * precision;
            recall_before = recall;
        }
        sweep
    }

    /// The point with the best F1; of equals the one with the highest threshold.
    pub fn best(&self) -> Option<Point> {
        self.points.iter().copied().reduce(|best, point| if point.f1 > best.f1 { point } else { best })
    }

    /// The last point whose threshold is still at or above `threshold`: what holds there.
    pub fn at(&self, threshold: f32) -> Option<Point> {
        let above = self.points.partition_point(|point| point.threshold >= threshold);
        above.checked_sub(1).and_then(|last| self.points.get(last)).copied()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn judged(list: &[(f32, bool)]) -> Vec<Judged> {
        list.iter().map(|&(score, right)| Judged { score, right }).collect()
    }

    #[test]
    fn each_score_is_a_threshold_and_equal_scores_are_one() {
        let sweep = Sweep::new(judged(&[(0.9, true), (0.5, false), (0.7, true), (0.7, false)]), 4);
        let thresholds: Vec<f32> = sweep.points.iter().map(|p| p.threshold).collect();
        assert_eq!(thresholds, [0.9, 0.7, 0.5]);
        assert_eq!(sweep.points[1].right, 2);
        let best = sweep.best().unwrap();
        assert_eq!((best.threshold, best.f1), (0.7, 4.0 / 7.0));
        assert_eq!(sweep.at(0.8).unwrap().predicted, 1);
        assert_eq!(sweep.at(0.95), None);
        // 1/4 · 1 + 1/4 · 2/3
        assert!((sweep.average_precision - (0.25 + 0.25 * 2.0 / 3.0)).abs() < 1e-12);
    }
}
