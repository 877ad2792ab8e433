//! Where everything on the Annotate screen is: the same for drawing and for the mouse.

use ratatui::layout::{Position, Rect};

use super::Shows;
use crate::dataset::LabelId;
use crate::tui::model::{Model, SIDE_PANE_FROM};
use crate::tui::tour;
use crate::tui::walk;

/// Cells of a label's name in the bar at most.
const NAME: u16 = 20;
/// Cells for the number of spans of a label: a space and two digits.
const COUNT: usize = 3;

/// Where the text is.
pub fn text_area(model: &Model) -> Rect {
    let (width, height) = model.size;
    let above = walk::rows(model);
    if model.arrangement.zoom {
        // The last row is kept for what has to be said.
        let height = height.saturating_sub(1 + above).max(1);
        return Rect { x: 1, y: above, width: width.saturating_sub(2).max(1), height };
    }
    let beside = model.shows_side_pane() && !model.pane_over_text;
    let side = if beside { model.arrangement.pane_width(width) } else { 0 };
    // One column of margin at the left, one for the scroll bar at the right.
    let others = 3 + above + label_rows(model).len().max(1) as u16 + tour::rows(model);
    let height = height.saturating_sub(others).max(1);
    Rect { x: 1, y: 1 + above, width: width.saturating_sub(side + 2).max(1), height }
}

/// The side pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pane {
    /// With its edge.
    pub whole: Rect,
    /// The list of spans, or of the places of a walk; empty when it is not shown.
    pub list: Rect,
    /// The line between the two, when both are shown.
    pub rule: Option<u16>,
    /// What the label means; empty when it is not shown.
    pub guideline: Rect,
}

/// The side pane, when it is on the screen. Its parts have their places whatever is in them, so that no edit moves them.
pub fn pane(model: &Model) -> Option<Pane> {
    if !model.shows_side_pane() {
        return None;
    }
    let text = text_area(model);
    let whole = if model.pane_over_text {
        Rect { x: 0, width: model.size.0, ..text }
    } else {
        Rect { x: text.right() + 1, width: model.arrangement.pane_width(model.size.0), ..text }
    };
    let inside = Rect { x: whole.x + 2, width: whole.width.saturating_sub(3), ..whole };
    let none = Rect { height: 0, ..inside };
    Some(match model.arrangement.shows {
        Shows::Spans => Pane { whole, list: inside, rule: None, guideline: none },
        Shows::Guideline if walk::is_listed(model) => Pane { whole, list: inside, rule: None, guideline: none },
        Shows::Guideline => Pane { whole, list: none, rule: None, guideline: inside },
        Shows::Both => {
            let below = inside.height / 3;
            let list = Rect { height: inside.height - below, ..inside };
            let guideline = Rect { y: list.bottom() + 1, height: below.saturating_sub(1), ..inside };
            Pane { whole, list, rule: (below > 0).then_some(list.bottom()), guideline }
        }
    })
}

/// True when there is room for a pane beside the text.
pub fn has_room_beside(model: &Model) -> bool {
    model.size.0 >= SIDE_PANE_FROM
}

/// A label in the bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelCell {
    /// Where it is, room for the number included.
    pub area: Rect,
    /// Which key gives it.
    pub key: Option<char>,
    /// Which label.
    pub label: LabelId,
    /// Its name as it is drawn.
    pub name: String,
}

/// Which labels are on which row of the label bar: two rows at most, the rest is behind `t`. Room for a count is kept
/// whether there is one or not, so that no edit moves a row.
fn label_rows(model: &Model) -> Vec<std::ops::Range<usize>> {
    let columns = model.theme.columns();
    let widths = model.labels.keys().into_iter().map(|(key, label)| {
        let name = columns.line_width(&label.name).min(usize::from(NAME));
        usize::from(key.is_some()) * 2 + name + COUNT + 2
    });
    let room = usize::from(model.size.0.saturating_sub(1));
    let mut rows: Vec<std::ops::Range<usize>> = Vec::new();
    let mut used = usize::MAX;
    for (i, width) in widths.enumerate() {
        used = used.saturating_add(width);
        // The last row keeps room for how many more there are.
        if used > if rows.len() == 2 { room.saturating_sub(10) } else { room } {
            if rows.len() == 2 {
                break;
            }
            rows.push(i..i);
            used = width;
        }
        if let Some(row) = rows.last_mut() {
            row.end = i + 1;
        }
    }
    rows
}

/// Where the label bar is: one row at least, for what to do when there is no label.
pub fn label_bar(model: &Model) -> Rect {
    let (width, height) = model.size;
    let rows = label_rows(model).len().max(1) as u16;
    Rect { x: 0, y: height.saturating_sub(2 + rows), width, height: rows }
}

/// The labels in the bar, in their order; where the bar ends before the labels do, the rest has no cell.
pub fn label_cells(model: &Model) -> Vec<LabelCell> {
    let columns = model.theme.columns();
    let (keys, bar) = (model.labels.keys(), label_bar(model));
    let count = |label| model.open.as_ref().map_or(0, |open| open.listing.spans_of(label));
    let mut cells = Vec::new();
    for (y, row) in (bar.y..).zip(label_rows(model)) {
        let mut x = 1;
        for (key, label) in &keys[row] {
            let name = columns.one_line(&label.name, NAME);
            let count = 1 + count(label.id).checked_ilog10().unwrap_or(0) as usize + 1;
            let width = usize::from(key.is_some()) * 2 + columns.line_width(&name) + COUNT.max(count) + 2;
            let area = Rect { x, y, width: width as u16, height: 1 };
            cells.push(LabelCell { area, key: *key, label: label.id, name });
            x = x.saturating_add(width as u16);
        }
    }
    cells
}

/// The line of the list at a position, counted over the whole list.
pub fn item_at(model: &Model, position: Position) -> Option<usize> {
    let list = pane(model)?.list;
    let open = model.open.as_ref()?;
    let line = open.list_top + usize::from(position.y.checked_sub(list.y)?);
    (list.contains(position) && line < open.listing.items.len()).then_some(line)
}
