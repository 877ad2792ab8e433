//! What the keys that finish a document and go to another one do.

use super::commit;
use crate::dataset::Status;
use crate::store::{Change, Query};
use crate::tui::effect::{Effect, Near};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::search;
use crate::tui::walk;

fn finish(model: &mut Model, status: Status, then: Then) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    // What is gold already stays as it is: its labels and its blind mark are those it was submitted with.
    if model.walk.is_some() && open.annotation.response.status == status {
        if then == Then::NextDocument {
            return walk::go_by(model, 1);
        }
        model.say(Tone::Refusal, format!("the document is {} already", status.as_str()));
        return Vec::new();
    }
    if open.annotation.response.status == status && then == Then::NextDocument && status != Status::Submitted {
        return go_near(model, Near::Unfinished);
    }
    let blind = if open.whose.is_some() { open.annotation.blind } else { model.blind && !open.seen };
    match open.annotation.finish(&model.labels, status, blind) {
        // Submitted as it stands already: the wish was to go on.
        Err(_) if then == Then::NextDocument => go_near(model, Near::Unfinished),
        outcome => commit(model, outcome, then),
    }
}

/// How many suggestions of the open document nobody has decided about, when these changes submit it.
pub fn left_undecided(model: &Model, changes: &[Change]) -> usize {
    let submits = |id| {
        let submitted = |change: &Change| matches!(change, Change::Status { document, after: Status::Submitted, .. } if *document == id);
        changes.iter().any(submitted)
    };
    let open = model.open.as_ref().filter(|open| submits(open.annotation.document));
    open.map_or(0, |open| open.suggestions.len())
}

/// Done; on to the next document that is not.
pub fn submit_and_next(model: &mut Model) -> Vec<Effect> {
    finish(model, Status::Submitted, Then::NextDocument)
}

/// Done.
pub fn submit(model: &mut Model) -> Vec<Effect> {
    finish(model, Status::Submitted, Then::Stay)
}

/// To be finished later.
pub fn keep_draft(model: &mut Model) -> Vec<Effect> {
    finish(model, Status::Draft, Then::Stay)
}

/// Not to be used; on to the next document.
pub fn discard_and_next(model: &mut Model) -> Vec<Effect> {
    finish(model, Status::Discarded, Then::NextDocument)
}

/// As if never begun; the spans stay.
pub fn begin_again(model: &mut Model) -> Vec<Effect> {
    finish(model, Status::Pending, Then::Stay)
}

/// A document is open.
pub fn is_open(model: &Model) -> Result<(), String> {
    model.open.as_ref().map(drop).ok_or_else(|| "no document is open".into())
}

/// One's own response is open: what was said of it is one's own to take back.
pub fn is_own(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    match open.annotation.is_own() {
        true => Ok(()),
        false => {
            Err(format!("not with {}: only its spans are changed here", walk::name_of(&open.annotation.annotator)))
        }
    }
}

/// A document is open, and no walk is on that would be left.
pub fn is_open_alone(model: &Model) -> Result<(), String> {
    is_open(model).and_then(|()| walk::is_off(model))
}

/// One's own response is open, and no walk is on that would be left.
pub fn is_own_alone(model: &Model) -> Result<(), String> {
    is_own(model).and_then(|()| walk::is_off(model))
}

/// There is text of one's own to give a label to, and no walk is on.
pub fn on_own_text(model: &Model) -> Result<(), String> {
    is_own_alone(model).and_then(|()| super::on_text(model))
}

/// To a document near this one.
pub fn go_near(model: &mut Model, which: Near) -> Vec<Effect> {
    if let Some(effect) = search::near(model, which) {
        return vec![effect];
    }
    let query = model.documents.query.clone();
    go_near_with(model, query, which)
}

/// To a document near this one in another list.
pub fn go_near_with(model: &Model, query: Query, which: Near) -> Vec<Effect> {
    let from = model.open.as_ref().map(|open| open.annotation.document);
    from.map(|from| Effect::OpenNear { from, query, which }).into_iter().collect()
}

/// The document after this one in the list.
pub fn next_document(model: &mut Model) -> Vec<Effect> {
    go_near(model, Near::Next)
}

/// The document before this one in the list.
pub fn previous_document(model: &mut Model) -> Vec<Effect> {
    go_near(model, Near::Previous)
}

/// The next document that is not finished.
pub fn next_unfinished(model: &mut Model) -> Vec<Effect> {
    go_near(model, Near::Unfinished)
}

/// Back to the list, at this document.
pub fn show_documents(model: &mut Model) -> Vec<Effect> {
    let mut effects = super::leave(model);
    let at = model.open.as_ref().map(|open| open.annotation.document);
    model.screen = Screen::Documents;
    model.review.visiting = false;
    model.search_screen.visit = None;
    effects.push(model.documents.load_at(at));
    effects
}

/// Asks the model again.
pub fn suggest_again(model: &mut Model) -> Vec<Effect> {
    if model.blind {
        model.say(Tone::Refusal, super::BLIND);
        return Vec::new();
    }
    if !model.suggester.present {
        model.say(Tone::Refusal, "there is no model to suggest spans");
        return Vec::new();
    }
    super::ask(model)
}
