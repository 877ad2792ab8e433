//! What a threshold would do to any number of the table: every point is what [`Evaluation`] says at that threshold.
//!
//! A greedy decoder takes the surest span first, so what it keeps above a threshold is what it kept below it and scored
//! higher: leaving predictions out is the same as decoding again.

use std::sync::Arc;

use rayon::prelude::*;

use super::judged::judge;
use super::sweep::Sweep;
use super::{Counts, Evaluation, Gold, Mark, Mode, Options, Predictions, Thresholds};

/// What is counted at one threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// Scores above it count.
    pub threshold: f32,
    /// How many of each class.
    pub counts: Counts,
    /// Right of predicted, in the curve's mode.
    pub precision: f64,
    /// Right of gold.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// The curve of one row of the table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// From the lowest threshold to the highest; none where predictions have no scores.
    pub points: Vec<CurvePoint>,
    /// The point with the best F1; of equals the one with the highest threshold.
    pub best: Option<usize>,
    /// Area under precision over recall at every score there is, strictly: gold that is never predicted counts as not
    /// found (see [`Sweep`]).
    pub average_precision: Option<f64>,
}

/// The highest threshold of a curve.
const HIGHEST: f64 = 0.95;

/// Counts at thresholds that are multiples of `step` (0.01 to 0.5), from the lowest at which every prediction counts up
/// to 0.95. For one label only its own threshold moves; for all of them it is one threshold for all.
pub fn curve(
    gold: &Arc<Gold>,
    predictions: &Arc<Predictions>,
    options: &Options,
    row: Option<u32>,
    mode: Mode,
    step: f32,
) -> Curve {
    let Some(lowest) = lowest_score(predictions) else { return Curve::default() };
    let points: Vec<CurvePoint> = thresholds(predictions.floor, lowest, step)
        .into_par_iter()
        .map(|threshold| {
            let options = options_at(options, row, threshold);
            let counts = Evaluation::count_row(gold, predictions, options, row, mode);
            let (precision, recall) = (counts.precision(mode), counts.recall(mode));
            CurvePoint { threshold, counts, precision, recall, f1: counts.f1(mode) }
        })
        .collect();
    let best = (0..points.len()).reduce(|best, at| if points[at].f1 >= points[best].f1 { at } else { best });
    Curve { points, best, average_precision: Some(average_precision(gold, predictions, options, row)) }
}

/// The options under which [`Evaluation`] counts what stands at a point of a curve.
pub fn options_at(options: &Options, row: Option<u32>, threshold: f32) -> Options {
    let mut thresholds = options.thresholds.clone().unwrap_or_default();
    match row {
        None => thresholds = Thresholds { all: threshold, of_label: Vec::new() },
        Some(label) => {
            let label = label as usize;
            if thresholds.of_label.len() <= label {
                thresholds.of_label.resize(label + 1, None);
            }
            thresholds.of_label[label] = Some(threshold);
        }
    }
    Options { thresholds: Some(thresholds), ..options.clone() }
}

/// The threshold with the best F1 for each label that has one; the others keep theirs.
pub fn thresholds_for_best(
    gold: &Arc<Gold>,
    predictions: &Arc<Predictions>,
    options: &Options,
    mode: Mode,
    step: f32,
) -> Thresholds {
    let mut best = options.thresholds.clone().unwrap_or_default();
    best.of_label.resize(best.of_label.len().max(gold.labels.names().len()), None);
    let rows = Evaluation::new(gold.clone(), predictions.clone(), options.clone()).rows();
    for label in rows {
        let curve = curve(gold, predictions, options, Some(label), mode, step);
        let point = curve.best.and_then(|at| curve.points.get(at)).filter(|point| point.f1 > 0.0);
        if let Some(point) = point {
            best.of_label[label as usize] = Some(point.threshold);
        }
    }
    best
}

