//! What the keys that move the cursor and its edges do.

use super::repeat::{Act, commit_act};
use super::{Open, Target};
use crate::annotate::{Direction, Selection, Side, Unit, moved_edge};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;
use crate::tui::widget::span_text::TextLayout;

/// Rows that moving up and down looks through for a word.
const LOOK: isize = 1000;

/// Changes the cursor of the open document and keeps it in sight.
fn moving(model: &mut Model, change: impl FnOnce(&mut Open, Unit)) -> Vec<Effect> {
    let unit = model.unit;
    if let Some(open) = &mut model.open {
        open.focus = None;
        change(open, unit);
    }
    super::keep_in_sight(model);
    Vec::new()
}

fn step(model: &mut Model, direction: Direction, unit: Option<Unit>, extend: bool) -> Vec<Effect> {
    moving(model, |open, usual| {
        open.goal_column = None;
        open.selection.extending |= extend;
        open.selection = open.selection.step(&open.annotation.text, direction, unit.unwrap_or(usual));
    })
}

/// One unit to the left.
pub fn move_left(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Left, None, false)
}

/// One unit to the right.
pub fn move_right(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Right, None, false)
}

/// One word to the left, in character mode too.
pub fn move_word_left(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Left, Some(Unit::Word), false)
}

/// One word to the right, in character mode too.
pub fn move_word_right(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Right, Some(Unit::Word), false)
}

/// Extends to the left.
pub fn extend_left(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Left, None, true)
}

/// Extends to the right.
pub fn extend_right(model: &mut Model) -> Vec<Effect> {
    step(model, Direction::Right, None, true)
}

/// From now on motions extend, or no longer.
pub fn toggle_extend(model: &mut Model) -> Vec<Effect> {
    if let Some(open) = &mut model.open {
        open.selection.extending = !open.selection.extending;
    }
    Vec::new()
}

/// Words or characters. A selection stays, to be cut to measure by character; back at words it is the word at the cursor.
pub fn toggle_character_mode(model: &mut Model) -> Vec<Effect> {
    model.unit = if model.unit == Unit::Word { Unit::Character } else { Unit::Word };
    let text = if model.unit == Unit::Word { "keys move by word" } else { "keys move by character" };
    model.say(Tone::Info, text);
    let unit = model.unit;
    match model.open.as_ref().map(Open::target) {
        Some(Target::Text(_)) if unit == Unit::Word => moving(model, |open, _| {
            if !open.selection.extending {
                open.selection = open.selection.collapsed(&open.annotation.text, unit);
            }
        }),
        _ => Vec::new(),
    }
}

/// To the word or character nearest to a code point.
pub(super) fn go_to(model: &mut Model, position: usize) -> Vec<Effect> {
    moving(model, |open, unit| {
        open.goal_column = None;
        open.selection = open.selection.move_to(&open.annotation.text, position, unit);
    })
}

/// The first word.
pub fn go_to_start(model: &mut Model) -> Vec<Effect> {
    go_to(model, 0)
}

/// The last word.
pub fn go_to_end(model: &mut Model) -> Vec<Effect> {
    go_to(model, usize::MAX)
}

/// A place past the last word of a row stands for that word, not for the first one of the next row.
pub(super) fn on_its_row(open: &Open, layout: &TextLayout, position: usize, unit: Unit) -> usize {
    let text = &open.annotation.text;
    let row = layout.row_range(layout.row_of(position));
    let here = Selection::at(text, position, unit);
    if here.range().start < row.end {
        return position;
    }
    let before = here.step(text, Direction::Left, unit).range();
    if before.end > row.start && before.start < row.end { before.start.max(row.start) } else { position }
}

/// Up or down by rows of the screen, keeping to a column. Rows without words, and those that only go on with the word the
/// cursor is on, are passed over.
fn move_rows(model: &mut Model, by: isize) -> Vec<Effect> {
    moving(model, |open, unit| {
        let Some(layout) = open.layout.clone() else { return };
        let (from, before) = (open.selection.cursor(), open.selection);
        for further in 0..LOOK {
            let position = layout.vertical(from, by + by.signum() * further, &mut open.goal_column);
            let row = layout.row_of(position);
            if row == layout.row_of(from) {
                return;
            }
            let position = on_its_row(open, &layout, position, unit);
            let there = before.move_to(&open.annotation.text, position, unit);
            let cells = layout.row_range(row);
            if there.head != before.head && there.head.start < cells.end && there.head.end > cells.start {
                open.selection = there;
                return;
            }
            if row == 0 || row + 1 == layout.rows() {
                return;
            }
        }
        let direction = if by < 0 { Direction::Left } else { Direction::Right };
        open.selection = before.step(&open.annotation.text, direction, unit);
    })
}

/// One row up.
pub fn move_up(model: &mut Model) -> Vec<Effect> {
    move_rows(model, -1)
}

