//! How the Annotate screen looks: title, text with lanes, label bar, status, and a side pane where there is room.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Open, Target, side_pane};
use crate::annotate::{Unit, quoted};
use crate::text::Columns;
use crate::tui::model::Model;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::span_text::SpanText;
use crate::tui::widget::status_line::Part;
use crate::tui::{tour, view};

/// Columns of the side pane.
const SIDE_PANE: u16 = 38;

/// Where the text is.
pub fn text_area(model: &Model) -> Rect {
    let (width, height) = model.size;
    let side = if model.shows_side_pane() { SIDE_PANE } else { 0 };
    // One column of margin at the left, one for the scroll bar at the right.
    let below = 3 + label_rows(model).len().max(1) as u16 + tour::rows(model);
    Rect { x: 1, y: 1, width: width.saturating_sub(side + 2).max(1), height: height.saturating_sub(below).max(1) }
}

/// Cells of a label's name in the bar at most.
const NAME: u16 = 20;

/// Which labels are on which row of the label bar: two rows at most, the rest is behind `t`. Room for a count is kept
/// whether there is one or not, so that no edit moves a row.
fn label_rows(model: &Model) -> Vec<std::ops::Range<usize>> {
    let columns = Columns { ascii: model.theme.ascii(), ..Columns::default() };
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

/// Cells for the number of spans of a label: a space and two digits.
const COUNT: usize = 3;

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
    let mut here = here;
    here.extend(note_marks(model, open));
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

/// How many notes there are here, and whether something is flagged.
fn note_marks(model: &Model, open: &Open) -> Vec<Part> {
    let (pen, theme) = (model.theme.pen(), &model.theme);
    let written = open.annotation.notes.iter().filter(|n| !n.note.text.is_empty()).count();
    let mut parts = Vec::new();
    if written > 0 {
        parts.push(Part::styled(format!("{pen} {written}"), theme.accent()));
    }
    if open.annotation.is_flagged() {
        parts.push(Part::styled("!", theme.warning()));
    }
    parts
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
    let theme = &model.theme;
    let columns = Columns { ascii: theme.ascii(), ..Columns::default() };
    let (keys, colours, rows) = (model.labels.keys(), model.colours(), label_rows(model));
    let area = frame.area();
    let top = area.bottom().saturating_sub(2 + rows.len().max(1) as u16);
    if keys.is_empty() {
        frame.buffer_mut().set_string(1, top, "no labels yet: e adds them", theme.warning());
    }
    let mut x = 1;
    for (y, row) in (top..).zip(&rows) {
        x = 1;
        for (key, label) in &keys[row.clone()] {
            let colour = colours.iter().find(|(id, _)| *id == label.id).map(|(_, colour)| theme.label_text(*colour));
            let name = columns.one_line(&label.name, NAME);
            let count = open.annotation.spans_of(label.id);
            let count = if count > 0 { format!(" {count}") } else { String::new() };
            let width = usize::from(key.is_some()) * 2 + columns.line_width(&name) + COUNT.max(count.len()) + 2;
            let line = Line::from(vec![
                Span::styled(key.map_or(String::new(), |k| format!("{k} ")), theme.key()),
                Span::styled(name, colour.unwrap_or_default()),
                Span::styled(count, theme.text()),
            ]);
            frame.buffer_mut().set_line(x, y, &line, area.right().saturating_sub(x));
            x += width as u16;
        }
    }
    let shown = rows.last().map_or(0, |row| row.end);
    if shown < keys.len() && x < area.right() {
        let more = format!("t {} more", keys.len() - shown);
        let y = top + rows.len() as u16 - 1;
        frame.buffer_mut().set_stringn(x, y, more, usize::from(area.right() - x), theme.dim());
    }
}

/// What the selection is on.
fn facts(model: &Model, open: &Open) -> Vec<Part> {
    let theme = &model.theme;
    let mut facts = Vec::new();
    if model.blind {
        facts.push(Part::styled("BLIND", theme.accent()));
    }
    if open.selection.extending {
        facts.push(Part::styled("EXTEND", theme.accent()));
    }
    if model.unit == Unit::Character {
        facts.push(Part::styled("CHAR", theme.accent()));
    }
    let text = |range| quoted(open.annotation.text.slice(range));
    if let Some(find) = &open.find {
        let count = find.count(open.selection.range());
        facts.push(Part::styled(format!("find {} {count}", quoted(&find.query)), theme.accent()));
    }
    match open.target() {
        Target::Span(span) => {
            facts.push(Part::new(format!("span {}", model.labels.name(span.label))));
            facts.push(Part::new(text(span.range)));
        }
        Target::Suggestion(s) => {
            // The score first: a long name is cut at its end.
            let name = model.labels.name(s.key.label);
            facts.push(Part::new(match open.is_match(&s) {
                true => format!("suggestion (same text) {name}"),
                false => format!("suggestion {:.2} {name}", s.score),
            }));
            facts.push(Part::new(text(s.key.range)));
        }
        Target::Text(range) => {
            facts.push(Part::new(text(range)));
            // Its name may stand nowhere else when there are no rows for names.
            let over = open.span_here().map(|s| (s.label, s.range));
            let over = over.or_else(|| open.suggestion_here().map(|s| (s.key.label, s.key.range)));
            if let Some((label, range)) = over {
                facts.push(Part::new(format!("in {} {}", model.labels.name(label), text(range))));
            }
        }
    }
    let span = open.span_here().map(|span| span.id);
    if let Some(noted) = open.annotation.note_on(span) {
        let flag = if noted.note.flag { "! " } else { "" };
        let pen = if noted.note.text.is_empty() { "" } else { model.theme.pen() };
        facts.push(Part::styled(format!("{flag}{pen} {}", noted.note.text).trim().to_owned(), theme.accent()));
    }
    facts
}

/// How many suggestions there are, above which score, and whether the model is at work.
fn suggestions(model: &Model, open: &Open) -> Vec<Part> {
    let theme = &model.theme;
    let mut parts = Vec::new();
    if model.blind {
        return vec![Part::styled("no suggestions", theme.dim())];
    }
    if model.searching {
        parts.push(Part::styled(view::searching(model), theme.accent()));
    }
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
    parts.extend(searching(model));
    if open.candidates.is_some() || !open.suggestions.is_empty() {
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

/// How far the places of a text are found that will be suggested.
fn searching(model: &Model) -> Option<Part> {
    let (search, searched) = model.search.as_ref().filter(|(search, _)| search.keep && search.within.is_none())?;
    let text = format!("looking for {} {}/{}", quoted(&search.needle), searched.read, searched.total);
    Some(Part::styled(text, model.theme.accent()))
}
