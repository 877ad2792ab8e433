//! What the store has done or has not: committed, undone, refused, changed by another process.

use crate::store::{Change, Counts, Group, Undone};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::{annotate, project, review};
use crate::tui::widget::words;

pub(super) fn reread(model: &Model) -> Vec<Effect> {
    let mut effects = vec![Effect::Reread(model.open.as_ref().map(|open| open.annotation.document))];
    let loaded = review::loaded(model);
    if !loaded.is_empty() {
        effects.push(Effect::ReviewReread(loaded));
    }
    effects
}

pub(super) fn committed(model: &mut Model, group: &Group, then: Then, counts: Counts) -> Vec<Effect> {
    (model.counts, model.given) = (counts, None);
    let mut effects = apply(model, &group.changes);
    let one_span = group.changes.iter().filter(|c| matches!(c, Change::Span { .. })).count() <= 1;
    let only_spans = group.changes.iter().all(|c| matches!(c, Change::Span { .. } | Change::Decision { .. }));
    // What can be seen where the eye is needs no words.
    // In the queue the line is gone at once: what became of it is said.
    let seen_at_once = one_span && only_spans && model.screen != Screen::Review;
    if !seen_at_once && !group.reason.is_empty() && then != Then::NextSuggestion {
        let more = match annotate::left_undecided(model, &group.changes) {
            _ if group.changes.iter().any(removes_document) => ": u takes it back".into(),
            0 => String::new(),
            n => format!("; {} undecided", words::counted(n as u64, "suggestion")),
        };
        model.say(Tone::Info, format!("{}{more}", group.reason));
    }
    effects.extend(annotate::follow(model, then));
    effects
}

pub(super) fn undone(model: &mut Model, undone: Option<Undone>, redo: bool, counts: Counts) -> Vec<Effect> {
    let (did, nothing) = if redo { ("did again", "redo") } else { ("undid", "undo") };
    let Some(undone) = undone else {
        model.say(Tone::Refusal, format!("nothing to {nothing}"));
        return Vec::new();
    };
    model.counts = counts;
    let notice = format!("{did}: {}", undone.reason);
    let mut effects = apply(model, &undone.changes);
    let open = model.open.as_ref().map(|open| open.annotation.document);
    // One stays where one is if something has changed there.
    let here = open.filter(|open| undone.changes.iter().any(|c| c.document() == Some(*open)));
    match here.filter(|_| model.screen == Screen::Annotate).or(undone.document) {
        // A change of the whole project is not shown in one of its documents.
        Some(_) if undone.changes.iter().any(|c| matches!(c, Change::Label { .. })) => model.say(Tone::Info, notice),
        // What left the project or came back into it is seen in the list.
        Some(document) if undone.changes.iter().any(|c| matches!(c, Change::Document { .. })) => {
            effects.extend(annotate::leave(model));
            model.screen = Screen::Documents;
            model.review.visiting = false;
            let gone = undone.changes.iter().any(removes_document);
            let at = if gone { model.documents.row().map(|row| row.id) } else { Some(document) };
            effects.push(model.documents.load_at(at));
            model.say(Tone::Info, notice);
        }
        Some(document) if model.screen == Screen::Review => {
            review::show_change(model, document, &undone.changes);
            model.say(Tone::Info, notice);
        }
        Some(document) if open != Some(document) => {
            effects.extend(annotate::leave(model));
            model.arriving = undone.changes;
            effects.push(Effect::Open { document, notice: Some(notice) });
        }
        Some(_) => {
            model.screen = Screen::Annotate;
            annotate::show_change(model, &undone.changes);
            model.say(Tone::Info, notice);
        }
        None => model.say(Tone::Info, notice),
    }
    effects
}

fn removes_document(change: &Change) -> bool {
    matches!(change, Change::Document { after, .. } if after.removed)
}

/// Takes changes that the store has made into the model.
fn apply(model: &mut Model, changes: &[Change]) -> Vec<Effect> {
    let before = annotate::prompts(model);
    for change in changes {
        model.labels.apply(change);
        if let Some(open) = &mut model.open {
            open.annotation.apply(change);
        }
        if let Change::Task { after, .. } = change {
            project::take_card(model, after.clone());
        }
        if let Change::Document { document, after, .. } = change
            && after.removed
        {
            model.documents.forget(*document);
            model.open.take_if(|open| open.annotation.document == *document);
        }
    }
    annotate::changed(model);
    model.review.apply(changes, &model.labels, model.settings);
    let mut effects = project::recount(model);
    if annotate::prompts(model) != before {
        review::labels_changed(model);
        effects.extend(annotate::ask(model));
    }
    if let (Some(open), true) = (&model.open, changes.iter().any(|c| matches!(c, Change::Run { .. }))) {
        effects.push(Effect::Matches(open.annotation.document));
    }
    effects
}

/// What was typed and not taken is shown again, where it may be taken at another time.
pub(super) fn bring_back(model: &mut Model) {
    model.overlays.extend(model.given.take().filter(|_| !model.read_only));
}
