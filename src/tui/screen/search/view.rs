//! How the Search screen looks: the query, how many hits, the list with what was found in them, and the chosen document.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::{Areas, FacetLine, Focus, areas, facets};
use crate::search::{Hit, Mode};
use crate::text::{CharRange, Columns};
use crate::tui::model::Model;
use crate::tui::screen::documents;
use crate::tui::searcher::{HitRow, Preview};
use crate::tui::theme::LabelColour;
use crate::tui::view;
use crate::tui::widget::span_text::{SpanKind, SpanSet, SpanText, SpanView, TextLayout};
use crate::tui::widget::status_line::{self, Part};
use crate::tui::widget::words::counted;
use crate::tui::widget::{line_input, list, words};

/// Cells of an id in the list.
const ID: u16 = 13;

/// Draws the screen.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    let parts = areas(model);
    view::title(model, frame, vec![Part::new("Search")]);
    line(model, parts.line, frame);
    facts(model, parts.facts, frame.buffer_mut());
    hits(model, parts.list, frame.buffer_mut());
    edge(model, &parts, frame.buffer_mut());
    preview(model, parts.preview, frame.buffer_mut());
    facet_lines(model, parts.facets, frame.buffer_mut());
    view::status(model, frame, chosen(model), &[]);
}

/// The way of finding, what is like, and the query with its cursor.
fn line(model: &Model, area: Rect, frame: &mut Frame<'_>) {
    let (theme, screen) = (&model.theme, &model.search_screen);
    let columns = theme.columns();
    let mode = format!(" {:8} ", screen.mode.as_str());
    let buf = frame.buffer_mut();
    buf.set_string(area.x, area.y, &mode, theme.accent());
    let mut x = area.x + mode.len() as u16;
    if let Some(liked) = &screen.like {
        let chip = columns.one_line(&format!(" like {} ", liked.name), area.width / 2);
        (x, _) = buf.set_stringn(x, area.y, chip, usize::from(area.right().saturating_sub(x)), theme.selection());
        x += 1;
    }
    let room = Rect { x, width: area.right().saturating_sub(x + 1), ..area };
    let placeholder = if screen.like.is_some() { "words, or Backspace: no longer like it" } else { "words to find" };
    let cursor = line_input::render(room, buf, &screen.input, placeholder, theme);
    if let Some(error) = &screen.error {
        mark_error(&columns, room, screen.input.text(), error.at, theme.error(), buf);
    }
    if let Some(cursor) = cursor.filter(|_| screen.focus == Focus::Line && model.overlays.is_empty()) {
        frame.set_cursor_position(cursor);
    }
}

/// Shows where the query is wrong, when the line is not scrolled.
fn mark_error(columns: &Columns, area: Rect, text: &str, at: usize, style: Style, buf: &mut Buffer) {
    if columns.line_width(text) + 1 > usize::from(area.width) || text.is_empty() {
        return;
    }
    let before: String = text.chars().take(at.min(text.chars().count().saturating_sub(1))).collect();
    let place = Rect { x: area.x + columns.line_width(&before) as u16, width: 1, ..area };
    buf.set_style(place.intersection(area), style);
}

/// How many hits, or why the query is none; at the right how far the index is.
fn facts(model: &Model, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.search_screen);
    let dots = if theme.ascii() { "..." } else { "…" };
    let mut left = Vec::new();
    if let Some(error) = &screen.error {
        left.push(Part::styled(error.to_string(), theme.error()));
    } else if let Some(why) = &screen.failed {
        left.push(Part::styled(why.clone(), theme.error()));
    }
    if let Some(shown) = &screen.shown {
        let n = shown.hits.len() as u64;
        let how_many = match shown.total {
            Some(total) if total > n => format!("the best {} of {}", counted(n, "hit"), counted(total, "document")),
            Some(_) => counted(n, "hit"),
            None => format!("the {} nearest", counted(n, "document")),
        };
        left.extend([Part::new(how_many), Part::styled(milliseconds(shown.took), theme.dim())]);
    }
    let right: Vec<Part> = match (screen.indexing, &screen.index_failed) {
        // Why there are no other hits must be read whole.
        _ if !left.is_empty() && (screen.error.is_some() || screen.failed.is_some()) => Vec::new(),
        (Some((done, total)), _) => {
            let done = counted(done, "");
            let done = done.trim_end_matches([' ', 's']);
            vec![Part::styled(format!("indexing {done} of {}", counted(total, "document")), theme.accent())]
        }
        (None, Some(why)) => vec![Part::styled(format!("not indexed: {why}"), theme.warning())],
        (None, None) if screen.is_searching() => vec![Part::styled(format!("searching{dots}"), theme.accent())],
        (None, None) => Vec::new(),
    };
    status_line::render(area, buf, &left, &right, theme);
}

