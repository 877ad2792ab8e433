//! One line of text being typed: label names, filters, the palette.

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};

use crate::text::{Columns, Shown};
use crate::tui::theme::Theme;

/// A text and a cursor in it, which always stands between graphemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineInput {
    text: String,
    /// In bytes.
    cursor: usize,
}

impl LineInput {
    /// The text, with the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { cursor: text.len(), text }
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Replaces everything.
    pub fn set(&mut self, text: impl Into<String>) {
        *self = Self::new(text);
    }

    /// Types `text`; line breaks become spaces, other controls are left out (a paste may hold anything).
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", " ");
        let clean = |c: char| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => Some(' '),
            c if c.is_control() => None,
            c => Some(c),
        };
        let text: String = text.chars().filter_map(clean).collect();
        self.text.insert_str(self.cursor, &text);
        self.cursor += text.len();
        // A combining mark joins what stands before it, so the place may have become the middle of a grapheme.
        self.cursor = self.border_from(self.cursor);
    }

    /// Handles a key; false when the key means nothing here.
    pub fn handle(&mut self, key: KeyEvent) -> bool {
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Char('a') if control => self.cursor = 0,
            KeyCode::Char('e') if control => self.cursor = self.text.len(),
            KeyCode::Char('u') if control => self.remove(0, self.cursor),
            KeyCode::Char('k') if control => self.text.truncate(self.cursor),
            KeyCode::Char('w') if control => self.remove(self.word_before(), self.cursor),
            KeyCode::Char(_) if control || key.modifiers.contains(KeyModifiers::ALT) => return false,
            KeyCode::Char(c) => self.insert(c.encode_utf8(&mut [0; 4])),
            KeyCode::Backspace => self.remove(self.before(), self.cursor),
            KeyCode::Delete => self.remove(self.cursor, self.after()),
            KeyCode::Left => self.cursor = self.before(),
            KeyCode::Right => self.cursor = self.after(),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.text.len(),
            _ => return false,
        }
        true
    }

    fn remove(&mut self, from: usize, to: usize) {
        self.text.replace_range(from..to, "");
        self.cursor = self.border_from(from);
    }

    fn borders(&self) -> impl Iterator<Item = usize> {
        Columns::default().graphemes(&self.text).map(|g| g.byte).chain([self.text.len()])
    }

    fn border_from(&self, byte: usize) -> usize {
        self.borders().find(|&b| b >= byte).unwrap_or(self.text.len())
    }

    fn before(&self) -> usize {
        self.borders().take_while(|&b| b < self.cursor).last().unwrap_or(0)
    }

    fn after(&self) -> usize {
        self.borders().find(|&b| b > self.cursor).unwrap_or(self.text.len())
    }

    fn word_before(&self) -> usize {
        let trimmed = self.text[..self.cursor].trim_end();
        trimmed.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8())
    }
}

/// Draws the line, scrolled so that the cursor is in sight, and says where the cursor is. `placeholder` shows while
/// nothing has been typed.
pub fn render(area: Rect, buf: &mut Buffer, input: &LineInput, placeholder: &str, theme: &Theme) -> Option<Position> {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return None;
    }
    let columns = theme.columns();
    if input.text.is_empty() {
        buf.set_string(area.x, area.y, columns.one_line(placeholder, area.width), theme.dim());
        return Some(Position::new(area.x, area.y));
    }
    let cells = |text: &str| columns.line_width(text);
    let cursor_column = cells(&input.text[..input.cursor]);
    let skip = (cursor_column + 1).saturating_sub(usize::from(area.width));
    let (mut column, mut cursor_x) = (0usize, area.right() - 1);
    for grapheme in columns.graphemes(&input.text) {
        let width = match grapheme.shown {
            Shown::Text(width) | Shown::Mark(width) => usize::from(width),
            Shown::Tab | Shown::Newline => 1,
        };
        if grapheme.byte == input.cursor {
            cursor_x = area.x + (column - skip.min(column)) as u16;
        }
        let style = if matches!(grapheme.shown, Shown::Mark(_)) { theme.mark() } else { theme.text() };
        if column >= skip && column + width <= skip + usize::from(area.width) {
            buf.set_string(area.x + (column - skip) as u16, area.y, columns.drawn(&grapheme), style);
        }
        column += width;
    }
    if input.cursor == input.text.len() {
        cursor_x = area.x + (column - skip) as u16;
    }
    Some(Position::new(cursor_x.min(area.right() - 1), area.y))
}
