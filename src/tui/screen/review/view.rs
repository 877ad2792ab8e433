//! How the queue looks: a concordance, with the suggestions in one column, and the text around the chosen one below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line as Row, Span};
use ratatui::widgets::Widget;

use super::{DETAIL, Line, Loaded, height};
use crate::annotate::quoted;
use crate::dataset::LabelId;
use crate::text::{CharRange, Columns};
use crate::tui::model::Model;
use crate::tui::theme::LabelColour;
use crate::tui::view;
use crate::tui::widget::span_text::{SpanKind, SpanSet, SpanText, SpanView, TextLayout};
use crate::tui::widget::status_line::Part;

/// Cells of a label's name at most.
const NAME: usize = 16;
/// Cells of a document's id, where there is room for it.
const ID: u16 = 14;

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let review = &model.review;
    let mut here = vec![Part::new("Review")];
    if let Some(label) = review.only {
        here.push(Part::styled(format!("only {}", model.labels.name(label)), model.theme.accent()));
    }
    if review.decided > 0 {
        here.push(Part::styled(format!("{} decided", review.decided), model.theme.good()));
    }
    view::title(model, frame, here);
    lines(model, frame);
    detail(model, frame);
    view::status(model, frame, facts(model), &state(model));
}

/// Cells of the parts of a line.
struct Cells {
    id: u16,
    left: u16,
    right: u16,
    name: u16,
}

fn cells(model: &Model, width: u16, columns: &Columns) -> Cells {
    let names = model.labels.active().map(|l| columns.line_width(&l.name)).max().unwrap_or(0);
    let name = names.clamp(5, NAME) as u16;
    let id = if width >= 110 { ID + 2 } else { 0 };
    // A margin, the score and the gaps between.
    let text = width.saturating_sub(id + name + 9);
    let left = text * 2 / 5;
    Cells { id, left, right: text - left, name }
}

fn lines(model: &Model, frame: &mut Frame<'_>) {
    let (area, theme, review) = (frame.area(), &model.theme, &model.review);
    let columns = theme.columns();
    let cells = cells(model, area.width, &columns);
    let colours = model.colours();
    let height = height(model);
    let shown = review.lines.iter().enumerate().skip(review.top).take(height);
    for (y, (i, line)) in (area.y + 1..).zip(shown) {
        let Some(loaded) = review.document(line.document) else { continue };
        let edges = review.edges.filter(|_| i == review.selected);
        let row = Rect { y, height: 1, ..area };
        frame.buffer_mut().set_line(row.x, y, &self::row(model, loaded, line, edges, &cells, &colours), area.width);
        if i == review.selected {
            frame.buffer_mut().set_style(row, theme.selected());
        }
    }
    if review.lines.is_empty() {
        for (y, text) in (area.y + 2..area.bottom()).zip(nothing(model)) {
            frame.buffer_mut().set_stringn(area.x + 2, y, text, usize::from(area.width - 2), theme.text());
        }
    }
}

/// What to say when there is no line.
fn nothing(model: &Model) -> Vec<String> {
    let review = &model.review;
    if review.failed.is_none() && !(review.at_end && review.at_start) {
        return vec!["looking for suggestions…".into()];
    }
    let sign = if model.theme.ascii() { ">" } else { "≥" };
    let why = super::has_line(model).err().unwrap_or_default();
    vec![
        format!("Nothing to review: {why}."),
        String::new(),
        format!("Shown are suggestions {sign}{:.2} in documents that are not finished.", model.settings.threshold),
        "- shows those the model is less sure of; q goes back.".into(),
    ]
}

fn row<'r>(
    model: &Model,
    loaded: &Loaded,
    line: &Line,
    edges: Option<CharRange>,
    cells: &Cells,
    colours: &[(LabelId, LabelColour)],
) -> Row<'r> {
    let theme = &model.theme;
    let columns = theme.columns();
    let text = &loaded.annotation.text;
    let range = edges.unwrap_or(line.suggestion.key.range);
    // A code point has a cell at least, or none: so many are enough.
    let window = |start: usize, end: usize| text.slice(text.widened(CharRange::new(start, end.min(text.chars()))));
    let before = window(range.start.saturating_sub(usize::from(cells.left) + 8), range.start);
    let left = tail(&columns, before, cells.left);
    let span = columns.one_line(text.slice(range), cells.right);
    let rest = cells.right.saturating_sub(columns.line_width(&span) as u16);
    let after = window(range.end, range.end + usize::from(rest) + 8);
    let right = fitted(&columns, after, rest);
    let label = line.suggestion.key.label;
    let colour = colours.iter().find(|(id, _)| *id == label).map(|(_, colour)| *colour);
    let name = fitted(&columns, &model.labels.name(label), cells.name);
    let mut spans = Vec::new();
    if cells.id > 0 {
        let id = loaded.external_id.clone().unwrap_or_else(|| loaded.annotation.document.to_string());
        spans.push(Span::styled(format!(" {} ", fitted(&columns, &id, cells.id - 2)), theme.dim()));
    }
    let edited = if edges.is_some() { theme.accent() } else { Style::new() };
    spans.extend([
        Span::styled(format!(" {left}"), theme.dim()),
        Span::styled(span, colour.map_or_else(|| theme.text(), |c| theme.label_line(c)).patch(edited)),
        Span::styled(format!("{right}  "), theme.dim()),
        Span::styled(name, colour.map_or_else(|| theme.text(), |c| theme.label_text(c))),
        Span::styled(format!(" {:.2}", line.suggestion.score), theme.text()),
    ]);
    Row::from(spans)
}

