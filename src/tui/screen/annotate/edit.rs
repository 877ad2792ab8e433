//! What the keys that change spans and decide on suggestions do. Each looks at what the selection is on, asks
//! `annotate` for the group of changes, and sends it to the store; the screen changes when the store has it.

use super::repeat::{Act, commit_act};
use super::{Open, Target};
use crate::annotate::{Outcome, Settings};
use crate::dataset::{LabelId, Prediction};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;
use crate::tui::overlay::{LabelPicker, Overlay};
use crate::tui::screen::review;
use crate::tui::walk;

/// Sends a group to the store, or says why there is none.
pub fn commit(model: &mut Model, outcome: Outcome, then: Then) -> Vec<Effect> {
    match outcome {
        Ok(group) => vec![Effect::Commit(group, then)],
        Err(reason) => {
            model.say(Tone::Refusal, reason);
            Vec::new()
        }
    }
}

/// Does something to the suggestion at the cursor.
fn with_suggestion(
    model: &mut Model,
    act: Act,
    outcome: impl FnOnce(&Open, &Model, &Prediction) -> (Outcome, Then),
) -> Vec<Effect> {
    let Some((open, suggestion)) = model.open.as_ref().and_then(|o| Some((o, o.suggestion_here()?))) else {
        return Vec::new();
    };
    let (outcome, then) = outcome(open, model, &suggestion);
    commit_act(model, act, outcome, then)
}

/// There is a suggestion at the cursor.
pub fn on_suggestion(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    match open.suggestion_here() {
        Some(_) => Ok(()),
        None if open.suggestions.is_empty() => has_suggestions(model),
        None => Err("no suggestion here: Tab goes to the next one".into()),
    }
}

/// Why there is nothing to accept in blind mode.
pub const BLIND: &str = "blind: no suggestions are shown; Space h shows them";

/// There are suggestions in this document.
pub fn has_suggestions(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    match (open.suggestions.is_empty(), &open.candidates) {
        (false, _) => Ok(()),
        _ if open.whose.is_some() => Err("nothing else was predicted here".into()),
        _ if model.blind => Err(BLIND.into()),
        (true, None) if !model.suggester.present => Err("there is no model to suggest spans".into()),
        (true, None) if model.suggester.failed.is_some() => Err("the model could not suggest: R asks again".into()),
        (true, None) => Err("suggestions are on their way".into()),
        (true, Some(_)) => Err("no suggestions left in this document".into()),
    }
}

/// There is a span at the cursor.
pub fn on_span(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    open.span_here().map(drop).ok_or_else(|| "no span here".into())
}

/// There is a span or a suggestion at the cursor.
pub fn on_either(model: &Model) -> Result<(), String> {
    on_span(model).or_else(|_| on_suggestion(model)).map_err(|_| "no span or suggestion here".into())
}

/// There is something to give a label to.
pub fn on_text(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    if open.selection.range().is_empty() {
        return Err("there is no text here".into());
    }
    match model.labels.active().next() {
        Some(_) => Ok(()),
        None => Err("the project has no labels yet: e adds them".into()),
    }
}

/// The suggestion is right.
pub fn accept_suggestion(model: &mut Model) -> Vec<Effect> {
    with_suggestion(model, Act::Accept { next: false }, |open, model, s| {
        (open.annotation.accept(&model.labels, s), Then::Span(open.annotation.next_span_id))
    })
}

/// The suggestion is right; on to the next.
pub fn accept_and_next(model: &mut Model) -> Vec<Effect> {
    with_suggestion(model, Act::Accept { next: true }, |open, model, s| {
        (open.annotation.accept(&model.labels, s), Then::NextSuggestion)
    })
}

/// The suggestion is wrong.
pub fn reject_suggestion(model: &mut Model) -> Vec<Effect> {
    with_suggestion(model, Act::Reject { next: false }, |open, model, s| {
        (open.annotation.reject(&model.labels, s), Then::Stay)
    })
}

/// The suggestion is wrong; on to the next.
pub fn reject_and_next(model: &mut Model) -> Vec<Effect> {
    with_suggestion(model, Act::Reject { next: true }, |open, model, s| {
        (open.annotation.reject(&model.labels, s), Then::NextSuggestion)
    })
}

/// Gives a label: to the span or suggestion the selection is on, else to the selected text.
pub fn give_label(model: &mut Model, label: LabelId) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let annotation = &open.annotation;
    let (outcome, then) = match open.target() {
        Target::Span(span) => (annotation.relabel_span(&model.labels, span.id, label), Then::Span(span.id)),
        Target::Suggestion(s) => {
            (annotation.relabel_suggestion(&model.labels, &s, label), Then::Span(annotation.next_span_id))
        }
        Target::Text(range) => (annotation.add_span(&model.labels, range, label), Then::Span(annotation.next_span_id)),
    };
    commit_act(model, Act::GiveLabel(label), outcome, then)
}

