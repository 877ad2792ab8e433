//! Two sets of predictions against one gold: what the second does better and worse than the first, span by span.

use std::collections::{HashMap, HashSet};

use super::bootstrap::{draws, paired_p_value};
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
    /// F1 of all labels together in every mode, in the order of [`Mode::ALL`].
    pub modes: [f64; 4],
    /// The means over labels; `None` where no label was counted on one of the sides.
    pub means: Option<Delta>,
    /// By label, those that both were asked for: where there is none, nothing was compared.
    pub labels: Vec<(u32, Delta)>,
    /// How likely a difference in F1 of this size is when both are equally good; `None` with too few documents, or
    /// when nothing was compared.
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

/// Compares two evaluations against the same gold. Where they were not asked for the same labels, those that both were
/// asked for are compared, and nothing else.
pub fn compare(a: &Evaluation, b: &Evaluation, mode: Mode, seed: u64) -> Comparison {
    let common = common_labels(a, b);
    let (a, b) = (&on_labels(a, &common), &on_labels(b, &common));
    let labels = common.iter().map(|l| (*l, Delta::between(&a.label(*l, mode), &b.label(*l, mode), mode))).collect();
    let mut out = Comparison {
        overall: Delta::between(a.overall(mode), b.overall(mode), mode),
        modes: Mode::ALL.map(|mode| b.overall(mode).f1(mode) - a.overall(mode).f1(mode)),
        means: means(a, b, mode),
        labels,
        p_value: (!common.is_empty())
            .then(|| {
                let draws = draws(a.gold.documents.len());
                paired_p_value(&a.by_document(mode), &b.by_document(mode), mode, draws, seed)
            })
            .flatten(),
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

/// What the means over labels differ by.
fn means(a: &Evaluation, b: &Evaluation, mode: Mode) -> Option<Delta> {
    let ((precision_a, recall_a, f1_a), (precision_b, recall_b, f1_b)) =
        a.macro_average(mode).zip(b.macro_average(mode))?;
    Some(Delta { precision: precision_b - precision_a, recall: recall_b - recall_a, f1: f1_b - f1_a })
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
        evaluation.book_row(document, None, mode, |booking: Booking| {
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Gold, GoldDocument, LabelIndex, Mark, Predictions};
    use super::*;

    fn mark(label: u32, start: i64) -> Mark {
        Mark { label, start, end: start + 4, score: None }
    }

    fn evaluation(said: Vec<Mark>, asked: Option<Vec<u32>>) -> Evaluation {
        let mut labels = LabelIndex::default();
        for name in ["brand", "price"] {
            labels.number(name);
        }
        let spans = vec![mark(0, 0), mark(0, 10), mark(1, 20)];
        let documents = vec![
            GoldDocument { spans, ..GoldDocument::default() },
            GoldDocument { spans: vec![mark(0, 0)], ..GoldDocument::default() },
        ];
        let gold = Gold { labels, documents, ..Gold::default() };
        let predictions = Predictions { documents: vec![said, vec![mark(0, 0)]], asked, ..Predictions::default() };
        Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default())
    }

    #[test]
    fn what_the_second_fixes_and_breaks_is_named() {
        let a = evaluation(vec![mark(0, 0), mark(0, 50)], None);
        let b = evaluation(vec![mark(0, 10), mark(1, 20), mark(0, 60)], None);
        let found = compare(&a, &b, Mode::Strict, 7);
        let gold = |pairs: &[Pair]| pairs.iter().map(|pair| pair.gold).collect::<Vec<_>>();
        assert_eq!(gold(&found.fixed), [Some(1), Some(2)]);
        assert_eq!(gold(&found.broken), [Some(0)]);
        assert_eq!(found.new_false, [Pair { document: 0, gold: None, prediction: Some(2) }]);
        assert_eq!(found.gone_false, [Pair { document: 0, gold: None, prediction: Some(1) }]);
        assert!(found.overall.recall > 0.0);
        assert_eq!(found.p_value, None, "two documents say nothing about chance");
        assert_eq!(found, compare(&a, &b, Mode::Strict, 7), "a seed gives the same again");
    }

    #[test]
    fn a_label_that_one_was_not_asked_for_is_not_compared() {
        let a = evaluation(vec![mark(0, 0)], Some(vec![0]));
        let b = evaluation(vec![mark(0, 0), mark(1, 20), mark(1, 70)], None);
        let found = compare(&a, &b, Mode::Strict, 7);
        assert_eq!(found.labels.iter().map(|(label, _)| *label).collect::<Vec<_>>(), [0]);
        assert!(found.fixed.is_empty() && found.new_false.is_empty(), "{found:?}");
        assert_eq!(found.overall, Delta::default());
        assert_eq!((found.modes, found.means), ([0.0; 4], Some(Delta::default())));
    }
}
