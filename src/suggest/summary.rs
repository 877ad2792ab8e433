//! A document's suggestions in short, for the orders and filters of the list.

use crate::dataset::Label;
use crate::gliner::{Candidate, DecodeOptions, decode};
use crate::store::Summary;
use crate::text::words;

/// Of all candidates for a text, from before the greedy step, at the usual threshold and those of the labels.
pub fn summary(text: &str, candidates: &[Candidate], labels: &[Label]) -> Summary {
    let options = DecodeOptions {
        threshold: 0.5,
        class_thresholds: labels.iter().map(|l| l.threshold).collect(),
        ..DecodeOptions::default()
    };
    let kept = decode(candidates, &options).len();
    Summary::of(candidates.iter().map(|c| c.score), kept, words(text).len())
}
