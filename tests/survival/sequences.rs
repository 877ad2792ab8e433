//! What a program sends to a terminal, taken apart.

/// A control sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// `CSI`, `OSC`, or the character after Escape.
    pub kind: String,
    /// Between the beginning and the last character.
    pub parameters: String,
    /// What it does.
    pub last: char,
}

impl Sequence {
    /// Without its numbers, except those of private modes: `CSI H`, `CSI ?25l`.
    pub fn name(&self) -> String {
        let private = if self.parameters.starts_with('?') { self.parameters.as_str() } else { "" };
        format!("{} {private}{}", self.kind, self.last)
    }
}

/// The control sequences in what was sent, in order. A control character by itself counts as one.
pub fn of(sent: &[u8]) -> Vec<Sequence> {
    parts(sent).into_iter().filter_map(Result::err).collect()
}

/// What is left without them.
pub fn text_of(sent: &[u8]) -> String {
    parts(sent).into_iter().filter_map(Result::ok).collect()
}

fn parts(sent: &[u8]) -> Vec<Result<char, Sequence>> {
    let text = String::from_utf8(sent.to_vec()).expect("whole characters");
    let mut parts = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            let control = || Sequence { kind: "control".into(), parameters: String::new(), last: c };
            // The shell and the line print these after the program has left.
            parts.push(if c.is_control() && !matches!(c, '\r' | '\n') { Err(control()) } else { Ok(c) });
            continue;
        }
        let mut parameters = String::new();
        let (kind, last) = match chars.next().expect("a sequence cut off") {
            '[' => loop {
                let c = chars.next().expect("a sequence cut off");
                if ('@'..='~').contains(&c) {
                    break ("CSI".to_owned(), c);
                }
                parameters.push(c);
            },
            ']' => loop {
                let c = chars.next().expect("a sequence cut off");
                if c == '\u{7}' || parameters.ends_with('\u{1b}') {
                    break ("OSC".to_owned(), c);
                }
                parameters.push(c);
            },
            other => (other.to_string(), ' '),
        };
        parts.push(Err(Sequence { kind, parameters, last }));
    }
    parts
}
