//! What becomes of a character before words are looked up: BERT's basic tokenizer, one character at a time.
//!
//! Control characters go, letters lose case and accents, punctuation and Chinese characters stand alone. Each of these is
//! asked of the `tokenizers` crate once and remembered: nothing here depends on the characters beside.

use std::sync::{LazyLock, OnceLock};

use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::{NormalizedString, Normalizer, OffsetReferential, OffsetType, PreTokenizedString, PreTokenizer};

/// What becomes of a character.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Letter {
    /// Nothing, and what stands on both sides of it is one word.
    Gone,
    /// The word before it ends.
    Space,
    /// Part of a word.
    Part(Box<str>),
    /// A word of its own.
    Alone(Box<str>),
}

/// Characters whose letters are found out together.
const PAGE: usize = 256;

/// What becomes of a character.
pub(super) fn letter(c: char) -> &'static Letter {
    static PAGES: LazyLock<Vec<OnceLock<Vec<Letter>>>> =
        LazyLock::new(|| (0..=char::MAX as usize / PAGE).map(|_| OnceLock::new()).collect());
    let page = c as usize / PAGE;
    let letters = PAGES.get(page).map(|p| p.get_or_init(|| (page * PAGE..(page + 1) * PAGE).map(find_out).collect()));
    letters.and_then(|letters| letters.get(c as usize % PAGE)).unwrap_or(&Letter::Gone)
}

/// In [`ascii`]: nothing is left of it.
pub(super) const GONE: u8 = 0;
/// In [`ascii`]: the word before it ends.
pub(super) const SPACE: u8 = 1;
/// In [`ascii`]: a word of its own.
pub(super) const ALONE: u8 = 2;

/// What becomes of the characters most texts are made of, in a byte: one of the above, or the byte it is in a word.
pub(super) fn ascii() -> &'static [u8; 128] {
    static ASCII: LazyLock<[u8; 128]> = LazyLock::new(|| {
        std::array::from_fn(|code| match u8::try_from(code).map(|b| letter(char::from(b))) {
            Ok(Letter::Part(part)) => part.as_bytes().first().copied().unwrap_or(GONE),
            Ok(Letter::Space) => SPACE,
            Ok(Letter::Alone(_)) => ALONE,
            Ok(Letter::Gone) | Err(_) => GONE,
        })
    });
    &ASCII
}

/// Seen between two letters, a character shows what becomes of it.
fn find_out(code: usize) -> Letter {
    let Some(c) = u32::try_from(code).ok().and_then(char::from_u32) else { return Letter::Gone };
    let mut text = NormalizedString::from(format!("a{c}b"));
    if BertNormalizer::new(true, true, Some(true), true).normalize(&mut text).is_err() {
        return Letter::Gone;
    }
    let mut words = PreTokenizedString::from(text);
    if BertPreTokenizer.pre_tokenize(&mut words).is_err() {
        return Letter::Gone;
    }
    let words: Vec<&str> =
        words.get_splits(OffsetReferential::Original, OffsetType::None).into_iter().map(|s| s.0).collect();
    match words[..] {
        ["a", "b"] => Letter::Space,
        ["a", alone, "b"] => Letter::Alone(alone.into()),
        [word] => match word.strip_prefix('a').and_then(|w| w.strip_suffix('b')) {
            None | Some("") => Letter::Gone,
            Some(part) => Letter::Part(part.into()),
        },
        _ => Letter::Gone,
    }
}
