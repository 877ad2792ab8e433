//! `gleaner bench eval`: counting as nervaluate 1.2.1 does, beside nervaluate itself, on the same files in the same run.
//!
//! Both read two JSON files and count four modes, overall and by label; each in a process of its own, so that its peak
//! memory is its own. Their numbers must be equal, or the bench fails. nervaluate is asked at the first size only; how
//! gleaner grows is seen up to ten times that.

mod count;
mod data;
mod report;
mod span_lists;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::Context;
use serde_json::Value;

use self::data::Folder;
use super::super::{Outcome, interrupt::Interrupt, out};

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
    /// The process that is measured: counts two files and prints what it found
    #[arg(long, hide = true, num_args = 2, value_names = ["GOLD", "PREDICTIONS"])]
    count: Option<Vec<PathBuf>>,
}

/// How often gleaner counts the same files: the best time is taken, since others may use the machine.
const REPEATS: usize = 3;

/// What one process took.
#[derive(Clone, Debug, Default, serde::Deserialize)]
struct Taken {
    /// Seconds to read the files, where they are read before they are counted.
    #[serde(default)]
    read: Option<f64>,
    /// Seconds to read and count.
    counted: f64,
    /// CPU seconds: what counts where others use the machine too.
    cpu: f64,
    /// Peak memory, in MB.
    memory: Option<f64>,
    /// Seconds from its start to its end, seen from outside.
    #[serde(skip)]
    whole: f64,
}

/// One size.
#[derive(Clone, Debug, Default)]
struct Measured {
    documents: usize,
    megabytes: f64,
    gleaner: Taken,
    nervaluate: Option<Taken>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    if let Some([gold, predictions]) = args.count.as_deref() {
        return count::run(gold, predictions);
    }
    anyhow::ensure!(args.documents > 0 && args.spans > 0, "--documents and --spans must be at least 1");
    let interrupt = Interrupt::listen()?;
    let folder = Folder::new()?;
    let mut sizes = Vec::new();
    for times in if args.once { &[1][..] } else { &[1, 2, 5, 10][..] } {
        let documents = args.documents * times;
        out::note(&format!("measuring {}", out::counted(documents as u64, "document")));
        let megabytes = data::write(&folder, documents, args.spans, args.seed)?;
        let mut measured = Measured { documents, megabytes, ..Measured::default() };
        let (taken, numbers) = best(REPEATS, || ask(&mut own(&folder)?))?;
        measured.gleaner = taken;
        if let Some(python) = args.python.as_deref().filter(|_| *times == 1) {
            let (taken, theirs) = ask(&mut package(python, &folder))?;
            measured.nervaluate = Some(taken);
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
    command.args(["bench", "eval", "--count"]).args(folder.files());
    Ok(command)
}

/// nervaluate, counting.
fn package(python: &Path, folder: &Folder) -> Command {
    let mut command = Command::new(python);
    command.args(["-c", include_str!("eval/nervaluate.py")]).args(folder.files());
    command
}

/// Runs a process that counts, and reads what it took and what it found.
fn ask(command: &mut Command) -> anyhow::Result<(Taken, Value)> {
    let name = command.get_program().to_string_lossy().into_owned();
    let begin = Instant::now();
    let done = command.stdin(Stdio::null()).stderr(Stdio::piped()).output();
    let done = done.with_context(|| format!("{name} cannot be started"))?;
    let whole = begin.elapsed().as_secs_f64();
    let said = String::from_utf8_lossy(&done.stderr);
    let last = said.trim().lines().last().unwrap_or("it says nothing");
    anyhow::ensure!(done.status.success(), "{name} could not count: {last}");
    let mut numbers: Value = serde_json::from_slice(&done.stdout).with_context(|| format!("{name} gave no JSON"))?;
    let taken = serde_json::from_value::<Taken>(numbers["took"].take()).with_context(|| format!("{name}: took"))?;
    Ok((Taken { whole, ..taken }, numbers))
}

/// The quickest of several runs.
fn best(times: usize, mut run: impl FnMut() -> anyhow::Result<(Taken, Value)>) -> anyhow::Result<(Taken, Value)> {
    let mut quickest = run()?;
    for _ in 1..times {
        let again = run()?;
        if again.0.whole < quickest.0.whole {
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
        let (of_us, of_them) = (leaves(&ours[part]).len(), leaves(&theirs[part]).len());
        if of_us != of_them {
            return Some(format!("{part} has {of_them} counts in nervaluate, {of_us} in gleaner"));
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