fn milliseconds(took: std::time::Duration) -> String {
    match took.as_millis() {
        0 => "under 1 ms".into(),
        ms => format!("{ms} ms"),
    }
}

fn hits(model: &Model, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.search_screen);
    let Some(shown) = screen.shown.as_ref().filter(|shown| !shown.hits.is_empty()) else {
        return nothing(model, area, buf);
    };
    let columns = theme.columns();
    let total = shown.hits.len();
    // The bar has the last column.
    let width = area.width.saturating_sub(1);
    let visible = screen.list.visible(total, area.height);
    let rows: Vec<Line> = visible.map(|at| hit_line(model, &shown.hits[at], screen.row(at), width, &columns)).collect();
    list::render(area, buf, &screen.list, &rows, total, theme);
    // What was found stands out in the chosen line too.
    if let Some(row) = screen.list.selected.checked_sub(screen.list.top).filter(|row| *row < rows.len()) {
        let found = |span: &Span<'static>| match span.style == theme.found() {
            true => span.clone(),
            false => Span::raw(span.content.clone()),
        };
        let line = Line::from(rows[row].spans.iter().map(found).collect::<Vec<_>>());
        buf.set_line(area.x, area.y + row as u16, &line, width);
    }
    if screen.focus != Focus::Hits {
        // The choice is there, but the keys are not.
        let y = area.y + screen.list.selected.saturating_sub(screen.list.top) as u16;
        let place = Rect { x: area.x, y, width: 1, height: 1 };
        buf.set_style(place.intersection(area), theme.cursor());
    }
}

fn hit_line(model: &Model, hit: &Hit, row: Option<&HitRow>, width: u16, columns: &Columns) -> Line<'static> {
    let theme = &model.theme;
    let Some(row) = row else {
        return Line::from(Span::styled(format!("   {:>6}", score(hit.score)), theme.dim()));
    };
    let style = view::status_part(model, row.status).style;
    let id = row.external_id.clone().unwrap_or_else(|| hit.document.to_string());
    let mut id = columns.one_line(&id, ID);
    id.extend(std::iter::repeat_n(' ', usize::from(ID).saturating_sub(columns.line_width(&id))));
    let mut spans = vec![
        Span::styled(format!(" {} ", documents::mark(row.status, theme.ascii())), style),
        Span::styled(format!("{:>6} ", score(hit.score)), theme.text()),
        Span::styled(format!("{id} "), theme.dim()),
    ];
    let mut room = width.saturating_sub(ID + 11);
    let dots = if theme.ascii() { "~" } else { "…" };
    if row.snippet.before {
        spans.push(Span::styled(dots, theme.dim()));
        room = room.saturating_sub(1);
    }
    let ends = row.snippet.after;
    for (text, found) in pieces(&row.snippet.text, &row.snippet.found) {
        if room == 0 {
            break;
        }
        let cut = columns.line_width(&text) > usize::from(room);
        let text = columns.one_line(&text, room);
        room = room.saturating_sub(columns.line_width(&text) as u16);
        spans.push(Span::styled(text, if found { theme.found() } else { theme.text() }));
        if cut {
            return Line::from(spans);
        }
    }
    if ends && room > 0 {
        spans.push(Span::styled(dots, theme.dim()));
    }
    Line::from(spans)
}

