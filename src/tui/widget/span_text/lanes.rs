//! The rows under a text row: a line under each span with the name of its label.
//!
//! A response has a solid line with ends (`╰─person──╯`), a suggestion a dotted one with its score (`┄person .87┄`), so
//! that they differ without colour. Each cell of a lane belongs to one span: the focused one before inner before
//! outer, a response before a suggestion of the same place. A name stands in the first stretch of its span where it fits, may run on to the
//! right of its span over free cells, and is cut otherwise.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::{SpanKind, SpanText, SpanView};

/// What a span takes of the current row.
struct Piece<'a> {
    span: &'a SpanView,
    index: usize,
    /// First cell and one past the last.
    cells: (u16, u16),
    /// The span begins, ends in this row.
    begins: bool,
    ends: bool,
    lane: u16,
    /// Later pieces lie on earlier ones.
    rank: (bool, usize, std::cmp::Reverse<usize>, bool),
}

/// A piece with the cells that nothing lies over, and its name with the column where it begins.
struct Laid<'a> {
    piece: Piece<'a>,
    runs: Vec<(u16, u16)>,
    name: Option<(u16, String)>,
}

/// Draws the lanes of `row`; `area` has one line for each lane that is in sight.
pub(super) fn paint_lanes(view: &SpanText<'_>, row: usize, area: Rect, buf: &mut Buffer) {
    for laid in lay(view, row, area.width) {
        if laid.piece.lane < area.height {
            let line = Rect { y: area.y + laid.piece.lane, height: 1, ..area };
            paint_piece(view, &laid, line, buf);
        }
    }
}

/// The span whose line or name is drawn in a cell of a lane of `row`, as its index in the set.
pub(super) fn span_at(view: &SpanText<'_>, row: usize, width: u16, lane: u16, column: u16) -> Option<usize> {
    let holds = |from: u16, to: u16| (from..to).contains(&column);
    let columns = view.theme.columns();
    let here = |laid: &Laid<'_>| {
        let name = laid.name.as_ref().is_some_and(|(at, name)| holds(*at, at + columns.line_width(name) as u16));
        laid.piece.lane == lane && (name || laid.runs.iter().any(|(from, to)| holds(*from, *to)))
    };
    lay(view, row, width).iter().rev().find(|laid| here(laid)).map(|laid| laid.piece.index)
}

/// What is drawn in the lanes of `row`, in the order of drawing.
fn lay<'a>(view: &SpanText<'a>, row: usize, width: u16) -> Vec<Laid<'a>> {
    let mut pieces = pieces(view, row, width);
    pieces.sort_by_key(|p| p.rank);
    let mut owners: Vec<Vec<Option<usize>>> = vec![Vec::new(); usize::from(view.lanes)];
    for (index, piece) in pieces.iter().enumerate() {
        let Some(owner) = owners.get_mut(usize::from(piece.lane)) else { continue };
        owner.resize(usize::from(width), None);
        let (from, to) = piece.cells;
        owner[usize::from(from)..usize::from(to)].fill(Some(index));
    }
    let lay = |(index, piece): (usize, Piece<'a>)| {
        let owner = owners.get(usize::from(piece.lane))?;
        let runs = runs(owner, index);
        let name = place_name(view, &piece, &runs, owner);
        Some(Laid { piece, runs, name })
    };
    pieces.into_iter().enumerate().filter_map(lay).collect()
}

fn pieces<'a>(view: &SpanText<'a>, row: usize, width: u16) -> Vec<Piece<'a>> {
    let range = view.layout.row_range(row);
    let found = view.spans.overlapping(range);
    let found: Vec<usize> = found.into_iter().filter(|&i| view.spans.spans()[i].kind != SpanKind::Found).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let mut extents: Vec<Option<(u16, u16)>> = vec![None; found.len()];
    for placed in view.layout.row(row) {
        for (extent, &index) in extents.iter_mut().zip(&found) {
            if view.spans.spans()[index].range.overlaps(placed.grapheme.range) {
                let (from, _) = extent.unwrap_or((placed.column, 0));
                *extent = Some((from, placed.column + placed.width));
            }
        }
    }
    let piece = |(extent, &index): (Option<(u16, u16)>, &usize)| {
        let span = &view.spans.spans()[index];
        let (from, to) = extent?;
        (from < width).then(|| Piece {
            span,
            index,
            cells: (from, to.min(width)),
            begins: span.range.start >= range.start,
            ends: span.range.end <= range.end,
            lane: view.spans.lane(index).min(view.lanes.saturating_sub(1)),
            rank: (span.focused, span.range.start, std::cmp::Reverse(span.range.end), span.kind == SpanKind::Response),
        })
    };
    extents.into_iter().zip(&found).filter_map(piece).collect()
}

