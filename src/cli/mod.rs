//! The command line: one file per subcommand. Only this folder knows clap, and only it prints.
//!
//! Exit codes: 0 done; 1 done, but a condition failed or lines were skipped; 2 error; 130 interrupted, and 128 + n for
//! another signal n. A reader that
//! goes away (`| head -1`) ends a command quietly.

mod add;
mod agreement;
mod annotate;
mod args;
mod backup;
mod bench;
mod collect;
mod completions;
mod demo;
mod doctor;
mod eval;
mod export;
mod gold;
mod import;
mod init;
mod interrupt;
mod keys;
mod log_file;
mod man;
mod marked;
mod mistyped;
mod model;
mod open;
mod out;
mod plain;
mod progress;
mod remove;
mod score;
mod search;
mod show;
mod status;
mod suggest;
mod undo;
mod version;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

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
#[command(
    name = "gleaner",
    version,
    long_version = version::LONG.as_str(),
    args_conflicts_with_subcommands = true,
    max_term_width = 100,
    after_help = AFTER_HELP,
)]
struct Cli {
    /// The project folder to open
    project: Option<PathBuf>,
    /// Who is annotating [default: the setting `annotator`, else $USER, else me]
    #[arg(long = "as", value_name = "NAME", global = true)]
    annotator: Option<String>,
    /// More in the log file, nothing more on the screen; -vv: everything
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    verbose: u8,
    /// Review in lines instead of on a screen: for screen readers, dumb terminals and pipes
    #[arg(long, requires = "project")]
    plain: bool,
    #[command(flatten)]
    model: model::ModelArgs,
    #[command(flatten)]
    screen: args::ScreenArgs,
    #[command(subcommand)]
    command: Option<Command>,
}

const AFTER_HELP: &str = "\
Examples:
  gleaner demo                       try it on the bundled corpus
  gleaner init watches --label brand; gleaner import watches texts.jsonl; gleaner watches
  gleaner watches --plain            the same review in lines, without a screen

Settings: annotator, model, threshold, keymap, theme, color, mouse. A later one wins:
config.toml in ~/.config/gleaner, gleaner.toml in the project, GLEANER_… variables,
flags. `gleaner doctor` shows them, and where the log file is.

Exit codes: 0 done; 1 done, but a condition failed or lines were skipped; 2 error;
130 interrupted; 128 + n ended by another signal n.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Open the bundled corpus with live suggestions
    #[command(after_help = "Example: gleaner demo --as ada")]
    Demo(demo::Args),
    /// Make a project: asks for the task card, or takes it by flags
    #[command(after_help = "Example: gleaner init watches --label brand --label price --guidelines rules.md")]
    Init(init::Args),
    /// Take the texts of your domain out of a large data set, by meaning, into a project
    #[command(
        after_help = "Example: gleaner collect watches --from nuner.parquet --query 'wrist watches' -k 1000",
        after_long_help = collect::HELP
    )]
    Collect(collect::Args),
    /// Bring files into a project
    #[command(after_help = "Example: gleaner import watches reviews.jsonl more.csv --text-column body")]
    Import(import::Args),
    /// Add one document: typed, pasted or piped
    #[command(after_help = "Example: pdftotext letter.pdf - | gleaner add watches --id letter")]
    Add(add::Args),
    /// Write documents and spans in a format that trainers and tools read
    #[command(after_help = "Example: gleaner export watches --format gliner --split 80/10/10 -o watches.json")]
    Export(export::Args),
    /// Print documents with their spans marked
    #[command(after_help = "Example: gleaner show watches letter")]
    Show(show::Args),
    /// Find documents by their words, by their meaning, or both
    #[command(
        after_help = "Example: gleaner search watches 'automatic -quartz status:pending' (--help says how a query is written)",
        after_long_help = search::HELP
    )]
    Search(search::Args),
    /// Suggest spans with GLiNER: for a text, JSON lines or a whole project
    #[command(after_help = "Example: gleaner suggest --text 'Omega opened in Bern.' --label brand --label place")]
    Suggest(suggest::Args),
    /// Freeze gold under a name, look at it, write it out
    #[command(after_help = "Example: gleaner gold freeze watches blind-50")]
    Gold(gold::Args),
    /// Count predictions against gold: precision, recall, F1 as nervaluate counts them, and comparisons
    #[command(
        after_help = "Example: gleaner eval --gold gold.jsonl --pred predicted.jsonl (--help says what --json holds)",
        after_long_help = eval::HELP
    )]
    Eval(eval::Args),
    /// Print how far a project is
    #[command(after_help = "Example: gleaner status watches --json")]
    Status(status::Args),
    /// Print how far annotators agree on the documents that several of them submitted
    #[command(after_help = "\
