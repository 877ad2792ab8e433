//! The pane beside the text: all spans and suggestions of the document in order, and what the current label means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Open, Shows, areas::Pane};
use crate::dataset::{Label, LabelId};
use crate::text::Columns;
use crate::tui::model::Model;
use crate::tui::theme::LabelColour;
use crate::tui::widget::list::scroll_bar;

/// Draws it. The edge is heavy while the pane has the keys.
pub fn view(model: &Model, open: &Open, pane: &Pane, buf: &mut Buffer) {
    let theme = &model.theme;
    let whole = pane.whole.intersection(buf.area);
    if model.pane_over_text {
        for y in whole.top()..whole.bottom() {
            for x in whole.left()..whole.right() {
                buf[(x, y)].reset();
                buf[(x, y)].set_style(theme.text());
            }
        }
    }
    let (edge, style) = match (model.pane_focused, theme.ascii()) {
        (true, false) => ("┃", theme.accent()),
        (true, true) => ("#", theme.accent()),
        (false, false) => ("│", theme.border()),
        (false, true) => ("|", theme.border()),
    };
    for y in whole.top()..whole.bottom() {
        buf.set_string(whole.x, y, edge, style);
    }
    let colours = model.colours();
    items(model, open, pane.list.intersection(buf.area), buf, &colours);
    if let Some(y) = pane.rule.filter(|y| *y < whole.bottom()) {
        let line = if theme.ascii() { "-" } else { "─" };
        buf.set_string(pane.list.x, y, line.repeat(usize::from(pane.list.width)), theme.border());
    }
    guideline(model, open, pane.guideline.intersection(buf.area), buf, &colours);
}

fn colour(colours: &[(LabelId, LabelColour)], label: LabelId) -> LabelColour {
    colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, colour)| *colour)
}

/// Name and description of the label that the selection has; of all labels when it has none and the guideline has the
/// pane for itself.
fn guideline(model: &Model, open: &Open, area: Rect, buf: &mut Buffer, colours: &[(LabelId, LabelColour)]) {
    let current = open.target().label().and_then(|id| model.labels.get(id));
    let labels: Vec<&Label> = match current {
        Some(label) => vec![label],
        None if model.arrangement.shows == Shows::Guideline => model.labels.active().collect(),
        None => Vec::new(),
    };
    let theme = &model.theme;
    let columns = theme.columns();
    let mut lines = Vec::new();
    for label in labels {
        let name = columns.one_line(&label.name, area.width);
        lines.push((name, theme.label_text(colour(colours, label.id)).patch(theme.title())));
        let missing = if current.is_some() { "no description yet: e, then d, writes one" } else { "" };
        let text = if label.description.is_empty() { missing } else { &label.description };
        lines.extend(wrap(text, area.width, &columns).into_iter().map(|line| (line, theme.dim())));
        lines.push((String::new(), theme.text()));
    }
    for (y, (line, style)) in (area.top()..area.bottom()).zip(lines) {
        buf.set_string(area.x, y, line, style);
    }
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
    if area.is_empty() {
        return;
    }
    let theme = &model.theme;
    let columns = theme.columns();
    let (all, current) = (&open.listing.items, open.listing.index_of(open));
    let names = if area.width > 60 { 24 } else { 14 };
    for (y, (i, item)) in (area.top()..area.bottom()).zip(all.iter().enumerate().skip(open.list_top)) {
        let name = columns.one_line(&model.labels.name(item.label), names);
        let score = item.score.map_or(String::new(), |s| format!(" {s:.2}"));
        let used = columns.line_width(&name) + score.len() + 3;
        let text = open.annotation.text.slice(item.range);
        let text = columns.one_line(text, area.width.saturating_sub(used as u16));
        let mark = match (item.score, theme.ascii()) {
            (Some(_), _) => "? ",
            (None, false) => "● ",
            (None, true) => "* ",
        };
        let colour = theme.label_text(colour(colours, item.label));
        let line = Line::from(vec![
            Span::styled(mark, colour),
            Span::styled(name, colour),
            Span::styled(score, theme.dim()),
            Span::raw(" "),
            Span::styled(text, theme.text()),
        ]);
        buf.set_line(area.x, y, &line, area.width);
        if current == Some(i) {
            buf.set_style(Rect { y, height: 1, ..area }, theme.selected());
        }
    }
    let bar = Rect { x: area.right(), width: 1, ..area };
    scroll_bar(bar, buf, open.list_top, all.len(), theme);
    if all.is_empty() {
        buf.set_string(area.x, area.y, "no spans yet", theme.dim());
    }
}
