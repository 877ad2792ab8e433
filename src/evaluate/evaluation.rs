//! One set of predictions counted against gold, and the way back from every number to its spans.
//!
//! Nothing is kept but counts: which spans stand behind a number is found by counting again, which is the same code and
//! therefore the same answer.

use std::str::FromStr;
use std::sync::Arc;

use super::booking::{Booker, Booking, book};
use super::confusion::{Confusion, Pair};
use super::matching::Entity;
use super::{Class, Counts, Ends, Gold, Mark, Mode, Predictions, Rules};

/// Whose numbers are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Schema {
    /// The rules of nervaluate 1.2.1 on ends made inclusive, so that spans that merely touch do not overlap.
    #[default]
    Gleaner,
    /// nervaluate 1.2.1 on the numbers as they stand.
    Nervaluate1_2_1,
    /// nervaluate 0.2.0 on the numbers as they stand.
    Nervaluate0_2_0,
}

impl Schema {
    /// All three, in the order they are shown.
    pub const ALL: [Schema; 3] = [Schema::Gleaner, Schema::Nervaluate1_2_1, Schema::Nervaluate0_2_0];

    /// The word used on the command line, in files and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Schema::Gleaner => "gleaner",
            Schema::Nervaluate1_2_1 => "nervaluate-1.2.1",
            Schema::Nervaluate0_2_0 => "nervaluate-0.2.0",
        }
    }

    /// The rules, with the percentage of a gold span that counts as overlap; 0.2.0 knows no such percentage.
    pub const fn rules(self, least_overlap: f64) -> Rules {
        match self {
            Schema::Gleaner | Schema::Nervaluate1_2_1 => Rules::V1_2 { least_overlap },
            Schema::Nervaluate0_2_0 => Rules::V0_2,
        }
    }
}

impl FromStr for Schema {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let known = || Schema::ALL.map(Schema::as_str).join(", ");
        Schema::ALL.into_iter().find(|s| s.as_str() == word).ok_or_else(|| format!("'{word}' is none of {}", known()))
    }
}

/// Which scores count: those above the label's threshold, else above the one for all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thresholds {
    /// For all labels without one of their own.
    pub all: f32,
    /// By label number; missing ones have none.
    pub of_label: Vec<Option<f32>>,
}

impl Thresholds {
    /// The threshold of a label.
    pub fn of(&self, label: u32) -> f32 {
        self.of_label.get(label as usize).copied().flatten().unwrap_or(self.all)
    }

    /// Whether a prediction counts; one without a score always does.
    pub fn pass(&self, mark: &Mark) -> bool {
        mark.score.is_none_or(|score| score > self.of(mark.label))
    }
}

/// How to count.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Whose numbers.
    pub schema: Schema,
    /// Percentage of a gold span that counts as overlap, 1 to 100.
    pub least_overlap: f64,
    /// Numbers of the labels that count; `None`: all.
    pub only: Option<Vec<u32>>,
    /// Which predictions count; `None`: all of them.
    pub thresholds: Option<Thresholds>,
}

impl Default for Options {
    fn default() -> Self {
        Self { schema: Schema::default(), least_overlap: 1.0, only: None, thresholds: None }
    }
}

/// Where a label stands in an evaluation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It occurs and was counted.
    Counted,
    /// It was asked for and occurs on neither side.
    Unseen,
    /// The predictions were made without asking for it: it says nothing about them.
    NotAsked,
}

/// Counts of one set of predictions.
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The truth.
    pub gold: Arc<Gold>,
    /// What is judged.
    pub predictions: Arc<Predictions>,
    /// How.
    pub options: Options,
    overall: [Counts; 4],
    /// By label number.
    labels: Vec<[Counts; 4]>,
    occurs: Vec<bool>,
    left_out: Vec<u64>,
}

/// What counts of one document, with the indices the spans have in its lists.
#[derive(Clone, Debug, Default)]
pub struct Countable {
    /// Gold spans.
    pub gold: Vec<Entity>,
    /// Where they stand in the document's list.
    pub gold_at: Vec<usize>,
    /// Predictions.
    pub predictions: Vec<Entity>,
    /// Where they stand in the document's list.
    pub predictions_at: Vec<usize>,
}

impl Evaluation {
    /// Counts.
    pub fn new(gold: Arc<Gold>, predictions: Arc<Predictions>, options: Options) -> Self {
        let labels = gold.labels.names().len();
        let mut this = Self {
            overall: [Counts::default(); 4],
            labels: vec![[Counts::default(); 4]; labels],
            occurs: vec![false; labels],
            left_out: vec![0; labels],
            gold,
            predictions,
            options,
        };
        let mut booker = Booker::default();
        for document in 0..this.gold.documents.len() {
            this.count_left_out(document);
            let taken = this.taken(document);
            for entity in taken.gold.iter().chain(&taken.predictions) {
                this.occurs[entity.label as usize] = true;
            }
            let (overall, labels) = (&mut this.overall, &mut this.labels);
            let rules = this.options.schema.rules(this.options.least_overlap);
            booker.book(rules, &taken.gold, &taken.predictions, |b| {
                let row = b.row.map_or(&mut *overall, |label| &mut labels[label as usize]);
                row[b.mode as usize].add(b.class);
            });
        }
        this
    }

