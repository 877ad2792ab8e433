//! What do the numbers of a GLiNER file count? Judged for the whole file, because single records often pass as either.
//!
//! GLiNER reads word indices with inclusive ends and drops what does not fit without a word; files with character offsets
//! or exclusive ends exist. Certain: an end past the last word is no inclusive word index; `start = end` exists with
//! inclusive ends only; character slices of the true texts that start and end on word borders are character offsets.
//! Exclusive word ends can be suspected, never proven: the caller must say so.

use std::fmt;
use std::path::Path;

use super::gliner::RawRecords;
use super::open::{OpenError, input_of};
use super::options::{Ends, ReadOptions};
use super::word_spans;
use crate::text::CharRange;

/// What `ner` counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GlinerIndices {
    /// First and last word: GLiNER's own.
    WordsInclusive,
    /// First word and the one after the last.
    WordsExclusive,
    /// First character and the one after the last, in the texts given or, when they fit, in the words joined by spaces.
    Characters,
}

/// How many spans speaking for an exclusive end it takes before a file is refused.
const ENOUGH: usize = 8;

/// What was seen in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlinerCounts {
    /// Records that can be read at all.
    pub records: usize,
    /// Spans in them.
    pub spans: usize,
    /// Spans whose end is the number of words or more: not inclusive word indices.
    pub past_last_word: usize,
    /// Spans whose end is more than the number of words: no word indices at all.
    pub past_any_word: usize,
    /// Spans whose end lies before their start.
    pub reversed: usize,
    /// Spans with start = end: inclusive ends.
    pub one_word: usize,
    /// Spans that, as character offsets of the text, start and end on word borders.
    pub on_borders: usize,
    /// Records whose text is known rather than joined from its words.
    pub with_text: usize,
    /// Records whose words are not the words of their text.
    pub foreign_text: usize,
    /// Records that say their ends are inclusive, as gleaner's exports do.
    pub marked: usize,
}

/// The judgement of a file: what to read it as, and why, or why it is refused and which option helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlinerVerdict {
    /// What the numbers count; `None` when nothing is certain enough to read the file.
    pub indices: Option<GlinerIndices>,
    /// The evidence in numbers.
    pub counts: GlinerCounts,
    /// The evidence in a sentence or two, for people.
    pub because: String,
}

impl GlinerVerdict {
    /// True when reading the file means changing its numbers.
    pub fn is_repair(&self) -> bool {
        matches!(self.indices, Some(GlinerIndices::WordsExclusive | GlinerIndices::Characters))
    }
}

impl fmt::Display for GlinerVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.because)
    }
}

/// Reads `path` once and judges it; `options` give the texts and what the caller says of the ends.
pub fn judge_gliner(path: &Path, options: &ReadOptions) -> Result<GlinerVerdict, OpenError> {
    let input = input_of(path).map_err(|source| OpenError::Io { path: path.to_owned(), source })?;
    let raws = RawRecords::new(input, options.texts.as_deref()).map_err(OpenError::Texts)?;
    let counts = count(raws);
    let (indices, because) = decide(&counts, options);
    Ok(GlinerVerdict { indices, counts, because })
}

fn count(raws: RawRecords) -> GlinerCounts {
    let mut counts = GlinerCounts::default();
    for raw in raws.flatten() {
        counts.records += 1;
        counts.marked += usize::from(raw.rest.get("ner_ends").is_some_and(|ends| ends == "inclusive"));
        counts.with_text += usize::from(raw.text.is_some());
        let ranges = match raw.text.as_deref().map(|text| word_spans::locate(text, &raw.words)) {
            Some(Ok(ranges)) => ranges,
            Some(Err(_)) => {
                counts.foreign_text += 1;
                Vec::new()
            }
            None => word_spans::join(&raw.words).1,
        };
        for (start, end, _) in raw.ner.unwrap_or_default() {
            counts.spans += 1;
            counts.past_last_word += usize::from(end >= raw.words.len());
            counts.past_any_word += usize::from(end > raw.words.len());
            counts.reversed += usize::from(end < start);
            counts.one_word += usize::from(end == start);
            counts.on_borders += usize::from(starts_and_ends(&ranges, start, end));
        }
    }
    counts
}

