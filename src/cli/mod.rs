//! The command line: one file per subcommand. Only this folder knows clap, and only it prints.
//!
//! Exit codes: 0 done; 1 done, but a condition failed or lines were skipped; 2 error; 130 interrupted, and 128 + n for
//! another signal n. A reader that
//! goes away (`| head -1`) ends a command quietly.

mod add;
mod annotate;
mod args;
mod bench;
mod demo;
mod export;
mod import;
mod init;
mod interrupt;
mod keys;
mod marked;
mod model;
mod open;
mod out;
mod progress;
mod remove;
mod show;
mod status;
mod suggest;
mod undo;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// How a command ended when it did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Everything was done.
    Done,
    /// Done, but something was skipped or a condition does not hold.
    Partly,
    /// The person stopped it; nothing is half done.
    Interrupted,
    /// Another signal asked it to stop; everything is saved.
    Signalled(u8),
}

/// A named-entity lab in the terminal: suggest spans with GLiNER, annotate with the keyboard, export, all offline.
#[derive(Debug, Parser)]
#[command(name = "gleaner", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
struct Cli {
    /// The project folder to open
    project: Option<PathBuf>,
    /// Who is annotating [default: `annotator` in config.toml, else $USER, else me]
    #[arg(long = "as", value_name = "NAME", global = true)]
    annotator: Option<String>,
    #[command(flatten)]
    model: model::ModelArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the bundled corpus with live suggestions
    Demo(demo::Args),
    /// Make a project: asks for the task card, or takes it by flags
    Init(init::Args),
    /// Bring files into a project
    Import(import::Args),
    /// Add one document: typed, pasted or piped
    Add(add::Args),
    /// Write documents and spans in a format that trainers and tools read
    Export(export::Args),
    /// Print documents with their spans marked
    Show(show::Args),
    /// Suggest spans with GLiNER: for a text, JSON lines or a whole project
    Suggest(suggest::Args),
    /// Print how far a project is
    Status(status::Args),
    /// Take documents out of a project (undoable)
    Remove(remove::Args),
    /// Take back your last edit, or do it again with --redo
    Undo(undo::Args),
    /// Print the keys
    Keys(keys::Args),
    /// Convert models
    Model(model::Args),
    /// Measure speed and quality
    Bench(bench::Args),
}

/// Runs the command line and says how it went.
pub fn main() -> ExitCode {
    interrupt::outlive_file_limits();
    let cli = Cli::parse();
    match run(cli) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Partly) => ExitCode::from(1),
        Ok(Outcome::Interrupted) => ExitCode::from(130),
        Ok(Outcome::Signalled(signal)) => ExitCode::from(128 + signal),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            out::complain(&error);
            ExitCode::from(2)
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<Outcome> {
    let who = cli.annotator.as_deref();
    match cli.command {
        Some(Command::Demo(args)) => demo::run(&args, who),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Import(args)) => import::run(&args, who),
        Some(Command::Add(args)) => add::run(&args, who),
        Some(Command::Export(args)) => export::run(&args, who),
        Some(Command::Show(args)) => show::run(&args),
        Some(Command::Suggest(args)) => suggest::run(&args),
        Some(Command::Status(args)) => status::run(&args, who),
        Some(Command::Remove(args)) => remove::run(&args, who),
        Some(Command::Undo(args)) => undo::run(&args, who),
        Some(Command::Keys(args)) => keys::run(&args),
        Some(Command::Model(args)) => model::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        None => match cli.project {
            Some(dir) => annotate::run(&dir, who, &cli.model),
            None => anyhow::bail!(
                "name a project folder or a command: `gleaner demo` is a good start, `gleaner --help` lists them"
            ),
        },
    }
}

/// True when somewhere down the chain the reader of our output went away.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(std::io::ErrorKind::BrokenPipe)
    })
}
