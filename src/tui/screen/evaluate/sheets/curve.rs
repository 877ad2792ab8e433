//! Precision, recall and F1 over the threshold, of the label the cursor was on.

use super::super::sheet::{Behind, Cell, Column, CurvePoint, Row, Sheet};
use super::super::study::Study;
use super::{ACTUAL, POSSIBLE, without_scores};
use crate::evaluate::{Class, curve};

/// Thresholds lie this far apart.
const STEP: f32 = 0.05;

/// Makes the sheet.
pub(super) fn sheet(study: &Study, label: Option<u32>) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    if let Some(why) = without_scores(study) {
        return Sheet::nothing(format!("no curve without scores: {why}"));
    }
    let evaluation = &first.evaluation;
    let found = curve(&evaluation.gold, &evaluation.predictions, &evaluation.options, label, study.mode, STEP);
    let columns = [
        ("predicted", "pred"),
        ("correct", "corr"),
        ("missed", "miss"),
        ("spurious", "spur"),
        ("precision", "P"),
        ("recall", "R"),
        ("F1", "F1"),
    ];
    let columns = columns.into_iter().map(|(name, short)| Column::new(name, short)).collect();
    let rows = found.points.iter().enumerate().map(|(place, point)| {
        let counts = &point.counts;
        let behind =
            |classes: &[Class]| Behind::Point { threshold: point.threshold, row: label, classes: classes.to_vec() };
        let all = counts.possible() + counts.of(Class::Spurious);
        let count = |classes: &[Class], n| Cell::count(n, behind(classes));
        Row {
            name: format!("{:.2}", point.threshold),
            cells: vec![
                count(&ACTUAL, counts.actual()),
                count(&[Class::Correct], counts.of(Class::Correct)),
                count(&[Class::Missed], counts.of(Class::Missed)),
                count(&[Class::Spurious], counts.of(Class::Spurious)),
                Cell::ratio(point.precision, counts.actual(), behind(&ACTUAL)),
                Cell::ratio(point.recall, counts.possible(), behind(&POSSIBLE)),
                Cell::ratio(point.f1, all, behind(&Class::ALL)),
            ],
            note: if found.best == Some(place) { "best F1".to_owned() } else { String::new() },
            ..Row::default()
        }
    });
    let rows: Vec<Row> = rows.collect();
    let points = found.points.iter();
    let chart = points.map(|p| CurvePoint { threshold: p.threshold, ratios: [p.precision, p.recall, p.f1] }).collect();
    let mut notes = vec![format!("{}: n N another label", study.row_name(label))];
    let thresholds = evaluation.options.thresholds.as_ref();
    if label.is_none() && thresholds.is_some_and(|t| t.of_label.iter().any(Option::is_some)) {
        notes.push("one threshold for all, labels' own set aside".to_owned());
    }
    if let Some(best) = found.best.and_then(|at| found.points.get(at)) {
        notes.push(format!("best F1 {:.3} above {:.2}", best.f1, best.threshold));
    }
    if let Some(average) = found.average_precision {
        notes.push(format!("average precision {average:.3}"));
    }
    Sheet { corner: "above".into(), columns, rows, notes, curve: chart }
}
