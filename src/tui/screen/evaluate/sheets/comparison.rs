//! What one model has that another has not: gold fixed and broken, wrong predictions new and gone.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::{Compared, Study, change};
use super::chance;
use crate::evaluate::{Comparison, Pair};

/// The pairs of a group, of one label or all, with the number of the predictions they are about.
pub(in super::super) fn places(study: &Study, side: usize, how: Compared, row: Option<u32>) -> (usize, Vec<Pair>) {
    let Some(comparison) = study.comparison(side) else { return (0, Vec::new()) };
    let (about, pairs) = group(comparison, side, how);
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
    let mut columns: Vec<Column> =
        Compared::ALL.into_iter().map(|how| Column::new(how.as_str(), how.as_str())).collect();
    columns.extend([Column::new("precision", "P"), Column::new("recall", "R"), Column::new("F1", "F1")]);
    let mut rows = Vec::new();
    let mut notes = vec![format!("against {}", a.who.name())];
    for (number, b) in study.sides.iter().enumerate().skip(1) {
        let Some(comparison) = study.comparison(number) else { continue };
        rows.push(Row::heading(format!("{} · {}", b.who.name(), chance(comparison.p_value))));
        for label in std::iter::once(None).chain(a.evaluation.rows().into_iter().map(Some)) {
            let name = study.row_name(label).to_owned();
            let Some(change) = change(comparison, label) else {
                let cells = vec![Cell::plain(Content::Empty); columns.len()];
                rows.push(Row { name, label, cells, note: "not asked of both".to_owned(), ..Row::default() });
                continue;
            };
            let mut cells: Vec<Cell> = Vec::new();
            for how in Compared::ALL {
                let (about, pairs) = group(comparison, number, how);
                let n = of_label(study, about, pairs, label).len() as u64;
                cells.push(Cell::count(n, Behind::Compared { side: number, how, row: label }));
            }
            let changes = [change.precision, change.recall, change.f1];
            cells.extend(changes.map(|change| Cell::plain(Content::Change(change))));
            let part = label.is_none() && !study.compares_all(comparison);
            let note = if part { "the labels that both were asked for".to_owned() } else { String::new() };
            rows.push(Row { name, label, cells, note, ..Row::default() });
        }
    }
    notes.push("fixed: wrong there, right here".to_owned());
    Sheet { corner: "label".into(), columns, rows, notes, ..Sheet::default() }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::{Arc, OnceLock};

    use super::super::super::study::Side;
    use super::super::super::terms::Predictor;
    use super::super::table;
    use super::*;
    use crate::evaluate::{Evaluation, Gold, GoldDocument, LabelIndex, Mark, Mode, Options, Predictions};

    /// Twelve documents with a brand and a price each; the second of two also finds prices, which the first was not asked
    /// for.
    fn study() -> Study {
        let mark = |label, start: i64| Mark { label, start, end: start + 4, score: None };
        let mut labels = LabelIndex::default();
        ["brand", "price"].into_iter().for_each(|name| _ = labels.number(name));
        let document = GoldDocument { spans: vec![mark(0, 0), mark(1, 20)], ..GoldDocument::default() };
        let gold = Arc::new(Gold { labels, documents: vec![document; 12], ..Gold::default() });
        let side = |name: &str, said: Vec<Mark>, asked| {
            let documents = vec![said; 12];
            let predictions = Arc::new(Predictions { documents, asked, ..Predictions::default() });
            let evaluation = Evaluation::new(Arc::clone(&gold), predictions, Options::default());
            Side { who: Predictor::Run(name.into()), run: None, model: None, evaluation }
        };
        let sides = vec![
            side("small", vec![mark(0, 0)], Some(vec![0])),
            side("large", vec![mark(0, 0), mark(1, 20), mark(1, 70)], None),
        ];
        let comparisons = OnceLock::new();
        Study { gold: Arc::clone(&gold), labels: Vec::new(), sides, mode: Mode::Strict, training: None, comparisons }
    }

    #[test]
    fn a_label_that_one_was_not_asked_for_has_no_differences() {
        let study = study();
        let compared = sheet(&study);
        let row = |name: &str| compared.rows.iter().find(|row| row.name == name && !row.cells.is_empty()).unwrap();
        assert!(row("price").cells.iter().all(|cell| *cell == Cell::plain(Content::Empty)));
        assert_eq!(row("price").note, "not asked of both");
        assert_eq!(row("all").cells[6].content, Content::Change(0.0), "prices are left out of it");
        assert_eq!(row("brand").cells[6].content, Content::Change(0.0));
        assert_eq!(compared.rows[0].name, "large · p 1.000: may be chance");
        let table = table::sheet(&study);
        let difference = table.columns.iter().position(|column| column.name == "difference").unwrap();
        let change = |name: &str| &table.rows.iter().find(|row| row.name == name).unwrap().cells[difference].content;
        assert_eq!(
            (change("all"), change("brand"), change("macro"), change("price")),
            (&Content::Change(0.0), &Content::Change(0.0), &Content::Empty, &Content::Empty)
        );
        assert!(table.notes.contains(&"large: p 1.000: may be chance".to_owned()), "{:?}", table.notes);
    }
}
