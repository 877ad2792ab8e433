//! The terminal as a device, in a real pseudo-terminal: modes, keys, signals, panics, slow and vanished lines.
//!
//! The program under test is this test file itself, started again with `GLEANER_TEST_APP` set (see [`the_app`]): the
//! smallest application that does what the real loop does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use gleaner::tui::terminal::{Drawn, Signal, TermMsg, Terminal, TerminalError, TerminalOptions};
use pty::{Start, cpu_ticks, keys};
use ratatui::crossterm::event::{KeyCode, KeyModifiers};

/// A counter, the last message, and keys that make trouble.
fn run_app() -> i32 {
    let (send, messages) = mpsc::channel();
    let options = TerminalOptions { ask_background: std::env::var_os("ASK").is_some(), ..TerminalOptions::default() };
    let mut terminal = match Terminal::enter(options, move |m| send.send(m).is_ok()) {
        Ok(terminal) => terminal,
        Err(error @ (TerminalError::NoTerminal | TerminalError::Background | TerminalError::Io { .. })) => {
            eprintln!("error: {error}");
            return 2;
        }
    };
    let (mut count, mut last) = (0u64, String::from("ready"));
    loop {
        let drawn = terminal.draw(terminal.size(), |frame| {
            let area = frame.area();
            let text = format!("size {}x{}\ncount {count}\nlast {last}", area.width, area.height);
            for (y, line) in text.lines().enumerate() {
                frame.buffer_mut().set_string(0, y as u16, line, ratatui::style::Style::new());
            }
            let filler = char::from(b'a' + (count % 26) as u8).to_string().repeat(usize::from(area.width));
            let last_line = if std::env::var_os("SMALL").is_some() { 8 } else { area.height };
            for y in 4..last_line {
                frame.buffer_mut().set_string(0, y, &filler, ratatui::style::Style::new());
            }
        });
        // Turned away: a message says when to come again.
        let _: Drawn = drawn.unwrap();
        let Ok(message) = messages.recv() else { return 3 };
        match message {
            TermMsg::Key(key) => {
                count += 1;
                last = format!("{:?} {:?}", key.code, key.modifiers);
                match key.code {
                    KeyCode::Char('q') => return 0,
                    KeyCode::Char('p') => panic!("as asked\nwith two lines"),
                    KeyCode::Char('t') => drop(std::thread::spawn(|| panic!("in a thread")).join()),
                    KeyCode::Char('z') if key.modifiers.contains(KeyModifiers::CONTROL) => terminal.suspend().unwrap(),
                    KeyCode::Char('l') if key.modifiers.contains(KeyModifiers::CONTROL) => terminal.redraw(),
                    KeyCode::Char('m') => terminal.mouse(true),
                    KeyCode::Char('s') => std::thread::sleep(Duration::from_secs(60)),
                    _ => {}
                }
            }
            TermMsg::Paste(text) => last = format!("paste {text:?}"),
            TermMsg::Resize(..) => {}
            TermMsg::Mouse(mouse) => last = format!("{:?} {} {}", mouse.kind, mouse.column, mouse.row),
            TermMsg::Background(r, g, b) => last = format!("background {r} {g} {b}"),
            TermMsg::Signal(Signal::Suspend) => terminal.suspend().unwrap(),
            TermMsg::Signal(Signal::Continue) => terminal.resume().unwrap(),
            TermMsg::Signal(Signal::Interrupt) => last = "interrupt".into(),
            TermMsg::Signal(Signal::Terminate) => return 143,
            TermMsg::Signal(Signal::Hangup) if std::env::var_os("STUBBORN").is_some() => {}
            TermMsg::Signal(Signal::Hangup) => return 129,
            TermMsg::Drained => {}
            TermMsg::Panicked(what) => last = format!("panicked {what}"),
        }
    }
}

/// Not a test of its own: what the tests below start.
#[test]
fn the_app() {
    if std::env::var_os("GLEANER_TEST_APP").is_some() {
        std::process::exit(run_app());
    }
}

fn app() -> Start {
    let program = std::env::current_exe().unwrap();
    Start::new(program).args(["--exact", "the_app", "--nocapture", "--test-threads=1"]).env("GLEANER_TEST_APP", "1")
}

