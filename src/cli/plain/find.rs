//! Finding typed text in a document.

use crate::annotate::OpenText;
use crate::text::CharRange;

/// Where `wanted` stands in the text: exactly as typed, else without regard to case and to how words are spaced. Whole
/// characters as people see them, in order.
pub(super) fn find(text: &OpenText, wanted: &str) -> Vec<CharRange> {
    let chars: Vec<char> = text.as_str().chars().collect();
    let wanted: Vec<char> = wanted.trim().chars().collect();
    if wanted.is_empty() {
        return Vec::new();
    }
    let all = |loose| {
        let found = (0..chars.len()).filter_map(|at| Some(CharRange::new(at, end_of(&chars, at, &wanted, loose)?)));
        let mut found: Vec<CharRange> = found.map(|range| text.widened(range)).collect();
        found.dedup();
        found
    };
    let exact = all(false);
    if exact.is_empty() { all(true) } else { exact }
}

/// The end of `wanted` when it begins at `at`.
fn end_of(chars: &[char], mut at: usize, wanted: &[char], loose: bool) -> Option<usize> {
    let mut wanted = wanted.iter().copied().peekable();
    while let Some(c) = wanted.next() {
        let here = *chars.get(at)?;
        at += 1;
        if !loose {
            if here != c {
                return None;
            }
        } else if c.is_whitespace() {
            if !here.is_whitespace() {
                return None;
            }
            while wanted.next_if(|c| c.is_whitespace()).is_some() {}
            while chars.get(at).is_some_and(|c| c.is_whitespace()) {
                at += 1;
            }
        } else if !here.to_lowercase().eq(c.to_lowercase()) {
            return None;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, wanted: &str) -> Vec<(usize, usize)> {
        find(&OpenText::new(text), wanted).iter().map(|r| (r.start, r.end)).collect()
    }

    #[test]
    fn as_typed_first_then_loosely() {
        assert_eq!(found("Omega, omega", "omega"), [(7, 12)]);
        assert_eq!(found("Omega, OMEGA", "omega"), [(0, 5), (7, 12)]);
        assert_eq!(found("New\n  York City", "new york"), [(0, 10)]);
        assert_eq!(found("😀 Omega", " Omega "), [(2, 7)]);
        assert_eq!(found("Omega", ""), []);
        assert_eq!(found("Omega", "Rolex"), []);
    }

    #[test]
    fn never_half_a_character() {
        assert_eq!(found("cafe\u{301}s", "cafe"), [(0, 5)]);
    }
}
