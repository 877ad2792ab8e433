//! A box over everything else.

use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};
use ratatui::widgets::{Block, BorderType, Clear, Widget};

use crate::tui::theme::Theme;

/// The middle of `area` for a box with so much inside it, borders added; never larger than `area`.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let width = width.saturating_add(4).min(area.width);
    let height = height.saturating_add(2).min(area.height);
    Rect { x: area.x + (area.width - width) / 2, y: area.y + (area.height - height) / 2, width, height }
}

/// Clears the box, draws its border and title, and gives the room inside.
pub fn render(area: Rect, buf: &mut Buffer, title: &str, theme: &Theme) -> Rect {
    let area = area.intersection(buf.area);
    clear_cut_wide(area, buf);
    Clear.render(area, buf);
    buf.set_style(area, theme.text());
    let border = if theme.ascii() { ASCII } else { BorderType::Rounded.to_border_set() };
    Block::bordered().border_set(border).border_style(theme.border()).render(area, buf);
    let columns = theme.columns();
    if !title.is_empty() && area.width > 6 {
        let title = format!(" {} ", columns.one_line(title, area.width - 6));
        buf.set_string(area.x + 2, area.y, title, theme.title());
    }
    area.inner(Margin::new(2, 1))
}

/// A wide character that reaches into the box would draw over its border.
fn clear_cut_wide(area: Rect, buf: &mut Buffer) {
    use ratatui::buffer::CellWidth;
    if area.x <= buf.area.x {
        return;
    }
    for y in area.top()..area.bottom() {
        let cell = &mut buf[(area.x - 1, y)];
        if cell.cell_width() > 1 {
            let style = cell.style();
            cell.reset();
            cell.set_style(style);
        }
    }
}

const ASCII: ratatui::symbols::border::Set<'static> = ratatui::symbols::border::Set {
    top_left: "+",
    top_right: "+",
    bottom_left: "+",
    bottom_right: "+",
    vertical_left: "|",
    vertical_right: "|",
    horizontal_top: "-",
    horizontal_bottom: "-",
};
