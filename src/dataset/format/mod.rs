//! File formats: one file each; what goes in, what comes out, what is lost.
//!
//! [`open`] turns a file into records, [`read`] any input of a known format, [`Writer`] and [`write()`] records into a
//! file. All stream: one record is in memory at a time. A record that cannot be used is a [`BadRecord`] with its line,
//! and reading goes on. Offsets in other units become code points here; what a format cannot hold is counted in
//! [`Losses`].
//!
//! | format | reads | writes | holds | lost or changed on the way out |
//! |---|---|---|---|---|
//! | `jsonl` | yes | yes | everything | nothing |
//! | `csv`, `tsv` | yes | yes | id, text, one response with status, annotator, coverage, nested spans and scores; metadata | further responses, predictions, the parent of a part |
//! | `text` | yes | yes | texts | spans, ids, metadata; line breaks become spaces |
//! | `conll` | yes | yes | id, text, flat spans on words | status, annotator, coverage, scores, predictions, metadata, nested spans; edges inside words |
//! | `hf` | yes | yes | id, text, flat spans on words | the same |
//! | `spacy` | yes | yes | id, text, flat spans on words | the same |
//! | `gliner` | yes | yes | id, text, spans on words (nested too), coverage | status, annotator, scores, predictions, metadata; edges inside words |
//! | `prodigy` | yes | | id, text, spans, answer, annotator, metadata | on the way in: `tokens` |
//! | `doccano` | yes | | id, text, spans, metadata | an empty list says nothing: no response |
//! | `labelstudio` | yes | | id, text, every annotation, draft and prediction, metadata | fields of the task beside `data` |
//! | `brat` | yes | | file name, text, entities of one stretch | discontinuous entities (reported), relations, events, attributes, notes |
//! | `tokens` | yes | | id, words, nested spans on words, metadata | |
//!
//! Documents without a response, and discarded ones, are left out of `conll`, `hf`, `spacy` and `gliner`: there they would
//! read as documents without entities. Words are GLiNER's everywhere. Of overlapping spans flat formats keep the longest,
//! of equally long ones the first. `gliner` exports are read back line by line before they are written.

mod bad_record;
mod bio;
mod brat;
mod conll;
mod detect;
mod doccano;
mod fields;
mod gliner;
mod gliner_judge;
mod hf;
mod json_stream;
mod jsonl;
mod label_studio;
mod lines;
mod losses;
mod objects;
mod open;
mod options;
mod plain;
mod prodigy;
mod read;
mod spacy;
mod split;
mod table;
mod tokens;
mod word_spans;
mod write;

pub use bad_record::{BadRecord, ReadResult, Records, not_json};
pub use detect::detect;
pub use gliner_judge::{GlinerCounts, GlinerIndices, GlinerVerdict, judge_gliner};
pub use lines::Input;
pub use losses::{Loss, Losses};
pub use objects::{has_tags, json_values, record_of, tag_names, text_lines};
pub use open::{OpenError, Opened, counted_input_of, input_of, open};
pub use options::{Ends, Misaligned, ReadOptions, WriteOptions};
pub use read::read;
pub use split::{Split, split};
pub use write::{WriteError, Writer, write};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// gleaner's own JSON lines.
    Jsonl,
    /// Plain text.
    Text,
    /// Comma-separated values with a header.
    Csv,
    /// Tab-separated values with a header.
    Tsv,
    /// CoNLL: a word and a tag a line.
    Conll,
    /// Hugging Face `tokens` and `ner_tags`.
    Hf,
    /// spaCy's JSONL.
    Spacy,
    /// GLiNER's training data.
    Gliner,
    /// Prodigy's JSONL.
    Prodigy,
    /// doccano's JSONL.
    Doccano,
    /// Label Studio's JSON.
    LabelStudio,
    /// brat standoff.
    Brat,
    /// `tokens` and `spans` of word indices.
    Tokens,
}

impl Format {
    /// All, in the order they are listed.
    pub const ALL: [Format; 13] = [
        Format::Jsonl,
        Format::Text,
        Format::Csv,
        Format::Tsv,
        Format::Conll,
        Format::Hf,
        Format::Spacy,
        Format::Gliner,
        Format::Prodigy,
        Format::Doccano,
        Format::LabelStudio,
        Format::Brat,
        Format::Tokens,
    ];

    /// The word used on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Text => "text",
            Format::Csv => "csv",
            Format::Tsv => "tsv",
            Format::Conll => "conll",
            Format::Hf => "hf",
            Format::Spacy => "spacy",
            Format::Gliner => "gliner",
            Format::Prodigy => "prodigy",
            Format::Doccano => "doccano",
            Format::LabelStudio => "labelstudio",
            Format::Brat => "brat",
            Format::Tokens => "tokens",
        }
    }

    /// True for formats that can be imported: all of them.
    pub const fn can_read(self) -> bool {
        true
    }

    /// True for formats that can be exported.
    pub const fn can_write(self) -> bool {
        !matches!(self, Format::Prodigy | Format::Doccano | Format::LabelStudio | Format::Brat | Format::Tokens)
    }

    /// All names with bars between them, for messages.
    fn names() -> String {
        Format::ALL.map(Format::as_str).join("|")
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        let folded = word.to_lowercase().replace(['-', '_'], "");
        Format::ALL
            .into_iter()
            .find(|f| f.as_str() == folded)
            .ok_or_else(|| format!("'{word}' is not a format; use one of {}", Format::names()))
    }
}
