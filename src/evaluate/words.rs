//! The words of a document as its spans meet them: GLiNER's words, which are what a span model can propose.

use std::ops::Range;

use super::{Gold, GoldDocument, Mark};
use crate::text::{CharRange, OffsetMap, words};

use super::gold::Ends;

impl Gold {
    /// The code points of a span; `None` for one that is empty, reversed or begins before the text.
    pub fn range(&self, mark: &Mark) -> Option<CharRange> {
        let end = match self.ends {
            Ends::Exclusive => mark.end,
            Ends::Inclusive => mark.end.saturating_add(1),
        };
        let (start, end) = (usize::try_from(mark.start).ok()?, usize::try_from(end).ok()?);
        (start < end).then(|| CharRange::new(start, end))
    }
}

/// The words of one document.
pub(super) struct Words(Vec<CharRange>);

impl Words {
    /// `None` for a document without a text.
    pub(super) fn of(document: &GoldDocument) -> Option<Self> {
        let text = document.text.as_deref()?;
        Some(Self(words(text).into_iter().map(|word| word.range).collect()))
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The words that share a position with a span.
    pub(super) fn under(&self, span: CharRange) -> Range<usize> {
        let first = self.0.partition_point(|word| word.end <= span.start);
        let after = self.0.partition_point(|word| word.start < span.end);
        first..after.max(first)
    }

    /// Whether a span begins where a word begins and ends where one ends.
    pub(super) fn border(&self, span: CharRange) -> bool {
        let under = self.under(span);
        let (first, last) = (self.0.get(under.start), under.end.checked_sub(1).and_then(|last| self.0.get(last)));
        !under.is_empty()
            && first.is_some_and(|word| word.start == span.start)
            && last.is_some_and(|word| word.end == span.end)
    }
}

/// The text of a document with the way to its code points, made once for many spans.
pub(super) struct Surfaces<'g> {
    text: &'g str,
    offsets: OffsetMap,
}

impl<'g> Surfaces<'g> {
    /// `None` for a document without a text.
    pub(super) fn of(document: &'g GoldDocument) -> Option<Self> {
        let text = document.text.as_deref()?;
        Some(Self { text, offsets: OffsetMap::new(text) })
    }

    /// The surface form of a span; `None` where it lies outside the text.
    pub(super) fn form(&self, span: CharRange) -> Option<String> {
        self.offsets.contains(span).then(|| surface_form(self.offsets.slice(self.text, span)))
    }
}

/// A stretch of text as forms are compared: case does not matter, nor how wide the space between words is.
pub fn surface_form(text: &str) -> String {
    text.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_span_meets_the_words_it_shares_a_position_with() {
        let document = GoldDocument { text: Some("Omega sold it.".into()), ..GoldDocument::default() };
        let words = Words::of(&document).unwrap();
        assert_eq!(words.len(), 4);
        assert_eq!(words.under(CharRange::new(0, 10)), 0..2);
        assert!(words.border(CharRange::new(0, 10)));
        assert!(!words.border(CharRange::new(1, 10)), "begins inside a word");
        assert!(!words.border(CharRange::new(0, 11)), "ends in the space after one");
        assert_eq!(words.under(CharRange::new(5, 6)), 1..1, "a space is no word");
        assert!(!words.border(CharRange::new(90, 99)));
    }

    #[test]
    fn ends_are_taken_as_the_source_means_them() {
        let mark = Mark { label: 0, start: 2, end: 4, score: None };
        let inclusive = Gold { ends: Ends::Inclusive, ..Gold::default() };
        assert_eq!(Gold::default().range(&mark), Some(CharRange::new(2, 4)));
        assert_eq!(inclusive.range(&mark), Some(CharRange::new(2, 5)));
        assert_eq!(Gold::default().range(&Mark { end: 2, ..mark }), None);
        assert_eq!(Gold::default().range(&Mark { start: -1, ..mark }), None);
    }

    #[test]
    fn forms_do_not_differ_by_case_or_line_breaks() {
        assert_eq!(surface_form(" Grand\n  Seiko "), "grand seiko");
    }
}
