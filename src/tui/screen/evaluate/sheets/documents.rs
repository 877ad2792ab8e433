//! Document by document, the worst first.

use super::super::sheet::{Behind, Row, Sheet};
use super::super::study::Study;
use super::{counted, counted_columns};
use crate::evaluate::{Class, Counts};

/// Documents shown at most: the worst ones.
const MOST: usize = 1000;

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    let mode = study.mode;
    let wrong = |c: &Counts| c.possible() + c.of(Class::Spurious) - c.of(Class::Correct);
    let mut documents: Vec<(usize, Counts)> = first.evaluation.by_document(mode).into_iter().enumerate().collect();
    documents.retain(|(_, counts)| counts.possible() + counts.actual() > 0);
    let all = documents.len();
    // Of equally bad ones, that with most to put right.
    documents.sort_by(|(_, a), (_, b)| a.f1(mode).total_cmp(&b.f1(mode)).then(wrong(b).cmp(&wrong(a))));
    documents.truncate(MOST);
    let row = |(index, counts): &(usize, Counts)| Row {
        name: study.gold.documents[*index].name.clone(),
        cells: counted(counts, mode, |classes| Behind::Document { index: *index, classes }),
        ..Row::default()
    };
    let rows: Vec<Row> = documents.iter().map(row).collect();
    if rows.is_empty() {
        return Sheet::nothing("no document has a span on either side");
    }
    let mut notes = vec!["worst first".to_owned()];
    if all > MOST {
        notes.push(format!("{MOST} of {all} documents"));
    }
    Sheet { corner: "document".into(), columns: counted_columns(), rows, notes, ..Sheet::default() }
}
