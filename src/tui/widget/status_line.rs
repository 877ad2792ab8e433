//! The line of facts: where we are at the left, counts and modes at the right.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::tui::theme::Theme;

/// A piece of the status line.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// What it says.
    pub text: String,
    /// How; patched over the line's own style.
    pub style: Style,
}

impl Part {
    /// Plain text.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::new() }
    }

    /// Styled text.
    pub fn styled(text: impl Into<String>, style: Style) -> Self {
        Self { text: text.into(), style }
    }
}

/// Draws the line. The right parts have their place first, the last of them before the others, but a third of the line is left
/// for the left ones, which are cut.
pub fn render(area: Rect, buf: &mut Buffer, left: &[Part], right: &[Part], theme: &Theme) {
    let area = Rect { height: area.height.min(1), ..area.intersection(buf.area) };
    if area.is_empty() {
        return;
    }
    let columns = theme.columns();
    buf.set_style(area, theme.status());
    let mut end = area.right();
    for (place, part) in right.iter().rev().enumerate() {
        let width = columns.line_width(&part.text);
        let kept = if place == 0 { 0 } else { usize::from(area.width / 3) };
        if width + 2 + kept > usize::from(end - area.x) {
            break;
        }
        end -= width as u16 + 1;
        buf.set_string(end, area.y, columns.one_line(&part.text, width as u16), theme.status().patch(part.style));
        end -= 1;
    }
    let mut x = area.x + 1;
    for part in left {
        if x >= end {
            break;
        }
        let text = columns.one_line(&part.text, end - x);
        (x, _) = buf.set_stringn(x, area.y, text, usize::from(end - x), theme.status().patch(part.style));
        x += 2;
    }
}
