//! What a walk adds to the Annotate screen: the lines over the text, and the list of its places.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Walking, on_title, words};
use crate::tui::model::Model;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::status_line::{self, Part};

/// Rows over the text: none without a walk.
pub(in crate::tui) fn rows(model: &Model) -> u16 {
    if model.walk.is_some() { 2 } else { 0 }
}

/// Where in the walk, how prediction and gold differ, what gold says and what was predicted; from the row `y` on.
pub fn line(model: &Model, y: u16, buf: &mut Buffer) {
    let Some(walking) = &model.walk else { return };
    let theme = &model.theme;
    let area = Rect { x: 0, y, width: model.size.0, height: 1 };
    let difference = walking.stop().and_then(words::difference).map(Part::new);
    let title = Part::styled(on_title(walking), theme.accent());
    let title: Vec<Part> = std::iter::once(title).chain(difference).collect();
    let facts: Vec<Part> = match &model.open {
        Some(open) => words::facts(walking, open, model).into_iter().map(Part::new).collect(),
        None => vec![Part::styled("this document is not in the project any more", theme.warning())],
    };
    status_line::render(area, buf, &title, &[], theme);
    status_line::render(Rect { y: y + 1, ..area }, buf, &facts, &[], theme);
}

/// The places around the one that is open.
pub fn list(model: &Model, walking: &Walking, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let columns = theme.columns();
    let arrow = if theme.ascii() { ">" } else { "→" };
    let stops = &walking.walk.stops;
    for (y, (at, stop)) in (area.top()..area.bottom()).zip(stops.iter().enumerate().skip(walking.top)) {
        let document = format!("#{} ", stop.document);
        let what = stop.counted.filter(|(_, class)| !walking.walk.title.contains(class.as_str()));
        let what = what.map_or(String::new(), |(_, class)| format!("{} ", class.as_str()));
        let used = columns.line_width(&document) + what.len();
        let names = words::labels_of(stop, &model.labels, arrow);
        let left = usize::from(area.width).saturating_sub(used + 1);
        // The text has what the names leave, and half of the room at least.
        let room = left.saturating_sub(columns.line_width(&names)).max(left / 2) as u16;
        let text = columns.one_line(walking.quotes.get(&at).map_or("", String::as_str), room);
        let names = columns.one_line(&names, (left as u16).saturating_sub(columns.line_width(&text) as u16));
        let line = Line::from(vec![
            Span::styled(document, theme.dim()),
            Span::styled(what, theme.accent()),
            Span::styled(text, theme.text()),
            Span::raw(" "),
            Span::styled(names, theme.dim()),
        ]);
        buf.set_line(area.x, y, &line, area.width);
        if at == walking.walk.at {
            buf.set_style(Rect { y, height: 1, ..area }, theme.selected());
        }
    }
    scroll_bar(Rect { x: area.right(), width: 1, ..area }, buf, walking.top, stops.len(), theme);
}
