//! Bytes from a terminal → keys, pastes, mouse.
//!
//! Incomplete sequences wait for the rest, so that one cut in two by a network is not taken for Escape and letters; who
//! reads decides when to stop waiting ([`Parser::give_up`]). What is not understood is skipped whole, never typed.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// Bytes of a paste at most; more is dropped, and the paste ends there.
const PASTE_BYTES: usize = 16 << 20;

/// Bytes of any other sequence at most.
const SEQUENCE_BYTES: usize = 4096;

/// "I am well" (see `flow.rs`).
const ANSWER: &[u8] = b"\x1b[0n";

const PASTE_BEGINS: &[u8] = b"\x1b[200~";
const PASTE_ENDS: &[u8] = b"\x1b[201~";

/// What bytes meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Input {
    Key(KeyEvent),
    Paste(String),
    Mouse(MouseEvent),
    /// The answer to "are you well?" (see `flow.rs`).
    Well,
    /// The terminal's background colour, as it answered.
    Background(u8, u8, u8),
}

/// Collects bytes and takes meanings out of them.
#[derive(Default)]
pub(super) struct Parser {
    bytes: Vec<u8>,
    /// Where the search for the end of a paste goes on.
    searched: usize,
    /// A way out of a paste whose end was lost.
    way_out: Option<WayOut>,
    /// Answers that came in the middle of a paste, as they may where the terminal sends it in pieces.
    answers: usize,
}

/// A key that a person pressed while a paste had not ended: it came by itself.
#[derive(Clone, Copy, PartialEq)]
enum WayOut {
    /// Escape, or the first byte of the end: what follows, or not, tells.
    Escape,
    /// Ctrl-C.
    Interrupt,
}

/// What bytes wait for that may never come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// The rest of a key, or nothing: Escape is a key by itself.
    Key,
    /// The rest of something that has certainly begun.
    Sequence,
    /// The rest of a paste.
    Paste,
}

/// A try at the front of the bytes.
enum Step {
    Found(Option<Input>, usize),
    Incomplete,
}

impl Parser {
    /// Takes in what was read at once.
    pub fn push(&mut self, bytes: &[u8]) {
        if !self.pastes() {
            self.bytes.extend_from_slice(bytes);
            return;
        }
        let mut rest = bytes;
        let from = self.bytes.len();
        while let Some(at) = rest.windows(ANSWER.len()).position(|w| w == ANSWER) {
            self.bytes.extend_from_slice(&rest[..at]);
            self.answers += 1;
            rest = &rest[at + ANSWER.len()..];
        }
        self.bytes.extend_from_slice(rest);
        self.way_out = match &self.bytes[from..] {
            [0x1b] => Some(WayOut::Escape),
            [0x03] => Some(WayOut::Interrupt),
            // Only an answer.
            [] => self.way_out,
            _ => None,
        };
    }

    /// The next thing that is complete.
    pub fn next(&mut self) -> Option<Input> {
        if self.answers > 0 {
            self.answers -= 1;
            return Some(Input::Well);
        }
        loop {
            if self.bytes.is_empty() {
                return None;
            }
            if self.way_out == Some(WayOut::Interrupt) {
                return Some(self.cut_paste());
            }
            let step = if self.pastes() { self.paste() } else { step(&self.bytes) };
            let Step::Found(input, used) = step else { return None };
            self.bytes.drain(..used.min(self.bytes.len()));
            if input.is_some() {
                return input;
            }
        }
    }

    /// What bytes wait for that may never come.
    pub fn waits(&self) -> Option<For> {
        match self.bytes.as_slice() {
            [] => None,
            _ if self.pastes() && self.way_out.is_none() => Some(For::Paste),
            // Letters of more than one byte, and `ESC [` and its like with more after it, are nothing else that a person types.
            [0x80..=0xff, ..] | [0x1b, b'[' | b'O' | b']' | b'P' | b'_' | b'^' | b'X', _, ..] if !self.pastes() => {
                Some(For::Sequence)
            }
            _ => Some(For::Key),
        }
    }

    fn pastes(&self) -> bool {
        self.bytes.starts_with(PASTE_BEGINS)
    }

