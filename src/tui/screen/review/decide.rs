//! What the keys that decide on a line do: the same operations as on the Annotate screen, one suggestion at a time.

use super::return_to_line;
use crate::annotate::Outcome;
use crate::dataset::LabelId;
use crate::store::Change;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::msg::Then;
use crate::tui::overlay::{LabelPicker, Overlay};
use crate::tui::screen::annotate;

/// Active time is written when this many seconds have come together.
const ACTIVE_EVERY: u64 = 10;

fn commit(model: &mut Model, outcome: Option<Outcome>) -> Vec<Effect> {
    outcome.map_or_else(Vec::new, |outcome| annotate::commit(model, outcome, Then::Stay))
}

/// The suggestion is right, with the edges it has now.
pub fn accept_line(model: &mut Model) -> Vec<Effect> {
    let outcome = model.review.here().map(|(loaded, suggestion, range)| {
        loaded.annotation.take_as(&model.labels, suggestion, range, suggestion.key.label)
    });
    commit(model, outcome)
}

/// The suggestion is wrong.
pub fn reject_line(model: &mut Model) -> Vec<Effect> {
    let outcome =
        model.review.here().map(|(loaded, suggestion, _)| loaded.annotation.reject(&model.labels, suggestion));
    commit(model, outcome)
}

/// The suggestion is right with this label.
pub fn give_label(model: &mut Model, label: LabelId) -> Vec<Effect> {
    let outcome = model
        .review
        .here()
        .map(|(loaded, suggestion, range)| loaded.annotation.take_as(&model.labels, suggestion, range, label));
    commit(model, outcome)
}

/// Shows all labels to choose another one.
pub fn relabel_line(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::LabelPicker(LabelPicker::new(true)));
    Vec::new()
}

/// The document of the line goes to the Annotate screen, with the cursor on the suggestion; Esc there comes back.
pub fn open_line(model: &mut Model) -> Vec<Effect> {
    let Some(line) = model.review.line().cloned() else { return Vec::new() };
    let document = line.document;
    let mut effects = time_spent(model);
    model.review.visiting = true;
    model.review.edges = None;
    // The cursor goes where a change of this prediction would be.
    let annotator = model.annotator.clone();
    let there = Change::Decision { document, annotator, prediction: line.suggestion.key, before: None, after: None };
    if model.open.as_ref().is_some_and(|open| open.annotation.document == document && open.whose.is_none()) {
        model.screen = Screen::Annotate;
        annotate::show_change(model, &[there]);
    } else {
        model.arriving = vec![there];
        effects.push(Effect::Open { document, whose: None, notice: None });
    }
    effects
}

/// One step back: edges, the filter, then to where the queue was entered from.
pub fn back(model: &mut Model) -> Vec<Effect> {
    if model.review.edges.take().is_some() {
        return Vec::new();
    }
    if model.review.only.is_some() {
        return super::clear_filter(model);
    }
    let mut effects = time_spent(model);
    let document = model.review.line().map(|l| l.document);
    let from_document = model.review.from_document;
    model.review = super::Review { order: model.review.order, ..super::Review::default() };
    if let Some(open) = model.open.as_mut().filter(|_| from_document) {
        model.screen = Screen::Annotate;
        open.refresh(&model.labels, model.settings);
        return effects;
    }
    model.screen = Screen::Documents;
    effects.push(model.documents.load_at(document.or(model.documents.row().map(|row| row.id))));
    effects
}

/// From a document that a line led to back to the queue; what was selected there is let go first. `None` when one has
/// not come from the queue.
pub fn return_from_document(model: &mut Model) -> Option<Vec<Effect>> {
    if !model.review.visiting {
        return None;
    }
    // A span or suggestion the cursor was put on is no selection of the person's own.
    let own = model.open.as_ref().is_some_and(|open| open.focus.is_none() || open.selection.extending);
    if own && annotate::deselect(model) {
        return Some(Vec::new());
    }
    Some(return_to_line(model))
}

/// A key was pressed: the time since the last one was spent on the document of the chosen line.
pub fn note_activity(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Review {
        return Vec::new();
    }
    let here = model.review.line().map(|l| l.document);
    let mut effects = Vec::new();
    if model.review.active.0 != here {
        effects = time_spent(model);
        model.review.active.0 = here;
    }
    let active = &mut model.review.active.1;
    active.key(model.now);
    if active.waiting() >= ACTIVE_EVERY {
        effects.extend(time_spent(model));
    }
    effects
}

/// What was spent on a document and not written yet.
fn time_spent(model: &mut Model) -> Vec<Effect> {
    let (document, active) = &mut model.review.active;
    match (*document, active.take_seconds()) {
        (Some(document), seconds) if seconds > 0 => vec![Effect::AddActive { document, seconds }],
        _ => Vec::new(),
    }
}

/// Before the program ends or is stopped: the time is kept.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    time_spent(model)
}
