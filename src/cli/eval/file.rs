//! A file of spans as it is counted: one entry a document, labels by number.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::thread::{Builder, Scope, ScopedJoinHandle};

use super::super::open;
use super::super::out::{counted, note};
use super::span_lists;
use crate::dataset::format::{self, Format, GlinerVerdict, ReadOptions, Records};
use crate::dataset::{Record, RecordResponse, Span, Status};
use crate::evaluate::{Ends, LabelIndex, Mark};

/// What `--format` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum GivenFormat {
    /// By name and content.
    Auto,
    /// nervaluate's own input.
    Nervaluate,
    /// Any format that can be imported.
    Of(Format),
}

impl FromStr for GivenFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        match word {
            "auto" => Ok(Self::Auto),
            "nervaluate" => Ok(Self::Nervaluate),
            _ => word.parse().map(Self::Of).map_err(|why: String| format!("{why}, nervaluate or auto")),
        }
    }
}

/// How files are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Their format.
    pub(super) format: GivenFormat,
    /// What is said about their ends.
    pub(super) ends: Option<format::Ends>,
}

/// Which spans of a record are meant.
#[derive(Clone, Copy, Debug)]
pub(super) enum Whose<'a> {
    /// A submitted answer: of this annotator, or the only one.
    Answer(Option<&'a str>),
    /// The predictions of this run, in a file that holds answers too.
    Run(&'a str),
    /// The answer, or the predictions if there are no answers: a file that is nothing but predictions.
    Whatever,
}

/// What one document of a file says.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Its id.
    pub(super) id: Option<String>,
    /// The line it starts on; 0: not known.
    pub(super) line: u64,
    /// Its text, where the format has one.
    pub(super) text: Option<String>,
    /// The spans that are meant; `None`: the document says nothing.
    pub(super) spans: Option<Vec<Mark>>,
    /// Numbers of the labels that were looked for; `None`: all.
    pub(super) coverage: Option<Vec<u32>>,
}

/// A file that was read.
#[derive(Debug)]
pub(super) struct SpanFile {
    /// How messages name it.
    pub(super) name: String,
    /// Its documents.
    pub(super) documents: Vec<Entry>,
    /// How its ends are meant; `None`: nobody says (nervaluate's own input).
    pub(super) ends: Option<Ends>,
    /// Whether its format leaves open what ends are.
    pub(super) hears_ends: bool,
}

/// How messages name a file.
pub(super) fn shown(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

/// Reads a whole file, `ahead` if somebody has begun with it.
///
/// # Errors
/// When any of it cannot be read or understood: a score of a part would look like a score of the whole.
pub(super) fn read(
    file: &Path,
    reading: Reading,
    whose: Whose<'_>,
    labels: &mut LabelIndex,
    ahead: Option<Ahead<'_>>,
) -> anyhow::Result<SpanFile> {
    let name = shown(file);
    match open_as(file, &name, reading)? {
        Content::Nervaluate(input) => {
            let entry = |spans| Entry { spans: Some(spans), ..Entry::default() };
            let mut documents = Vec::new();
            if let Some(read) = ahead.and_then(|ahead| ahead.finish(labels)) {
                documents.extend(read.into_iter().map(entry));
            } else {
                let read = span_lists::read(input, labels, |spans| documents.push(entry(spans)));
                read.map_err(|why| anyhow::anyhow!("{name}: {why}; nothing was counted"))?;
            }
            let ends = reading.ends.map(|ends| match ends {
                format::Ends::Inclusive => Ends::Inclusive,
                format::Ends::Exclusive => Ends::Exclusive,
            });
            Ok(SpanFile { name, documents, ends, hears_ends: true })
        }
        Content::Records(records, format) => {
            let documents = read_records(&name, records, whose, labels)?;
            Ok(SpanFile { name, documents, ends: Some(Ends::Exclusive), hears_ends: format == Format::Gliner })
        }
    }
}

/// A file of span lists that is read by a thread of its own, while another one is read.
pub(super) struct Ahead<'scope>(ScopedJoinHandle<'scope, Option<(LabelIndex, Vec<Vec<Mark>>)>>);

impl<'scope> Ahead<'scope> {
    /// Begins with a file, if it is one of span lists. What is wrong with it is found and said by who reads it in turn.
    pub(super) fn begin(scope: &'scope Scope<'scope, '_>, file: &str, reading: Reading) -> Option<Self> {
        let path = PathBuf::from(file);
        if !path.is_file() || !matches!(reading.format, GivenFormat::Auto | GivenFormat::Nervaluate) {
            return None;
        }
        let read = move || {
            let input = span_lists_of(&path, reading.format).ok()??;
            let (mut labels, mut documents) = (LabelIndex::default(), Vec::new());
            span_lists::read(input, &mut labels, |spans| documents.push(spans)).ok()?;
            Some((labels, documents))
        };
        Builder::new().spawn_scoped(scope, read).ok().map(Self)
    }

