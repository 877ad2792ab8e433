//! Two sets of predictions against one gold: what the second does better and worse than the first, span by span.

use std::collections::{HashMap, HashSet};

use super::bootstrap::paired_p_value;
use super::matching::Entity;
use super::{Booking, Class, Counts, Evaluation, Mode, Options, Pair};

/// What the second has more than the first; less where it is negative.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Delta {
    /// Precision.
    pub precision: f64,
    /// Recall.
    pub recall: f64,
    /// F1.
    pub f1: f64,
}

impl Delta {
    fn between(a: &Counts, b: &Counts, mode: Mode) -> Self {
        Self {
            precision: b.precision(mode) - a.precision(mode),
            recall: b.recall(mode) - a.recall(mode),
            f1: b.f1(mode) - a.f1(mode),
        }
    }
}

/// The second against the first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Comparison {
    /// All labels together.
    pub overall: Delta,
    /// By label, those that both were asked for.
    pub labels: Vec<(u32, Delta)>,
    /// How likely a difference in F1 of this size is when both are equally good; `None` with fewer than two documents.
    pub p_value: Option<f64>,
    /// Gold spans that the second has right and the first has not; pairs of the second.
    pub fixed: Vec<Pair>,
    /// Gold spans that the first has right and the second has not; pairs of the first.
    pub broken: Vec<Pair>,
    /// Wrong predictions of the second that the first does not make; pairs of the second.
    pub new_false: Vec<Pair>,
    /// Wrong predictions of the first that the second does not make; pairs of the first.
    pub gone_false: Vec<Pair>,
}

/// Draws of the bootstrap.
const DRAWS: usize = 2000;

/// Compares two evaluations against the same gold. Where they were not asked for the same labels, those that both were
/// asked for are compared, and nothing else.
pub fn compare(a: &Evaluation, b: &Evaluation, mode: Mode, seed: u64) -> Comparison {
    let common = common_labels(a, b);
    let (a, b) = (&on_labels(a, &common), &on_labels(b, &common));
    let labels = common.iter().map(|l| (*l, Delta::between(&a.label(*l, mode), &b.label(*l, mode), mode))).collect();
    let mut out = Comparison {
        overall: Delta::between(a.overall(mode), b.overall(mode), mode),
        labels,
        p_value: paired_p_value(&a.by_document(mode), &b.by_document(mode), mode, DRAWS, seed),
        ..Comparison::default()
    };
    for document in 0..a.gold.documents.len() {
        let (of_a, of_b) = (Judgement::of(a, document, mode), Judgement::of(b, document, mode));
        out.fixed.extend(of_b.right_but_not_in(&of_a));
        out.broken.extend(of_a.right_but_not_in(&of_b));
        out.new_false.extend(of_b.false_but_not_in(&of_a));
        out.gone_false.extend(of_a.false_but_not_in(&of_b));
    }
    out
}

/// Labels that count on both sides.
fn common_labels(a: &Evaluation, b: &Evaluation) -> Vec<u32> {
    let asked = |evaluation: &Evaluation, label: &u32| {
        evaluation.predictions.asked.as_ref().is_none_or(|asked| asked.contains(label))
    };
    let of_b: HashSet<u32> = b.rows().into_iter().collect();
    a.rows().into_iter().filter(|l| of_b.contains(l) && asked(a, l) && asked(b, l)).collect()
}

/// The same evaluation of these labels only.
fn on_labels(evaluation: &Evaluation, labels: &[u32]) -> Evaluation {
    let options = Options { only: Some(labels.to_vec()), ..evaluation.options.clone() };
    Evaluation::new(evaluation.gold.clone(), evaluation.predictions.clone(), options)
}

/// What was right and what was wrong in one document.
#[derive(Default)]
struct Judgement {
    /// By gold span.
    right: HashMap<usize, Pair>,
    wrong: Vec<(Entity, Pair)>,
}

impl Judgement {
    fn of(evaluation: &Evaluation, document: usize, mode: Mode) -> Self {
        let mut out = Self::default();
        let mut told: HashSet<usize> = HashSet::new();
        evaluation.book(document, |booking: Booking| {
            if booking.row.is_some() || booking.mode != mode {
                return;
            }
            let pair = Pair { document, gold: booking.gold, prediction: booking.prediction };
            match (booking.class, booking.gold, booking.prediction) {
                (Class::Correct, Some(gold), _) => {
                    out.right.entry(gold).or_insert(pair);
                }
                // Under the rules of 0.2.0 one prediction may be counted for several gold spans: it is told once.
                (Class::Incorrect | Class::Spurious, _, Some(at)) if told.insert(at) => {
                    let entity = evaluation.entity(&evaluation.predictions.documents[document][at]);
                    out.wrong.push((entity, pair));
                }
                _ => {}
            }
        });
        out
    }

    fn right_but_not_in(&self, other: &Self) -> Vec<Pair> {
        let mut pairs: Vec<Pair> =
            self.right.iter().filter(|(gold, _)| !other.right.contains_key(gold)).map(|(_, pair)| *pair).collect();
        pairs.sort_by_key(|pair| pair.gold);
        pairs
    }

    fn false_but_not_in(&self, other: &Self) -> Vec<Pair> {
        let theirs: HashSet<Entity> = other.wrong.iter().map(|(entity, _)| *entity).collect();
        self.wrong.iter().filter(|(entity, _)| !theirs.contains(entity)).map(|(_, pair)| *pair).collect()
    }
}
