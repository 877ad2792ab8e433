//! Several lines of text being typed or pasted in.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::span_text::{SpanSet, SpanText, TextLayout};
use crate::text::Columns;
use crate::tui::key::{Code, Key, Named};
use crate::tui::theme::Theme;

/// A text and a cursor in it, in code points, which stands between graphemes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextInput {
    text: String,
    cursor: usize,
    goal: Option<u16>,
}

/// Columns that moving by rows goes by before the text was ever drawn.
const WIDTH: u16 = 70;

impl TextInput {
    /// The text, with the cursor behind it.
    pub fn new(text: impl Into<String>) -> Self {
        let mut input = Self::default();
        input.insert(&text.into());
        input
    }

    /// What has been typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Types or pastes `text`; its line breaks become `\n` as a terminal may send them in any form, everything else is kept.
    pub fn insert(&mut self, text: &str) {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let byte = self.byte(self.cursor);
        self.text.insert_str(byte, &text);
        let end = self.cursor + text.chars().count();
        // What was typed may have joined what stands after it.
        self.cursor = self.layout(WIDTH).grapheme(end).start.max(end);
        self.goal = None;
    }

    /// Handles a key at a width in columns; false when the key means nothing here.
    pub fn handle(&mut self, key: Key, width: u16) -> bool {
        let layout = self.layout(width);
        let (row, goal) = (layout.row_of(self.cursor), self.goal.take());
        match key.code {
            Code::Named(Named::Enter) => self.insert("\n"),
            Code::Named(Named::Left) => self.cursor = layout.previous_grapheme(self.cursor),
            Code::Named(Named::Right) => self.cursor = layout.next_grapheme(self.cursor),
            Code::Named(Named::Up | Named::Down) => {
                self.goal = goal;
                let by = if key.code == Code::Named(Named::Up) { -1 } else { 1 };
                self.cursor = layout.vertical(self.cursor, by, &mut self.goal);
            }
            Code::Named(Named::Home) => self.cursor = layout.row_range(row).start,
            Code::Named(Named::End) => self.cursor = layout.char_at(row, u16::MAX),
            Code::Named(Named::Backspace) => {
                let from = layout.previous_grapheme(self.cursor);
                self.remove(from, self.cursor);
            }
            Code::Named(Named::Delete) => self.remove(self.cursor, layout.next_grapheme(self.cursor)),
            _ => match key.typed() {
                Some(c) => self.insert(c.encode_utf8(&mut [0; 4])),
                None => return false,
            },
        }
        true
    }

    fn remove(&mut self, from: usize, to: usize) {
        let (start, end) = (self.byte(from), self.byte(to));
        self.text.replace_range(start..end, "");
        self.cursor = from;
    }

    fn byte(&self, char: usize) -> usize {
        self.text.char_indices().nth(char).map_or(self.text.len(), |(byte, _)| byte)
    }

    fn layout(&self, width: u16) -> TextLayout {
        TextLayout::new(&self.text, width, Columns::default())
    }
}

/// Draws the text, scrolled so that the cursor is in sight, and says where the cursor is.
pub fn render(area: Rect, buf: &mut Buffer, input: &TextInput, theme: &Theme) -> Option<Position> {
    let area = area.intersection(buf.area);
    if area.is_empty() {
        return None;
    }
    let layout = TextLayout::new(&input.text, area.width, theme.columns());
    let top = (layout.row_of(input.cursor) + 1).saturating_sub(usize::from(area.height));
    let spans = SpanSet::default();
    let text = SpanText::new(&layout, &spans, theme).lanes(0).top(top).cursor(Some(input.cursor));
    let position = text.cursor_position(area);
    ratatui::widgets::Widget::render(text, area, buf);
    position
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str, keys: &str) -> String {
        let mut input = TextInput::new(text);
        for key in Key::sequence(keys).unwrap_or_default() {
            input.handle(key, 40);
        }
        let (before, after) = input.text.split_at(input.byte(input.cursor));
        format!("{before}|{after}")
    }

    #[test]
    fn it_is_edited_by_characters_as_people_see_them() {
        assert_eq!(after("ab", "c"), "abc|");
        assert_eq!(after("cafe\u{301}", "Backspace"), "caf|");
        assert_eq!(after("👨‍👩‍👧x", "Left Left Delete"), "|x");
        assert_eq!(after("one\ntwo", "Up Home Enter"), "\n|one\ntwo");
        assert_eq!(after("one\ntwo", "Home Backspace"), "one|two");
        assert_eq!(after("one\ntwo\nthree", "Up Up End"), "one|\ntwo\nthree");
    }

    #[test]
    fn a_paste_keeps_everything_but_the_form_of_its_line_breaks() {
        assert_eq!(TextInput::new("a\r\nb\rc\t\u{1b}").text(), "a\nb\nc\t\u{1b}");
    }
}
