//! Plain text: a document a file, verbatim, or a document a line. Spans, ids and metadata are lost on the way out.

use std::io::{self, Read, Write};

use super::bad_record::{BadRecord, Records};
use super::fields::{Object, record};
use super::lines::{BOM, Input, LONGEST, Lines, utf8};
use super::losses::{Loss, Losses, name_of};
use crate::dataset::Record;

/// A document a line; lines of white space are passed over.
pub(super) fn read_lines(input: Input, source: &str) -> Records {
    let source = source.to_owned();
    Box::new(Lines::new(input).filter_map(move |line| match line {
        Ok((_, text)) if text.trim().is_empty() => None,
        Ok((line, text)) => Some(Ok(record(None, text, Object::new(), &source, line))),
        Err(bad) => Some(Err(bad)),
    }))
}

/// The whole input as one document; none when it is empty.
pub(super) fn read_whole(mut input: Input, source: &str) -> Records {
    let source = source.to_owned();
    // Read on the first call, like every other reader.
    let mut once = move || -> Option<Result<Record, BadRecord>> {
        let mut bytes = Vec::new();
        if let Err(error) = (&mut input).take(LONGEST + 1).read_to_end(&mut bytes) {
            return Some(Err(BadRecord::fatal(0, format!("cannot read: {error}"))));
        }
        if bytes.len() as u64 > LONGEST {
            let reason = format!("more than {} MiB for one document; use one document a line", LONGEST >> 20);
            return Some(Err(BadRecord::fatal(0, reason)));
        }
        if bytes.starts_with(BOM) {
            bytes.drain(..BOM.len());
        }
        if bytes.is_empty() {
            return None;
        }
        let whole =
            utf8(bytes, 1).map_err(|bad| BadRecord { reason: bad.reason.replace("the line", "the file"), ..bad });
        Some(whole.map(|text| {
            let mut record = record(None, text, Object::new(), &source, 1);
            record.provenance.line = None;
            record
        }))
    };
    let mut done = false;
    Box::new(std::iter::from_fn(move || {
        if std::mem::replace(&mut done, true) {
            return None;
        }
        once()
    }))
}

/// The text on one line.
pub(super) fn write_record(out: &mut dyn Write, record: &Record, losses: &mut Losses) -> io::Result<()> {
    let breaks = |c| matches!(c, '\n' | '\r');
    if record.text.contains(breaks) {
        losses.add(Loss::LineBreaks, || name_of(record));
    }
    let spans: usize = record.responses.first().map_or(0, |r| r.spans.len());
    losses.add_many(Loss::Spans, spans, || name_of(record));
    losses.add_many(Loss::Ids, usize::from(record.id.is_some()), || name_of(record));
    losses.add_many(Loss::Metadata, usize::from(!record.metadata.is_empty()), || name_of(record));
    losses.add_many(Loss::Notes, record.notes.len(), || name_of(record));
    losses.add_many(Loss::Predictions, usize::from(!record.predictions.is_empty()), || name_of(record));
    let line = record.text.replace("\r\n", " ").replace(breaks, " ");
    writeln!(out, "{line}")
}