/// The beginning of a text in exactly so many cells.
fn fitted(columns: &Columns, text: &str, cells: u16) -> String {
    let mut line = columns.one_line(text, cells);
    line.extend(std::iter::repeat_n(' ', usize::from(cells).saturating_sub(columns.line_width(&line))));
    line
}

/// The end of a text in exactly so many cells, at their right.
fn tail(columns: &Columns, text: &str, cells: u16) -> String {
    let starts: Vec<usize> = columns.graphemes(text).map(|g| g.byte).collect();
    let cells = usize::from(cells);
    let mut from = text.len();
    let mut used = 0;
    for start in starts.into_iter().rev() {
        let width = columns.line_width(&text[start..from]);
        if used + width > cells {
            break;
        }
        used += width;
        from = start;
    }
    format!("{}{}", " ".repeat(cells - used), columns.one_line(&text[from..], used as u16))
}

/// The text around the chosen suggestion, a few rows of it.
fn detail(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let theme = &model.theme;
    let y = area.bottom().saturating_sub(DETAIL + 3);
    let rule = if theme.ascii() { "-" } else { "─" };
    frame.buffer_mut().set_string(area.x, y, rule.repeat(usize::from(area.width)), theme.border());
    let Some((loaded, suggestion, range)) = model.review.here() else { return };
    let area = Rect { x: 1, y: y + 1, width: area.width.saturating_sub(2), height: DETAIL };
    let text = &loaded.annotation.text;
    let around = usize::from(area.width);
    let start = range.start.saturating_sub(around);
    let window = text.widened(CharRange::new(start, (range.end + 3 * around).min(text.chars())));
    // Blank lines of a text would push it out of so few rows.
    let shown = text.slice(window).replace(['\n', '\r'], " ");
    let layout = TextLayout::new(&shown, area.width, theme.columns());
    let colours = model.colours();
    let label = suggestion.key.label;
    let here = CharRange::new(range.start - window.start, range.end - window.start);
    let view = SpanView {
        range: here,
        label: model.labels.name(label),
        colour: colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, c)| *c),
        kind: SpanKind::Suggestion,
        score: Some(suggestion.score),
        selected: false,
        focused: true,
    };
    let spans = SpanSet::new(vec![view]);
    let top = layout.row_of(here.start).saturating_sub(1);
    let text = SpanText { layout: &layout, spans: &spans, theme, top, lanes: 0, cursor: None, selection: Some(here) };
    text.render(area, frame.buffer_mut());
}

/// What the chosen line is.
fn facts(model: &Model) -> Vec<Part> {
    let Some((loaded, suggestion, range)) = model.review.here() else { return Vec::new() };
    let id = loaded.external_id.clone().unwrap_or_else(|| format!("#{}", loaded.annotation.document));
    let edges = if range == suggestion.key.range { "" } else { "edges moved: " };
    vec![
        Part::new(format!("{edges}{} {:.2}", model.labels.name(suggestion.key.label), suggestion.score)),
        Part::new(quoted(loaded.annotation.text.slice(range))),
        Part::styled(format!("in {}", model.theme.columns().one_line(&id, 20)), model.theme.dim()),
    ]
}

/// How many lines there are, on which terms, and whether more come.
fn state(model: &Model) -> Vec<Part> {
    let (review, theme) = (&model.review, &model.theme);
    let sign = if theme.ascii() { ">" } else { "≥" };
    let more = if review.failed.is_some() {
        Part::styled("no suggestions: R asks again", theme.error())
    } else if review.loading.is_some() {
        Part::styled("looking for more…", theme.accent())
    } else if review.at_end {
        Part::styled("end of list", theme.dim())
    } else {
        Part::new("")
    };
    let place = if review.lines.is_empty() { 0 } else { review.selected + 1 };
    // So many are loaded; there may be others.
    let others = if review.at_end { "" } else { "+" };
    let mut parts = vec![
        more,
        Part::new(review.order.words()),
        Part::new(format!("{place}/{}{others} {sign}{:.2}", review.lines.len(), model.settings.threshold)),
    ];
    parts.retain(|part| !part.text.is_empty());
    parts
}
