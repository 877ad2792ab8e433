//! What happens to the open document: it is opened, asked about, changed and left.

use std::sync::Arc;

use super::{Focus, Open, areas, text_area};
use crate::annotate::{Candidate, LabelSet, Selection, on_characters};
use crate::dataset::{DocumentId, Label, LabelId, Prediction, RunId, Status};
use crate::store::{Change, Counts};
use crate::tui::effect::{Effect, Near};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::{Opened, Then};
use crate::tui::screen::{review, search};
use crate::tui::walk;
use crate::tui::widget::span_text::{TextLayout, Viewport};

/// Active time is written when this many seconds have come together.
const ACTIVE_EVERY: u64 = 10;
/// The place of the cursor is kept at most this often while keys come in.
const REMEMBER_EVERY: u64 = 5;
/// Rows kept around the cursor.
const MARGIN: usize = 2;

/// A document was read: shows it and asks the model about it.
pub fn opened(model: &mut Model, opened: Opened) -> Vec<Effect> {
    let mut effects = Vec::new();
    let annotator = opened.whose.as_ref().map_or(&model.annotator, |whose| &whose.annotator);
    let is_it = |open: &Open| open.annotation.document == opened.document.id && open.annotation.annotator == *annotator;
    let another = !model.open.as_ref().is_some_and(is_it);
    if another {
        effects.extend(leave(model));
    }
    if opened.whose.is_none() {
        effects.extend(walk::abandon(model));
    }
    let (notice, is_mine) = (opened.notice.clone(), opened.whose.is_none());
    let mut open = Open::new(opened, &model.annotator, model.unit);
    open.seen = open.annotation.is_own() && model.seen.contains(&open.annotation.document);
    open.active.key(model.now);
    let (document, cursor) = (open.annotation.document, open.selection.cursor());
    model.open = Some(open);
    model.screen = Screen::Annotate;
    search::arrived(model, document);
    let asked = ask(model);
    let undone = std::mem::take(&mut model.arriving);
    if undone.is_empty() {
        walk::arrive(model);
    }
    show_change(model, &undone);
    if let Some(notice) = notice {
        model.say(Tone::Info, notice);
    }
    if another && is_mine {
        effects.push(remember(model, document, cursor));
    }
    effects.extend(asked);
    effects
}

fn remember(model: &mut Model, document: DocumentId, cursor: usize) -> Effect {
    model.remembered = Some((document, cursor, model.now));
    Effect::Remember { document, cursor }
}

/// Before the document is left: time and place are kept.
pub fn leave(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let (document, cursor) = (open.annotation.document, open.selection.cursor());
    let (seconds, is_mine) = (open.active.take_seconds(), open.whose.is_none());
    let mut effects = Vec::new();
    if seconds > 0 && open.annotation.is_own() {
        effects.push(Effect::AddActive { document, seconds });
    }
    if is_mine && model.remembered.is_none_or(|(d, c, _)| (d, c) != (document, cursor)) {
        effects.push(remember(model, document, cursor));
    }
    effects
}

/// A key was pressed: counts active time, and keeps time and place now and then.
pub fn note_activity(model: &mut Model) -> Vec<Effect> {
    let now = model.now;
    let Some(open) = model.open.as_mut().filter(|_| model.screen == Screen::Annotate) else { return Vec::new() };
    open.active.key(now);
    open.untouched = false;
    let (document, cursor) = (open.annotation.document, open.selection.cursor());
    let mut effects = Vec::new();
    let is_mine = open.whose.is_none();
    if open.active.waiting() >= ACTIVE_EVERY && open.annotation.is_own() {
        effects.push(Effect::AddActive { document, seconds: open.active.take_seconds() });
    }
    let due = is_mine
        && model.remembered.is_none_or(|(d, c, at)| {
            (d, c) != (document, cursor) && now.saturating_sub(at).as_secs() >= REMEMBER_EVERY
        });
    if due {
        effects.push(remember(model, document, cursor));
    }
    effects
}

/// What the model would be asked for: when this changes, it is asked again.
pub fn prompts(model: &Model) -> Vec<(LabelId, String)> {
    model.labels.active().map(|l| (l.id, l.prompt().to_owned())).collect()
}

