//! What was read and counted for the screen, and the way from what stands behind a cell to the places in the project.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use crate::dataset::{LabelId, RunId};
use crate::evaluate::bootstrap::SEED;
use crate::evaluate::confusion::{BorderError, Confusion};
use crate::evaluate::{Class, Comparison, Delta, Evaluation, Gold, Mark, Mode, Pair, Thresholds, compare, options_at};
use crate::text::CharRange;
use crate::tui::walk::{Above, Predicted, Stop, Walk};

use super::sheet::Behind;
use super::sheets;
use super::terms::Predictor;

pub use crate::evaluate::Grouping;

/// How what two models say of a place differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Gold that the first one has not right and the other one has.
    Fixed,
    /// Gold that the first one has right and the other one has not.
    Broken,
    /// Wrong predictions that only the other one makes.
    NewFalse,
    /// Wrong predictions that only the first one makes.
    GoneFalse,
}

impl Compared {
    /// All of them, in the order they are shown.
    pub const ALL: [Compared; 4] = [Compared::Fixed, Compared::Broken, Compared::NewFalse, Compared::GoneFalse];

    /// In words.
    pub const fn as_str(self) -> &'static str {
        match self {
            Compared::Fixed => "fixed",
            Compared::Broken => "broken",
            Compared::NewFalse => "new false",
            Compared::GoneFalse => "gone false",
        }
    }
}

/// One set of predictions, counted.
#[derive(Clone, Debug)]
pub struct Side {
    /// Who predicted.
    pub who: Predictor,
    /// The run, if it was a model.
    pub run: Option<RunId>,
    /// The model of the run.
    pub model: Option<String>,
    /// What came out.
    pub evaluation: Evaluation,
}

/// Gold with all predictions that are chosen. There is at least one.
#[derive(Clone, Debug)]
pub struct Study {
    /// The truth.
    pub gold: Arc<Gold>,
    /// The labels of the project by their number in gold.
    pub labels: Vec<Option<LabelId>>,
    /// The predictions; the first one is the baseline.
    pub sides: Vec<Side>,
    /// When a prediction counts.
    pub mode: Mode,
    /// Surface forms of the answers that are not gold; `None` until somebody asks.
    pub training: Option<std::collections::HashSet<String>>,
    /// The further predictions against the first; empty until somebody asks.
    pub comparisons: OnceLock<Vec<Comparison>>,
}

/// A place with what it was counted as.
pub type Placed = (Option<(Mode, Class)>, Pair);

impl Study {
    /// The first predictions.
    pub fn first(&self) -> Option<&Side> {
        self.sides.first()
    }

    /// The name of a row.
    pub fn row_name(&self, row: Option<u32>) -> &str {
        row.map_or("all", |label| self.gold.labels.name(label))
    }

    /// The predictions with this number against the first; `None` for the first.
    pub fn comparison(&self, side: usize) -> Option<&Comparison> {
        let first = self.first()?;
        let against_first = |side: &Side| compare(&first.evaluation, &side.evaluation, self.mode, SEED);
        let all = self.comparisons.get_or_init(|| self.sides.iter().skip(1).map(against_first).collect());
        all.get(side.checked_sub(1)?)
    }

    /// Both were asked for all labels that the first was asked for.
    pub fn compares_all(&self, comparison: &Comparison) -> bool {
        self.first().is_none_or(|first| comparison.labels.len() == first.evaluation.rows().len())
    }

    /// The numbers of labels by their name.
    pub fn label(&self, name: &str) -> Option<u32> {
        self.gold.labels.find(name)
    }

    /// The places behind a cell, with the number of the predictions they are about and the thresholds those were seen
    /// through.
    pub fn places(&self, behind: &Behind) -> (usize, Option<Thresholds>, Vec<Placed>) {
        let mode = self.mode;
        let at = |side: usize, places| {
            let thresholds = self.sides.get(side).and_then(|s| s.evaluation.options.thresholds.clone());
            (side, thresholds, places)
        };
        let Some(first) = self.first() else { return (0, None, Vec::new()) };
        let evaluation = &first.evaluation;
        let uncounted = |pairs: &[Pair]| pairs.iter().map(|pair| (None, *pair)).collect::<Vec<_>>();
        match behind {
            Behind::Counted { side, row, classes } => {
                let counted = self.sides.get(*side).map_or(evaluation, |s| &s.evaluation);
                at(*side, counted_places(counted, *row, mode, classes))
            }
            Behind::Document { index, classes } => {
                let mut places = Vec::new();
                evaluation.book(*index, |b| {
                    if b.row.is_none() && b.mode == mode && classes.contains(&b.class) {
                        let pair = Pair { document: *index, gold: b.gold, prediction: b.prediction };
                        places.push((Some((mode, b.class)), pair));
                    }
                });
                at(0, places)
            }
            Behind::Field(gold, predicted) => at(0, uncounted(evaluation.confusion().field(*gold, *predicted))),
            Behind::Border(error) => at(0, uncounted(&borders(&evaluation.confusion(), evaluation, *error))),
            Behind::Bucket(grouping, bucket, classes) => {
                let buckets = sheets::buckets::grouped(self, evaluation, *grouping);
                let pairs = buckets.get(*bucket).map_or(&[][..], |b| b.pairs.as_slice());
                let chosen = pairs.iter().filter(|(class, _)| classes.contains(class));
                at(0, chosen.map(|(class, pair)| (Some((mode, *class)), *pair)).collect())
            }
            Behind::Unreachable { wide } => at(0, uncounted(&sheets::buckets::out_of_reach(first, *wide))),
            Behind::Bin { bin, right } => at(0, sheets::calibration::places(evaluation, *bin, *right)),
            Behind::Point { threshold, row, classes } => {
                let there = evaluation_at(evaluation, *row, *threshold);
                (0, there.options.thresholds.clone(), counted_places(&there, *row, mode, classes))
            }
            Behind::Compared { side, how, row } => {
                let (about, pairs) = sheets::comparison::places(self, *side, *how, *row);
                at(about, uncounted(&pairs))
            }
            Behind::Suspect(rank) => {
                let found = sheets::label_errors::found(evaluation);
                let pair = found.get(*rank).map(|error| error.pair);
                (0, Some(Thresholds::default()), pair.map(|p| (None, p)).into_iter().collect())
            }
        }
    }

