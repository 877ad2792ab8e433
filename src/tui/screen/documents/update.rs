//! What the commands of the list do.

use ratatui::layout::Rect;

use crate::annotate::quoted;
use crate::store::{Anchor, Change, DocumentState, Group};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::mouse::{Gesture, Mouse, NOTCH};
use crate::tui::msg::Then;
use crate::tui::tour;

/// Rows of the list on the screen: all but title, head, the tour, status and hint line.
pub fn height(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(4 + tour::rows(model)))
}

/// Where the rows of the list are.
pub fn list_area(model: &Model) -> Rect {
    Rect { x: 0, y: 2, width: model.size.0, height: height(model) as u16 }
}

/// A click on a row opens its document; the wheel moves through the list.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let area = list_area(model);
    match mouse.gesture {
        Gesture::Press if area.contains(mouse.at) => {
            let index = model.documents.top + usize::from(mouse.at.y - area.y);
            if index >= model.documents.rows.len() {
                return Vec::new();
            }
            let mut effects: Vec<Effect> = model.documents.select(index, height(model)).into_iter().collect();
            effects.extend(open_selected(model));
            effects
        }
        Gesture::Wheel(by) => move_by(model, by * NOTCH),
        _ => Vec::new(),
    }
}

fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let height = height(model);
    let index = model.documents.selected.saturating_add_signed(by);
    model.documents.select(index, height).into_iter().collect()
}

/// One row down.
pub fn select_next(model: &mut Model) -> Vec<Effect> {
    move_by(model, 1)
}

/// One row up.
pub fn select_previous(model: &mut Model) -> Vec<Effect> {
    move_by(model, -1)
}

/// A screenful down.
pub fn page_down(model: &mut Model) -> Vec<Effect> {
    let height = height(model) as isize;
    move_by(model, height - 1)
}

/// A screenful up.
pub fn page_up(model: &mut Model) -> Vec<Effect> {
    let height = height(model) as isize;
    move_by(model, 1 - height)
}

/// The first document.
pub fn select_first(model: &mut Model) -> Vec<Effect> {
    if model.documents.at_start {
        return move_by(model, isize::MIN);
    }
    vec![model.documents.load(Anchor::Start)]
}

/// The last document.
pub fn select_last(model: &mut Model) -> Vec<Effect> {
    if model.documents.at_end {
        return move_by(model, isize::MAX);
    }
    vec![model.documents.load(Anchor::End)]
}

/// The chosen document goes to the Annotate screen.
pub fn open_selected(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.documents.row() else { return Vec::new() };
    let document = row.id;
    if model.open.as_ref().is_some_and(|open| open.annotation.document == document) {
        model.screen = Screen::Annotate;
        return Vec::new();
    }
    vec![Effect::Open { document, whose: None, notice: None }]
}

/// The chosen document goes out of the project; undo brings it back with everything said of it.
pub fn remove_document(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.documents.row() else { return Vec::new() };
    let before = DocumentState { removed: false, version: row.version };
    let change = Change::Document { document: row.id, before, after: DocumentState { removed: true, ..before } };
    // A long id is cut in its middle: behind it stands the way back.
    let name = quoted(&row.external_id.clone().unwrap_or_else(|| row.id.to_string()));
    let reason = format!("remove document {}", name.trim_matches(['“', '”']));
    let group = Group { actor: model.annotator.clone(), reason, changes: vec![change] };
    vec![Effect::Commit(group, Then::Stay)]
}

/// A document can be opened.
pub fn has_row(model: &Model) -> Result<(), String> {
    match model.documents.row() {
        Some(_) => Ok(()),
        None if model.counts.documents == 0 => Err("no documents yet: n types or pastes one in".into()),
        None => Err("no document passes the filter: Esc clears it".into()),
    }
}

/// The list again, around the document it was at.
pub fn reload(model: &mut Model) -> Vec<Effect> {
    let at = match model.screen {
        Screen::Annotate => model.open.as_ref().map(|open| open.annotation.document),
        _ => model.documents.row().map(|row| row.id),
    };
    vec![model.documents.load_at(at)]
}