/// Asks the model about the open document; what it was asked before no longer counts.
pub fn ask(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let labels: Vec<Label> = model.labels.active().cloned().collect();
    model.suggester.generation += 1;
    model.suggester.running = None;
    model.suggester.failed = None;
    if open.whose.is_some()
        || model.blind
        || !model.suggester.present
        || labels.is_empty()
        || open.annotation.text.tokens().is_empty()
    {
        open.candidates = None;
        open.refresh(&model.labels, model.settings);
        return Vec::new();
    }
    model.suggester.running = Some(model.now);
    vec![Effect::Suggest {
        generation: model.suggester.generation,
        document: open.annotation.document,
        text: open.annotation.text.shared(),
        labels,
    }]
}

/// The model has answered; an answer to an older question is dropped.
pub fn suggested(model: &mut Model, generation: u64, document: DocumentId, run: RunId, candidates: Vec<Candidate>) {
    let Some(open) = &mut model.open else { return };
    if generation != model.suggester.generation || document != open.annotation.document {
        return;
    }
    model.suggester.running = None;
    open.candidates = Some((run, on_characters(&open.annotation.text, candidates)));
    open.refresh(&model.labels, model.settings);
    welcome(model);
}

/// Nobody has touched the document yet: the cursor goes onto the first suggestion, so that the next key is to accept or
/// reject it. Nothing scrolls for that, and finished documents stay as they are.
fn welcome(model: &mut Model) {
    let rows = visible_rows(model);
    let Some(open) = &mut model.open else { return };
    let finished = matches!(open.annotation.response.status, Status::Submitted | Status::Discarded);
    if !std::mem::take(&mut open.untouched) || finished {
        return;
    }
    let in_sight = |position| open.layout.as_ref().is_some_and(|layout| layout.row_of(position) < open.top + rows);
    if let Some(first) = open.welcome().filter(|s| in_sight(s.key.range.start)).cloned() {
        open.focus_suggestion(&first);
    }
}

/// The places of texts to be suggested have changed.
pub fn matched(model: &mut Model, document: DocumentId, matches: Vec<Prediction>) {
    let is_it = |open: &&mut Open| open.annotation.document == document && open.whose.is_none();
    if let Some(open) = model.open.as_mut().filter(is_it) {
        open.matches = matches;
        open.refresh(&model.labels, model.settings);
    }
}

/// The model could not answer.
pub fn suggest_failed(model: &mut Model, generation: u64, reason: String) {
    if generation == model.suggester.generation {
        model.suggester.running = None;
        model.say(Tone::Error, format!("no suggestions: {reason}"));
        model.suggester.failed = Some(reason);
    }
}

/// Spans, decisions or labels have changed.
pub fn changed(model: &mut Model) {
    let Some(open) = &mut model.open else { return };
    open.revision += 1;
    open.refresh(&model.labels, model.settings);
    if open.annotation.is_own() {
        model.documents.learn(&open.annotation);
    }
}

/// Where the cursor goes after a group is in the store.
pub fn follow(model: &mut Model, then: Then) -> Vec<Effect> {
    if model.walk.is_some() && matches!(then, Then::NextSuggestion | Then::NextDocument) {
        return walk::go_by(model, 1);
    }
    let Some(open) = &mut model.open else { return Vec::new() };
    match then {
        Then::Stay => {}
        Then::Span(id) => open.focus_span(id),
        Then::NextSuggestion => match open.neighbour_suggestion(true).or(open.suggestions.first().cloned()) {
            Some(next) => open.focus_suggestion(&next),
            None if open.annotation.response.status == Status::Submitted => {}
            None => model.say(Tone::Info, "no suggestions left here: Enter submits the document"),
        },
        Then::NextDocument => return super::go_near(model, Near::Unfinished),
    }
    Vec::new()
}

/// Puts the cursor where something was undone.
pub fn show_change(model: &mut Model, changes: &[Change]) {
    let Some(open) = &mut model.open else { return };
    open.untouched &= changes.is_empty();
    // What was done at once may touch other documents too.
    let document = open.annotation.document;
    let here = || changes.iter().filter(|change| change.document() == Some(document));
    // What is there now rather than what is gone.
    let there = here().filter_map(|change| match change {
        Change::Span { id, after: Some(span), .. } => Some((span.range.start, *id)),
        _ => None,
    });
    if let Some((_, id)) = there.min_by_key(|(start, _)| *start) {
        return open.focus_span(id);
    }
    for change in here() {
        match change {
            Change::Span { before: Some(span), after: None, .. } => {
                open.selection = Selection::of(open.annotation.text.within(span.range));
                open.focus = None;
                return;
            }
            Change::Note { span: Some(id), .. } if open.annotation.span(*id).is_some() => return open.focus_span(*id),
            Change::Decision { prediction, .. } => {
                open.selection = Selection::of(open.annotation.text.within(prediction.range));
                open.focus = Some(Focus::Suggestion(prediction.range, prediction.label));
            }
            _ => {}
        }
    }
}

