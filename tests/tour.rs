//! The tour of the demo in a real terminal, from the offer to its last step, with the keys it names.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::path::Path;

use pty::{Screen, Start, keys};

fn demo(home: &Path, args: &[&str]) -> Screen {
    let screen = Start::new(env!("CARGO_BIN_EXE_gleaner"))
        .args(["demo", "--as", "newcomer"])
        .args(args)
        .env("HOME", home)
        .env("XDG_STATE_HOME", home)
        .spawn();
    screen.wait_for("in all");
    screen
}

/// The keys of a step, by its number.
const STEPS: [&[&str]; 10] = [
    &["a"],
    &["x"],
    &["l"],
    &["1"],
    &["L"],
    &["u"],
    &[keys::ENTER],
    &["?", keys::ESC],
    &["g", "l"],
    &["j", keys::ENTER],
];

#[test]
fn the_tour_leads_to_its_end() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = demo(home.path(), &["--tour"]);
    screen.wait_for("≥");
    for (number, step) in STEPS.iter().enumerate() {
        screen.wait_for(&format!("Tour {} of {}", number + 1, STEPS.len() + 1));
        // Not before the cursor is on a word that has no span yet.
        if number == 3 {
            to_a_bare_word(&mut screen);
        }
        step.iter().for_each(|key| screen.send(key));
    }
    screen.wait_for("That was the tour.");
    screen.send("l");
    screen.wait_gone("Tour");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    let mut screen = demo(home.path(), &[]);
    screen.send("l");
    assert!(!screen.contents().contains("First time here?"), "who has asked for the tour needs no offer");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

/// Walks on until the status line shows plain text.
fn to_a_bare_word(screen: &mut Screen) {
    for _ in 0..40 {
        let line = screen.contents().lines().rev().nth(1).unwrap_or_default().to_owned();
        if line.trim_start().starts_with('“') {
            return;
        }
        screen.send("l");
        screen.wait_until("another word", |s| s.contents().lines().rev().nth(1) != Some(line.as_str()));
    }
    panic!("no word without a span\n{}", screen.picture());
}

#[test]
fn the_tour_is_offered_once_and_esc_ends_it() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = demo(home.path(), &[]);
    screen.wait_for("First time here? T shows you around");
    screen.send("T");
    screen.wait_for("Tour 1 of");
    screen.wait_gone("First time here?");
    screen.send(keys::ESC);
    screen.wait_gone("Tour");
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
    let mut screen = demo(home.path(), &[]);
    screen.wait_for("≥");
    assert!(!screen.contents().contains("First time here?"), "{}", screen.picture());
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}
