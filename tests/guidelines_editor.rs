//! The guidelines in the person's own editor, in a real terminal: what is saved is committed and undone, a failing
//! editor loses nothing, and the screen comes back.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use gleaner::dataset::{Record, TaskCard};
use gleaner::store::{ImportOptions, Project};
use pty::{Screen, Start};

const GUIDELINES: &str = "# How to\n\n- mark \u{1b}[31mbrands";

struct Subject {
    folder: tempfile::TempDir,
}

impl Subject {
    fn new() -> Self {
        let subject = Self { folder: tempfile::tempdir().unwrap() };
        let card = TaskCard { name: "watches".into(), guidelines: GUIDELINES.into(), ..TaskCard::default() };
        let mut project = Project::create(&subject.dir(), &card).unwrap();
        let mut import = project.import(ImportOptions::default()).unwrap();
        import.add(Record { text: "Seiko made it.".into(), ..Record::default() }).unwrap();
        import.finish().unwrap();
        std::fs::create_dir(subject.temporary()).unwrap();
        subject
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("watches")
    }

    /// Where files to edit go.
    fn temporary(&self) -> PathBuf {
        self.folder.path().join("tmp")
    }

    /// The Project screen with its guidelines, and an editor that runs `script`, where `$1` is the file.
    fn with_editor(&self, script: &str) -> Screen {
        let editor = self.folder.path().join("my editor");
        std::fs::write(&editor, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o700)).unwrap();
        let mut screen = Start::new(env!("CARGO_BIN_EXE_gleaner"))
            .args([self.dir().as_os_str(), "--as".as_ref(), "ada".as_ref()])
            .env("HOME", self.folder.path())
            .env("TMPDIR", self.temporary())
            .env("VISUAL", " ")
            .env("EDITOR", format!("'{}' --wait", editor.display()))
            .spawn();
        screen.wait_for("Seiko made");
        screen.send("p");
        screen.wait_for("[Labels]");
        screen.send("\t");
        screen.wait_for("[Guidelines]");
        screen
    }

    fn saved(&self) -> String {
        let project = Project::open(&self.dir()).unwrap();
        assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        project.task_card().unwrap().guidelines
    }

    fn left_over(&self) -> Vec<PathBuf> {
        std::fs::read_dir(self.temporary()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }
}

#[test]
fn what_the_editor_saves_is_committed_and_undone() {
    let subject = Subject::new();
    // The argument of the editor comes before the file; nobody else may read that.
    let script = "[ \"$1\" = --wait ] || exit 9\n[ $(stat -c %a \"$2\") = 600 ] || exit 8\nprintf 'in the editor\\n'\n\
                  read -r line\nprintf '%s\\n' \"$line\" >> \"$2\"";
    let mut screen = subject.with_editor(script);
    screen.wait_for("mark ␛[31mbrands");
    screen.send("E");
    screen.wait_for("in the editor");
    screen.ask(|s| assert!(!s.alternate_screen(), "the editor has the whole terminal"));
    screen.send("- and models\n");
    screen.wait_for("• and models");
    screen.ask(|s| assert!(s.alternate_screen() && s.bracketed_paste()));
    screen.wait_for("edit the guidelines");
    assert_eq!(subject.saved(), format!("{GUIDELINES}\n- and models"));
    assert_eq!(subject.left_over(), Vec::<PathBuf>::new());
    screen.send("u");
    screen.wait_for("undid: edit the guidelines");
    assert_eq!(subject.saved(), GUIDELINES);
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn an_unchanged_file_is_no_edit() {
    let subject = Subject::new();
    let mut screen = subject.with_editor("touch \"$2\"");
    screen.send("E");
    screen.wait_for("the guidelines are as they were");
    screen.send("u");
    screen.wait_for("nothing to undo");
    assert_eq!(subject.left_over(), Vec::<PathBuf>::new());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn an_editor_that_fails_loses_nothing() {
    let subject = Subject::new();
    let mut screen = subject.with_editor("echo 'half a thought' > \"$2\"; exit 3");
    screen.send("E");
    screen.wait_for("your text is in");
    assert_eq!(subject.saved(), GUIDELINES);
    let left = subject.left_over();
    assert_eq!(left.len(), 1);
    assert_eq!(std::fs::read_to_string(&left[0]).unwrap(), "half a thought\n");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn what_cannot_be_committed_stays_in_its_file() {
    let subject = Subject::new();
    let mut screen = subject.with_editor("read -r line; echo mine > \"$2\"");
    screen.send("E");
    // Meanwhile somebody else writes the card.
    let mut project = Project::open(&subject.dir()).unwrap();
    let before = project.task_card().unwrap();
    let after = TaskCard { guidelines: "theirs".into(), ..before.clone() };
    let changes = vec![gleaner::store::Change::Task { before, after }];
    project.commit(&gleaner::store::Group { actor: "bob".into(), reason: "edit".into(), changes }).unwrap();
    screen.send("\n");
    screen.wait_for("your text is in");
    assert_eq!(subject.saved(), "theirs");
    assert_eq!(std::fs::read_to_string(&subject.left_over()[0]).unwrap(), "mine\n");
    screen.wait_for("theirs");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}
