//! `gleaner eval --gold G --pred P…`: predictions counted against gold, as nervaluate does and beyond it.

mod condition;
mod doubts;
mod file;
mod gold;
mod json;
mod model;
mod pair;
mod parts;
mod said;
mod scored;
pub(super) mod span_lists;
mod table;
mod text;

use std::io::Write;
use std::path::PathBuf;

use self::condition::Condition;
use self::file::{Ahead, GivenFormat, Reading};
use self::parts::Parts;
use self::scored::{How, Report};
use super::args::LabelArgs;
use super::interrupt::Interrupt;
use super::{Outcome, out};
use crate::dataset::format::Ends;
use crate::evaluate::{Mode, Schema};

/// Arguments of `gleaner eval`.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("judged").required(true).multiple(true).args(["pred", "model"]))]
#[command(group = clap::ArgGroup::new("written").args(["json", "csv", "markdown"]))]
pub(crate) struct Args {
    /// What is right: a file with spans (`-`: standard input), a project folder, or PROJECT:SET for a frozen set
    #[arg(long, value_name = "FILE|PROJECT[:SET]")]
    gold: String,
    /// What is judged: a file, or of a project a run or annotator:NAME; with @0.4 behind it at that threshold. Repeat
    /// to compare
    #[arg(long, value_name = "FILE|RUN")]
    pred: Vec<String>,
    /// Suggest with this model (`mini`, or a folder) on gold's texts and judge that. Repeat to compare
    #[arg(long, value_name = "mini|DIR")]
    model: Vec<String>,
    /// Where the backbone's tokenizer and configuration are, when the model folder has none
    #[arg(long, value_name = "DIR")]
    backbone: Option<PathBuf>,
    /// Threads of the model [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
    #[command(flatten)]
    labels: LabelArgs,
    /// Whose numbers: gleaner (1.2.1's rules, ends made inclusive), nervaluate-1.2.1 or nervaluate-0.2.0 (numbers as
    /// they stand)
    #[arg(long, value_name = "SCHEMA", default_value = "gleaner")]
    schema: Schema,
    /// When a span is right, for the table of labels: strict, exact, partial or ent_type
    #[arg(long, value_name = "MODE", default_value = "strict")]
    mode: Mode,
    /// Only predictions that score above this; repeat to compare [default: all of a file; of a run or
    /// --model as `gleaner suggest`]
    #[arg(long, value_name = "SCORE", value_parser = super::args::score)]
    threshold: Vec<f32>,
    /// Whose answers are gold where there are several
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// Format of the files: auto, nervaluate (a JSON list of lists of {label, start, end}), jsonl, gliner, conll, or
    /// another that `import` reads
    #[arg(long, value_name = "FORMAT", default_value = "auto")]
    format: GivenFormat,
    /// What the ends are in nervaluate's or GLiNER's files: inclusive or exclusive
    #[arg(long, value_name = "WHICH")]
    ends: Option<Ends>,
    /// How much of a gold span must be covered to count as overlap, 1 to 100 (not by nervaluate-0.2.0)
    #[arg(long, value_name = "N", value_parser = percentage)]
    min_overlap_percentage: Option<f64>,
    /// Count label A as B on both sides; repeat for more
    #[arg(long, value_name = "A=B")]
    map: Vec<String>,
    /// One JSON object, see below
    #[arg(long)]
    json: bool,
    /// A row for each prediction, label and mode
    #[arg(long)]
    csv: bool,
    /// Tables in Markdown
    #[arg(long)]
    markdown: bool,
    /// With --json: where every counted span is, as nervaluate gives it
    #[arg(long, requires = "json")]
    indices: bool,
    /// What stands behind the numbers: confusion, borders, buckets, reach, curve, thresholds, calibration,
    /// label-errors or all; repeat for more
    #[arg(long, value_name = "PART", conflicts_with = "csv")]
    report: Vec<Parts>,
    /// With --report buckets: a file of training data, to tell what it has seen
    #[arg(long, value_name = "FILE", requires = "report")]
    training: Option<PathBuf>,
    /// The score of each document too
    #[arg(long)]
    per_document: bool,
    /// End with 1 when MODE.METRIC, LABEL.MODE.METRIC or macro.MODE.METRIC is below X for any of the predictions;
    /// repeat for more
    #[arg(long, value_name = "WHAT=X")]
    fail_under: Vec<Condition>,
    /// Another seed draws other documents for intervals and p
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// What stands below the flags in the long help.
pub(super) const HELP: &str = "\
Example: gleaner eval --gold gold.jsonl --pred a.jsonl --pred b.jsonl --fail-under strict.f1=0.8
  gleaner eval --gold watches --pred gleaner-mini@0.4 --pred annotator:ben
  gleaner eval --gold dev.json --model mini --model my_model --label brand --label price

Documents pair by id where both sides have ids, else by position; their texts must be the same.
Only submitted answers are gold. A label nobody looked for in a document (coverage) counts there on
neither side, and so does a label that a run or a model was not asked for.
Exit codes: 0 done; 1 a condition of --fail-under does not hold; 2 nothing was counted.

--json: {\"format\": \"gleaner-eval\", \"version\": 1, schema, ends, mode, seed,
  gold: {name, documents, spans, prefilled: [{model, spans}], bulk, blind},
  name, spans, threshold,                        of the predictions
  overall: {strict|ent_type|partial|exact: {correct, incorrect, partial, missed, spurious,
            precision, recall, f1, actual, possible}},
  entities: {LABEL: as overall},                 as nervaluate's evaluate() has them
  macro: {MODE: {precision, recall, f1}},        means over the labels that were counted
  labels: {LABEL: {standing: counted|does not occur|not asked, documents_left_out}},
  f1_interval: [low, high] | null,               95 %, in the mode
  speed: {documents, seconds, weights_bytes},    with --model
  against_first: {f1_difference, p, fixed, broken},   of the second and further predictions, on the
                                                 labels that both were asked for
  as_they_stand: {schema, strict, partial, touching}, where nervaluate's own numbers differ
  overall_indices, entity_indices,               with --indices: {MODE: {correct_indices: [[d, i]]}}
  report: {PART: {rows: [{column: value}], …}},  with --report
  documents: [{id, correct, …}],                 with --per-document, in the mode
  predictions: [{name, … as above}]}             all of them when there are several; those above
                                                 are the first's";

fn percentage(word: &str) -> Result<f64, String> {
    let number: f64 = word.parse().map_err(|_| format!("'{word}' is not a number"))?;
    if (1.0..=100.0).contains(&number) { Ok(number) } else { Err("it must be between 1 and 100".to_owned()) }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        args.min_overlap_percentage.is_none() || args.schema != Schema::Nervaluate0_2_0,
        "nervaluate 0.2.0 knows no least overlap: leave --min-overlap-percentage out, or take another --schema"
    );
    let reading = Reading { format: args.format, ends: args.ends };
    let as_they_stand = args.schema != Schema::Gleaner;
    let asked = args.labels.folded().labels;
    anyhow::ensure!(
        std::iter::once(&args.gold).chain(&args.pred).filter(|name| *name == "-").count() < 2,
        "standard input (-) can be read once only: give all but one as files"
    );
    let (mut truth, mut judged) = std::thread::scope(|scope| {
        let ahead: Vec<_> = args.pred.iter().map(|pred| Ahead::begin(scope, pred, reading)).collect();
        let mut truth = gold::read(&args.gold, args.annotator.as_deref(), reading, &asked)?;
        said::leave_out(&args.pred, &mut truth)?;
        let mut judged = Vec::new();
        for (pred, ahead) in args.pred.iter().zip(ahead) {
            judged.push(said::read(pred, &mut truth, reading, as_they_stand, ahead)?);
        }
        anyhow::Ok((truth, judged))
    })?;
    check_ends(args, &truth, &judged)?;
    if !args.model.is_empty() {
        let interrupt = Interrupt::listen()?;
        for name in &args.model {
            match model::suggest(name, &truth, args, &interrupt) {
                Ok(said) => judged.push(said),
                Err(_) if interrupt.asked() => {
                    out::note("interrupted: nothing was counted");
                    return Ok(Outcome::Interrupted);
                }
                Err(error) => return Err(error),
            }
        }
    }
    let mapped = doubts::relabel(&mut truth, &mut judged, &args.map)?;
    let only = chosen(&truth, &asked, &mapped);
    if let Some(unknown) =
        args.fail_under.iter().filter_map(Condition::label).find(|l| truth.gold.labels.find(l).is_none())
    {
        anyhow::bail!("--fail-under: no label '{unknown}'; there are {}", truth.gold.labels.names().join(", "));
    }
    doubts::look(&truth, &judged, args.schema, only.as_deref())?;
    let how = How {
        mode: args.mode,
        schema: args.schema,
        least_overlap: args.min_overlap_percentage.unwrap_or(1.0),
        only,
        thresholds: args.threshold.clone(),
        seed: args.seed,
    };
    let training = args.training.as_deref().map(parts::training_forms).transpose()?;
    let report = Report { training, ..scored::score(truth, judged, &how) };
    write(args, &report)?;
    let failed: Vec<String> =
        report.scored.iter().flat_map(|s| args.fail_under.iter().filter_map(|c| c.fails(s))).collect();
    failed.iter().for_each(|line| out::note(line));
    // The process ends: a million spans need not be given back one list at a time.
    std::mem::forget(report);
    Ok(if failed.is_empty() { Outcome::Done } else { Outcome::Partly })
}