/// The text in pieces, those that were found apart.
fn pieces(text: &str, found: &[CharRange]) -> Vec<(String, bool)> {
    let chars: Vec<char> = text.chars().collect();
    let mut pieces = Vec::new();
    let mut at = 0;
    let part = |from: usize, to: usize| chars[from.min(chars.len())..to.min(chars.len())].iter().collect::<String>();
    for range in found {
        if range.start < at || range.end > chars.len() || range.is_empty() {
            continue;
        }
        if range.start > at {
            pieces.push((part(at, range.start), false));
        }
        pieces.push((part(range.start, range.end), true));
        at = range.end;
    }
    if at < chars.len() {
        pieces.push((part(at, chars.len()), false));
    }
    pieces
}

/// In six cells, with as many digits as say something.
fn score(score: f32) -> String {
    match score.abs() {
        size if size < 1.0 => format!("{score:.4}"),
        size if size < 100.0 => format!("{score:.2}"),
        _ => format!("{score:.0}"),
    }
}

/// What to say where there is no hit.
fn nothing(model: &Model, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.search_screen);
    let lines: Vec<(&str, &str)> = if model.counts.documents == 0 {
        vec![("There are no documents in this project to search in.", "")]
    } else if screen.asks_nothing() {
        vec![
            ("words", "documents with any of them, those with more first"),
            ("\"exact phrase\"", "words one after another"),
            ("-word", "without it; before any of these"),
            ("prefix*  fuzzy~", "words that begin so; that are one letter off"),
            ("/regex/", "words that match as a whole"),
            ("label:  status:", "with a span of yours; with this status of yours"),
            ("score:<0.6", "with a suggestion that scores so"),
            ("length:>200", "with so many characters"),
            ("source:", "from a file or data set with this in its name"),
        ]
    } else if screen.shown.is_none() {
        Vec::new()
    } else if screen.mode == Mode::Keyword {
        vec![("No document has that. Tab looks by meaning too.", "")]
    } else {
        vec![("No document has that.", "")]
    };
    let columns = theme.columns();
    let width = usize::from(area.width.saturating_sub(4));
    let mut y = area.y + 1;
    for (what, help) in lines {
        if help.is_empty() {
            for row in words::wrap(what, width as u16, &columns) {
                if y < area.bottom() {
                    buf.set_stringn(area.x + 2, y, row, width, theme.text());
                }
                y += 1;
            }
            continue;
        }
        if y < area.bottom() {
            buf.set_stringn(area.x + 2, y, what, width, theme.key());
            buf.set_stringn(area.x + 20, y, help, width.saturating_sub(18), theme.text());
        }
        y += 1;
    }
}

/// The lines between the parts; heavy beside what has the keys.
fn edge(model: &Model, parts: &Areas, buf: &mut Buffer) {
    let theme = &model.theme;
    let focused = model.search_screen.focus == Focus::Facets;
    let style = if focused { theme.accent() } else { theme.border() };
    let (across, down) = match (theme.ascii(), focused) {
        (true, _) => ("-", "|"),
        (false, true) => ("━", "┃"),
        (false, false) => ("─", "│"),
    };
    for area in [parts.edge, parts.rule] {
        let symbol = if area.width > 1 { across } else { down };
        for position in area.intersection(buf.area).positions() {
            buf[position].set_symbol(symbol).set_style(style);
        }
    }
}

/// The chosen document with its spans and what was found.
fn preview(model: &Model, area: Rect, buf: &mut Buffer) {
    let area = area.intersection(buf.area);
    let (theme, screen) = (&model.theme, &model.search_screen);
    if area.is_empty() {
        return;
    }
    let Some(hit) = screen.hit() else { return };
    match &screen.preview {
        Some((document, Some(preview))) if *document == hit.document => document_part(model, preview, area, buf),
        Some((document, None)) if *document == hit.document => {
            let text = "this document is not in the project any more";
            buf.set_stringn(area.x, area.y, text, usize::from(area.width), theme.warning());
        }
        // It is on its way.
        _ => {}
    }
}

