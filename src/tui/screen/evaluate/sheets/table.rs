//! Label × metric, with the F1 of further predictions beside it.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::{Study, change};
use super::{chance, counted, counted_columns};
use crate::evaluate::bootstrap::{SEED, draws, f1_interval};
use crate::evaluate::{Class, Mode, Standing};

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    let (evaluation, mode) = (&first.evaluation, study.mode);
    let mut columns = counted_columns();
    for side in &study.sides[1..] {
        let name = side.who.name();
        columns.push(Column::new(format!("F1 {name}"), format!("F1 {name}")));
        columns.push(Column::new("difference", "diff"));
    }
    let mut rows = vec![row(study, None)];
    rows.push(macro_row(study, columns.len()));
    rows.extend(evaluation.rows().into_iter().map(|label| row(study, Some(label))));
    if study.sides.len() > 1 {
        // Beside each other, and in sight on a small screen: what is compared.
        let counts = columns.len() - 1 - 2 * (study.sides.len() - 1);
        columns.rotate_left(counts);
        rows.iter_mut().for_each(|row| row.cells.rotate_left(counts));
    }
    let corner = "label".to_owned();
    Sheet { corner, columns, rows, notes: notes(study, mode), ..Sheet::default() }
}

fn row(study: &Study, label: Option<u32>) -> Row {
    let mode = study.mode;
    let Some(first) = study.first() else { return Row::default() };
    let counts = first.evaluation.row(label, mode);
    let standing = label.map(|label| first.evaluation.standing(label));
    let behind = |side: usize, classes: Vec<Class>| Behind::Counted { side, row: label, classes };
    let mut cells = counted(&counts, mode, |classes| behind(0, classes));
    if matches!(standing, Some(Standing::Unseen | Standing::NotAsked)) {
        // Nothing of nothing is no ratio.
        cells.iter_mut().rev().take(3).for_each(|cell| *cell = Cell::plain(Content::Empty));
    }
    for (number, side) in study.sides.iter().enumerate().skip(1) {
        let theirs = side.evaluation.row(label, mode);
        let asked = label.is_none_or(|label| side.evaluation.standing(label) == Standing::Counted);
        if !asked {
            cells.extend([Cell::plain(Content::Empty), Cell::plain(Content::Empty)]);
            continue;
        }
        let all = theirs.possible() + theirs.of(Class::Spurious);
        cells.push(Cell::ratio(theirs.f1(mode), all, behind(number, Class::ALL.to_vec())));
        let compared = standing.is_none_or(|s| s == Standing::Counted);
        let change = study.comparison(number).filter(|_| compared).and_then(|all| change(all, label));
        cells.push(Cell::plain(change.map_or(Content::Empty, |change| Content::Change(change.f1))));
    }
    let left_out = label.map_or(0, |label| first.evaluation.left_out(label));
    let mut note = Vec::new();
    match standing {
        Some(Standing::NotAsked) => note.push("not asked".to_owned()),
        Some(Standing::Unseen) => note.push("occurs on neither side".to_owned()),
        _ => {}
    }
    if left_out > 0 {
        let s = if left_out == 1 { "" } else { "s" };
        note.push(format!("{left_out} document{s} not looked for"));
    }
    let name = study.row_name(label).to_owned();
    Row { name, label, cells, pinned: label.is_none(), note: note.join(" · ") }
}

fn macro_row(study: &Study, columns: usize) -> Row {
    let mut cells = vec![Cell::plain(Content::Empty); columns];
    let mode = study.mode;
    let means: Vec<_> = study.sides.iter().map(|side| side.evaluation.macro_average(mode)).collect();
    let mut set = |at: usize, content: Content| {
        if let Some(cell) = cells.get_mut(at) {
            cell.content = content;
        }
    };
    if let Some(Some((precision, recall, f1))) = means.first() {
        [precision, recall, f1].into_iter().enumerate().for_each(|(i, x)| set(7 + i, Content::Ratio(*x)));
    }
    for (number, mean) in means.iter().enumerate().skip(1) {
        let Some((.., theirs)) = mean else { continue };
        let at = 10 + (number - 1) * 2;
        set(at, Content::Ratio(*theirs));
        let same = study.comparison(number).is_some_and(|all| study.compares_all(all));
        if let (Some(Some((.., ours))), true) = (means.first(), same) {
            set(at + 1, Content::Change(theirs - ours));
        }
    }
    let note = "mean over the labels that occur".to_owned();
    Row { name: "macro".into(), cells, pinned: true, note, ..Row::default() }
}

/// How sure the score is, and the differences.
fn notes(study: &Study, mode: Mode) -> Vec<String> {
    let Some(first) = study.first() else { return Vec::new() };
    let by_document = first.evaluation.by_document(mode);
    let mut notes = vec![match f1_interval(&by_document, mode, draws(by_document.len()), SEED) {
        Some(interval) => format!("F1 lies in {:.3} to {:.3} (95 %)", interval.low, interval.high),
        None => "too few documents to tell how sure F1 is".to_owned(),
    }];
    for (number, side) in study.sides.iter().enumerate().skip(1) {
        let Some(comparison) = study.comparison(number) else { continue };
        notes.push(format!("{}: {}", side.who.name(), chance(comparison.p_value)));
        if !study.compares_all(comparison) {
            notes.push("differences are of the labels that both were asked for".to_owned());
        }
    }
    notes
}
