//! How the Annotate screen looks: title, text with lanes, label bar, status, and a side pane where there is room; zoomed,
//! the text with its lanes.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Open, Target, areas, side_pane, text_area};
use crate::annotate::{NO_RUN, Unit, quoted};
use crate::tui::model::Model;
use crate::tui::screen::search;
use crate::tui::view;
use crate::tui::walk;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::span_text::SpanText;
use crate::tui::widget::status_line::Part;

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let y = u16::from(!model.arrangement.zoom);
    walk::line(model, y, frame.buffer_mut());
    let Some(open) = &model.open else {
        view::title(model, frame, Vec::new());
        // Only a walk comes where nothing is open: it has said why, and may have more to say.
        return view::status(model, frame, Vec::new(), &[]);
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
    let mut here = here;
    if !open.annotation.is_own() {
        here.push(Part::styled(walk::name_of(&open.annotation.annotator), model.theme.warning()));
    }
    here.extend(note_marks(model, open));
    here.extend(search::place(model).map(|place| Part::styled(place, model.theme.accent())));
    view::title(model, frame, here);
    if let Some(pane) = areas::pane(model) {
        side_pane::view(model, open, &pane, frame.buffer_mut());
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
        lanes: model.lanes(),
        cursor: Some(open.selection.cursor()),
        selection: (!range.is_empty()).then_some(range),
    };
    if let Some(cursor) = text.cursor_position(area).filter(|_| model.overlays.is_empty()) {
        frame.set_cursor_position(cursor);
    }
    let rows = usize::from(area.height / (1 + model.lanes()));
    text.render(area, frame.buffer_mut());
    if layout.rows() > rows {
        let lines = layout.rows() * usize::from(1 + model.lanes());
        let bar = Rect { x: area.right(), width: 1, ..area };
        scroll_bar(bar, frame.buffer_mut(), open.top * usize::from(1 + model.lanes()), lines, &model.theme);
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
    if model.blind && open.whose.is_none() {
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
                false if s.key.run == NO_RUN => format!("suggestion {name}"),
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
    if open.whose.is_some() {
        let n = open.suggestions.len();
        return vec![Part::styled(format!("{n} predicted that gold has not"), theme.dim())];
    }
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
