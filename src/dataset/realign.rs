//! Moving spans to a new version of their text, where the words are the same.

use similar::{Algorithm, DiffTag, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

use crate::text::CharRange;

/// Where each of `ranges` (of `old`) lies in `new`; `None` where the words under it changed.
///
/// The two texts are compared by words (Unicode word borders). A range moves only when everything it covers, and no
/// more, is found in one unchanged stretch, so a span never ends up on other text than it had.
pub fn realign(old: &str, new: &str, ranges: &[CharRange]) -> Vec<Option<CharRange>> {
    let (old_words, new_words) = (pieces(old), pieces(new));
    let old_texts: Vec<&str> = old_words.iter().map(|(_, w)| *w).collect();
    let new_texts: Vec<&str> = new_words.iter().map(|(_, w)| *w).collect();
    // (start in old, end in old, start in new), in code points, for each unchanged stretch.
    let equal: Vec<(usize, usize, usize)> = capture_diff_slices(Algorithm::Myers, &old_texts, &new_texts)
        .into_iter()
        .filter(|op| op.tag() == DiffTag::Equal && !op.old_range().is_empty())
        .map(|op| {
            let (from, to) = (op.old_range(), op.new_range());
            let last = from.end - 1;
            let end = old_words[last].0 + old_texts[last].chars().count();
            (old_words[from.start].0, end, new_words[to.start].0)
        })
        .collect();
    ranges
        .iter()
        .map(|range| {
            let stretch = equal.iter().find(|(start, end, _)| *start <= range.start && range.end <= *end)?;
            let moved = |at: usize| at - stretch.0 + stretch.2;
            Some(CharRange::new(moved(range.start), moved(range.end)))
        })
        .collect()
}

/// The words and the stretches between them, with the code point each begins at.
fn pieces(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    text.split_word_bounds()
        .map(|word| {
            let start = at;
            at += word.chars().count();
            (start, word)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::text::OffsetMap;

    #[test]
    fn spans_follow_their_words() {
        let old = "Émile wears an Omega. Rose sold it.";
        let new = "Yesterday Émile wore an Omega. Anna sold it.";
        let range = |text: &str, what: &str| {
            let map = OffsetMap::new(text);
            let start = map.char_of_byte(text, text.find(what).unwrap());
            CharRange::new(start, start + what.chars().count())
        };
        let found = realign(old, new, &[range(old, "Émile"), range(old, "Omega"), range(old, "Rose")]);
        assert_eq!(found, [Some(range(new, "Émile")), Some(range(new, "Omega")), None]);
    }

    #[test]
    fn a_span_over_a_change_is_not_moved() {
        assert_eq!(realign("New York City", "New Jersey City", &[CharRange::new(0, 13)]), [None]);
    }
}
