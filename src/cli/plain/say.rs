//! How things are said in lines: no escape sequence, no control character, no line break that is not ours.

use crate::annotate::OpenText;
use crate::cli::out::visible;
use crate::text::CharRange;

/// Signs that the terminal can show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Style {
    /// Only ASCII signs of our own. Texts are sent as they are.
    pub ascii: bool,
}

/// Code points of context on each side of a span.
const AROUND: usize = 60;
/// Longer spans are shown by their beginning and their end.
const LONGEST: usize = 200;

impl Style {
    /// Our own words with signs that the terminal has.
    pub fn signs(self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        let sign = |c: char| match c {
            '«' => "<<".to_owned(),
            '»' => ">>".to_owned(),
            '…' => "...".to_owned(),
            '“' | '”' => "\"".to_owned(),
            '␊' => "\\n".to_owned(),
            '␉' => "\\t".to_owned(),
            // The pictures of control characters, as terminals have always written them.
            '\u{2400}'..='\u{241f}' => format!("^{}", char::from_u32(c as u32 - 0x2400 + 0x40).unwrap_or('?')),
            '\u{2421}' => "^?".to_owned(),
            c => c.to_string(),
        };
        text.chars().map(sign).collect()
    }
}

/// A piece of untrusted text on one line.
pub(super) fn one_line(text: &str) -> String {
    visible(text).replace('\n', "␊").replace('\t', "␉")
}

/// A span between marks, with what stands around it.
pub(super) fn in_context(text: &OpenText, range: CharRange) -> String {
    let from = cut_before(text, range.start);
    let to = cut_after(text, range.end);
    let part = |start, end| one_line(text.slice(CharRange::new(start, end)));
    let before = format!("{}{}", if from > 0 { "…" } else { "" }, part(from, range.start));
    let after = format!("{}{}", part(range.end, to), if to < text.chars() { "…" } else { "" });
    format!("{}«{}»{}", before, span_text(text, range), after)
}

/// The text of a span; the middle of a very long one is left out.
pub(super) fn span_text(text: &OpenText, range: CharRange) -> String {
    if range.len() <= LONGEST {
        return one_line(text.slice(range));
    }
    let head = text.widened(CharRange::new(range.start, range.start + LONGEST / 2));
    let tail = text.widened(CharRange::new(range.end - LONGEST / 2, range.end));
    format!("{} … {}", one_line(text.slice(head)), one_line(text.slice(tail)))
}

/// Where the context before `at` begins: at a word, unless there is none near.
fn cut_before(text: &OpenText, at: usize) -> usize {
    let furthest = at.saturating_sub(AROUND);
    let word = text.tokens().partition_point(|t| t.start < furthest);
    match text.tokens().get(word) {
        _ if furthest == 0 => 0,
        Some(token) if token.start <= at => token.start,
        _ => text.widened(CharRange::new(furthest, at)).start,
    }
}

/// Where the context after `at` ends.
fn cut_after(text: &OpenText, at: usize) -> usize {
    let furthest = (at + AROUND).min(text.chars());
    let word = text.tokens().partition_point(|t| t.end <= furthest);
    match word.checked_sub(1).and_then(|w| text.tokens().get(w)) {
        _ if furthest == text.chars() => furthest,
        Some(token) if token.end >= at => token.end,
        _ => text.widened(CharRange::new(at, furthest)).end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_is_one_line_of_whole_words_without_controls() {
        let text = OpenText::new(format!("{} the\n\x1b[2J «new»\tOmega sold {}", "long ".repeat(30), "on ".repeat(40)));
        let at = text.as_str().find("Omega").map(|b| text.map().char_of_byte(text.as_str(), b)).unwrap_or(0);
        let said = in_context(&text, CharRange::new(at, at + 5));
        assert!(said.starts_with("…long ") && said.ends_with(" on…"), "{said}");
        assert!(said.contains("the␊␛[2J «new»␉«Omega» sold on"), "{said}");
        assert!(said.chars().count() < 140 && !said.chars().any(char::is_control), "{said}");
    }

    #[test]
    fn a_text_without_words_is_cut_too_and_a_long_span_in_its_middle() {
        let text = OpenText::new(" ".repeat(500));
        assert!(in_context(&text, CharRange::new(250, 251)).chars().count() < 140);
        let text = OpenText::new("word ".repeat(500));
        assert!(in_context(&text, CharRange::new(500, 2000)).chars().count() < 350);
    }

    #[test]
    fn a_terminal_without_unicode_gets_ascii_signs() {
        assert_eq!(Style { ascii: true }.signs("…the «Omega»␊ “x” ␛[2J"), "...the <<Omega>>\\n \"x\" ^[[2J");
        assert_eq!(Style::default().signs("«x»"), "«x»");
    }
}
