//! The line that says which keys do what right now.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::text::Columns;
use crate::tui::theme::Theme;

/// A key and what it does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// The key as people read it.
    pub key: String,
    /// One or two words.
    pub text: String,
    /// False greys it: the key would only say why it cannot.
    pub enabled: bool,
}

impl Hint {
    /// A key that works.
    pub fn new(key: impl Into<String>, text: impl Into<String>) -> Self {
        Self { key: key.into(), text: text.into(), enabled: true }
    }
}

/// Draws as many hints as fit whole; the last one (help) always has its place.
pub fn render(area: Rect, buf: &mut Buffer, hints: &[Hint], theme: &Theme) {
    let area = area.intersection(buf.area);
    let Some((last, rest)) = hints.split_last().filter(|_| !area.is_empty()) else { return };
    let columns = theme.columns();
    let width = |hint: &Hint| columns.line_width(&hint.key) + 1 + columns.line_width(&hint.text);
    let mut x = area.x;
    for hint in rest {
        let needed = width(hint) + 2 + width(last);
        if usize::from(x) + needed > usize::from(area.right()) {
            break;
        }
        x = draw(hint, x, area, buf, &columns, theme) + 2;
    }
    if usize::from(x) + width(last) <= usize::from(area.right()) {
        draw(last, x, area, buf, &columns, theme);
    }
}

fn draw(hint: &Hint, x: u16, area: Rect, buf: &mut Buffer, columns: &Columns, theme: &Theme) -> u16 {
    let (key, text) = if hint.enabled { (theme.key(), theme.text()) } else { (theme.dim(), theme.dim()) };
    let room = |x: u16| area.right().saturating_sub(x);
    let (x, _) = buf.set_stringn(x, area.y, columns.one_line(&hint.key, room(x)), usize::from(room(x)), key);
    let x = x + 1;
    buf.set_stringn(x, area.y, columns.one_line(&hint.text, room(x)), usize::from(room(x)), text).0
}