/// The stretches of cells that belong to `index`.
fn runs(owner: &[Option<usize>], index: usize) -> Vec<(u16, u16)> {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for (column, _) in owner.iter().enumerate().filter(|(_, o)| **o == Some(index)) {
        let column = column as u16;
        match runs.last_mut() {
            Some((_, end)) if *end == column => *end += 1,
            _ => runs.push((column, column + 1)),
        }
    }
    runs
}

fn paint_piece(view: &SpanText<'_>, laid: &Laid<'_>, line: Rect, buf: &mut Buffer) {
    let piece = &laid.piece;
    let style = style(view, piece.span);
    let [first, fill, last] = glyphs(view, piece.span.kind);
    for &(from, to) in &laid.runs {
        for column in from..to {
            let glyph = match () {
                () if column == piece.cells.0 && piece.begins => first,
                () if column + 1 == piece.cells.1 && piece.ends => last,
                () => fill,
            };
            buf[(line.x + column, line.y)].set_char(glyph).set_style(style);
        }
    }
    let mut name_style = style;
    if piece.span.selected || piece.span.focused {
        name_style = name_style.add_modifier(Modifier::BOLD);
    }
    if piece.span.focused {
        name_style = name_style.add_modifier(Modifier::REVERSED);
    }
    if let Some((column, name)) = &laid.name {
        buf.set_string(line.x + column, line.y, name, name_style);
    }
}

/// Which name is drawn, and from which column on.
fn place_name(
    view: &SpanText<'_>,
    piece: &Piece<'_>,
    runs: &[(u16, u16)],
    owner: &[Option<usize>],
) -> Option<(u16, String)> {
    let columns = view.theme.columns();
    // The first glyph stays in sight where the span begins, and the name follows it; a suggestion rather shows its score.
    let first_glyph = |from: u16| u16::from(from == piece.cells.0);
    let room = |&(from, to): &(u16, u16)| free_to(owner, from, to).saturating_sub(from);
    let full = name(piece.span, true);
    let needs = columns.line_width(&full) as u16;
    let fits = |lead: u16| runs.iter().find(|run| room(run) >= needs.saturating_add(lead * first_glyph(run.0)));
    let (run, lead, text) = match (fits(1), fits(0).filter(|_| piece.span.kind == SpanKind::Suggestion)) {
        (Some(&run), _) => (run, first_glyph(run.0), full),
        (None, Some(&run)) => (run, 0, full),
        (None, None) => {
            let &run = runs.iter().max_by_key(|run| room(run))?;
            (run, first_glyph(run.0), name(piece.span, false))
        }
    };
    Some((run.0 + lead, columns.one_line(&text, room(&run).saturating_sub(lead))))
}

/// How far a name that starts in `from..to` may run: over free cells, up to one before the next span.
fn free_to(owner: &[Option<usize>], from: u16, to: u16) -> u16 {
    let after = &owner[usize::from(to)..];
    match after.iter().position(Option::is_some) {
        Some(0) => to,
        Some(gap) => to + gap as u16 - 1,
        None => (owner.len() as u16).max(from),
    }
}

/// The label's name, and for a suggestion its score: ` .87`.
fn name(span: &SpanView, with_score: bool) -> String {
    match span.score.filter(|_| with_score && span.kind == SpanKind::Suggestion) {
        Some(score) if score >= 0.995 => format!("{} 1.0", span.label),
        Some(score) => format!("{} .{:02.0}", span.label, (score.max(0.0) * 100.0)),
        None => span.label.clone(),
    }
}

fn style(view: &SpanText<'_>, span: &SpanView) -> Style {
    match span.kind {
        SpanKind::Suggestion => view.theme.label_text(span.colour).add_modifier(Modifier::DIM),
        _ => view.theme.label_text(span.colour),
    }
}

fn glyphs(view: &SpanText<'_>, kind: SpanKind) -> [char; 3] {
    match (kind, view.theme.ascii()) {
        (SpanKind::Suggestion, false) => ['┄', '┄', '┄'],
        (SpanKind::Suggestion, true) => ['.', '.', '.'],
        (_, false) => ['╰', '─', '╯'],
        (_, true) => ['\\', '_', '/'],
    }
}
