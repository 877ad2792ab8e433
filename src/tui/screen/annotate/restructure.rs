//! What the keys that split, merge and swap do.

use super::repeat::{Act, commit_act};
use super::{Open, Target};
use crate::annotate::Selection;
use crate::dataset::{LabelId, ResponseSpan, SpanId};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;

/// The span is cut before the word (or character) at the cursor, or after it when the span begins with it.
pub fn split_span(model: &mut Model) -> Vec<Effect> {
    let Some((open, span)) = model.open.as_ref().and_then(|o| Some((o, o.span_here()?))) else { return Vec::new() };
    let selected = open.selection.range();
    let inside = span.range.contains(selected) && span.range != selected;
    let here = match inside {
        true => selected,
        false => Selection::at(&open.annotation.text, open.selection.cursor(), model.unit).range(),
    };
    let at = if here.start > span.range.start { here.start } else { here.end };
    let outcome = open.annotation.split_span(&model.labels, span.id, at);
    let then = Then::Span(open.annotation.next_span_id);
    commit_act(model, Act::Split, outcome, then)
}

/// The spans the selection touches when these are several; else the one here and the next one of its label.
fn to_merge(open: &Open) -> Result<Vec<SpanId>, String> {
    let spans = &open.annotation.response.spans;
    let selected = open.selection.range();
    let touched: Vec<&ResponseSpan> = match open.target() {
        Target::Text(_) => spans.iter().filter(|s| s.range.overlaps(selected)).collect(),
        _ => Vec::new(),
    };
    // From inside one span it is that span and the next, not those around it.
    if touched.len() > 1 && !touched.iter().any(|s| s.range.contains(selected)) {
        return Ok(touched.into_iter().map(|s| s.id).collect());
    }
    let here = open.span_here().ok_or("no span here")?;
    let after = spans.iter().filter(|s| s.label == here.label && s.id != here.id && s.range.start >= here.range.start);
    let next = after.min_by_key(|s| (s.range.start, s.range.end, s.id));
    next.map(|next| vec![here.id, next.id]).ok_or_else(|| "no span of this label comes after this one".into())
}

/// Something could be merged.
pub fn can_merge(model: &Model) -> Result<(), String> {
    to_merge(model.open.as_ref().ok_or("no document is open")?).map(drop)
}

/// Several spans become one.
pub fn merge_spans(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let outcome = to_merge(open).and_then(|ids| {
        let group = open.annotation.merge_spans(&model.labels, &ids)?;
        Ok((widest(open, &ids), group))
    });
    let (then, outcome) = match outcome {
        Ok((id, group)) => (Then::Span(id), Ok(group)),
        Err(reason) => (Then::Stay, Err(reason)),
    };
    commit_act(model, Act::Merge, outcome, then)
}

/// The span that is left after merging: the one that has all of it already, else the first.
fn widest(open: &Open, ids: &[SpanId]) -> SpanId {
    let ranges = || ids.iter().filter_map(|id| open.annotation.span(*id)).map(|s| (s.id, s.range));
    let start = ranges().map(|(_, r)| r.start).min().unwrap_or(0);
    let end = ranges().map(|(_, r)| r.end).max().unwrap_or(0);
    ranges().find(|(_, r)| *r == CharRange::new(start, end)).map_or(ids[0], |(id, _)| id)
}

/// The labels the model finds likely for a range, most likely first.
fn likely(model: &Model, open: &Open, range: CharRange) -> Vec<LabelId> {
    let offered = |id: LabelId| model.labels.get(id).is_some_and(|l| !l.archived);
    let candidates = open.candidates.iter().flat_map(|(_, candidates)| candidates);
    let mut here: Vec<_> = candidates.filter(|c| c.range == range && offered(c.label)).collect();
    here.sort_by(|a, b| b.score.total_cmp(&a.score));
    here.into_iter().map(|c| c.label).collect()
}

/// Another label for the span or suggestion here: the next most likely one, else the next of the project.
pub fn swap_label(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let annotation = &open.annotation;
    let suggestion = match (open.target(), open.span_here()) {
        (Target::Suggestion(s), _) => Some(s),
        (_, Some(_)) => None,
        _ => open.suggestion_here(),
    };
    let (range, label) = match (&suggestion, open.span_here()) {
        (Some(s), _) => (s.key.range, s.key.label),
        (None, Some(span)) => (span.range, span.label),
        (None, None) => return Vec::new(),
    };
    let Some(next) = annotation.next_label(&model.labels, range, label, &likely(model, open, range)) else {
        model.say(Tone::Refusal, "there is no other label to swap to");
        return Vec::new();
    };
    let (outcome, then) = match (suggestion, open.span_here()) {
        (Some(s), _) => (annotation.relabel_suggestion(&model.labels, &s, next), Then::Span(annotation.next_span_id)),
        (None, Some(span)) => (annotation.relabel_span(&model.labels, span.id, next), Then::Span(span.id)),
        (None, None) => return Vec::new(),
    };
    commit_act(model, Act::Swap, outcome, then)
}
