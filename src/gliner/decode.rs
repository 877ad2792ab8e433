//! Logits → candidates → the spans that are kept.
//!
//! A candidate is any (span, class) whose probability is above a low floor, from before the choice between overlapping
//! ones. What is kept at a threshold, with or without nesting, follows from the candidates alone: thresholds at or above
//! the floor never need the model again.

use std::collections::BTreeMap;

use super::encoded::Logits;
use crate::text::{CharRange, Word};

/// Candidates below this probability are not kept.
pub const FLOOR: f32 = 0.05;

/// A span the model gave some probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Where it stands in the text.
    pub range: CharRange,
    /// Its first word, counted in the text.
    pub first_word: usize,
    /// Its last word (inclusive).
    pub last_word: usize,
    /// The label's index in the request.
    pub class: usize,
    /// Probability.
    pub score: f32,
}

/// How to choose among candidates.
#[derive(Clone, Debug, PartialEq)]
pub struct DecodeOptions {
    /// A candidate must score above this.
    pub threshold: f32,
    /// Thresholds of single classes, by class; classes past the end use `threshold`.
    pub class_thresholds: Vec<Option<f32>>,
    /// Keep spans that lie wholly inside one another.
    pub nested: bool,
    /// Keep several labels on the same span.
    pub multi_label: bool,
}

impl Default for DecodeOptions {
    fn default() -> Self {
        Self { threshold: 0.5, class_thresholds: Vec::new(), nested: false, multi_label: false }
    }
}

impl DecodeOptions {
    fn threshold_of(&self, class: usize) -> f32 {
        self.class_thresholds.get(class).copied().flatten().unwrap_or(self.threshold)
    }
}

