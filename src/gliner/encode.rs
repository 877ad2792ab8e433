//! A prompt and the words of a text → one [`Encoded`] sequence.
//!
//! gleaner points every word's mask at its first subtoken by the word's own number. The official package counts instead
//! the words that produced a subtoken, so that a word without any (a zero-width space on BERT) shifts all later ones;
//! `compat` reproduces that, and the package's truncation.

use std::ops::Range;

use super::encoded::Encoded;
use super::prompt::Prompt;
use super::tokenizer::Tokenizer;
use crate::text::Word;

/// No subtoken is longer; so many bytes of a word are enough for each of its first ones.
const BYTES_OF_PIECE: usize = 64;
/// What is read of any word (a megabyte without a blank is data, not language).
const LONGEST_WORD_BYTES: usize = 1 << 18;

/// The subtokens of a text's words, in one list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pieces {
    /// All ids, word after word.
    pub ids: Vec<u32>,
    /// For word `i`: its ids end at `ends[i]`.
    pub ends: Vec<usize>,
}

impl Pieces {
    /// Encodes `words`; at most `longest` ids of each are kept (a model looks at a word's first one only, the others are
    /// context).
    pub fn of(tokenizer: &Tokenizer, words: &[Word<'_>], longest: usize) -> Self {
        let mut pieces = Self { ids: Vec::with_capacity(words.len() * 2), ends: Vec::with_capacity(words.len()) };
        let bytes = longest.saturating_mul(BYTES_OF_PIECE).min(LONGEST_WORD_BYTES);
        for word in words {
            let text = &word.text[..word.text.floor_char_boundary(bytes)];
            let count = tokenizer.encode(text, &mut pieces.ids);
            pieces.ids.truncate(pieces.ids.len() - count.saturating_sub(longest));
            pieces.ends.push(pieces.ids.len());
        }
        pieces
    }

    /// Where the ids of word `i` start (for `i` = number of words: where all end).
    pub fn start(&self, i: usize) -> usize {
        if i == 0 { 0 } else { self.ends[i - 1] }
    }
}

/// The sequence for `words` of a text, aligned by the words' own numbers.
pub fn encode(tokenizer: &Tokenizer, prompt: &Prompt, pieces: &Pieces, words: Range<usize>) -> Encoded {
    let mut encoded = begin(tokenizer, prompt);
    for (k, word) in words.clone().enumerate() {
        let ids = &pieces.ids[pieces.start(word)..pieces.ends[word]];
        encoded.input_ids.extend_from_slice(ids);
        mark_first(&mut encoded, ids.len(), k as u32 + 1);
    }
    encoded.words = words.len();
    end(tokenizer, encoded)
}

/// The sequence the official package makes of all `pieces` (its words already cut to max_len): its count of words, and
/// the cut at `limit` ids in all.
pub fn encode_compat(tokenizer: &Tokenizer, prompt: &Prompt, pieces: &Pieces, limit: Option<usize>) -> Encoded {
    let mut encoded = begin(tokenizer, prompt);
    let mut seen = prompt.visible_words;
    for word in 0..pieces.ends.len() {
        let ids = &pieces.ids[pieces.start(word)..pieces.ends[word]];
        if ids.is_empty() {
            continue;
        }
        seen += 1;
        encoded.input_ids.extend_from_slice(ids);
        mark_first(&mut encoded, ids.len(), seen.saturating_sub(prompt.words) as u32);
    }
    encoded.words = pieces.ends.len();
    if let Some(limit) = limit {
        let content = limit.saturating_sub(tokenizer.suffix.len()).max(tokenizer.prefix.len());
        encoded.input_ids.truncate(content);
        encoded.words_mask.truncate(content);
    }
    end(tokenizer, encoded)
}

fn begin(tokenizer: &Tokenizer, prompt: &Prompt) -> Encoded {
    let input_ids = [&tokenizer.prefix[..], &prompt.ids[..]].concat();
    Encoded { words_mask: vec![0; input_ids.len()], input_ids, words: 0 }
}

fn mark_first(encoded: &mut Encoded, ids: usize, mark: u32) {
    if ids > 0 {
        encoded.words_mask.push(mark);
        encoded.words_mask.resize(encoded.input_ids.len(), 0);
    }
}

fn end(tokenizer: &Tokenizer, mut encoded: Encoded) -> Encoded {
    encoded.input_ids.extend_from_slice(&tokenizer.suffix);
    encoded.words_mask.resize(encoded.input_ids.len(), 0);
    encoded
}
