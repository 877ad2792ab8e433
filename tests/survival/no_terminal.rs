//! Started without a terminal, behind one, or with something else on its standard streams.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use super::pty::Start;
use super::{PROGRAM, Subject, label_the_first_word};

#[test]
fn without_a_terminal_it_says_so_and_ends_with_2() {
    let subject = Subject::new();
    let output = without_terminal(&subject.dir(), subject.folder.path(), Stdio::null());
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no terminal") && said.contains("gleaner show"), "{said}");
    assert!(output.stdout.is_empty());
}

#[test]
fn a_file_on_stdin_and_stdout_is_no_terminal_either() {
    let subject = Subject::new();
    let keys = subject.folder.path().join("keys");
    std::fs::write(&keys, "1q").unwrap();
    let output = without_terminal(&subject.dir(), subject.folder.path(), std::fs::File::open(&keys).unwrap().into());
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    assert_eq!(subject.saved(), Vec::<String>::new(), "what is in a file is not typed");
}

fn without_terminal(dir: &Path, home: &Path, stdin: Stdio) -> Output {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(PROGRAM);
    command.arg(dir).args(["--as", "ada"]).env("HOME", home).stdin(stdin);
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
fn data_on_stdin_leaves_the_keys_to_the_terminal() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("echo data | GLEANER | cat; echo over").spawn();
    label_the_first_word(&mut screen);
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn streams_that_are_closed_or_files_leave_the_screen_to_the_terminal() {
    for streams in ["<&-", ">&-", "<&- >&-", "</dev/null >out", ">out 2>err"] {
        let subject = Subject::new();
        let script = format!("cd '{}'; GLEANER {streams}; echo code $?", subject.folder.path().display());
        let mut screen = subject.in_shell(&script).spawn();
        label_the_first_word(&mut screen);
        screen.send("q");
        screen.wait_for("code 0");
        screen.assert_given_back();
        assert_eq!(subject.saved(), ["Seiko"], "{streams}");
        for file in ["out", "err"] {
            let written = std::fs::read(subject.folder.path().join(file)).unwrap_or_default();
            assert!(written.is_empty(), "{streams}: {:?}", String::from_utf8_lossy(&written));
        }
    }
}

#[test]
fn behind_the_terminal_it_says_so_and_touches_nothing() {
    let subject = Subject::new();
    let screen = subject.in_shell("set -m; GLEANER & wait $!; echo code $?").spawn();
    screen.wait_for("code 2");
    assert!(screen.contents().contains("background"), "{}", screen.contents());
    assert!(!screen.has_come(b"\x1b[?", 0), "{}", screen.picture());
    screen.assert_given_back();
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
