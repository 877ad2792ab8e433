//! All places of a text in other texts: what "label all occurrences" and "find" look for.

use unicode_segmentation::GraphemeCursor;

use super::{Annotation, LabelSet, OpenPlaces, Outcome};
use crate::dataset::{Decision, LabelId, Origin, Prediction, ResponseSpan, SpanId, Verdict};
use crate::text::CharRange;

/// What counts as the same text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MatchOptions {
    /// Upper and lower case differ.
    pub case: bool,
    /// Only where no word goes on before or after.
    pub whole_words: bool,
}

/// The places of `needle` in `text`, in order, in code points; they do not overlap and lie on borders of characters as
/// people see them.
pub fn find_all(text: &str, needle: &str, options: MatchOptions) -> Vec<CharRange> {
    if needle.is_empty() {
        return Vec::new();
    }
    let places = if options.case {
        text.match_indices(needle).map(|(byte, found)| (byte, byte + found.len())).collect()
    } else {
        find_folded(text, needle)
    };
    let fits = |&(start, end): &(usize, usize)| {
        let apart = !options.whole_words || (is_edge(text, start) && is_edge(text, end));
        apart && is_border(text, start) && is_border(text, end)
    };
    let (mut byte, mut chars) = (0, 0);
    let mut in_chars = |to: usize| {
        chars += if text.is_ascii() { to - byte } else { text[byte..to].chars().count() };
        byte = to;
        chars
    };
    places.into_iter().filter(fits).map(|(start, end)| CharRange::new(in_chars(start), in_chars(end))).collect()
}

/// Places in bytes, without regard to case.
fn find_folded(text: &str, needle: &str) -> Vec<(usize, usize)> {
    let fold = |text: &str| -> String {
        if text.is_ascii() { text.to_ascii_lowercase() } else { text.chars().flat_map(char::to_lowercase).collect() }
    };
    let (folded, needle) = (fold(text), fold(needle));
    let mut found = folded.match_indices(&needle).map(|(byte, n)| (byte, byte + n.len())).peekable();
    if text.is_ascii() || found.peek().is_none() {
        return found.collect();
    }
    // Lower case may be longer or shorter than upper case: places in the folded text are led back to the text.
    let mut starts = text.char_indices().map(|(byte, c)| (byte, c.to_lowercase().map(char::len_utf8).sum::<usize>()));
    let (mut at, mut current) = (0, starts.next());
    let mut back = |to: usize| {
        while let Some((byte, length)) = current {
            if at >= to {
                return (at == to).then_some(byte);
            }
            at += length;
            current = starts.next();
        }
        (at == to).then_some(text.len())
    };
    found.filter_map(|(start, end)| Some((back(start)?, back(end)?))).collect()
}

fn is_border(text: &str, byte: usize) -> bool {
    GraphemeCursor::new(byte, text.len(), true).is_boundary(text, 0).unwrap_or(true)
}

/// True when no word goes on over `byte`.
fn is_edge(text: &str, byte: usize) -> bool {
    let goes_on = |c: Option<char>| c.is_some_and(|c| (c.is_alphanumeric() || c == '_') && !stands_alone(c));
    !(goes_on(text[..byte].chars().next_back()) && goes_on(text[byte..].chars().next()))
}

/// Scripts that put no space between words: any border between their characters may be one between words.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c), 0x0e00..=0x0eff | 0x1000..=0x109f | 0x1780..=0x17ff | 0x2e80..=0x30ff | 0x3400..=0x9fff
        | 0xf900..=0xfaff | 0x20000..=0x3ffff)
}

impl Annotation {
    /// Where else in this document `needle` can be suggested as `label`.
    pub fn occurrences(&self, needle: &str, label: LabelId, options: MatchOptions, nested: bool) -> Vec<CharRange> {
        let open = OpenPlaces::new(&self.response.spans, self.decisions.keys(), nested);
        let places = find_all(self.text.as_str(), needle, options);
        places.into_iter().filter(|place| open.has(*place, label)).collect()
    }

    /// A span on each of `places`, in one group. Where a suggestion says the same, it is accepted.
    pub fn add_all(
        &self,
        labels: &LabelSet,
        places: &[CharRange],
        label: LabelId,
        suggestions: &[Prediction],
    ) -> Outcome {
        let mut changes = Vec::with_capacity(places.len());
        let free = places.iter().filter(|range| self.check_free(labels, **range, label).is_ok());
        for (n, &range) in free.enumerate() {
            let suggestion = suggestions.iter().find(|s| (s.key.range, s.key.label) == (range, label));
            let id = SpanId(self.next_span_id.0 + n as i64);
            let prediction = suggestion.map(|s| s.key);
            changes
                .push(self.span_change(id, Some(ResponseSpan { id, range, label, origin: Origin::Bulk, prediction })));
            if let Some(Prediction { key, score }) = suggestion {
                let decision = Decision { prediction: *key, score: *score, verdict: Verdict::Accepted, bulk: true };
                changes.push(self.decision_change(*key, decision));
            }
        }
        let spans = changes.iter().filter(|c| matches!(c, crate::store::Change::Span { .. })).count();
        match places.first() {
            Some(first) if spans > 0 => {
                let s = if spans == 1 { "" } else { "s" };
                let named = self.named(labels, *first, label);
                Ok(self.group(format!("add {named} in {spans} place{s}"), changes))
            }
            _ => Err("there is no other place in this document".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, needle: &str, case: bool, whole_words: bool) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let places = find_all(text, needle, MatchOptions { case, whole_words });
        places.into_iter().map(|r| chars[r.start..r.end].iter().collect()).collect()
    }

    #[test]
    fn case_and_words_count_when_they_are_to() {
        let text = "Apple apple APPLES pineapple, Apple.";
        assert_eq!(found(text, "Apple", true, true), ["Apple", "Apple"]);
        assert_eq!(found(text, "Apple", false, true), ["Apple", "apple", "Apple"]);
        assert_eq!(found(text, "Apple", false, false), ["Apple", "apple", "APPLE", "apple", "Apple"]);
        assert_eq!(found("aaaa", "aa", true, false), ["aa", "aa"], "places do not overlap");
    }

    #[test]
    fn places_are_right_where_case_changes_the_length() {
        // `İ` is one code point whose lower case is two.
        assert_eq!(found("İİ Ärzte ärzte ÄRZTE", "ärzte", false, true), ["Ärzte", "ärzte", "ÄRZTE"]);
        assert_eq!(found("aİb İb", "i", false, false), [""; 0], "half of a letter is no place");
    }

    #[test]
    fn half_a_character_is_no_place_and_scripts_without_spaces_have_words_everywhere() {
        assert_eq!(found("cafe\u{301} cafe", "cafe", true, false), ["cafe"]);
        assert_eq!(found("東京の精工と精工舎", "精工", true, true), ["精工", "精工"]);
        assert_eq!(found("👨‍👩‍👧 👨", "👨", true, false), ["👨"]);
    }
}
