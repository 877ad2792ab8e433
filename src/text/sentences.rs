//! Borders of sentences, paragraphs and lines: to divide documents on import and to cut windows for the model.
//!
//! In: a text. Out: ranges in code points, in order, without white space at their edges; between them there is nothing
//! but white space. Sentences follow Unicode's rules (UAX 29) with two changes: a single line break inside a paragraph is
//! a space (texts wrapped by hand), and an abbreviation or an initial does not end a sentence.

use unicode_segmentation::UnicodeSegmentation;

use super::CharRange;

/// Words that take a full stop and go on; lower case, in order.
const ABBREVIATIONS: [&str; 49] = [
    "adm", "al", "approx", "assn", "asst", "ave", "bros", "ca", "capt", "cf", "col", "comdr", "cpl", "dept", "dr",
    "e.g", "ed", "eds", "fig", "figs", "gen", "gov", "hon", "i.e", "jr", "lt", "maj", "messrs", "mr", "mrs", "ms",
    "mt", "mx", "nr", "pp", "pres", "prof", "ref", "rep", "rev", "sen", "sgt", "sr", "st", "supt", "univ", "viz",
    "vol", "vs",
];

/// Words that do so before a number.
const BEFORE_NUMBERS: [&str; 10] = ["art", "ch", "eq", "est", "no", "nos", "op", "p", "par", "sec"];

/// Lines that are not empty.
pub fn lines(text: &str) -> Vec<CharRange> {
    ranges(text.split_inclusive(is_break))
}

/// Stretches between blank lines (or paragraph separators).
pub fn paragraphs(text: &str) -> Vec<CharRange> {
    ranges(paragraph_pieces(text))
}

/// Sentences; they never cross a blank line.
pub fn sentences(text: &str) -> Vec<CharRange> {
    ranges(paragraph_pieces(text).flat_map(sentence_pieces))
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// Pieces of `text` that lie end to end, each up to and with its blank lines.
fn paragraph_pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        let mut at = 0;
        for line in rest.split_inclusive(['\n', '\u{2029}']) {
            let blank = line.trim().is_empty() && at > 0;
            at += line.len();
            if blank || line.ends_with('\u{2029}') {
                end = at;
                break;
            }
        }
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// Pieces of a paragraph that lie end to end, one a sentence.
fn sentence_pieces(paragraph: &str) -> std::vec::IntoIter<&str> {
    // Line breaks end sentences in UAX 29. Spaces of the same length in bytes keep the places.
    let flowing = paragraph.replace(['\n', '\r'], " ");
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut end = 0;
    let mut sentences = flowing.split_sentence_bounds().peekable();
    while let Some(sentence) = sentences.next() {
        end += sentence.len();
        if !goes_on(sentence, sentences.peek().copied().unwrap_or_default()) {
            pieces.push(&paragraph[start..end]);
            start = end;
        }
    }
    if start < end {
        pieces.push(&paragraph[start..end]);
    }
    pieces.into_iter()
}

/// True when `next` begins in lower case, or the full stop at the end belongs to an abbreviation or an initial.
fn goes_on(sentence: &str, next: &str) -> bool {
    if next.chars().next().is_some_and(char::is_lowercase) {
        return true;
    }
    let Some(before) = sentence.trim_end().strip_suffix('.') else { return false };
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let mut chars = word.chars();
    let initial = matches!((chars.next(), chars.next()), (Some(c), None) if c.is_uppercase() && c != 'I');
    // "No. 5" goes on, "He said no. Then" does not.
    let numbered = next.starts_with(|c: char| c.is_numeric());
    let lower = word.to_lowercase();
    initial
        || ABBREVIATIONS.binary_search(&lower.as_str()).is_ok()
        || (numbered && BEFORE_NUMBERS.binary_search(&lower.as_str()).is_ok())
}

/// Pieces that lie end to end as ranges, without white space at their edges.
fn ranges<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<CharRange> {
    let mut ranges = Vec::new();
    let mut at = 0;
    for piece in pieces {
        let solid = piece.trim_start();
        let start = at + piece[..piece.len() - solid.len()].chars().count();
        let end = start + solid.trim_end().chars().count();
        at += piece.chars().count();
        if start < end {
            ranges.push(CharRange::new(start, end));
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_can_be_searched() {
        assert!(ABBREVIATIONS.is_sorted() && BEFORE_NUMBERS.is_sorted());
    }
}
