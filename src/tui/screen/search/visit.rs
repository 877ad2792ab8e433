//! From the hits to Annotate and back: one hit after another, or all of them as the queue.

use std::sync::Arc;

use super::{Focus, facets};
use crate::annotate::Selection;
use crate::dataset::DocumentId;
use crate::search::highlights;
use crate::tui::effect::{Effect, Near};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::screen::annotate;

/// In longer texts, in code points, nothing is looked for while a key waits.
const LONGEST: usize = 200_000;

/// Hits that are being looked at in Annotate.
#[derive(Clone, Debug, PartialEq)]
pub struct Visit {
    /// The hits as they were.
    pub documents: Arc<[DocumentId]>,
    /// Which one is open.
    pub at: usize,
    /// They are the queue: the next document is the next of them.
    pub queue: bool,
}

fn visit(model: &Model, at: usize, queue: bool) -> Option<Visit> {
    let shown = model.search_screen.shown.as_ref()?;
    Some(Visit { documents: shown.hits.iter().map(|hit| hit.document).collect(), at, queue })
}

/// The chosen hit goes to the Annotate screen, Esc there comes back; a facet becomes a filter.
pub fn open_hit(model: &mut Model) -> Vec<Effect> {
    if model.search_screen.focus == Focus::Facets {
        return facets::choose(model);
    }
    let at = model.search_screen.list.selected;
    model.search_screen.visit = visit(model, at, false);
    go_to(model, at)
}

/// The hits become the queue of Annotate: the first of them that is not finished is opened.
pub fn annotate_hits(model: &mut Model) -> Vec<Effect> {
    let Some(visit) = visit(model, 0, true) else { return Vec::new() };
    let documents = Arc::clone(&visit.documents);
    model.search_screen.visit = Some(visit);
    vec![Effect::OpenAmong { from: None, documents, which: Near::Unfinished }]
}

fn go_to(model: &mut Model, at: usize) -> Vec<Effect> {
    let Some(visit) = &mut model.search_screen.visit else { return Vec::new() };
    let Some(document) = visit.documents.get(at).copied() else { return Vec::new() };
    visit.at = at;
    let is_it = |open: &annotate::Open| open.annotation.document == document && open.whose.is_none();
    if model.open.as_ref().is_some_and(is_it) {
        model.screen = Screen::Annotate;
        show_found(model);
        return Vec::new();
    }
    vec![Effect::Open { document, whose: None, notice: None }]
}

/// The hits that are being looked at; none in a walk, which comes between.
fn under_way(model: &Model) -> Option<&Visit> {
    model.search_screen.visit.as_ref().filter(|_| model.walk.is_none())
}

/// The next place is the next hit: hits are being looked at, and nothing is being looked for in the text.
pub fn visits(model: &Model) -> bool {
    under_way(model).is_some() && model.open.as_ref().is_none_or(|open| open.find.is_none())
}

/// The hit `by` further on; the ends are ends.
pub fn go_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(visit) = &model.search_screen.visit else { return Vec::new() };
    let to = visit.at.saturating_add_signed(by).min(visit.documents.len().saturating_sub(1));
    if to == visit.at {
        let end = if by < 0 { "first" } else { "last" };
        model.say(Tone::Refusal, format!("this is the {end} hit: Esc goes back to the list"));
        return Vec::new();
    }
    go_to(model, to)
}

/// How a document near the open one is found where the hits are the queue.
pub fn near(model: &Model, which: Near) -> Option<Effect> {
    let visit = under_way(model).filter(|visit| visit.queue)?;
    let from = model.open.as_ref().map(|open| open.annotation.document);
    Some(Effect::OpenAmong { from, documents: Arc::clone(&visit.documents), which })
}

/// A document was opened: if it is a hit, it is the chosen one.
pub fn arrived(model: &mut Model, document: DocumentId) {
    if under_way(model).is_none() {
        return;
    }
    let screen = &mut model.search_screen;
    let Some(visit) = &mut screen.visit else { return };
    if let Some(at) = visit.documents.iter().position(|hit| *hit == document) {
        visit.at = at;
        screen.list.selected = at;
        show_found(model);
    }
}

/// Puts the cursor on the first thing that was found in the open document, if it is looked at because of that.
fn show_found(model: &mut Model) {
    let screen = &model.search_screen;
    let (Some(shown), Some(open)) = (&screen.shown, &mut model.open) else { return };
    let text = &open.annotation.text;
    if screen.visit.as_ref().is_none_or(|visit| visit.queue) || text.chars() > LONGEST {
        return;
    }
    let Some(place) = highlights(&shown.asked.query, text.as_str()).first().copied() else { return };
    let there = text.within(place);
    if !there.is_empty() {
        // One word only: Esc is to lead back at once.
        open.selection = Selection::at(text, there.start, model.unit);
        (open.focus, open.goal_column) = (None, None);
        (open.untouched, open.scrolled) = (false, false);
    }
}

/// `hit 3 of 37` or `queue 3 of 37`, in the title of Annotate.
pub fn place(model: &Model) -> Option<String> {
    let visit = under_way(model)?;
    let what = if visit.queue { "queue" } else { "hit" };
    Some(format!("{what} {} of {}", visit.at + 1, visit.documents.len()))
}

/// From a hit back to the list, where it was; what was selected there is let go first. `None` when one has not come from
/// the list.
pub fn return_from_document(model: &mut Model) -> Option<Vec<Effect>> {
    under_way(model)?;
    // A span or suggestion the cursor was put on is no selection of the person's own.
    let own = model.open.as_ref().is_some_and(|open| open.focus.is_none() || open.selection.extending);
    if own && annotate::deselect(model) {
        return Some(Vec::new());
    }
    let effects = annotate::leave(model);
    let screen = &mut model.search_screen;
    screen.visit = None;
    screen.focus = Focus::Hits;
    // Status and spans may be others now.
    (screen.due, screen.fresh) = (true, true);
    model.screen = Screen::Search;
    Some(effects)
}

/// A hit could not be opened: where nothing was opened before it, one is in the list still.
pub fn not_opened(model: &mut Model) {
    if model.screen != Screen::Annotate {
        model.search_screen.visit = None;
    }
}
