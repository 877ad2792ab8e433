//! What a typed line asks for.

/// A line of the review, understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command<'l> {
    /// Say where we are again.
    Again,
    /// The suggestion is right.
    Accept,
    /// The suggestion is wrong.
    Reject,
    /// The suggestion comes back another time.
    Skip,
    /// The suggestion has other edges: these, or ask.
    Edges(&'l str),
    /// The suggestion has another label: this, or ask.
    Relabel(&'l str),
    /// A span that nobody suggested: `TEXT = LABEL`, or ask.
    Add(&'l str),
    /// Take away the span with this number.
    Remove(&'l str),
    /// Submit the document and go on.
    Submit,
    /// Leave the document out of the data and go on.
    Discard,
    /// Go on without submitting.
    Next,
    /// Open the document with this id.
    Open(&'l str),
    /// Show the whole document.
    Show,
    /// Take back the last edit.
    Undo,
    /// Say what can be typed.
    Help,
    /// End.
    Quit,
}

/// What can be typed, a line each: letter, word, meaning.
pub(super) const HELP: &[(&str, &str)] = &[
    ("y", "yes: accept the suggestion"),
    ("n", "no: reject the suggestion"),
    (
        "e",
        "edges: `e <2 >1` takes in 2 words more before and 1 more after, `e >-1` 1 less; or `e` and the text it should be",
    ),
    ("l", "label: `l 3` or `l price` accepts it with another label; `l` alone lists them"),
    ("s", "skip: decide another time"),
    ("a", "add a span: `a Omega = brand`; `a` alone asks"),
    ("x", "take a span away: `x 2`, by the number that t shows"),
    ("t", "text: the whole document with its spans"),
    ("d", "done: submit the document and go on"),
    (">", "next document, without submitting this one"),
    ("o", "open a document by its id: `o letter-17`"),
    ("u", "undo your last edit"),
    ("discard", "leave this document out of the data and go on"),
    ("q", "quit; everything is saved already (the end of the input does the same)"),
    ("?", "this list; an empty line says again where you are"),
];

/// Understands a line, or says what is wrong with it.
pub(super) fn parse(line: &str) -> Result<Command<'_>, String> {
    let line = line.trim();
    let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let rest = rest.trim();
    let alone = |command| if rest.is_empty() { Ok(command) } else { Err(format!("'{word}' takes nothing after it")) };
    match word {
        "" => Ok(Command::Again),
        "y" | "yes" => alone(Command::Accept),
        "n" | "no" => alone(Command::Reject),
        "s" | "skip" => alone(Command::Skip),
        "e" | "edges" | "edit" => Ok(Command::Edges(rest)),
        "l" | "label" => Ok(Command::Relabel(rest)),
        "a" | "add" => Ok(Command::Add(rest)),
        "x" | "remove" => Ok(Command::Remove(rest)),
        "d" | "done" => alone(Command::Submit),
        "discard" => alone(Command::Discard),
        ">" | "next" => alone(Command::Next),
        "o" | "open" => Ok(Command::Open(rest)),
        "t" | "text" => alone(Command::Show),
        "u" | "undo" => alone(Command::Undo),
        "?" | "h" | "help" => alone(Command::Help),
        "q" | "quit" => alone(Command::Quit),
        _ => Err(format!("'{word}' is nothing that can be typed here; ? lists what can")),
    }
}

/// By how many words the edges move outward: `<2 >-1`. `None` when this is not how the line is written.
pub(super) fn edges(line: &str) -> Option<(i32, i32)> {
    let (mut start, mut end) = (0, 0);
    for word in line.split_whitespace() {
        if let Some(n) = word.strip_prefix('<') {
            start += n.parse::<i32>().ok()?;
        } else {
            end += word.strip_prefix('>')?.parse::<i32>().ok()?;
        }
    }
    // More words than any line would name.
    let sensible = |n: i32| n.abs() <= 1000;
    (!line.trim().is_empty() && sensible(start) && sensible(end)).then_some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_or_a_word_with_what_follows() {
        assert_eq!(parse(" y "), Ok(Command::Accept));
        assert_eq!(parse("yes"), Ok(Command::Accept));
        assert_eq!(parse(""), Ok(Command::Again));
        assert_eq!(parse("l  watch model "), Ok(Command::Relabel("watch model")));
        assert_eq!(parse("a Omega = brand"), Ok(Command::Add("Omega = brand")));
        assert!(parse("y 3").unwrap_err().contains("takes nothing"));
        assert!(parse("yy").unwrap_err().contains("? lists"));
    }

    #[test]
    fn edges_are_counted_in_words() {
        assert_eq!(edges("<2 >1"), Some((2, 1)));
        assert_eq!(edges(">-1"), Some((0, -1)));
        assert_eq!(edges("<1 <1"), Some((2, 0)));
        for not in ["", "Omega", "<", "<x", "2", "<99999999999", "<2000"] {
            assert_eq!(edges(not), None, "{not:?}");
        }
    }
}
