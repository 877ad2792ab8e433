//! Spans in words instead of characters: for every format that holds a list of words.
//!
//! In: a text, its words, character spans. Out: spans of first and last word, with what had to be changed counted. And
//! back: words found again in their text, or joined into one.

use std::collections::HashSet;

use super::losses::{Loss, Losses, shown};
use super::options::Misaligned;
use super::write::WriteError;
use crate::dataset::Span;
use crate::text::{CharRange, OffsetMap, words};

/// A label on whole words, both ends inclusive.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct WordSpan {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) label: String,
}

/// GLiNER's words.
pub(super) fn words_of(text: &str) -> Vec<CharRange> {
    words(text).into_iter().map(|word| word.range).collect()
}

/// White space as Python sees it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Tokens as text: joined by one space; and where each one is.
pub(super) fn join(tokens: &[String]) -> (String, Vec<CharRange>) {
    let mut ranges = Vec::with_capacity(tokens.len());
    let mut at = 0;
    for token in tokens {
        let end = at + token.chars().count();
        ranges.push(CharRange::new(at, end));
        at = end + 1;
    }
    (tokens.join(" "), ranges)
}

/// Tokens found in `text` one after the other with nothing but white space between them.
pub(super) fn locate(text: &str, tokens: &[String]) -> Result<Vec<CharRange>, String> {
    let mut rest = text;
    let mut at = 0;
    let skip = |rest: &mut &str, at: &mut usize| {
        let solid = rest.trim_start_matches(is_space);
        *at += rest[..rest.len() - solid.len()].chars().count();
        *rest = solid;
    };
    let mut ranges = Vec::with_capacity(tokens.len());
    for (number, token) in tokens.iter().enumerate() {
        skip(&mut rest, &mut at);
        let word = token.trim_matches(is_space);
        let Some(after) = rest.strip_prefix(word) else {
            return Err(format!("token {} is {} but the text goes on with {}", number + 1, shown(word), shown(rest)));
        };
        let end = at + word.chars().count();
        ranges.push(CharRange::new(at, end));
        (rest, at) = (after, end);
    }
    skip(&mut rest, &mut at);
    if rest.is_empty() { Ok(ranges) } else { Err(format!("the tokens end, but the text goes on with {}", shown(rest))) }
}

/// Character spans of word spans; `number` counts from 0.
pub(super) fn characters(span: &WordSpan, ranges: &[CharRange], number: usize) -> Result<Span, String> {
    let WordSpan { first, last, label } = span;
    let what = format!("span {} ({label:?})", number + 1);
    if last < first {
        return Err(format!("{what} is reversed: words {first} to {last}"));
    }
    let (Some(a), Some(b)) = (ranges.get(*first), ranges.get(*last)) else {
        return Err(format!(
            "{what} is words {first} to {last}, but there are {} words (counted from 0)",
            ranges.len()
        ));
    };
    let range = CharRange::new(a.start, b.end);
    if range.is_empty() {
        return Err(format!("{what} covers an empty word"));
    }
    Ok(Span { range, label: label.clone(), score: None })
}

/// Word spans of character spans, in their order, equal ones once.
pub(super) fn to_words(
    text: &str,
    words: &[CharRange],
    spans: &[Span],
    misaligned: Misaligned,
    document: &str,
    losses: &mut Losses,
) -> Result<Vec<WordSpan>, WriteError> {
    let map = OffsetMap::new(text);
    let mut found: Vec<WordSpan> = Vec::with_capacity(spans.len());
    let mut seen = HashSet::new();
    for span in spans {
        let example = || format!("{document}: {} {}", span.label.escape_debug(), shown(map.slice(text, span.range)));
        let first = words.partition_point(|w| w.end <= span.range.start);
        let past = words.partition_point(|w| w.start < span.range.end);
        if first >= past {
            losses.add(Loss::Wordless, example);
            continue;
        }
        let last = past - 1;
        let (start, end) = (words[first].start, words[last].end);
        if start < span.range.start || end > span.range.end {
            match misaligned {
                Misaligned::Snap => losses.add(Loss::Snapped, example),
                Misaligned::Drop => {
                    losses.add(Loss::Misaligned, example);
                    continue;
                }
                Misaligned::Fail => return Err(WriteError::Misaligned(example())),
            }
        } else if start > span.range.start || end < span.range.end {
            losses.add(Loss::Trimmed, example);
        }
        let word_span = WordSpan { first, last, label: span.label.clone() };
        if seen.insert(word_span.clone()) {
            found.push(word_span);
        } else {
            losses.add(Loss::Duplicate, example);
        }
    }
    Ok(found)
}

/// Spans that share no word, by place: of overlapping ones the longest is kept, of equally long ones the first.
pub(super) fn flat(
    mut spans: Vec<WordSpan>,
    text: &str,
    words: &[CharRange],
    document: &str,
    losses: &mut Losses,
) -> Vec<WordSpan> {
    spans.sort_by_key(|s| (std::cmp::Reverse(s.last - s.first), s.first));
    let mut kept: Vec<WordSpan> = Vec::with_capacity(spans.len());
    for span in spans {
        let place = kept.partition_point(|k| k.last < span.first);
        if kept.get(place).is_some_and(|k| k.first <= span.last) {
            losses.add(Loss::Nested, || {
                let range = CharRange::new(words[span.first].start, words[span.last].end);
                format!("{document}: {} {}", span.label.escape_debug(), shown(OffsetMap::new(text).slice(text, range)))
            });
        } else {
            kept.insert(place, span);
        }
    }
    kept
}
