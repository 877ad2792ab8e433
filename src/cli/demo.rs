//! `gleaner demo`: the bundled corpus with live suggestions, or, headless, with a score.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use serde_json::json;

use super::args::ScreenArgs;
use super::model::ModelArgs;
use super::out::visible;
use super::{Outcome, annotate, init, marked::marked, open, out, score};
use crate::config::{Settings, state_dir};
use crate::dataset::format::{self, Format, ReadOptions};
use crate::dataset::{Record, Span, TaskCard};
use crate::evaluate::{Class, Counts, Evaluation, Mode, Standing};
use crate::gliner::{Candidate, DecodeOptions, SuggestOptions, decode};
use crate::store::{ImportOptions, Project};
use crate::text::CharRange;
use crate::tui::Tour;

/// Arguments of `gleaner demo`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Start over; the demo project as it was is kept beside the new one
    #[arg(long)]
    fresh: bool,
    /// Begin with a tour of one minute: what to press, step by step
    #[arg(long, conflicts_with = "headless")]
    tour: bool,
    /// Print suggestions and a score table instead of opening the terminal
    #[arg(long)]
    headless: bool,
    /// With --headless: as JSON
    #[arg(long, requires = "headless")]
    json: bool,
    /// Review in lines instead of on a screen: for screen readers, dumb terminals and pipes
    #[arg(long, conflicts_with = "headless")]
    plain: bool,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    screen: ScreenArgs,
}

const CORPUS: &str = include_str!("../../data/demo/watches.jsonl");
const GUIDELINES: &str = include_str!("../../data/demo/guidelines.md");

/// The frozen set of the corpus's gold, which was annotated without suggestions.
const GOLD: &str = "demo";

/// The demo's labels in their order, with what they mean.
const LABELS: &[(&str, &str)] = &[
    ("brand", "Name under which watches are sold, also short or in other scripts."),
    ("watch model", "Model, collection, nickname or reference number, without the brand."),
    ("movement", "Named calibre or movement technology."),
    ("material", "What case, strap, crystal or dial are made of."),
    ("complication", "A function beyond the time, such as chronograph or moonphase."),
    ("price", "An amount of money, with its currency."),
    ("organization", "Companies, auction houses, retailers and museums that are not watch brands."),
    ("person", "Named people."),
];

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    if args.headless {
        return headless(args);
    }
    let dir = state_dir().join("demo");
    if args.fresh {
        set_aside(&dir)?;
    }
    let mut project = if Project::exists(&dir) { open::project(&dir)? } else { make(&dir)? };
    let annotator = open::annotator(who)?;
    let tour = tour(&mut project, &annotator, args.tour)?;
    annotate::show(project, annotator, &args.model, &args.screen, args.plain, tour)
}

/// The tour when it is asked for, else an offer of it, once.
fn tour(project: &mut Project, annotator: &str, asked: bool) -> anyhow::Result<Option<Tour>> {
    const KEY: &str = "tour";
    let known = project.ui_state(annotator, KEY)?.is_some();
    if !known {
        project.set_ui_state(annotator, KEY, if asked { "asked" } else { "offered" })?;
    }
    Ok(if asked { Some(Tour::start()) } else { (!known).then_some(Tour::Offered) })
}

/// Moves the demo project out of the way; the one moved before it goes.
fn set_aside(dir: &Path) -> anyhow::Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    let previous = dir.with_file_name("demo-previous");
    if previous.exists() {
        std::fs::remove_dir_all(&previous).with_context(|| format!("{}: cannot be removed", previous.display()))?;
    }
    std::fs::rename(dir, &previous).with_context(|| format!("{}: cannot be moved", dir.display()))
}

