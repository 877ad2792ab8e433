//! What other processes may do at any time.

use gleaner::annotate::{LabelSet, OpenText};
use gleaner::dataset::{DocumentId, LabelId, Origin, Record, ResponseSpan};
use gleaner::store::{Anchor, Change, Group, ImportOptions, Project, Query};

use super::Dice;
use super::desk::{Desk, ME};

const ACTOR: &str = "elsewhere";

/// A span, a label, a new document, or another text of one that is there.
pub fn write(desk: &Desk, dice: &mut Dice) {
    let mut project = desk.project();
    let rows = project.page(ME, &Query::default(), Anchor::Start, 50).unwrap();
    let labels = project.labels().unwrap();
    match dice.roll(4) {
        0 | 1 if !rows.is_empty() && !labels.is_empty() => {
            let row = dice.one_of(&rows);
            if let Some(change) = a_span(&project, row.id, labels[dice.roll(labels.len())].id, dice) {
                project.commit(&Group { actor: ACTOR.into(), reason: "add".into(), changes: vec![change] }).unwrap();
            }
        }
        2 => {
            let (id, name) = (project.new_label_id().unwrap(), format!("label {}", dice.roll(30)));
            if let Ok(group) = LabelSet::new(labels).add(ACTOR, id, &name) {
                project.commit(&group).unwrap();
            }
        }
        _ => {
            let mut import =
                project.import(ImportOptions { annotator: "file".into(), ..ImportOptions::default() }).unwrap();
            let text = format!("Number {} is Ada's cafe\u{301}", dice.roll(1000));
            let id = if dice.roll(2) == 0 { None } else { Some("plain".to_owned()) };
            import.add(Record { id, text, ..Record::default() }).unwrap();
            import.finish().unwrap();
        }
    }
}

fn a_span(project: &Project, document: DocumentId, label: LabelId, dice: &mut Dice) -> Option<Change> {
    let text = OpenText::new(project.document(document).unwrap()?.text);
    if text.tokens().is_empty() {
        return None;
    }
    let range = text.tokens()[dice.roll(text.tokens().len())];
    let response = project.response(document, ME).unwrap();
    if response.spans.iter().any(|s| s.range == range && s.label == label) {
        return None;
    }
    let id = project.next_span_id(document, ME).unwrap();
    let span = ResponseSpan { id, range, label, origin: Origin::Key, prediction: None };
    Some(Change::Span { document, annotator: ME.into(), id, before: None, after: Some(span) })
}
