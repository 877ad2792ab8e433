//! Long texts in pieces a model can read.
//!
//! A window holds at most so many words and so many subtokens, ends on a sentence border where one is near, and repeats
//! enough of the window before it that any span a model could find lies wholly in one of them. [`merge`] puts the
//! candidates of all windows together again.
//!
//! [`spacy_chunks`] is how `gliner-spacy` cuts a text, for comparing with tools built on it.

use std::ops::Range;

use super::decode::Candidate;
use super::encode::Pieces;
use crate::text::{CharRange, Word};

/// What fits in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Words.
    pub words: usize,
    /// Subtokens of the text.
    pub pieces: usize,
    /// Words two neighbours have in common at least: the longest span.
    pub overlap: usize,
}

/// Ranges of words that cover a text.
pub fn windows(text: &str, words: &[Word<'_>], pieces: &Pieces, limits: Limits) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    loop {
        let end = furthest(pieces, start, limits).min(words.len());
        if end == words.len() {
            windows.push(start..end);
            return windows;
        }
        // The last sentence that ends in the second half; a text without sentences is cut where it must be.
        let shortest = (end - start).div_ceil(2).max(limits.overlap + 1).min(end - start);
        let end = (start + shortest..=end).rev().find(|&e| is_border(text, words, e)).unwrap_or(end);
        windows.push(start..end);
        // Begin with a sentence too, if that repeats no more than half of this window.
        let latest = end.saturating_sub(limits.overlap).max(start + 1);
        let earliest = (end - (end - start) / 2).min(latest).max(start + 1);
        start = (earliest..=latest).rev().find(|&s| is_border(text, words, s)).unwrap_or(latest);
    }
}

/// One past the last word that fits in a window from `start`; at least one word.
fn furthest(pieces: &Pieces, start: usize, limits: Limits) -> usize {
    let full = pieces.start(start) + limits.pieces;
    let fit = start + pieces.ends[start..].partition_point(|&end| end <= full);
    fit.min(start + limits.words).max(start + 1)
}

/// True when a sentence may end before word `at`: a full stop and white space, a line break, or an ideographic stop.
fn is_border(text: &str, words: &[Word<'_>], at: usize) -> bool {
    let (Some(next), Some(before)) = (words.get(at), at.checked_sub(1).and_then(|i| words.get(i))) else {
        return false;
    };
    let gap = &text[before.byte + before.text.len()..next.byte];
    let closing = matches!(before.text, "\"" | "'" | ")" | "]" | "”" | "’" | "»" | "」");
    let last = if closing { at.checked_sub(2).map_or("", |i| words[i].text) } else { before.text };
    let stop = matches!(last, "." | "!" | "?" | "…" | "।" | "؟");
    gap.contains('\n') || (stop && !gap.is_empty()) || matches!(last, "。" | "！" | "？")
}

/// The candidates of several windows as those of one text: of the same span and class the higher score stays. In the
/// order start, width, class.
pub fn merge(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let key = |c: &Candidate| (c.first_word, c.last_word, c.class);
    candidates.sort_by(|a, b| key(a).cmp(&key(b)).then(b.score.total_cmp(&a.score)));
    candidates.dedup_by_key(|c| key(c));
    candidates
}

/// The chunks of `gliner-spacy`: `size` code points, each extended to the next blank or line feed.
pub fn spacy_chunks(text: &str, size: usize) -> Vec<CharRange> {
    let mut chunks = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for c in text.chars() {
        if at >= start + size.max(1) && matches!(c, ' ' | '\n') {
            chunks.push(CharRange::new(start, at));
            start = at;
        }
        at += 1;
    }
    if at > start {
        chunks.push(CharRange::new(start, at));
    }
    chunks
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::text::words;
    use proptest::prelude::*;

    fn one_piece_each(words: usize) -> Pieces {
        Pieces { ids: vec![7; words], ends: (1..=words).collect() }
    }

    #[test]
    fn a_window_ends_with_a_sentence_and_the_next_begins_with_one() {
        let text = "One two three four five six. Seven. Eight nine ten eleven twelve. End";
        let words = words(text);
        let limits = Limits { words: 11, pieces: 99, overlap: 2 };
        let found = windows(text, &words, &one_piece_each(words.len()), limits);
        let shown: Vec<String> =
            found.iter().map(|w| words[w.clone()].iter().map(|w| w.text).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(shown, ["One two three four five six . Seven .", "Seven . Eight nine ten eleven twelve . End"]);
    }

    #[test]
    fn chunks_are_those_of_gliner_spacy() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/gliner/tables/spacy_chunks.json");
        let table: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for case in table.as_array().unwrap() {
            let chunks = spacy_chunks(case["text"].as_str().unwrap(), case["size"].as_u64().unwrap() as usize);
            let chunks: Vec<[usize; 2]> = chunks.iter().map(|c| [c.start, c.end]).collect();
            assert_eq!(serde_json::json!(chunks), case["chunks"], "{} {:?}", case["size"], case["text"]);
        }
    }

    proptest! {
        #[test]
        fn every_short_span_lies_in_a_window(
            counts in proptest::collection::vec(0_usize..4, 1..120), stops in proptest::collection::vec(0_usize..9, 120),
            size in 4_usize..40, overlap in 1_usize..4, pieces in 16_usize..60,
        ) {
            let tokens = counts.iter().zip(&stops).map(|(_, s)| if *s == 0 { "." } else { "w" });
            let text = tokens.collect::<Vec<_>>().join(" ");
            let words = words(&text);
            let ends: Vec<usize> = counts.iter().scan(0, |sum, c| { *sum += c; Some(*sum) }).collect();
            let all = Pieces { ids: vec![1; *ends.last().unwrap()], ends };
            let found = windows(&text, &words, &all, Limits { words: size, pieces, overlap });
            for start in 0..words.len() {
                let end = (start + overlap).min(words.len());
                prop_assert!(found.iter().any(|w| w.start <= start && end <= w.end), "{start}..{end} in {found:?}");
            }
            for w in &found {
                prop_assert!(w.len() <= size && all.ends[w.end - 1] - all.start(w.start) <= pieces);
            }
        }
    }
}
