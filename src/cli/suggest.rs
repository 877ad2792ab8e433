//! `gleaner suggest`: spans for a text, a stream of JSON lines, or a whole project.

mod stream;

use std::io::Write;
use std::path::PathBuf;

use serde::Serialize;
use serde_json::json;

use super::args::LabelArgs;
use super::interrupt::Interrupt;
use super::marked::marked;
use super::model::ModelArgs;
use super::progress::Progress;
use super::{Outcome, open, out};
use crate::config::{PROJECT_FILE, Settings};
use crate::dataset::{Label, Span};
use crate::gliner::{Candidate, DecodeOptions, FLOOR, SuggestOptions, decode};
use crate::jobs::evaluation::{self, GoldFrom};
use crate::suggest::{self, FillOptions, Suggester};
use crate::text::OffsetMap;

/// Arguments of `gleaner suggest`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("from").required(true).args(["project", "input", "text"]))]
pub(crate) struct Args {
    /// Fill this project with suggestions for its labels
    project: Option<PathBuf>,
    /// Read JSON lines {"id", "text"} from this file, or `-`, and write {"id", "text", "spans"}
    #[arg(long, value_name = "FILE")]
    input: Option<PathBuf>,
    /// Suggest for this text and print it with its spans
    #[arg(long)]
    text: Option<String>,
    #[command(flatten)]
    labels: LabelArgs,
    #[command(flatten)]
    model: ModelArgs,
    /// A span needs a score above this [default: the setting `threshold`, else 0.5]
    #[arg(long, value_name = "SCORE", value_parser = super::args::score)]
    threshold: Option<f32>,
    /// Allow spans inside one another
    #[arg(long)]
    nested: bool,
    /// Allow several labels on one span
    #[arg(long)]
    multi_label: bool,
    /// Do exactly what the official Python package does, its truncation of long texts included
    #[arg(long)]
    compat: bool,
    /// Keep the predictions in the project as a run of this name
    #[arg(long, value_name = "RUN", conflicts_with_all = ["input", "text"])]
    save_as: Option<String>,
    /// With a project: only the documents of this frozen gold set, and every score from 0.05 up, to be evaluated
    #[arg(long, value_name = "SET", conflicts_with_all = ["input", "text", "threshold", "nested", "multi_label"])]
    gold: Option<String>,
    /// With --text: JSON instead of a marked text; with a project: what was done as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    if let Some(dir) = &args.project {
        step_back();
        return fill_project(args, dir);
    }
    let labels = labels_asked(args)?;
    let options = decode_options(args, &Settings::load()?);
    let suggester = Suggester::new(args.model.open(None)?, args.compat);
    let passes = suggester.model().prompts(&labels, args.compat)?.len();
    if passes > 1 {
        out::note(&format!(
            "note: {} labels are more than the model reads at once: asked in {passes} groups, {passes} times the time",
            labels.len()
        ));
    }
    let floor = options.threshold.min(FLOOR);
    let asked = Asked { labels, options, floor, compat: args.compat };
    match (&args.input, &args.text) {
        (Some(input), _) => stream::run(input, &suggester, &asked),
        (None, Some(text)) => one_text(text, &suggester, &asked, args.json),
        (None, None) => anyhow::bail!("give a project, --input or --text"),
    }
}

/// What is asked of the model, and how its candidates are chosen.
struct Asked {
    labels: Vec<String>,
    options: DecodeOptions,
    /// Below the usual floor the model runs with a lower one.
    floor: f32,
    compat: bool,
}

impl Asked {
    /// The spans of each text.
    fn spans(&self, suggester: &Suggester, texts: &[&str]) -> anyhow::Result<Vec<Vec<Span>>> {
        let options = SuggestOptions { compat: self.compat, floor: self.floor, cancel: None };
        let candidates = suggester.model().candidates(texts, &self.labels, &options)?;
        let span = |c: &Candidate| Span { range: c.range, label: self.labels[c.class].clone(), score: Some(c.score) };
        Ok(candidates.iter().map(|c| decode(c, &self.options).iter().map(span).collect()).collect())
    }
}

/// Whoever annotates the project meanwhile goes first: a whole project is hours of work for all cores, a key is a
/// millisecond for one.
fn step_back() {
    // SAFETY: changes nothing but the priority of this process, before any thread of the model runs.
    #[cfg(unix)]
    unsafe {
        libc::nice(10);
    }
}

fn decode_options(args: &Args, settings: &Settings) -> DecodeOptions {
    DecodeOptions {
        threshold: args.threshold.or(settings.threshold).unwrap_or(0.5),
        class_thresholds: Vec::new(),
        nested: args.nested,
        multi_label: args.multi_label,
    }
}

/// The labels on the command line: duplicates folded and said, empty ones refused (the package lets them pass).
fn labels_asked(args: &Args) -> anyhow::Result<Vec<String>> {
    let suggest::FoldedLabels { labels, twice } = args.labels.folded();
    for label in twice {
        out::note(&format!("note: label '{label}' was given more than once; the first counts"));
    }
    anyhow::ensure!(!labels.is_empty(), "no labels: say what to look for with --label (repeat it for more)");
    anyhow::ensure!(
        args.compat || labels.iter().all(|l| !l.trim().is_empty()),
        "a label is empty; give every --label a name"
    );
    Ok(labels)
}