    /// What was read, with the numbers that labels have here; new ones follow in the order of the file.
    fn finish(self, labels: &mut LabelIndex) -> Option<Vec<Vec<Mark>>> {
        let (theirs, mut documents) = self.0.join().ok().flatten()?;
        let numbers: Vec<u32> = theirs.names().iter().map(|name| labels.number(name)).collect();
        for mark in documents.iter_mut().flatten() {
            mark.label = numbers[mark.label as usize];
        }
        Some(documents)
    }
}

enum Content {
    Nervaluate(Box<dyn BufRead>),
    Records(Records, Format),
}

fn open_as(file: &Path, name: &str, reading: Reading) -> anyhow::Result<Content> {
    let options = ReadOptions { ends: reading.ends, ..ReadOptions::default() };
    let format = match reading.format {
        GivenFormat::Of(format) => Some(format),
        GivenFormat::Auto | GivenFormat::Nervaluate => None,
    };
    if file == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        if is_nervaluate(reading.format, &bytes) {
            return Ok(Content::Nervaluate(Box::new(Cursor::new(bytes))));
        }
        let start = &bytes[..bytes.len().min(1 << 16)];
        let format = format.or_else(|| format::detect(file, start)).unwrap_or(Format::Jsonl);
        anyhow::ensure!(
            format != Format::Gliner || reading.ends.is_some(),
            "GLiNER JSON from standard input cannot be judged as a whole; give a file, or --ends"
        );
        let records = format::read(format, Box::new(Cursor::new(bytes)), name, &options);
        return Ok(Content::Records(records, format));
    }
    open::readable(file)?;
    if file.is_dir() {
        let has_ann = std::fs::read_dir(file)?.flatten().any(|f| f.path().extension().is_some_and(|e| e == "ann"));
        anyhow::ensure!(has_ann, "{name}: is a folder, with no project and no .ann files (brat) in it");
    } else if let Some(input) = span_lists_of(file, reading.format)? {
        return Ok(Content::Nervaluate(input));
    }
    let opened = format::open(file, format, &options)?;
    anyhow::ensure!(opened.format != Format::Text, "{name}: is a plain text: there are no spans in it to count");
    if let Some(verdict) = opened.verdict.as_ref().filter(|v: &&GlinerVerdict| v.is_repair()) {
        note(&format!("{name}: {verdict}"));
    }
    Ok(Content::Records(opened.records, opened.format))
}

/// A file as one of span lists, if it is one.
fn span_lists_of(file: &Path, given: GivenFormat) -> anyhow::Result<Option<Box<dyn BufRead>>> {
    let mut start = Vec::new();
    format::input_of(file)?.take(4096).read_to_end(&mut start)?;
    if !is_nervaluate(given, &start) {
        return Ok(None);
    }
    Ok(Some(Box::new(BufReader::with_capacity(1 << 18, format::input_of(file)?))))
}

fn is_nervaluate(given: GivenFormat, start: &[u8]) -> bool {
    given == GivenFormat::Nervaluate || (given == GivenFormat::Auto && span_lists::looks_like_it(start))
}

/// Bad lines that are printed one by one; all are counted.
const SHOWN: usize = 5;

fn read_records(name: &str, records: Records, whose: Whose<'_>, labels: &mut LabelIndex) -> anyhow::Result<Vec<Entry>> {
    let mut chooser = Chooser { whose, annotators: BTreeMap::new(), runs: BTreeMap::new(), several: None, both: 0 };
    let mut documents = Vec::new();
    let (mut bad, mut first_bad) = (0, Vec::new());
    for record in records {
        match record {
            Ok(record) => documents.push(chooser.entry(record, labels)),
            Err(error) => {
                bad += 1;
                if first_bad.len() < SHOWN {
                    let place = if error.line > 0 { format!("{name}:{}", error.line) } else { name.to_owned() };
                    first_bad.push(format!("{place}: {}", error.reason));
                }
            }
        }
    }
    if bad > 0 {
        let more =
            if bad > first_bad.len() { format!("\n… and {} more", bad - first_bad.len()) } else { String::new() };
        anyhow::bail!(
            "{}{more}\nnothing was counted: a score of the rest would look like one of all",
            first_bad.join("\n")
        );
    }
    chooser.finish(name)?;
    Ok(documents)
}

