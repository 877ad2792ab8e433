//! The real program in terminals that come and go: signals, sizes, poor terminals and lines, none at all, a second
//! program on the same project, a disk that fails, panics. What was done is saved each time, and the terminal given back.
//!
//! `terminal_screen.rs` does the same to the device alone, with more malice.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../pty/mod.rs"]
mod pty;

mod clipboard;
mod disks;
mod input;
mod kinds;
mod lines;
mod no_terminal;
mod panics;
mod quitting;
mod sequences;
mod signals;
mod sizes;
mod tmux;
mod two_programs;

use std::path::PathBuf;

use gleaner::annotate::LabelSet;
use gleaner::dataset::{DocumentId, Record, TaskCard};
use gleaner::store::{ImportOptions, Project};
use pty::{Screen, Start};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gleaner");
const TEXT: &str = "Seiko made the Marinemaster in titanium, and Ōtani 😀 wore it.";

/// A project of two labels, in a folder of its own.
struct Subject {
    folder: tempfile::TempDir,
}

impl Subject {
    /// With one document.
    fn new() -> Self {
        Self::with(&[TEXT])
    }

    /// With a document for each text.
    fn with(texts: &[&str]) -> Self {
        Self::within(tempfile::tempdir().unwrap(), texts)
    }

    /// In a folder somewhere else.
    fn within(folder: tempfile::TempDir, texts: &[&str]) -> Self {
        let subject = Self { folder };
        let mut project = Project::create(&subject.dir(), &TaskCard::default()).unwrap();
        for name in ["brand", "watch model"] {
            let id = project.new_label_id().unwrap();
            let labels = LabelSet::new(project.labels().unwrap());
            project.commit(&labels.add("maker", id, name).unwrap()).unwrap();
        }
        let mut import = project.import(ImportOptions::default()).unwrap();
        for text in texts {
            import.add(Record { text: (*text).into(), ..Record::default() }).unwrap();
        }
        import.finish().unwrap();
        subject
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("watches")
    }

    fn database(&self) -> PathBuf {
        self.dir().join("gleaner.db")
    }

    /// The program, to be started.
    fn program(&self) -> Start {
        self.program_of("ada")
    }

    /// The program in the hands of `who`.
    fn program_of(&self, who: &str) -> Start {
        self.at_home(Start::new(PROGRAM).args([self.dir().as_os_str(), "--as".as_ref(), who.as_ref()]))
    }

    /// The program as a person types it.
    fn command(&self) -> String {
        format!("'{PROGRAM}' '{}' --as ada", self.dir().display())
    }

    /// The program as a shell runs it; `GLEANER` stands for it.
    fn in_shell(&self, script: &str) -> Start {
        self.at_home(Start::new("/bin/bash").args(["-c".to_owned(), script.replace("GLEANER", &self.command())]))
    }

    fn at_home(&self, start: Start) -> Start {
        start.env("HOME", self.folder.path())
    }

    /// The project, which must be as its edits say.
    fn verified(&self) -> Project {
        let project = Project::open(&self.dir()).unwrap();
        assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        project
    }

    /// The spans of the first document that are in the store: what they cover.
    fn saved(&self) -> Vec<String> {
        let project = self.verified();
        let text: Vec<char> = project.document(DocumentId(1)).unwrap().unwrap().text.chars().collect();
        let spans = project.response(DocumentId(1), "ada").unwrap().spans;
        spans.iter().map(|s| text[s.range.start..s.range.end].iter().collect()).collect()
    }
}

/// Labels the first word and waits until the screen says so.
fn label_the_first_word(screen: &mut Screen) {
    screen.wait_for("Seiko made");
    screen.send("1");
    screen.wait_for("1 brand 1");
}

/// Waits until the model has answered and is not at it again.
fn wait_for_suggestions(screen: &Screen) {
    screen.wait_until("suggestions", |s| {
        let contents = s.contents();
        (contents.contains("suggestions ≥") || contents.contains("suggestions >")) && !contents.contains("suggesting")
    });
}