/// Of everything that was predicted, whatever the thresholds.
fn average_precision(gold: &Arc<Gold>, predictions: &Arc<Predictions>, options: &Options, row: Option<u32>) -> f64 {
    let options = Options { thresholds: None, ..options.clone() };
    let everything = Evaluation::new(gold.clone(), predictions.clone(), options);
    let judged = judge(&everything, row);
    Sweep::new(judged.predictions.into_iter().map(|(judged, _)| judged).collect(), judged.gold).average_precision
}

fn lowest_score(predictions: &Predictions) -> Option<f32> {
    let scores = predictions.documents.iter().flatten().filter_map(|mark: &Mark| mark.score);
    scores.filter(|score| !score.is_nan()).reduce(f32::min)
}

/// The lowest threshold and the multiples of the step above it.
fn thresholds(floor: Option<f32>, lowest: f32, step: f32) -> Vec<f32> {
    let step = f64::from(step.clamp(0.01, 0.5));
    // The step comes as an f32: 0.05 is meant, not 0.05000000074505806.
    let step = (step * 1e4).round() / 1e4;
    let at = |n: i64| ((n as f64 * step * 1e4).round() / 1e4) as f32;
    let first = match floor {
        Some(floor) if floor <= lowest => floor,
        // The largest multiple below every score: a score counts when it is above the threshold.
        _ => (0..).map(at).take_while(|t| *t < lowest).last().unwrap_or(0.0),
    };
    let above = (0..).map(at).take_while(|t| f64::from(*t) <= HIGHEST + 1e-6).filter(|t| *t > first);
    std::iter::once(first).chain(above).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{GoldDocument, LabelIndex};
    use super::*;

    fn mark(label: u32, start: i64, score: Option<f32>) -> Mark {
        Mark { label, start, end: start + 4, score }
    }

    /// Brands are right above 0.6; of the prices everything is right; one brand is never found.
    fn sides(floor: Option<f32>) -> (Arc<Gold>, Arc<Predictions>) {
        let mut labels = LabelIndex::default();
        for name in ["brand", "price"] {
            labels.number(name);
        }
        let spans = vec![mark(0, 0, None), mark(0, 10, None), mark(0, 90, None), mark(1, 40, None)];
        let documents = vec![GoldDocument { spans, ..GoldDocument::default() }];
        let scored = [(0, 0, 0.9), (0, 10, 0.7), (0, 20, 0.55), (0, 30, 0.3), (1, 40, 0.2)];
        let said = scored.map(|(label, start, score)| mark(label, start, Some(score))).to_vec();
        let predictions = Predictions { documents: vec![said], floor, ..Predictions::default() };
        (Arc::new(Gold { labels, documents, ..Gold::default() }), Arc::new(predictions))
    }

    #[test]
    fn the_best_threshold_of_each_label_is_the_highest_that_loses_nothing() {
        let (gold, predictions) = sides(Some(0.05));
        let options = Options::default();
        let all = curve(&gold, &predictions, &options, None, Mode::Strict, 0.05);
        assert_eq!((all.points[0].threshold, all.points.last().unwrap().threshold), (0.05, 0.95));
        assert_eq!(all.points.len(), 19);
        assert_eq!(all.points[0].counts.of(super::super::Class::Correct), 3);
        let best = thresholds_for_best(&gold, &predictions, &options, Mode::Strict, 0.05);
        assert_eq!(best.of_label, [Some(0.65), Some(0.15)]);
        let brand = curve(&gold, &predictions, &options, Some(0), Mode::Strict, 0.05);
        // 1/3 · 1 + 1/3 · 1, and the third is never found.
        assert!((brand.average_precision.unwrap() - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn the_curve_begins_where_everything_counts() {
        let (gold, predictions) = sides(None);
        let found = curve(&gold, &predictions, &Options::default(), None, Mode::Strict, 0.1);
        assert_eq!(found.points[0].threshold, 0.1, "0.2 would leave out what scores 0.2");
        assert_eq!(found.points[0].counts.actual(), 5);
        let silent = Predictions { documents: vec![vec![mark(0, 0, None)]], ..Predictions::default() };
        assert_eq!(curve(&gold, &Arc::new(silent), &Options::default(), None, Mode::Strict, 0.1), Curve::default());
    }
}
