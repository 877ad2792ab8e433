//! What happens to the model when something happens: no disk, no clock, no chance; what is to be done outside comes
//! back as effects.

use super::commands::{self, CommandId};
use super::effect::Effect;
use super::key::{Key, Named};
use super::keymap::{Found, Mode};
use super::model::{Model, Screen, Tone};
use super::mouse;
use super::msg::{Msg, Then};
use super::overlay::{self, Overlay};
use super::screen::{annotate, documents};
use crate::dataset::LabelId;
use crate::store::{Change, Counts, Group, Undone};

/// Takes in one message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.dirty |= !matches!(msg, Msg::Tick(_) | Msg::SuggestedAhead(_));
    let effects = match msg {
        Msg::Tick(now) => {
            tick(model, now);
            Vec::new()
        }
        Msg::Key(key) => press(model, key),
        Msg::Mouse(mouse) => mouse::act(model, mouse),
        Msg::Paste(text) => overlay::paste(model, &text),
        Msg::Resize(columns, rows) => {
            model.size = (columns, rows);
            let height = documents::height(model);
            model.documents.keep_in_sight(height);
            Vec::new()
        }
        Msg::Background(r, g, b) => {
            model.take_background((r, g, b));
            Vec::new()
        }
        Msg::Command(command) => run(model, command),
        Msg::Stop => stop(model),
        Msg::Resumed => vec![Effect::Redraw],
        Msg::Committed(group, then, counts) => committed(model, &group, then, counts),
        Msg::Refused(reason) | Msg::Trouble(reason) => {
            model.say(Tone::Error, reason);
            Vec::new()
        }
        Msg::Stale(reason) => {
            model.say(Tone::Error, reason);
            vec![reread(model)]
        }
        Msg::Undone { undone, redo, counts } => undone_msg(model, undone, redo, counts),
        Msg::Page { query, anchor, limit, rows } => {
            let next = model.documents.take(&query, anchor, limit, rows);
            let height = documents::height(model);
            model.documents.keep_in_sight(height);
            next.into_iter().collect()
        }
        Msg::Opened(opened) => annotate::opened(model, *opened),
        Msg::NotOpened(reason) => {
            model.arriving.clear();
            model.say(Tone::Info, reason);
            Vec::new()
        }
        Msg::StoreChanged => vec![reread(model)],
        Msg::Reread { labels, counts, opened } => annotate::reread(model, labels, counts, opened),
        Msg::NewLabelId(id, name) => overlay::labels::take_new_id(model, id, &name),
        Msg::LabelUses(id, uses) => overlay::labels::take_uses(model, id, uses),
        Msg::Suggested { generation, document, run, candidates } => {
            annotate::suggested(model, generation, document, run, candidates);
            Vec::new()
        }
        Msg::SuggestedAhead(ahead) => {
            model.suggester.show_ahead(ahead, model.now, &mut model.dirty);
            Vec::new()
        }
        Msg::SuggestFailed { generation, reason } => {
            annotate::suggest_failed(model, generation, reason);
            Vec::new()
        }
    };
    annotate::settle(model);
    effects
}

fn tick(model: &mut Model, now: std::time::Duration) {
    model.now = now;
    if model.toast.as_ref().is_some_and(|t| t.until <= now) {
        model.toast = None;
        model.dirty = true;
    }
    model.dirty |= model.suggester.running.is_some();
}

/// A key: for the overlay on top, else the keymap.
fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    model.toast = None;
    let mut effects = annotate::note_activity(model);
    if let Some(open) = &mut model.open {
        (open.scrolled, open.list_scrolled) = (false, false);
    }
    if model.too_small() {
        if key == Key::char('q') || key == Key::ctrl('c') {
            effects.extend(stop(model));
        }
        return effects;
    }
    let own_keys = matches!(model.overlays.last(), Some(overlay) if !matches!(overlay, Overlay::Labels(_)));
    effects.extend(if own_keys { overlay::press(model, key) } else { press_mapped(model, key) });
    effects
}

fn press_mapped(model: &mut Model, key: Key) -> Vec<Effect> {
    if key == Key::named(Named::Esc) && !model.pending_keys.is_empty() {
        model.pending_keys.clear();
        return Vec::new();
    }
    model.pending_keys.push(key);
    let keymap = model.keymap.clone();
    let mode = model.mode();
    match keymap.lookup(mode, &model.pending_keys) {
        Found::Prefix(_) => Vec::new(),
        Found::Command(command) => {
            model.pending_keys.clear();
            run(model, command)
        }
        Found::Nothing => {
            let keys = std::mem::take(&mut model.pending_keys);
            let label = match (keys.as_slice(), mode) {
                ([key], Mode::Annotate | Mode::Pane) => key.typed().and_then(|c| model.labels.by_key(c)).map(|l| l.id),
                _ => None,
            };
            match label {
                Some(label) => give_label(model, label),
                None => {
                    let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
                    model.say(Tone::Refusal, format!("{} does nothing here: ? shows the keys", keys.join(" ")));
                    Vec::new()
                }
            }
        }
    }
}