    /// Nothing followed: takes the bytes for what they are by themselves.
    pub fn give_up(&mut self) -> Option<Input> {
        if self.pastes() {
            return Some(self.cut_paste());
        }
        let bytes = std::mem::take(&mut self.bytes);
        match bytes.as_slice() {
            [0x1b] => Some(key(KeyCode::Esc, KeyModifiers::NONE)),
            [0x1b, 0x1b] => Some(key(KeyCode::Esc, KeyModifiers::ALT)),
            [0x1b, c @ (b'[' | b'O' | b']' | b'P' | b'_' | b'^' | b'X')] => {
                Some(key(KeyCode::Char(char::from(*c)), KeyModifiers::ALT))
            }
            _ => None,
        }
    }

    /// The paste as far as it came.
    fn cut_paste(&mut self) -> Input {
        self.searched = 0;
        let bytes = std::mem::take(&mut self.bytes);
        let end = bytes.len() - usize::from(self.way_out.take().is_some());
        Input::Paste(String::from_utf8_lossy(&bytes[PASTE_BEGINS.len()..end]).into_owned())
    }

    fn paste(&mut self) -> Step {
        let from = self.searched.max(PASTE_BEGINS.len());
        let end = self.bytes[from..].windows(PASTE_ENDS.len()).position(|w| w == PASTE_ENDS).map(|at| from + at);
        match end {
            Some(end) => {
                self.searched = 0;
                let text = String::from_utf8_lossy(&self.bytes[PASTE_BEGINS.len()..end]).into_owned();
                Step::Found(Some(Input::Paste(text)), end + PASTE_ENDS.len())
            }
            None if self.bytes.len() > PASTE_BYTES => {
                let used = self.bytes.len();
                Step::Found(Some(self.cut_paste()), used)
            }
            None => {
                self.searched = self.bytes.len().saturating_sub(PASTE_ENDS.len());
                Step::Incomplete
            }
        }
    }
}

fn key(code: KeyCode, modifiers: KeyModifiers) -> Input {
    Input::Key(KeyEvent::new(code, modifiers))
}

fn step(bytes: &[u8]) -> Step {
    match bytes {
        [0x1b] => Step::Incomplete,
        [0x1b, b'[', ..] => csi(bytes),
        [0x1b, b'O', rest @ ..] => match rest.first() {
            None => Step::Incomplete,
            Some(&c) => Step::Found(cursor_key(c).map(|code| key(code, KeyModifiers::NONE)), 3),
        },
        [0x1b, b']' | b'P' | b'_' | b'^' | b'X', ..] => string(bytes),
        // Escape twice: the first stands alone, the second may begin something.
        [0x1b, 0x1b, ..] => Step::Found(Some(key(KeyCode::Esc, KeyModifiers::NONE)), 1),
        [0x1b, rest @ ..] => match step(rest) {
            Step::Found(Some(Input::Key(mut inner)), used) => {
                inner.modifiers |= KeyModifiers::ALT;
                Step::Found(Some(Input::Key(inner)), used + 1)
            }
            Step::Found(_, used) => Step::Found(None, used + 1),
            Step::Incomplete => Step::Incomplete,
        },
        [first, ..] if first.is_ascii() => Step::Found(Some(ascii(*first)), 1),
        _ => utf8(bytes),
    }
}

fn ascii(byte: u8) -> Input {
    let control = |c: u8| key(KeyCode::Char(char::from(c)), KeyModifiers::CONTROL);
    match byte {
        b'\r' => key(KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => key(KeyCode::Tab, KeyModifiers::NONE),
        // Which of the two Backspace sends differs by terminal; neither is used for anything else.
        0x08 | 0x7f => key(KeyCode::Backspace, KeyModifiers::NONE),
        0x00 => control(b' '),
        0x01..=0x1a => control(byte - 1 + b'a'),
        0x1c..=0x1f => control(byte + 0x40),
        _ => typed(char::from(byte)),
    }
}

fn typed(c: char) -> Input {
    key(KeyCode::Char(c), if c.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE })
}

fn utf8(bytes: &[u8]) -> Step {
    let length = match bytes[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Step::Found(None, 1),
    };
    let sequence = &bytes[..length.min(bytes.len())];
    match std::str::from_utf8(sequence) {
        Ok(text) => Step::Found(text.chars().next().filter(|c| !c.is_control()).map(typed), length),
        Err(error) if error.error_len().is_none() && bytes.len() < length => Step::Incomplete,
        Err(_) => Step::Found(None, 1),
    }
}

