//! What the mouse does on the Annotate screen: click and drag in the text, click on names, labels and lines of the list,
//! turn the wheel.

use ratatui::layout::Position;

use super::{Focus, MATCH_MARK, Open, areas, text_area};
use crate::annotate::Selection;
use crate::tui::effect::Effect;
use crate::tui::model::Model;
use crate::tui::mouse::{Gesture, Mouse, NOTCH};
use crate::tui::update;
use crate::tui::walk;
use crate::tui::widget::span_text::{SpanKind, SpanText, Viewport};

/// Takes in what was done.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match mouse.gesture {
        Gesture::Press => press(model, mouse.at),
        Gesture::Drag => drag(model, mouse.at),
        Gesture::Release => {
            model.drag = None;
            Vec::new()
        }
        Gesture::Wheel(by) => wheel(model, mouse.at, by * NOTCH),
    }
}

fn press(model: &mut Model, at: Position) -> Vec<Effect> {
    if areas::pane(model).is_some_and(|pane| pane.whole.contains(at)) {
        let row = areas::pane(model).filter(|pane| pane.list.contains(at)).map(|pane| usize::from(at.y - pane.list.y));
        if walk::is_listed(model) {
            let place = row.and_then(|row| walk::in_list(model, row));
            return place.map_or_else(Vec::new, |place| walk::go_to(model, place));
        }
        let item = areas::item_at(model, at);
        if let (Some(open), Some(line)) = (&mut model.open, item)
            && let Some(item) = open.listing.items.get(line).copied()
        {
            open.focus_on(&item);
            // The list may stay where it was scrolled to: what was clicked is in sight.
            open.list_scrolled = true;
        }
        return Vec::new();
    }
    if text_area(model).contains(at) {
        return press_text(model, at);
    }
    if model.arrangement.zoom {
        return Vec::new();
    }
    let label = areas::label_cells(model).into_iter().find(|cell| cell.area.contains(at)).map(|cell| cell.label);
    label.map_or_else(Vec::new, |label| update::give_label(model, label))
}

/// On a name in a lane: that span. Elsewhere: the word or character there, with which a drag may begin.
fn press_text(model: &mut Model, at: Position) -> Vec<Effect> {
    let (named, position) = (name_at(model, at), char_at(model, at));
    let unit = model.unit;
    model.pane_focused = false;
    let Some(open) = &mut model.open else { return Vec::new() };
    if let Some(item) = named {
        open.focus_on(&item);
    } else if let Some(position) = position {
        open.selection = Selection::at(&open.annotation.text, position, unit);
        (open.focus, open.goal_column) = (None, None);
        model.drag = Some(position);
    }
    // Where the eye is, nothing scrolls: the text stays as the wheel left it.
    open.scrolled = true;
    Vec::new()
}

/// From where the button went down to here.
fn drag(model: &mut Model, at: Position) -> Vec<Effect> {
    let (from, to, unit) = (model.drag, char_at(model, at), model.unit);
    let inside = text_area(model).contains(at);
    if let (Some(open), Some(from), Some(to)) = (&mut model.open, from, to) {
        let text = &open.annotation.text;
        let begun = Selection { extending: true, ..Selection::at(text, from, unit) };
        open.selection = Selection { extending: false, ..begun.move_to(text, to, unit) };
        open.focus = None;
        // Past an edge the text comes along.
        open.scrolled = inside;
    }
    Vec::new()
}

fn wheel(model: &mut Model, at: Position, rows: isize) -> Vec<Effect> {
    let pane = areas::pane(model).filter(|pane| pane.whole.contains(at));
    let (height, lanes) = (text_area(model).height, model.lanes());
    let Some(open) = &mut model.open else { return Vec::new() };
    if pane.is_some() {
        open.list_top = open.list_top.saturating_add_signed(rows);
        open.list_scrolled = true;
    } else if let Some(layout) = &open.layout {
        let mut viewport = Viewport { top: open.top };
        viewport.scroll(rows, layout.rows(), height, lanes);
        (open.top, open.scrolled) = (viewport.top, true);
    }
    Vec::new()
}

/// The text as it is drawn.
fn drawn<'m>(model: &'m Model, open: &'m Open) -> Option<SpanText<'m>> {
    let text = SpanText::new(open.layout.as_ref()?, &open.drawn.2, &model.theme);
    Some(text.top(open.top).lanes(model.lanes()))
}

/// What has its name at this cell.
fn name_at(model: &Model, at: Position) -> Option<super::Item> {
    let open = model.open.as_ref()?;
    let span = &open.drawn.2.spans()[drawn(model, open)?.span_at(text_area(model), at)?];
    let is_it = |item: &&super::Item| {
        let name = span.label.strip_suffix(MATCH_MARK).filter(|_| span.kind == SpanKind::Suggestion);
        let kind = match item.focus {
            Focus::Span(_) => SpanKind::Response,
            Focus::Suggestion(..) => SpanKind::Suggestion,
        };
        (item.range, kind) == (span.range, span.kind) && {
            let known = model.labels.name(item.label);
            known == span.label || Some(known.as_str()) == name
        }
    };
    open.listing.items.iter().find(is_it).copied()
}

/// The code point at this cell. Right of a row's text it is in the last word of the row; above and below the text it is
/// on the row before the first in sight or after the last, so that dragging scrolls.
fn char_at(model: &Model, at: Position) -> Option<usize> {
    let (open, area) = (model.open.as_ref()?, text_area(model));
    let layout = open.layout.as_ref()?;
    let column = at.x.clamp(area.x, area.right().saturating_sub(1)) - area.x;
    let step = 1 + model.lanes();
    let row = match at.y.checked_sub(area.y) {
        None => open.top.saturating_sub(1),
        Some(line) if line >= area.height => open.top + Viewport::rows(area.height, model.lanes()),
        Some(line) => open.top + usize::from(line / step),
    };
    let position = layout.char_at(row, column);
    Some(super::on_its_row(open, layout, position, model.unit))
}
