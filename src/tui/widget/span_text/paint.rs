//! Drawing the rows in sight: text with span styles, and the lane rows with the names under it.

use std::num::NonZeroU16;

use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Widget;

use super::lanes::{paint_lanes, span_at};
use super::layout::Placed;
use super::{SpanKind, SpanSet, TextLayout};
use crate::text::{CharRange, Shown};
use crate::tui::theme::{ColourDepth, Theme};

/// Which rows are in sight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// First row in sight.
    pub top: usize,
}

impl Viewport {
    /// Rows that fit `height` lines whole, with their lanes; at least 1.
    pub fn rows(height: u16, lanes: u16) -> usize {
        usize::from((height / (1 + lanes)).max(1))
    }

    /// Scrolls as little as needed to have `row` in sight with `margin` rows around it, where there are any.
    pub fn follow(&mut self, row: usize, rows: usize, height: u16, lanes: u16, margin: usize) {
        let shown = Self::rows(height, lanes);
        let margin = margin.min(shown.saturating_sub(1) / 2);
        let lowest = row.saturating_sub(margin);
        let highest = (row + margin + 1).saturating_sub(shown);
        self.top = self.top.clamp(highest, lowest.max(highest)).min(rows.saturating_sub(shown));
    }

    /// Scrolls so that `row` is in the middle.
    pub fn centre(&mut self, row: usize, rows: usize, height: u16, lanes: u16) {
        let shown = Self::rows(height, lanes);
        self.top = row.saturating_sub(shown / 2).min(rows.saturating_sub(shown));
    }

    /// Scrolls by `delta` rows, for the wheel.
    pub fn scroll(&mut self, delta: isize, rows: usize, height: u16, lanes: u16) {
        self.top = self.top.saturating_add_signed(delta).min(rows.saturating_sub(Self::rows(height, lanes)));
    }
}

/// A text with spans, drawn from `top` on. Costs what is in sight, whatever the length of the text.
#[derive(Clone, Copy)]
pub struct SpanText<'a> {
    /// The wrapped text.
    pub layout: &'a TextLayout,
    /// The spans.
    pub spans: &'a SpanSet,
    /// Colours and glyphs.
    pub theme: &'a Theme,
    /// First row in sight.
    pub top: usize,
    /// Lane rows under each text row; 0 is compact.
    pub lanes: u16,
    /// Code point under the cursor.
    pub cursor: Option<usize>,
    /// Selected code points.
    pub selection: Option<CharRange>,
}

impl<'a> SpanText<'a> {
    /// The text with one lane, from the top, without cursor.
    pub fn new(layout: &'a TextLayout, spans: &'a SpanSet, theme: &'a Theme) -> Self {
        Self { layout, spans, theme, top: 0, lanes: 1, cursor: None, selection: None }
    }

    /// From `top` on.
    pub fn top(self, top: usize) -> Self {
        Self { top, ..self }
    }

    /// With so many lane rows under each text row.
    pub fn lanes(self, lanes: u16) -> Self {
        Self { lanes, ..self }
    }

    /// With a cursor.
    pub fn cursor(self, cursor: Option<usize>) -> Self {
        Self { cursor, ..self }
    }

    /// With selected text.
    pub fn selection(self, selection: Option<CharRange>) -> Self {
        Self { selection: selection.filter(|s| !s.is_empty()), ..self }
    }

    /// Where the cursor is on the screen, if it is in sight: for the terminal's own cursor, which screen readers follow.
    pub fn cursor_position(&self, area: Rect) -> Option<Position> {
        let place = self.layout.place(self.cursor?);
        let line = place.row.checked_sub(self.top)?.checked_mul(usize::from(1 + self.lanes))?;
        let inside = line < usize::from(area.height) && place.column < area.width;
        inside.then(|| Position::new(area.x + place.column, area.y + line as u16))
    }

    /// The code point drawn at a position of the screen (a lane belongs to the row above it): for the mouse.
    pub fn char_at(&self, area: Rect, position: Position) -> Option<usize> {
        if !area.contains(position) {
            return None;
        }
        let row = self.top + usize::from((position.y - area.y) / (1 + self.lanes));
        Some(self.layout.char_at(row, position.x - area.x))
    }

    /// The span whose name or line is drawn at a position of the screen, as its index in the set: for the mouse.
    pub fn span_at(&self, area: Rect, position: Position) -> Option<usize> {
        if !area.contains(position) {
            return None;
        }
        let (row, line) = ((position.y - area.y) / (1 + self.lanes), (position.y - area.y) % (1 + self.lanes));
        span_at(self, self.top + usize::from(row), area.width, line.checked_sub(1)?, position.x - area.x)
    }

