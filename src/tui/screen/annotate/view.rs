//! How the Annotate screen looks: title, text with lanes, label bar, status, and a side pane where there is room.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Open, Target, side_pane};
use crate::annotate::{Unit, quoted};
use crate::text::Columns;
use crate::tui::model::Model;
use crate::tui::view;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::span_text::SpanText;
use crate::tui::widget::status_line::Part;

/// Columns of the side pane.
const SIDE_PANE: u16 = 38;

/// Where the text is.
pub fn text_area(model: &Model) -> Rect {
    let (width, height) = model.size;
    let side = if model.shows_side_pane() { SIDE_PANE } else { 0 };
    // One column of margin at the left, one for the scroll bar at the right.
    Rect { x: 1, y: 1, width: width.saturating_sub(side + 2).max(1), height: height.saturating_sub(4).max(1) }
}

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let Some(open) = &model.open else {
        view::title(model, frame, Vec::new());
        return;
    };
    let id = open.external_id.clone().map_or_else(String::new, |id| format!(" {id}"));
    let here = vec![
        Part::new(format!("#{}{id}", open.annotation.document)),
        view::status_part(model, open.annotation.response.status),
    ];
    view::title(model, frame, here);
    text(model, open, frame);
    if model.shows_side_pane() {
        let area = text_area(model);
        let pane = Rect { x: area.right() + 1, y: 1, width: SIDE_PANE, height: area.height };
        side_pane::view(model, open, pane, frame.buffer_mut());
    }
    label_bar(model, open, frame);
    view::status(model, frame, facts(model, open), &suggestions(model, open));
}

fn text(model: &Model, open: &Open, frame: &mut Frame<'_>) {
    let area = text_area(model).intersection(frame.area());
    let Some(layout) = &open.layout else { return };
    let range = open.selection.range();
    let text = SpanText {
        layout,
        spans: &open.drawn.2,
        theme: &model.theme,
        top: open.top,
        lanes: model.lanes,
        cursor: Some(open.selection.cursor()),
        selection: (!range.is_empty()).then_some(range),
    };
    if let Some(cursor) = text.cursor_position(area).filter(|_| model.overlays.is_empty()) {
        frame.set_cursor_position(cursor);
    }
    let rows = usize::from(area.height / (1 + model.lanes));
    text.render(area, frame.buffer_mut());
    if layout.rows() > rows {
        let lines = layout.rows() * usize::from(1 + model.lanes);
        let bar = Rect { x: area.right(), width: 1, ..area };
        scroll_bar(bar, frame.buffer_mut(), open.top * usize::from(1 + model.lanes), lines, &model.theme);
    }
    if layout.chars() == 0 {
        let buf = frame.buffer_mut();
        buf.set_stringn(area.x, area.y, "(this document is empty)", usize::from(area.width), model.theme.dim());
    }
}

/// The labels with their keys and how many spans they have here; what does not fit is behind `t`.
fn label_bar(model: &Model, open: &Open, frame: &mut Frame<'_>) {
    let area = frame.area();
    let (theme, y) = (&model.theme, area.bottom().saturating_sub(3));
    let columns = Columns { ascii: theme.ascii(), ..Columns::default() };
    let colours = model.colours();
    let keys = model.labels.keys();
    let mut x = area.x + 1;
    if keys.is_empty() {
        frame.buffer_mut().set_string(x, y, "no labels yet: e adds them", theme.warning());
    }
    for (i, (key, label)) in keys.iter().enumerate() {
        let count = open.annotation.spans_of(label.id);
        let name = columns.one_line(&label.name, 20);
        let mut row = vec![Span::styled(key.map_or(String::new(), |k| format!("{k} ")), theme.key())];
        let colour = colours.iter().find(|(id, _)| *id == label.id).map(|(_, colour)| theme.label_text(*colour));
        row.push(Span::styled(name, colour.unwrap_or_default()));
        if count > 0 {
            row.push(Span::styled(format!(" {count}"), theme.text()));
        }
        let row = Line::from(row);
        let more = format!("t {} more", keys.len() - i);
        let reserve = if i + 1 == keys.len() { 0 } else { more.len() as u16 + 2 };
        if x + row.width() as u16 + reserve > area.right() {
            frame.buffer_mut().set_stringn(x, y, more, usize::from(area.right().saturating_sub(x)), theme.dim());
            break;
        }
        x = frame.buffer_mut().set_line(x, y, &row, area.right() - x).0 + 2;
    }
}

/// What the selection is on.
fn facts(model: &Model, open: &Open) -> Vec<Part> {
    let theme = &model.theme;
    let mut facts = Vec::new();
    if open.selection.extending {
        facts.push(Part::styled("EXTEND", theme.accent()));
    }
    if model.unit == Unit::Character {
        facts.push(Part::styled("CHAR", theme.accent()));
    }
    let text = |range| quoted(open.annotation.text.slice(range));
    match open.target() {
        Target::Span(span) => {
            facts.push(Part::new(format!("span {}", model.labels.name(span.label))));
            facts.push(Part::new(text(span.range)));
        }
        Target::Suggestion(s) => {
            // The score first: a long name is cut at its end.
            facts.push(Part::new(format!("suggestion {:.2} {}", s.score, model.labels.name(s.key.label))));
            facts.push(Part::new(text(s.key.range)));
        }
        Target::Text(range) => facts.push(Part::new(text(range))),
    }
    facts
}

/// How many suggestions there are, above which score, and whether the model is at work.
fn suggestions(model: &Model, open: &Open) -> Vec<Part> {
    let theme = &model.theme;
    let mut parts = Vec::new();
    if let Some(since) = model.suggester.running {
        const DOTS: [&str; 4] = ["·  ", "·· ", "···", " ··"];
        let step = model.now.saturating_sub(since).as_millis() / 200;
        parts.push(Part::styled(format!("suggesting {}", DOTS[(step % 4) as usize]), theme.accent()));
    } else if model.suggester.failed.is_some() {
        parts.push(Part::styled("no suggestions: R asks again", theme.error()));
    }
    if let (Some(ahead), None) = (model.suggester.ahead, model.suggester.running) {
        let what = if model.suggester.paused { "ahead, stopped at" } else { "ahead" };
        parts.push(Part::styled(format!("{what} {}/{}", ahead.done, ahead.total), theme.dim()));
    }
    if open.candidates.is_some() {
        let n = open.suggestions.len();
        let s = if n == 1 { "" } else { "s" };
        let sign = if theme.ascii() { ">" } else { "≥" };
        let mut text = format!("{n} suggestion{s} {sign}{:.2}", model.settings.threshold);
        if model.settings.nested {
            text.push_str(" nested");
        }
        parts.push(Part::new(text));
    } else if !model.suggester.present {
        parts.push(Part::styled("no model", theme.dim()));
    }
    parts
}
