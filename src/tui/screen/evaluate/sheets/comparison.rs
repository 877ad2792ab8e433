//! What one model has that another has not: gold fixed and broken, wrong predictions new and gone.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::{Compared, Side, Study};
use crate::evaluate::bootstrap::SEED;
use crate::evaluate::{Comparison, Pair, compare};

fn compared(study: &Study, a: &Side, b: &Side) -> Comparison {
    compare(&a.evaluation, &b.evaluation, study.mode, SEED)
}

/// The pairs of a group, of one label or all, with the number of the predictions they are about.
pub(in super::super) fn places(study: &Study, side: usize, how: Compared, row: Option<u32>) -> (usize, Vec<Pair>) {
    let (Some(a), Some(b)) = (study.sides.first(), study.sides.get(side)) else { return (0, Vec::new()) };
    let comparison = compared(study, a, b);
    let (about, pairs) = group(&comparison, side, how);
    (about, of_label(study, about, pairs, row))
}

fn group(comparison: &Comparison, side: usize, how: Compared) -> (usize, &[Pair]) {
    match how {
        Compared::Fixed => (side, &comparison.fixed),
        Compared::Broken => (0, &comparison.broken),
        Compared::NewFalse => (side, &comparison.new_false),
        Compared::GoneFalse => (0, &comparison.gone_false),
    }
}

/// Those whose gold span, or else prediction, has a label.
fn of_label(study: &Study, about: usize, pairs: &[Pair], row: Option<u32>) -> Vec<Pair> {
    let Some(label) = row else { return pairs.to_vec() };
    let Some(side) = study.sides.get(about) else { return Vec::new() };
    let has = |pair: &&Pair| {
        let gold = pair.gold.and_then(|at| study.gold.documents.get(pair.document)?.spans.get(at));
        let predictions = side.evaluation.predictions.documents.get(pair.document);
        let mark = gold.or_else(|| pair.prediction.and_then(|at| predictions?.get(at)));
        mark.is_some_and(|mark| mark.label == label)
    };
    pairs.iter().filter(has).copied().collect()
}

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(a) = study.first() else { return Sheet::default() };
    if study.sides.len() < 2 {
        return Sheet::nothing("nothing to compare with: p chooses more predictions, Space in its list adds one");
    }
    let mode = study.mode;
    let mut columns: Vec<Column> =
        Compared::ALL.into_iter().map(|how| Column::new(how.as_str(), how.as_str())).collect();
    columns.extend([Column::new("precision", "P"), Column::new("recall", "R"), Column::new("F1", "F1")]);
    let mut rows = Vec::new();
    let mut notes = vec![format!("against {}", a.who.name())];
    for (number, b) in study.sides.iter().enumerate().skip(1) {
        let comparison = compared(study, a, b);
        let p = comparison.p_value.map_or(String::new(), |p| format!(" · p {p:.3}"));
        rows.push(Row::heading(format!("{}{p}", b.who.name())));
        for label in std::iter::once(None).chain(a.evaluation.rows().into_iter().map(Some)) {
            let mut cells: Vec<Cell> = Vec::new();
            for how in Compared::ALL {
                let (about, pairs) = group(&comparison, number, how);
                let n = of_label(study, about, pairs, label).len() as u64;
                cells.push(Cell::count(n, Behind::Compared { side: number, how, row: label }));
            }
            let (ours, theirs) = (a.evaluation.row(label, mode), b.evaluation.row(label, mode));
            let changes = [
                theirs.precision(mode) - ours.precision(mode),
                theirs.recall(mode) - ours.recall(mode),
                theirs.f1(mode) - ours.f1(mode),
            ];
            cells.extend(changes.map(|change| Cell::plain(Content::Change(change))));
            rows.push(Row { name: study.row_name(label).to_owned(), label, cells, ..Row::default() });
        }
    }
    notes.push("fixed: wrong there, right here".to_owned());
    Sheet { corner: "label".into(), columns, rows, notes, ..Sheet::default() }
}