/// One row down.
pub fn move_down(model: &mut Model) -> Vec<Effect> {
    move_rows(model, 1)
}

fn screenful(model: &Model) -> isize {
    super::visible_rows(model).max(2) as isize - 1
}

/// A screenful down.
pub fn text_page_down(model: &mut Model) -> Vec<Effect> {
    let rows = screenful(model);
    move_rows(model, rows)
}

/// A screenful up.
pub fn text_page_up(model: &mut Model) -> Vec<Effect> {
    let rows = screenful(model);
    move_rows(model, -rows)
}

/// Half a screenful down.
pub fn half_page_down(model: &mut Model) -> Vec<Effect> {
    let rows = screenful(model) / 2;
    move_rows(model, rows.max(1))
}

/// Half a screenful up.
pub fn half_page_up(model: &mut Model) -> Vec<Effect> {
    let rows = screenful(model) / 2;
    move_rows(model, -rows.max(1))
}

fn go_to_row_edge(model: &mut Model, column: u16) -> Vec<Effect> {
    let position = model.open.as_ref().and_then(|open| {
        let layout = open.layout.as_ref()?;
        let position = layout.char_at(layout.row_of(open.selection.cursor()), column);
        Some(on_its_row(open, layout, position, model.unit))
    });
    position.map_or_else(Vec::new, |position| go_to(model, position))
}

/// The first unit of the row.
pub fn go_to_row_start(model: &mut Model) -> Vec<Effect> {
    go_to_row_edge(model, 0)
}

/// The last unit of the row.
pub fn go_to_row_end(model: &mut Model) -> Vec<Effect> {
    go_to_row_edge(model, u16::MAX)
}

/// The next suggestion.
pub fn next_suggestion(model: &mut Model) -> Vec<Effect> {
    to_suggestion(model, true)
}

/// The previous suggestion.
pub fn previous_suggestion(model: &mut Model) -> Vec<Effect> {
    to_suggestion(model, false)
}

fn to_suggestion(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let wrapped = if forward { open.suggestions.first() } else { open.suggestions.last() };
    match open.neighbour_suggestion(forward).or(wrapped.cloned()) {
        Some(suggestion) => open.focus_suggestion(&suggestion),
        None if model.blind => model.say(Tone::Refusal, super::BLIND),
        None => model.say(Tone::Refusal, "no suggestions here"),
    }
    super::keep_in_sight(model);
    Vec::new()
}

/// The next span.
pub fn next_span(model: &mut Model) -> Vec<Effect> {
    to_span(model, true)
}

/// The previous span.
pub fn previous_span(model: &mut Model) -> Vec<Effect> {
    to_span(model, false)
}

fn to_span(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    let spans = &open.annotation.response.spans;
    let wrapped = if forward { spans.first() } else { spans.last() };
    match open.neighbour_span(forward).or(wrapped.map(|s| s.id)) {
        Some(id) => open.focus_span(id),
        None => model.say(Tone::Refusal, "no spans here yet"),
    }
    super::keep_in_sight(model);
    Vec::new()
}

/// One edge one unit out or in: of the span or suggestion the selection is on, else of the selection.
pub(super) fn edge(model: &mut Model, side: Side, direction: Direction) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let range = open.selection.range();
    let Some(moved) = moved_edge(&open.annotation.text, range, side, direction, model.unit) else {
        model.say(Tone::Refusal, "this edge cannot go further");
        return Vec::new();
    };
    match open.target() {
        Target::Span(span) => {
            let outcome = open.annotation.rebound_span(&model.labels, span.id, moved);
            commit_act(model, Act::Edge(side, direction), outcome, Then::Span(span.id))
        }
        Target::Suggestion(suggestion) => {
            let outcome = open.annotation.rebound_suggestion(&model.labels, &suggestion, moved);
            let id = open.annotation.next_span_id;
            commit_act(model, Act::Edge(side, direction), outcome, Then::Span(id))
        }
        Target::Text(_) => moving(model, |open, _| open.selection = with_edges(open, moved)),
    }
}

/// The selection with other edges: its head stays on the side it was on.
fn with_edges(open: &Open, range: CharRange) -> Selection {
    let backwards = open.selection.head.start < open.selection.anchor.start;
    let text = &open.annotation.text;
    let first = CharRange::new(range.start, text.border_after(range.start).min(range.end));
    let last = CharRange::new(text.border_before(range.end).max(range.start), range.end);
    let (anchor, head) = if backwards { (last, first) } else { (first, last) };
    Selection { anchor, head, extending: open.selection.extending }
}

/// The left edge one unit to the left.
pub fn grow_left(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::Start, Direction::Left)
}

/// The right edge one unit to the right.
pub fn grow_right(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::End, Direction::Right)
}

/// The left edge one unit to the right.
pub fn shrink_left(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::Start, Direction::Right)
}

/// The right edge one unit to the left.
pub fn shrink_right(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::End, Direction::Left)
}
