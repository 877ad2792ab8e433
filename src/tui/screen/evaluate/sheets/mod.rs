//! The views of the screen: each turns what was counted into a sheet. Runs beside the loop.

pub(super) mod agreement;
pub(super) mod buckets;
pub(super) mod calibration;
pub(super) mod comparison;
mod confusion;
mod curve;
mod documents;
pub(super) mod label_errors;
mod table;

use super::sheet::{Behind, Cell, Column, Sheet};
use super::study::Study;
use super::terms::Predictor;
use crate::evaluate::{Class, Counts, Mode};

/// A view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum View {
    /// Label × metric.
    #[default]
    Table,
    /// Which label was taken for which.
    Confusion,
    /// Precision, recall and F1 over the threshold.
    Curve,
    /// Whether a model is right as often as it says.
    Calibration,
    /// By length, by frequency, by what was seen in training; wrong borders; what cannot be found.
    Buckets,
    /// Document by document.
    Documents,
    /// What one model has that another has not.
    Comparison,
    /// Gold that a confident model contradicts.
    Errors,
    /// How far two people agree.
    Agreement,
}

impl View {
    /// All of them, in their order.
    pub const ALL: [View; 9] = [
        View::Table,
        View::Confusion,
        View::Curve,
        View::Calibration,
        View::Buckets,
        View::Documents,
        View::Comparison,
        View::Errors,
        View::Agreement,
    ];

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            View::Table => "Table",
            View::Confusion => "Confusion",
            View::Curve => "Curve",
            View::Calibration => "Calibration",
            View::Buckets => "Buckets",
            View::Documents => "Documents",
            View::Comparison => "Compare",
            View::Errors => "Errors",
            View::Agreement => "Agreement",
        }
    }
}

/// The sheet of a view; `row` is the label that the curve is drawn of.
pub fn sheet(study: &mut Study, view: View, row: Option<u32>) -> Sheet {
    match view {
        View::Table => table::sheet(study),
        View::Confusion => confusion::sheet(study),
        View::Curve => curve::sheet(study, row),
        View::Calibration => calibration::sheet(study),
        View::Buckets => buckets::sheet(study),
        View::Documents => documents::sheet(study),
        View::Comparison => comparison::sheet(study),
        View::Errors => label_errors::sheet(study),
        View::Agreement => agreement::sheet(study),
    }
}

/// What there is in gold.
const POSSIBLE: [Class; 4] = [Class::Correct, Class::Incorrect, Class::Partial, Class::Missed];
/// What was predicted.
const ACTUAL: [Class; 4] = [Class::Correct, Class::Incorrect, Class::Partial, Class::Spurious];

/// Heads of [`counted`].
fn counted_columns() -> Vec<Column> {
    let columns = [
        ("gold", "gold"),
        ("predicted", "pred"),
        ("correct", "corr"),
        ("incorrect", "inc"),
        ("partial", "part"),
        ("missed", "miss"),
        ("spurious", "spur"),
        ("precision", "P"),
        ("recall", "R"),
        ("F1", "F1"),
    ];
    columns.into_iter().map(|(name, short)| Column::new(name, short)).collect()
}

/// The cells of a row: how many of each, then the ratios. A ratio opens what it is a part of: precision the predictions,
/// recall gold, F1 both.
fn counted(counts: &Counts, mode: Mode, behind: impl Fn(Vec<Class>) -> Behind) -> Vec<Cell> {
    let (possible, actual) = (counts.possible(), counts.actual());
    let mut cells =
        vec![Cell::count(possible, behind(POSSIBLE.to_vec())), Cell::count(actual, behind(ACTUAL.to_vec()))];
    cells.extend(Class::ALL.map(|class| Cell::count(counts.of(class), behind(vec![class]))));
    let all = possible + counts.of(Class::Spurious);
    cells.push(Cell::ratio(counts.precision(mode), actual, behind(ACTUAL.to_vec())));
    cells.push(Cell::ratio(counts.recall(mode), possible, behind(POSSIBLE.to_vec())));
    cells.push(Cell::ratio(counts.f1(mode), all, behind(Class::ALL.to_vec())));
    cells
}

/// How likely a difference is when both are equally good, in words.
fn chance(p: Option<f64>) -> String {
    match p {
        None => "too few documents to tell".to_owned(),
        Some(p) if p < 0.001 => "p < 0.001".to_owned(),
        Some(p) if p < 0.05 => format!("p {p:.3}"),
        Some(p) => format!("p {p:.3}: may be chance"),
    }
}

/// Why a view of scores has nothing to show of these predictions.
fn without_scores(study: &Study) -> Option<String> {
    let first = study.first()?;
    let scored = first.evaluation.predictions.documents.iter().flatten().any(|mark| mark.score.is_some());
    match (&first.who, scored) {
        (_, true) => None,
        (Predictor::Annotator(name), false) => {
            Some(format!("{name} is a person and gives no scores: choose a run with p"))
        }
        (Predictor::Run(name), false) => Some(format!("{name} has no predictions for these documents")),
    }
}
