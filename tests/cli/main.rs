//! The command line as a manual: every command with its flags, messages and exit codes, and what bad input does to it.
//!
//! Exit codes: 0 done; 1 done, but something was left out or a condition does not hold; 2 error; 130 interrupted.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod agreement;
mod backup;
mod benching;
mod collecting;
mod completions;
mod demo;
mod disks;
mod doctor;
mod evaluating;
mod exporting;
mod formats;
mod gold;
mod hostile;
mod importing;
mod interruptions;
mod models;
mod plain;
mod projects;
mod searching;
mod settings;
mod suggester;
mod suggesting;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

/// A person's home: a folder with files and projects, in which gleaner runs.
struct Home {
    dir: TempDir,
}

/// What a command printed and how it ended.
#[derive(Debug)]
struct Ran {
    out: String,
    err: String,
    code: Option<i32>,
}

impl Home {
    fn new() -> Self {
        Self { dir: TempDir::new().unwrap() }
    }

    /// A home with an empty project `p` that has these labels.
    fn with_project(labels: &[&str]) -> Self {
        let home = Self::new();
        let mut args = vec!["init", "p"];
        args.extend(labels.iter().flat_map(|l| ["--label", l]));
        home.ok(&args);
        home
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file, and gives back its name.
    fn file<'n>(&self, name: &'n str, content: impl AsRef<[u8]>) -> &'n str {
        std::fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        std::fs::write(self.path(name), content).unwrap();
        name
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gleaner"));
        command.args(args).current_dir(self.dir.path()).env_clear().env("USER", "ada");
        for (name, folder) in
            [("HOME", "."), ("XDG_CONFIG_HOME", "config"), ("XDG_STATE_HOME", "state"), ("XDG_CACHE_HOME", "cache")]
        {
            command.env(name, self.path(folder));
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs `gleaner args` with nothing on standard input.
    fn run(&self, args: &[&str]) -> Ran {
        Ran::of(self.command(args).spawn().unwrap())
    }

    /// Runs `gleaner args` with `input` on standard input.
    fn pipe(&self, input: impl Into<Vec<u8>>, args: &[&str]) -> Ran {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let (mut stdin, input) = (child.stdin.take().unwrap(), input.into());
        let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
        let ran = Ran::of(child);
        writer.join().unwrap();
        ran
    }

    /// Runs a command that must do all it was asked for.
    fn ok(&self, args: &[&str]) -> Ran {
        self.run(args).ends(0)
    }
}

impl Ran {
    /// Waits for the end. Whatever happens, nothing panics and no control character reaches standard error.
    fn of(child: Child) -> Self {
        let done = child.wait_with_output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
        let ran = Self { out: text(done.stdout), err: text(done.stderr), code: done.status.code() };
        assert!(!ran.err.contains("panicked"), "{ran:#?}");
        assert!(harmless(&ran.err), "{ran:#?}");
        ran
    }

    /// It ended with this code.
    #[track_caller]
    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        self
    }

    /// It printed this on standard output.
    #[track_caller]
    fn prints(self, text: &str) -> Self {
        assert!(self.out.contains(text), "{text:?} is not in {self:#?}");
        self
    }

    /// It said this on standard error.
    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "{text:?} is not in {self:#?}");
        self
    }

    /// Its output as JSON, a value a line.
    fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

/// No control character but line breaks and tabs, and nothing that turns the direction of the text.
fn harmless(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '\n' | '\t') || !(c.is_control() || matches!(c, '\u{202a}'..='\u{202e}')))
}

/// A model folder among the fixtures.
fn fixture_model(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gliner/models").join(name)
}

#[test]
fn without_a_command_it_says_where_to_start() {
    Home::new().run(&[]).ends(2).says("gleaner demo").says("gleaner --help");
}

#[test]
fn the_help_lists_every_command_and_the_version_is_ours() {
    let home = Home::new();
    let help = home.ok(&["--help"]);
    for command in [
        "demo",
        "init",
        "collect",
        "import",
        "add",
        "export",
        "show",
        "suggest",
        "eval",
        "gold",
        "status",
        "remove",
        "undo",
        "keys",
        "backup",
        "doctor",
        "agreement",
    ] {
        assert!(help.out.contains(&format!("\n  {command} ")), "{command}: {}", help.out);
        assert!(home.ok(&[command, "--help"]).out.contains("Usage: gleaner"), "{command}");
    }
    home.ok(&["--version"]).prints(&format!("gleaner {}", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_help_of_import_names_the_formats() {
    let help = Home::new().ok(&["import", "--help"]).out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains("jsonl, text, csv, tsv, conll, hf, spacy, gliner, prodigy, doccano, labelstudio"), "{help}");
}

#[test]
fn a_folder_without_a_project_is_named_with_the_way_to_make_one() {
    let home = Home::new();
    for args in [
        &["nowhere"][..],
        &["show", "nowhere"],
        &["status", "nowhere"],
        &["undo", "nowhere"],
        &["remove", "nowhere", "a"],
        &["add", "nowhere", "text"],
        &["suggest", "nowhere"],
        &["export", "nowhere", "--format", "jsonl"],
        &["import", "nowhere", "x.jsonl"],
        &["backup", "nowhere", "x.db"],
        &["nowhere", "--plain"],
    ] {
        home.run(args).ends(2).says("nowhere: no gleaner project here").says("gleaner init nowhere");
        assert!(!home.path("nowhere").exists(), "{args:?} made a folder");
    }
}

#[test]
fn a_slip_in_a_command_is_told_from_a_project_folder() {
    let home = Home::new();
    for args in [&["exprot", "p"][..], &["exprot"], &["exprot", "p", "--format", "jsonl"]] {
        home.run(args).ends(2).says("there is no command and no folder 'exprot'; did you mean `gleaner export`?");
    }
    home.run(&["init", "texts", "--label", "brand"]).ends(0);
    home.run(&["texts", "status"]).ends(2).says("the command comes first: `gleaner status texts …`");
    // A folder whose name is nearly a command's is opened.
    home.run(&["init", "statu", "--label", "brand"]).ends(0);
    home.run(&["statu", "--plain"]).ends(0);
}

#[test]
fn an_annotators_name_is_one_line_that_can_be_read() {
    let home = Home::new();
    home.run(&["init", "texts", "--label", "brand"]).ends(0);
    home.run(&["status", "texts", "--as", " "]).ends(2).says("the annotator's name is empty");
    for name in ["a\tb", "a\nb", "\u{1b}[31mred"] {
        home.run(&["status", "texts", "--as", name]).ends(2).says("the annotator's name holds control characters");
    }
    home.run(&["status", "texts", "--as", "Zoë Ångström"]).ends(0);
}
