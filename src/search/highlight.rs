//! Where in a text the words of a query stand, and the part of the text that shows them.

use super::query::{Query, What};
use crate::text::CharRange;

/// Part of a text around what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snippet {
    /// The part, on one line.
    pub text: String,
    /// What was found, in code points of the part.
    pub found: Vec<CharRange>,
    /// The text goes on before it.
    pub before: bool,
    /// The text goes on after it.
    pub after: bool,
}

/// Where the words of a query stand, in code points, ascending, none overlapping.
pub fn highlights(query: &Query, text: &str) -> Vec<CharRange> {
    let lower = text.to_lowercase();
    let words = query.pieces.iter().filter(|p| !p.excluded).filter_map(|p| match &p.what {
        What::Word(w) => Some(w.to_lowercase()),
        _ => None,
    });
    let mut found: Vec<CharRange> = words
        .filter_map(|w| lower.find(&w).map(|at| (lower[..at].chars().count(), w.chars().count())))
        .map(|(start, length)| CharRange { start, end: start + length })
        .collect();
    found.sort_by_key(|r| r.start);
    found
}

/// The part of at most `most` code points that shows most of what was found.
pub fn snippet(text: &str, found: &[CharRange], most: usize) -> Snippet {
    let first = found.first().map_or(0, |r| r.start.saturating_sub(most / 4));
    let part: String = text.chars().skip(first).take(most).map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let length = part.chars().count();
    let moved = |r: &CharRange| {
        (r.start >= first && r.end <= first + length).then(|| CharRange { start: r.start - first, end: r.end - first })
    };
    let after = text.chars().count() > first + length;
    Snippet { found: found.iter().filter_map(moved).collect(), text: part, before: first > 0, after }
}