/// `ESC [` parameters final.
fn csi(bytes: &[u8]) -> Step {
    // The Linux console sends F1 to F5 as ESC [ [ A to E.
    if let [0x1b, b'[', b'[', rest @ ..] = bytes {
        return match rest.first() {
            None => Step::Incomplete,
            Some(c @ b'A'..=b'E') => Step::Found(Some(key(KeyCode::F(c - b'A' + 1), KeyModifiers::NONE)), 4),
            Some(_) => Step::Found(None, 4),
        };
    }
    let Some(end) = bytes[2..].iter().position(|b| !(0x20..=0x3f).contains(b)) else {
        return if bytes.len() > SEQUENCE_BYTES { Step::Found(None, bytes.len()) } else { Step::Incomplete };
    };
    let (last, used) = (bytes[2 + end], end + 3);
    if !(0x40..=0x7e).contains(&last) {
        // Something else began inside: drop what came before it.
        return Step::Found(None, used - 1);
    }
    let parameters = std::str::from_utf8(&bytes[2..2 + end]).unwrap_or_default();
    // The old mouse report has three bytes after it; we never ask for it.
    if last == b'M' && parameters.is_empty() {
        return if bytes.len() < used + 3 { Step::Incomplete } else { Step::Found(None, used + 3) };
    }
    Step::Found(csi_meaning(parameters, last), used)
}

fn csi_meaning(parameters: &str, last: u8) -> Option<Input> {
    if let Some(mouse) = parameters.strip_prefix('<') {
        return sgr_mouse(mouse, last);
    }
    if parameters == "0" && last == b'n' {
        return Some(Input::Well);
    }
    let mut numbers = parameters.split(';').map(|p| p.split(':').next().and_then(|n| n.parse::<u32>().ok()));
    let first = numbers.next().flatten().unwrap_or(1);
    let modifiers = modifiers(numbers.next().flatten().unwrap_or(1));
    let code = match last {
        b'Z' => return Some(key(KeyCode::BackTab, modifiers | KeyModifiers::SHIFT)),
        b'~' => match first {
            1 | 7 => KeyCode::Home,
            2 => KeyCode::Insert,
            3 => KeyCode::Delete,
            4 | 8 => KeyCode::End,
            5 => KeyCode::PageUp,
            6 => KeyCode::PageDown,
            11..=15 => KeyCode::F((first - 10) as u8),
            17..=21 => KeyCode::F((first - 11) as u8),
            23..=24 => KeyCode::F((first - 12) as u8),
            _ => return None,
        },
        b'u' => match first {
            9 if modifiers.contains(KeyModifiers::SHIFT) => KeyCode::BackTab,
            9 => KeyCode::Tab,
            13 => KeyCode::Enter,
            27 => KeyCode::Esc,
            127 => KeyCode::Backspace,
            code => KeyCode::Char(char::from_u32(code).filter(|c| !c.is_control())?),
        },
        // ESC [ row ; column R is the answer to a question we do not ask, but F3 with modifiers looks the same.
        b'P'..=b'S' | b'A'..=b'D' | b'F' | b'H' if first == 1 => cursor_key(last)?,
        _ => return None,
    };
    Some(key(code, modifiers))
}

/// The key that `ESC O x` and `ESC [ x` mean.
fn cursor_key(last: u8) -> Option<KeyCode> {
    Some(match last {
        b'A' => KeyCode::Up,
        b'B' => KeyCode::Down,
        b'C' => KeyCode::Right,
        b'D' => KeyCode::Left,
        b'H' => KeyCode::Home,
        b'F' => KeyCode::End,
        b'M' => KeyCode::Enter,
        b'P'..=b'S' => KeyCode::F(last - b'P' + 1),
        _ => return None,
    })
}

/// xterm's parameter: 1 + shift, alt, ctrl, super bits.
fn modifiers(parameter: u32) -> KeyModifiers {
    let bits = parameter.saturating_sub(1);
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in
        [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL), (8, KeyModifiers::SUPER)]
    {
        if bits & bit != 0 {
            modifiers |= modifier;
        }
    }
    modifiers
}

