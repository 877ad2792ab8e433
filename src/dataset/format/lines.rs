//! Lines of a file with their numbers: LF or CRLF, a byte order mark skipped, UTF-8 checked line by line.
//!
//! One line is in memory at a time. A line that is not UTF-8 or longer than [`LONGEST`] is reported and skipped.

use std::io::{BufRead, Read};

use super::bad_record::BadRecord;

/// Input of every reader.
pub type Input = Box<dyn BufRead + Send>;

/// The longest record in bytes; a longer one is a broken file rather than a document.
pub(super) const LONGEST: u64 = 256 << 20;

/// The lines of an input, without their ends.
pub(super) struct Lines {
    input: Input,
    line: u64,
    done: bool,
}

impl Lines {
    pub(super) fn new(input: Input) -> Self {
        Self { input, line: 0, done: false }
    }

    /// The next line as bytes.
    fn next_bytes(&mut self) -> Option<Result<Vec<u8>, BadRecord>> {
        let mut bytes = Vec::new();
        self.line += 1;
        match (&mut self.input).take(LONGEST).read_until(b'\n', &mut bytes) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => {
                self.done = true;
                return Some(Err(BadRecord::fatal(self.line, format!("cannot read on: {error}"))));
            }
        }
        if bytes.last() == Some(&b'\n') {
            bytes.pop();
            if bytes.last() == Some(&b'\r') {
                bytes.pop();
            }
        } else if bytes.len() as u64 == LONGEST {
            return Some(Err(self.skip_line()));
        }
        if self.line == 1 && bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
        }
        Some(Ok(bytes))
    }

    /// Passes over the rest of a line that is too long.
    fn skip_line(&mut self) -> BadRecord {
        let reason = format!("the line is longer than {} MiB", LONGEST >> 20);
        loop {
            let step = match self.input.fill_buf() {
                Ok([]) => break,
                Ok(buffer) => match buffer.iter().position(|&b| b == b'\n') {
                    Some(at) => (at + 1, true),
                    None => (buffer.len(), false),
                },
                Err(error) => {
                    self.done = true;
                    return BadRecord::fatal(self.line, format!("{reason}; cannot read on: {error}"));
                }
            };
            self.input.consume(step.0);
            if step.1 {
                break;
            }
        }
        BadRecord::new(self.line, reason)
    }
}

impl Iterator for Lines {
    type Item = Result<(u64, String), BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        Some(self.next_bytes()?.and_then(|bytes| Ok((self.line, utf8(bytes, self.line)?))))
    }
}

/// The byte order mark some editors put first.
pub(super) const BOM: &[u8] = b"\xEF\xBB\xBF";

/// Text of `bytes`, or where it stops being UTF-8.
pub(super) fn utf8(bytes: Vec<u8>, line: u64) -> Result<String, BadRecord> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let byte = error.as_bytes().get(at).copied().unwrap_or_default();
        BadRecord::new(line, format!("not UTF-8: byte {byte:#04x} at byte {} of the line; convert the file", at + 1))
    })
}