/// Another process has written: labels, counts and the open document as they are now; the cursor stays.
pub fn reread(model: &mut Model, labels: Vec<Label>, counts: Counts, fresh: Option<Box<Opened>>) -> Vec<Effect> {
    let before = prompts(model);
    model.labels = LabelSet::new(labels);
    model.counts = counts;
    let mut effects = Vec::new();
    match (&mut model.open, fresh) {
        (Some(open), Some(fresh)) if open.version == fresh.document.version => {
            open.annotation.renew(fresh.said);
            (open.matches, open.predicted) = (fresh.matches, fresh.predicted);
            changed(model);
        }
        (Some(open), Some(mut fresh)) => {
            fresh.cursor = Some(open.selection.cursor());
            fresh.notice = Some("the text of this document was changed elsewhere".into());
            let screen = model.screen;
            let effects = opened(model, *fresh);
            model.screen = screen;
            return effects;
        }
        (Some(_), None) => {
            model.open = None;
            if model.screen == Screen::Annotate && model.walk.is_none() {
                model.screen = Screen::Documents;
            }
            model.say(Tone::Error, "the document was removed elsewhere");
        }
        (None, _) => {}
    }
    if model.screen == Screen::Documents {
        let at = model.documents.row().map(|row| row.id);
        effects.push(model.documents.load_at(at));
    }
    if prompts(model) != before {
        review::labels_changed(model);
        effects.extend(ask(model));
    }
    effects
}

/// Takes away the marks of what was found, ends extending, or narrows the selection to the cursor; false when there was nothing to undo of this kind.
pub fn deselect(model: &mut Model) -> bool {
    let unit = model.unit;
    let Some(open) = &mut model.open else { return false };
    if open.find.is_some() {
        open.show_find(None);
        return true;
    }
    let narrow = open.selection.collapsed(&open.annotation.text, unit);
    let wide = open.selection.extending || (open.selection.range() != narrow.range());
    if wide {
        open.selection = narrow;
        open.focus = None;
    }
    wide
}

/// Rows of text on the screen.
pub fn visible_rows(model: &Model) -> usize {
    Viewport::rows(text_area(model).height, model.lanes())
}

/// Scrolls as little as needed to have the cursor in sight.
pub fn keep_in_sight(model: &mut Model) {
    let (height, lanes) = (text_area(model).height, model.lanes());
    if let Some(open) = &mut model.open
        && let Some(layout) = &open.layout
    {
        let mut viewport = Viewport { top: open.top };
        if open.scrolled {
            // Only as far as the text goes: it may have become shorter.
            viewport.scroll(0, layout.rows(), height, lanes);
            open.top = viewport.top;
            return;
        }
        viewport.follow(layout.row_of(open.selection.cursor()), layout.rows(), height, lanes, MARGIN);
        open.top = viewport.top;
    }
}

/// Panes that have lost their place on the screen have lost the keys too.
fn settle_panes(model: &mut Model) {
    if areas::has_room_beside(model) {
        model.pane_over_text = false;
    }
    model.pane_focused &= model.shows_side_pane();
    model.pane_over_text &= model.pane_focused;
}

/// After every message: the layout fits the width, the spans to draw are those that are there, the cursor is in sight.
pub fn settle(model: &mut Model) {
    settle_panes(model);
    let area = text_area(model);
    let columns = model.theme.columns();
    let colours = model.colours();
    if let Some(open) = &mut model.open {
        if open.layout.as_ref().is_none_or(|layout| layout.width() != area.width) {
            open.layout = Some(Arc::new(TextLayout::new(open.annotation.text.as_str(), area.width, columns)));
        }
        open.draw_spans(&model.labels, &colours);
    }
    if let Some(open) = model.open.as_ref().filter(|open| open.seen && open.annotation.is_own()) {
        model.seen.insert(open.annotation.document);
    }
    super::settle_list(model);
    if let Some(open) = &mut model.open {
        open.draw_spans(&model.labels, &colours);
    }
    keep_in_sight(model);
}
