//! Code points ↔ bytes ↔ UTF-16 units.

use serde::{Deserialize, Serialize};

/// A half-open range of code points: `start..end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CharRange {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

impl CharRange {
    /// The range `start..end`. Nothing is checked: use [`OffsetMap::contains`] for ranges that come from outside.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Number of code points; 0 for a reversed range.
    pub const fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// True when no code point is inside.
    pub const fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// True when the two ranges share at least one code point.
    pub const fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// True when `other` lies wholly inside (equal ranges contain each other).
    pub const fn contains(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// True when the code point at `position` is inside.
    pub const fn holds(self, position: usize) -> bool {
        self.start <= position && position < self.end
    }
}

/// How far apart the remembered positions are, in code points.
const STRIDE: usize = 64;

/// The offsets of one text in all units.
///
/// Built once per text in one pass; every question is answered in at most [`STRIDE`] steps, and in one step for ASCII.
#[derive(Clone, Debug)]
pub struct OffsetMap {
    chars: usize,
    bytes: usize,
    utf16: usize,
    /// Empty for ASCII text. Otherwise `(byte, utf16)` of code point `i * STRIDE`.
    marks: Vec<(usize, usize)>,
}

impl OffsetMap {
    /// Reads `text` once.
    pub fn new(text: &str) -> Self {
        if text.is_ascii() {
            return Self { chars: text.len(), bytes: text.len(), utf16: text.len(), marks: Vec::new() };
        }
        let (mut chars, mut utf16) = (0, 0);
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        for (byte, c) in text.char_indices() {
            if chars % STRIDE == 0 {
                marks.push((byte, utf16));
            }
            chars += 1;
            utf16 += c.len_utf16();
        }
        Self { chars, bytes: text.len(), utf16, marks }
    }

    /// Number of code points of the text.
    pub fn chars(&self) -> usize {
        self.chars
    }

    /// True when `range` is not empty, not reversed and lies inside the text.
    pub fn contains(&self, range: CharRange) -> bool {
        range.start < range.end && range.end <= self.chars
    }

    /// Byte offset of code point `char`; the length of the text for anything at or past its end.
    pub fn byte(&self, text: &str, char: usize) -> usize {
        if char >= self.chars {
            return self.bytes;
        }
        if self.marks.is_empty() {
            return char;
        }
        let (byte, _) = self.marks[char / STRIDE];
        text[byte..].char_indices().nth(char % STRIDE).map_or(self.bytes, |(b, _)| byte + b)
    }

    /// The text of a range; cut at the end of the text when the range goes past it.
    pub fn slice<'t>(&self, text: &'t str, range: CharRange) -> &'t str {
        let start = self.byte(text, range.start);
        let end = self.byte(text, range.end.max(range.start));
        &text[start..end]
    }

    /// Code point offset of byte `byte`, rounded down to the code point the byte belongs to.
    pub fn char_of_byte(&self, text: &str, byte: usize) -> usize {
        if byte >= self.bytes {
            return self.chars;
        }
        if self.marks.is_empty() {
            return byte;
        }
        let mark = self.marks.partition_point(|&(b, _)| b <= byte) - 1;
        let from = self.marks[mark].0;
        let inside = text[from..].char_indices().take_while(|&(b, _)| from + b <= byte).count();
        mark * STRIDE + inside - 1
    }

    /// UTF-16 offset of code point `char`.
    pub fn utf16(&self, text: &str, char: usize) -> usize {
        if char >= self.chars {
            return self.utf16;
        }
        if self.marks.is_empty() {
            return char;
        }
        let (byte, utf16) = self.marks[char / STRIDE];
        utf16 + text[byte..].chars().take(char % STRIDE).map(char::len_utf16).sum::<usize>()
    }

    /// Code point offset of UTF-16 offset `utf16`; `None` past the end or in the middle of a surrogate pair.
    pub fn char_of_utf16(&self, text: &str, utf16: usize) -> Option<usize> {
        if utf16 > self.utf16 {
            return None;
        }
        if self.marks.is_empty() || utf16 == self.utf16 {
            return Some(if utf16 == self.utf16 { self.chars } else { utf16 });
        }
        let mark = self.marks.partition_point(|&(_, u)| u <= utf16) - 1;
        let (byte, mut at) = self.marks[mark];
        let mut char = mark * STRIDE;
        for c in text[byte..].chars() {
            if at >= utf16 {
                break;
            }
            at += c.len_utf16();
            char += 1;
        }
        (at == utf16).then_some(char)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_units_of_a_mixed_text() {
        let text = "aé😀e\u{301}精";
        let map = OffsetMap::new(text);
        assert_eq!(map.chars(), 6);
        assert_eq!(map.slice(text, CharRange::new(2, 3)), "😀");
        assert_eq!(map.utf16(text, 3), 4);
        assert_eq!(map.char_of_utf16(text, 3), None, "inside the surrogate pair");
        assert_eq!(map.char_of_utf16(text, 4), Some(3));
        assert_eq!(map.char_of_byte(text, 4), 2, "inside the emoji's bytes");
    }

    proptest! {
        #[test]
        fn every_offset_comes_back(text in "\\PC{0,300}") {
            let map = OffsetMap::new(&text);
            let bytes: Vec<usize> = text.char_indices().map(|(b, _)| b).chain([text.len()]).collect();
            prop_assert_eq!(map.chars(), bytes.len() - 1);
            let mut utf16 = 0;
            for (char, &byte) in bytes.iter().enumerate() {
                prop_assert_eq!(map.byte(&text, char), byte);
                prop_assert_eq!(map.char_of_byte(&text, byte), char);
                prop_assert_eq!(map.utf16(&text, char), utf16);
                prop_assert_eq!(map.char_of_utf16(&text, utf16), Some(char));
                utf16 += text[byte..].chars().next().map_or(0, char::len_utf16);
            }
        }
    }
}
