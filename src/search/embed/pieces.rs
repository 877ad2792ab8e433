//! A text as word pieces: BERT's WordPiece.
//!
//! A word is the longest piece it begins with, then the longest piece with `##` that goes on from there, and so forth. A
//! word that cannot be made so, or of more than 100 characters, is unknown, and nothing stands for it.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::letters::{ALONE, GONE, Letter, SPACE, ascii, letter};
use crate::search::SearchError;

/// Characters of the longest word that is looked up.
const LONGEST_WORD: usize = 100;

type Rows = HashMap<Box<[u8]>, u32, BuildHasherDefault<Mixed>>;

/// The vocabulary.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    /// By how a word begins.
    first: Rows,
    /// By how a word goes on, without `##`.
    next: Rows,
    /// Bytes of the longest piece.
    longest: usize,
}

impl Pieces {
    /// # Errors
    /// When the vocabulary is no text or has not as many lines as there are `rows`.
    pub(super) fn read(vocabulary: &[u8], rows: usize) -> Result<Self, SearchError> {
        let refused = |why: String| SearchError::Refused(format!("the embedder's vocabulary {why}"));
        let text = str::from_utf8(vocabulary).map_err(|_| refused("is not UTF-8".to_owned()))?;
        let lines: Vec<&str> = text.strip_suffix('\n').unwrap_or(text).split('\n').collect();
        if lines.len() != rows {
            return Err(refused(format!("has {} lines and its table {rows} rows", lines.len())));
        }
        let mut pieces = Self::default();
        for (line, row) in lines.into_iter().zip(0..) {
            match line.strip_prefix("##").filter(|rest| !rest.is_empty()) {
                Some(rest) => pieces.next.insert(rest.as_bytes().into(), row),
                None => pieces.first.insert(line.as_bytes().into(), row),
            };
            pieces.longest = pieces.longest.max(line.len());
        }
        Ok(pieces)
    }

    /// Calls `known` with the row of every piece of a text, in order. `word` is room for a word.
    #[inline]
    pub(super) fn each(&self, text: &str, word: &mut Vec<u8>, mut known: impl FnMut(u32)) {
        word.clear();
        let ascii = ascii();
        let mut length = 0;
        let mut at = 0;
        while let Some(&byte) = text.as_bytes().get(at) {
            if let Some(&becomes) = ascii.get(usize::from(byte)) {
                at += 1;
                match becomes {
                    GONE => {}
                    SPACE => self.take(word, &mut length, &mut known),
                    ALONE => {
                        self.take(word, &mut length, &mut known);
                        self.split(&[byte], &mut known);
                    }
                    part => {
                        length += 1;
                        if length <= LONGEST_WORD {
                            word.push(part);
                        }
                    }
                }
                continue;
            }
            let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
            at += c.len_utf8();
            match letter(c) {
                Letter::Gone => {}
                Letter::Part(part) => {
                    length += part.chars().count();
                    if length <= LONGEST_WORD {
                        word.extend_from_slice(part.as_bytes());
                    }
                }
                Letter::Space => self.take(word, &mut length, &mut known),
                Letter::Alone(alone) => {
                    self.take(word, &mut length, &mut known);
                    self.split(alone.as_bytes(), &mut known);
                }
            }
        }
        self.take(word, &mut length, &mut known);
    }

    /// Looks up the word that has come together, of `length` characters, and begins another.
    #[inline]
    fn take(&self, word: &mut Vec<u8>, length: &mut usize, known: &mut impl FnMut(u32)) {
        if *length > 0 && *length <= LONGEST_WORD {
            self.split(word, known);
        }
        word.clear();
        *length = 0;
    }

    #[inline]
    fn split(&self, word: &[u8], known: &mut impl FnMut(u32)) {
        if let Some(row) = self.first.get(word) {
            return known(*row);
        }
        // Nothing is known of a word before its last piece is.
        let mut found = [0u32; LONGEST_WORD];
        let (mut at, mut count) = (0, 0);
        while at < word.len() {
            let rows = if at == 0 { &self.first } else { &self.next };
            let longest = word.len().min(at + self.longest);
            let Some((end, row)) = (at + 1..=longest).rev().find_map(|end| Some((end, *rows.get(&word[at..end])?)))
            else {
                return;
            };
            let Some(slot) = found.get_mut(count) else { return };
            *slot = row;
            (at, count) = (end, count + 1);
        }
        found[..count].iter().for_each(|row| known(*row));
    }
}

/// A hash of a few bytes, mixed by multiplying: the vocabulary is our own, nobody can make its words collide.
#[derive(Debug, Default)]
struct Mixed(u64);

impl Mixed {
    #[inline]
    fn mix(&mut self, word: u64) {
        let wide = u128::from(self.0 ^ word ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (wide as u64) ^ (wide >> 64) as u64;
    }
}

impl Hasher for Mixed {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|w| self.mix(u64::from_le_bytes(*w)));
        let last = rest.iter().fold(rest.len() as u64, |last, b| last << 8 | u64::from(*b));
        self.mix(last);
    }

    #[inline]
    fn write_usize(&mut self, n: usize) {
        self.0 ^= n as u64;
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
