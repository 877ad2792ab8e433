//! The real program in terminals that come and go: signals, a vanished line, other sizes, poor terminals, none at all.
//! What was done is saved each time, and the terminal is given back.
//!
//! `terminal_screen.rs` does the same to the device alone, with more malice.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use gleaner::annotate::LabelSet;
use gleaner::dataset::{DocumentId, Record, TaskCard};
use gleaner::store::{ImportOptions, Project};
use pty::{Screen, Start, keys};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gleaner");
const TEXT: &str = "Seiko made the Marinemaster in titanium, and Ōtani 😀 wore it.";

/// A project of one document and two labels, in a folder of its own.
struct Subject {
    folder: tempfile::TempDir,
}

impl Subject {
    fn new() -> Self {
        let subject = Self { folder: tempfile::tempdir().unwrap() };
        let mut project = Project::create(&subject.dir(), &TaskCard::default()).unwrap();
        for name in ["brand", "watch model"] {
            let id = project.new_label_id().unwrap();
            let labels = LabelSet::new(project.labels().unwrap());
            project.commit(&labels.add("maker", id, name).unwrap()).unwrap();
        }
        let mut import = project.import(ImportOptions::default()).unwrap();
        import.add(Record { text: TEXT.into(), ..Record::default() }).unwrap();
        import.finish().unwrap();
        subject
    }

    fn dir(&self) -> PathBuf {
        self.folder.path().join("watches")
    }

    /// The program, to be started.
    fn program(&self) -> Start {
        self.at_home(Start::new(PROGRAM).args([self.dir().as_os_str(), "--as".as_ref(), "ada".as_ref()]))
    }

    /// The program as a shell runs it; `GLEANER` stands for it.
    fn in_shell(&self, script: &str) -> Start {
        let command = format!("'{PROGRAM}' '{}' --as ada", self.dir().display());
        self.at_home(Start::new("/bin/bash").args(["-c".to_owned(), script.replace("GLEANER", &command)]))
    }

    fn at_home(&self, start: Start) -> Start {
        start.env("HOME", self.folder.path())
    }

    /// The spans that are in the store: what they cover.
    fn saved(&self) -> Vec<String> {
        let project = Project::open(&self.dir()).unwrap();
        assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        let spans = project.response(DocumentId(1), "ada").unwrap().spans;
        let text: Vec<char> = TEXT.chars().collect();
        spans.iter().map(|s| text[s.range.start..s.range.end].iter().collect()).collect()
    }
}

/// Labels the first word and waits until the screen says so.
fn label_the_first_word(screen: &mut Screen) {
    screen.wait_for("Seiko made");
    screen.send("1");
    screen.wait_for("1 brand 1");
}

/// What a terminal looks like when nobody holds it.
fn assert_given_back(screen: &Screen) {
    screen.ask(|s| {
        assert!(!s.alternate_screen(), "still on the alternate screen");
        assert!(!s.bracketed_paste(), "pastes are still marked");
        assert!(!s.hide_cursor(), "the cursor is still hidden");
        assert_eq!(s.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    });
}

#[test]
fn a_signal_to_end_gives_the_terminal_back_and_keeps_the_work() {
    for (signal, code) in [(libc::SIGTERM, 143), (libc::SIGHUP, 129), (libc::SIGINT, 130)] {
        let subject = Subject::new();
        let mut screen = subject.program().spawn();
        label_the_first_word(&mut screen);
        screen.signal(signal);
        assert_eq!(screen.wait_exit(), code);
        assert_given_back(&screen);
        assert_eq!(subject.saved(), ["Seiko"], "signal {signal}");
    }
}

#[test]
fn a_vanished_terminal_ends_the_program_and_keeps_the_work() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    let begin = Instant::now();
    screen.hang_up();
    screen.wait_exit();
    assert!(begin.elapsed() < Duration::from_secs(3), "{:?}", begin.elapsed());
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn ctrl_z_stops_and_fg_comes_back_to_the_same_document() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("set -m; GLEANER; echo stopped in the shell; read -r; fg; echo over").spawn();
    label_the_first_word(&mut screen);
    screen.send(keys::CTRL_Z);
    screen.wait_for("stopped in the shell");
    assert_given_back(&screen);
    screen.send("\n");
    screen.wait_for("1 brand 1");
    screen.ask(|s| assert!(s.alternate_screen() && s.bracketed_paste()));
    screen.send("u");
    screen.wait_for("undid: add brand");
    screen.send("q");
    screen.wait_for("over");
    assert_given_back(&screen);
    assert_eq!(subject.saved(), Vec::<String>::new());
}

#[test]
fn a_storm_of_sizes_while_editing_ends_in_the_last() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    for step in 0..60 {
        screen.resize(40 + 2 * step, 10 + step / 2);
        // Too small a screen takes no key but q; the rest is typed where it counts.
        if step % 20 == 15 {
            screen.send("1l");
        }
        std::thread::sleep(Duration::from_millis(4));
    }
    screen.resize(100, 30);
    screen.wait_quiet(Duration::from_millis(150));
    screen.send(keys::CTRL_L);
    screen.wait_until("the last size to be filled", |s| {
        let rows: Vec<String> = s.rows(0, 100).collect();
        rows[0].contains("1 draft") && rows[0].trim_end().ends_with("ada") && rows[29].contains("? help")
    });
    assert!(screen.contents().contains("Seiko made"), "{}", screen.picture());
    assert!(!subject.saved().is_empty());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn a_terminal_that_is_too_small_is_told_so_and_comes_back() {
    let subject = Subject::new();
    let mut screen = subject.program().size(59, 14).spawn();
    screen.wait_for("gleaner needs 60 columns and 15 rows");
    screen.send("1");
    // Nothing comes of it that could be waited for; a new size sent at once might be read before the key.
    std::thread::sleep(Duration::from_millis(400));
    screen.resize(60, 15);
    screen.wait_for("Seiko made");
    assert_eq!(subject.saved(), Vec::<String>::new(), "what cannot be seen is not done");
    screen.resize(20, 3);
    screen.wait_for("gleaner needs");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    assert_given_back(&screen);
}

