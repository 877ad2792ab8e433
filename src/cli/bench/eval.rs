//! `gleaner bench eval`: the whole of `gleaner eval` beside nervaluate 1.2.1, on the same files in the same run.
//!
//! Both read two JSON files and count four modes, overall and by label; gleaner also draws its interval. Each is a
//! process of its own, measured from outside. Their numbers must be equal, or the bench fails. nervaluate is asked at the
//! first size only; how gleaner grows is seen up to ten times that.

mod data;
mod process;
mod report;

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use self::data::Folder;
use self::process::Taken;
use super::super::eval::span_lists;
use super::super::{Outcome, interrupt::Interrupt, out};
use crate::evaluate::{Ends, Evaluation, Gold, GoldDocument, LabelIndex, Mode, Options, Predictions, Schema};

/// Arguments of `gleaner bench eval`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Documents at the first size; then twice, five and ten times as many
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    documents: usize,
    /// Gold spans of a document, and as many predictions
    #[arg(long, value_name = "N", default_value_t = 10)]
    spans: usize,
    /// A Python that has nervaluate 1.2.1: it counts the same files
    #[arg(long, value_name = "PATH")]
    python: Option<PathBuf>,
    /// The first size only
    #[arg(long)]
    once: bool,
    /// What the made data depend on
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// How often gleaner counts the same files: the best time is taken, since others may use the machine.
const REPEATS: usize = 3;

/// One size.
#[derive(Clone, Debug, Default)]
struct Measured {
    documents: usize,
    megabytes: f64,
    gleaner: Taken,
    /// Seconds that counting alone took.
    counting: f64,
    nervaluate: Option<Nervaluate>,
}

/// What nervaluate took, and how long it says that it read and counted: the rest is Python's start.
#[derive(Clone, Debug, Default)]
struct Nervaluate {
    taken: Taken,
    reading: f64,
    counting: f64,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.documents > 0 && args.spans > 0, "--documents and --spans must be at least 1");
    let interrupt = Interrupt::listen()?;
    let folder = Folder::new()?;
    let mut sizes = Vec::new();
    for times in if args.once { &[1][..] } else { &[1, 2, 5, 10][..] } {
        let documents = args.documents * times;
        out::note(&format!("measuring {}", out::counted(documents as u64, "document")));
        let megabytes = data::write(&folder, documents, args.spans, args.seed)?;
        let mut measured = Measured { documents, megabytes, ..Measured::default() };
        let (taken, numbers) = best(REPEATS, || process::run(&mut own(&folder)?))?;
        measured.gleaner = taken;
        measured.counting = counting(&folder)?;
        if let Some(python) = args.python.as_deref().filter(|_| *times == 1) {
            let (taken, theirs) = process::run(&mut package(python, &folder))?;
            let seconds = |what: &str| theirs[what].as_f64().unwrap_or(f64::NAN);
            let (reading, counting) = (seconds("reading"), seconds("counting"));
            measured.nervaluate = Some(Nervaluate { taken, reading, counting });
            if let Some(difference) = difference(&numbers, &theirs) {
                anyhow::bail!("the numbers are not equal: {difference}");
            }
        }
        sizes.push(measured);
        if interrupt.asked() {
            return Ok(Outcome::Interrupted);
        }
    }
    let mut stdout = out::stdout();
    if args.json {
        report::json(&mut stdout, &sizes, args.spans)?
    } else {
        report::table(&mut stdout, &sizes)?
    }
    Ok(Outcome::Done)
}

/// This program, counting.
fn own(folder: &Folder) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let [gold, predictions] = folder.files();
    command.args(["eval", "--format", "nervaluate", "--schema", "nervaluate-1.2.1", "--json", "--gold"]);
    command.arg(gold).arg("--pred").arg(predictions);
    Ok(command)
}

/// Seconds to count what was read, the best of several times.
fn counting(folder: &Folder) -> anyhow::Result<f64> {
    let mut labels = LabelIndex::default();
    let mut sides = [Vec::new(), Vec::new()];
    for (file, side) in folder.files().iter().zip(&mut sides) {
        span_lists::read(BufReader::new(File::open(file)?), &mut labels, |spans| side.push(spans))
            .map_err(anyhow::Error::msg)?;
    }
    let [gold, predictions] = sides;
    let documents = gold.into_iter().map(|spans| GoldDocument { spans, ..GoldDocument::default() }).collect();
    let gold = Arc::new(Gold { labels, documents, ends: Ends::Exclusive, ..Gold::default() });
    let predictions = Arc::new(Predictions { documents: predictions, ..Predictions::default() });
    let mut best = f64::INFINITY;
    for _ in 0..REPEATS {
        let begin = Instant::now();
        let options = Options { schema: Schema::Nervaluate1_2_1, ..Options::default() };
        let evaluation = Evaluation::new(gold.clone(), predictions.clone(), options);
        std::hint::black_box(evaluation.overall(Mode::Strict));
        best = best.min(begin.elapsed().as_secs_f64());
    }
    Ok(best)
}

/// nervaluate, counting.
fn package(python: &Path, folder: &Folder) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", include_str!("eval/nervaluate.py")]).args(folder.files());
    command
}

/// The quickest of several runs.
fn best(times: usize, mut run: impl FnMut() -> anyhow::Result<(Taken, Value)>) -> anyhow::Result<(Taken, Value)> {
    let mut quickest = run()?;
    for _ in 1..times {
        let again = run()?;
        if again.0.seconds < quickest.0.seconds {
            quickest = again;
        }
    }
    Ok(quickest)
}

/// The first count of nervaluate's that gleaner has not.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    for part in ["overall", "entities"] {
        for (place, theirs) in leaves(&theirs[part]) {
            let ours = ours[part].pointer(&place).cloned().unwrap_or_default();
            if ours != theirs {
                return Some(format!("{part}{place} is {theirs} in nervaluate, {ours} in gleaner"));
            }
        }
        let rows = |of: &Value| of[part].as_object().map_or(0, serde_json::Map::len);
        if rows(ours) != rows(theirs) {
            return Some(format!("{part} has {} rows in nervaluate, {} in gleaner", rows(theirs), rows(ours)));
        }
    }
    None
}

/// Every value inside objects, with its place.
fn leaves(value: &Value) -> Vec<(String, Value)> {
    let Some(inside) = value.as_object() else { return vec![(String::new(), value.clone())] };
    let mut found = Vec::new();
    for (key, value) in inside {
        let key = key.replace('~', "~0").replace('/', "~1");
        found.extend(leaves(value).into_iter().map(|(place, leaf)| (format!("/{key}{place}"), leaf)));
    }
    found
}