    /// All labels together (micro).
    pub fn overall(&self, mode: Mode) -> &Counts {
        &self.overall[mode as usize]
    }

    /// One label.
    pub fn label(&self, label: u32, mode: Mode) -> Counts {
        self.labels.get(label as usize).map_or_else(Counts::default, |row| row[mode as usize])
    }

    /// A row: one label, or all of them.
    pub fn row(&self, row: Option<u32>, mode: Mode) -> Counts {
        row.map_or(self.overall[mode as usize], |label| self.label(label, mode))
    }

    /// Where a label stands.
    pub fn standing(&self, label: u32) -> Standing {
        if !self.asked(label) {
            Standing::NotAsked
        } else if self.occurs.get(label as usize).copied().unwrap_or(false) {
            Standing::Counted
        } else {
            Standing::Unseen
        }
    }

    /// The labels with a row, in their order: all of them, or those that were chosen.
    pub fn rows(&self) -> Vec<u32> {
        (0..self.labels.len() as u32).filter(|l| self.chosen(*l)).collect()
    }

    /// How many documents were left out for a label because nobody had looked for it there.
    pub fn left_out(&self, label: u32) -> u64 {
        self.left_out.get(label as usize).copied().unwrap_or(0)
    }

    /// Precision, recall and F1, each the mean over the labels that were counted (macro); `None` without any.
    pub fn macro_average(&self, mode: Mode) -> Option<(f64, f64, f64)> {
        let rows: Vec<Counts> = self
            .rows()
            .into_iter()
            .filter(|l| self.standing(*l) == Standing::Counted)
            .map(|l| self.label(l, mode))
            .collect();
        let mean = |of: &dyn Fn(&Counts) -> f64| rows.iter().map(of).sum::<f64>() / rows.len() as f64;
        (!rows.is_empty()).then(|| (mean(&|c| c.precision(mode)), mean(&|c| c.recall(mode)), mean(&|c| c.f1(mode))))
    }

    /// The spans behind a number: as many as the number says.
    pub fn pairs(&self, row: Option<u32>, mode: Mode, class: Class) -> Vec<Pair> {
        let mut pairs = Vec::new();
        for document in 0..self.gold.documents.len() {
            self.book(document, |b| {
                if (b.row, b.mode, b.class) == (row, mode, class) {
                    pairs.push(Pair { document, gold: b.gold, prediction: b.prediction });
                }
            });
        }
        pairs
    }

    /// The counts of each document, all labels together.
    pub fn by_document(&self, mode: Mode) -> Vec<Counts> {
        (0..self.gold.documents.len())
            .map(|document| {
                let mut counts = Counts::default();
                self.book(document, |b| {
                    if b.row.is_none() && b.mode == mode {
                        counts.add(b.class);
                    }
                });
                counts
            })
            .collect()
    }

    /// Which label was taken for which. Overlap is that of the 1.2.1 rules, whatever the schema.
    pub fn confusion(&self) -> Confusion {
        let mut matrix = Confusion::default();
        for document in 0..self.gold.documents.len() {
            let Countable { gold, gold_at, predictions, predictions_at } = self.taken(document);
            let mut own = Confusion::default();
            own.add(document, &gold, &predictions, self.options.least_overlap);
            matrix.take(own, |pair| Pair {
                gold: pair.gold.map(|g| gold_at[g]),
                prediction: pair.prediction.map(|p| predictions_at[p]),
                ..pair
            });
        }
        matrix
    }

    /// Everything that is counted of one document; indices are into the lists of gold and predictions.
    pub fn book(&self, document: usize, mut sink: impl FnMut(Booking)) {
        let taken = self.taken(document);
        book(self.options.schema.rules(self.options.least_overlap), &taken.gold, &taken.predictions, |b| {
            sink(Booking {
                gold: b.gold.map(|g| taken.gold_at[g]),
                prediction: b.prediction.map(|p| taken.predictions_at[p]),
                ..b
            });
        });
    }

