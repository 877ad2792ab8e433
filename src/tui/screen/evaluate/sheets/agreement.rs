//! How far two people agree, and where they do not.

use super::super::sheet::{Behind, Cell, Column, Content, Row, Sheet};
use super::super::study::Study;
use super::super::terms::Predictor;
use crate::evaluate::{Class, Standing, agreement};

/// Makes the sheet.
pub(super) fn sheet(study: &Study) -> Sheet {
    let Some(first) = study.first() else { return Sheet::default() };
    if let Predictor::Run(name) = &first.who {
        return Sheet::nothing(format!("{name} is a model: agreement is between people, p chooses another annotator"));
    }
    let evaluation = &first.evaluation;
    let found = agreement(evaluation);
    let mode = study.mode;
    let columns = [
        ("both", "both"),
        ("differently", "diff."),
        ("only gold", "gold"),
        ("only the other", "other"),
        ("F1 exact", "exact"),
        ("F1 partial", "part."),
        ("kappa", "kappa"),
        ("alpha", "alpha"),
    ];
    let columns = columns.into_iter().map(|(name, short)| Column::new(name, short)).collect();
    let row = |label: Option<u32>| {
        let counts = evaluation.row(label, mode);
        let count = |classes: &[Class]| {
            let n = classes.iter().map(|class| counts.of(*class)).sum();
            Cell::count(n, Behind::Counted { side: 0, row: label, classes: classes.to_vec() })
        };
        let maybe = |x: Option<f64>| Cell::plain(x.map_or(Content::Empty, Content::Ratio));
        let of_label = |label| found.labels.iter().find(|(l, _)| *l == label).map(|(_, measures)| *measures);
        let measures = label.map_or(Some(found.all), of_label).unwrap_or_default();
        let cells = vec![
            count(&[Class::Correct]),
            count(&[Class::Incorrect, Class::Partial]),
            count(&[Class::Missed]),
            count(&[Class::Spurious]),
            maybe(measures.exact),
            maybe(measures.partial),
            maybe(measures.kappa),
            maybe(measures.alpha),
        ];
        Row { name: study.row_name(label).to_owned(), label, cells, pinned: label.is_none(), ..Row::default() }
    };
    let counted = |label: &u32| evaluation.standing(*label) == Standing::Counted;
    let labels: Vec<u32> = evaluation.rows().into_iter().filter(counted).collect();
    let rows = std::iter::once(None).chain(labels.into_iter().map(Some)).map(row).collect();
    let notes = vec![format!("{} against {}", study.gold.about.name, first.who.name())];
    Sheet { corner: "label".into(), columns, rows, notes, ..Sheet::default() }
}