/// Ends must be known where they matter, and are not to be told where they are known.
fn check_ends(args: &Args, truth: &gold::Truth, judged: &[said::Said]) -> anyhow::Result<()> {
    let heard = truth.keys.is_empty() || truth.hears_ends || judged.iter().any(|s| s.hears_ends);
    anyhow::ensure!(
        args.ends.is_none() || heard,
        "--ends is for nervaluate's and GLiNER's files; in all other formats ends are exclusive"
    );
    let unknown = !truth.ends_known || judged.iter().any(|s| s.ends_unknown);
    anyhow::ensure!(
        args.ends.is_some() || !unknown || args.schema != Schema::Gleaner,
        "nervaluate's files do not say what their ends are: give --ends inclusive or --ends exclusive, or take the \
         numbers as they stand with --schema nervaluate-1.2.1"
    );
    Ok(())
}

/// Numbers of the labels that count: those asked for, and none that is counted as another; `None`: all.
fn chosen(truth: &gold::Truth, asked: &[String], mapped: &[u32]) -> Option<Vec<u32>> {
    let labels = &truth.gold.labels;
    if asked.is_empty() && mapped.is_empty() {
        return None;
    }
    let numbers: Vec<u32> = if asked.is_empty() {
        (0..labels.names().len() as u32).collect()
    } else {
        asked.iter().filter_map(|name| labels.find(name)).collect()
    };
    Some(numbers.into_iter().filter(|n| !mapped.contains(n)).collect())
}

fn write(args: &Args, report: &Report) -> anyhow::Result<()> {
    let mut stdout = out::stdout();
    let parts = parts::asked(&args.report);
    if args.json {
        serde_json::to_writer(&mut stdout, &json::value(report, &parts, args.indices, args.per_document))?;
        writeln!(stdout)?;
    } else if args.csv {
        table::csv(report, args.per_document, &mut stdout)?;
    } else if args.markdown {
        table::markdown(report, &parts, args.per_document, &mut stdout)?;
    } else {
        text::write(report, &parts, args.per_document, &mut stdout)?;
    }
    stdout.flush()?;
    Ok(())
}
