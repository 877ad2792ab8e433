//! What the store has done or has not: committed, undone, refused, changed by another process.

use crate::store::{Change, Counts, Group, Undone};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::{annotate, evaluate, project, review, search};
use crate::tui::walk;
use crate::tui::widget::words;

pub(super) fn reread(model: &Model) -> Vec<Effect> {
    let open = model.open.as_ref();
    let (document, whose) = (open.map(|open| open.annotation.document), open.and_then(|open| open.whose.clone()));
    let mut effects = vec![Effect::Reread { document, whose }];
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
    // In a walk what was rejected stays where it is.
    let rejects = model.walk.is_some() && !group.changes.iter().any(|c| matches!(c, Change::Span { .. }));
    let seen_at_once = one_span && only_spans && model.screen != Screen::Review && !rejects;
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
    let annotator = undone.changes.iter().rev().find_map(Change::annotator).unwrap_or(&model.annotator).to_owned();
    let is_mine = annotator == model.annotator;
    let mut notice = format!("{did}: {}", undone.reason);
    if !is_mine {
        notice.push_str(&format!(", in {}", walk::name_of(&annotator)));
    }
    let mut effects = apply(model, &undone.changes);
    // One stays where one is if something has changed there.
    let changes_it = |open: &&annotate::Open| {
        let (document, whose) = (open.annotation.document, open.annotation.annotator.as_str());
        undone.changes.iter().any(|c| c.document() == Some(document) && c.annotator().is_none_or(|a| a == whose))
    };
    let here = model.open.as_ref().filter(changes_it).map(|open| open.annotation.document);
    match here.filter(|_| model.screen == Screen::Annotate).or(undone.document) {
        // A change of the whole project is not shown in one of its documents.
        Some(_) if undone.changes.iter().any(|c| matches!(c, Change::Label { .. })) => model.say(Tone::Info, notice),
        // What left the project or came back into it is seen in the list.
        Some(document) if undone.changes.iter().any(|c| matches!(c, Change::Document { .. })) => {
            effects.extend(annotate::leave(model));
            effects.extend(walk::abandon(model));
            model.screen = Screen::Documents;
            model.review.visiting = false;
            model.search_screen.visit = None;
            let gone = undone.changes.iter().any(removes_document);
            let at = if gone { model.documents.row().map(|row| row.id) } else { Some(document) };
            effects.push(model.documents.load_at(at));
            model.say(Tone::Info, notice);
        }
        // The queue is of one's own.
        Some(_) if model.screen == Screen::Review && !is_mine => model.say(Tone::Info, notice),
        // The numbers move where they are looked at.
        Some(_) if model.screen == Screen::Evaluate => model.say(Tone::Info, notice),
        Some(_) if model.screen == Screen::Search => {
            search::noticed(model);
            model.say(Tone::Info, notice);
        }
        Some(document) if model.screen == Screen::Review => {
            review::show_change(model, document, &undone.changes);
            model.say(Tone::Info, notice);
        }
        Some(document) if here != Some(document) => {
            effects.extend(annotate::leave(model));
            model.arriving = undone.changes;
            let whose = walk::whose_to_open(model, document, &annotator);
            effects.push(Effect::Open { document, whose, notice: Some(notice) });
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
    evaluate::stored(model, changes);
    annotate::changed(model);
    model.review.apply(changes, &model.labels, model.settings);
    let mut effects = project::recount(model);
    if annotate::prompts(model) != before {
        review::labels_changed(model);
        effects.extend(annotate::ask(model));
    }
    let asks = model.open.as_ref().filter(|open| open.whose.is_none());
    if let (Some(open), true) = (asks, changes.iter().any(|c| matches!(c, Change::Run { .. }))) {
        effects.push(Effect::Matches(open.annotation.document));
    }
    effects
}

/// What was typed and not taken is shown again, where it may be taken at another time.
pub(super) fn bring_back(model: &mut Model) {
    model.overlays.extend(model.given.take().filter(|_| !model.read_only));
}
