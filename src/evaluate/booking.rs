//! One document in, one entry out for every span that is counted: in which row, in which mode, as what, and beside which
//! other span.

use super::matching::{Entity, Matcher};
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
pub fn book(rules: Rules, gold: &[Entity], predictions: &[Entity], sink: impl FnMut(Booking)) {
    Booker::default().book(rules, gold, predictions, sink);
}

/// [`book`] for many documents: keeps the memory it needs from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Booker {
    matcher: Matcher,
    gold: Side,
    predictions: Side,
}

/// The spans of one side, label by label.
#[derive(Clone, Debug, Default)]
struct Side {
    /// Indices into the list, by label, each label's in the order given.
    order: Vec<usize>,
    /// Where in `order` the next label begins.
    at: usize,
    /// The spans of the current label.
    spans: Vec<Entity>,
    /// Where in `order` they begin.
    first: usize,
}

impl Side {
    fn begin(&mut self, list: &[Entity]) {
        self.order.clear();
        self.order.extend(0..list.len());
        self.order.sort_by_key(|index| list[*index].label);
        self.at = 0;
    }

    /// The label that comes next.
    fn label(&self, list: &[Entity]) -> Option<u32> {
        self.order.get(self.at).map(|index| list[*index].label)
    }

    /// Takes the spans of a label, which may be none.
    fn take(&mut self, list: &[Entity], label: u32) {
        self.first = self.at;
        self.spans.clear();
        while let Some(&index) = self.order.get(self.at).filter(|index| list[**index].label == label) {
            self.spans.push(list[index]);
            self.at += 1;
        }
    }

    /// Takes the spans of one label, and no others.
    fn only(&mut self, list: &[Entity], label: u32) {
        self.order.clear();
        self.order.extend((0..list.len()).filter(|index| list[*index].label == label));
        self.at = 0;
        self.take(list, label);
    }

    /// The indices of the spans that were taken.
    fn indices(&self) -> &[usize] {
        &self.order[self.first..self.at]
    }
}

impl Booker {
    /// Counts one document.
    pub fn book(&mut self, rules: Rules, gold: &[Entity], predictions: &[Entity], mut sink: impl FnMut(Booking)) {
        let least = match rules {
            Rules::V1_2 { least_overlap } => least_overlap,
            Rules::V0_2 => {
                return legacy::count(gold, predictions, |label, booking| {
                    sink(booking);
                    sink(Booking { row: Some(label), ..booking });
                });
            }
        };
        self.count_all(gold, predictions, least, &Mode::ALL, &mut sink);
        // Each label again among its own: confusions between labels become missed and spurious.
        self.gold.begin(gold);
        self.predictions.begin(predictions);
        while let Some(label) = first(self.gold.label(gold), self.predictions.label(predictions)) {
            self.gold.take(gold, label);
            self.predictions.take(predictions, label);
            self.count_taken(label, least, &Mode::ALL, &mut sink);
        }
    }

    /// Of the same bookings those of one row in one mode, without the work for the others where the rules allow it.
    pub fn book_row(
        &mut self,
        rules: Rules,
        gold: &[Entity],
        predictions: &[Entity],
        row: Option<u32>,
        mode: Mode,
        mut sink: impl FnMut(Booking),
    ) {
        match (rules, row) {
            (Rules::V0_2, _) => self.book(rules, gold, predictions, |booking| {
                if (booking.row, booking.mode) == (row, mode) {
                    sink(booking);
                }
            }),
            (Rules::V1_2 { least_overlap }, None) => {
                self.count_all(gold, predictions, least_overlap, &[mode], &mut sink);
            }
            (Rules::V1_2 { least_overlap }, Some(label)) => {
                self.gold.only(gold, label);
                self.predictions.only(predictions, label);
                self.count_taken(label, least_overlap, &[mode], &mut sink);
            }
        }
    }

    /// All labels together.
    fn count_all(
        &mut self,
        gold: &[Entity],
        predictions: &[Entity],
        least: f64,
        modes: &[Mode],
        sink: &mut impl FnMut(Booking),
    ) {
        count(&mut self.matcher, gold, predictions, least, modes, |mode, class, gold, prediction| {
            let index = if class == Class::Missed { gold } else { prediction };
            sink(Booking { row: None, mode, class, gold, prediction, index });
        });
    }

    /// The label whose spans were taken.
    fn count_taken(&mut self, label: u32, least: f64, modes: &[Mode], sink: &mut impl FnMut(Booking)) {
        let (of_gold, of_predictions) = (&self.gold, &self.predictions);
        count(&mut self.matcher, &of_gold.spans, &of_predictions.spans, least, modes, |mode, class, g, p| {
            let index = if class == Class::Missed { g } else { p };
            let gold = g.map(|at| of_gold.indices()[at]);
            let prediction = p.map(|at| of_predictions.indices()[at]);
            sink(Booking { row: Some(label), mode, class, gold, prediction, index });
        });
    }
}

/// The lower of two labels.
fn first(a: Option<u32>, b: Option<u32>) -> Option<u32> {
    [a, b].into_iter().flatten().min()
}

/// Counts two lists by the rules of 1.2.1; `say` gets indices into them, of gold and of predictions.
fn count(
    matcher: &mut Matcher,
    gold: &[Entity],
    predictions: &[Entity],
    least: f64,
    modes: &[Mode],
    mut say: impl FnMut(Mode, Class, Option<usize>, Option<usize>),
) {
    matcher.look_at(gold, predictions);
    for &mode in modes {
        matcher.run(gold, predictions, mode, least, |index, taken| say(mode, taken.class, taken.gold, Some(index)));
        matcher.missed().for_each(|index| say(mode, Class::Missed, Some(index), None));
    }
}
