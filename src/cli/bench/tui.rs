//! `gleaner bench tui`: this program in a pseudo-terminal, on projects of several sizes, idle and while a suggest of the
//! whole project writes beside it. What is measured is what a person waits for: from a key to the last byte of its frame.

mod projects;
mod pty;
mod report;
mod session;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

use self::projects::{ANNOTATOR, Folder, Material};
use self::pty::Terminal;
use self::report::{Subject, Times};
use self::session::{Session, memory};
use super::super::{Outcome, interrupt::Interrupt, out, progress::Progress};

/// Arguments of `gleaner bench tui`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Documents of a project; repeat for more projects [default: 1000, 100000 and 1000000]
    #[arg(long, value_name = "N")]
    documents: Vec<usize>,
    /// Keys pressed for each number
    #[arg(long, value_name = "N", default_value_t = 200)]
    keys: usize,
    /// Only a small project, the long document, and 40 keys
    #[arg(long, conflicts_with_all = ["documents", "keys"])]
    quick: bool,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

/// Bytes of the long document.
const LONG: usize = 2_000_000;
/// Starts that are timed.
const STARTS: usize = 5;
/// How long nothing is pressed, to see that nothing is sent.
const IDLE: Duration = Duration::from_secs(5);

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    anyhow::ensure!(args.keys >= 2, "--keys must be at least 2");
    let sizes = match (args.quick, args.documents.as_slice()) {
        (true, _) => vec![1000],
        (false, []) => vec![1000, 100_000, 1_000_000],
        (false, given) => given.to_vec(),
    };
    anyhow::ensure!(sizes.iter().all(|n| *n >= 100), "--documents must be at least 100");
    let keys = if args.quick { 40 } else { args.keys };
    let interrupt = Interrupt::listen()?;
    let folder = Folder::new()?;
    let material = Material::new()?;
    let bench = Bench { program: std::env::current_exe()?, home: folder.0.join("home"), keys };
    let mut subjects = Vec::new();
    for documents in sizes.into_iter().map(Some).chain([None]) {
        let dir = folder.0.join(documents.map_or("long".to_owned(), |n| n.to_string()));
        match documents {
            Some(n) => {
                let mut progress = Progress::new("make", Some(n as u64));
                material.documents(&dir, n, |done| progress.at(done, || format!("{done} of {n} documents")))?;
            }
            None => material.long_text(&dir, LONG)?,
        }
        subjects.push(bench.measure(&dir, documents)?);
        std::fs::remove_dir_all(&dir).ok();
        if interrupt.asked() {
            return Ok(Outcome::Interrupted);
        }
    }
    let mut stdout = out::stdout();
    if args.json {
        report::json(&mut stdout, &subjects, keys)?
    } else {
        report::table(&mut stdout, &subjects, keys)?
    }
    Ok(Outcome::Done)
}

/// What is the same for all projects.
struct Bench {
    program: PathBuf,
    home: PathBuf,
    keys: usize,
}

impl Bench {
    fn measure(&self, dir: &Path, documents: Option<usize>) -> anyhow::Result<Subject> {
        let name = documents.map_or("a document of 2 MB".to_owned(), |n| out::counted(n as u64, "document"));
        out::note(&format!("measuring {name}"));
        let mut subject = Subject { documents, name, ..Subject::default() };
        for _ in 0..STARTS {
            let begin = Instant::now();
            let mut terminal = Terminal::spawn(&mut self.open(dir, ANNOTATOR, false))?;
            terminal.first_frame()?;
            subject.open.push(begin.elapsed());
        }
        let session = |model| -> anyhow::Result<Session> {
            // Another annotator, to whom nothing has been answered yet, for the session with suggestions.
            let who = if model { "reviewer" } else { ANNOTATOR };
            Session::begin(Terminal::spawn(&mut self.open(dir, who, model))?, self.keys, documents.is_some())
        };
        let mut plain = session(false)?;
        subject.idle = plain.all()?;
        subject.memory = memory(plain.terminal.pid());
        subject.idle_bytes = plain.bytes_while_idle(IDLE)?;
        drop(plain);
        // The model reads all of a text before it suggests: minutes for two megabytes.
        if documents.is_some() {
            subject.idle.extend(session(true)?.accepting()?);
        }
        let mut suggest = self.suggest(dir)?;
        // The model is read and the first batch written.
        std::thread::sleep(Duration::from_secs(2));
        let mut busy = session(false)?;
        subject.busy = busy.all()?;
        drop(busy);
        if documents.is_some() {
            subject.busy.extend(session(true)?.accepting()?);
        }
        subject.busy_to_the_end = suggest.try_wait()?.is_none();
        suggest.kill().ok();
        suggest.wait().context("the suggest beside it")?;
        Ok(subject)
    }

    /// This program on a project; without a model, or with the one that is built in.
    fn open(&self, dir: &Path, who: &str, model: bool) -> Command {
        let mut command = self.command();
        command.arg(dir).args(["--as", who]);
        if !model {
            command.arg("--model").arg(self.home.join("none"));
        }
        command
    }

    /// A suggest of the whole project, beside the terminal.
    fn suggest(&self, dir: &Path) -> anyhow::Result<std::process::Child> {
        let mut command = self.command();
        command.arg("suggest").arg(dir).args(["--save-as", "beside"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().context("the suggest beside it cannot be started")
    }

    /// Nothing of the person's own settings counts.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.env("HOME", &self.home);
        for name in ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"] {
            command.env(name, self.home.join(name));
        }
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GLEANER_")) {
            command.env_remove(name);
        }
        command
    }
}

/// Times of one kind of key, as they came.
type Measured = Vec<(&'static str, Times)>;
