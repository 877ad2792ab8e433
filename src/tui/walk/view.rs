//! What a walk adds to the Annotate screen: the lines over the text, and the list of its places.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Walking, on_title, words};
use crate::tui::model::{Model, SIDE_PANE_FROM};
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::status_line::{self, Part};

/// Rows over the text where one is not wide enough for everything.
const ROWS_NARROW: u16 = 2;

/// Rows over the text: none without a walk.
pub(in crate::tui) fn rows(model: &Model) -> u16 {
    match &model.walk {
        None => 0,
        Some(_) if model.size.0 >= SIDE_PANE_FROM => 1,
        Some(_) => ROWS_NARROW,
    }
}

/// Where in the walk, what gold says, what was predicted and how they differ; from the row `y` on.
pub fn line(model: &Model, y: u16, buf: &mut Buffer) {
    let Some(walking) = &model.walk else { return };
    let theme = &model.theme;
    let area = Rect { x: 0, y, width: model.size.0, height: 1 };
    let title = Part::styled(on_title(walking), theme.accent());
    let facts: Vec<Part> = match &model.open {
        Some(open) => words::facts(walking, open, &model.labels, &theme.columns()).into_iter().map(Part::new).collect(),
        None => vec![Part::styled("this document is not in the project any more", theme.warning())],
    };
    if rows(model) == 1 {
        let all: Vec<Part> = std::iter::once(title).chain(facts).collect();
        return status_line::render(area, buf, &all, &[], theme);
    }
    status_line::render(area, buf, &[title], &[], theme);
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
        let names = columns.one_line(&words::labels_of(stop, &model.labels, arrow), area.width / 2);
        let left = usize::from(area.width).saturating_sub(used + columns.line_width(&names) + 1);
        let text = walking.quotes.get(&at).map_or("", String::as_str);
        let line = Line::from(vec![
            Span::styled(document, theme.dim()),
            Span::styled(what, theme.accent()),
            Span::styled(names, theme.text()),
            Span::raw(" "),
            Span::styled(columns.one_line(text, left as u16), theme.dim()),
        ]);
        buf.set_line(area.x, y, &line, area.width);
        if at == walking.walk.at {
            buf.set_style(Rect { y, height: 1, ..area }, theme.selected());
        }
    }
    scroll_bar(Rect { x: area.right(), width: 1, ..area }, buf, walking.top, stops.len(), theme);
}
