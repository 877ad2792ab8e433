//! What the keys for notes and flags do.

use super::{Focus, Open, Target, commit, go_near_with};
use crate::annotate::{Selection, quoted};
use crate::dataset::SpanId;
use crate::store::Query;
use crate::tui::effect::{Effect, Near};
use crate::tui::model::Model;
use crate::tui::msg::Then;
use crate::tui::overlay::{Overlay, Prompt, Purpose};

/// What a note is on here: the span at the cursor, else one that was here and left its note, else the document.
fn noted_here(open: &Open) -> Option<SpanId> {
    let here = open.selection.cursor();
    let lost = || open.annotation.lost_notes().find(|n| n.place.is_some_and(|place| place.holds(here)))?.span;
    open.span_here().map(|span| span.id).or_else(lost)
}

fn ask(model: &mut Model, span: Option<SpanId>) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let now = open.annotation.note_on(span).map_or(String::new(), |n| n.note.text.clone());
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::Note(span), &now)));
    Vec::new()
}

/// Asks for the note on the span at the cursor, or on the document.
pub fn write_note(model: &mut Model) -> Vec<Effect> {
    let span = model.open.as_ref().and_then(noted_here);
    ask(model, span)
}

/// Asks for the note on the document.
pub fn write_document_note(model: &mut Model) -> Vec<Effect> {
    ask(model, None)
}

/// What a note is on, for the head of the prompt.
pub fn note_title(model: &Model, span: Option<SpanId>) -> String {
    let place = || {
        let annotation = &model.open.as_ref()?.annotation;
        let lost = || annotation.note_on(span).and_then(|noted| noted.place);
        let place = annotation.span(span?).map(|s| s.range).or_else(lost)?;
        annotation.text.map().contains(place).then(|| quoted(annotation.text.slice(place)))
    };
    match place() {
        Some(text) => format!("Note on {text}"),
        None => "Note on the document".to_owned(),
    }
}

/// The words of a note were typed.
pub fn take_note(model: &Model, span: Option<SpanId>, text: &str) -> Result<Vec<Effect>, String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    let group = open.annotation.write_note(span, text)?;
    Ok(vec![Effect::Commit(group, Then::Stay)])
}

/// Flags the span at the cursor or the document, or no longer.
pub fn toggle_flag(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let outcome = open.annotation.toggle_flag(noted_here(open));
    commit(model, outcome, Then::Stay)
}

/// The next note of this document, else the next document with one.
pub fn next_note(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let here = match open.target() {
        Target::Span(span) => (span.range.start, std::cmp::Reverse(span.range.end), span.id),
        _ => (open.selection.cursor(), std::cmp::Reverse(usize::MAX), SpanId(0)),
    };
    let next = open.annotation.notes.iter().filter(|n| !n.note.text.is_empty()).find_map(|n| {
        let (id, place) = (n.span?, n.place?);
        ((place.start, std::cmp::Reverse(place.end), id) > here).then_some((id, place))
    });
    match next {
        Some((id, _)) if open.annotation.span(id).is_some() => open.focus_span(id),
        Some((_, place)) if open.annotation.text.map().contains(place) => {
            open.selection = Selection::of(place);
            open.focus = None::<Focus>;
        }
        _ => {
            let query = Query { noted: true, ..model.documents.query.unfiltered() };
            return go_near_with(model, query, Near::Next);
        }
    }
    Vec::new()
}
