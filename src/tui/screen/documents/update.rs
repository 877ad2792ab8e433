//! What the commands of the list do.

use ratatui::layout::Rect;

use crate::dataset::Status;
use crate::store::{Anchor, Change, DocumentState, Group, Order};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::mouse::{Gesture, Mouse, NOTCH};
use crate::tui::msg::Then;
use crate::tui::overlay::{Overlay, Prompt, Purpose};

/// Rows of the list on the screen: all but title, head, status and hint line.
pub fn height(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(4))
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
    vec![Effect::Open { document, notice: None }]
}

/// The chosen document goes out of the project; undo brings it back with everything said of it.
pub fn remove_document(model: &mut Model) -> Vec<Effect> {
    let Some(row) = model.documents.row() else { return Vec::new() };
    let before = DocumentState { removed: false, version: row.version };
    let change = Change::Document { document: row.id, before, after: DocumentState { removed: true, ..before } };
    let name = row.external_id.clone().unwrap_or_else(|| row.id.to_string());
    let group =
        Group { actor: model.annotator.clone(), reason: format!("remove document {name}"), changes: vec![change] };
    vec![Effect::Commit(group, Then::Stay)]
}

/// A document can be opened.
pub fn has_row(model: &Model) -> Result<(), String> {
    match model.documents.row() {
        Some(_) => Ok(()),
        None if model.counts.documents == 0 => {
            Err("no documents yet: q quits; then `gleaner import PROJECT FILE`".into())
        }
        None => Err("no document passes the filter: Esc clears it".into()),
    }
}

/// The next status in the filter.
pub fn filter_status(model: &mut Model) -> Vec<Effect> {
    let status = &mut model.documents.query.status;
    *status = match *status {
        None => Some(Status::Pending),
        Some(now) => Status::ALL.into_iter().skip_while(|s| *s != now).nth(1),
    };
    reload(model)
}

/// Asks for the text that documents must contain.
pub fn filter_text(model: &mut Model) -> Vec<Effect> {
    let now = model.documents.query.contains.clone();
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::FilterText, &now)));
    Vec::new()
}

/// All documents again.
pub fn clear_filter(model: &mut Model) -> Vec<Effect> {
    model.documents.query.status = None;
    model.documents.query.contains.clear();
    reload(model)
}

/// True when not all documents are listed.
pub fn is_filtered(model: &Model) -> bool {
    model.documents.query.status.is_some() || !model.documents.query.contains.is_empty()
}

/// The next order.
pub fn next_order(model: &mut Model) -> Vec<Effect> {
    let order = &mut model.documents.query.order;
    *order = match order {
        Order::Document => Order::Shortest,
        Order::Shortest => Order::Longest,
        Order::Longest => Order::Recent,
        Order::Recent => Order::Document,
    };
    vec![model.documents.load(Anchor::Start)]
}

/// The list again, around the document it was at.
pub fn reload(model: &mut Model) -> Vec<Effect> {
    let at = match model.screen {
        Screen::Annotate => model.open.as_ref().map(|open| open.annotation.document),
        Screen::Documents => model.documents.row().map(|row| row.id),
    };
    vec![model.documents.load_at(at)]
}