#[test]
fn poor_terminals_show_the_text_and_spans() {
    let worlds: [(&str, &[(&str, &str)]); 6] = [
        ("dumb", &[]),
        ("xterm-256color", &[("NO_COLOR", "1")]),
        ("screen", &[]),
        ("linux", &[]),
        ("xterm-256color", &[("LC_ALL", "C"), ("LANG", "C")]),
        ("no-such-terminal", &[]),
    ];
    for (term, more) in worlds {
        let subject = Subject::new();
        let mut start = subject.program().env("TERM", term);
        for (name, value) in more {
            start = start.env(name, value);
        }
        let mut screen = start.spawn();
        label_the_first_word(&mut screen);
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0, "{term} {more:?}");
        assert_given_back(&screen);
        assert_eq!(subject.saved(), ["Seiko"]);
        let coloured = sgr(&screen.raw()).iter().any(|code| matches!(code, 30..=38 | 40..=48 | 90..=107));
        let wanted = term != "dumb" && !more.iter().any(|(name, _)| *name == "NO_COLOR");
        assert_eq!(coloured, wanted, "colours in {term} {more:?}");
    }
}

/// The first number of every SGR sequence and what follows each `;`.
fn sgr(raw: &[u8]) -> Vec<u16> {
    let text = String::from_utf8_lossy(raw);
    let sequences = text.split("\x1b[").skip(1).filter_map(|s| {
        let end = s.find(|c: char| !c.is_ascii_digit() && c != ';' && c != ':')?;
        s[end..].starts_with('m').then(|| s[..end].to_owned())
    });
    sequences.flat_map(|s| s.split(';').filter_map(|n| n.parse().ok()).collect::<Vec<_>>()).collect()
}

#[test]
fn an_idle_program_sends_nothing() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.wait_until("suggestions", |s| s.contents().contains('≥') && !s.contents().contains("suggesting"));
    screen.wait_quiet(Duration::from_millis(200));
    let before = screen.received();
    std::thread::sleep(Duration::from_secs(2));
    let sent = screen.raw()[before..].to_vec();
    assert!(sent.is_empty(), "{:?}", String::from_utf8_lossy(&sent));
}

#[test]
fn data_on_stdin_leaves_the_keys_to_the_terminal() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("echo data | GLEANER | cat; echo over").spawn();
    label_the_first_word(&mut screen);
    screen.send("q");
    screen.wait_for("over");
    assert_given_back(&screen);
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn without_a_terminal_it_says_so_and_ends_with_2() {
    let subject = Subject::new();
    let output = without_terminal(&subject.dir(), subject.folder.path());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no terminal") && said.contains("gleaner show"), "{said}");
    assert!(output.stdout.is_empty());
}

fn without_terminal(dir: &Path, home: &Path) -> std::process::Output {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(PROGRAM);
    command.arg(dir).args(["--as", "ada"]).env("HOME", home).stdin(Stdio::null());
    // A session of its own has no controlling terminal.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            Ok(())
        })
    };
    command.output().unwrap()
}

#[test]
fn settings_hold_on_the_screen() {
    let subject = Subject::new();
    let config = subject.folder.path().join(".config/gleaner");
    std::fs::create_dir_all(&config).unwrap();
    std::fs::write(config.join("config.toml"), "annotator = \"zoe\"\nthreshold = 0.35\nkeymap = \"arrows\"\n").unwrap();
    let mut screen = subject.at_home(Start::new(PROGRAM).args([subject.dir()])).spawn();
    screen.wait_for("zoe");
    screen.wait_for("≥0.35");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn copying_sends_the_clipboard_sequence_with_the_text_in_base64() {
    for (tmux, sequence) in [
        ("", "\x1b]52;c;U2Vpa28=\x07"),
        ("/tmp/tmux-0/default,1,0", "\x1bPtmux;\x1b\x1b]52;c;U2Vpa28=\x07\x1b\\\x1b]52;c;U2Vpa28=\x07"),
    ] {
        let subject = Subject::new();
        let mut screen = subject.program().env("TMUX", tmux).spawn();
        label_the_first_word(&mut screen);
        screen.send("Y");
        screen.wait_for("copied “Seiko”: 5 characters");
        screen.wait("the clipboard sequence", || screen.has_come(sequence.as_bytes(), 0));
        let sent = screen.raw();
        let clipboards = sent.windows(5).filter(|w| w == b"\x1b]52;").count();
        assert_eq!(clipboards, sequence.matches("\x1b]52;").count());
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0);
    }
}

#[test]
fn a_pasted_text_becomes_a_document_and_opens() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.send("gl");
    screen.wait_for("Documents");
    screen.paste("Two lines\nof watches: q 1 \x1b[2J");
    screen.wait_for("New document");
    screen.send("\x04");
    screen.wait_for("2 in all");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    let added = Project::open(&subject.dir()).unwrap().document(DocumentId(2)).unwrap().unwrap();
    assert!(added.text.starts_with("Two lines\nof watches: q 1"), "{:?}", added.text);
}
