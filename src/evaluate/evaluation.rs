//! One set of predictions counted against gold, and the way back from every number to its spans.
//!
//! Nothing is kept but counts: which spans stand behind a number is found by counting again, which is the same code and
//! therefore the same answer.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;
use std::sync::Arc;

use rayon::prelude::*;

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

impl Countable {
    fn clear(&mut self) {
        let Self { gold, gold_at, predictions, predictions_at } = self;
        gold.clear();
        gold_at.clear();
        predictions.clear();
        predictions_at.clear();
    }

    /// The booking of a span with the indices of the document's lists.
    fn placed(&self, booking: Booking) -> Booking {
        Booking {
            gold: booking.gold.map(|g| self.gold_at[g]),
            prediction: booking.prediction.map(|p| self.predictions_at[p]),
            ..booking
        }
    }
}

/// Documents that are counted by one thread at least.
const LEAST: usize = 256;

/// The counts of some documents.
struct Numbers {
    overall: [Counts; 4],
    labels: Vec<[Counts; 4]>,
    occurs: Vec<bool>,
    left_out: Vec<u64>,
    /// All labels together in this mode, document by document, where that is wanted.
    mode: Option<Mode>,
    documents: Vec<Counts>,
    booker: Booker,
    taken: Countable,
}

impl Numbers {
    fn new(labels: usize, mode: Option<Mode>) -> Self {
        Self {
            mode,
            documents: Vec::new(),
            overall: [Counts::default(); 4],
            labels: vec![[Counts::default(); 4]; labels],
            occurs: vec![false; labels],
            left_out: vec![0; labels],
            booker: Booker::default(),
            taken: Countable::default(),
        }
    }

    /// These and those of one more document.
    fn with(mut self, evaluation: &Evaluation, document: usize) -> Self {
        if let Some(coverage) = &evaluation.gold.documents[document].coverage {
            for (label, n) in (0u32..).zip(&mut self.left_out) {
                *n += u64::from(coverage.binary_search(&label).is_err());
            }
        }
        evaluation.take(document, &mut self.taken);
        let taken = &self.taken;
        for entity in taken.gold.iter().chain(&taken.predictions) {
            self.occurs[entity.label as usize] = true;
        }
        let (overall, labels) = (&mut self.overall, &mut self.labels);
        let mut own = [Counts::default(); 4];
        self.booker.book(evaluation.rules(), &taken.gold, &taken.predictions, |b| {
            let row = b.row.map_or(&mut own, |label| &mut labels[label as usize]);
            row[b.mode as usize].add(b.class);
        });
        overall.iter_mut().zip(&own).for_each(|(all, own)| all.merge(own));
        self.documents.extend(self.mode.map(|mode| own[mode as usize]));
        self
    }

    /// These and those of the documents that follow.
    fn and(mut self, other: Self) -> Self {
        self.documents.extend(other.documents);
        let add = |mine: &mut [Counts; 4], theirs: &[Counts; 4]| {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| mine.merge(theirs));
        };
        add(&mut self.overall, &other.overall);
        self.labels.iter_mut().zip(&other.labels).for_each(|(mine, theirs)| add(mine, theirs));
        self.occurs.iter_mut().zip(other.occurs).for_each(|(mine, theirs)| *mine |= theirs);
        self.left_out.iter_mut().zip(other.left_out).for_each(|(mine, theirs)| *mine += theirs);
        self
    }
}

impl Evaluation {
    /// Counts.
    pub fn new(gold: Arc<Gold>, predictions: Arc<Predictions>, options: Options) -> Self {
        Self::counted(gold, predictions, options, None).0
    }

    /// [`Evaluation::new`] and [`Evaluation::by_document`] in one go.
    pub fn with_documents(
        gold: Arc<Gold>,
        predictions: Arc<Predictions>,
        options: Options,
        mode: Mode,
    ) -> (Self, Vec<Counts>) {
        Self::counted(gold, predictions, options, Some(mode))
    }