/// The candidates in the logits of one sequence above `floor`, in the order start, width, class. `words` are the
/// sequence's own words, the first of them word `first` of the text; `classes` are the labels' indices in the request.
pub fn candidates(logits: &Logits, words: &[Word<'_>], first: usize, classes: &[usize], floor: f32) -> Vec<Candidate> {
    let mut found = Vec::new();
    let row = logits.classes;
    // Most logits are far below: compare before taking the exponential. The margin is wider than f32's rounding.
    let bar = (floor / (1.0 - floor)).ln() - 0.01;
    for start in 0..logits.words.min(words.len()) {
        for width in 0..logits.widths.min(words.len() - start) {
            let at = (start * logits.widths + width) * row;
            let Some(scores) = logits.values.get(at..at + row) else { continue };
            for (&logit, &class) in scores.iter().zip(classes) {
                if logit < bar {
                    continue;
                }
                let score = 1.0 / (1.0 + (-logit).exp());
                if score > floor {
                    let end = start + width;
                    found.push(Candidate {
                        range: CharRange::new(words[start].range.start, words[end].range.end),
                        first_word: first + start,
                        last_word: first + end,
                        class,
                        score,
                    });
                }
            }
        }
    }
    found
}

/// The candidates that are kept: best score first, each unless it conflicts with one already kept; sorted by start.
pub fn decode(candidates: &[Candidate], options: &DecodeOptions) -> Vec<Candidate> {
    let mut ranked: Vec<&Candidate> = candidates.iter().filter(|c| c.score > options.threshold_of(c.class)).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept = Vec::new();
    let mut taken = Taken::default();
    for candidate in ranked {
        let (first, last) = (candidate.first_word, candidate.last_word);
        if !taken.conflicts(first, last, options) {
            taken.add(first, last);
            kept.push(*candidate);
        }
    }
    // Stable: equal starts stay in the order of their scores.
    kept.sort_by_key(|c| c.first_word);
    kept
}

/// The word ranges already kept, by first word.
#[derive(Default)]
struct Taken {
    ends: BTreeMap<usize, Vec<usize>>,
    /// Words of the longest range.
    longest: usize,
}

impl Taken {
    fn add(&mut self, first: usize, last: usize) {
        self.ends.entry(first).or_default().push(last);
        self.longest = self.longest.max(last - first + 1);
    }

    /// True when `first..=last` cannot be kept beside the others.
    fn conflicts(&self, first: usize, last: usize, options: &DecodeOptions) -> bool {
        let near = self.ends.range(first.saturating_sub(self.longest)..=last);
        near.flat_map(|(&f, ends)| ends.iter().map(move |&l| (f, l))).any(|(f, l)| {
            let touching = first <= l && f <= last;
            let same = (f, l) == (first, last);
            let inside = (f <= first && last <= l) || (first <= f && l <= last);
            if same { !options.multi_label } else { touching && !(options.nested && inside) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;
    use proptest::prelude::*;

    fn candidate(first_word: usize, last_word: usize, class: usize, score: f32) -> Candidate {
        Candidate { range: CharRange::new(first_word, last_word + 1), first_word, last_word, class, score }
    }

    fn kept(candidates: &[Candidate], nested: bool, multi_label: bool) -> Vec<(usize, usize, usize)> {
        let options = DecodeOptions { nested, multi_label, ..DecodeOptions::default() };
        decode(candidates, &options).iter().map(|c| (c.first_word, c.last_word, c.class)).collect()
    }

    #[test]
    fn flat_keeps_the_best_nested_keeps_what_lies_inside() {
        let all = [candidate(0, 1, 0, 0.8), candidate(0, 2, 0, 0.9), candidate(2, 3, 1, 0.7), candidate(0, 2, 1, 0.6)];
        assert_eq!(kept(&all, false, false), [(0, 2, 0)]);
        assert_eq!(kept(&all, true, false), [(0, 2, 0), (0, 1, 0)]);
        assert_eq!(kept(&all, false, true), [(0, 2, 0), (0, 2, 1)]);
    }

    #[test]
    fn a_class_can_have_its_own_threshold() {
        let all = [candidate(0, 0, 0, 0.4), candidate(1, 1, 1, 0.6)];
        let options = DecodeOptions { class_thresholds: vec![Some(0.3), Some(0.7)], ..DecodeOptions::default() };
        assert_eq!(decode(&all, &options), all[..1]);
    }

    /// The rule as the official package writes it, against everything kept so far.
    fn plain(candidates: &[Candidate], options: &DecodeOptions) -> Vec<Candidate> {
        let mut ranked: Vec<Candidate> = candidates.to_vec();
        ranked.retain(|c| c.score > options.threshold);
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        let mut kept: Vec<Candidate> = Vec::new();
        for c in ranked {
            let clash = |k: &Candidate| {
                let (a, b) = ((c.first_word, c.last_word), (k.first_word, k.last_word));
                if a == b {
                    return !options.multi_label;
                }
                let inside = (a.0 >= b.0 && a.1 <= b.1) || (b.0 >= a.0 && b.1 <= a.1);
                let touching = a.0 <= b.1 && b.0 <= a.1;
                touching && !(options.nested && inside)
            };
            if !kept.iter().any(clash) {
                kept.push(c);
            }
        }
        kept.sort_by_key(|c| c.first_word);
        kept
    }

    proptest! {
        #[test]
        fn the_index_finds_what_a_full_scan_finds(
            spans in proptest::collection::vec((0_usize..30, 0_usize..12, 0_usize..3, 1_u32..100), 0..80),
            nested: bool, multi_label: bool, threshold in 0.0_f32..1.0,
        ) {
            let all: Vec<Candidate> =
                spans.iter().map(|&(s, w, c, p)| candidate(s, s + w, c, p as f32 / 100.0)).collect();
            let options = DecodeOptions { threshold, nested, multi_label, ..DecodeOptions::default() };
            prop_assert_eq!(decode(&all, &options), plain(&all, &options));
        }

        #[test]
        fn decoding_candidates_equals_decoding_the_logits(
            values in proptest::collection::vec(-6.0_f32..6.0, 6 * 3 * 2),
            nested: bool, multi_label: bool, threshold in FLOOR..1.0,
        ) {
            let logits = Logits { words: 6, widths: 3, classes: 2, values };
            let words = words("a b c d e f");
            let options = DecodeOptions { threshold, nested, multi_label, ..DecodeOptions::default() };
            let cached = candidates(&logits, &words, 0, &[0, 1], FLOOR);
            let direct = candidates(&logits, &words, 0, &[0, 1], threshold);
            prop_assert_eq!(decode(&cached, &options), decode(&direct, &options));
        }
    }
}
