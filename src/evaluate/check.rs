//! What may be wrong with spans before they are counted: found, counted, and the first place named.

use std::collections::BTreeMap;

use super::{Ends, Mark};

/// What is odd about a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// It ends before it starts.
    Reversed,
    /// It holds nothing: exclusive ends that equal the start.
    Empty,
    /// It starts before the text or ends after it.
    OutsideText,
    /// Its score is no number from 0 to 1.
    BadScore,
    /// It stands there once more: same place, same label.
    Duplicate,
    /// It shares a position with a span before it, and is not the same.
    Overlapping,
}

impl Oddity {
    /// In words, after a number of spans.
    pub const fn as_str(self) -> &'static str {
        match self {
            Oddity::Reversed => "reversed (the end lies before the start)",
            Oddity::Empty => "empty (the end equals the start)",
            Oddity::OutsideText => "outside the text",
            Oddity::BadScore => "with a score that is no number from 0 to 1",
            Oddity::Duplicate => "there twice",
            Oddity::Overlapping => "overlapping",
        }
    }

    /// Whether such a span can be counted at all by rules that make sense of the text.
    pub const fn is_broken(self) -> bool {
        matches!(self, Oddity::Reversed | Oddity::Empty | Oddity::OutsideText | Oddity::BadScore)
    }
}

/// How many spans are odd in one way, and where the first is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd {
    /// How many.
    pub count: u64,
    /// Index of the document with the first.
    pub document: usize,
    /// Its index in the list of that document.
    pub span: usize,
}

/// Looks at the spans of all documents, each with the number of characters of its text where that is known. A span that
/// is reversed, empty or outside the text is not looked at further.
pub fn check<'a>(
    documents: impl IntoIterator<Item = (&'a [Mark], Option<usize>)>,
    ends: Ends,
) -> BTreeMap<Oddity, Odd> {
    let mut found = BTreeMap::new();
    for (document, (spans, characters)) in documents.into_iter().enumerate() {
        let mut say = |oddity, span| {
            found.entry(oddity).or_insert(Odd { count: 0, document, span }).count += 1;
        };
        // Whole ones by place, each with its last position.
        let mut whole: Vec<(i64, i64, u32, usize)> = Vec::with_capacity(spans.len());
        for (at, span) in spans.iter().enumerate() {
            if span.score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
                say(Oddity::BadScore, at);
            }
            let last = match ends {
                Ends::Exclusive => span.end.saturating_sub(1),
                Ends::Inclusive => span.end,
            };
            if span.end < span.start {
                say(Oddity::Reversed, at);
            } else if last < span.start {
                say(Oddity::Empty, at);
            } else if span.start < 0 || characters.is_some_and(|n| last >= n as i64) {
                say(Oddity::OutsideText, at);
            } else {
                whole.push((span.start, last, span.label, at));
            }
        }
        whole.sort_unstable();
        let mut reached = i64::MIN;
        for (nth, &(start, last, label, at)) in whole.iter().enumerate() {
            let before = nth.checked_sub(1).map(|n| whole[n]);
            if before.is_some_and(|b| (b.0, b.1, b.2) == (start, last, label)) {
                say(Oddity::Duplicate, at);
            } else if start <= reached {
                say(Oddity::Overlapping, at);
            }
            reached = reached.max(last);
        }
    }
    found
}

/// Labels that are the same but for upper and lower case or blanks around them: pairs of a name and the first such name
/// before it.
pub fn twins(names: &[String]) -> Vec<(&str, &str)> {
    let mut first: BTreeMap<String, &str> = BTreeMap::new();
    let mut found = Vec::new();
    for name in names {
        let folded = name.trim().to_lowercase();
        match first.get(&folded) {
            Some(before) => found.push((name.as_str(), *before)),
            None => {
                first.insert(folded, name);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(list: &[(u32, i64, i64)]) -> Vec<Mark> {
        list.iter().map(|&(label, start, end)| Mark { label, start, end, score: None }).collect()
    }

    #[test]
    fn every_oddity_is_counted_and_the_first_place_named() {
        let fine = marks(&[(0, 0, 4), (1, 4, 8)]);
        let odd = marks(&[(0, 5, 2), (0, 3, 3), (0, 8, 12), (1, 0, 2), (1, 0, 2), (0, 0, 2), (1, 4, 6), (0, -1, 1)]);
        let found = check([(&fine[..], Some(8)), (&odd, Some(10))], Ends::Exclusive);
        let of = |oddity| found.get(&oddity).map(|o: &Odd| (o.count, o.document, o.span));
        assert_eq!(of(Oddity::Reversed), Some((1, 1, 0)));
        assert_eq!(of(Oddity::Empty), Some((1, 1, 1)));
        assert_eq!(of(Oddity::OutsideText), Some((2, 1, 2)));
        assert_eq!(of(Oddity::Duplicate), Some((1, 1, 4)));
        assert_eq!(of(Oddity::Overlapping).map(|o| o.0), Some(1), "the same place with another label");
        assert_eq!(of(Oddity::BadScore), None);
        let touching = check([(&marks(&[(0, 0, 4), (1, 4, 8)])[..], None)], Ends::Inclusive);
        assert_eq!(touching.keys().copied().collect::<Vec<_>>(), [Oddity::Overlapping], "inclusive ends share 4");
    }

    #[test]
    fn a_score_is_a_number_from_0_to_1() {
        let scored = |score| [Mark { label: 0, start: 0, end: 1, score: Some(score) }];
        for bad in [f32::NAN, f32::INFINITY, -0.1, 1.5] {
            assert!(check([(&scored(bad)[..], None)], Ends::Exclusive).contains_key(&Oddity::BadScore), "{bad}");
        }
        assert!(check([(&scored(1.0)[..], None)], Ends::Exclusive).is_empty());
    }

    #[test]
    fn labels_that_differ_in_case_or_blanks_are_twins() {
        let names = ["Brand", "price", "brand ", "Price", "person"].map(str::to_owned);
        assert_eq!(twins(&names), [("brand ", "Brand"), ("Price", "price")]);
    }
}