    fn counted(
        gold: Arc<Gold>,
        predictions: Arc<Predictions>,
        options: Options,
        mode: Option<Mode>,
    ) -> (Self, Vec<Counts>) {
        let labels = gold.labels.names().len();
        let mut this = Self::uncounted(gold, predictions, options);
        let numbers = (0..this.gold.documents.len())
            .into_par_iter()
            .with_min_len(LEAST)
            .fold(|| Numbers::new(labels, mode), |numbers, document| numbers.with(&this, document))
            .reduce(|| Numbers::new(labels, mode), Numbers::and);
        let Numbers { overall, labels, occurs, left_out, documents, .. } = numbers;
        (this.overall, this.labels, this.occurs, this.left_out) = (overall, labels, occurs, left_out);
        (this, documents)
    }

    /// Counts one row in one mode and nothing else: what [`Evaluation::row`] would say, sooner.
    pub fn count_row(
        gold: &Arc<Gold>,
        predictions: &Arc<Predictions>,
        options: Options,
        row: Option<u32>,
        mode: Mode,
    ) -> Counts {
        let this = Self::uncounted(gold.clone(), predictions.clone(), options);
        let mut counts = Counts::default();
        let (mut booker, mut taken) = (Booker::default(), Countable::default());
        for document in 0..this.gold.documents.len() {
            this.take(document, &mut taken);
            booker.book_row(this.rules(), &taken.gold, &taken.predictions, row, mode, |b| counts.add(b.class));
        }
        counts
    }

    fn uncounted(gold: Arc<Gold>, predictions: Arc<Predictions>, options: Options) -> Self {
        let labels = gold.labels.names().len();
        let Numbers { overall, labels, occurs, left_out, .. } = Numbers::new(labels, None);
        Self { gold, predictions, options, overall, labels, occurs, left_out }
    }

