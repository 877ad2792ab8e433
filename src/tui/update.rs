//! What happens to the model when something happens: no disk, no clock, no chance; what is to be done outside comes
//! back as effects.

mod stored;

use super::commands::{self, CommandId};
use super::effect::Effect;
use super::key::{Key, Named};
use super::keymap::{Found, Mode};
use super::model::{Model, Screen, Tone};
use super::mouse;
use super::msg::Msg;
use super::overlay::bulk;
use super::overlay::{self, Overlay};
use super::screen::{annotate, documents, evaluate, project, review, search};
use super::tour;
use super::walk;
use crate::dataset::LabelId;

/// Takes in one message.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    model.dirty |= !matches!(msg, Msg::Tick(_) | Msg::SuggestedAhead(_) | Msg::Found(None));
    let mut effects = match msg {
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
        Msg::Committed(group, then, counts) => stored::committed(model, &group, then, counts),
        Msg::Refused(reason) => {
            stored::bring_back(model);
            model.say(Tone::Error, reason);
            Vec::new()
        }
        Msg::Trouble(reason) => {
            model.say(Tone::Error, reason);
            Vec::new()
        }
        Msg::Stale(reason) => {
            stored::bring_back(model);
            model.say(Tone::Error, reason);
            stored::reread(model)
        }
        Msg::Undone { undone, redo, counts } => stored::undone(model, undone, redo, counts),
        Msg::Page { query, anchor, limit, rows } => documents::take_page(model, &query, anchor, limit, rows),
        Msg::Searching => {
            model.searching = true;
            Vec::new()
        }
        Msg::Found(found) => documents::take_found(model, found),
        Msg::Opened(opened) => {
            model.searching = false;
            annotate::opened(model, *opened)
        }
        Msg::NotOpened(reason) => {
            model.searching = false;
            model.arriving.clear();
            walk::not_opened(model);
            model.review.visiting &= model.screen == Screen::Annotate;
            search::not_opened(model);
            model.say(Tone::Info, reason);
            Vec::new()
        }
        Msg::StoreChanged => {
            model.evaluate.noticed();
            search::noticed(model);
            stored::reread(model)
        }
        Msg::Reread { card, labels, counts, opened } => {
            project::take_card(model, card);
            let mut effects = annotate::reread(model, labels, counts, opened);
            effects.extend(project::recount(model));
            effects
        }
        Msg::NewLabelId(id, name) => overlay::labels::take_new_id(model, id, &name),
        Msg::Counted(counted) => project::counted(model, counted),
        Msg::Evaluated(evaluated) => evaluate::evaluated(model, evaluated),
        Msg::Filled(filled) => evaluate::filled(model, filled),
        Msg::Sought(sought) => {
            search::sought(model, sought);
            Vec::new()
        }
        Msg::GuidelinesEdited(text) => project::guidelines_edited(model, text),
        Msg::NewLabelHere(id, name, change) => overlay::LabelPicker::new(change).take_new(model, id, &name),
        Msg::Suggested { generation, document, run, candidates } => {
            annotate::suggested(model, generation, document, run, candidates);
            Vec::new()
        }
        Msg::SuggestedBatch { generation, result } => {
            let mut result = Some(result);
            let effects = bulk::take(model, generation, &mut result);
            if let Some(result) = result {
                review::take(model, generation, result);
            }
            effects
        }
        Msg::ReviewReread(fresh) => {
            review::reread(model, fresh);
            Vec::new()
        }
        Msg::Reviewed(counts) => {
            bulk::take_reviewed(model, counts);
            Vec::new()
        }
        Msg::SuggestedAhead(ahead) => {
            model.suggester.show_ahead(ahead, model.now, &mut model.dirty);
            Vec::new()
        }
        Msg::Quoted(quotes) => {
            walk::quoted(model, quotes);
            Vec::new()
        }
        Msg::Line(line) => annotate::copy(model, line, "the document as JSON"),
        Msg::Searched(searched) => annotate::searched(model, searched),
        Msg::Matches(document, matches) => {
            annotate::matched(model, document, matches);
            Vec::new()
        }
        Msg::SuggestFailed { generation, reason } => {
            annotate::suggest_failed(model, generation, reason);
            Vec::new()
        }
    };
    tour::advance(model);
    annotate::settle(model);
    effects.extend(review::settle(model));
    effects.extend(walk::settle(model));
    effects.extend(evaluate::settle(model));
    effects.extend(search::settle(model));
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
    (model.toast, model.given) = (None, None);
    let mut effects = annotate::note_activity(model);
    effects.extend(review::note_activity(model));
    if let Some(open) = &mut model.open {
        (open.scrolled, open.list_scrolled) = (false, false);
    }
    if model.too_small() {
        if key == Key::char('q') || key == Key::ctrl('c') {
            effects.extend(stop(model));
        }
        return effects;
    }
    tour::press(model);
    let own_keys = matches!(model.overlays.last(), Some(overlay) if !matches!(overlay, Overlay::Labels(_)));
    effects.extend(if own_keys {
        overlay::press(model, key)
    } else if model.is_typing() {
        search::press(model, key)
    } else {
        press_mapped(model, key)
    });
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
                ([key], Mode::Annotate | Mode::Pane | Mode::Review) => {
                    key.typed().and_then(|c| model.labels.by_key(c)).map(|l| l.id)
                }
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
    let in_review = model.screen == Screen::Review;
    match if in_review { review::has_line(model) } else { annotate::on_text(model) } {
        Ok(()) if in_review => review::give_label(model, label),
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
        Ok(()) => {
            tour::note(model, command.name);
            (command.run)(model)
        }
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
    if model.overlays.pop().is_some() || tour::leave(model) {
        return Vec::new();
    }
    if std::mem::take(&mut model.searching) {
        model.say(Tone::Info, "stopped looking");
        let mut effects = vec![Effect::StopSearch];
        if model.screen == Screen::Documents {
            effects.extend(documents::clear_filter(model));
        }
        return effects;
    }
    match model.screen {
        Screen::Review => review::back(model),
        Screen::Annotate if model.pane_focused => annotate::leave_side_pane(model),
        Screen::Annotate => {
            if let Some(effects) = search::return_from_document(model) {
                effects
            } else if let Some(effects) = review::return_from_document(model) {
                effects
            } else if model.walk.is_some() {
                leave_walk(model)
            } else if annotate::deselect(model) {
                Vec::new()
            } else {
                annotate::show_documents(model)
            }
        }
        Screen::Project => project::leave(model),
        Screen::Evaluate => evaluate::leave(model),
        Screen::Search => search::back(model),
        Screen::Documents if documents::is_filtered(model) => documents::clear_filter(model),
        Screen::Documents => {
            model.say(Tone::Info, "q quits");
            Vec::new()
        }
    }
}

