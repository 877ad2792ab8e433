//! Going in and out of spans and suggestions that lie inside one another, and from sentence to sentence.

use std::cmp::Reverse;
use std::sync::Arc;

use super::{Focus, Open, Target, go_to};
use crate::text::{CharRange, sentences};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};

/// Everything there is to stand on, outer before inner; of one range spans before suggestions.
fn nested(open: &Open) -> Vec<(CharRange, Focus)> {
    let spans = open.annotation.response.spans.iter().map(|s| (s.range, Focus::Span(s.id)));
    let suggestions = open.suggestions.iter();
    let suggestions = suggestions.map(|s| (s.key.range, Focus::Suggestion(s.key.range, s.key.label)));
    let mut all: Vec<(CharRange, Focus)> = spans.chain(suggestions).collect();
    all.sort_by_key(|(range, _)| Reverse(range.len()));
    all
}

/// The next one outwards or inwards from the selection.
fn neighbour(open: &Open, outwards: bool) -> Option<Focus> {
    let all = nested(open);
    let selected = open.selection.range();
    let here = match open.target() {
        Target::Span(span) => Some(Focus::Span(span.id)),
        Target::Suggestion(s) => Some(Focus::Suggestion(s.key.range, s.key.label)),
        Target::Text(_) => None,
    };
    let at = here.and_then(|focus| all.iter().position(|(_, f)| *f == focus));
    let found = if outwards {
        let before = at.unwrap_or(all.len());
        all[..before].iter().rev().find(|(range, _)| range.contains(selected))
    } else {
        let after = &all[at.map_or(0, |at| at + 1)..];
        let inside = || after.iter().filter(|(range, _)| selected.contains(*range));
        inside().find(|(range, _)| range.holds(open.selection.cursor())).or_else(|| inside().next())
    };
    found.map(|(_, focus)| *focus)
}

fn go(model: &mut Model, outwards: bool) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    match neighbour(open, outwards) {
        Some(Focus::Span(id)) => open.focus_span(id),
        Some(Focus::Suggestion(range, label)) => {
            let found = open.suggestions.iter().find(|s| s.key.range == range && s.key.label == label).cloned();
            if let Some(suggestion) = found {
                open.focus_suggestion(&suggestion);
            }
        }
        None => {
            let way = if outwards { "around" } else { "inside" };
            model.say(Tone::Refusal, format!("no span or suggestion lies {way} this"));
        }
    }
    super::keep_in_sight(model);
    Vec::new()
}

/// The span or suggestion around this one.
pub fn select_outer(model: &mut Model) -> Vec<Effect> {
    go(model, true)
}

/// The span or suggestion inside this one.
pub fn select_inner(model: &mut Model) -> Vec<Effect> {
    go(model, false)
}

/// Where the sentences are; found once for each document.
fn sentence_ranges(open: &mut Open) -> Arc<[CharRange]> {
    let text = &open.annotation.text;
    open.sentences.get_or_insert_with(|| sentences(text.as_str()).into()).clone()
}

/// The start of the next sentence; the last word when there is none.
pub fn next_sentence(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let here = open.selection.cursor();
    let all = sentence_ranges(open);
    match all.get(all.partition_point(|s| s.start <= here)) {
        Some(next) => go_to(model, next.start),
        None => {
            model.say(Tone::Refusal, "this is the last sentence");
            Vec::new()
        }
    }
}

/// The start of this sentence; at its start, of the one before.
pub fn previous_sentence(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let here = match open.selection.extending {
        true => open.selection.cursor(),
        false => open.selection.range().start,
    };
    let all = sentence_ranges(open);
    match all[..all.partition_point(|s| s.start < here)].last() {
        Some(previous) => go_to(model, previous.start),
        None => {
            model.say(Tone::Refusal, "this is the first sentence");
            Vec::new()
        }
    }
}