fn document_part(model: &Model, preview: &Preview, area: Rect, buf: &mut Buffer) {
    let theme = &model.theme;
    let colours = model.colours();
    let layout = TextLayout::new(&preview.text, area.width, theme.columns());
    let span = |range: CharRange, kind: SpanKind| SpanView {
        range,
        label: String::new(),
        colour: LabelColour::Palette(0),
        kind,
        score: None,
        selected: false,
        focused: false,
    };
    let spans = preview.response.spans.iter().map(|s| SpanView {
        label: model.labels.name(s.label),
        colour: colours.iter().find(|(id, _)| *id == s.label).map_or(LabelColour::Palette(0), |(_, c)| *c),
        ..span(s.range, SpanKind::Response)
    });
    let found = preview.found.iter().map(|range| span(*range, SpanKind::Found));
    let spans = SpanSet::new(spans.chain(found).collect());
    let lanes = u16::from(!preview.response.spans.is_empty());
    let rows = usize::from(area.height / (1 + lanes)).max(1);
    let first = preview.found.first().map_or(0, |range| layout.row_of(range.start));
    let top = first.saturating_sub(1).min(layout.rows().saturating_sub(rows));
    SpanText::new(&layout, &spans, theme).lanes(lanes).top(top).render(area, buf);
}

fn facet_lines(model: &Model, area: Rect, buf: &mut Buffer) {
    let (theme, screen) = (&model.theme, &model.search_screen);
    if area.is_empty() {
        return;
    }
    let columns = theme.columns();
    let lines = facets::lines(model);
    let visible = screen.facet.visible(lines.len(), area.height);
    let on_mark = if theme.ascii() { "*" } else { "✓" };
    let shown: Vec<Line> = lines[visible]
        .iter()
        .map(|line| match line {
            FacetLine::Heading(what) => Line::from(Span::styled(*what, theme.title())),
            FacetLine::Value { name, count, on, .. } => Line::from(vec![
                Span::styled(format!(" {} ", if *on { on_mark } else { " " }), theme.good()),
                Span::styled(format!("{count:>7} "), theme.text()),
                Span::styled(columns.one_line(name, area.width.saturating_sub(12)), theme.text()),
            ]),
        })
        .collect();
    // Without the keys nothing is chosen.
    let state = match screen.focus {
        Focus::Facets => screen.facet,
        _ => list::ListState { selected: usize::MAX, ..screen.facet },
    };
    list::render(area, buf, &state, &shown, lines.len(), theme);
}

/// What the chosen hit is, and by what it was found.
fn chosen(model: &Model) -> Vec<Part> {
    let (theme, screen) = (&model.theme, &model.search_screen);
    if screen.focus == Focus::Facets {
        return vec![Part::new("Enter makes it a filter of the query, or no longer")];
    }
    let Some(hit) = screen.hit() else { return Vec::new() };
    let mut parts = vec![Part::new(format!("{} of {}", screen.list.selected + 1, screen.len()))];
    let ranks = [("words", hit.keyword), ("meaning", hit.semantic)];
    let ranks = ranks.into_iter().filter_map(|(by, rank)| rank.map(|rank| format!("no. {rank} by {by}")));
    parts.extend(ranks.map(|rank| Part::styled(rank, theme.dim())));
    if let Some(row) = screen.row(screen.list.selected) {
        parts.push(view::status_part(model, row.status));
        if !row.source.is_empty() {
            let source = theme.columns().one_line(&row.source, 30);
            parts.push(Part::styled(format!("from {source}"), theme.dim()));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_cut_out_of_the_snippet() {
        let found = [CharRange::new(4, 7), CharRange::new(8, 13)];
        let cut = pieces("Ada met Byron.", &found);
        let cut: Vec<(&str, bool)> = cut.iter().map(|(text, found)| (text.as_str(), *found)).collect();
        assert_eq!(cut, [("Ada ", false), ("met", true), (" ", false), ("Byron", true), (".", false)]);
        // Places that are not in the text mark nothing.
        assert_eq!(pieces("Ada", &[CharRange::new(2, 9)]), [("Ada".to_owned(), false)]);
    }

    #[test]
    fn scores_of_every_kind_fit_their_column() {
        assert_eq!([0.0328, 0.91234, 7.0, 12.345, 123.4].map(score), ["0.0328", "0.9123", "7.00", "12.35", "123"]);
    }
}
