//! Records → bytes, one at a time, with what the format could not hold counted.
//!
//! Output is UTF-8 with LF and depends on nothing but the records and the options.

use std::io::{self, Write};

use super::losses::{Loss, Losses, name_of};
use super::options::WriteOptions;
use super::word_spans::WordSpan;
use super::{Format, conll, gliner, hf, jsonl, plain, spacy, table, word_spans};
use crate::dataset::{Record, Span, Status};
use crate::text::CharRange;

/// Why an export stopped.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The disk or the pipe.
    #[error("cannot write: {0}")]
    Io(#[from] io::Error),
    /// A format that is read only.
    #[error("{0} is read only; formats to write: jsonl, text, csv, tsv, conll, hf, spacy, gliner")]
    ReadOnly(Format),
    /// `--misaligned fail`.
    #[error("a span starts or ends inside a word ({0}); use --misaligned snap or drop, or change its edges")]
    Misaligned(String),
    /// What was written does not read back: nobody may train on it.
    #[error("self-check failed: {document} was written with other spans than it has ({reason}); please report this")]
    SelfCheck {
        /// The document.
        document: String,
        /// The difference.
        reason: String,
    },
}

/// Writes one file, record by record.
pub struct Writer<'w> {
    format: Format,
    out: &'w mut dyn Write,
    options: WriteOptions,
    losses: Losses,
    written: u64,
}

impl<'w> Writer<'w> {
    /// Begins a file.
    pub fn new(format: Format, out: &'w mut dyn Write, options: WriteOptions) -> Result<Self, WriteError> {
        if !format.can_write() {
            return Err(WriteError::ReadOnly(format));
        }
        match format {
            Format::Csv => table::write_header(out, b',')?,
            Format::Tsv => table::write_header(out, b'\t')?,
            Format::Gliner if options.array => out.write_all(b"[")?,
            _ => {}
        }
        Ok(Self { format, out, options, losses: Losses::default(), written: 0 })
    }

    /// Adds a record.
    pub fn write(&mut self, record: &Record) -> Result<(), WriteError> {
        let one_set = matches!(self.format, Format::Conll | Format::Hf | Format::Spacy | Format::Gliner);
        if !one_set {
            let as_run;
            let record = match &self.options.run {
                Some(run) if self.format != Format::Jsonl => {
                    as_run = with_run_as_response(record, run);
                    &as_run
                }
                _ => record,
            };
            match self.format {
                Format::Text => plain::write_record(self.out, record, &mut self.losses)?,
                Format::Csv => table::write_record(self.out, b',', record, &mut self.losses)?,
                Format::Tsv => table::write_record(self.out, b'\t', record, &mut self.losses)?,
                _ => jsonl::write_record(self.out, record)?,
            }
            self.written += 1;
            return Ok(());
        }
        let Some(annotated) = annotated(self.format, record, &self.options, &mut self.losses) else { return Ok(()) };
        let (out, losses) = (&mut *self.out, &mut self.losses);
        match self.format {
            Format::Conll => conll::write_record(out, &annotated, &self.options, losses)?,
            Format::Hf => hf::write_record(out, &annotated, &self.options, losses)?,
            Format::Spacy => spacy::write_record(out, &annotated, &self.options, losses)?,
            _ => {
                if self.options.array {
                    out.write_all(if self.written == 0 { b"\n" } else { b",\n" })?;
                }
                gliner::write_record(out, &annotated, &self.options, losses)?;
            }
        }
        self.written += 1;
        Ok(())
    }

    /// Number of records written so far.
    pub fn written(&self) -> u64 {
        self.written
    }

    /// Ends the file.
    pub fn finish(self) -> Result<Losses, WriteError> {
        if self.format == Format::Gliner && self.options.array {
            self.out.write_all(if self.written == 0 { b"]\n" } else { b"\n]\n" })?;
        }
        self.out.flush()?;
        Ok(self.losses)
    }
}

/// Writes all `records` as one file.
pub fn write(
    format: Format,
    out: &mut dyn Write,
    records: impl IntoIterator<Item = Record>,
    options: &WriteOptions,
) -> Result<Losses, WriteError> {
    let mut writer = Writer::new(format, out, options.clone())?;
    for record in records {
        writer.write(&record)?;
    }
    writer.finish()
}

/// A document with the one set of spans a format holds.
pub(super) struct Annotated<'r> {
    pub(super) record: &'r Record,
    pub(super) spans: &'r [Span],
    pub(super) coverage: Option<&'r [String]>,
    /// For messages.
    pub(super) name: String,
}

impl Annotated<'_> {
    /// The words of the text, and the spans on them.
    pub(super) fn word_spans(
        &self,
        options: &WriteOptions,
        losses: &mut Losses,
    ) -> Result<(Vec<CharRange>, Vec<WordSpan>), WriteError> {
        let text = &self.record.text;
        let words = word_spans::words_of(text);
        let spans = word_spans::to_words(text, &words, self.spans, options.misaligned, &self.name, losses)?;
        Ok((words, spans))
    }

    /// The same for formats with one label a word: of overlapping spans the longest.
    pub(super) fn flat_word_spans(
        &self,
        options: &WriteOptions,
        losses: &mut Losses,
    ) -> Result<(Vec<CharRange>, Vec<WordSpan>), WriteError> {
        let (words, spans) = self.word_spans(options, losses)?;
        let spans = word_spans::flat(spans, &self.record.text, &words, &self.name, losses);
        Ok((words, spans))
    }
}

/// The spans to write; `None` when the document would read as something it is not.
fn annotated<'r>(
    format: Format,
    record: &'r Record,
    options: &WriteOptions,
    losses: &mut Losses,
) -> Option<Annotated<'r>> {
    let name = name_of(record);
    let mut lost = |loss, count: usize| losses.add_many(loss, count, || name.clone());
    let (spans, coverage) = match &options.run {
        Some(run) => match record.predictions.iter().find(|(name, _)| name == run) {
            Some((_, spans)) => (&spans[..], None),
            None => {
                lost(Loss::NotAnnotated, 1);
                return None;
            }
        },
        None => {
            let Some(response) = record.responses.first() else {
                lost(Loss::NotAnnotated, 1);
                return None;
            };
            if response.status == Status::Discarded {
                lost(Loss::Discarded, 1);
                return None;
            }
            lost(Loss::Status, usize::from(response.status != Status::Submitted));
            lost(Loss::Annotator, usize::from(response.annotator.is_some()));
            lost(Loss::OtherResponses, record.responses.len() - 1);
            lost(Loss::Predictions, usize::from(!record.predictions.is_empty()));
            (&response.spans[..], response.coverage.as_deref())
        }
    };
    lost(Loss::Notes, record.notes.len());
    lost(Loss::Coverage, usize::from(coverage.is_some() && format != Format::Gliner));
    lost(Loss::Scores, spans.iter().filter(|s| s.score.is_some()).count());
    lost(Loss::Metadata, usize::from(!record.metadata.is_empty()));
    Some(Annotated { record, spans, coverage, name })
}

/// For tables and texts: the spans of a run in the place of the response.
fn with_run_as_response(record: &Record, run: &str) -> Record {
    let mut record = record.clone();
    let spans = record.predictions.iter().position(|(name, _)| name == run).map(|at| record.predictions.remove(at).1);
    record.predictions.clear();
    record.responses = spans
        .into_iter()
        .map(|spans| crate::dataset::RecordResponse { status: Status::Submitted, spans, ..Default::default() })
        .collect();
    record
}
