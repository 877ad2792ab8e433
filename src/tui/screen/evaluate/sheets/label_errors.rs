//! Gold that a confident model contradicts: the most suspicious first.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::Study;
use super::without_scores;
use crate::evaluate::{Evaluation, LabelError, Mark, label_errors};

/// Suspects shown at most.
const MOST: usize = 500;

/// The suspects, worst first. Every prediction that was kept counts, whatever the threshold.
pub(in super::super) fn found(evaluation: &Evaluation) -> Vec<LabelError> {
    let mut errors = label_errors(evaluation);
    errors.truncate(MOST);
    errors
}

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    if let Some(why) = without_scores(study) {
        return Sheet::nothing(format!("nobody to doubt gold without scores: {why}"));
    }
    let errors = found(&first.evaluation);
    let columns = [
        ("in gold", "in gold"),
        ("the model says", "the model says"),
        ("quality", "quality"),
        ("surety", "sure"),
        ("text", "text"),
    ];
    let columns = columns.into_iter().map(|(name, short)| Column::new(name, short)).collect();
    let word = |label: Option<u32>| label.map_or("nothing", |label| study.row_name(Some(label))).to_owned();
    let rows = errors.iter().enumerate().map(|(rank, error)| {
        let document = study.gold.documents.get(error.pair.document);
        let gold = error.pair.gold.and_then(|at| document?.spans.get(at));
        let predictions = first.evaluation.predictions.documents.get(error.pair.document);
        let mark = gold.or_else(|| error.pair.prediction.and_then(|at| predictions?.get(at)));
        let text = mark.zip(document.and_then(|d| d.text.as_deref())).map_or(String::new(), |(m, t)| quoted(t, m));
        let opens = |content| Cell { content, opens: Some((Behind::Suspect(rank), 1)) };
        Row {
            name: format!("{}. {}", rank + 1, document.map_or("", |d| d.name.as_str())),
            cells: vec![
                opens(Content::Text(word(error.given))),
                opens(Content::Text(word(error.suggested))),
                opens(Content::Ratio(error.quality)),
                opens(Content::Ratio(error.surety)),
                opens(Content::Text(text)),
            ],
            ..Row::default()
        }
    });
    let rows: Vec<Row> = rows.collect();
    if rows.is_empty() {
        return Sheet::nothing("no span of gold is contradicted by a confident model");
    }
    let notes =
        vec!["quality: how likely the model holds what gold says; sure: how likely what it says instead".to_owned()];
    Sheet { corner: "document".into(), columns, rows, notes, ..Sheet::default() }
}

/// The words of a span, a few of them.
fn quoted(text: &str, mark: &Mark) -> String {
    let (start, end) = (mark.start.max(0) as usize, mark.end.max(0) as usize);
    text.chars().skip(start).take(end.saturating_sub(start).min(40)).collect()
}