    fn rules(&self) -> Rules {
        self.options.schema.rules(self.options.least_overlap)
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
            self.book_row(document, row, mode, |b| {
                if b.class == class {
                    pairs.push(Pair { document, gold: b.gold, prediction: b.prediction });
                }
            });
        }
        pairs
    }

    /// The counts of each document, all labels together.
    pub fn by_document(&self, mode: Mode) -> Vec<Counts> {
        (0..self.gold.documents.len())
            .into_par_iter()
            .with_min_len(LEAST)
            .map_init(<(Booker, Countable)>::default, |(booker, taken), document| {
                let mut counts = Counts::default();
                self.take(document, taken);
                booker.book_row(self.rules(), &taken.gold, &taken.predictions, None, mode, |b| counts.add(b.class));
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
        book(self.rules(), &taken.gold, &taken.predictions, |b| sink(taken.placed(b)));
    }

    /// Of that, what is counted in one row and mode.
    pub fn book_row(&self, document: usize, row: Option<u32>, mode: Mode, mut sink: impl FnMut(Booking)) {
        let taken = self.taken(document);
        let (gold, predictions) = (&taken.gold, &taken.predictions);
        Booker::default().book_row(self.rules(), gold, predictions, row, mode, |b| sink(taken.placed(b)));
    }

    /// The spans of one document that count.
    pub fn taken(&self, document: usize) -> Countable {
        let mut taken = Countable::default();
        self.take(document, &mut taken);
        taken
    }

    /// [`Evaluation::taken`] into memory that was used before.
    fn take(&self, document: usize, taken: &mut Countable) {
        taken.clear();
        let Some(gold) = self.gold.documents.get(document) else { return };
        let looked_for = |label: u32| gold.coverage.as_ref().is_none_or(|labels| labels.binary_search(&label).is_ok());
        let counts = |label: u32| self.chosen(label) && self.asked(label) && looked_for(label);
        let folds = self.options.schema == Schema::Gleaner;
        let mut twins = Twins::default();
        for (at, mark) in gold.spans.iter().enumerate().filter(|(_, m)| counts(m.label)) {
            let entity = self.entity(mark);
            // A span that stands there twice is one span; nervaluate counts both.
            if !(folds && twins.place(&taken.gold, entity).is_some()) {
                taken.gold.push(entity);
                taken.gold_at.push(at);
            }
        }
        let passes = |mark: &Mark| self.options.thresholds.as_ref().is_none_or(|t| t.pass(mark));
        let predictions = self.predictions.documents.get(document).map_or(&[][..], Vec::as_slice);
        let mut twins = Twins::default();
        for (at, mark) in predictions.iter().enumerate().filter(|(_, m)| counts(m.label) && passes(m)) {
            let entity = self.entity(mark);
            match if folds { twins.place(&taken.predictions, entity) } else { None } {
                None => {
                    taken.predictions.push(entity);
                    taken.predictions_at.push(at);
                }
                // Of what is said twice, the surer one is meant.
                Some(place) if mark.score > predictions[taken.predictions_at[place]].score => {
                    taken.predictions_at[place] = at;
                }
                Some(_) => {}
            }
        }
    }

    /// A span as the rules see it: both ends inclusive, or what the schema takes for that.
    pub fn entity(&self, mark: &Mark) -> Entity {
        let made_inclusive = self.options.schema == Schema::Gleaner && self.gold.ends == Ends::Exclusive;
        Entity { label: mark.label, start: mark.start, end: mark.end - i64::from(made_inclusive) }
    }

    fn chosen(&self, label: u32) -> bool {
        self.options.only.as_ref().is_none_or(|only| only.contains(&label))
    }

    fn asked(&self, label: u32) -> bool {
        self.predictions.asked.as_ref().is_none_or(|asked| asked.contains(&label))
    }
}

/// Spans that stand in a list already: looked up in the list itself while it is short, then in a map.
#[derive(Default)]
struct Twins(HashMap<Entity, usize>);

impl Twins {
    /// How long a list is looked through.
    const SHORT: usize = 32;

    /// Where the list has this span; if nowhere, it is about to have it at its end.
    fn place(&mut self, list: &[Entity], entity: Entity) -> Option<usize> {
        if list.len() < Self::SHORT {
            return list.iter().position(|e| *e == entity);
        }
        if self.0.is_empty() {
            self.0.extend(list.iter().copied().zip(0..));
        }
        match self.0.entry(entity) {
            Entry::Occupied(there) => Some(*there.get()),
            Entry::Vacant(free) => {
                free.insert(list.len());
                None
            }
        }
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
    fn a_span_that_stands_there_many_times_is_one_span_also_among_many() {
        let mut labels = LabelIndex::default();
        labels.number("brand");
        let many: Vec<Mark> = (0..300).map(|n| mark(0, n % 100 * 10, n % 100 * 10 + 4)).collect();
        let gold = Gold {
            labels,
            documents: vec![GoldDocument { spans: many.clone(), ..GoldDocument::default() }],
            ..Gold::default()
        };
        let predictions = Predictions { documents: vec![many], ..Predictions::default() };
        let found = Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default());
        assert_eq!(found.overall(Mode::Strict).of(Class::Correct), 100);
        assert_eq!((found.overall(Mode::Strict).possible(), found.overall(Mode::Strict).actual()), (100, 100));
    }

    #[test]
    fn of_a_span_that_is_predicted_twice_the_higher_score_counts() {
        let mut labels = LabelIndex::default();
        labels.number("brand");
        let gold = Gold { labels, documents: vec![GoldDocument::default()], ..Gold::default() };
        let scored = |score| Mark { score: Some(score), ..mark(0, 0, 5) };
        let documents = vec![vec![scored(0.4), scored(0.9), scored(0.6)]];
        let predictions = Predictions { documents, ..Predictions::default() };
        let found = Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default());
        assert_eq!(found.taken(0).predictions_at, [1]);
    }

    #[test]
    fn documents_counted_on_the_way_are_those_counted_by_themselves() {
        for schema in Schema::ALL {
            for mode in Mode::ALL {
                let found = evaluation(None, None, schema);
                let (gold, predictions) = (found.gold.clone(), found.predictions.clone());
                let (again, documents) = Evaluation::with_documents(gold, predictions, found.options.clone(), mode);
                assert_eq!(documents, found.by_document(mode));
                assert_eq!(again.overall(mode), found.overall(mode));
            }
        }
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
