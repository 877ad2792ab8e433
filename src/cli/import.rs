//! `gleaner import PROJECT FILE…`: documents, and what was said of them, into a project.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::interrupt::Interrupt;
use super::out::{counted, note, visible};
use super::progress::Progress;
use super::{Outcome, open, out};
use crate::dataset::Origin;
use crate::dataset::format::{self, Ends, Format, Losses, Opened, ReadOptions, Split};
use crate::store::{Import, ImportOptions, ImportReport};

/// Arguments of `gleaner import`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// Files (`.zst` and `.gz` too), or folders of brat files; `-` is standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Their format: jsonl, text, csv, tsv, conll, hf, spacy, gliner, prodigy, doccano, labelstudio, brat or tokens
    /// [default: by name and content; jsonl for standard input]
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Spans are predictions of a run of this name, not responses
    #[arg(long, value_name = "RUN")]
    as_predictions: Option<String>,
    /// Divide documents: document, paragraph, sentence or line
    #[arg(long, value_name = "HOW", default_value = "document")]
    split: Split,
    /// Plain text: a document a line, instead of a document a file
    #[arg(long)]
    one_per_line: bool,
    /// CSV, TSV, Label Studio: the column or field with the text
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// CSV, TSV: the column with the id
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// CSV, TSV: the column with spans as JSON
    #[arg(long, value_name = "NAME")]
    spans_column: Option<String>,
    /// HF: names of integer tags, in order
    #[arg(long, value_name = "A,B,…", value_delimiter = ',')]
    tag_names: Vec<String>,
    /// GLiNER: the file with the texts, when `ner` holds character offsets
    #[arg(long, value_name = "FILE")]
    texts: Option<PathBuf>,
    /// GLiNER: what the ends of its word indices are: inclusive or exclusive
    #[arg(long, value_name = "WHICH")]
    ends: Option<Ends>,
    /// Responses that differ replace those of the same annotator in the project
    #[arg(long)]
    overwrite: bool,
    /// Stop at the first bad line and import nothing
    #[arg(long)]
    strict: bool,
    /// Print what was done as JSON
    #[arg(long)]
    json: bool,
}

/// Bad lines that are printed one by one; all are counted.
const SHOWN: u64 = 20;

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    if let Some(name) = who {
        open::check_annotator(name)?;
    }
    let blank = |name: Option<&str>| name.is_some_and(|n| n.trim().is_empty());
    anyhow::ensure!(
        !blank(args.as_predictions.as_deref()),
        "the run's name is empty; give one with --as-predictions RUN"
    );
    let mut project = open::project(&args.project)?;
    let interrupt = Interrupt::listen()?;
    let options = ReadOptions {
        one_per_line: args.one_per_line,
        text_column: args.text_column.clone(),
        id_column: args.id_column.clone(),
        spans_column: args.spans_column.clone(),
        tag_names: args.tag_names.clone(),
        texts: args.texts.clone(),
        ends: args.ends,
        ..ReadOptions::default()
    };
    // Every file is looked at before the first is read, so that a wrong name does not come to light half-way.
    let mut opened = Vec::new();
    for file in &args.files {
        opened.push((file, open_file(file, args.format, &options, &interrupt)?));
    }
    let source = args.files.iter().map(|f| f.display().to_string()).collect::<Vec<_>>().join(", ");
    let mut import = project.import(ImportOptions {
        source,
        annotator: who.map_or_else(|| annotator_of(&args.files[0]), str::to_owned),
        as_predictions: args.as_predictions.clone(),
        overwrite: args.overwrite,
    })?;
    let total = args.files.iter().map(|f| std::fs::metadata(f).map_or(0, |m| m.len())).sum();
    let mut reading =
        Reading { args, bad: 0, losses: Losses::default(), progress: Progress::new("import", Some(total)) };
    for (file, opened) in opened {
        let annotator = who.map_or_else(|| annotator_of(file), str::to_owned);
        if !reading.read(file, &annotator, opened, &mut import, &interrupt)? {
            drop(import);
            note("interrupted: nothing was imported");
            return Ok(Outcome::Interrupted);
        }
    }
    let Reading { bad, losses, progress, .. } = reading;
    import.flush()?;
    if args.strict
        && let Some((place, why)) = import.report().problems.first()
    {
        anyhow::bail!("{place}: {why} (--strict: nothing was imported)");
    }
    let report = import.finish()?;
    drop(progress);
    for (place, why) in report.problems.iter().take(SHOWN as usize) {
        note(&format!("{place}: {why}; left out"));
    }
    let skipped = bad + report.problems.len() as u64;
    print(args, &report, &losses, skipped)?;
    Ok(if skipped > 0 { Outcome::Partly } else { Outcome::Done })
}

/// How messages name a file.
fn shown(file: &Path) -> String {
    if file == Path::new("-") { "stdin".to_owned() } else { file.display().to_string() }
}

/// Whose responses a file holds when nobody says: its name, without the ending.
fn annotator_of(file: &Path) -> String {
    let name = file.file_stem().map(|n| n.to_string_lossy().into_owned());
    name.filter(|n| n != "-").unwrap_or_else(|| "stdin".to_owned())
}

