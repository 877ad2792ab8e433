//! GLiNER's training data: `tokenized_text` and `ner` [[first word, last word, label]], JSONL or one JSON array.
//!
//! In: what the numbers of `ner` mean is judged for the whole file first ([`judge_gliner`](super::judge_gliner)). The
//! text is the line of `--texts`, else `text`, else the words joined by one space; `ner_labels` (before 0.2.24 `label`)
//! are the labels that were looked for. Out: GLiNER's own words, ends inclusive, said so in `ner_ends`; `id`, `text` and
//! `ner_labels` beside them, which training ignores or wants. Every line is read back before it is written.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use super::bad_record::{BadRecord, Records, nothing_but};
use super::fields::{self, Object};
use super::gliner_judge::GlinerIndices;
use super::json_stream::JsonStream;
use super::lines::Input;
use super::losses::{Loss, Losses, shown};
use super::open::input_of;
use super::options::{Ends, ReadOptions, WriteOptions};
use super::word_spans::{self, WordSpan};
use super::write::{Annotated, WriteError};
use crate::dataset::{Record, RecordResponse, Span, Status};
use crate::text::{CharRange, OffsetMap};

/// A record as it stands in the file, with its text where that is known.
pub(super) struct Raw {
    pub(super) line: u64,
    pub(super) words: Vec<String>,
    /// Start, end, label: in whatever unit. `None` when the record has no `ner`.
    pub(super) ner: Option<Vec<(usize, usize, String)>>,
    /// From the file of texts or the record itself.
    pub(super) text: Option<String>,
    pub(super) rest: Object,
}

/// The records of a file beside the lines of its texts.
pub(super) struct RawRecords {
    records: JsonStream,
    texts: Option<JsonStream>,
}

impl RawRecords {
    pub(super) fn new(input: Input, texts: Option<&Path>) -> Result<Self, String> {
        let open = |path: &Path| {
            input_of(path).map(JsonStream::new).map_err(|e| format!("the texts {} cannot be read: {e}", path.display()))
        };
        Ok(Self { records: JsonStream::new(input), texts: texts.map(open).transpose()? })
    }
}

impl Iterator for RawRecords {
    type Item = Result<Raw, BadRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next();
        // One step each, bad or not: the files are tied by line.
        let text = self.texts.as_mut().map(JsonStream::next);
        let (line, value) = match (record?, &text) {
            (Ok((line, _)), Some(None)) => {
                return Some(Err(BadRecord::fatal(line, "the file of texts ends before this record")));
            }
            (Ok(numbered), _) => numbered,
            (Err(bad), _) => return Some(Err(bad)),
        };
        let text = match text.flatten() {
            Some(Ok((_, Value::String(text)))) => Some(text),
            Some(Ok((_, Value::Object(mut fields)))) => fields::take_text(&mut fields, "text").ok(),
            Some(Ok((number, other))) => {
                let reason = format!("its text (line {number} of the texts) is {}", fields::kind(&other));
                return Some(Err(BadRecord::new(line, reason)));
            }
            Some(Err(bad)) => return Some(Err(BadRecord::new(line, format!("its text: {bad}")))),
            None => None,
        };
        Some(raw(value, text, line).map_err(|reason| BadRecord::new(line, reason)))
    }
}

fn raw(value: Value, text: Option<String>, line: u64) -> Result<Raw, String> {
    let mut rest = fields::object(value)?;
    let words = fields::take_strings(&mut rest, "tokenized_text")?;
    let ner = fields::take_array(&mut rest, "ner")?
        .map(|ner| ner.iter().enumerate().map(|(number, span)| fields::triple(span, number)).collect::<Result<_, _>>())
        .transpose()?;
    let own = match rest.get("text") {
        Some(Value::String(_)) => Some(fields::take_text(&mut rest, "text")?),
        _ => None,
    };
    Ok(Raw { line, words, ner, text: text.or(own), rest })
}

/// Reads records whose indices are known.
pub(super) fn read(input: Input, source: &str, options: &ReadOptions) -> Records {
    let indices = match (options.ends, options.indices) {
        (Some(Ends::Inclusive), _) => GlinerIndices::WordsInclusive,
        (Some(Ends::Exclusive), _) => GlinerIndices::WordsExclusive,
        (None, Some(indices)) => indices,
        (None, None) => {
            return nothing_but(BadRecord::fatal(
                0,
                "what the numbers of \"ner\" count can only be judged from a whole file: save it and import the file, \
                 or say --ends inclusive",
            ));
        }
    };
    let raws = match RawRecords::new(input, options.texts.as_deref()) {
        Ok(raws) => raws,
        Err(reason) => return nothing_but(BadRecord::fatal(0, reason)),
    };
    let source = source.to_owned();
    Box::new(raws.map(move |raw| {
        let raw = raw?;
        let line = raw.line;
        record(raw, indices, &source).map_err(|reason| BadRecord::new(line, reason))
    }))
}

