//! `gleaner bench`: what the claims about speed and quality are measured with.

mod eval;
mod quality;
mod search;
mod suggest;
mod tui;

use super::Outcome;

/// Arguments of `gleaner bench`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Sequences and tokens a second, peak memory
    #[command(after_help = "Example: gleaner bench suggest mini --input texts.jsonl")]
    Suggest(suggest::Args),
    /// The terminal: from a key to the last byte of its frame, bytes, memory, time to open
    #[command(after_help = "Example: gleaner bench tui --quick")]
    Tui(tui::Args),
    /// Counting spans as nervaluate does, beside nervaluate: time, memory, and whether the numbers are equal
    #[command(after_help = "Example: gleaner bench eval --python ~/venv/bin/python")]
    Eval(eval::Args),
    /// Indexing a project and searching it: documents a second, size, milliseconds a query in each mode
    #[command(after_help = "Example: gleaner bench search watches --queries 500")]
    Search(search::Args),
    /// Strict precision, recall and F1 of models on files with gold
    #[command(after_help = "Example: gleaner bench quality mini my_model --gold dev.jsonl")]
    Quality(quality::Args),
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    match &args.what {
        What::Suggest(args) => suggest::run(args),
        What::Tui(args) => tui::run(args),
        What::Eval(args) => eval::run(args),
        What::Search(args) => search::run(args),
        What::Quality(args) => quality::run(args),
    }
}

/// Peak memory of this process so far, in MB; `None` where the system does not say.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}

/// CPU seconds of this process so far.
fn cpu_seconds() -> f64 {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: `usage` is a valid place for the answer.
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) } != 0 {
        return f64::NAN;
    }
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
