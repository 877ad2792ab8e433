//! Which label was taken for which, and how borders went wrong: every gold span and every prediction stands in exactly one
//! field.
//!
//! Spans are paired as in the partial mode (same borders first, else the first overlap, whatever the labels), so a field
//! of the matrix holds pairs, the last column gold spans without a prediction, the last row predictions without gold.

use std::collections::BTreeMap;

use super::Mode;
use super::matching::{Entity, match_spans};

/// Row and column of a field; `None` is "nothing": missed in a column, spurious in a row.
pub type Field = (Option<u32>, Option<u32>);

/// A pair: document, index of the gold span, index of the prediction. One of the two may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The document.
    pub document: usize,
    /// The gold span.
    pub gold: Option<usize>,
    /// The prediction.
    pub prediction: Option<usize>,
}

/// The matrix.
#[derive(Clone, Debug, Default)]
pub struct Confusion {
    fields: BTreeMap<Field, Vec<Pair>>,
    borders: BTreeMap<(u32, BorderError), Vec<Pair>>,
}

/// How the borders of a prediction with the right label differ from gold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BorderError {
    /// It begins too early, and ends right.
    LeftOut,
    /// It begins too late, and ends right.
    LeftIn,
    /// It ends too late, and begins right.
    RightOut,
    /// It ends too early, and begins right.
    RightIn,
    /// Both borders lie further out.
    BothOut,
    /// Both borders lie further in.
    BothIn,
    /// It is moved: one border out, the other in.
    Moved,
}

impl BorderError {
    /// All of them, in the order they are shown.
    pub const ALL: [BorderError; 7] = [
        BorderError::LeftOut,
        BorderError::LeftIn,
        BorderError::RightOut,
        BorderError::RightIn,
        BorderError::BothOut,
        BorderError::BothIn,
        BorderError::Moved,
    ];

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            BorderError::LeftOut => "begins too early",
            BorderError::LeftIn => "begins too late",
            BorderError::RightOut => "ends too late",
            BorderError::RightIn => "ends too early",
            BorderError::BothOut => "too long on both sides",
            BorderError::BothIn => "too short on both sides",
            BorderError::Moved => "moved",
        }
    }

    /// The error between two spans; `None` when the borders are the same.
    pub fn between(gold: Entity, prediction: Entity) -> Option<Self> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        Some(match (prediction.start.cmp(&gold.start), prediction.end.cmp(&gold.end)) {
            (Equal, Equal) => return None,
            (Less, Equal) => BorderError::LeftOut,
            (Greater, Equal) => BorderError::LeftIn,
            (Equal, Greater) => BorderError::RightOut,
            (Equal, Less) => BorderError::RightIn,
            (Less, Greater) => BorderError::BothOut,
            (Greater, Less) => BorderError::BothIn,
            (Less, Less) | (Greater, Greater) => BorderError::Moved,
        })
    }
}

impl Confusion {
    /// Adds one document.
    pub fn add(&mut self, document: usize, gold: &[Entity], predictions: &[Entity], least_overlap: f64) {
        let matching = match_spans(gold, predictions, Mode::Partial, least_overlap);
        for (index, (prediction, taken)) in predictions.iter().zip(&matching.predictions).enumerate() {
            let pair = Pair { document, gold: taken.gold, prediction: Some(index) };
            let taken = taken.gold.map(|gold_index| gold[gold_index]);
            self.fields.entry((taken.map(|gold| gold.label), Some(prediction.label))).or_default().push(pair);
            let same_label = taken.filter(|gold| gold.label == prediction.label);
            if let Some(error) = same_label.and_then(|gold| BorderError::between(gold, *prediction)) {
                self.borders.entry((prediction.label, error)).or_default().push(pair);
            }
        }
        for index in matching.missed {
            let pair = Pair { document, gold: Some(index), prediction: None };
            self.fields.entry((Some(gold[index].label), None)).or_default().push(pair);
        }
    }

    /// Takes in another matrix, its pairs renamed.
    pub(super) fn take(&mut self, other: Confusion, rename: impl Fn(Pair) -> Pair) {
        for (field, pairs) in other.fields {
            self.fields.entry(field).or_default().extend(pairs.into_iter().map(&rename));
        }
        for (error, pairs) in other.borders {
            self.borders.entry(error).or_default().extend(pairs.into_iter().map(&rename));
        }
    }

    /// The pairs of a field.
    pub fn field(&self, gold: Option<u32>, predicted: Option<u32>) -> &[Pair] {
        self.fields.get(&(gold, predicted)).map_or(&[], Vec::as_slice)
    }

    /// Every field that is not empty, by row and column.
    pub fn fields(&self) -> impl Iterator<Item = (Field, &[Pair])> {
        self.fields.iter().map(|(field, pairs)| (*field, pairs.as_slice()))
    }

    /// The pairs of a label whose borders differ in one way.
    pub fn borders(&self, label: u32, error: BorderError) -> &[Pair] {
        self.borders.get(&(label, error)).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entity(label: u32, start: i64, end: i64) -> Entity {
        Entity { label, start, end }
    }

    #[test]
    fn every_span_stands_in_one_field() {
        let gold = [entity(0, 0, 4), entity(0, 10, 14), entity(1, 20, 24)];
        let predictions = [entity(1, 0, 4), entity(0, 9, 14), entity(1, 40, 44)];
        let mut matrix = Confusion::default();
        matrix.add(0, &gold, &predictions, 1.0);
        assert_eq!(matrix.field(Some(0), Some(1)).len(), 1, "the wrong label on the right borders");
        assert_eq!(matrix.field(Some(0), Some(0)).len(), 1);
        assert_eq!(matrix.field(None, Some(1)), [Pair { document: 0, gold: None, prediction: Some(2) }]);
        assert_eq!(matrix.field(Some(1), None), [Pair { document: 0, gold: Some(2), prediction: None }]);
        assert_eq!(matrix.borders(0, BorderError::LeftOut).len(), 1);
        let spans: usize = matrix.fields().map(|(_, pairs)| pairs.len()).sum();
        assert_eq!(spans, 4);
    }

    #[test]
    fn borders_go_wrong_in_seven_ways() {
        let gold = entity(0, 10, 20);
        let wrong = [(8, 20), (12, 20), (10, 22), (10, 18), (8, 22), (12, 18), (8, 18)];
        let errors: Vec<_> = wrong.iter().filter_map(|&(s, e)| BorderError::between(gold, entity(0, s, e))).collect();
        assert_eq!(errors, BorderError::ALL);
        assert_eq!(BorderError::between(gold, entity(0, 12, 22)), Some(BorderError::Moved));
        assert_eq!(BorderError::between(gold, gold), None);
    }
}