fn record(raw: Raw, indices: GlinerIndices, source: &str) -> Result<Record, String> {
    let Raw { line, words, ner, text, mut rest } = raw;
    let (text, ranges) = match text {
        Some(text) => {
            let ranges = word_spans::locate(&text, &words)
                .map_err(|reason| format!("the words do not fit the text: {reason}"))?;
            (text, ranges)
        }
        None => word_spans::join(&words),
    };
    let id = fields::take_id(&mut rest, "id")?;
    rest.shift_remove("ner_ends");
    let coverage = take_coverage(&mut rest);
    let mut record = fields::record(id, text, rest, source, line);
    if let Some(ner) = ner {
        let map = OffsetMap::new(&record.text);
        let spans = ner.into_iter().enumerate().map(|(number, triple)| span(triple, number, indices, &ranges, &map));
        record.responses.push(RecordResponse {
            status: Status::Submitted,
            spans: spans.collect::<Result<_, _>>()?,
            coverage,
            ..Default::default()
        });
    }
    Ok(record)
}

fn take_coverage(rest: &mut Object) -> Option<Vec<String>> {
    let key = ["ner_labels", "label"].into_iter().find(|key| rest.get(*key).and_then(fields::strings).is_some())?;
    fields::strings(&rest.shift_remove(key)?)
}

fn span(
    (start, end, label): (usize, usize, String),
    number: usize,
    indices: GlinerIndices,
    ranges: &[CharRange],
    map: &OffsetMap,
) -> Result<Span, String> {
    let what = format!("span {} ({label:?})", number + 1);
    match indices {
        GlinerIndices::WordsInclusive => {
            word_spans::characters(&WordSpan { first: start, last: end, label }, ranges, number)
        }
        GlinerIndices::WordsExclusive if end <= start => Err(format!("{what} is empty: {start}..{end}, end exclusive")),
        GlinerIndices::WordsExclusive => {
            word_spans::characters(&WordSpan { first: start, last: end - 1, label }, ranges, number)
        }
        GlinerIndices::Characters => {
            Ok(Span { range: fields::checked(CharRange::new(start, end), map, &what)?, label, score: None })
        }
    }
}

/// Words of a text that GLiNER's trainer reads, unless told otherwise (`max_len` of most published models).
pub(super) const MAX_LEN: usize = 384;

/// A document as one JSON object, with a line end in JSONL.
pub(super) fn write_record(
    out: &mut dyn Write,
    annotated: &Annotated<'_>,
    options: &WriteOptions,
    losses: &mut Losses,
) -> Result<(), WriteError> {
    let (text, name) = (&annotated.record.text, &annotated.name);
    let (words, spans) = annotated.word_spans(options, losses)?;
    let map = OffsetMap::new(text);
    if let Some(most) = options.max_width {
        for wide in spans.iter().filter(|s| s.last - s.first >= most) {
            let range = CharRange::new(words[wide.first].start, words[wide.last].end);
            losses.add(Loss::TooWide, || {
                format!("{name}: {} {}", wide.label.escape_debug(), shown(map.slice(text, range)))
            });
        }
    }
    losses.add_many(Loss::PastMaxLen, spans.iter().filter(|s| s.last >= MAX_LEN).count(), || name.clone());
    let mut line = Object::new();
    if let Some(id) = &annotated.record.id {
        line.insert("id".into(), json!(id));
    }
    line.insert("tokenized_text".into(), words.iter().map(|w| map.slice(text, *w)).collect());
    line.insert("ner".into(), spans.iter().map(|s| json!([s.first, s.last, s.label])).collect());
    line.insert("ner_ends".into(), json!("inclusive"));
    if let Some(coverage) = annotated.coverage {
        let mut labels = coverage.to_vec();
        for span in &spans {
            if !labels.contains(&span.label) {
                labels.push(span.label.clone());
            }
        }
        line.insert("ner_labels".into(), json!(labels));
    }
    line.insert("text".into(), json!(text));
    let line = Value::Object(line).to_string();
    read_back(&line, text, &words, &spans)
        .map_err(|reason| WriteError::SelfCheck { document: name.clone(), reason })?;
    out.write_all(line.as_bytes())?;
    if !options.array {
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// The line must mean, to a reader of GLiNER's data, the very spans it was made from.
fn read_back(line: &str, text: &str, words: &[CharRange], spans: &[WordSpan]) -> Result<(), String> {
    let value = serde_json::from_str(line).map_err(|e| e.to_string())?;
    let back = record(raw(value, None, 1)?, GlinerIndices::WordsInclusive, "")?;
    if back.text != text {
        return Err("the text differs".into());
    }
    let back = back.responses.first().map_or(&[][..], |r| &r.spans);
    let meant = spans.iter().map(|s| (CharRange::new(words[s.first].start, words[s.last].end), &s.label));
    if !back.iter().map(|s| (s.range, &s.label)).eq(meant) {
        return Err(format!("{} spans written, {} read back, or other ones", spans.len(), back.len()));
    }
    Ok(())
}
