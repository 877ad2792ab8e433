//! Two programs on one project: what one does appears in the other, and nothing is lost between them.

use std::time::Duration;

use gleaner::dataset::DocumentId;

use super::input::Dice;
use super::pty::{Screen, keys};
use super::{Subject, label_the_first_word};

#[test]
fn what_one_does_appears_in_the_other() {
    let subject = Subject::new();
    let (mut here, mut there) = (subject.program().spawn(), subject.program().spawn());
    there.wait_for("Seiko made");
    label_the_first_word(&mut here);
    there.wait_for("1 brand 1");
    there.send("l2");
    there.wait_for("2 watch model 1");
    here.wait_for("2 watch model 1");
    // A label made in one can be given in the other.
    here.send("ea");
    here.send("material");
    here.send(keys::ENTER);
    here.wait_for("3 material");
    there.wait_for("3 material");
    there.send("l3");
    there.wait_for("3 material 1");
    for screen in [&mut here, &mut there] {
        screen.send(keys::ESC);
        screen.wait_quiet(Duration::from_millis(150));
        screen.send("q");
        if screen.runs() {
            screen.send("q");
        }
        assert_eq!(screen.wait_exit(), 0);
        screen.assert_given_back();
    }
    assert_eq!(subject.saved().len(), 3);
}

#[test]
fn an_edit_of_something_that_changed_meanwhile_is_refused_and_said() {
    let subject = Subject::new();
    let start = || subject.program().size(120, 30).spawn();
    let (mut here, mut there) = (start(), start());
    here.wait_for("Seiko made");
    there.wait_for("Seiko made");
    // The other one looks once a second, so now and then it has seen the edit before its own key comes.
    for _ in 0..10 {
        here.send("1");
        here.wait_for("1 brand 1");
        there.send("2");
        there.wait_quiet(Duration::from_millis(100));
        if there.contents().contains("changed elsewhere") {
            there.wait_for("1 brand 1");
            assert!(!there.contents().contains("2 watch model 1"), "{}", there.picture());
            assert_eq!(subject.saved(), ["Seiko"]);
            let spans = subject.verified().response(DocumentId(1), "ada").unwrap().spans;
            assert_eq!(spans[0].label.0, 1, "the first of the two holds");
            // Said, read again, and now it can be done.
            there.send("l2");
            there.wait_for("2 watch model 1");
            assert_eq!(subject.saved(), ["Seiko", "made"]);
            return;
        }
        here.wait_quiet(Duration::from_millis(1200));
        while !subject.saved().is_empty() {
            here.send("u");
            here.wait_quiet(Duration::from_millis(100));
        }
        there.wait_gone("1 brand 1");
    }
    panic!("none of ten edits was refused\n{}", there.picture());
}

#[test]
fn an_edit_waits_while_another_program_writes() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    screen.wait_quiet(Duration::from_millis(200));
    let other = rusqlite::Connection::open(subject.database()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    screen.send("1");
    std::thread::sleep(Duration::from_millis(700));
    assert!(!screen.contents().contains("1 brand 1"), "shown before it is saved\n{}", screen.picture());
    other.execute_batch("ROLLBACK").unwrap();
    screen.wait_for("1 brand 1");
    assert_eq!(subject.saved(), ["Seiko"]);
}

/// Keys that edit this document's spans.
const KEYS: &[&str] = &[
    "l", "h", "w", "b", "gg", "G", "1", "1", "2", "2", "d", "u", "U", "L", "H", "<", ">", ")", "(", "vl", "\t", "a",
    "x",
];

#[test]
fn two_who_press_keys_at_random_leave_one_whole_project_and_see_the_same() {
    let subject = Subject::new();
    let mut screens = [subject.program().spawn(), subject.program().spawn()];
    for screen in &screens {
        screen.wait_for("Seiko made");
    }
    let mut dice = Dice(11);
    for _ in 0..500 {
        let screen = &mut screens[dice.roll(2)];
        screen.send(KEYS[dice.roll(KEYS.len())]);
        if dice.roll(4) == 0 {
            std::thread::sleep(Duration::from_millis(4));
        }
    }
    // Both come to the same, and that is what is saved.
    let counts = |screen: &Screen| {
        let bar = screen.contents().lines().find(|l| l.contains("1 brand")).unwrap_or_default().to_owned();
        bar.trim().to_owned()
    };
    let of_store = || {
        let spans = subject.verified().response(DocumentId(1), "ada").unwrap().spans;
        let count = |label| match spans.iter().filter(|s| s.label.0 == label).count() {
            0 => String::new(),
            n => format!(" {n}"),
        };
        format!("1 brand{}   2 watch model{}", count(1), count(2))
    };
    for screen in &mut screens {
        screen.wait("the same on both screens as in the store", || counts(screen) == of_store());
        screen.assert_current();
        screen.send("q");
        if screen.runs() {
            screen.send(keys::CTRL_C);
        }
        assert_eq!(screen.wait_exit(), 0);
        screen.assert_given_back();
    }
}
