//! Background and mouse in a real terminal: what it is asked, and what its answers do.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use pty::{Screen, Start};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gleaner");
/// Asks for the background colour.
const QUESTION: &[u8] = b"\x1b]11;?";

fn project(home: &std::path::Path) {
    let text = home.join("a.txt");
    std::fs::write(&text, "Ada met Babbage in Turin.").unwrap();
    for args in [vec!["init", "p", "--label", "person"], vec!["import", "p", "a.txt"]] {
        let done = std::process::Command::new(PROGRAM).args(args).current_dir(home).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
}

fn start(home: &std::path::Path, config: &str) -> Screen {
    std::fs::create_dir_all(home.join("config/gleaner")).unwrap();
    std::fs::write(home.join("config/gleaner/config.toml"), config).unwrap();
    let screen = Start::new(PROGRAM)
        .args(["p"])
        .dir(home)
        .env("HOME", home)
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("TERM", "xterm-256color")
        .spawn();
    screen.wait_for("in all");
    screen
}

/// The background of the status line tells the themes apart.
fn ground(screen: &vt100::Screen) -> vt100::Color {
    screen.cell(0, 0).unwrap().bgcolor()
}

#[test]
fn the_colours_follow_the_background_that_the_terminal_tells() {
    let home = tempfile::tempdir().unwrap();
    project(home.path());
    let mut screen = start(home.path(), "");
    assert!(screen.has_come(QUESTION, 0), "asked once");
    assert_eq!(screen.ask(ground), vt100::Color::Idx(236), "dark until it answers");
    screen.send(b"\x1b]11;rgb:ffff/ffff/f0f0\x1b\\");
    screen.wait_until("the light theme", |s| ground(s) == vt100::Color::Idx(255));
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    // Who has chosen a theme is not asked for anything.
    let mut screen = start(home.path(), "theme = \"light\"");
    assert_eq!(screen.ask(ground), vt100::Color::Idx(255));
    assert!(!screen.has_come(QUESTION, 0));
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn a_theme_with_a_mistake_is_told_before_the_terminal_is_touched() {
    let home = tempfile::tempdir().unwrap();
    project(home.path());
    let themes = home.path().join("config/gleaner/themes");
    std::fs::create_dir_all(&themes).unwrap();
    std::fs::write(themes.join("mine.toml"), "base = \"dark\"\n[roles]\ndimm = {}\n").unwrap();
    std::fs::write(home.path().join("config/gleaner/config.toml"), "theme = \"mine\"").unwrap();
    let mut screen = Start::new(PROGRAM)
        .args(["p"])
        .dir(home.path())
        .env("HOME", home.path())
        .env("XDG_CONFIG_HOME", home.path().join("config"))
        .spawn();
    screen.wait_for("did you mean 'dim'?");
    assert!(
        screen.contents().replace('\n', "").contains("mine.toml:3: there is no role 'dimm'"),
        "{}",
        screen.picture()
    );
    assert_eq!(screen.wait_exit(), 2);
}

#[test]
fn the_mouse_is_reported_only_while_it_is_wanted() {
    let home = tempfile::tempdir().unwrap();
    project(home.path());
    let mut screen = start(home.path(), "");
    let reported = |s: &vt100::Screen| s.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    assert!(!screen.ask(reported));
    screen.send(" k");
    screen.wait_until("mouse reports", reported);
    // A click on Turin, then the label in the bar.
    let (column, row) = screen.find("Turin").unwrap();
    screen.send(format!("\x1b[<0;{};{}M\x1b[<0;{};{}m", column + 1, row + 1, column + 1, row + 1));
    screen.wait_for("“Turin”");
    let (column, row) = screen.find("1 person").unwrap();
    screen.send(format!("\x1b[<0;{};{}M", column + 1, row + 1));
    screen.wait_for("span person");
    screen.send(" k");
    screen.wait_until("no mouse reports", |s| !reported(s));
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    let mut screen = start(home.path(), "mouse = true");
    screen.wait_until("mouse reports", reported);
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    assert!(!screen.ask(reported), "given back");
}