/// From a place of a walk back to where the walk began; what was selected there is let go first.
fn leave_walk(model: &mut Model) -> Vec<Effect> {
    // A span or suggestion the cursor was put on is no selection of the person's own.
    let own = |open: &annotate::Open| open.find.is_some() || open.selection.extending;
    if model.open.as_ref().is_some_and(own) && annotate::deselect(model) {
        return Vec::new();
    }
    walk::end(model)
}

/// Closes what lies over the screen, else the program. Suggestions for the open document are no work to lose.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    if model.overlays.pop().is_some() {
        return Vec::new();
    }
    if annotate::keeps_searching(model) {
        model.overlays.push(Overlay::Confirm(overlay::Confirm::new(overlay::Question::QuitSearching)));
        return Vec::new();
    }
    if model.evaluate.filling.is_some() {
        model.overlays.push(Overlay::Confirm(overlay::Confirm::new(overlay::Question::QuitFilling)));
        return Vec::new();
    }
    stop(model)
}

/// Ends the program, keeping where the person is.
pub fn stop(model: &mut Model) -> Vec<Effect> {
    model.quit = true;
    leave(model)
}

/// Draws everything again.
pub fn redraw(_: &mut Model) -> Vec<Effect> {
    vec![Effect::Redraw]
}

/// Stops the process until it is brought back.
pub fn suspend(model: &mut Model) -> Vec<Effect> {
    let mut effects = leave(model);
    effects.push(Effect::Suspend);
    effects
}

fn leave(model: &mut Model) -> Vec<Effect> {
    let mut effects = annotate::leave(model);
    effects.extend(review::leave(model));
    effects
}

/// The command a name stands for, for tests and the palette.
pub fn command(name: &str) -> Option<Msg> {
    commands::find(name).map(Msg::Command)
}