/// Makes the demo project beside its place and moves it there whole, so that a killed start leaves no half of it.
fn make(dir: &Path) -> anyhow::Result<Project> {
    let making = dir.with_file_name(format!("demo-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&making);
    let card = TaskCard {
        name: "demo".into(),
        domain: "luxury watches".into(),
        problem: "a watch brand watches its competitors".into(),
        guidelines: GUIDELINES.into(),
    };
    let mut project = Project::create(&making, &card)?;
    init::add_labels(&mut project, &labels())?;
    let mut import = project.import(ImportOptions { source: "demo corpus".into(), ..ImportOptions::default() })?;
    let mut gold = corpus()?;
    for mut record in gold.clone() {
        // The gold is nobody's answer: who tries the demo answers for themselves.
        record.responses.clear();
        import.add(record)?;
    }
    import.finish()?;
    gold.retain(|record| !record.responses.is_empty());
    for response in gold.iter_mut().flat_map(|record| &mut record.responses) {
        // Labels that come later were not looked for here.
        response.coverage = Some(LABELS.iter().map(|(name, _)| (*name).to_owned()).collect());
    }
    // Not whoever opens the demo: their undo does not reach it.
    project.freeze_gold_records("demo corpus", GOLD, &gold, true)?;
    drop(project);
    match std::fs::rename(&making, dir) {
        Ok(()) => {}
        // Another process was faster: its demo is as good.
        Err(_) if Project::exists(dir) => std::fs::remove_dir_all(&making)?,
        Err(e) => return Err(e).with_context(|| format!("{}: cannot be made", dir.display())),
    }
    open::project(dir)
}

/// The demo's labels with what they mean.
pub(super) fn labels() -> Vec<(String, String)> {
    LABELS.iter().map(|(name, meaning)| ((*name).into(), (*meaning).into())).collect()
}

/// The corpus with its gold.
pub(super) fn corpus() -> anyhow::Result<Vec<Record>> {
    let records = format::read(Format::Jsonl, Box::new(CORPUS.as_bytes()), "watches.jsonl", &ReadOptions::default());
    records.map(|r| r.map_err(anyhow::Error::from)).collect()
}

/// Documents shown before the table.
const SHOWN: usize = 3;

fn headless(args: &Args) -> anyhow::Result<Outcome> {
    let threshold = Settings::layered(None, &args.screen.given())?.threshold.unwrap_or(0.5);
    let model = args.model.open(None)?;
    let corpus = corpus()?;
    let labels: Vec<String> = LABELS.iter().map(|(name, _)| (*name).to_owned()).collect();
    let texts: Vec<&str> = corpus.iter().map(|r| r.text.as_str()).collect();
    let candidates = model.candidates(&texts, &labels, &SuggestOptions::default())?;
    let options = DecodeOptions { threshold, ..DecodeOptions::default() };
    let suggested: Vec<(&Record, Vec<Span>)> = corpus
        .iter()
        .zip(&candidates)
        .map(|(record, candidates)| {
            let span = |c: &Candidate| Span { range: c.range, label: labels[c.class].clone(), score: Some(c.score) };
            (record, decode(candidates, &options).iter().map(span).collect())
        })
        .collect();
    let answered = suggested.iter().filter_map(|(record, spans)| Some((&record.responses.first()?.spans, spans)));
    let table = score::evaluation(&labels, answered.map(|(gold, spans)| (by_name(gold), by_name(spans))));
    let gold = corpus.iter().filter(|r| !r.responses.is_empty()).count();
    let mut stdout = out::stdout();
    if args.json {
        let rates = |c: &Counts| {
            json!({"precision": c.precision(STRICT), "recall": c.recall(STRICT), "f1": c.f1(STRICT),
            "correct": c.of(Class::Correct), "predicted": c.actual(), "gold": c.possible()})
        };
        let counted = table.rows().into_iter().filter(|l| table.standing(*l) == Standing::Counted);
        let by_label: HashMap<_, _> =
            counted.map(|l| (table.gold.labels.name(l), rates(&table.label(l, STRICT)))).collect();
        let answer = json!({
            "model": model.name(), "threshold": threshold, "documents": corpus.len(), "gold_documents": gold,
            "strict": {"overall": rates(table.overall(STRICT)), "labels": by_label},
            "suggestions": suggested.iter().map(|(r, s)| json!({"id": r.id, "spans": s})).collect::<Vec<_>>(),
        });
        serde_json::to_writer(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        for (record, spans) in suggested.iter().take(SHOWN) {
            writeln!(stdout, "── {}", visible(record.id.as_deref().unwrap_or_default()))?;
            writeln!(stdout, "{}\n", marked(&record.text, spans))?;
        }
        writeln!(
            stdout,
            "{} on {gold} documents with gold, threshold {}, strict (same start, end and label):",
            model.name(),
            threshold
        )?;
        print_table(&mut stdout, &table)?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// How the demo counts.
const STRICT: Mode = Mode::Strict;

fn by_name(spans: &[Span]) -> impl Iterator<Item = (CharRange, &str)> {
    spans.iter().map(|span| (span.range, span.label.as_str()))
}

fn print_table(out: &mut impl Write, table: &Evaluation) -> std::io::Result<()> {
    writeln!(out, "{:<14} {:>9} {:>7} {:>7} {:>6} {:>9}", "label", "precision", "recall", "F1", "gold", "predicted")?;
    let mut line = |name: &str, c: &Counts| {
        writeln!(
            out,
            "{name:<14} {:>9.3} {:>7.3} {:>7.3} {:>6} {:>9}",
            c.precision(STRICT),
            c.recall(STRICT),
            c.f1(STRICT),
            c.possible(),
            c.actual()
        )
    };
    for label in table.rows() {
        line(table.gold.labels.name(label), &table.label(label, STRICT))?;
    }
    line("all", table.overall(STRICT))
}
