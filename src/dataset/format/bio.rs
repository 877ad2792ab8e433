//! Tags a word ↔ spans of words.
//!
//! One reader for BIO2, IOB1, BIOES, BILOU, BMES and bare labels; the writer makes BIO2.

use super::word_spans::WordSpan;

/// A tag taken apart.
#[derive(Clone, Copy, PartialEq)]
enum Tag<'a> {
    Outside,
    /// First word, more may follow.
    Begin(&'a str),
    /// Goes on, or begins when nothing is open (IOB1 and bare labels).
    Inside(&'a str),
    /// Last word.
    End(&'a str),
    /// One word.
    Single(&'a str),
}

fn parse(tag: &str) -> Tag<'_> {
    if matches!(tag, "O" | "o" | "_" | "-" | "") {
        return Tag::Outside;
    }
    match tag.split_once('-') {
        Some((_, "")) | None => Tag::Inside(tag),
        Some(("B", label)) => Tag::Begin(label),
        Some(("I" | "M", label)) => Tag::Inside(label),
        Some(("E" | "L", label)) => Tag::End(label),
        Some(("S" | "U", label)) => Tag::Single(label),
        Some(_) => Tag::Inside(tag),
    }
}

/// True for `O` and for a prefix with a label.
pub(super) fn is_tag(word: &str) -> bool {
    word == "O" || matches!(word.split_once('-'), Some(("B" | "I" | "E" | "S" | "L" | "U" | "M", l)) if !l.is_empty())
}

/// Spans of a sequence of tags.
pub(super) fn spans<S: AsRef<str>>(tags: &[S]) -> Vec<WordSpan> {
    let mut spans: Vec<WordSpan> = Vec::new();
    // The last span, while it may still grow.
    let mut open = false;
    for (word, tag) in tags.iter().enumerate() {
        let tag = parse(tag.as_ref());
        let label = match tag {
            Tag::Outside => {
                open = false;
                continue;
            }
            Tag::Begin(label) | Tag::Inside(label) | Tag::End(label) | Tag::Single(label) => label,
        };
        let goes_on = open && matches!(tag, Tag::Inside(_) | Tag::End(_));
        match spans.last_mut() {
            Some(span) if goes_on && span.label == label => span.last = word,
            _ => spans.push(WordSpan { first: word, last: word, label: label.to_owned() }),
        }
        open = matches!(tag, Tag::Begin(_) | Tag::Inside(_));
    }
    spans
}

/// BIO2 tags of spans that share no word.
pub(super) fn tags(words: usize, spans: &[WordSpan]) -> Vec<String> {
    let mut tags = vec!["O".to_owned(); words];
    for span in spans {
        for (word, tag) in tags.iter_mut().enumerate().take(span.last + 1).skip(span.first) {
            *tag = format!("{}-{}", if word == span.first { 'B' } else { 'I' }, span.label);
        }
    }
    tags
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(tags: &str) -> Vec<(usize, usize, String)> {
        let tags: Vec<&str> = tags.split(' ').collect();
        spans(&tags).into_iter().map(|s| (s.first, s.last, s.label)).collect()
    }

    #[test]
    fn the_same_two_spans_in_every_scheme() {
        let expected = vec![(0, 1, "a".to_owned()), (2, 2, "a".to_owned())];
        for tags in ["B-a I-a B-a O", "I-a I-a B-a O", "B-a E-a S-a O", "B-a L-a U-a O", "B-a E-a S-a _"] {
            assert_eq!(read(tags), expected, "{tags}");
        }
        assert_eq!(read("B-a M-a E-a O"), [(0, 2, "a".to_owned())]);
        assert_eq!(read("PER PER O LOC"), [(0, 1, "PER".to_owned()), (3, 3, "LOC".to_owned())]);
        assert_eq!(read("I-a I-b"), [(0, 0, "a".to_owned()), (1, 1, "b".to_owned())]);
    }

    #[test]
    fn labels_keep_their_own_dashes() {
        assert_eq!(read("B-work-of-art I-work-of-art"), [(0, 1, "work-of-art".to_owned())]);
    }
}