/// Picks the spans that are meant out of each record, and remembers what there was to pick from.
struct Chooser<'a> {
    whose: Whose<'a>,
    /// Submitted answers by annotator.
    annotators: BTreeMap<String, u64>,
    /// Documents by run.
    runs: BTreeMap<String, u64>,
    /// Line of the first record with several answers (or runs) to choose from, and how many there are.
    several: Option<(u64, u64)>,
    /// Records with answers beside predictions.
    both: u64,
}

impl Chooser<'_> {
    fn entry(&mut self, mut record: Record, labels: &mut LabelIndex) -> Entry {
        let line = record.provenance.line.unwrap_or_default();
        record.responses.retain(|r| r.status == Status::Submitted);
        for response in &record.responses {
            *self.annotators.entry(response.annotator.clone().unwrap_or_default()).or_default() += 1;
        }
        for (run, _) in &record.predictions {
            *self.runs.entry(run.clone()).or_default() += 1;
        }
        let (spans, coverage) = match self.whose {
            Whose::Answer(annotator) => {
                if let Some(name) = annotator {
                    record.responses.retain(|r| r.annotator.as_deref() == Some(name));
                }
                self.only(record.responses, line).map_or((None, None), |r| (Some(r.spans), r.coverage))
            }
            Whose::Run(name) => (record.predictions.into_iter().find(|(run, _)| run == name).map(|(_, s)| s), None),
            Whose::Whatever if record.responses.is_empty() => {
                (self.only(record.predictions, line).map(|(_, spans)| spans), None)
            }
            Whose::Whatever => {
                self.both += u64::from(!record.predictions.is_empty());
                (self.only(record.responses, line).map(|r: RecordResponse| r.spans), None)
            }
        };
        let coverage: Option<Vec<String>> = coverage;
        let mut coverage: Option<Vec<u32>> =
            coverage.map(|names| names.iter().map(|name| labels.number(name)).collect());
        if let Some(numbers) = &mut coverage {
            numbers.sort_unstable();
            numbers.dedup();
        }
        let mark = |s: &Span| Mark {
            label: labels.number(&s.label),
            start: s.range.start as i64,
            end: s.range.end as i64,
            score: s.score,
        };
        let spans = spans.map(|spans: Vec<Span>| spans.iter().map(mark).collect());
        Entry { id: record.id, line, text: Some(record.text), spans, coverage }
    }

    /// The one there is; several are remembered as a question.
    fn only<T>(&mut self, mut found: Vec<T>, line: u64) -> Option<T> {
        if found.len() > 1 {
            self.several.get_or_insert((line, 0)).1 += 1;
        }
        found.pop()
    }

    fn finish(self, name: &str) -> anyhow::Result<()> {
        let list = |names: &BTreeMap<String, u64>| {
            let named = names.iter().map(|(name, n)| {
                let name = if name.is_empty() { "somebody without a name" } else { name.as_str() };
                format!("{name} ({})", counted(*n, "document"))
            });
            named.collect::<Vec<_>>().join(", ")
        };
        match self.whose {
            Whose::Answer(Some(annotator)) if !self.annotators.contains_key(annotator) => {
                let there = if self.annotators.is_empty() { "none".to_owned() } else { list(&self.annotators) };
                anyhow::bail!("{name}: no submitted answer of '{annotator}'; there are some by {there}")
            }
            Whose::Run(run) if !self.runs.contains_key(run) => {
                let there = if self.runs.is_empty() { "none".to_owned() } else { list(&self.runs) };
                anyhow::bail!("no file '{run}', and {name} holds no predictions of a run '{run}'; it has {there}")
            }
            _ => {}
        }
        if let Some((line, records)) = self.several {
            let records = counted(records, "document");
            match self.whose {
                Whose::Answer(_) => anyhow::bail!(
                    "{name}:{line}: {records} with several submitted answers; choose with --annotator: {}",
                    list(&self.annotators)
                ),
                _ if self.annotators.is_empty() => anyhow::bail!(
                    "{name}:{line}: {records} with predictions of several runs ({}); leave one run in the file, or give \
                     it as --gold and the run's name as --pred",
                    list(&self.runs)
                ),
                _ => anyhow::bail!(
                    "{name}:{line}: {records} with several submitted answers ({}); which are the predictions? leave one \
                     in the file, or give it as --gold and `annotator:NAME` as --pred",
                    list(&self.annotators)
                ),
            }
        }
        if self.both > 0 {
            note(&format!(
                "note: {name} holds predictions beside its answers ({}); the answers are taken. A run's name as --pred, \
                 with the file as --gold, takes the predictions",
                list(&self.runs)
            ));
        }
        Ok(())
    }
}
