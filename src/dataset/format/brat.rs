//! brat standoff: a text in `NAME.txt`, its entities as `T` lines in `NAME.ann`. Read only.
//!
//! Offsets count code points, ends are exclusive. A discontinuous entity has no place among spans: it is reported, the
//! rest of the document is read. Events, relations, attributes, normalisations and notes are not read.

use std::io::{BufReader, Read};
use std::path::Path;

use super::bad_record::{BadRecord, Records, nothing_but};
use super::fields::{Object, checked, record};
use super::lines::{BOM, Input, Lines, utf8};
use super::losses::shown;
use crate::dataset::{RecordResponse, Span, Status};
use crate::text::{CharRange, OffsetMap};

/// Reads one document: bad entities first, then the record with the others.
pub(super) fn read(ann: Input, texts: Option<&Path>, source: &str) -> Records {
    let Some(path) = texts else {
        return nothing_but(BadRecord::fatal(0, "an .ann file needs its text: give the .txt file with --texts"));
    };
    let text = match read_text(path) {
        Ok(text) => text,
        Err(bad) => return nothing_but(bad),
    };
    let map = OffsetMap::new(&text);
    let mut out = Vec::new();
    let mut spans = Vec::new();
    for line in Lines::new(ann) {
        match line {
            Ok((number, line)) if line.starts_with('T') => match entity(&line, &text, &map) {
                Ok(span) => spans.push(span),
                Err(reason) => out.push(Err(BadRecord::new(number, reason))),
            },
            Ok(_) => {}
            Err(bad) => out.push(Err(bad)),
        }
    }
    let name = Path::new(source).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let mut record = record(name, text, Object::new(), source, 1);
    record.provenance.line = None;
    record.responses.push(RecordResponse { status: Status::Submitted, spans, ..Default::default() });
    out.push(Ok(record));
    Box::new(out.into_iter())
}

fn read_text(path: &Path) -> Result<String, BadRecord> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| BufReader::new(file).read_to_end(&mut bytes))
        .map_err(|error| BadRecord::fatal(0, format!("its text {} cannot be read: {error}", path.display())))?;
    if bytes.starts_with(BOM) {
        bytes.drain(..BOM.len());
    }
    utf8(bytes, 0).map_err(|bad| BadRecord::fatal(0, format!("its text {}: {}", path.display(), bad.reason)))
}

/// `T1<tab>Label 0 5<tab>Texts`.
fn entity(line: &str, text: &str, map: &OffsetMap) -> Result<Span, String> {
    let mut columns = line.split('\t');
    let id = columns.next().unwrap_or_default().escape_debug();
    let (place, said) = (columns.next(), columns.next());
    let place = place.ok_or_else(|| format!("{id} has one column; an entity has three, with tabs between"))?;
    if place.contains(';') {
        return Err(format!(
            "{id} is discontinuous ({}): gleaner's spans are one stretch each; it was left out",
            place.escape_debug()
        ));
    }
    let mut parts = place.split(' ');
    let label = parts.next().unwrap_or_default();
    let mut offset = |what: &str| {
        let part = parts.next().unwrap_or_default();
        part.parse::<usize>().map_err(|_| format!("the {what} of {id} is {part:?}; it must be a whole number"))
    };
    let range = CharRange::new(offset("start")?, offset("end")?);
    let range = checked(range, map, &format!("{id} ({label:?})"))?;
    let found = map.slice(text, range);
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    match said {
        Some(said) if !same(said, found) => Err(format!(
            "{id} says {} but at {}..{} the text has {}",
            shown(said),
            range.start,
            range.end,
            shown(found)
        )),
        _ => Ok(Span { range, label: label.to_owned(), score: None }),
    }
}
