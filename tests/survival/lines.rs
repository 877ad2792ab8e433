//! Lines that are slow, or take nothing for a while.

use std::time::{Duration, Instant};

use super::pty::{Screen, cpu_ticks, keys};
use super::{Subject, label_the_first_word, wait_for_suggestions};

#[test]
fn an_idle_program_sends_nothing() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    wait_for_suggestions(&screen);
    screen.wait_quiet(Duration::from_millis(200));
    let before = screen.received();
    std::thread::sleep(Duration::from_secs(2));
    let sent = screen.raw()[before..].to_vec();
    assert!(sent.is_empty(), "{:?}", String::from_utf8_lossy(&sent));
}

/// What is still to come after the last key is what the person waits for: at 2 kB/s, 2,000 bytes are a second. Counted
/// in bytes, for a clock would measure the machine that runs the test.
#[test]
fn on_a_line_of_2_kb_a_second_the_screen_is_current_a_second_after_a_hundred_keys() {
    let (_, subject, mut screen) = many_words();
    screen.wait_quiet(Duration::from_millis(200));
    screen.slow(2000);
    let before = screen.received();
    screen.hold("l", 100);
    let at_last = screen.received();
    screen.wait_until("the word under the cursor", |s| s.contents().contains("“w101”"));
    let late = screen.received() - at_last;
    eprintln!("100 moves: {} bytes in all, {late} after the last key", screen.received() - before);
    assert!(late <= 2000, "{late} bytes came after the last key before it was shown");

    let at_last = screen.received();
    screen.send("1");
    screen.wait_for("1 brand 1");
    let late = screen.received() - at_last;
    eprintln!("labelling: {late} bytes");
    assert!(late <= 2000, "{late} bytes came after the label's key before it was shown");
    screen.slow(0);
    screen.assert_current();
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    assert_eq!(subject.saved(), ["w101"], "no key was lost");
}

#[test]
fn keys_held_down_to_edit_on_a_slow_line_are_all_taken() {
    let (words, subject, mut screen) = many_words();
    screen.slow(2000);
    for _ in 0..20 {
        screen.hold("1", 1);
        screen.hold("l", 1);
    }
    screen.slow(0);
    screen.wait_for("1 brand 20");
    screen.assert_current();
    assert_eq!(subject.saved(), words[..20]);
}

#[test]
fn a_line_that_takes_nothing_costs_nothing_loses_nothing_and_is_current_after() {
    let (_, subject, mut screen) = many_words();
    screen.wait_quiet(Duration::from_millis(200));
    screen.stall(true);
    for _ in 0..30 {
        screen.send("1");
        screen.send("l");
        // Each redraws everything, so that the line fills up.
        screen.send(keys::CTRL_L);
    }
    screen.wait("all edits to be saved unseen", || subject.saved().len() == 30);
    // What the model says of it may still be computed.
    let settled = || {
        let before = cpu_ticks(screen.pid());
        std::thread::sleep(Duration::from_millis(500));
        cpu_ticks(screen.pid()) - before < 5
    };
    let begin = Instant::now();
    while !settled() {
        assert!(begin.elapsed() < Duration::from_secs(60), "it spins while nothing is taken");
    }
    let before = screen.received();
    screen.stall(false);
    screen.wait_for("1 brand 30");
    screen.wait_quiet(Duration::from_millis(150));
    let sent = screen.received() - before;
    eprintln!("{sent} bytes after the line took something again");
    assert!(sent < 100_000, "old frames were kept: {sent} bytes");
    screen.assert_current();
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    screen.assert_given_back();
}

/// A document of a hundred and fifty words, `w001` and so on, on the screen with the model at rest.
fn many_words() -> (Vec<String>, Subject, Screen) {
    let words: Vec<String> = (1..=150).map(|n| format!("w{n:03}")).collect();
    let subject = Subject::with(&[&words.join(" ")]);
    let screen = subject.program().spawn();
    screen.wait_for("w001");
    wait_for_suggestions(&screen);
    (words, subject, screen)
}
