//! The pane beside the text: all spans and suggestions of the document in order, or the places of a walk, and what the current label means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Focus, MATCH_MARK, Open, Shows, areas::Pane, guideline};
use crate::annotate::quoted;
use crate::dataset::{Label, LabelId, Note};
use crate::tui::model::Model;
use crate::tui::theme::LabelColour;
use crate::tui::walk;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::words;

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
    let list = pane.list.intersection(buf.area);
    match model.walk.as_ref().filter(|walking| walking.listed) {
        Some(walking) => walk::list(model, walking, list, buf),
        None => items(model, open, list, buf, &colours),
    }
    if let Some(y) = pane.rule.filter(|y| *y < whole.bottom()) {
        let line = if theme.ascii() { "-" } else { "─" };
        buf.set_string(pane.list.x, y, line.repeat(usize::from(pane.list.width)), theme.border());
    }
    guideline(model, open, pane.guideline.intersection(buf.area), buf, &colours);
}

fn colour(colours: &[(LabelId, LabelColour)], label: LabelId) -> LabelColour {
    colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, colour)| *colour)
}

/// The notes that are on no span that is there, then the name of the label that the selection has and what the guidelines
/// say about it; of all labels when it has none and the guideline has the pane for itself.
fn guideline(model: &Model, open: &Open, area: Rect, buf: &mut Buffer, colours: &[(LabelId, LabelColour)]) {
    let current = open.target().label().and_then(|id| model.labels.get(id));
    let labels: Vec<&Label> = match current {
        Some(label) => vec![label],
        None if model.arrangement.shows == Shows::Guideline => model.labels.active().collect(),
        None => Vec::new(),
    };
    let theme = &model.theme;
    let mut lines = notes(model, open, area);
    for label in labels {
        let name = theme.columns().one_line(&label.name, area.width);
        let style = theme.label_text(colour(colours, label.id)).patch(theme.title());
        lines.push(Line::from(Span::styled(name, style)));
        let about = guideline::lines(model, label, area.width);
        if about.is_empty() && current.is_some() {
            let missing = words::wrap("no description yet: e, then d, writes one", area.width, &theme.columns());
            lines.extend(missing.into_iter().map(|line| Line::from(Span::styled(line, theme.dim()))));
        }
        lines.extend(about);
        lines.push(Line::default());
    }
    while lines.last().is_some_and(|line| line.spans.is_empty()) {
        lines.pop();
    }
    let room = usize::from(area.height);
    if lines.len() > room {
        // The Project screen has all.
        lines.truncate(room);
        if let Some(last) = lines.last_mut() {
            *last = Line::from(Span::styled(if theme.ascii() { "..." } else { "…" }, theme.dim()));
        }
    }
    for (y, line) in (area.top()..area.bottom()).zip(&lines) {
        buf.set_line(area.x, y, line, area.width);
    }
}

/// The document's own notes, and those whose span is gone: no more than a third of the place.
fn notes(model: &Model, open: &Open, area: Rect) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let mut lines = Vec::new();
    for noted in open.annotation.note_on(None).into_iter().chain(open.annotation.lost_notes()) {
        let was = match noted.place.filter(|place| open.annotation.text.map().contains(*place)) {
            Some(place) if noted.span.is_some() => format!(" (was on {})", quoted(open.annotation.text.slice(place))),
            _ => String::new(),
        };
        let text = format!("{} {}{was}", marks(model, &noted.note), noted.note.text);
        lines.extend(words::wrap(&text, area.width, &theme.columns()));
    }
    lines.truncate(usize::from(area.height / 3));
    let mut lines: Vec<Line> = lines.into_iter().map(|line| Line::from(Span::styled(line, theme.accent()))).collect();
    if !lines.is_empty() {
        lines.push(Line::default());
    }
    lines
}

/// A flag, a pen, or both.
fn marks(model: &Model, note: &Note) -> String {
    let pen = if note.text.is_empty() { "" } else { model.theme.pen() };
    format!("{}{pen}", if note.flag { "!" } else { "" })
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
        let suggested = matches!(item.focus, Focus::Suggestion(..));
        let score = match item.score {
            Some(score) => format!(" {score:.2}"),
            None if suggested && open.whose.is_none() => MATCH_MARK.to_owned(),
            None => String::new(),
        };
        let noted = match item.focus {
            Focus::Span(id) => open.annotation.note_on(Some(id)),
            Focus::Suggestion(..) => None,
        };
        let marks = noted.map_or(String::new(), |noted| format!(" {}", marks(model, &noted.note)));
        let used = columns.line_width(&name) + score.len() + 3 + columns.line_width(&marks);
        let text = open.annotation.text.slice(item.range);
        let text = columns.one_line(text, area.width.saturating_sub(used as u16));
        let mark = match (suggested, theme.ascii()) {
            (true, _) => "? ",
            (false, false) => "● ",
            (false, true) => "* ",
        };
        let colour = theme.label_text(colour(colours, item.label));
        let line = Line::from(vec![
            Span::styled(mark, colour),
            Span::styled(name, colour),
            Span::styled(score, theme.dim()),
            Span::styled(marks, theme.accent()),
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
