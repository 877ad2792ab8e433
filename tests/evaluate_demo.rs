//! The Evaluate screen of the demo in a real terminal of 80×24, by keys alone: the baseline is counted against the blind
//! gold, a cell is opened and walked, two documents are corrected, and the table has moved.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::path::Path;
use std::process::Command;

use pty::{Screen, Start, keys};

const GLEANER: &str = env!("CARGO_BIN_EXE_gleaner");

fn demo(home: &Path) -> Screen {
    let screen = Start::new(GLEANER)
        .args(["demo", "--as", "newcomer"])
        .env("HOME", home)
        .env("XDG_STATE_HOME", home)
        .size(80, 24)
        .spawn();
    screen.wait_for("≥");
    screen
}

fn printed(home: &Path, args: &[&str]) -> String {
    let run = Command::new(GLEANER).args(args).env("HOME", home).env("XDG_STATE_HOME", home).output().unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).unwrap()
}

/// The row of the table that begins with this word.
fn row(screen: &Screen, name: &str) -> Vec<String> {
    let contents = screen.contents();
    let line = contents.lines().find(|l| l.trim_start().starts_with(name)).unwrap_or_default();
    line.split_whitespace().map(str::to_owned).collect()
}

/// What stands on the screen, for a picture of it.
fn recorded(screen: &Screen, name: &str) {
    // The hint line and the rest of a frame may still be on their way.
    screen.wait_quiet(std::time::Duration::from_millis(300));
    let contents = screen.contents();
    let lines: Vec<&str> = contents.lines().map(str::trim_end).collect();
    insta::assert_snapshot!(name, lines.join("\n"));
}

#[test]
fn a_baseline_is_counted_on_blind_gold_and_two_corrections_move_the_table() {
    let home = tempfile::tempdir().unwrap();
    let mut screen = demo(home.path());
    screen.send(keys::ESC);
    screen.wait_for("as imported");
    screen.send("v");
    screen.wait_for("gold set demo: 72 documents, 1045 spans · blind");
    screen.wait_for("x asks the model about these documents");
    screen.send("x");
    screen.wait_for("against it: gleaner-mini on demo");
    screen.wait_for("macro");
    recorded(&screen, "evaluate_demo_1_baseline");
    let (all, brand) = (row(&screen, "all "), row(&screen, "brand "));

    // From `all` over `macro` to `brand`, and along the row, which begins at F1, to what was missed.
    let missed: i64 = brand[6].parse().unwrap();
    screen.hold("j", 2);
    screen.hold("h", 4);
    screen.send(keys::ENTER);
    screen.wait_for(&format!("1/{missed} brand · missed · strict"));
    recorded(&screen, "evaluate_demo_2_walk");

    // The first document is corrected; then on to the next one.
    let first = document(&screen);
    screen.send("d");
    screen.wait_until("the span is gone", |s| s.contents().contains("delete"));
    let mut stop = 1;
    while document(&screen) == first {
        stop += 1;
        screen.send("n");
        screen.wait_for(&format!("{stop}/{missed} brand"));
    }
    screen.send("N");
    screen.wait_for(&format!("{}/{missed} brand", stop - 1));
    screen.send("n");
    screen.wait_for(&format!("{stop}/{missed} brand"));
    screen.send("d");
    screen.wait_until("the span is gone", |s| s.contents().contains("delete"));
    screen.send(keys::ESC);
    screen.wait_for("against it: gleaner-mini on demo");
    let number = |of: &[String], at: usize| of[at].parse::<i64>().unwrap();
    screen.wait("the table has moved", || {
        row(&screen, "all ").get(1).is_some_and(|n| n.trim_end_matches(['▲', '▼']) != all[1])
    });
    recorded(&screen, "evaluate_demo_3_moved");
    let clean = |name: &str| -> Vec<String> {
        row(&screen, name).iter().map(|cell| cell.trim_matches(['▲', '▼']).to_owned()).collect()
    };
    assert_eq!(number(&clean("all "), 1), number(&all, 1) - 2, "two spans fewer in gold");
    assert_eq!(number(&clean("brand "), 1), number(&brand, 1) - 2);
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);

    // The correction is in the set, says who made it, and is nobody's response.
    let project = home.path().join("gleaner/demo");
    let list = printed(home.path(), &["gold", "list", project.to_str().unwrap()]);
    assert!(list.contains("1043 spans"), "{list}");
    let status = printed(home.path(), &["status", project.to_str().unwrap()]);
    assert!(!status.contains("gold/demo"), "{status}");
}

/// The document of the header.
fn document(screen: &Screen) -> String {
    let contents = screen.contents();
    let header = contents.lines().next().unwrap_or_default();
    header.split_whitespace().find(|w| w.starts_with("watch-")).unwrap_or_default().to_owned()
}
