//! JSON lines in, JSON lines out, in order, while reading.
//!
//! A thread reads ahead a little; what has arrived is answered together, so a slow producer gets each answer at once
//! and a fast one gets full batches. Memory is bounded by the read-ahead.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, sync_channel};

use anyhow::Context;
use serde_json::Value;

use super::super::{Outcome, open, out};
use super::{Asked, answer};
use crate::dataset::format::not_json;
use crate::suggest::Suggester;

/// Lines read ahead, and answered together at most.
const LINES: usize = 64;
/// Bytes of text answered together at most, beyond the first line.
const BYTES: usize = 256 * 1024;

/// A line of input.
struct Line {
    number: u64,
    bytes: std::io::Result<Vec<u8>>,
}

pub(super) fn run(input: &Path, suggester: &Suggester, asked: &Asked) -> anyhow::Result<Outcome> {
    let (source, name): (Box<dyn Read + Send>, String) = if input == Path::new("-") {
        (Box::new(std::io::stdin()), "stdin".to_owned())
    } else {
        let file = open::readable(input)?;
        anyhow::ensure!(!input.is_dir(), "{}: is a folder; --input reads one file", input.display());
        (Box::new(file), input.display().to_string())
    };
    let (sender, lines) = sync_channel(LINES);
    std::thread::spawn(move || {
        let mut reader = BufReader::with_capacity(1 << 16, source);
        for number in 1.. {
            let mut bytes = Vec::new();
            let read = reader.read_until(b'\n', &mut bytes);
            let last = !matches!(read, Ok(n) if n > 0);
            if matches!(read, Ok(0)) || sender.send(Line { number, bytes: read.map(|_| bytes) }).is_err() || last {
                return;
            }
        }
    });
    let mut stdout = out::stdout();
    let mut skipped = 0;
    while let Some(batch) = next_batch(&lines, &name, &mut skipped)? {
        let texts: Vec<&str> = batch.iter().map(|(_, text)| text.as_str()).collect();
        let spans = asked.spans(suggester, &texts)?;
        for ((id, text), spans) in batch.iter().zip(&spans) {
            serde_json::to_writer(&mut stdout, &answer(id.as_ref(), text, spans))?;
            writeln!(stdout)?;
        }
        stdout.flush()?;
    }
    if skipped > 0 {
        out::note(&format!("{skipped} lines left out, see above"));
        return Ok(Outcome::Partly);
    }
    Ok(Outcome::Done)
}

/// The next documents: waits for one, then takes what is there. `None` at the end of the input.
#[allow(clippy::type_complexity)]
fn next_batch(
    lines: &Receiver<Line>,
    name: &str,
    skipped: &mut u64,
) -> anyhow::Result<Option<Vec<(Option<Value>, String)>>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    loop {
        let line = if batch.is_empty() { lines.recv().ok() } else { lines.try_recv().ok() };
        let Some(line) = line else { return Ok((!batch.is_empty()).then_some(batch)) };
        match parse(&line.bytes.with_context(|| format!("{name}: cannot be read on"))?) {
            Ok(None) => {}
            Ok(Some(document)) => {
                bytes += document.1.len();
                batch.push(document);
            }
            Err(why) => {
                *skipped += 1;
                out::note(&format!("{name}:{}: {why}; left out", line.number));
            }
        }
        if batch.len() >= LINES || bytes >= BYTES {
            return Ok(Some(batch));
        }
    }
}

/// The id and text of a line; `None` for an empty one.
fn parse(bytes: &[u8]) -> Result<Option<(Option<Value>, String)>, String> {
    let line = std::str::from_utf8(bytes).map_err(|e| format!("not valid UTF-8 (byte {})", e.valid_up_to() + 1))?;
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() {
        return Ok(None);
    }
    let Value::Object(mut object) = serde_json::from_str(line).map_err(|e| not_json(&e))? else {
        return Err("not a JSON object with `text`".to_owned());
    };
    match object.remove("text") {
        Some(Value::String(text)) => Ok(Some((object.remove("id"), text))),
        Some(_) => Err("`text` is not a string".to_owned()),
        None => Err("no `text`".to_owned()),
    }
}
