//! Inside tmux, inside tmux inside tmux, and seen from two places.

use std::process::Command;

use super::Subject;
use super::pty::{Screen, Start};

/// The servers of one test, in a folder of its own; they end with it.
struct Tmux {
    folder: tempfile::TempDir,
}

impl Tmux {
    /// `None`, and a word about it, where there is no tmux.
    fn find() -> Option<Self> {
        if !Command::new("tmux").arg("-V").output().is_ok_and(|o| o.status.success()) {
            eprintln!("skipped: there is no tmux");
            return None;
        }
        // The path of a socket may not be long.
        let folder = tempfile::Builder::new().prefix("gl").tempdir_in("/tmp").unwrap();
        std::fs::write(folder.path().join("conf"), "set -g status off\nset -g escape-time 20\n").unwrap();
        Some(Self { folder })
    }

    /// What a person types to run tmux on a server.
    fn command(&self, server: &str, rest: &str) -> String {
        let folder = self.folder.path().display();
        format!("env -u TMUX TMUX_TMPDIR={folder} tmux -u -L {server} -f {folder}/conf {rest}")
    }

    /// Tells a server something from outside.
    fn tell(&self, server: &str, words: &str) {
        let output = Command::new("/bin/bash").args(["-c", &self.command(server, words)]).output().unwrap();
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    }

    fn screen(&self, subject: &Subject, server: &str, rest: &str, size: (u16, u16)) -> Screen {
        let script = self.command(server, rest);
        subject.at_home(Start::new("/bin/bash").args(["-c".to_owned(), script])).size(size.0, size.1).spawn()
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        for server in ["outer", "inner"] {
            let _ = Command::new("/bin/bash").args(["-c", &self.command(server, "kill-server")]).output();
        }
    }
}

/// A script in its own file: no quoting inside quoting.
fn script(tmux: &Tmux, name: &str, text: &str) -> String {
    let file = tmux.folder.path().join(name);
    std::fs::write(&file, text).unwrap();
    format!("'bash {}'", file.display())
}

#[test]
fn tmux_in_tmux_passes_keys_and_sizes_and_shows_what_was_done_while_it_was_detached() {
    let Some(tmux) = Tmux::find() else { return };
    let subject = Subject::new();
    let gleaner = script(&tmux, "gleaner", &format!("{}; echo code $?; read -r", subject.command()));
    let new = tmux.command("inner", &format!("new-session -s g {gleaner}"));
    let again = tmux.command("inner", "attach -t g");
    let shell = script(&tmux, "shell", &format!("{new}; echo in the outer shell; read -r; {again}; read -r"));
    let mut screen = tmux.screen(&subject, "outer", &format!("new-session {shell}"), (80, 24));
    super::label_the_first_word(&mut screen);
    let fills = |s: &vt100::Screen, columns, rows: usize| {
        s.rows(0, columns).nth(rows - 1).is_some_and(|row| row.contains("? help")) && s.contents().contains("brand")
    };
    for (columns, rows) in [(130, 45), (70, 20), (100, 30)] {
        screen.resize(columns, rows);
        screen.wait_until("the new size to be filled", |s| fills(s, columns, rows.into()));
    }
    assert!(
        screen.contents().contains("Seiko made") && screen.contents().contains("1 brand 1"),
        "{}",
        screen.picture()
    );

    tmux.tell("inner", "detach-client -s g");
    screen.wait_for("in the outer shell");
    tmux.tell("inner", "send-keys -t g l 1");
    screen.wait("an edit while nobody looks", || subject.saved().len() == 2);
    screen.resize(90, 26);
    screen.send("\n");
    screen.wait_for("1 brand 2");
    screen.wait_until("the new size to be filled", |s| fills(s, 90, 26));
    screen.send("u");
    screen.wait_for("undid: add brand");
    screen.send("q");
    screen.wait_for("code 0");
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn two_terminals_of_different_size_see_one_session_and_either_can_go() {
    let Some(tmux) = Tmux::find() else { return };
    let subject = Subject::new();
    let gleaner = script(&tmux, "gleaner", &format!("{}; echo code $?; read -r", subject.command()));
    let mut small = tmux.screen(&subject, "outer", &format!("new-session -s g {gleaner}"), (80, 24));
    super::label_the_first_word(&mut small);
    let mut large = tmux.screen(&subject, "outer", "attach -t g", (140, 45));
    large.wait_for("1 brand 1");
    large.send("l2");
    large.wait_for("2 watch model 1");
    // The smaller one sees a corner of what now fits the larger.
    small.wait_for("╰watch model");
    small.send("u");
    for screen in [&small, &large] {
        screen.wait_for("undid: add watch model");
    }
    small.hang_up();
    large.send("U");
    large.wait_for("2 watch model 1");
    large.wait_until("all of the larger one to be filled", |s| {
        s.rows(0, 140).nth(44).is_some_and(|r| r.contains("? help"))
    });
    large.send("q");
    large.wait_for("code 0");
    assert_eq!(subject.saved(), ["Seiko", "made"]);
}