    /// The walk through what stands behind a cell; `None` when nothing does, or gold is of no project.
    pub fn walk(&self, title: String, behind: &Behind) -> Option<Walk> {
        let (side, thresholds, places) = self.places(behind);
        let side = self.sides.get(side)?;
        let stops: Vec<Stop> = places.iter().filter_map(|place| self.stop(side, place)).collect();
        let predicted = match (&side.who, side.run) {
            (Predictor::Run(_), Some(run)) => Predicted::Run(run, self.above(&thresholds.unwrap_or_default())),
            (Predictor::Annotator(name), _) | (Predictor::Run(name), None) => Predicted::Annotator(name.clone()),
        };
        (!stops.is_empty()).then_some(Walk { title, predicted, stops, at: 0 })
    }

    /// The thresholds by the labels of the project.
    fn above(&self, thresholds: &Thresholds) -> Above {
        let own = self.labels.iter().zip(&thresholds.of_label);
        let of_label = own.filter_map(|(label, own)| label.zip(*own)).collect();
        Above { all: thresholds.all, of_label }
    }

    fn stop(&self, side: &Side, (counted, pair): &Placed) -> Option<Stop> {
        let document = self.gold.documents.get(pair.document)?;
        let place = |mark: &Mark| {
            let label = self.labels.get(mark.label as usize).copied().flatten()?;
            let (start, end) = (usize::try_from(mark.start).ok()?, usize::try_from(mark.end).ok()?);
            Some((CharRange::new(start, end.max(start)), label))
        };
        let predictions = side.evaluation.predictions.documents.get(pair.document);
        let predicted = pair.prediction.and_then(|at| predictions?.get(at));
        Some(Stop {
            document: document.document?,
            annotator: document.annotator.clone()?,
            gold: pair.gold.and_then(|at| document.spans.get(at)).and_then(place),
            prediction: predicted.and_then(|mark| place(mark).map(|(range, label)| (range, label, mark.score))),
            text: document.text.clone(),
            counted: *counted,
        })
    }
}

/// What changes in a row (`None`: all that both were asked for); `None` where not both were asked.
pub(super) fn change(comparison: &Comparison, row: Option<u32>) -> Option<Delta> {
    match row {
        None => Some(comparison.overall),
        Some(label) => comparison.labels.iter().find(|(l, _)| *l == label).map(|(_, delta)| *delta),
    }
}

/// What was counted of some classes in a row, in the order of the documents.
fn counted_places(evaluation: &Evaluation, row: Option<u32>, mode: Mode, classes: &[Class]) -> Vec<Placed> {
    let mut places: Vec<Placed> = Vec::new();
    for class in classes {
        places.extend(evaluation.pairs(row, mode, *class).into_iter().map(|pair| (Some((mode, *class)), pair)));
    }
    // Document by document, and in the order of the text.
    let start = |pair: &Pair| {
        let gold = pair.gold.and_then(|at| evaluation.gold.documents[pair.document].spans.get(at));
        let predicted = pair.prediction.and_then(|at| evaluation.predictions.documents.get(pair.document)?.get(at));
        gold.or(predicted).map_or(0, |mark| mark.start)
    };
    places.sort_by_key(|(_, pair)| (pair.document, start(pair)));
    places
}

/// What a point of a curve was counted as.
fn evaluation_at(evaluation: &Evaluation, row: Option<u32>, threshold: f32) -> Evaluation {
    let options = options_at(&evaluation.options, row, threshold);
    Evaluation::new(Arc::clone(&evaluation.gold), Arc::clone(&evaluation.predictions), options)
}

/// Borders that are wrong in one way, whatever the label.
pub(super) fn borders(confusion: &Confusion, evaluation: &Evaluation, error: BorderError) -> Vec<Pair> {
    evaluation.rows().into_iter().flat_map(|label| confusion.borders(label, error).to_vec()).collect()
}

/// The labels of a project by their number in gold.
pub fn label_ids(gold: &Gold, labels: &[crate::dataset::Label]) -> Vec<Option<LabelId>> {
    let ids: HashMap<&str, LabelId> = labels.iter().map(|l| (l.name.as_str(), l.id)).collect();
    gold.labels.names().iter().map(|name| ids.get(name.as_str()).copied()).collect()
}
