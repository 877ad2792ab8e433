//! What the label editor and the Project screen do to a label beside naming and ordering it: merge, colour, threshold,
//! key.

use super::colour_picker::ColourPicker;
use super::{Confirm, LabelPicker, Overlay, Purpose, Question, labels};
use crate::annotate::MergeCount;
use crate::dataset::LabelId;
use crate::tui::counter::Count;
use crate::tui::effect::Effect;
use crate::tui::key::Key;
use crate::tui::keymap::{Found, Mode};
use crate::tui::model::{Model, Tone};
use crate::tui::screen::project;

/// There is another label to merge the chosen one into.
pub fn on_mergeable(model: &Model) -> Result<(), String> {
    labels::on_label(model)?;
    let chosen = labels::chosen(model).map(|l| l.id);
    match model.labels.active().any(|l| Some(l.id) != chosen) {
        true => Ok(()),
        false => Err("there is no other label to merge it into".into()),
    }
}

/// Asks into which label.
pub fn merge_label(model: &mut Model) -> Vec<Effect> {
    if let Some(id) = labels::chosen(model).map(|l| l.id) {
        model.overlays.push(Overlay::LabelPicker(LabelPicker::merging(id)));
    }
    Vec::new()
}

/// The other label is chosen: finds out what the merge would do.
pub fn count_merge(model: &mut Model, from: LabelId, into: LabelId) -> Vec<Effect> {
    if let Err(reason) = model.labels.mergeable(from, into) {
        model.say(Tone::Refusal, reason);
        return Vec::new();
    }
    project::count(model, Count::Merge(from, into))
}

/// What the merge would do is counted: says so, and asks.
pub fn take_merge_count(model: &mut Model, from: LabelId, into: LabelId, count: MergeCount) -> Vec<Effect> {
    // Whoever has gone on meanwhile is not asked about it.
    if labels::chosen(model).is_some_and(|l| l.id == from) && model.labels.mergeable(from, into).is_ok() {
        model.overlays.push(Overlay::Confirm(Confirm::new(Question::Merge { from, into, count })));
    }
    Vec::new()
}

/// Chooses a colour.
pub fn recolour_label(model: &mut Model) -> Vec<Effect> {
    if let Some(label) = labels::chosen(model) {
        let picker = ColourPicker::new(label);
        model.overlays.push(Overlay::ColourPicker(picker));
    }
    Vec::new()
}

/// Asks for the threshold of this label alone.
pub fn set_label_threshold(model: &mut Model) -> Vec<Effect> {
    labels::ask(model, Purpose::LabelThreshold, |l| l.threshold.map_or(String::new(), |t| format!("{t:.2}")))
}

/// Asks for the key that gives this label.
pub fn set_label_key(model: &mut Model) -> Vec<Effect> {
    labels::ask(model, Purpose::LabelKey, |l| l.key.map_or(String::new(), String::from))
}

/// A threshold was typed.
///
/// # Errors
/// Why it was not taken.
pub fn take_threshold(model: &Model, id: LabelId, text: &str) -> Result<Vec<Effect>, String> {
    let text = text.trim();
    let threshold = match text.replace(',', ".").parse::<f32>() {
        _ if text.is_empty() => None,
        Ok(t) if (0.05..=0.99).contains(&t) => Some((t * 100.0).round() / 100.0),
        _ => return Err("a number from 0.05 to 0.99; empty: the one of all labels".into()),
    };
    labels::commit(model, |set, me| set.set_threshold(me, id, threshold))
}

/// A key was typed.
///
/// # Errors
/// Why it was not taken: a command or another label has it.
pub fn take_key(model: &Model, id: LabelId, text: &str) -> Result<Vec<Effect>, String> {
    let mut chars = text.trim().chars();
    let key = match (chars.next(), chars.next()) {
        (None, _) => None,
        (Some(key), None) if !key.is_control() => Some(key),
        _ => return Err("one character; empty: the digit of its place".into()),
    };
    if let Some(key) = key
        && let Some(taken) = command_on(model, key)
    {
        let letters = ('a'..='z').chain('A'..='Z');
        let free: String = letters.filter(|c| is_free(model, *c)).take(8).map(|c| format!(" {c}")).collect();
        return Err(format!("{key} is {taken}; free:{free}"));
    }
    labels::commit(model, |set, me| set.set_key(me, id, key))
}

/// What a key does in a document, unless it gives a label.
fn command_on(model: &Model, key: char) -> Option<String> {
    match model.keymap.lookup(Mode::Annotate, &[Key::char(key)]) {
        Found::Command(command) if command.get().name.starts_with("label_") => None,
        Found::Command(command) => Some(format!("“{}”", command.get().name.replace('_', " "))),
        Found::Prefix(node) => Some(format!("the prefix “{}”", node.title)),
        Found::Nothing => None,
    }
}

fn is_free(model: &Model, key: char) -> bool {
    command_on(model, key).is_none() && model.labels.by_key(key).is_none()
}