fn sgr_mouse(parameters: &str, last: u8) -> Option<Input> {
    let mut numbers = parameters.split(';').map(|n| n.parse::<u16>().ok());
    let (code, column, row) = (numbers.next()??, numbers.next()??, numbers.next()??);
    let button = match code & 3 {
        0 => MouseButton::Left,
        1 => MouseButton::Middle,
        _ => MouseButton::Right,
    };
    let kind = match (code & 0b1100_0000, code & 0b10_0000, last) {
        (0, 0, b'M') => MouseEventKind::Down(button),
        (0, 0, b'm') => MouseEventKind::Up(button),
        (0, _, _) if code & 3 == 3 => MouseEventKind::Moved,
        (0, _, _) => MouseEventKind::Drag(button),
        (64, _, _) => match code & 3 {
            0 => MouseEventKind::ScrollUp,
            1 => MouseEventKind::ScrollDown,
            2 => MouseEventKind::ScrollLeft,
            _ => MouseEventKind::ScrollRight,
        },
        _ => return None,
    };
    let bits = u32::from((code >> 2) & 7);
    let mut held = KeyModifiers::NONE;
    for (bit, modifier) in [(1, KeyModifiers::SHIFT), (2, KeyModifiers::ALT), (4, KeyModifiers::CONTROL)] {
        if bits & bit != 0 {
            held |= modifier;
        }
    }
    let event = MouseEvent { kind, column: column.saturating_sub(1), row: row.saturating_sub(1), modifiers: held };
    Some(Input::Mouse(event))
}

/// OSC, DCS and their like: up to BEL or `ESC \`. The only one understood is the answer to OSC 11.
fn string(bytes: &[u8]) -> Step {
    let body = &bytes[2..];
    let bell = body.iter().position(|&b| b == 0x07);
    let end = body.windows(2).position(|w| w == b"\x1b\\");
    let (length, used) = match (bell, end) {
        (Some(bell), end) if end.is_none_or(|end| bell < end) => (bell, bell + 3),
        (_, Some(end)) => (end, end + 4),
        _ if bytes.len() > SEQUENCE_BYTES => return Step::Found(None, bytes.len()),
        _ => return Step::Incomplete,
    };
    let answer = std::str::from_utf8(&body[..length]).ok().filter(|_| bytes[1] == b']').and_then(background);
    Step::Found(answer, used)
}

