//! Document by document, the worst first.

use super::super::sheet::{Behind, Row, Sheet};
use super::super::study::Study;
use super::{counted, counted_columns};
use crate::evaluate::documents;

/// Documents shown at most: the worst ones.
const MOST: usize = 1000;

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    let mode = study.mode;
    let mut found = documents(&first.evaluation, mode);
    found.retain(|document| document.counts.possible() + document.counts.actual() > 0);
    let all = found.len();
    let rows = found.iter().take(MOST).map(|document| Row {
        name: study.gold.documents[document.index].name.clone(),
        cells: counted(&document.counts, mode, |classes| Behind::Document { index: document.index, classes }),
        ..Row::default()
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Sheet::nothing("no document has a span on either side");
    }
    let mut notes = vec!["worst first".to_owned()];
    if all > MOST {
        notes.push(format!("{MOST} of {all} documents"));
    }
    Sheet { corner: "document".into(), columns: counted_columns(), rows, notes, ..Sheet::default() }
}
