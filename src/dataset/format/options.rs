//! What the command line may say about reading and writing.

use std::path::PathBuf;

use super::gliner_judge::GlinerIndices;

/// How a file is read. The default reads what gleaner writes.
#[derive(Clone, Debug, Default)]
pub struct ReadOptions {
    /// Plain text: a document a line, instead of a document a file.
    pub one_per_line: bool,
    /// CSV, TSV, Label Studio: the field that holds the text; `text` without it.
    pub text_column: Option<String>,
    /// CSV, TSV: the column that holds the id; `id` without it.
    pub id_column: Option<String>,
    /// CSV, TSV: the column that holds spans as JSON; `spans` without it.
    pub spans_column: Option<String>,
    /// CoNLL: 1-based column of the word; the first without it.
    pub word_column: Option<usize>,
    /// CoNLL: 1-based column of the tag; the last without it.
    pub tag_column: Option<usize>,
    /// HF: names of integer tags, in order.
    pub tag_names: Vec<String>,
    /// GLiNER: the file with the texts, a JSON string or an object with `text` a line. brat: the `.txt` of an `.ann`.
    pub texts: Option<PathBuf>,
    /// GLiNER: what the caller says its ends are (`--ends`); goes before any judgement.
    pub ends: Option<Ends>,
    /// GLiNER: what [`judge_gliner`](super::judge_gliner) found; [`open`](super::open) fills it.
    pub indices: Option<GlinerIndices>,
}

/// What the ends of GLiNER's word indices are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ends {
    /// The end is the last word: GLiNER's own.
    Inclusive,
    /// The end is the word after the last: spaCy's.
    Exclusive,
}

impl std::str::FromStr for Ends {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "inclusive" => Ok(Self::Inclusive),
            "exclusive" => Ok(Self::Exclusive),
            _ => Err(format!("'{word}' says nothing about ends; use inclusive or exclusive")),
        }
    }
}

/// What to do with a span that starts or ends inside a word, in formats made of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Misaligned {
    /// Widen it to whole words.
    #[default]
    Snap,
    /// Leave it out.
    Drop,
    /// Stop.
    Fail,
}

impl std::str::FromStr for Misaligned {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "snap" => Ok(Self::Snap),
            "drop" => Ok(Self::Drop),
            "fail" => Ok(Self::Fail),
            _ => Err(format!("'{word}' is not a way to treat misaligned spans; use snap, drop or fail")),
        }
    }
}

/// How a file is written.
#[derive(Clone, Debug, Default)]
pub struct WriteOptions {
    /// Spans that start or end inside a word.
    pub misaligned: Misaligned,
    /// Write the spans of this run instead of a response, in formats that hold one set of spans.
    pub run: Option<String>,
    /// GLiNER: count spans of more words than a model can learn (`max_width` of its configuration).
    pub max_width: Option<usize>,
    /// GLiNER: one JSON array instead of a record a line.
    pub array: bool,
}
