//! Who has done how much, as lines.

use ratatui::text::{Line, Span};

use crate::annotate::progress_lines;
use crate::tui::model::Model;

/// The lines, none wider than `width` cells: for each annotator the name, then what they have done.
pub(super) fn lines(model: &Model, width: u16) -> Vec<Line<'static>> {
    let theme = &model.theme;
    let columns = theme.columns();
    let Some(tally) = &model.project_screen.tally else {
        return vec![Line::styled("counting…", theme.dim())];
    };
    if tally.annotators.is_empty() {
        return vec![Line::styled("nobody has begun", theme.dim())];
    }
    let mut lines = Vec::new();
    for person in &tally.annotators {
        if !lines.is_empty() {
            lines.push(Line::default());
        }
        let me = if person.annotator == model.annotator { theme.accent() } else { theme.title() };
        lines.push(Line::styled(columns.one_line(&person.annotator, width), me));
        for text in progress_lines(person, tally.documents, |label| model.labels.name(label)) {
            lines.extend(wrapped(&text, width, model));
        }
    }
    lines
}

/// Breaks between the parts, indented.
fn wrapped(text: &str, width: u16, model: &Model) -> Vec<Line<'static>> {
    let columns = model.theme.columns();
    let room = width.saturating_sub(2);
    let mut rows: Vec<String> = Vec::new();
    for part in text.split(" · ") {
        let part = columns.one_line(part, room);
        match rows.last_mut() {
            Some(row) if columns.line_width(row) + 3 + columns.line_width(&part) <= usize::from(room) => {
                row.push_str(" · ");
                row.push_str(&part);
            }
            _ => rows.push(part),
        }
    }
    let line = |row| Line::from(vec![Span::raw("  "), Span::styled(row, model.theme.text())]);
    rows.into_iter().map(line).collect()
}
