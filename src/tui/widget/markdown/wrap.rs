//! Runs of styled text broken into lines of so many cells.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::text::{Columns, Shown};
use crate::tui::theme::Theme;

/// What stands before the first line of a block, and before the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Indent {
    pub first: String,
    pub rest: String,
}

impl Indent {
    /// A marker, and blanks of its width below it.
    pub(super) fn new(before: String, marker: String) -> Self {
        let rest = " ".repeat(before.chars().count() + marker.chars().count());
        Self { first: before + &marker, rest }
    }
}

/// Something that is not broken: a grapheme, with what is drawn for it.
struct Cell {
    text: String,
    width: usize,
    style: Style,
    space: bool,
}

fn cells(runs: &[(String, Style)], columns: &Columns, theme: &Theme) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for (text, style) in runs {
        for grapheme in columns.graphemes(text) {
            let (text, width, style) = match grapheme.shown {
                Shown::Text(width) => (columns.drawn(&grapheme).into_owned(), width, *style),
                Shown::Mark(width) => (columns.drawn(&grapheme).into_owned(), width, style.patch(theme.mark())),
                Shown::Tab | Shown::Newline => (" ".to_owned(), 1, *style),
            };
            let space = text == " ";
            // Several blanks are one, as everywhere in Markdown.
            if !(space && cells.last().is_none_or(|last| last.space)) {
                cells.push(Cell { text, width: usize::from(width), style, space });
            }
        }
    }
    cells
}

/// Breaks at blanks, and within what is wider than a line.
pub(super) fn wrap(
    runs: &[(String, Style)],
    indent: &Indent,
    width: u16,
    columns: &Columns,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let cells = cells(runs, columns, theme);
    let mut lines = Vec::new();
    let mut start = 0;
    while start < cells.len() || lines.is_empty() {
        let before = if lines.is_empty() { &indent.first } else { &indent.rest };
        // An indent that leaves no room is left out.
        let before = if columns.line_width(before) + 4 <= usize::from(width) { before.as_str() } else { "" };
        let room = usize::from(width) - columns.line_width(before).min(usize::from(width));
        let (end, next) = row(&cells, start, room);
        lines.push(line(before, &cells[start..end], theme));
        if next >= cells.len() {
            break;
        }
        start = next;
    }
    lines
}

/// Where the row that begins at `start` ends, and where the next one begins.
fn row(cells: &[Cell], start: usize, room: usize) -> (usize, usize) {
    let (mut used, mut blank) = (0, None);
    for (at, cell) in cells.iter().enumerate().skip(start) {
        if cell.space {
            blank = Some(at);
        }
        if used + cell.width > room {
            return match blank {
                Some(blank) if blank > start => (blank, blank + 1),
                // At least one cell, or there would be no end.
                _ => (at.max(start + 1), at.max(start + 1)),
            };
        }
        used += cell.width;
    }
    (cells.len(), cells.len())
}

fn line(before: &str, cells: &[Cell], theme: &Theme) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    if !before.is_empty() {
        spans.push(Span::styled(before.to_owned(), theme.dim()));
    }
    let mut run: Option<(String, Style)> = None;
    for cell in cells {
        match &mut run {
            Some((text, style)) if *style == cell.style => text.push_str(&cell.text),
            _ => {
                spans.extend(run.take().map(|(text, style)| Span::styled(text, style)));
                run = Some((cell.text.clone(), cell.style));
            }
        }
    }
    spans.extend(run.map(|(text, style)| Span::styled(text, style)));
    Line::from(spans)
}