    fn paint_row(&self, row: usize, area: Rect, y: u16, buf: &mut Buffer) {
        let range = self.layout.row_range(row);
        let found = self.spans.overlapping(range);
        let mut end = 0;
        for placed in self.layout.row(row) {
            let style = self.style(&placed, &found);
            self.paint_grapheme(&placed, style, area, y, buf);
            end = placed.column + placed.width;
        }
        let past_end = row + 1 == self.layout.rows() && self.cursor.is_some_and(|c| c >= self.layout.chars());
        if past_end && end < area.width {
            buf[(area.x + end, y)].set_style(self.theme.cursor());
        }
    }

    /// Everything that lies on a grapheme, from the bottom up: suggestion, response, search hit, selection, cursor.
    fn style(&self, placed: &Placed<'_>, found: &[usize]) -> Style {
        let range = placed.grapheme.range;
        let blank = matches!(placed.grapheme.shown, Shown::Newline);
        let base = if matches!(placed.grapheme.shown, Shown::Mark(_)) { self.theme.mark() } else { self.theme.text() };
        let covering = || found.iter().map(|&i| &self.spans.spans()[i]).filter(|s| s.range.overlaps(range) && !blank);
        let mut style = base;
        for span in covering().filter(|s| s.kind == SpanKind::Suggestion) {
            style = style.patch(self.theme.label_line(span.colour));
            if span.focused {
                style = style.add_modifier(Modifier::BOLD);
            }
        }
        let mut outer = None;
        for span in covering().filter(|s| s.kind == SpanKind::Response) {
            // The dots of a suggestion under a response give way; the line of an outer span shows under the inner.
            style = style.remove_modifier(Modifier::RAPID_BLINK).patch(self.theme.label_block(span.colour));
            if self.theme.depth > ColourDepth::Basic {
                style = style.underline_color(self.theme.label(outer.unwrap_or(span.colour)));
            }
            if span.focused {
                style = style.add_modifier(Modifier::BOLD);
            }
            outer.get_or_insert(span.colour);
        }
        if covering().any(|s| s.kind == SpanKind::Found) {
            style = style.patch(self.theme.found());
        }
        let selected = self.selection.is_some_and(|s| s.overlaps(range));
        if selected {
            style = style.patch(self.theme.selection());
        }
        if self.cursor.is_some_and(|c| range.holds(c)) {
            style = style.patch(self.theme.cursor());
            if selected && self.theme.depth <= ColourDepth::Basic {
                // The one cell that is not reversed.
                style = style.remove_modifier(Modifier::REVERSED);
            }
        }
        style
    }

    fn paint_grapheme(&self, placed: &Placed<'_>, style: Style, area: Rect, y: u16, buf: &mut Buffer) {
        let (x, end) = (placed.column, placed.column + placed.width);
        if x >= area.width {
            return;
        }
        let form = self.layout.columns().drawn(&placed.grapheme);
        let whole = end <= area.width;
        match placed.grapheme.shown {
            Shown::Text(_) if whole => {
                for column in x..end {
                    buf[(area.x + column, y)].reset();
                    buf[(area.x + column, y)].set_style(style);
                }
                let cell = &mut buf[(area.x + x, y)];
                cell.set_symbol(&form);
                if let Some(width) = NonZeroU16::new(placed.width).filter(|w| w.get() != form.cell_width()) {
                    cell.set_diff_option(CellDiffOption::ForcedWidth(width));
                }
            }
            Shown::Mark(_) => {
                // A stand-in is ASCII, or one character with its marks.
                let last = (area.x + end).min(area.x + area.width);
                if form.is_ascii() {
                    for (column, c) in (area.x + x..last).zip(form.chars()) {
                        buf[(column, y)].reset();
                        buf[(column, y)].set_char(c).set_style(style);
                    }
                } else {
                    buf[(area.x + x, y)].reset();
                    buf[(area.x + x, y)].set_symbol(&form).set_style(style);
                }
            }
            // Tabs, newlines, and wide characters cut by a narrow area.
            _ => {
                for column in x..end.min(area.width) {
                    buf[(area.x + column, y)].reset();
                    buf[(area.x + column, y)].set_style(style);
                }
            }
        }
    }
}

impl Widget for SpanText<'_> {
    fn render(self, area: Rect, buf: &mut Buffer) {
        let area = area.intersection(buf.area);
        let step = 1 + self.lanes;
        let mut y = area.y;
        for row in self.top..self.layout.rows() {
            if y >= area.bottom() || area.width == 0 {
                break;
            }
            self.paint_row(row, area, y, buf);
            let room = self.lanes.min(area.bottom() - y - 1);
            if room > 0 {
                paint_lanes(&self, row, Rect { y: y + 1, height: room, ..area }, buf);
            }
            y = y.saturating_add(step);
        }
    }
}
