//! A document's text with what motion over it needs: its tokens and its grapheme borders.
//!
//! A token is a word as the model counts them, widened to whole graphemes so that a border never falls between a letter
//! and its accent. Graphemes are found where they are asked for, so a long document costs its words and no more.

use std::sync::Arc;

use unicode_segmentation::GraphemeCursor;

use crate::text::{CharRange, OffsetMap, words};

/// A text ready to be walked over.
#[derive(Clone, Debug)]
pub struct OpenText {
    text: Arc<str>,
    map: OffsetMap,
    tokens: Vec<CharRange>,
}

impl OpenText {
    /// Reads the text once.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let mut open = Self { map: OffsetMap::new(&text), text, tokens: Vec::new() };
        open.tokens = open.find_tokens();
        open
    }

    /// The text, verbatim.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text, to keep.
    pub fn shared(&self) -> Arc<str> {
        self.text.clone()
    }

    /// Its length in code points.
    pub fn chars(&self) -> usize {
        self.map.chars()
    }

    /// The offsets of the text in other units.
    pub fn map(&self) -> &OffsetMap {
        &self.map
    }

    /// The text of a range.
    pub fn slice(&self, range: CharRange) -> &str {
        self.map.slice(&self.text, range)
    }

    /// The tokens, in order; they do not overlap.
    pub fn tokens(&self) -> &[CharRange] {
        &self.tokens
    }

    /// The grapheme that covers `position`; the last one for a position past the end, nothing in an empty text.
    pub fn grapheme_at(&self, position: usize) -> CharRange {
        let last = self.chars().saturating_sub(1);
        let position = position.min(last);
        let start = if self.is_border(position) { position } else { self.border_before(position) };
        CharRange::new(start, self.border_after(position))
    }

    /// True when `position` is a border between graphemes.
    pub fn is_border(&self, position: usize) -> bool {
        position == 0 || position >= self.chars() || {
            let byte = self.map.byte(&self.text, position);
            GraphemeCursor::new(byte, self.text.len(), true).is_boundary(&self.text, 0).unwrap_or(true)
        }
    }

    /// The nearest grapheme border before `position`; 0 at the start.
    pub fn border_before(&self, position: usize) -> usize {
        let byte = self.map.byte(&self.text, position);
        let mut cursor = GraphemeCursor::new(byte, self.text.len(), true);
        let before = cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0);
        self.map.char_of_byte(&self.text, before)
    }

    /// What of a range lies in the text, on borders: for a place in a text that may have changed since.
    pub fn within(&self, range: CharRange) -> CharRange {
        let end = range.end.min(self.chars());
        self.widened(CharRange::new(range.start.min(end), end))
    }

    /// The nearest grapheme border after `position`; the end of the text at the end.
    pub fn border_after(&self, position: usize) -> usize {
        let byte = self.map.byte(&self.text, position);
        let mut cursor = GraphemeCursor::new(byte, self.text.len(), true);
        let after = cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len());
        self.map.char_of_byte(&self.text, after)
    }

    /// `range` moved outward to grapheme borders.
    pub fn widened(&self, range: CharRange) -> CharRange {
        let start = if self.is_border(range.start) { range.start } else { self.border_before(range.start) };
        let end = if self.is_border(range.end) { range.end } else { self.border_after(range.end) };
        CharRange::new(start, end)
    }

    fn find_tokens(&self) -> Vec<CharRange> {
        let words = words(&self.text).into_iter().map(|w| w.range);
        if self.text.is_ascii() {
            return words.collect();
        }
        let mut tokens: Vec<CharRange> = Vec::with_capacity(words.len());
        for word in words {
            let word = self.widened(word);
            match tokens.last_mut() {
                Some(last) if word.start < last.end => last.end = last.end.max(word.end),
                _ => tokens.push(word),
            }
        }
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_keeps_its_accents_and_an_emoji_is_one() {
        let text = OpenText::new("cafe\u{301} 👨‍👩‍👧 ok");
        let tokens: Vec<&str> = text.tokens().iter().map(|&t| text.slice(t)).collect();
        assert_eq!(tokens, ["cafe\u{301}", "👨‍👩‍👧", "ok"]);
    }

    #[test]
    fn a_grapheme_is_found_from_any_of_its_code_points() {
        let text = OpenText::new("xe\u{301}y");
        assert_eq!(text.grapheme_at(1), CharRange::new(1, 3));
        assert_eq!(text.grapheme_at(2), CharRange::new(1, 3));
        assert_eq!(text.grapheme_at(99), CharRange::new(3, 4));
    }

    #[test]
    fn an_empty_text_has_nothing_to_stand_on() {
        let text = OpenText::new("");
        assert!(text.tokens().is_empty());
        assert_eq!(text.grapheme_at(0), CharRange::new(0, 0));
    }
}
