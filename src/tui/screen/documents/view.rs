//! How the list looks: a mark for the status, the number of spans, the id, the beginning of the text.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::dataset::Status;
use crate::store::{Order, Row};
use crate::text::Columns;
use crate::tui::model::Model;
use crate::tui::view;
use crate::tui::widget::status_line::Part;

/// Draws the list.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let theme = &model.theme;
    view::title(model, frame, vec![Part::new("Documents")]);
    let columns = theme.columns();
    let ids = model.documents.rows.iter().map(|r| columns.line_width(&id_of(r))).max().unwrap_or(2).clamp(2, 18) as u16;
    let head = format!("   spans    {:width$}  text", "id", width = usize::from(ids));
    frame.buffer_mut().set_stringn(area.x, area.y + 1, &head, usize::from(area.width), theme.dim());
    let filters = super::filters(model).join(" · ");
    if !filters.is_empty() {
        // What is left out must be seen: it covers the head.
        let text = columns.one_line(&format!("only {filters}: Esc shows all "), area.width.saturating_sub(1));
        let x = area.right() - (columns.line_width(&text) as u16).min(area.width);
        // Of a heading that it cuts nothing is left.
        let from = head_before(&head, x.saturating_sub(area.x + 1));
        frame.buffer_mut().set_string(area.x + from, area.y + 1, " ".repeat(usize::from(x - from)), theme.dim());
        frame.buffer_mut().set_string(x, area.y + 1, text, theme.warning());
    }

    let list = super::list_area(model);
    let documents = &model.documents;
    for (i, row) in documents.rows.iter().enumerate().skip(documents.top).take(usize::from(list.height)) {
        let line = Rect { y: list.y + (i - documents.top) as u16, height: 1, ..area };
        frame.buffer_mut().set_line(line.x, line.y, &self::line(model, row, ids, area.width, &columns), area.width);
        if i == documents.selected {
            frame.buffer_mut().set_style(line, theme.selected());
        }
    }
    if documents.rows.is_empty() {
        for (y, line) in (area.y + 3..area.bottom().saturating_sub(2)).zip(nothing(model)) {
            frame.buffer_mut().set_stringn(area.x + 2, y, line, usize::from(area.width - 2), theme.text());
        }
    }
    let (facts, marks) = (facts(model), marks(model));
    // What is listed matters more than what the marks mean.
    let needed: usize = facts.iter().map(|part| columns.line_width(&part.text) + 2).sum();
    let fits = needed + columns.line_width(&marks) + 2 <= usize::from(area.width);
    let marks = if fits { vec![Part::new(marks)] } else { Vec::new() };
    view::status(model, frame, facts, &marks);
}

/// Cells of the headings that are whole within `room` cells.
fn head_before(head: &str, room: u16) -> u16 {
    let room = usize::from(room);
    let ends =
        head.char_indices().filter(|(at, c)| *c != ' ' && head[at + 1..].chars().next().is_none_or(|c| c == ' '));
    ends.map(|(at, _)| at + 1).take_while(|end| *end <= room).last().unwrap_or(0) as u16
}

/// What to do when there is nothing to list.
fn nothing(model: &Model) -> Vec<String> {
    if model.counts.documents > 0 {
        return super::has_row(model).err().into_iter().collect();
    }
    let labels = if model.labels.active().next().is_none() { "e adds the labels to look for." } else { "" };
    vec![
        "This project has no documents yet.".into(),
        String::new(),
        "n types or pastes one in; or q quits, and then:".into(),
        "  gleaner import PROJECT FILE…   files: text, JSONL, CSV, CoNLL and others".into(),
        "  gleaner add PROJECT            a text typed or pasted".into(),
        String::new(),
        labels.into(),
    ]
}

fn id_of(row: &Row) -> String {
    row.external_id.clone().unwrap_or_else(|| row.id.to_string())
}

/// The mark of a status: told apart without colour too.
pub fn mark(status: Status, ascii: bool) -> &'static str {
    match (status, ascii) {
        (Status::Pending, _) => "·",
        (Status::Draft, false) => "◐",
        (Status::Submitted, false) => "●",
        (Status::Discarded, false) => "×",
        (Status::Draft, true) => "o",
        (Status::Submitted, true) => "*",
        (Status::Discarded, true) => "x",
    }
}

fn marks(model: &Model) -> String {
    let word = |s: Status| format!("{} {}", mark(s, model.theme.ascii()), s.as_str());
    Status::ALL.map(word).join("  ")
}

fn line<'r>(model: &Model, row: &'r Row, ids: u16, width: u16, columns: &Columns) -> Line<'r> {
    let theme = &model.theme;
    let style = view::status_part(model, row.status).style;
    let mut id = columns.one_line(&id_of(row), ids);
    id.extend(std::iter::repeat_n(' ', usize::from(ids).saturating_sub(columns.line_width(&id))));
    let spans = if row.spans > 0 { row.spans.to_string() } else { String::new() };
    let marks = (if row.flagged { "!" } else { " " }, if row.noted { theme.pen() } else { " " });
    let text = columns.one_line(&row.beginning, width.saturating_sub(ids + 15));
    Line::from(vec![
        Span::styled(format!(" {} ", mark(row.status, theme.ascii())), style),
        Span::styled(format!("{spans:>5} "), theme.text()),
        Span::styled(marks.0, theme.warning()),
        Span::styled(format!("{} ", marks.1), theme.accent()),
        Span::styled(format!("{id}  "), theme.dim()),
        Span::styled(text, theme.text()),
    ])
}

fn facts(model: &Model) -> Vec<Part> {
    let order = super::order_words(model.documents.query.order);
    if model.searching {
        return vec![Part::styled(view::searching(model), model.theme.accent())];
    }
    let whole = !super::is_filtered(model) && model.documents.query.order != Order::NewLabel;
    let all = if whole { "all, " } else { "" };
    vec![Part::new(format!("{all}{order}"))]
}