/// Gives another label to the span or suggestion under the cursor, even when the selection is only a part of it.
pub fn change_label_to(model: &mut Model, label: LabelId) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let annotation = &open.annotation;
    let (outcome, then) = match (open.target(), open.span_here(), open.suggestion_here()) {
        (Target::Suggestion(s), ..) | (Target::Text(_), None, Some(s)) => {
            (annotation.relabel_suggestion(&model.labels, &s, label), Then::Span(annotation.next_span_id))
        }
        (_, Some(span), _) => (annotation.relabel_span(&model.labels, span.id, label), Then::Span(span.id)),
        _ => return Vec::new(),
    };
    commit_act(model, Act::ChangeLabel(label), outcome, then)
}

/// A new span on the selected text, whatever is there already.
pub fn add_label(model: &mut Model, label: LabelId) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let outcome = open.annotation.add_span(&model.labels, open.selection.range(), label);
    let then = Then::Span(open.annotation.next_span_id);
    commit_act(model, Act::AddLabel(label), outcome, then)
}

/// The label that a digit gives.
pub fn label_by_digit(model: &mut Model, digit: char) -> Vec<Effect> {
    match model.labels.by_key(digit).map(|l| l.id) {
        Some(label) => give_label(model, label),
        None => {
            model.say(Tone::Refusal, format!("no label has the key {digit}: t shows them all, e edits them"));
            Vec::new()
        }
    }
}

/// Shows all labels to choose one for a new span.
pub fn choose_label(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::LabelPicker(LabelPicker::new(false)));
    Vec::new()
}

/// Shows all labels to choose another one for what is here.
pub fn change_label(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::LabelPicker(LabelPicker::new(true)));
    Vec::new()
}

/// The span goes.
pub fn delete_span(model: &mut Model) -> Vec<Effect> {
    let Some((open, span)) = model.open.as_ref().and_then(|o| Some((o, o.span_here()?))) else { return Vec::new() };
    let outcome = open.annotation.delete_span(&model.labels, span.id);
    commit_act(model, Act::Delete, outcome, Then::Stay)
}

/// Changes how candidates become suggestions, without asking the model.
fn with_settings(model: &mut Model, change: impl FnOnce(&mut Settings)) -> Vec<Effect> {
    change(&mut model.settings);
    let settings = model.settings;
    if let Some(open) = &mut model.open {
        open.refresh(&model.labels, settings);
    }
    review::widen(model);
    let value = format!("{:.2} {} {}", settings.threshold, settings.nested, settings.multi_label);
    vec![Effect::RememberSetting("suggest", value)]
}

fn move_threshold(model: &mut Model, hundredths: i32) -> Vec<Effect> {
    let now = (model.settings.threshold * 100.0).round() as i32;
    let next = (now + hundredths).clamp(5, 95);
    if next == now {
        model.say(Tone::Refusal, format!("the threshold cannot go past {:.2}", model.settings.threshold));
        return Vec::new();
    }
    with_settings(model, |s| s.threshold = next as f32 / 100.0)
}

/// The threshold of labels without one of their own, from 0.05 to 0.95.
pub fn set_threshold(model: &mut Model, threshold: f32) -> Vec<Effect> {
    let threshold = threshold.clamp(0.05, 0.95);
    model.say(Tone::Info, format!("threshold {threshold:.2}"));
    with_settings(model, |s| s.threshold = threshold)
}

/// Fewer suggestions.
pub fn raise_threshold(model: &mut Model) -> Vec<Effect> {
    move_threshold(model, 5)
}

/// More suggestions.
pub fn lower_threshold(model: &mut Model) -> Vec<Effect> {
    move_threshold(model, -5)
}

/// Suggestions inside one another, or not.
pub fn toggle_nested(model: &mut Model) -> Vec<Effect> {
    let now = !model.settings.nested;
    model.say(Tone::Info, if now { "suggestions may be nested" } else { "suggestions do not overlap" });
    with_settings(model, |s| s.nested = now)
}

/// Compute other documents ahead of time, or not.
pub fn toggle_look_ahead(model: &mut Model) -> Vec<Effect> {
    let paused = !model.suggester.paused;
    model.suggester.paused = paused;
    model.say(Tone::Info, if paused { "other documents wait until they are opened" } else { "looking ahead again" });
    walk::pause_ahead(model)
}

/// Several labels for the same range, or not.
pub fn toggle_multi_label(model: &mut Model) -> Vec<Effect> {
    let now = !model.settings.multi_label;
    model.say(Tone::Info, if now { "a range may have several labels" } else { "a range has one label" });
    with_settings(model, |s| s.multi_label = now)
}
