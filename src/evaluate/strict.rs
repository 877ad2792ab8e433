//! Strict counting: a predicted span is correct when gold has the same start, end and label.
//!
//! Documents are counted one by one and summed; precision, recall and F1 are micro averages over all of them. Each gold
//! span can be matched once, so a prediction that is there twice is right once.

use std::collections::{BTreeMap, HashMap};

use crate::text::CharRange;

/// Counts over any number of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StrictCounts {
    /// Predicted spans that are in gold.
    pub correct: usize,
    /// Spans predicted.
    pub predicted: usize,
    /// Spans in gold.
    pub gold: usize,
}

impl StrictCounts {
    /// Correct of predicted; 0 without predictions.
    pub fn precision(self) -> f64 {
        ratio(self.correct, self.predicted)
    }

    /// Correct of gold; 0 without gold.
    pub fn recall(self) -> f64 {
        ratio(self.correct, self.gold)
    }

    /// Harmonic mean of precision and recall; 0 when both are.
    pub fn f1(self) -> f64 {
        // 2PR / (P + R), without the two divisions that can be by zero.
        ratio(2 * self.correct, self.predicted + self.gold)
    }
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Counts of all labels together and of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StrictTable {
    /// All labels.
    pub overall: StrictCounts,
    /// By label, every label that is in gold or predicted.
    pub labels: BTreeMap<String, StrictCounts>,
}

impl StrictTable {
    /// Adds one document: its gold spans and its predicted spans, each a range and a label.
    pub fn add<'a>(
        &mut self,
        gold: impl IntoIterator<Item = (CharRange, &'a str)>,
        predicted: impl IntoIterator<Item = (CharRange, &'a str)>,
    ) {
        let mut open: HashMap<(CharRange, &str), usize> = HashMap::new();
        for (range, label) in gold {
            *open.entry((range, label)).or_default() += 1;
            self.count(label, |counts| counts.gold += 1);
        }
        for (range, label) in predicted {
            let left = open.get_mut(&(range, label)).filter(|left| **left > 0);
            let correct = left.is_some();
            if let Some(left) = left {
                *left -= 1;
            }
            self.count(label, |counts| {
                counts.predicted += 1;
                counts.correct += usize::from(correct);
            });
        }
    }

    fn count(&mut self, label: &str, change: impl Fn(&mut StrictCounts)) {
        change(&mut self.overall);
        if let Some(counts) = self.labels.get_mut(label) {
            change(counts);
        } else {
            change(self.labels.entry(label.to_owned()).or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans<'a>(list: &[(usize, usize, &'a str)]) -> Vec<(CharRange, &'a str)> {
        list.iter().map(|&(start, end, label)| (CharRange::new(start, end), label)).collect()
    }

    #[test]
    fn borders_and_label_must_both_be_right() {
        let mut table = StrictTable::default();
        table.add(
            spans(&[(0, 5, "person"), (9, 15, "city"), (20, 22, "city")]),
            spans(&[(0, 5, "person"), (9, 14, "city"), (20, 22, "person")]),
        );
        assert_eq!(table.overall, StrictCounts { correct: 1, predicted: 3, gold: 3 });
        assert_eq!(table.labels["person"], StrictCounts { correct: 1, predicted: 2, gold: 1 });
        assert_eq!(table.labels["city"], StrictCounts { correct: 0, predicted: 1, gold: 2 });
    }

    #[test]
    fn a_gold_span_is_matched_once_and_documents_do_not_mix() {
        let mut table = StrictTable::default();
        table.add(spans(&[(0, 5, "a")]), spans(&[(0, 5, "a"), (0, 5, "a")]));
        table.add(spans(&[(7, 9, "a")]), spans(&[(0, 5, "a")]));
        assert_eq!(table.overall, StrictCounts { correct: 1, predicted: 3, gold: 2 });
    }

    #[test]
    fn the_rates_are_micro_averages_and_zero_where_nothing_is_counted() {
        let counts = StrictCounts { correct: 2, predicted: 4, gold: 3 };
        assert!((counts.precision() - 0.5).abs() < 1e-12);
        assert!((counts.recall() - 2.0 / 3.0).abs() < 1e-12);
        assert!((counts.f1() - 4.0 / 7.0).abs() < 1e-12);
        assert_eq!(StrictCounts::default().f1(), 0.0);
    }
}
