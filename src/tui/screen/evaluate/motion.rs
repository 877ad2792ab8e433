//! Where the cursor is, and which view is shown.

use super::View;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};

/// Rows of a view on the screen: all but title, two lines about gold, the names of the views, the head of the columns,
/// what there is to say, status and hints.
pub fn height(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(8)).max(1)
}

/// There is a cell under the cursor.
///
/// # Errors
/// Why not.
pub fn has_cell(model: &Model) -> Result<(), String> {
    match model.evaluate.here().and_then(|shown| shown.row()) {
        Some(_) => Ok(()),
        None if model.evaluate.waiting.is_some() => Err("it is being counted".into()),
        None => Err("there is nothing in this view".into()),
    }
}

fn move_rows(model: &mut Model, by: isize) -> Vec<Effect> {
    let view = model.evaluate.view;
    let Some(shown) = model.evaluate.shown.get_mut(&view) else { return Vec::new() };
    let last = shown.order.len().saturating_sub(1);
    let wanted = shown.at.saturating_add_signed(by).min(last);
    let heading = |at: &usize| shown.sheet.rows[shown.order[*at]].is_heading();
    // Over headings, further the same way; at an end back to the first row that is one.
    let place = if by < 0 {
        (0..=wanted).rev().find(|at| !heading(at)).or_else(|| (wanted..=last).find(|at| !heading(at)))
    } else {
        (wanted..=last).find(|at| !heading(at)).or_else(|| (0..=wanted).rev().find(|at| !heading(at)))
    };
    shown.at = place.unwrap_or(shown.at);
    Vec::new()
}

fn move_columns(model: &mut Model, by: isize) -> Vec<Effect> {
    let view = model.evaluate.view;
    let Some(shown) = model.evaluate.shown.get_mut(&view) else { return Vec::new() };
    let last = shown.sheet.columns.len().saturating_sub(1);
    shown.column = shown.column.saturating_add_signed(by).min(last);
    Vec::new()
}

/// One row down.
pub fn cell_down(model: &mut Model) -> Vec<Effect> {
    move_rows(model, 1)
}

/// One row up.
pub fn cell_up(model: &mut Model) -> Vec<Effect> {
    move_rows(model, -1)
}

/// One column to the left.
pub fn cell_left(model: &mut Model) -> Vec<Effect> {
    move_columns(model, -1)
}

/// One column to the right.
pub fn cell_right(model: &mut Model) -> Vec<Effect> {
    move_columns(model, 1)
}

/// A screenful of rows down.
pub fn cells_down(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize;
    move_rows(model, by)
}

/// A screenful of rows up.
pub fn cells_up(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize;
    move_rows(model, -by)
}

/// The first row.
pub fn first_cell(model: &mut Model) -> Vec<Effect> {
    move_rows(model, isize::MIN)
}

/// The last row.
pub fn last_cell(model: &mut Model) -> Vec<Effect> {
    move_rows(model, isize::MAX)
}

/// Sorts by the column of the cursor: highest first, lowest first, as it was.
pub fn sort_column(model: &mut Model) -> Vec<Effect> {
    let view = model.evaluate.view;
    let Some(shown) = model.evaluate.shown.get_mut(&view) else { return Vec::new() };
    if !shown.sheet.can_sort() {
        model.say(Tone::Refusal, "the rows of this view have an order of their own");
        return Vec::new();
    }
    let column = shown.column;
    shown.sort = match shown.sort {
        Some((by, true)) if by == column => Some((column, false)),
        Some((by, false)) if by == column => None,
        _ => Some((column, true)),
    };
    let row = shown.row().map(super::Row::key);
    shown.arrange(row);
    let name = shown.sheet.columns.get(column).map_or("", |c| c.name.as_str());
    let said = match shown.sort {
        Some((_, true)) => format!("sorted by {name}, highest first"),
        Some((_, false)) => format!("sorted by {name}, lowest first"),
        None => "in the order of the labels again".to_owned(),
    };
    let said = if view == View::Table || shown.sort.is_some() { said } else { "not sorted any more".to_owned() };
    model.say(Tone::Info, said);
    Vec::new()
}

/// Shows a view.
pub fn go_to(model: &mut Model, view: View) -> Vec<Effect> {
    if view == View::Curve && model.evaluate.view != View::Curve {
        // The curve is that of the label the cursor is on.
        let row = model.evaluate.here().and_then(|shown| shown.row());
        let of = row.filter(|row| row.label.is_some()).map(|row| row.name.clone());
        if of != model.evaluate.curve_of {
            model.evaluate.curve_of = of;
            model.evaluate.shown.remove(&View::Curve);
        }
    }
    model.evaluate.view = view;
    Vec::new()
}

fn step(model: &mut Model, by: usize) -> Vec<Effect> {
    let all = View::ALL;
    let here = all.iter().position(|v| *v == model.evaluate.view).unwrap_or(0);
    go_to(model, all[(here + by) % all.len()])
}

/// The next view.
pub fn next_view(model: &mut Model) -> Vec<Effect> {
    step(model, 1)
}

/// The view before.
pub fn previous_view(model: &mut Model) -> Vec<Effect> {
    step(model, View::ALL.len() - 1)
}

/// The curve is shown.
///
/// # Errors
/// When it is not.
pub fn on_curve(model: &Model) -> Result<(), String> {
    match model.evaluate.view {
        View::Curve => has_cell(model),
        _ => Err("the curve has thresholds: g u shows it".into()),
    }
}

fn turn_curve(model: &mut Model, by: usize) -> Vec<Effect> {
    let mut labels: Vec<Option<String>> = vec![None];
    labels.extend(model.labels.active().map(|l| Some(l.name.clone())));
    let here = labels.iter().position(|l| *l == model.evaluate.curve_of).unwrap_or(0);
    model.evaluate.curve_of = labels[(here + by) % labels.len()].clone();
    // The cursor stays at its threshold; the numbers are asked for.
    if let Some(shown) = model.evaluate.shown.get_mut(&View::Curve) {
        shown.version = 0;
    }
    Vec::new()
}

/// The curve of the next label.
pub fn next_curve(model: &mut Model) -> Vec<Effect> {
    turn_curve(model, 1)
}

/// The curve of the label before.
pub fn previous_curve(model: &mut Model) -> Vec<Effect> {
    let labels = model.labels.active().count();
    turn_curve(model, labels)
}
