//! Whether a model is right as often as it says: its predictions by score, and how many of them are strictly right.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::{Placed, Study};
use super::without_scores;
use crate::evaluate::{Calibration, Evaluation, Mark, calibration};

/// Bins from 0 to 1.
const BINS: usize = 10;

fn measured(evaluation: &Evaluation) -> Calibration {
    calibration(evaluation, BINS)
}

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    if let Some(why) = without_scores(study) {
        return Sheet::nothing(format!("no calibration without scores: {why}"));
    }
    let found = measured(&first.evaluation);
    let columns = [
        ("predicted", "pred"),
        ("right", "right"),
        ("wrong", "wrong"),
        ("says", "says"),
        ("is", "is"),
        ("right of what it says", "right of what it says"),
    ];
    let columns = columns.into_iter().map(|(name, short)| Column::new(name, short)).collect();
    let rows = found.bins.iter().enumerate().map(|(bin, b)| {
        let behind = |right: Option<bool>| Behind::Bin { bin, right };
        let mut cells = vec![
            Cell::count(b.predicted, behind(None)),
            Cell::count(b.right, behind(Some(true))),
            Cell::count(b.predicted - b.right, behind(Some(false))),
        ];
        cells.extend(match b.predicted {
            0 => [Content::Empty, Content::Empty, Content::Empty].map(Cell::plain),
            n => [
                Cell::ratio(b.confidence, n, behind(None)),
                Cell::ratio(b.accuracy, b.right, behind(Some(true))),
                Cell::plain(Content::Bar { is: b.accuracy, should: b.confidence }),
            ],
        });
        Row { name: format!("{:.1} to {:.1}", b.low, b.high), cells, ..Row::default() }
    });
    let rows: Vec<Row> = rows.collect();
    let notes = vec![
        format!("expected calibration error {:.3}", found.error),
        "strict; bars should end at the mark".to_owned(),
    ];
    Sheet { corner: "score".into(), columns, rows, notes, ..Sheet::default() }
}

/// The predictions of a bin.
pub(in super::super) fn places(evaluation: &Evaluation, bin: usize, right: Option<bool>) -> Vec<Placed> {
    let found = measured(evaluation);
    let pairs = found.bins.get(bin).map_or(&[][..], |b| b.pairs.as_slice());
    let is_right = |pair: &crate::evaluate::Pair| {
        let gold = pair.gold.and_then(|at| evaluation.gold.documents.get(pair.document)?.spans.get(at));
        let predicted = pair.prediction.and_then(|at| evaluation.predictions.documents.get(pair.document)?.get(at));
        let place = |mark: &Mark| (mark.label, mark.start, mark.end);
        gold.is_some() && gold.map(place) == predicted.map(place)
    };
    pairs.iter().filter(|pair| right.is_none_or(|right| right == is_right(pair))).map(|pair| (None, *pair)).collect()
}
