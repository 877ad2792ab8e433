//! Kinds of terminals: each is sent only what it understands or skips whole.

use std::collections::BTreeSet;

use super::sequences::{self, Sequence};
use super::{Subject, label_the_first_word};

/// What every one of these terminals acts on: cursor, erasing, attributes, the question whether it is well.
const COMMON: &[&str] = &["CSI H", "CSI J", "CSI m", "CSI ?25h", "CSI ?25l", "CSI n"];
/// Modes that the others skip, as ECMA-48 asks of them: the parameter is private, and its sequence has an end.
const PRIVATE: &[&str] = &[
    "CSI ?1049h",
    "CSI ?1049l",
    "CSI ?2004h",
    "CSI ?2004l",
    "CSI ?2026h",
    "CSI ?2026l",
    "CSI ?1000l",
    "CSI ?1002l",
    "CSI ?1006l",
];

/// Colours as they are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Colours {
    None,
    Sixteen,
    Many,
    True,
}

/// A terminal, by what the environment says of it.
struct Kind {
    term: Option<&'static str>,
    more: &'static [(&'static str, &'static str)],
    colours: Colours,
    ascii: bool,
}

const fn kind(term: &'static str, colours: Colours) -> Kind {
    Kind { term: Some(term), more: &[], colours, ascii: false }
}

const KINDS: &[Kind] = &[
    kind("screen", Colours::Many),
    kind("xterm", Colours::Many),
    kind("xterm-256color", Colours::Many),
    kind("tmux-256color", Colours::Many),
    kind("linux", Colours::Sixteen),
    Kind { term: Some("dumb"), more: &[], colours: Colours::None, ascii: true },
    kind("vt100", Colours::None),
    kind("", Colours::Many),
    kind("no-such-terminal", Colours::Many),
    kind("\u{1b}[31m; rm -rf", Colours::Many),
    Kind { term: None, more: &[], colours: Colours::Many, ascii: false },
    Kind { more: &[("COLORTERM", "truecolor")], ..kind("xterm-256color", Colours::True) },
    Kind { more: &[("NO_COLOR", "1")], ..kind("xterm-256color", Colours::None) },
    Kind { more: &[("LC_ALL", "C"), ("LANG", "C")], ascii: true, ..kind("xterm-256color", Colours::Many) },
    Kind { more: &[("LANG", "C")], ascii: true, ..kind("linux", Colours::Sixteen) },
];

#[test]
fn each_kind_of_terminal_shows_the_text_and_spans_with_what_it_understands() {
    for kind in KINDS {
        let name = format!("{:?} {:?}", kind.term, kind.more);
        let subject = Subject::new();
        let mut start = match kind.term {
            Some(term) => subject.program().env("TERM", term),
            None => subject.in_shell("unset TERM; exec GLEANER"),
        };
        for (variable, value) in kind.more {
            start = start.env(variable, value);
        }
        let mut screen = start.spawn();
        label_the_first_word(&mut screen);
        super::wait_for_suggestions(&screen);
        screen.send("?");
        screen.wait_for("one row down");
        screen.send("qq");
        assert_eq!(screen.wait_exit(), 0, "{name}");
        screen.assert_given_back();
        assert_eq!(subject.saved(), ["Seiko"], "{name}");

        let sent = screen.raw();
        let sequences = sequences::of(&sent);
        let names: BTreeSet<String> = sequences.iter().map(Sequence::name).collect();
        let asked = sequences.iter().filter(|s| s.kind == "OSC").collect::<Vec<_>>();
        assert!(asked.iter().all(|s| s.parameters == "11;?\u{1b}"), "{name}: only the background is asked: {asked:?}");
        let answers = kind.term.is_some_and(|term| term.starts_with("xterm") || term.starts_with("tmux"));
        assert_eq!(
            asked.len(),
            usize::from(answers && kind.colours != Colours::None),
            "{name}: once, where it is told"
        );
        let known = |n: &&String| COMMON.contains(&n.as_str()) || PRIVATE.contains(&n.as_str()) || n.starts_with("OSC");
        let unknown: Vec<&String> = names.iter().filter(|n| !known(n)).collect();
        assert!(unknown.is_empty(), "{name}: {unknown:?}");
        let attributes: BTreeSet<String> =
            sequences.iter().filter(|s| s.last == 'm').map(|s| s.parameters.clone()).collect();
        // tmux knows dotted underlines and their colour, written with colons.
        let dotted = kind.term.is_some_and(|term| term.starts_with("tmux"));
        let with_colons = |p: &String| p.split(';').any(|part| part == "4:4" || part.starts_with("58:5:"));
        assert_eq!(attributes.iter().any(with_colons), dotted, "{name}: {attributes:?}");
        let colours = colours(&attributes);
        assert_eq!(colours, kind.colours, "{name}: {attributes:?}");
        let text = sequences::text_of(&sent);
        // The document's own letters are shown as they are: most terminals that say C read UTF-8 all the same.
        let ours: BTreeSet<char> = text.chars().filter(|c| !c.is_ascii() && !super::TEXT.contains(*c)).collect();
        assert_eq!(ours.is_empty(), kind.ascii, "{name}: {ours:?}");
    }
}

/// The richest colours in some attributes, all of which must be known.
fn colours(attributes: &BTreeSet<String>) -> Colours {
    let mut colours = Colours::None;
    for parameters in attributes {
        let plain = parameters.split(';').filter(|n| *n != "4:4" && !n.starts_with("58:5:"));
        let mut numbers = plain.map(|n| n.parse::<u16>().unwrap_or_else(|_| panic!("SGR {parameters}")));
        while let Some(number) = numbers.next() {
            let found = match number {
                0..=4 | 7 | 9 | 39 | 49 => continue,
                30..=37 | 40..=47 | 90..=97 | 100..=107 => Colours::Sixteen,
                38 | 48 => match numbers.next() {
                    Some(5) => {
                        assert!(numbers.next().is_some_and(|n| n < 256), "SGR {parameters}");
                        Colours::Many
                    }
                    Some(2) => {
                        assert!(numbers.by_ref().take(3).filter(|n| *n < 256).count() == 3, "SGR {parameters}");
                        Colours::True
                    }
                    other => panic!("SGR {parameters}: {other:?}"),
                },
                _ => panic!("SGR {parameters}: {number}"),
            };
            if found as u8 > colours as u8 {
                colours = found;
            }
        }
    }
    colours
}
