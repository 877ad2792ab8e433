//! Signals, Ctrl-Z, a line that hangs up, a shell that dies.

use super::pty::{child_of, keys, lives};
use super::{Subject, label_the_first_word};

#[test]
fn a_signal_to_end_gives_the_terminal_back_and_keeps_the_work() {
    for (signal, code) in [(libc::SIGTERM, 143), (libc::SIGHUP, 129), (libc::SIGINT, 130)] {
        let subject = Subject::new();
        let mut screen = subject.program().spawn();
        label_the_first_word(&mut screen);
        screen.signal(signal);
        assert_eq!(screen.wait_exit(), code);
        screen.assert_given_back();
        assert_eq!(subject.saved(), ["Seiko"], "signal {signal}");
    }
}

#[test]
fn a_vanished_terminal_ends_the_program_and_keeps_the_work() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.hang_up();
    assert_eq!(screen.wait_exit(), 129);
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn a_program_that_was_told_to_outlive_its_terminal_ends_with_it_all_the_same() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("trap '' HUP; exec GLEANER").spawn();
    label_the_first_word(&mut screen);
    screen.hang_up();
    assert_eq!(screen.wait_exit(), 129, "without a terminal it would spin, or wait for ever");
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn a_shell_that_dies_takes_the_program_with_it() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("GLEANER; echo over").spawn();
    label_the_first_word(&mut screen);
    let program = child_of(&screen);
    screen.kill();
    screen.wait("the program to end", || !lives(program));
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn ctrl_z_stops_and_fg_comes_back_to_the_same_document() {
    let subject = Subject::new();
    let mut screen = subject.in_shell("set -m; GLEANER; echo stopped in the shell; read -r; fg; echo over").spawn();
    label_the_first_word(&mut screen);
    screen.send(keys::CTRL_Z);
    screen.wait_for("stopped in the shell");
    screen.assert_given_back();
    screen.send("\n");
    screen.wait_for("1 brand 1");
    screen.ask(|s| assert!(s.alternate_screen() && s.bracketed_paste()));
    screen.send("u");
    screen.wait_for("undid: add brand");
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
    assert_eq!(subject.saved(), Vec::<String>::new());
}

#[test]
fn a_stop_from_outside_gives_the_shell_a_usable_terminal_and_fg_draws_the_new_size() {
    let subject = Subject::new();
    let script = "set -m; GLEANER; echo stopped in the shell; read -r line; echo heard $line; read -r; fg; echo over";
    let mut screen = subject.in_shell(script).spawn();
    label_the_first_word(&mut screen);
    let program = child_of(&screen);
    unsafe { libc::kill(program, libc::SIGTSTP) };
    screen.wait_for("stopped in the shell");
    screen.assert_given_back();
    screen.send("it is typed\n");
    screen.wait_for("heard it is typed");
    screen.resize(100, 30);
    screen.send("\n");
    screen.wait_until("the new size to be filled", |s| {
        s.rows(0, 100).last().is_some_and(|row| row.contains("? help")) && s.contents().contains("1 brand 1")
    });
    screen.assert_current();
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
    assert_eq!(subject.saved(), ["Seiko"]);
}

#[test]
fn stopped_as_nothing_can_refuse_it_sets_its_modes_again_when_it_goes_on() {
    let subject = Subject::new();
    // The shell of a person sets its own modes when a program stops without setting them.
    let script = "modes=$(stty -g); set -m; GLEANER; stty $modes; echo stopped in the shell; read -r; fg; echo over";
    let mut screen = subject.in_shell(script).spawn();
    label_the_first_word(&mut screen);
    let program = child_of(&screen);
    unsafe { libc::kill(program, libc::SIGSTOP) };
    screen.wait_for("stopped in the shell");
    let received = screen.received();
    screen.send("\n");
    screen.wait("the screen to be taken again", || screen.has_come(b"\x1b[?1049h", received));
    screen.wait_for("1 brand 1");
    screen.send("u");
    screen.wait_for("undid: add brand");
    screen.send("q");
    screen.wait_for("over");
    screen.assert_given_back();
}

#[test]
fn without_a_shell_to_go_back_to_ctrl_z_says_so_and_the_work_goes_on() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    screen.send(keys::CTRL_Z);
    screen.wait_for("nothing to go back to");
    label_the_first_word(&mut screen);
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}