/// `11;rgb:hhhh/hhhh/hhhh`, of which the first two digits count.
fn background(answer: &str) -> Option<Input> {
    let mut parts = answer.strip_prefix("11;rgb:")?.split('/').map(|hex| u8::from_str_radix(hex.get(..2)?, 16).ok());
    Some(Input::Background(parts.next()??, parts.next()??, parts.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8]) -> Vec<Input> {
        let mut parser = Parser::default();
        parser.push(bytes);
        std::iter::from_fn(|| parser.next()).collect()
    }

    fn plain(code: KeyCode) -> Input {
        key(code, KeyModifiers::NONE)
    }

    #[test]
    fn keys_as_terminals_send_them() {
        assert_eq!(
            read(b"aA\r\t\x7f\x08"),
            [
                plain(KeyCode::Char('a')),
                key(KeyCode::Char('A'), KeyModifiers::SHIFT),
                plain(KeyCode::Enter),
                plain(KeyCode::Tab),
                plain(KeyCode::Backspace),
                plain(KeyCode::Backspace),
            ]
        );
        assert_eq!(read("é精😀".as_bytes()), ['é', '精', '😀'].map(|c| plain(KeyCode::Char(c))));
        assert_eq!(
            read(b"\x1b[A\x1bOB\x1b[1;5C\x1b[3~\x1b[Z\x1b[5~\x1b[15~\x1b[[A"),
            [
                plain(KeyCode::Up),
                plain(KeyCode::Down),
                key(KeyCode::Right, KeyModifiers::CONTROL),
                plain(KeyCode::Delete),
                key(KeyCode::BackTab, KeyModifiers::SHIFT),
                plain(KeyCode::PageUp),
                plain(KeyCode::F(5)),
                plain(KeyCode::F(1)),
            ]
        );
        assert_eq!(
            read(b"\x03\x1a\x1bx"),
            [
                key(KeyCode::Char('c'), KeyModifiers::CONTROL),
                key(KeyCode::Char('z'), KeyModifiers::CONTROL),
                key(KeyCode::Char('x'), KeyModifiers::ALT),
            ]
        );
    }

    #[test]
    fn a_sequence_cut_in_two_is_still_one_key() {
        let mut parser = Parser::default();
        parser.push(b"\x1b");
        assert_eq!(parser.next(), None);
        assert_eq!(parser.waits(), Some(For::Key));
        parser.push(b"[1;");
        assert_eq!((parser.next(), parser.waits()), (None, Some(For::Sequence)));
        parser.push(b"2D");
        assert_eq!(parser.next(), Some(key(KeyCode::Left, KeyModifiers::SHIFT)));
        assert_eq!(parser.waits(), None);
    }

    #[test]
    fn escape_is_escape_when_nothing_follows() {
        let mut parser = Parser::default();
        parser.push(b"\x1b");
        assert_eq!(parser.next(), None);
        assert_eq!(parser.give_up(), Some(plain(KeyCode::Esc)));
        assert_eq!(read(b"\x1b\x1b[B"), [plain(KeyCode::Esc), plain(KeyCode::Down)]);
    }

    #[test]
    fn a_paste_is_one_text_whatever_is_in_it() {
        let pasted = "line one\nESC: \u{1b}[A and 精工";
        let bytes = [PASTE_BEGINS, pasted.as_bytes(), PASTE_ENDS, b"q"].concat();
        assert_eq!(read(&bytes), [Input::Paste(pasted.into()), plain(KeyCode::Char('q'))]);
        let mut parser = Parser::default();
        for byte in &bytes {
            parser.push(&[*byte]);
            if let Some(input) = parser.next() {
                assert!(matches!(input, Input::Paste(_)) || input == plain(KeyCode::Char('q')));
            }
        }
        assert_eq!(parser.waits(), None);
    }

    #[test]
    fn a_paste_whose_end_is_lost_can_be_left() {
        let begun = || {
            let mut parser = Parser::default();
            parser.push(b"\x1b[200~lost");
            assert_eq!((parser.next(), parser.waits()), (None, Some(For::Paste)));
            parser
        };
        let lost = Some(Input::Paste("lost".into()));
        let mut parser = begun();
        parser.push(b"\x1b");
        assert_eq!((parser.next(), parser.waits()), (None, Some(For::Key)));
        assert_eq!(parser.give_up(), lost, "Escape");
        parser.push(b"q");
        assert_eq!(parser.next(), Some(plain(KeyCode::Char('q'))));
        let mut parser = begun();
        parser.push(b"\x1b[0n\x1b");
        assert_eq!((parser.next(), parser.waits()), (Some(Input::Well), Some(For::Key)));
        assert_eq!(parser.give_up(), lost, "Escape, with an answer before it");
        let mut parser = begun();
        parser.push(b"\x03");
        assert_eq!((parser.next(), parser.next(), parser.waits()), (lost.clone(), None, None), "ctrl-C");
        let mut parser = begun();
        assert_eq!(parser.give_up(), lost, "nothing more came");
        // The end itself, cut after its first byte.
        let mut parser = begun();
        parser.push(b"\x1b");
        parser.push(b"[201~q");
        assert_eq!((parser.next(), parser.next()), (lost, Some(plain(KeyCode::Char('q')))));
    }

    #[test]
    fn answers_and_reports_are_not_typed() {
        assert_eq!(read(b"\x1b[?1;2c\x1b[24;80R\x1bP>|term\x1b\\\x1b[I\x1b[Oq"), [plain(KeyCode::Char('q'))]);
        assert_eq!(
            read(b"\x1b]11;rgb:1e1e/2020/ffff\x07\x1b]11;rgb:00/00/00\x1b\\"),
            [Input::Background(0x1e, 0x20, 0xff), Input::Background(0, 0, 0)]
        );
        let wheel = MouseEvent { kind: MouseEventKind::ScrollDown, column: 9, row: 4, modifiers: KeyModifiers::NONE };
        assert_eq!(read(b"\x1b[<65;10;5M"), [Input::Mouse(wheel)]);
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_are_read_without_harm(pieces in prop::collection::vec(prop::collection::vec(
            prop_oneof![any::<u8>(), Just(0x1b), Just(b'['), Just(b'<'), Just(b';'), b'0'..=b'9'], 0..12), 0..20)) {
            let mut parser = Parser::default();
            let mut apart = Vec::new();
            for piece in &pieces {
                parser.push(piece);
                apart.extend(std::iter::from_fn(|| parser.next()));
            }
            prop_assert_eq!(apart, read(&pieces.concat()), "how bytes are cut changes nothing");
            parser.give_up();
            prop_assert_eq!(parser.waits(), None);
        }
    }
}
