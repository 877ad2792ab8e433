//! A list of which only one page is in memory.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::tui::theme::Theme;

/// Which row is chosen and which is the first in sight; rows are counted over the whole list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListState {
    /// The chosen row.
    pub selected: usize,
    /// First row in sight.
    pub top: usize,
}

impl ListState {
    /// Chooses a row of `total`, and scrolls it into sight.
    pub fn select(&mut self, row: usize, total: usize, height: u16) {
        let height = usize::from(height.max(1));
        self.selected = row.min(total.saturating_sub(1));
        let highest = (self.selected + 1).saturating_sub(height);
        self.top = self.top.clamp(highest, self.selected.max(highest)).min(total.saturating_sub(height));
    }

    /// Moves the choice by `delta` rows, staying inside.
    pub fn move_by(&mut self, delta: isize, total: usize, height: u16) {
        self.select(self.selected.saturating_add_signed(delta), total, height);
    }

    /// The rows in sight: what a page has to be read for.
    pub fn visible(&self, total: usize, height: u16) -> Range<usize> {
        self.top.min(total)..(self.top + usize::from(height)).min(total)
    }
}

/// Draws `rows`, which are the ones of [`ListState::visible`]; with a bar at the right when there are more than fit.
pub fn render(area: Rect, buf: &mut Buffer, state: &ListState, rows: &[Line<'_>], total: usize, theme: &Theme) {
    let area = area.intersection(buf.area);
    let bar = total > usize::from(area.height) && area.width > 2;
    let width = area.width - u16::from(bar);
    for (line, row) in rows.iter().take(usize::from(area.height)).enumerate() {
        let y = area.y + line as u16;
        buf.set_line(area.x, y, row, width);
        if state.top + line == state.selected {
            buf.set_style(Rect { x: area.x, y, width, height: 1 }, theme.selected());
        }
    }
    if bar {
        scroll_bar(Rect { x: area.right() - 1, width: 1, ..area }, buf, state.top, total, theme);
    }
}

/// A bar of one column: which part of `total` rows the area shows, from `top` on.
pub fn scroll_bar(area: Rect, buf: &mut Buffer, top: usize, total: usize, theme: &Theme) {
    let area = area.intersection(buf.area);
    let height = usize::from(area.height);
    if height == 0 || area.width == 0 || total <= height {
        return;
    }
    let thumb = (height * height / total).clamp(1, height);
    let start = top.min(total - height) * (height - thumb) / (total - height);
    let (track, mark) = if theme.ascii() { ("|", "#") } else { ("│", "┃") };
    for line in 0..height {
        let (symbol, style) = match line {
            _ if (start..start + thumb).contains(&line) => (mark, theme.text()),
            _ => (track, theme.dim()),
        };
        buf[(area.x, area.y + line as u16)].set_symbol(symbol).set_style(style);
    }
}
