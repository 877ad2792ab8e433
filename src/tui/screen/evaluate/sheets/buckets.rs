//! Where the errors lie: by length, by how often a form occurs, by whether it was seen elsewhere; wrong borders; what no
//! model can find.

use super::super::sheet::{Behind, Cell, Content, Row, Sheet};
use super::super::study::{Grouping, Side, Study, borders};
use super::{counted, counted_columns};
use crate::evaluate::confusion::BorderError;
use crate::evaluate::{Bucket, Evaluation, MAX_WIDTH, Pair, buckets, unreachable};

/// The buckets of a grouping.
pub(in super::super) fn grouped(study: &Study, evaluation: &Evaluation, grouping: Grouping) -> Vec<Bucket> {
    buckets(evaluation, grouping, study.mode, study.training.as_ref())
}

/// Gold spans that no model can propose: too wide, or off the words.
pub(in super::super) fn out_of_reach(side: &Side, wide: bool) -> Vec<Pair> {
    let found = unreachable(&side.evaluation, MAX_WIDTH);
    if wide { found.too_wide } else { found.off_words }
}

/// Its words where numbers stand beside them.
const fn short(error: BorderError) -> &'static str {
    match error {
        BorderError::BothOut => "too long",
        BorderError::BothIn => "too short",
        error => error.as_str(),
    }
}

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    let (evaluation, mode) = (&first.evaluation, study.mode);
    let mut rows = Vec::new();
    for (grouping, heading) in [
        (Grouping::Length, "by length"),
        (Grouping::Frequency, "by how often the form occurs in gold"),
        (Grouping::Seen, "by whether the form occurs in other submitted answers"),
    ] {
        let found = grouped(study, evaluation, grouping);
        if found.is_empty() {
            continue;
        }
        rows.push(Row::heading(heading));
        rows.extend(found.iter().enumerate().map(|(number, bucket)| Row {
            name: bucket.name.clone(),
            cells: counted(&bucket.counts, mode, |classes| Behind::Bucket(grouping, number, classes)),
            ..Row::default()
        }));
    }
    let width = counted_columns().len();
    let single = |name: String, n: usize, behind: Behind, note: &str| {
        let mut cells = vec![Cell::plain(Content::Empty); width];
        cells[0] = Cell::count(n as u64, behind);
        Row { name, cells, note: note.to_owned(), ..Row::default() }
    };
    let confusion = evaluation.confusion();
    rows.push(Row::heading("right label, wrong borders"));
    rows.extend(BorderError::ALL.into_iter().map(|error| {
        let n = borders(&confusion, evaluation, error).len();
        single(short(error).to_owned(), n, Behind::Border(error), "pairs of gold and prediction that overlap")
    }));
    rows.push(Row::heading("gold that a model of spans cannot find"));
    for (wide, name) in [(true, format!("over {MAX_WIDTH} words")), (false, "cuts a word".to_owned())] {
        rows.push(single(name, out_of_reach(first, wide).len(), Behind::Unreachable { wide }, ""));
    }
    Sheet { corner: "bucket".into(), columns: counted_columns(), rows, ..Sheet::default() }
}
