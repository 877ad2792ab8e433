//! Printing: buffered, and never a control character of somebody's text.

use std::borrow::Cow;
use std::io::{self, BufWriter, IsTerminal, Write};

/// Standard output, buffered. Flush it at the end: errors of a late write must not be lost. Files and pipes get every
/// byte; a terminal gets controls as [`visible`] shows them.
pub(crate) fn stdout() -> BufWriter<Box<dyn Write>> {
    let out = io::stdout().lock();
    let out: Box<dyn Write> =
        if out.is_terminal() { Box::new(Visible { out, waiting: Vec::new() }) } else { Box::new(out) };
    BufWriter::with_capacity(1 << 16, out)
}

/// Text on its way to a terminal.
struct Visible<W> {
    out: W,
    /// The beginning of a character whose end comes with the next write.
    waiting: Vec<u8>,
}

impl<W: Write> Write for Visible<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.waiting.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.waiting) {
            Ok(text) => text.len(),
            Err(e) if e.error_len().is_none() => e.valid_up_to(),
            Err(_) => self.waiting.len(),
        };
        let text: Vec<u8> = self.waiting.drain(..whole).collect();
        self.out.write_all(visible(&String::from_utf8_lossy(&text)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// `text` as it may be sent to a terminal: line breaks and tabs stay, other controls are shown as pictures or numbers.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| matches!(c, '\n' | '\t') || !hidden(c);
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            _ if harmless(c) => shown.push(c),
            '\0'..='\x1f' => shown.push(char::from_u32(0x2400 + c as u32).unwrap_or('?')),
            '\x7f' => shown.push('\u{2421}'),
            _ => shown.push_str(&format!("<U+{:04X}>", c as u32)),
        }
    }
    Cow::Owned(shown)
}

/// Controls, and characters that turn the direction of what follows.
fn hidden(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// `1 document`, `2 documents`.
pub(crate) fn counted(n: u64, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Prints an error and its causes on standard error.
pub(crate) fn complain(error: &anyhow::Error) {
    note(&format!("error: {}", in_words(error)));
}

/// An error and its causes. Many errors print their cause themselves: it is not said twice.
pub(crate) fn in_words(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    let mut last = text.clone();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !last.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
        last = cause;
    }
    text
}

/// Prints a line on standard error; a closed standard error is nobody's problem.
pub(crate) fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(text));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_escape_and_characters_may_come_in_pieces() {
        let mut out = Visible { out: Vec::new(), waiting: Vec::new() };
        for byte in "a\x1b[2J\u{9b}😀\n".bytes() {
            out.write_all(&[byte]).unwrap();
        }
        assert_eq!(String::from_utf8(out.out).unwrap(), "a␛[2J<U+009B>😀\n");
    }

    #[test]
    fn escapes_are_shown_not_sent() {
        assert_eq!(visible("a\x1b[31mb\0\u{202e}c\u{9b}"), "a␛[31mb␀<U+202E>c<U+009B>");
        assert_eq!(visible("tab\tline\né"), "tab\tline\né");
    }
}
