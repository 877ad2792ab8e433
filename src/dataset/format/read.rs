//! Which reader a format has.

use serde_json::Value;

use super::bad_record::{BadRecord, Records};
use super::json_stream::JsonStream;
use super::lines::Input;
use super::options::ReadOptions;
use super::{Format, brat, conll, doccano, gliner, hf, jsonl, label_studio, plain, prodigy, spacy, table, tokens};
use crate::dataset::Record;

/// Reads records from `input`; `source` is the file's name, kept as each record's provenance.
///
/// GLiNER data and brat need more than a stream: see [`open`](super::open), or `ends`, `indices` and `texts` of the options.
pub fn read(format: Format, input: Input, source: &str, options: &ReadOptions) -> Records {
    let text_key = options.text_column.clone();
    match format {
        Format::Text if options.one_per_line => plain::read_lines(input, source),
        Format::Text => plain::read_whole(input, source),
        Format::Csv => table::read(input, b',', source, options),
        Format::Tsv => table::read(input, b'\t', source, options),
        Format::Conll => conll::read(input, source, options),
        Format::Hf => hf::read(input, source, options),
        Format::Gliner => gliner::read(input, source, options),
        Format::Brat => brat::read(input, options.texts.as_deref(), source),
        Format::Jsonl => values(input, source, jsonl::read_record),
        Format::Spacy => values(input, source, spacy::read_record),
        Format::Prodigy => values(input, source, prodigy::read_record),
        Format::Doccano => values(input, source, doccano::read_record),
        Format::Tokens => values(input, source, tokens::read_record),
        Format::LabelStudio => values(input, source, move |value, source, line| {
            label_studio::read_record(value, text_key.as_deref(), source, line)
        }),
    }
}

/// Records of a format with one JSON value each.
fn values(
    input: Input,
    source: &str,
    one: impl Fn(Value, &str, u64) -> Result<Record, String> + Send + 'static,
) -> Records {
    let source = source.to_owned();
    Box::new(JsonStream::new(input).map(move |value| {
        let (line, value) = value?;
        one(value, &source, line).map_err(|reason| BadRecord::new(line, reason))
    }))
}
