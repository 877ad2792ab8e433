//! Which label was taken for which: gold in the rows, predictions in the columns; the last column is what was missed, the
//! last row what is spurious.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::Study;
use crate::evaluate::Standing;

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    let confusion = first.evaluation.confusion();
    let counted = |label: &u32| first.evaluation.standing(*label) == Standing::Counted;
    let labels: Vec<u32> = first.evaluation.rows().into_iter().filter(counted).collect();
    let sides = || labels.iter().copied().map(Some).chain([None]);
    let name = |label: Option<u32>, nothing: &str| {
        label.map_or_else(|| nothing.to_owned(), |label| study.row_name(Some(label)).to_owned())
    };
    let columns = sides().map(|label| name(label, "missed")).map(|n| Column::new(n.clone(), n)).collect();
    let row = |gold: Option<u32>| {
        let fields: Vec<u64> = sides().map(|predicted| confusion.field(gold, predicted).len() as u64).collect();
        let all: u64 = fields.iter().sum();
        let cells = sides().zip(&fields).map(|(predicted, n)| match (gold, predicted) {
            // Neither in gold nor predicted: there is nothing to count.
            (None, None) => Cell::plain(Content::Empty),
            _ => Cell {
                content: Content::Shaded(*n, *n as f64 / all.max(1) as f64),
                opens: Some((Behind::Field(gold, predicted), *n)),
            },
        });
        let note = format!("{all} span{}", if all == 1 { "" } else { "s" });
        Row { name: name(gold, "spurious"), label: gold, cells: cells.collect(), note, pinned: false }
    };
    if labels.is_empty() {
        return Sheet::nothing("nothing to confuse: there are spans on neither side");
    }
    let notes = vec!["rows gold, columns predicted; denser: more of the row".to_owned()];
    Sheet { corner: "gold".into(), columns, rows: sides().map(row).collect(), notes, ..Sheet::default() }
}
