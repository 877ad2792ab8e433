//! The documents one by one, the worst first: where to look for what goes wrong.

use super::{Counts, Evaluation, Mode};

/// One document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DocumentRow {
    /// Its place in gold.
    pub index: usize,
    /// All labels together.
    pub counts: Counts,
    /// F1 in the mode.
    pub f1: f64,
}

/// All documents, the lowest F1 first, of equals the one with more spans; those without a span on either side, which say
/// nothing, last.
pub fn documents(evaluation: &Evaluation, mode: Mode) -> Vec<DocumentRow> {
    let counted = evaluation.by_document(mode).into_iter().enumerate();
    let mut rows: Vec<DocumentRow> =
        counted.map(|(index, counts)| DocumentRow { index, counts, f1: counts.f1(mode) }).collect();
    let spans = |row: &DocumentRow| row.counts.possible() + row.counts.actual();
    rows.sort_by(|a, b| {
        let silent = (spans(a) == 0).cmp(&(spans(b) == 0));
        silent.then(a.f1.total_cmp(&b.f1)).then(spans(b).cmp(&spans(a))).then(a.index.cmp(&b.index))
    });
    rows
}
