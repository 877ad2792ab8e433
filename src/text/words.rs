//! GLiNER's words: what `\w+(?:[-_]\w+)*|\S` finds with Python's idea of `\w` and `\s`.
//!
//! A text comes in; its words go out in order, each with its range of code points. `state-of-the-art` is one word,
//! `a--b` four, `don't` three; any other character that is not white space is a word of its own.

use super::CharRange;
use super::python_classes::{SPACE, WORD};

/// A word of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word<'t> {
    /// As it stands in the text.
    pub text: &'t str,
    /// Where it stands, in code points.
    pub range: CharRange,
    /// Where it stands, in bytes.
    pub byte: usize,
}

/// The words of `text`.
pub fn words(text: &str) -> Vec<Word<'_>> {
    let mut words = Vec::with_capacity(text.len() / 5);
    let mut chars = Cursor { text, byte: 0, char: 0 };
    while let Some(c) = chars.peek() {
        let (byte, char) = (chars.byte, chars.char);
        chars.step(c);
        if is_word(c) {
            chars.skip_word();
            // `_` is itself in `\w`, so only the hyphen can join two runs.
            while chars.peek() == Some('-') && text[chars.byte + 1..].chars().next().is_some_and(is_word) {
                chars.step('-');
                chars.skip_word();
            }
        } else if is_space(c) {
            continue;
        }
        words.push(Word { text: &text[byte..chars.byte], range: CharRange::new(char, chars.char), byte });
    }
    words
}

/// True when nothing is left of `text` after Python's `strip()`: GLiNER skips such texts.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(is_space)
}

/// A place in a text, in bytes and in code points.
struct Cursor<'t> {
    text: &'t str,
    byte: usize,
    char: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.byte..].chars().next()
    }

    fn step(&mut self, c: char) {
        self.byte += c.len_utf8();
        self.char += 1;
    }

    fn skip_word(&mut self) {
        while let Some(c) = self.peek().filter(|&c| is_word(c)) {
            self.step(c);
        }
    }
}

fn is_word(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphanumeric() || c == '_' } else { within(&WORD, c) }
}

fn is_space(c: char) -> bool {
    if c.is_ascii() { matches!(c, '\t'..='\r' | '\u{1c}'..=' ') } else { within(&SPACE, c) }
}

/// True when `c` is in one of the sorted ranges.
fn within(ranges: &[(u32, u32)], c: char) -> bool {
    let c = u32::from(c);
    let after = ranges.partition_point(|&(first, _)| first <= c);
    after > 0 && c <= ranges[after - 1].1
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::Value;

    fn table(name: &str) -> Value {
        let path = format!("{}/tests/fixtures/gliner/tables/{name}.json", env!("CARGO_MANIFEST_DIR"));
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    }

    #[test]
    fn words_are_those_of_the_official_splitter() {
        for case in table("word_split").as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let found: Vec<Value> =
                words(text).iter().map(|w| serde_json::json!([w.text, w.range.start, w.range.end])).collect();
            assert_eq!(Value::from(found), case["words"], "{text:?}");
        }
    }

    #[test]
    fn the_classes_are_pythons_at_every_code_point() {
        let classes = table("python_re_classes");
        let golden = |class: &str, c: char| {
            let c = u64::from(u32::from(c));
            let ranges = classes[class].as_array().unwrap();
            ranges.iter().any(|r| r[0].as_u64().unwrap() <= c && c <= r[1].as_u64().unwrap())
        };
        for c in ('\0'..='\u{3000}').chain('\u{FE00}'..='\u{10400}') {
            assert_eq!(is_word(c), golden("word", c), "{c:?} as a word character");
            assert_eq!(is_space(c), golden("space", c), "{c:?} as white space");
        }
        let ranges = |class: &str| -> Vec<(u32, u32)> { serde_json::from_value(classes[class].clone()).unwrap() };
        assert_eq!(ranges("word"), WORD);
        assert_eq!(ranges("space"), SPACE);
    }

    #[test]
    fn blank_is_what_python_strips() {
        assert!(is_blank(" \t\u{1c}\u{85}\u{3000}\n"));
        assert!(!is_blank("\u{200b}"), "a zero-width space is not white space to Python");
    }
}
