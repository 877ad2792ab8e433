//! The notation of the tests: `#[Ada]# met [Byron](person) and [Turin](place?)`.
//!
//! `#[…]#` is what the cursor is on, `[…](label)` a span, `[…](label?)` a suggestion, `[…](label?0.42)` one with that
//! score. What lies inside something else is written inside it. `\[` is a bracket of the text.

use gleaner::text::CharRange;

/// A text with everything marked in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked {
    pub text: String,
    pub selection: Option<CharRange>,
    pub spans: Vec<(CharRange, String)>,
    pub suggestions: Vec<(CharRange, String, f32)>,
}

/// Score of a suggestion that does not say.
pub const SCORE: f32 = 0.9;

/// Reads the notation.
pub fn parse(marked: &str) -> Marked {
    let chars: Vec<char> = marked.chars().collect();
    let mut found = Marked::default();
    let (mut open, mut selection_start) = (Vec::new(), 0);
    let (mut i, mut at) = (0, 0);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('\\', Some(c)) => {
                found.text.push(*c);
                at += 1;
                i += 2;
            }
            ('#', Some('[')) => {
                selection_start = at;
                i += 2;
            }
            (']', Some('#')) => {
                found.selection = Some(CharRange::new(selection_start, at));
                i += 2;
            }
            ('[', _) => {
                open.push(at);
                i += 1;
            }
            (']', Some('(')) => {
                let close = i + chars[i..].iter().position(|c| *c == ')').expect("`[text](label)` is closed");
                let label: String = chars[i + 2..close].iter().collect();
                let range = CharRange::new(open.pop().expect("`](` closes something"), at);
                match label.split_once('?') {
                    Some((label, score)) => {
                        found.suggestions.push((range, label.into(), score.parse().unwrap_or(SCORE)));
                    }
                    None => found.spans.push((range, label)),
                }
                i = close + 1;
            }
            (c, _) => {
                found.text.push(c);
                at += 1;
                i += 1;
            }
        }
    }
    assert!(open.is_empty(), "something is not closed in {marked}");
    found
}

/// Writes the notation; the selection only if there is one.
pub fn render(marked: &Marked) -> String {
    // Outer before inner; of equal ranges the selection, then spans, then suggestions.
    let mut ranges: Vec<(CharRange, u8, String)> = Vec::new();
    ranges.extend(marked.selection.map(|range| (range, 0, String::new())));
    ranges.extend(marked.spans.iter().map(|(range, label)| (*range, 1, format!("]({label})"))));
    ranges.extend(marked.suggestions.iter().map(|(range, label, _)| (*range, 2, format!("]({label}?)"))));
    ranges.sort_by(|a, b| (a.0.start, b.0.end, a.1, &a.2).cmp(&(b.0.start, a.0.end, b.1, &b.2)));
    let mut out = String::new();
    let chars: Vec<char> = marked.text.chars().collect();
    for at in 0..=chars.len() {
        for (_, kind, close) in ranges.iter().rev().filter(|(range, ..)| range.end == at) {
            out.push_str(if *kind == 0 { "]#" } else { close });
        }
        for (_, kind, _) in ranges.iter().filter(|(range, ..)| range.start == at) {
            out.push_str(if *kind == 0 { "#[" } else { "[" });
        }
        out.extend(chars.get(at));
    }
    out
}

#[test]
fn what_is_written_is_what_was_read() {
    for text in [
        "#[Ada]# Lovelace wrote",
        "[#[New [York](place)]# Times](organization) of [1851](date?)",
        "#[[[精工](place?)](organization)]#.",
    ] {
        assert_eq!(render(&parse(text)), text);
    }
}
