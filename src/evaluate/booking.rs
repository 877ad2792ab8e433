//! One document in, one entry out for every span that is counted: in which row, in which mode, as what, and beside which
//! other span.

use super::matching::{Entity, match_spans};
use super::{Class, Mode, Rules, legacy};

/// One span counted once. Indices are into the lists as they were given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The row: a label, or all labels together.
    pub row: Option<u32>,
    /// The mode.
    pub mode: Mode,
    /// As what.
    pub class: Class,
    /// The gold span, of everything but spurious ones.
    pub gold: Option<usize>,
    /// The prediction, of everything but missed ones.
    pub prediction: Option<usize>,
    /// The index nervaluate gives: of gold for missed ones, else of the prediction, in the list it counts with (under
    /// 1.2.1 without the other labels, under 0.2.0 sorted). 0.2.0 gives none where a match comes from an overlap.
    pub index: Option<usize>,
}

/// Counts one document under the rules, in all modes: all labels together, then label by label.
pub fn book(rules: Rules, gold: &[Entity], predictions: &[Entity], mut sink: impl FnMut(Booking)) {
    match rules {
        Rules::V0_2 => legacy::count(gold, predictions, |label, booking| {
            sink(booking);
            sink(Booking { row: Some(label), ..booking });
        }),
        Rules::V1_2 { least_overlap } => {
            let everything = |list: &[Entity]| (0..list.len()).collect::<Vec<_>>();
            count(None, gold, predictions, &everything(gold), &everything(predictions), least_overlap, &mut sink);
            // Each label again among its own: confusions between labels become missed and spurious.
            let mut present: Vec<u32> = gold.iter().chain(predictions).map(|e| e.label).collect();
            present.sort_unstable();
            present.dedup();
            for label in present {
                let of = |list: &[Entity]| (0..list.len()).filter(|i| list[*i].label == label).collect::<Vec<_>>();
                count(Some(label), gold, predictions, &of(gold), &of(predictions), least_overlap, &mut sink);
            }
        }
    }
}

/// Counts what the two lists of indices name, by the rules of 1.2.1.
fn count(
    row: Option<u32>,
    gold: &[Entity],
    predictions: &[Entity],
    of_gold: &[usize],
    of_predictions: &[usize],
    least: f64,
    sink: &mut impl FnMut(Booking),
) {
    let chosen = |list: &[Entity], of: &[usize]| of.iter().map(|i| list[*i]).collect::<Vec<_>>();
    let (gold, predictions) = (chosen(gold, of_gold), chosen(predictions, of_predictions));
    for mode in Mode::ALL {
        let matching = match_spans(&gold, &predictions, mode, least);
        for (index, taken) in matching.predictions.iter().enumerate() {
            let gold = taken.gold.map(|g| of_gold[g]);
            let prediction = Some(of_predictions[index]);
            sink(Booking { row, mode, class: taken.class, gold, prediction, index: Some(index) });
        }
        for index in matching.missed {
            let gold = Some(of_gold[index]);
            sink(Booking { row, mode, class: Class::Missed, gold, prediction: None, index: Some(index) });
        }
    }
}
