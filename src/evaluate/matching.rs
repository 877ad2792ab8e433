//! Which prediction takes which gold span of one document, by the rules of nervaluate 1.2.1.
//!
//! Predictions are looked at in the order given. Each takes at most one gold span, and a gold span is taken once, so the
//! order of the lists matters: an early prediction may take a gold span that a later one would match exactly. Borders
//! are inclusive on both ends. Source: <https://github.com/MantisAI/nervaluate>, `strategies.py`.

use std::ops::Range;

use super::{Class, Mode};

/// A span as the counting sees it. Reversed spans (start after end) come out of real files and are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Entity {
    /// The label's number.
    pub label: u32,
    /// First position.
    pub start: i64,
    /// Last position, inclusive.
    pub end: i64,
}

impl Entity {
    pub(super) fn same_borders(self, other: Entity) -> bool {
        (self.start, self.end) == (other.start, other.end)
    }

    /// Percentage of this gold span that `prediction` covers. A gold span of no length would be divided by zero; it
    /// overlaps nothing.
    fn covered_by(self, prediction: Entity) -> f64 {
        if prediction.start > self.end || prediction.end < self.start {
            return 0.0;
        }
        let shared = prediction.end.min(self.end) - prediction.start.max(self.start) + 1;
        let length = self.end - self.start + 1;
        if length == 0 { 0.0 } else { shared as f64 / length as f64 * 100.0 }
    }

    fn distance(self, other: Entity) -> u64 {
        self.start.abs_diff(other.start) + self.end.abs_diff(other.end)
    }
}

/// What became of a prediction: its class, and the gold span it took (by index).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Never [`Class::Missed`].
    pub class: Class,
    /// `None` for spurious ones.
    pub gold: Option<usize>,
}

/// What became of the spans of one document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matching {
    /// One for each prediction, in their order.
    pub predictions: Vec<Taken>,
    /// Indices of gold spans that no prediction took, ascending.
    pub missed: Vec<usize>,
}

/// Matches the predictions of one document with its gold spans. `least` is the percentage of a gold span that must be
/// covered to count as overlap, 1 to 100.
pub fn match_spans(gold: &[Entity], predictions: &[Entity], mode: Mode, least: f64) -> Matching {
    let mut matcher = Matcher::default();
    let mut matching = Matching { predictions: Vec::with_capacity(predictions.len()), missed: Vec::new() };
    matcher.look_at(gold, predictions);
    matcher.run(gold, predictions, mode, least, |_, taken| matching.predictions.push(taken));
    matching.missed.extend(matcher.missed());
    matching
}

/// Memory that matching needs, kept from document to document.
#[derive(Clone, Debug, Default)]
pub(super) struct Matcher {
    free: Vec<bool>,
    /// For each prediction the gold spans that it can take.
    within: Vec<Range<usize>>,
}

impl Matcher {
    /// Finds what can be taken by whom, for all modes: every gold span where the spans of gold lie in disorder, overlap
    /// or are reversed; else those that share a position. So many spans in one document cost no more than few in many.
    pub(super) fn look_at(&mut self, gold: &[Entity], predictions: &[Entity]) {
        let tidy = gold.iter().all(|g| g.start <= g.end)
            && gold.windows(2).all(|pair| pair[0].start <= pair[1].start && pair[0].end <= pair[1].end);
        let within = |prediction: &Entity| {
            if !tidy || prediction.start > prediction.end {
                return 0..gold.len();
            }
            let first = gold.partition_point(|g| g.end < prediction.start);
            let shared = gold[first..].partition_point(|g| g.start <= prediction.end);
            first..first + shared
        };
        self.within.clear();
        self.within.extend(predictions.iter().map(within));
    }

    /// Matches in one mode the spans that were looked at; `say` gets each prediction's index and what became of it.
    pub(super) fn run(
        &mut self,
        gold: &[Entity],
        predictions: &[Entity],
        mode: Mode,
        least: f64,
        mut say: impl FnMut(usize, Taken),
    ) {
        self.free.clear();
        self.free.resize(gold.len(), true);
        for (index, (&prediction, within)) in predictions.iter().zip(&self.within).enumerate() {
            let taken = choose(gold, &self.free, within.clone(), prediction, mode, least);
            if let Some(gold) = taken.gold {
                self.free[gold] = false;
            }
            say(index, taken);
        }
    }

    /// The gold spans that nobody took in the last run, ascending.
    pub(super) fn missed(&self) -> impl Iterator<Item = usize> {
        self.free.iter().enumerate().filter(|(_, free)| **free).map(|(index, _)| index)
    }
}

/// The gold span a prediction takes among the free ones it can take.
fn choose(gold: &[Entity], free: &[bool], within: Range<usize>, prediction: Entity, mode: Mode, least: f64) -> Taken {
    // The first that merely overlaps (in ent_type: with another label), taken when nothing better comes.
    let mut overlapped = None;
    let mut closest: Option<(u64, usize)> = None;
    for index in within.filter(|index| free[*index]) {
        let gold = gold[index];
        let overlaps = || gold.covered_by(prediction) >= least;
        let hit = match mode {
            // Equality is looked at before overlap, so that reversed spans can be right here.
            Mode::Strict => gold == prediction,
            Mode::Exact => gold.same_borders(prediction),
            Mode::Partial => gold.same_borders(prediction) && overlaps(),
            Mode::EntType => false,
        };
        if hit {
            return Taken { class: Class::Correct, gold: Some(index) };
        }
        if !overlaps() {
            continue;
        }
        if mode == Mode::EntType && gold.label == prediction.label {
            let distance = gold.distance(prediction);
            if closest.is_none_or(|(least, _)| distance < least) {
                closest = Some((distance, index));
            }
        } else {
            overlapped = overlapped.or(Some(index));
        }
    }
    match (closest, overlapped) {
        (Some((_, index)), _) => Taken { class: Class::Correct, gold: Some(index) },
        (None, Some(index)) if mode == Mode::Partial => Taken { class: Class::Partial, gold: Some(index) },
        (None, Some(index)) => Taken { class: Class::Incorrect, gold: Some(index) },
        (None, None) => Taken { class: Class::Spurious, gold: None },
    }
}