fn one_text(text: &str, suggester: &Suggester, asked: &Asked, as_json: bool) -> anyhow::Result<Outcome> {
    let spans = asked.spans(suggester, &[text])?.pop().unwrap_or_default();
    let mut stdout = out::stdout();
    if as_json {
        serde_json::to_writer(&mut stdout, &answer(None, text, &spans))?;
        writeln!(stdout)?;
    } else {
        writeln!(stdout, "{}", marked(text, &spans))?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// A text with its spans as one JSON object.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a serde_json::Value>,
    text: &'a str,
    spans: Vec<AnswerSpan<'a>>,
}

#[derive(Serialize)]
struct AnswerSpan<'a> {
    #[serde(flatten)]
    span: &'a Span,
    text: &'a str,
}

fn answer<'a>(id: Option<&'a serde_json::Value>, text: &'a str, spans: &'a [Span]) -> Answer<'a> {
    let map = OffsetMap::new(text);
    let spans = spans.iter().map(|span| AnswerSpan { span, text: map.slice(text, span.range) }).collect();
    Answer { id, text, spans }
}

fn fill_project(args: &Args, dir: &std::path::Path) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.save_as.as_ref().is_none_or(|name| !name.trim().is_empty()),
        "the run's name is empty; give one with --save-as RUN"
    );
    let mut project = open::project(dir)?;
    let settings = Settings::layered(Some(dir), &args.model.given())?;
    if let Some(taken) = settings.taken_from_project() {
        out::note(&format!("note: set by {}: {taken}", dir.join(PROJECT_FILE).display()));
    }
    let decoding = decode_options(args, &settings);
    let labels = project_labels(args, &project)?;
    // Below the usual floor the model runs again, with a lower one.
    let lowest = labels.iter().filter_map(|l| l.threshold).fold(decoding.threshold, f32::min);
    let mut suggester =
        Suggester::new(args.model.open(Some(dir))?, args.compat).remembering(project.dir()).above(lowest);
    let gold = args.gold.clone().map(|set| evaluation::gold(&project, &GoldFrom::Set(set))).transpose()?;
    let name = match (&args.save_as, &args.gold) {
        (Some(name), _) => name.clone(),
        (None, Some(set)) => free_name(&project, &format!("{} on {set}", suggester.model().name()))?,
        (None, None) => free_name(&project, suggester.model().name())?,
    };
    let options = FillOptions {
        save_as: Some(name.clone()),
        decode: DecodeOptions { class_thresholds: labels.iter().map(|l| l.threshold).collect(), ..decoding },
        only: None,
    };
    let total = gold.as_ref().map_or(project.counts("")?.documents, |gold| gold.documents.len() as u64);
    let interrupt = Interrupt::listen()?;
    let mut progress = Progress::new("suggest", Some(total));
    let said = |done| progress.at(done, || format!("{done} of {total} documents"));
    let stop = interrupt.flag();
    let filled = match &gold {
        Some(gold) => evaluation::fill_gold(&mut project, &mut suggester, &labels, &name, gold, &stop, said)?,
        None => suggest::fill(&mut project, &mut suggester, &labels, &options, &stop, said)?,
    };
    drop(progress);
    if filled.cancelled {
        out::note(&format!(
            "stopped after {}; run it again to go on where it was",
            out::counted(filled.documents, "document")
        ));
        return Ok(Outcome::Interrupted);
    }
    let mut stdout = out::stdout();
    if args.json {
        let done = json!({"run": name, "documents": filled.documents, "spans": filled.spans});
        writeln!(stdout, "{done}")?;
        stdout.flush()?;
        return Ok(Outcome::Done);
    }
    writeln!(
        stdout,
        "{} for {}, kept as run {}",
        out::counted(filled.spans, "suggestion"),
        out::counted(filled.documents, "document"),
        out::visible(&name)
    )?;
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// The project's labels in its order, or those of them that were asked for.
fn project_labels(args: &Args, project: &crate::store::Project) -> anyhow::Result<Vec<Label>> {
    let all: Vec<Label> = project.labels()?.into_iter().filter(|l| !l.archived).collect();
    let asked = args.labels.folded().labels;
    let names: Vec<&str> = all.iter().map(|l| l.name.as_str()).collect();
    if let Some(unknown) = asked.iter().find(|l| !names.contains(&l.as_str())) {
        anyhow::bail!("no label '{unknown}' in this project; it has {}", names.join(", "));
    }
    let chosen: Vec<Label> = all.into_iter().filter(|l| asked.is_empty() || asked.contains(&l.name)).collect();
    anyhow::ensure!(
        !chosen.is_empty(),
        "the project has no labels yet; open it with `gleaner {}` and add some",
        project.dir().display()
    );
    Ok(chosen)
}

/// The model's name, with a number when a run has it.
fn free_name(project: &crate::store::Project, model: &str) -> anyhow::Result<String> {
    let runs = project.runs()?;
    let taken = |name: &str| runs.iter().any(|r| r.name == name);
    let numbered = (2..).map(|n| format!("{model}-{n}"));
    Ok(std::iter::once(model.to_owned()).chain(numbered).find(|n| !taken(n)).unwrap_or_default())
}
