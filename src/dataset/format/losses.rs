//! What a format could not hold: counted by kind, with one example each, in a sentence for people.

use std::collections::BTreeMap;
use std::fmt;

use crate::dataset::Record;

/// A kind of loss; the order is the order they are told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Loss {
    /// Documents without a response, in formats where that would read as "no entities".
    NotAnnotated,
    /// Documents an annotator discarded.
    Discarded,
    /// Spans inside or across another one, in formats with one label a word.
    Nested,
    /// Spans widened to whole words.
    Snapped,
    /// Spans left out because they start or end inside a word.
    Misaligned,
    /// Spans that lost white space at their edges.
    Trimmed,
    /// Spans over nothing but white space.
    Wordless,
    /// Spans that became equal to another one.
    Duplicate,
    /// Spans of more words than a model can learn: written all the same.
    TooWide,
    /// Spans past the words that the official trainer reads of a text: written all the same.
    PastMaxLen,
    /// All spans, in a format of texts.
    Spans,
    /// Line breaks that became spaces.
    LineBreaks,
    /// Responses besides the first.
    OtherResponses,
    /// A status: what is written reads as finished.
    Status,
    /// Names of annotators.
    Annotator,
    /// Which labels were looked for.
    Coverage,
    /// Predictions of runs.
    Predictions,
    /// Notes and flags.
    Notes,
    /// Scores of spans.
    Scores,
    /// Ids.
    Ids,
    /// Documents with metadata.
    Metadata,
    /// On import: sentences or paragraphs kept together because a span crosses their border.
    KeptTogether,
}

impl Loss {
    /// What happened to `count` of them.
    fn sentence(self, count: usize) -> String {
        let n = |one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        match self {
            Loss::NotAnnotated => {
                format!("{} left out: not annotated, which this format cannot say", n("document", "documents"))
            }
            Loss::Discarded => format!("{} left out: discarded by the annotator", n("document", "documents")),
            Loss::Nested => {
                format!("{} dropped: the longest of overlapping spans is kept", n("nested span", "nested spans"))
            }
            Loss::Snapped => format!("{} widened to whole words", n("span", "spans")),
            Loss::Misaligned => format!("{} dropped: off word borders", n("span", "spans")),
            Loss::Trimmed => format!("{} lost white space at the edges", n("span", "spans")),
            Loss::Wordless => format!("{} dropped: nothing but white space", n("span", "spans")),
            Loss::Duplicate => format!("{} dropped: equal to another one in whole words", n("span", "spans")),
            Loss::TooWide => {
                format!("{} wider than the model's max_width: written, but never learned", n("span", "spans"))
            }
            Loss::PastMaxLen => format!(
                "{} past the first {} words of their text, where GLiNER's trainer stops reading: written, but not \
                 learned unless its max_len is raised or the project is imported with --split",
                n("span", "spans"),
                super::gliner::MAX_LEN
            ),
            Loss::Spans => format!("{} not written: this format holds texts only", n("span", "spans")),
            Loss::LineBreaks => format!("{} with line breaks: each became a space", n("document", "documents")),
            Loss::OtherResponses => {
                format!("{} not written: this format holds one a document", n("further response", "further responses"))
            }
            Loss::Status => {
                format!("{} written as if submitted", n("pending or draft response", "pending or draft responses"))
            }
            Loss::Annotator => format!("{} not written", n("annotator's name", "annotators' names")),
            Loss::Coverage => {
                format!("the labels that were looked for not written for {}", n("document", "documents"))
            }
            Loss::Predictions => format!("predictions not written for {}", n("document", "documents")),
            Loss::Notes => format!("{} not written", n("note", "notes")),
            Loss::Scores => format!("scores not written for {}", n("span", "spans")),
            Loss::Ids => format!("{} not written", n("id", "ids")),
            Loss::Metadata => format!("metadata not written for {}", n("document", "documents")),
            Loss::KeptTogether => format!("{} kept together: a span crosses the border", n("pair", "pairs")),
        }
    }
}

/// Losses of one export or import. Each line of the `Display` form is one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Losses(BTreeMap<Loss, (usize, String)>);

impl Losses {
    /// True when everything was held.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How often `loss` happened.
    pub fn count(&self, loss: Loss) -> usize {
        self.0.get(&loss).map_or(0, |(count, _)| *count)
    }

    /// Kinds, counts and examples, in order.
    pub fn iter(&self) -> impl Iterator<Item = (Loss, usize, &str)> {
        self.0.iter().map(|(&loss, (count, example))| (loss, *count, example.as_str()))
    }

    /// Counts one more; the first one's example is kept.
    pub(super) fn add(&mut self, loss: Loss, example: impl FnOnce() -> String) {
        self.add_many(loss, 1, example);
    }

    /// Counts `more`; nothing for 0.
    pub(super) fn add_many(&mut self, loss: Loss, more: usize, example: impl FnOnce() -> String) {
        if more > 0 {
            self.0.entry(loss).or_insert_with(|| (0, example())).0 += more;
        }
    }

    /// Adds the losses of another part of the same work.
    pub fn merge(&mut self, other: Losses) {
        for (loss, (count, example)) in other.0 {
            self.add_many(loss, count, || example);
        }
    }
}

impl fmt::Display for Losses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (loss, (count, example))) in self.0.iter().enumerate() {
            let end = if number == 0 { "" } else { "\n" };
            write!(f, "{end}{} (first: {example})", loss.sentence(*count))?;
        }
        Ok(())
    }
}

/// A name for a document in messages.
pub(super) fn name_of(record: &Record) -> String {
    match (&record.id, record.provenance.line) {
        (Some(id), _) => format!("document {}", shown(id)),
        (None, Some(line)) => format!("{}:{line}", record.provenance.source.escape_debug()),
        (None, None) => format!("document {}", shown(&record.text)),
    }
}

/// A stretch of text in quotes, short, with control characters escaped.
pub(super) fn shown(text: &str) -> String {
    let mut short: String = text.chars().take(40).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    format!("{short:?}")
}
