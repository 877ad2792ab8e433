//! Documents in, counts out: overall and by label, in all four modes, with the place of every span that was counted.

use std::collections::{BTreeMap, HashMap};

use super::booking::Booker;
use super::matching::Entity;
use super::{Class, Counts, Mode};

/// Whose rules count. The numbers are taken as they stand in the lists: both ends inclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rules {
    /// nervaluate 1.2.1, with the percentage of a gold span that counts as overlap (1 to 100; its default is 1).
    V1_2 {
        /// Percentage.
        least_overlap: f64,
    },
    /// nervaluate 0.2.0.
    V0_2,
}

/// Where a counted span is: `(document, index in its list)`; gold for missed ones, predictions for all others. Under
/// [`Rules::V1_2`] indices are into the lists without other labels, under [`Rules::V0_2`] into the sorted lists.
pub type Place = (usize, usize);

/// Counts and places in one mode.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub counts: Counts,
    places: [Vec<Place>; 5],
}

impl Tally {
    /// Where the spans of a class are.
    pub fn places(&self, class: Class) -> &[Place] {
        &self.places[class as usize]
    }
}

/// Tallies in the order of [`Mode::ALL`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row([Tally; 4]);

impl Row {
    /// The tally of a mode.
    pub fn mode(&self, mode: Mode) -> &Tally {
        &self.0[mode as usize]
    }

    fn book(&mut self, mode: Mode, class: Class, document: usize, index: Option<usize>, keep: bool) {
        let tally = &mut self.0[mode as usize];
        tally.counts.add(class);
        if let (Some(index), true) = (index, keep) {
            tally.places[class as usize].push((document, index));
        }
    }
}

/// A span by label name, both ends as the file has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Given<'a> {
    /// The label.
    pub label: &'a str,
    /// First position.
    pub start: i64,
    /// Last position, inclusive.
    pub end: i64,
}

/// Counts as documents come in.
#[derive(Clone, Debug)]
pub struct Table {
    rules: Rules,
    keep_places: bool,
    documents: usize,
    overall: Row,
    labels: Vec<Row>,
    /// Numbers of the labels that count; `None`: all that come.
    only: Option<Vec<u32>>,
    numbers: HashMap<String, u32>,
    seen: Vec<bool>,
    booker: Booker,
    /// The lists of the document that is counted.
    lists: [Vec<Entity>; 2],
}

impl Table {
    /// An empty table that counts all labels, with places.
    pub fn new(rules: Rules) -> Self {
        Self {
            rules,
            keep_places: true,
            documents: 0,
            overall: Row::default(),
            labels: Vec::new(),
            only: None,
            numbers: HashMap::new(),
            seen: Vec::new(),
            booker: Booker::default(),
            lists: Default::default(),
        }
    }

    /// Counts these labels only (nervaluate's `tags`): others leave both sides first.
    #[must_use]
    pub fn only(mut self, labels: &[String]) -> Self {
        self.only = Some(labels.iter().map(|label| self.label(label)).collect());
        self
    }

    /// Counts without remembering where: memory does not grow with the spans.
    #[must_use]
    pub fn without_places(mut self) -> Self {
        self.keep_places = false;
        self
    }

    /// Documents counted.
    pub const fn documents(&self) -> usize {
        self.documents
    }

    /// All labels together.
    pub const fn overall(&self) -> &Row {
        &self.overall
    }

    /// By label: those that occur, and under [`Rules::V0_2`] those that were asked for too.
    pub fn labels(&self) -> BTreeMap<&str, &Row> {
        let asked =
            |number: u32| self.rules == Rules::V0_2 && self.only.as_ref().is_some_and(|only| only.contains(&number));
        let occurs = |number: u32| self.seen[number as usize] || asked(number);
        let named = self.numbers.iter().filter(|(_, number)| occurs(**number));
        named.map(|(name, number)| (name.as_str(), &self.labels[*number as usize])).collect()
    }

    /// Counts one more document.
    pub fn add<'a>(
        &mut self,
        gold: impl IntoIterator<Item = Given<'a>>,
        predictions: impl IntoIterator<Item = Given<'a>>,
    ) {
        let [mut of_gold, mut of_predictions] = std::mem::take(&mut self.lists);
        self.entities(gold, &mut of_gold);
        self.entities(predictions, &mut of_predictions);
        self.book(&of_gold, &of_predictions);
        self.lists = [of_gold, of_predictions];
    }

    fn book(&mut self, gold: &[Entity], predictions: &[Entity]) {
        let (document, keep) = (self.documents, self.keep_places);
        self.documents += 1;
        self.booker.book(self.rules, gold, predictions, |booking| {
            let row = match booking.row {
                None => &mut self.overall,
                Some(label) => &mut self.labels[label as usize],
            };
            row.book(booking.mode, booking.class, document, booking.index, keep);
        });
    }

    fn entities<'a>(&mut self, given: impl IntoIterator<Item = Given<'a>>, entities: &mut Vec<Entity>) {
        entities.clear();
        for Given { label, start, end } in given {
            let label = self.label(label);
            if self.only.as_ref().is_none_or(|only| only.contains(&label)) {
                self.seen[label as usize] = true;
                entities.push(Entity { label, start, end });
            }
        }
    }

    /// The number of a label; a new one gets the next, from 0 on.
    fn label(&mut self, label: &str) -> u32 {
        if let Some(number) = self.numbers.get(label) {
            return *number;
        }
        let number = self.labels.len() as u32;
        self.labels.push(Row::default());
        self.seen.push(false);
        self.numbers.insert(label.to_owned(), number);
        number
    }
}