/// Opens a file or standard input, telling what was found about a file with wrong offsets.
fn open_file(
    file: &Path,
    format: Option<Format>,
    options: &ReadOptions,
    interrupt: &Interrupt,
) -> anyhow::Result<Opened> {
    if file == Path::new("-") {
        let format = format.unwrap_or(Format::Jsonl);
        anyhow::ensure!(
            format != Format::Gliner || options.ends.is_some(),
            "GLiNER JSON from standard input cannot be judged as a whole; import a file, or give --ends"
        );
        let input = Box::new(std::io::BufReader::new(interrupt.stdin()));
        return Ok(Opened {
            format,
            records: format::read(format, input, "stdin", options),
            verdict: None,
            read: None,
        });
    }
    open::readable(file)?;
    let has_ann = |dir: &Path| {
        let files = std::fs::read_dir(dir).into_iter().flatten().flatten();
        files.map(|f| f.path()).any(|path| path.extension().is_some_and(|e| e == "ann"))
    };
    anyhow::ensure!(
        !file.is_dir() || has_ann(file),
        "{}: is a folder without .ann files (brat); name the files in it instead",
        file.display()
    );
    let opened = format::open(file, format, options)?;
    if let Some(verdict) = opened.verdict.as_ref().filter(|v| v.is_repair()) {
        note(&format!("{}: {verdict}", file.display()));
    }
    Ok(opened)
}

/// What is kept over all files.
struct Reading<'a> {
    args: &'a Args,
    bad: u64,
    losses: Losses,
    progress: Progress,
}

impl Reading<'_> {
    /// Reads one file to its end; false when the person stopped it.
    fn read(
        &mut self,
        file: &Path,
        annotator: &str,
        opened: Opened,
        import: &mut Import<'_>,
        interrupt: &Interrupt,
    ) -> anyhow::Result<bool> {
        let mut read = 0;
        let repaired = opened.verdict.as_ref().is_some_and(|v| v.is_repair());
        let origin = if repaired { Origin::Repair } else { Origin::Import };
        for item in opened.records {
            if interrupt.asked() {
                return Ok(false);
            }
            read += 1;
            let report = import.report();
            let (added, bad) = (report.added, self.bad);
            let bytes = opened.read.as_ref().map_or(0, |r| r.load(std::sync::atomic::Ordering::Relaxed));
            self.progress.at(bytes, || format!("{added} documents, {bad} bad lines"));
            let record = match item {
                Ok(record) => record,
                Err(bad) => {
                    let name = shown(file);
                    let place = if bad.line > 0 { format!("{name}:{}", bad.line) } else { name };
                    if self.args.strict {
                        anyhow::bail!("{place}: {} (--strict: nothing was imported)", bad.reason);
                    }
                    self.bad += 1;
                    if self.bad <= SHOWN {
                        note(&format!("{place}: {}; left out", bad.reason));
                    }
                    continue;
                }
            };
            let (mut parts, losses) = format::split(record, self.args.split);
            self.losses.merge(losses);
            for part in &mut parts {
                for response in &mut part.responses {
                    response.annotator.get_or_insert_with(|| annotator.to_owned());
                }
            }
            for part in parts {
                import.add_from(part, origin).with_context(|| format!("importing {}", shown(file)))?;
            }
        }
        // Ctrl-C ends the other programs of a pipe too: their end is not the end of the data.
        if interrupt.asked() {
            return Ok(false);
        }
        if read == 0 {
            note(&format!("note: {} holds no document", shown(file)));
        }
        Ok(true)
    }
}

fn print(args: &Args, report: &ImportReport, losses: &Losses, skipped: u64) -> anyhow::Result<()> {
    let mut stdout = out::stdout();
    if args.json {
        let answer = json!({
            "added": report.added, "unchanged": report.unchanged, "changed_texts": report.changed_texts,
            "removed_earlier": report.removed, "responses": report.responses, "responses_kept": report.kept,
            "predictions": report.predictions, "new_labels": report.labels, "skipped": skipped,
            "unaligned": report.unaligned.iter().map(|(d, l, t)| json!({"document": d, "label": l, "text": t})).collect::<Vec<_>>(),
        });
        serde_json::to_writer(&mut stdout, &answer)?;
        writeln!(stdout)?;
        stdout.flush()?;
        return Ok(());
    }
    writeln!(
        stdout,
        "{} added, {} there already or twice in the input",
        counted(report.added, "document"),
        counted(report.unchanged, "document")
    )?;
    let mut tell = |n: u64, what: &str, rest: &str| -> std::io::Result<()> {
        if n > 0 { writeln!(stdout, "{} {rest}", counted(n, what)) } else { Ok(()) }
    };
    tell(report.responses, "response", "brought in")?;
    tell(report.predictions, "prediction", "brought in")?;
    tell(
        report.changed_texts,
        "text",
        "changed under its id: kept as a new version, spans moved where the words are the same",
    )?;
    tell(
        report.kept,
        "response",
        "left out: there is another one of the same annotator already (--overwrite replaces those in the project)",
    )?;
    tell(report.removed, "document", "left out: removed from the project earlier")?;
    tell(skipped, "record", "left out: see above")?;
    if !report.labels.is_empty() {
        writeln!(stdout, "new labels: {}", visible(&report.labels.join(", ")))?;
    }
    for (document, label, text) in report.unaligned.iter().take(SHOWN as usize) {
        writeln!(stdout, "no place in the new text of {}: [{}]({})", visible(document), visible(text), visible(label))?;
    }
    if report.unaligned.len() > SHOWN as usize {
        writeln!(stdout, "… and {} more; `gleaner show` lists them", report.unaligned.len() - SHOWN as usize)?;
    }
    if !losses.is_empty() {
        writeln!(stdout, "{losses}")?;
    }
    stdout.flush()?;
    Ok(())
}
