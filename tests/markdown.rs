//! Guidelines as they are shown: what Markdown says, and what a stranger may have put into it.

#![allow(clippy::unwrap_used)]

use gleaner::tui::theme::{Glyphs, Theme};
use gleaner::tui::widget::markdown::lines;
use proptest::prelude::*;
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

fn shown(text: &str, width: u16) -> Vec<String> {
    lines(text, width, &Theme::default()).iter().map(ToString::to_string).collect()
}

/// The parts of the only line that have a modifier.
fn with(text: &str, modifier: Modifier) -> Vec<String> {
    let lines = lines(text, 80, &Theme::mono());
    let spans = lines.iter().flat_map(|l| &l.spans).filter(|s| s.style.add_modifier.contains(modifier));
    spans.map(|s| s.content.to_string()).collect()
}

#[test]
fn headings_lists_quotes_and_code_keep_their_form() {
    let text = "# Title\nA paragraph\nof two lines.\n\n\n- one\n  goes on\n  * deeper\n+ [good]\n− *bad*\n12. twelve\n> said\n> so\n---\n```\nlet  x = `y`;\n\n- no item\n```\nend";
    let want = [
        "Title",
        "A paragraph of two lines.",
        "",
        "• one goes on",
        " • deeper",
        "+ [good]",
        "− bad",
        "12. twelve",
        "│ said so",
        "────────────────────────────────",
        "  let  x = `y`;",
        "  ",
        "  - no item",
        "end",
    ];
    assert_eq!(shown(text, 32), want);
}

#[test]
fn emphasis_code_links_and_escapes() {
    let text = "**bold** *it* _it too_ `co*de*` 2 * 3 * 4 snake_case_name \\*as is\\* [a link](http://x.y) ![a cat](c.png) **open";
    assert_eq!(
        shown(text, 200),
        ["bold it it too co*de* 2 * 3 * 4 snake_case_name *as is* a link (http://x.y) [picture: a cat] **open"]
    );
    assert_eq!(with(text, Modifier::ITALIC), ["it", "it too"]);
    assert_eq!(with(text, Modifier::UNDERLINED), ["a link"]);
    assert_eq!(with("**bold** and *not*", Modifier::BOLD), ["bold"]);
    assert_eq!(with("***both***", Modifier::BOLD.union(Modifier::ITALIC)), ["both"]);
}

#[test]
fn long_lines_are_broken_and_what_hangs_is_indented() {
    assert_eq!(shown("- a list item that is long", 12), ["• a list", "  item that", "  is long"]);
    assert_eq!(shown("abcdefghijkl", 5), ["abcde", "fghij", "kl"]);
    assert_eq!(shown("精工精工 時計", 5), ["精工", "精工", "時計"]);
    assert_eq!(shown("one  \ntwo\\\nthree", 20), ["one", "two", "three"]);
}

#[test]
fn control_characters_are_shown_not_sent() {
    let text = "a\u{1b}[31m b\u{7}\u{202e}c\n```\n\u{1b}]52;c;aGk=\u{7}\n```\n# \u{9b}2J";
    for line in shown(text, 60) {
        assert!(!line.chars().any(|c| c.is_control() || c == '\u{202e}'), "{line:?}");
    }
    let ascii = Theme { glyphs: Glyphs::Ascii, ..Theme::default() };
    let text = "- one\n> two\n---\n− three";
    let drawn: Vec<String> = lines(text, 10, &ascii).iter().map(ToString::to_string).collect();
    assert!(drawn.iter().all(|line| line.is_ascii()), "{drawn:?}");
}

#[test]
fn nothing_to_show() {
    assert!(shown("", 10).is_empty());
    assert!(shown("\n\n \n", 10).is_empty());
    assert_eq!(shown("x", 0), ["x"]);
}

#[test]
fn a_hostile_text_takes_no_more_than_its_length() {
    for piece in ["*", "_a", "`", "[", "[](", "![", "**a", "#", "> ", "- ", "```\n", "\\", "*a* ", "\u{301}"] {
        let text = piece.repeat(60_000 / piece.len());
        assert!(!lines(&text, 40, &Theme::default()).iter().any(|l| l.to_string().contains('\n')), "{piece:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_text_fits_the_width_and_sends_no_control_character(
        text in "([-*_`#>+0-9.()!\\[\\]\\\\ \n\ta-z精é\u{1b}\u{7}\u{202e}\u{301}👨‍👩‍👧]|\\*\\*|```|\n\n){0,120}",
        width in 8u16..60,
    ) {
        for line in lines(&text, width, &Theme::default()) {
            let line = line.to_string();
            prop_assert!(!line.chars().any(char::is_control), "{line:?}");
            prop_assert!(line.width() <= usize::from(width), "{} in {width}: {line:?}", line.width());
        }
    }
}