Example: gleaner agreement watches --annotator ada --annotator bob

F1 counts the spans of the one as predictions of the other's. Kappa (Cohen) is on words, alpha (Krippendorff's, for
unitizing) on characters: 1 is agreement everywhere, 0 what chance gives.")]
    Agreement(agreement::Args),
    /// Take documents out of a project (undoable)
    #[command(after_help = "Example: gleaner remove watches letter-17 letter-18")]
    Remove(remove::Args),
    /// Take back your last edit, or do it again with --redo
    #[command(after_help = "Example: gleaner undo watches")]
    Undo(undo::Args),
    /// Write a consistent copy of a project into one file, while it may be open
    #[command(after_help = "\
Example: gleaner backup watches watches-2026-11-24.db

To restore: put the file, as gleaner.db, into a new folder; that folder is the project again.
  mkdir restored && cp watches-2026-11-24.db restored/gleaner.db && gleaner restored")]
    Backup(backup::Args),
    /// Print the keys
    #[command(after_help = "Example: gleaner keys --markdown")]
    Keys(keys::Args),
    /// Convert models
    #[command(after_help = "Example: gleaner model quantize gliner_small gliner_small_int8")]
    Model(model::Args),
    /// Measure speed and quality
    #[command(after_help = "Example: gleaner bench suggest mini --input texts.jsonl")]
    Bench(bench::Args),
    /// Look whether everything is as it should be, and say what to do where it is not
    #[command(after_help = "\
Example: gleaner doctor watches --verify

Needs no terminal and changes nothing (--verify opens the project as every command does).
Ends with 1 when something is wrong.")]
    Doctor(doctor::Args),
    /// Print what makes a shell complete gleaner's commands and flags
    #[command(after_help = "\
Example: gleaner completions bash > ~/.local/share/bash-completion/completions/gleaner")]
    Completions(completions::Args),
    /// Print the manual, or write a page for each command into a folder
    #[command(after_help = "Example: gleaner man ~/.local/share/man/man1")]
    Man(man::Args),
}

/// Runs the command line and says how it went.
pub fn main() -> ExitCode {
    interrupt::outlive_file_limits();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => mistyped::exit(&Cli::command(), &error),
    };
    let ran = log_file::start(cli.verbose).and_then(|()| run(cli));
    if let Err(error) = &ran
        && !is_broken_pipe(error)
    {
        log::error!("{}", out::in_words(error));
    }
    match ran {
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
    log::debug!("{} runs {:?}", env!("CARGO_PKG_VERSION"), cli.command);
    match cli.command {
        Some(Command::Demo(args)) => demo::run(&args, who),
        Some(Command::Init(args)) => init::run(&args),
        Some(Command::Collect(args)) => collect::run(&args),
        Some(Command::Import(args)) => import::run(&args, who),
        Some(Command::Add(args)) => add::run(&args, who),
        Some(Command::Export(args)) => export::run(&args, who),
        Some(Command::Show(args)) => show::run(&args),
        Some(Command::Search(args)) => search::run(&args, who),
        Some(Command::Suggest(args)) => suggest::run(&args),
        Some(Command::Gold(args)) => gold::run(&args, who),
        Some(Command::Eval(args)) => eval::run(&args),
        Some(Command::Status(args)) => status::run(&args, who),
        Some(Command::Agreement(args)) => agreement::run(&args),
        Some(Command::Remove(args)) => remove::run(&args, who),
        Some(Command::Undo(args)) => undo::run(&args, who),
        Some(Command::Keys(args)) => keys::run(&args),
        Some(Command::Model(args)) => model::run(&args),
        Some(Command::Bench(args)) => bench::run(&args),
        Some(Command::Backup(args)) => backup::run(&args),
        Some(Command::Doctor(args)) => doctor::run(&args, who, cli.verbose),
        Some(Command::Completions(args)) => completions::run(&args),
        Some(Command::Man(args)) => man::run(&args),
        None => match cli.project {
            Some(dir) if mistyped::meant(&Cli::command(), &dir).is_some() => {
                anyhow::bail!(mistyped::no_command(&Cli::command(), &dir))
            }
            Some(dir) => annotate::run(&dir, who, &cli.model, &cli.screen, cli.plain),
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
