//! How the Annotate screen looks: title, text with lanes, label bar, status, and a side pane where there is room; zoomed,
//! the text with its lanes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Open, Target, areas, side_pane, text_area};
use crate::annotate::{Unit, quoted};
use crate::tui::model::Model;
use crate::tui::view;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::span_text::SpanText;
use crate::tui::widget::status_line::Part;

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let Some(open) = &model.open else {
        view::title(model, frame, Vec::new());
        return;
    };
    text(model, open, frame);
    if model.arrangement.zoom {
        return view::said(model, frame);
    }
    let id = open.external_id.clone().map_or_else(String::new, |id| format!(" {id}"));
    let here = vec![
        Part::new(format!("#{}{id}", open.annotation.document)),
        view::status_part(model, open.annotation.response.status),
    ];
    view::title(model, frame, here);
    if let Some(pane) = areas::pane(model) {
        side_pane::view(model, open, &pane, frame.buffer_mut());
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
        lanes: model.arrangement.lanes,
        cursor: Some(open.selection.cursor()),
        selection: (!range.is_empty()).then_some(range),
    };
    if let Some(cursor) = text.cursor_position(area).filter(|_| model.overlays.is_empty()) {
        frame.set_cursor_position(cursor);
    }
    let rows = usize::from(area.height / (1 + model.arrangement.lanes));
    text.render(area, frame.buffer_mut());
    if layout.rows() > rows {
        let lines = layout.rows() * usize::from(1 + model.arrangement.lanes);
        let bar = Rect { x: area.right(), width: 1, ..area };
        scroll_bar(bar, frame.buffer_mut(), open.top * usize::from(1 + model.arrangement.lanes), lines, &model.theme);
    }
    if layout.chars() == 0 {
        let buf = frame.buffer_mut();
        buf.set_stringn(area.x, area.y, "(this document is empty)", usize::from(area.width), model.theme.dim());
    }
}

/// The labels with their keys and how many spans they have here; what does not fit is behind `t`.
fn label_bar(model: &Model, open: &Open, frame: &mut Frame<'_>) {
    let theme = &model.theme;
    let (bar, colours, cells) = (areas::label_bar(model), model.colours(), areas::label_cells(model));
    let right = frame.area().right();
    for cell in &cells {
        let colour = colours.iter().find(|(id, _)| *id == cell.label).map(|(_, colour)| theme.label_text(*colour));
        let count = match open.listing.spans_of(cell.label) {
            0 => String::new(),
            count => format!(" {count}"),
        };
        let line = Line::from(vec![
            Span::styled(cell.key.map_or(String::new(), |k| format!("{k} ")), theme.key()),
            Span::styled(cell.name.as_str(), colour.unwrap_or_default()),
            Span::styled(count, theme.text()),
        ]);
        frame.buffer_mut().set_line(cell.area.x, cell.area.y, &line, right.saturating_sub(cell.area.x));
    }
    let labels = model.labels.active().count();
    if labels == 0 {
        frame.buffer_mut().set_string(1, bar.y, "no labels yet: e adds them", theme.warning());
    }
    let x = cells.last().map_or(1, |cell| cell.area.right());
    if cells.len() < labels && x < right {
        let more = format!("t {} more", labels - cells.len());
        frame.buffer_mut().set_stringn(x, bar.bottom() - 1, more, usize::from(right - x), theme.dim());
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