/// True when some word starts at `start` and some word, not before it, ends at `end`.
fn starts_and_ends(words: &[CharRange], start: usize, end: usize) -> bool {
    start < end
        && words.binary_search_by_key(&start, |w| w.start).is_ok()
        && words.binary_search_by_key(&end, |w| w.end).is_ok()
}

fn decide(seen: &GlinerCounts, options: &ReadOptions) -> (Option<GlinerIndices>, String) {
    let GlinerCounts { spans, past_last_word: past, .. } = *seen;
    if let Some(ends) = options.ends {
        let indices = match ends {
            Ends::Inclusive => GlinerIndices::WordsInclusive,
            Ends::Exclusive => GlinerIndices::WordsExclusive,
        };
        return (Some(indices), format!("read as word indices with {ends:?} ends, as told").to_lowercase());
    }
    let inclusive = |why: String| (Some(GlinerIndices::WordsInclusive), why);
    if spans == 0 {
        return inclusive("there are no spans".into());
    }
    if seen.foreign_text * 10 > seen.records {
        let which = if options.texts.is_some() { "the texts given" } else { "their own \"text\"" };
        return (
            None,
            format!(
                "the words of {} of {} records are not the words of {which}: give the file that has, line for line, \
                 the texts of these records with --texts FILE",
                seen.foreign_text, seen.records
            ),
        );
    }
    if past == 0 && seen.marked == seen.records {
        return inclusive("the file says that its ends are inclusive".into());
    }
    if past == 0 && (seen.one_word > 0 || spans < ENOUGH) {
        return inclusive(format!("all {spans} spans lie within their words, {} have start = end", seen.one_word));
    }
    let known = seen.with_text == seen.records;
    // True texts prove it. Joined words are a guess that must fit wholly, and only where words are ruled out.
    let proven = known && seen.on_borders * 10 >= spans * 9;
    let fits = past > 0 && seen.on_borders == spans;
    if proven || fits {
        let text = if known { "their texts" } else { "their words joined by spaces" };
        return (
            Some(GlinerIndices::Characters),
            format!(
                "\"ner\" holds character offsets where GLiNER reads word indices: {past} of {spans} ends lie past the \
                 last word, and as characters of {text} {} of {spans} spans start and end on word borders; repaired",
                seen.on_borders
            ),
        );
    }
    (None, refusal(seen, options))
}

fn refusal(seen: &GlinerCounts, options: &ReadOptions) -> String {
    let GlinerCounts { spans, past_last_word: past, .. } = *seen;
    if past == 0 {
        return format!(
            "\"ner\" may hold word indices with exclusive ends: none of {spans} spans has start = end, as every one-word \
             entity would with GLiNER's inclusive ends. That is a hint and no proof: say --ends exclusive or --ends \
             inclusive"
        );
    }
    let head = format!(
        "\"ner\" does not hold word indices with inclusive ends: {past} of {spans} ends lie past the last word"
    );
    if seen.past_any_word == 0 && seen.reversed == 0 && seen.one_word == 0 {
        return format!(
            "{head}, though never by more than one, and no span has start = end: that hints at exclusive ends, and proves \
             nothing. Say --ends exclusive, or give the texts with --texts FILE"
        );
    }
    if seen.one_word > 0 && past * 20 < spans {
        return format!(
            "{head}, while {} have start = end: a few broken spans in a file of inclusive ends, it seems. Say --ends \
             inclusive to read it and have the broken records reported",
            seen.one_word
        );
    }
    let texts = if options.texts.is_some() { "the texts given" } else { "the words joined by spaces" };
    format!(
        "{head}. As character offsets of {texts} {} of {spans} start and end on word borders, too few to be sure. \
         If they are character offsets, give the file with the texts of these records, line for line, with --texts FILE \
         (the lab keeps it beside this one, its name ending in _str.jsonl)",
        seen.on_borders
    )
}