    /// The spans of one document that count.
    pub fn taken(&self, document: usize) -> Countable {
        let mut taken = Countable::default();
        let Some(gold) = self.gold.documents.get(document) else { return taken };
        let looked_for = |label: u32| gold.coverage.as_ref().is_none_or(|labels| labels.binary_search(&label).is_ok());
        let counts = |label: u32| self.chosen(label) && self.asked(label) && looked_for(label);
        let folds = self.options.schema == Schema::Gleaner;
        for (at, mark) in gold.spans.iter().enumerate().filter(|(_, m)| counts(m.label)) {
            let entity = self.entity(mark);
            // A span that stands there twice is one span; nervaluate counts both.
            if !(folds && taken.gold.contains(&entity)) {
                taken.gold.push(entity);
                taken.gold_at.push(at);
            }
        }
        let passes = |mark: &Mark| self.options.thresholds.as_ref().is_none_or(|t| t.pass(mark));
        let predictions = self.predictions.documents.get(document).map_or(&[][..], Vec::as_slice);
        for (at, mark) in predictions.iter().enumerate().filter(|(_, m)| counts(m.label) && passes(m)) {
            let entity = self.entity(mark);
            if !(folds && taken.predictions.contains(&entity)) {
                taken.predictions.push(entity);
                taken.predictions_at.push(at);
            }
        }
        taken
    }

    /// A span as the rules see it: both ends inclusive, or what the schema takes for that.
    pub fn entity(&self, mark: &Mark) -> Entity {
        let made_inclusive = self.options.schema == Schema::Gleaner && self.gold.ends == Ends::Exclusive;
        Entity { label: mark.label, start: mark.start, end: mark.end - i64::from(made_inclusive) }
    }

    fn count_left_out(&mut self, document: usize) {
        let Some(coverage) = &self.gold.documents[document].coverage else { return };
        for (label, n) in self.left_out.iter_mut().enumerate() {
            *n += u64::from(coverage.binary_search(&(label as u32)).is_err());
        }
    }

    fn chosen(&self, label: u32) -> bool {
        self.options.only.as_ref().is_none_or(|only| only.contains(&label))
    }

    fn asked(&self, label: u32) -> bool {
        self.predictions.asked.as_ref().is_none_or(|asked| asked.contains(&label))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{GoldDocument, LabelIndex};
    use super::*;

    fn mark(label: u32, start: i64, end: i64) -> Mark {
        Mark { label, start, end, score: None }
    }

    fn evaluation(coverage: Option<Vec<u32>>, asked: Option<Vec<u32>>, schema: Schema) -> Evaluation {
        let mut labels = LabelIndex::default();
        for name in ["brand", "price", "person"] {
            labels.number(name);
        }
        let spans = vec![mark(0, 0, 5), mark(1, 10, 14)];
        let documents = vec![GoldDocument { spans, coverage, ..GoldDocument::default() }];
        let predictions = vec![vec![mark(0, 5, 9), mark(1, 10, 14), mark(1, 20, 22)]];
        let gold = Gold { labels, documents, ..Gold::default() };
        let predictions = Predictions { documents: predictions, asked, ..Predictions::default() };
        Evaluation::new(Arc::new(gold), Arc::new(predictions), Options { schema, ..Options::default() })
    }

    #[test]
    fn spans_that_touch_overlap_only_where_exclusive_ends_are_taken_as_they_stand() {
        let ours = evaluation(None, None, Schema::Gleaner);
        assert_eq!(ours.overall(Mode::Partial).of(Class::Partial), 0);
        assert_eq!(ours.overall(Mode::Partial).of(Class::Missed), 1);
        for schema in [Schema::Nervaluate1_2_1, Schema::Nervaluate0_2_0] {
            let theirs = evaluation(None, None, schema);
            assert_eq!(theirs.overall(Mode::Partial).of(Class::Partial), 1, "{}", schema.as_str());
        }
        assert_eq!(ours.standing(2), Standing::Unseen);
    }

    #[test]
    fn a_label_nobody_looked_for_or_asked_for_counts_on_neither_side() {
        let found = evaluation(Some(vec![0, 2]), None, Schema::Gleaner);
        assert_eq!((found.overall(Mode::Strict).possible(), found.overall(Mode::Strict).actual()), (1, 1));
        assert_eq!((found.left_out(0), found.left_out(1)), (0, 1));
        let found = evaluation(None, Some(vec![0]), Schema::Gleaner);
        assert_eq!(found.standing(1), Standing::NotAsked);
        assert_eq!(found.overall(Mode::Strict).possible(), 1);
    }

    #[test]
    fn behind_every_number_stand_as_many_spans() {
        for schema in Schema::ALL {
            let found = evaluation(None, None, schema);
            for row in [None, Some(0), Some(1), Some(2)] {
                for mode in Mode::ALL {
                    for class in Class::ALL {
                        let number = found.row(row, mode).of(class);
                        assert_eq!(found.pairs(row, mode, class).len() as u64, number, "{row:?} {mode:?} {class:?}");
                    }
                }
            }
        }
    }
}
