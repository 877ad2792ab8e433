//! The pane beside the text: what the current label means, then all spans and suggestions of the document in order.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Open, Target, guideline};
use crate::annotate::quoted;
use crate::dataset::{LabelId, Note};
use crate::text::{CharRange, Columns};
use crate::tui::model::Model;
use crate::tui::theme::LabelColour;

/// A line of the list.
struct Item {
    range: CharRange,
    label: LabelId,
    score: Option<f32>,
    note: Option<Note>,
    current: bool,
}

/// Draws it.
pub fn view(model: &Model, open: &Open, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let edge = if theme.ascii() { "|" } else { "│" };
    for y in area.top()..area.bottom() {
        buf.set_string(area.x, y, edge, theme.border());
    }
    let inside = Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area };
    let colours = model.colours();
    let used = guideline(model, open, inside, buf, &colours);
    let used = used + notes(model, open, Rect { y: inside.y + used, height: inside.height - used, ..inside }, buf);
    let list = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    items(model, open, list, buf, &colours);
}

fn colour(colours: &[(LabelId, LabelColour)], label: LabelId) -> LabelColour {
    colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, colour)| *colour)
}

/// Name of the label that the selection has, and what the guidelines say about it. Gives the rows it took.
fn guideline(model: &Model, open: &Open, area: Rect, buf: &mut Buffer, colours: &[(LabelId, LabelColour)]) -> u16 {
    let theme = &model.theme;
    let Some(label) = guideline::current_label(open).and_then(|id| model.labels.get(id)) else { return 0 };
    let name = theme.columns().one_line(&label.name, area.width);
    buf.set_string(area.x, area.y, name, theme.label_text(colour(colours, label.id)));
    let lines = guideline::lines(model, label, area.width);
    // No more than half of the pane; the Project screen has all.
    let room = usize::from(area.height / 2);
    let cut = lines.len() > room;
    let mut y = area.y + 1;
    for line in lines.iter().take(if cut { room.saturating_sub(1) } else { room }) {
        buf.set_line(area.x, y, line, area.width);
        y += 1;
    }
    if cut {
        let more = if theme.ascii() { "..." } else { "…" };
        buf.set_string(area.x, y, more, theme.dim());
        y += 1;
    }
    y + 1 - area.y
}

/// The notes that are on no span that is there: the document's own, and those whose span is gone. Gives the rows it took.
fn notes(model: &Model, open: &Open, area: Rect, buf: &mut Buffer) -> u16 {
    let theme = &model.theme;
    let columns = Columns { ascii: theme.ascii(), ..Columns::default() };
    let mut lines = Vec::new();
    for noted in open.annotation.note_on(None).into_iter().chain(open.annotation.lost_notes()) {
        let flag = if noted.note.flag { "! " } else { "" };
        let pen = if noted.note.text.is_empty() { "" } else { model.theme.pen() };
        let was = match noted.place.filter(|place| open.annotation.text.map().contains(*place)) {
            Some(place) if noted.span.is_some() => format!(" (was on {})", quoted(open.annotation.text.slice(place))),
            _ => String::new(),
        };
        lines.extend(wrap(&format!("{flag}{pen} {}{was}", noted.note.text), area.width, &columns));
    }
    // No more than a third of the pane.
    lines.truncate(usize::from(area.height / 3));
    let mut y = area.y;
    for line in &lines {
        buf.set_string(area.x, y, line, theme.accent());
        y += 1;
    }
    if lines.is_empty() { 0 } else { y + 1 - area.y }
}

/// Breaks at spaces; words that are too long are cut.
fn wrap(text: &str, width: u16, columns: &Columns) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let word = columns.one_line(word, width);
        match lines.last_mut() {
            Some(line) if columns.line_width(line) + 1 + columns.line_width(&word) <= usize::from(width) => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

fn items(model: &Model, open: &Open, area: Rect, buf: &mut Buffer, colours: &[(LabelId, LabelColour)]) {
    let theme = &model.theme;
    let target = open.target();
    let spans = open.annotation.response.spans.iter().map(|s| Item {
        range: s.range,
        label: s.label,
        score: None,
        note: open.annotation.note_on(Some(s.id)).map(|n| n.note.clone()),
        current: matches!(&target, Target::Span(t) if t.id == s.id),
    });
    let suggestions = open.suggestions.iter().map(|s| Item {
        range: s.key.range,
        label: s.key.label,
        score: Some(s.score),
        note: None,
        current: matches!(&target, Target::Suggestion(t) if t.key == s.key),
    });
    let mut all: Vec<Item> = spans.chain(suggestions).collect();
    all.sort_by_key(|i| (i.range.start, std::cmp::Reverse(i.range.end)));
    let here = open.selection.range().start;
    let near = all.iter().position(|i| i.current).unwrap_or_else(|| all.partition_point(|i| i.range.start < here));
    let height = usize::from(area.height);
    let top = near.saturating_sub(height / 2).min(all.len().saturating_sub(height));
    let columns = Columns { ascii: theme.ascii(), ..Columns::default() };
    for (y, item) in (area.top()..area.bottom()).zip(all.iter().skip(top)) {
        let name = columns.one_line(&model.labels.name(item.label), 14);
        let score = item.score.map_or(String::new(), |s| format!(" {s:.2}"));
        let mut marks = String::new();
        if let Some(note) = &item.note {
            let pen = if note.text.is_empty() { "" } else { theme.pen() };
            marks = format!(" {}{pen}", if note.flag { "!" } else { "" });
        }
        let used = columns.line_width(&name) + score.len() + 3 + columns.line_width(&marks);
        let text = columns.one_line(open.annotation.text.slice(item.range), area.width.saturating_sub(used as u16));
        let mark = match (item.score, theme.ascii()) {
            (Some(_), _) => "? ",
            (None, false) => "● ",
            (None, true) => "* ",
        };
        let line = Line::from(vec![
            Span::styled(mark, theme.label_text(colour(colours, item.label))),
            Span::styled(name, theme.label_text(colour(colours, item.label))),
            Span::styled(score, theme.dim()),
            Span::styled(marks, theme.accent()),
            Span::raw(" "),
            Span::styled(text, theme.text()),
        ]);
        buf.set_line(area.x, y, &line, area.width);
        if item.current {
            buf.set_style(Rect { y, height: 1, ..area }, theme.selected());
        }
    }
    if all.is_empty() {
        buf.set_string(area.x, area.y, "no spans yet", theme.dim());
    }
}