/// The app with a shell that waits for it, as people start programs.
fn app_in_shell(script: &str) -> Start {
    let program = std::env::current_exe().unwrap();
    let app = format!("{} --exact the_app --nocapture --test-threads=1", program.display());
    Start::new("/bin/bash").args(["-c".to_owned(), script.replace("APP", &app)]).env("GLEANER_TEST_APP", "1")
}

#[test]
fn the_screen_is_taken_and_given_back() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.ask(|s| assert!(s.alternate_screen() && s.bracketed_paste() && s.hide_cursor()));
    screen.send("m");
    screen.wait_for("count 1");
    screen.send("\x1b[<0;10;5M");
    screen.wait_for("Down(Left) 9 4");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
}

#[test]
fn keys_and_pastes_arrive_whole() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.send(keys::ESC);
    screen.wait_for("last Esc");
    screen.send("\x1b");
    std::thread::sleep(Duration::from_millis(15));
    screen.send("[A");
    screen.wait_for("last Up");
    screen.send(keys::CTRL_R);
    screen.wait_for("Char('r') KeyModifiers(CONTROL)");
    screen.send("精");
    screen.wait_for("last Char('精')");
    screen.paste("two\nlines 😀");
    screen.wait_for(r#"last paste "two\nlines 😀""#);
    let long = "x".repeat(100_000);
    screen.paste(&long);
    screen.wait_for("last paste \"xxxx");
    screen.send("k".repeat(3000));
    screen.wait_for("count 3004");
}

#[test]
fn an_idle_screen_sends_nothing() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.send(keys::CTRL_L);
    screen.wait_for("count 1");
    screen.wait_quiet(Duration::from_millis(150));
    let before = screen.received();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(screen.received(), before);
}

#[test]
fn a_storm_of_sizes_ends_in_the_last() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    for step in 0..60 {
        screen.resize(40 + step, 10 + step / 2);
        std::thread::sleep(Duration::from_millis(2));
    }
    screen.resize(100, 30);
    screen.wait_for("size 100x30");
    screen.wait_quiet(Duration::from_millis(100));
    screen.send(keys::CTRL_L);
    screen.wait_for("size 100x30");
    screen.wait_until("every row to be filled", |s| s.rows(0, 100).skip(4).all(|r| r.trim_end().len() == 100));
}

#[test]
fn ctrl_z_stops_and_fg_comes_back() {
    let mut screen = app_in_shell("set -m; APP; echo stopped in the shell; read -r; fg; echo over").spawn();
    screen.wait_for("last ready");
    screen.send(keys::CTRL_Z);
    screen.wait_for("stopped in the shell");
    screen.assert_given_back();
    screen.send("typed for the shell\n");
    screen.wait_for("last Char('z')");
    screen.ask(|s| assert!(s.alternate_screen() && s.bracketed_paste()));
    screen.send("a");
    screen.wait_for("last Char('a')");
    screen.wait_for("count 2");
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
}

#[test]
fn a_stop_from_outside_is_survived() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.signal(libc::SIGSTOP);
    std::thread::sleep(Duration::from_millis(50));
    let before = screen.received();
    screen.signal(libc::SIGCONT);
    screen.wait("a whole frame", || screen.received() > before + 1000);
    screen.send("b");
    screen.wait_for("last Char('b')");
}

#[test]
fn signals_are_messages() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.signal(libc::SIGINT);
    screen.wait_for("last interrupt");
    screen.signal(libc::SIGTERM);
    assert_eq!(screen.wait_exit(), 143);
    screen.assert_given_back();
}

#[test]
fn a_panic_gives_the_terminal_back_and_can_be_read() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.send("p");
    assert_ne!(screen.wait_exit(), 0);
    screen.assert_given_back();
    let contents = screen.contents();
    assert!(contents.contains("as asked") && contents.contains("with two lines"), "{contents}");
}

#[test]
fn a_panic_elsewhere_leaves_the_screen_alone() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.send("t");
    screen.wait_for("last panicked in a thread at ");
    assert!(screen.ask(|s| s.alternate_screen()));
    assert!(!String::from_utf8_lossy(&screen.raw()).contains("RUST_BACKTRACE"), "nothing is printed over the screen");
}

