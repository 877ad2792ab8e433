//! The labels as a table: key, colour, name, threshold, how often used, what the model reads, what it means.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::Section;
use crate::dataset::{Label, LabelId};
use crate::tui::model::Model;
use crate::tui::theme::LabelColour;
use crate::tui::widget::list::scroll_bar;

/// Cells of the numbers: threshold, spans, documents, suggestions here.
const THRESHOLD: usize = 5;
const SPANS: usize = 8;
const DOCUMENTS: usize = 7;
const HERE: usize = 5;

/// Draws the table, its head included.
pub(super) fn render(model: &Model, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let columns = theme.columns();
    let all = model.labels.all();
    let widest = all.iter().map(|l| columns.line_width(&l.name)).max().unwrap_or(0).clamp(6, 22);
    let name_width = widest.min(usize::from(area.width) / 3);
    let head = format!(
        "    {:name_width$}{:>THRESHOLD$}{:>SPANS$}{:>DOCUMENTS$}{:>HERE$}  about",
        "label", "above", "spans", "docs", "here"
    );
    buf.set_stringn(area.x, area.y, head, usize::from(area.width), theme.dim());
    let body = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    if all.is_empty() {
        buf.set_stringn(body.x, body.y, "no labels yet: a adds one", usize::from(body.width), theme.dim());
        return;
    }
    let (keys, colours) = (model.labels.keys(), model.colours());
    let rows = usize::from(body.height);
    let chosen = model.project_screen.label.min(all.len() - 1);
    let top = (chosen + 1).saturating_sub(rows);
    for (y, (i, label)) in (body.top()..body.bottom()).zip(all.iter().enumerate().skip(top)) {
        let key = keys.iter().find(|(_, l)| l.id == label.id).and_then(|(key, _)| *key);
        let colour = colours.iter().find(|(id, _)| *id == label.id).map(|(_, colour)| *colour);
        buf.set_line(body.x, y, &row(model, label, key, colour, name_width, body.width), body.width);
        if i == chosen && model.project_screen.section == Section::Labels {
            buf.set_style(Rect { y, height: 1, ..body }, theme.selected());
        }
    }
    if all.len() > rows {
        scroll_bar(Rect { x: body.right().saturating_sub(1), width: 1, ..body }, buf, top, all.len(), theme);
    }
}

fn row(
    model: &Model,
    label: &Label,
    key: Option<char>,
    colour: Option<LabelColour>,
    name_width: usize,
    width: u16,
) -> Line<'static> {
    let theme = &model.theme;
    let columns = theme.columns();
    let in_colour = colour.filter(|_| !label.archived).map_or(theme.dim(), |colour| theme.label_text(colour));
    let mut name = columns.one_line(&label.name, name_width as u16);
    name.extend(std::iter::repeat_n(' ', name_width.saturating_sub(columns.line_width(&name))));
    let used = model.project_screen.tally.as_ref().map(|tally| tally.label(label.id));
    let number = |n: Option<u64>| n.map_or_else(|| "…".to_owned(), |n| n.to_string());
    let (spans, documents) = (number(used.as_ref().map(|t| t.spans)), number(used.as_ref().map(|t| t.documents)));
    let here = match suggested(model, label.id) {
        0 => String::new(),
        n => n.to_string(),
    };
    let threshold = label.threshold.map_or(String::new(), |t| format!("{t:.2}"));
    let taken = 4 + name_width + THRESHOLD + SPANS + DOCUMENTS + HERE + 3;
    let about = columns.one_line(&about(label), width.saturating_sub(taken as u16));
    let swatch = if theme.ascii() { "# " } else { "■ " };
    Line::from(vec![
        Span::styled(format!("{} ", key.unwrap_or(' ')), theme.key()),
        Span::styled(swatch, in_colour),
        Span::styled(name, in_colour),
        Span::styled(
            format!("{threshold:>THRESHOLD$}{spans:>SPANS$}{documents:>DOCUMENTS$}{here:>HERE$}  "),
            theme.text(),
        ),
        Span::styled(about, theme.dim()),
    ])
}

/// Suggestions of a label that are open in the document on the Annotate screen.
fn suggested(model: &Model, label: LabelId) -> usize {
    model.open.as_ref().map_or(0, |open| open.suggestions.iter().filter(|s| s.key.label == label).count())
}

fn about(label: &Label) -> String {
    let mut about = Vec::new();
    if label.archived {
        about.push("archived".to_owned());
    }
    if let Some(prompt) = &label.prompt {
        about.push(format!("reads: {prompt}"));
    }
    about.extend(label.colour.as_ref().map(|colour| format!("colour: {colour}")));
    if !label.description.is_empty() {
        about.push(label.description.clone());
    }
    about.join(" · ")
}