/// Gives a label, where there is something to give it to.
pub fn give_label(model: &mut Model, label: LabelId) -> Vec<Effect> {
    match annotate::on_text(model) {
        Ok(()) => annotate::give_label(model, label),
        Err(reason) => {
            model.say(Tone::Refusal, reason);
            Vec::new()
        }
    }
}

/// Runs a command, or says why it cannot be run.
pub fn run(model: &mut Model, command: CommandId) -> Vec<Effect> {
    let command = command.get();
    if !command.modes.contains(&model.mode()) {
        let places: Vec<&str> = command.modes.iter().map(|m| m.name()).collect();
        model.say(Tone::Refusal, format!("{} belongs to: {}", command.name, places.join(", ")));
        return Vec::new();
    }
    match (command.available)(model) {
        Ok(()) => (command.run)(model),
        Err(reason) => {
            model.say(Tone::Refusal, reason);
            Vec::new()
        }
    }
}

/// Takes back the last change.
pub fn undo(_: &mut Model) -> Vec<Effect> {
    vec![Effect::Undo]
}

/// Does it again.
pub fn redo(_: &mut Model) -> Vec<Effect> {
    vec![Effect::Redo]
}

/// One step back.
pub fn back(model: &mut Model) -> Vec<Effect> {
    if model.overlays.pop().is_some() {
        return Vec::new();
    }
    match model.screen {
        Screen::Annotate if model.pane_focused => annotate::leave_side_pane(model),
        Screen::Annotate => {
            if annotate::deselect(model) {
                Vec::new()
            } else {
                annotate::show_documents(model)
            }
        }
        Screen::Documents if documents::is_filtered(model) => documents::clear_filter(model),
        Screen::Documents => {
            model.say(Tone::Info, "q quits");
            Vec::new()
        }
    }
}

/// Closes what lies over the screen, else the program. Suggestions for the open document are no work to lose.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    if model.overlays.pop().is_some() {
        return Vec::new();
    }
    stop(model)
}

/// Ends the program, keeping where the person is.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    model.quit = true;
    annotate::leave(model)
}

/// Draws everything again.
pub fn redraw(_: &mut Model) -> Vec<Effect> {
    vec![Effect::Redraw]
}

/// Stops the process until it is brought back.
pub fn suspend(model: &mut Model) -> Vec<Effect> {
    let mut effects = annotate::leave(model);
    effects.push(Effect::Suspend);
    effects
}

fn reread(model: &Model) -> Effect {
    Effect::Reread(model.open.as_ref().map(|open| open.annotation.document))
}

fn committed(model: &mut Model, group: &Group, then: Then, counts: Counts) -> Vec<Effect> {
    model.counts = counts;
    let mut effects = apply(model, &group.changes);
    let one_span = group.changes.iter().filter(|c| matches!(c, Change::Span { .. })).count() <= 1;
    let only_spans = group.changes.iter().all(|c| matches!(c, Change::Span { .. } | Change::Decision { .. }));
    // What can be seen where the eye is needs no words.
    let seen_at_once = one_span && only_spans;
    if !seen_at_once && !group.reason.is_empty() && then != Then::NextSuggestion {
        let way_back = if group.changes.iter().any(removes_document) { ": u takes it back" } else { "" };
        model.say(Tone::Info, format!("{}{way_back}", group.reason));
    }
    effects.extend(annotate::follow(model, then));
    effects
}

fn undone_msg(model: &mut Model, undone: Option<Undone>, redo: bool, counts: Counts) -> Vec<Effect> {
    let (did, nothing) = if redo { ("did again", "redo") } else { ("undid", "undo") };
    let Some(undone) = undone else {
        model.say(Tone::Refusal, format!("nothing to {nothing}"));
        return Vec::new();
    };
    model.counts = counts;
    let notice = format!("{did}: {}", undone.reason);
    let mut effects = apply(model, &undone.changes);
    let open = model.open.as_ref().map(|open| open.annotation.document);
    match undone.document {
        // What left the project or came back into it is seen in the list.
        Some(document) if undone.changes.iter().any(|c| matches!(c, Change::Document { .. })) => {
            effects.extend(annotate::leave(model));
            model.screen = Screen::Documents;
            let gone = undone.changes.iter().any(removes_document);
            let at = if gone { model.documents.row().map(|row| row.id) } else { Some(document) };
            effects.push(model.documents.load_at(at));
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
        if let Change::Document { document, after, .. } = change
            && after.removed
        {
            model.documents.forget(*document);
            model.open.take_if(|open| open.annotation.document == *document);
        }
    }
    annotate::changed(model);
    if annotate::prompts(model) == before { Vec::new() } else { annotate::ask(model) }
}

/// The command a name stands for, for tests and the palette.
pub fn command(name: &str) -> Option<Msg> {
    commands::find(name).map(Msg::Command)
}