#[test]
fn a_vanished_terminal_ends_the_process_soon_and_without_spinning() {
    for stubborn in [false, true] {
        let mut start = app();
        if stubborn {
            start = start.env("STUBBORN", "1");
        }
        let mut screen = start.spawn();
        screen.wait_for("last ready");
        screen.hang_up();
        if stubborn {
            std::thread::sleep(Duration::from_secs(1));
            assert!(cpu_ticks(screen.pid()) < 20, "it spins");
        }
        assert_eq!(screen.wait_exit(), 129);
    }
    // A loop that is stuck hears nothing; it ends all the same.
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.send("s");
    std::thread::sleep(Duration::from_millis(50));
    screen.hang_up();
    assert_eq!(screen.wait_exit(), 129);
}

#[test]
fn a_stalled_terminal_never_holds_the_loop_and_then_shows_the_newest_state() {
    let mut screen = app().spawn();
    screen.wait_for("last ready");
    screen.stall(true);
    std::thread::sleep(Duration::from_millis(50));
    let before = screen.received();
    // Each key draws the whole screen: 2 kB a frame, 6 MB in all.
    for _ in 0..3000 {
        screen.send("k");
    }
    std::thread::sleep(Duration::from_millis(300));
    screen.stall(false);
    screen.wait_for("count 3000");
    screen.wait_quiet(Duration::from_millis(100));
    let sent = screen.received() - before;
    assert!(sent < 1_000_000, "{sent} bytes: old frames were kept");
    // And it can be left while nothing is taken.
    screen.stall(true);
    screen.send("k".repeat(500));
    std::thread::sleep(Duration::from_millis(100));
    screen.signal(libc::SIGTERM);
    assert_eq!(screen.wait_exit(), 143);
}

#[test]
fn a_slow_line_is_current_two_kilobytes_after_the_last_of_many_keys() {
    let mut screen = app().env("SMALL", "1").spawn();
    screen.wait_for("last ready");
    screen.wait_quiet(Duration::from_millis(100));
    screen.slow(2000);
    for _ in 0..100 {
        screen.send("k");
        std::thread::sleep(Duration::from_millis(15));
    }
    let before = screen.received();
    screen.wait_for("count 100");
    let late = screen.received() - before;
    assert!(late <= 2000, "{late} bytes late: more than a second at 2 kB/s");
}

#[test]
fn a_terminal_that_answers_nothing_works_as_well() {
    let mut screen = app().spawn();
    screen.mute();
    screen.wait_for("last ready");
    for count in 1..20 {
        screen.send("k");
        screen.wait_for(&format!("count {count}"));
    }
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn every_kind_of_terminal_is_taken_and_given_back() {
    for term in ["xterm", "xterm-256color", "screen", "tmux-256color", "linux", "dumb", "", "no-such-terminal"] {
        let mut screen = app().env("TERM", term).spawn();
        screen.wait_for("last ready");
        screen.send(keys::DOWN);
        screen.wait_for("last Down");
        screen.send("q");
        assert_eq!(screen.wait_exit(), 0, "TERM={term}");
        screen.assert_given_back();
    }
}

#[test]
fn the_background_is_asked_for_and_answered() {
    let mut screen = app().env("ASK", "1").spawn();
    screen.wait_for("last ready");
    screen.wait("the question", || screen.raw().windows(6).any(|w| w == b"\x1b]11;?"));
    screen.send("\x1b]11;rgb:ffff/eeee/dddd\x1b\\");
    screen.wait_for("last background 255 238 221");
}

#[test]
fn data_on_stdin_and_a_pipe_on_stdout_leave_the_keys_to_the_terminal() {
    let mut screen = app_in_shell("echo data | APP | cat >/dev/null; echo over").spawn();
    screen.wait_for("last ready");
    screen.send("x");
    screen.wait_for("last Char('x')");
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
}

#[test]
fn in_the_background_it_says_so_and_touches_nothing() {
    let mut screen = app_in_shell("set -m; APP & wait $!; echo code $?").spawn();
    screen.wait_for("code 2");
    assert!(screen.contents().contains("background"), "{}", screen.contents());
    assert!(!screen.raw().windows(8).any(|w| w == b"\x1b[?1049h"));
    screen.wait_exit();
}

#[test]
fn without_a_terminal_it_says_so() {
    use std::os::unix::process::CommandExt;
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "the_app", "--nocapture"]).env("GLEANER_TEST_APP", "1").stdin(std::process::Stdio::null());
    // A session of its own has no controlling terminal.
    unsafe {
        command.pre_exec(|| {
            libc::setsid();
            Ok(())
        })
    };
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no terminal"), "{said}");
}
