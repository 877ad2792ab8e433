//! Long documents into parts on the way in: paragraphs, sentences or lines.
//!
//! Parts keep the parent's id and where they start there; spans and predictions move with their part. A span that
//! crosses a border keeps the parts it touches together, and that is counted: nothing is cut.

use super::losses::{Loss, Losses, name_of};
use crate::dataset::{Record, Span};
use crate::text::{CharRange, OffsetMap, lines, paragraphs, sentences};

/// Where documents are divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// Nowhere.
    #[default]
    Document,
    /// At blank lines.
    Paragraph,
    /// After sentences.
    Sentence,
    /// At line breaks.
    Line,
}

impl std::str::FromStr for Split {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "document" => Ok(Self::Document),
            "paragraph" => Ok(Self::Paragraph),
            "sentence" => Ok(Self::Sentence),
            "line" => Ok(Self::Line),
            _ => Err(format!("'{word}' is not a way to split; use document, paragraph, sentence or line")),
        }
    }
}

/// The parts of a record; the record itself when it is one part already. A part's id is `PARENT:START`.
pub fn split(record: Record, at: Split) -> (Vec<Record>, Losses) {
    let mut losses = Losses::default();
    let parts = match at {
        Split::Document => return (vec![record], losses),
        Split::Paragraph => paragraphs(&record.text),
        Split::Sentence => sentences(&record.text),
        Split::Line => lines(&record.text),
    };
    let map = OffsetMap::new(&record.text);
    let all = |record: &Record| -> Vec<CharRange> {
        let responses = record.responses.iter().flat_map(|r| &r.spans);
        responses.chain(record.predictions.iter().flat_map(|(_, spans)| spans)).map(|s| s.range).collect()
    };
    let kept = kept_together(parts, all(&record), || name_of(&record), &mut losses);
    match kept[..] {
        [] => return (Vec::new(), losses),
        [only] if only.len() == map.chars() => return (vec![record], losses),
        _ => {}
    }
    (kept.into_iter().map(|range| part(&record, range, &map)).collect(), losses)
}

/// Parts and spans as one set of ranges that share no character: where a span touches several parts, they are one.
fn kept_together(
    parts: Vec<CharRange>,
    spans: Vec<CharRange>,
    name: impl Fn() -> String,
    losses: &mut Losses,
) -> Vec<CharRange> {
    let mut ranges: Vec<(CharRange, bool)> = parts.into_iter().map(|range| (range, true)).collect();
    ranges.extend(spans.into_iter().map(|range| (range, false)));
    ranges.sort_by_key(|(range, _)| (range.start, range.end));
    let mut kept: Vec<(CharRange, usize)> = Vec::new();
    for (range, is_part) in ranges {
        match kept.last_mut() {
            Some((last, parts)) if range.start < last.end => {
                last.end = last.end.max(range.end);
                *parts += usize::from(is_part);
            }
            _ => kept.push((range, usize::from(is_part))),
        }
    }
    for (_, parts) in &kept {
        losses.add_many(Loss::KeptTogether, parts.saturating_sub(1), &name);
    }
    kept.into_iter().map(|(range, _)| range).collect()
}

fn part(record: &Record, range: CharRange, map: &OffsetMap) -> Record {
    let moved = |spans: &[Span]| -> Vec<Span> {
        let inside = spans.iter().filter(|s| range.contains(s.range));
        inside
            .map(|s| Span {
                range: CharRange::new(s.range.start - range.start, s.range.end - range.start),
                ..s.clone()
            })
            .collect()
    };
    let mut part = Record {
        id: record.id.as_ref().map(|id| format!("{id}:{}", range.start)),
        text: map.slice(&record.text, range).to_owned(),
        metadata: record.metadata.clone(),
        provenance: record.provenance.clone(),
        ..Record::default()
    };
    // What is said of the whole is said of each part.
    let here = |span: &Span| moved(std::slice::from_ref(span)).pop();
    part.notes = record
        .notes
        .iter()
        .filter(|note| note.span.as_ref().is_none_or(|span| range.contains(span.range)))
        .map(|note| crate::dataset::RecordNote { span: note.span.as_ref().and_then(here), ..note.clone() })
        .collect();
    // A part of a part stays a part of the whole.
    part.provenance.parent = match (&record.provenance.parent, &record.id) {
        (Some((id, start)), _) => Some((id.clone(), start + range.start)),
        (None, Some(id)) => Some((id.clone(), range.start)),
        (None, None) => Some((record.provenance.source.clone(), range.start)),
    };
    part.responses = record
        .responses
        .iter()
        .map(|r| crate::dataset::RecordResponse { spans: moved(&r.spans), ..r.clone() })
        .collect();
    part.predictions = record.predictions.iter().map(|(run, spans)| (run.clone(), moved(spans))).collect();
    part
}
