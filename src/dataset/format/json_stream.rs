//! JSON values of a file one by one, with their lines: a value a line, or the elements of one top-level array.
//!
//! Which of the two it is, the first two characters say: `[{` and `[[` open an array of records, a `{` alone on its line
//! begins objects spread over lines, anything else is a value a line (`["text", …]` is one spaCy pair). An array is cut
//! into its elements here and never held whole.

use std::io::{Cursor, Read};

use serde_json::Value;

use super::bad_record::{BadRecord, not_json};
use super::lines::{BOM, Input, LONGEST, Lines};

/// A value and the line it starts on.
pub(super) type Numbered = (u64, Value);

/// The values of an input.
pub(super) enum JsonStream {
    /// A value a line.
    Lines(Lines),
    /// Elements of an array, or objects spread over lines.
    Array(Elements),
}

impl JsonStream {
    pub(super) fn new(mut input: Input) -> Self {
        let mut seen = Vec::new();
        let mut solid = Vec::new();
        let mut spread = false;
        // Enough to see past any indentation; an unreadable input shows its error to the reader below.
        while solid.len() < 2 && seen.len() < 65536 {
            let mut byte = [0];
            match input.read(&mut byte) {
                Ok(1) => seen.push(byte[0]),
                _ => break,
            }
            spread |= byte[0] == b'\n' && solid == b"{";
            let mark = seen.len() <= BOM.len() && BOM.starts_with(&seen);
            if !byte[0].is_ascii_whitespace() && !mark {
                solid.push(byte[0]);
            }
        }
        let array = matches!(solid[..], [b'[', b'{' | b'[' | b']']);
        let input: Input = Box::new(Cursor::new(seen).chain(input));
        if array || spread {
            let state = if array { State::Before } else { State::Inside };
            return Self::Array(Elements { input, line: 1, bare: !array, state });
        }
        Self::Lines(Lines::new(input))
    }
}

impl Iterator for JsonStream {
    type Item = Result<Numbered, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let lines = match self {
            Self::Array(elements) => return elements.next(),
            Self::Lines(lines) => lines,
        };
        loop {
            match lines.next()? {
                Ok((_, line)) if line.trim().is_empty() => {}
                Ok((number, line)) => return Some(parse(number, line.as_bytes())),
                Err(bad) => return Some(Err(bad)),
            }
        }
    }
}

/// One value, or why it is none.
fn parse(line: u64, bytes: &[u8]) -> Result<Numbered, BadRecord> {
    serde_json::from_slice(bytes).map(|value| (line, value)).map_err(|e| BadRecord::new(line, not_json(&e)))
}

/// Cuts a top-level array at its commas.
pub(super) struct Elements {
    input: Input,
    line: u64,
    /// Objects one after the other, without an array around them.
    bare: bool,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Before,
    Inside,
    After,
    Done,
}

/// What reading one element came to.
enum Cut {
    Element(u64, Vec<u8>),
    End,
    Broken(BadRecord),
}

impl Elements {
    fn byte(&mut self) -> Result<Option<u8>, BadRecord> {
        let byte = loop {
            match self.input.fill_buf() {
                Ok(buffer) => break buffer.first().copied(),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(BadRecord::fatal(self.line, format!("cannot read on: {error}"))),
            }
        };
        if let Some(byte) = byte {
            self.input.consume(1);
            if byte == b'\n' {
                self.line += 1;
            }
        }
        Ok(byte)
    }

    fn cut(&mut self) -> Result<Cut, BadRecord> {
        if self.state == State::Before {
            while self.byte()? != Some(b'[') {}
            self.state = State::Inside;
        }
        let (mut element, mut start) = (Vec::new(), self.line);
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        loop {
            let Some(byte) = self.byte()? else {
                if self.bare && element.is_empty() {
                    self.state = State::Done;
                    return Ok(Cut::End);
                }
                return Ok(Cut::Broken(BadRecord::fatal(
                    start,
                    "the JSON is not closed: the file is cut off, or a bracket or quote is missing after this line",
                )));
            };
            if element.is_empty() && (byte.is_ascii_whitespace() || byte == b',' || (self.bare && BOM.contains(&byte)))
            {
                start = self.line;
                continue;
            }
            if in_string {
                in_string = escaped || byte != b'"';
                escaped = !escaped && byte == b'\\';
            } else {
                match byte {
                    b'"' => in_string = true,
                    b'{' | b'[' => depth += 1,
                    b']' if depth == 0 && !self.bare => {
                        self.state = State::After;
                        return Ok(if element.is_empty() { Cut::End } else { Cut::Element(start, element) });
                    }
                    b',' if depth == 0 => return Ok(Cut::Element(start, element)),
                    b'}' | b']' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
            element.push(byte);
            if self.bare && depth == 0 && !in_string && byte == b'}' {
                return Ok(Cut::Element(start, element));
            }
            if element.len() as u64 > LONGEST {
                let reason = format!("a record of more than {} MiB: a bracket or quote is missing", LONGEST >> 20);
                return Ok(Cut::Broken(BadRecord::fatal(start, reason)));
            }
        }
    }

    /// Nothing but white space may follow the array.
    fn after(&mut self) -> Result<(), BadRecord> {
        self.state = State::Done;
        while let Some(byte) = self.byte()? {
            if !byte.is_ascii_whitespace() {
                return Err(BadRecord::fatal(
                    self.line,
                    "there is more after the end of the JSON array; it was not read",
                ));
            }
        }
        Ok(())
    }

    fn next(&mut self) -> Option<Result<Numbered, BadRecord>> {
        if self.state == State::Before || self.state == State::Inside {
            match self.cut() {
                Ok(Cut::Element(line, bytes)) => return Some(parse(line, &bytes)),
                Ok(Cut::End) => {}
                Ok(Cut::Broken(bad)) | Err(bad) => {
                    self.state = State::Done;
                    return Some(Err(bad));
                }
            }
        }
        if self.state == State::After {
            return self.after().err().map(Err);
        }
        None
    }
}
