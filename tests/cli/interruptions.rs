//! Imports that are stopped, killed or run twice at a time: all of it or none of it.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::{Home, Ran};

/// An import from standard input that has read some thousand records and waits for more.
fn half_way(home: &Home) -> (Child, std::process::ChildStdin) {
    let mut child = home.command(&["import", "p", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for n in 0..3000 {
        writeln!(
            stdin,
            "{{\"id\":\"n{n}\",\"text\":\"text {n} Omega\",\"spans\":[{{\"start\":0,\"end\":4,\"label\":\"new\"}}]}}"
        )
        .unwrap();
    }
    stdin.flush().unwrap();
    // It has begun when rows are there, invisible.
    let file = home.path("p/gleaner.db");
    let begun = || -> bool {
        let Ok(c) = rusqlite::Connection::open(&file) else { return false };
        c.query_row("SELECT count(*) FROM documents", [], |r| r.get::<_, i64>(0)).is_ok_and(|n| n > 500)
    };
    let deadline = Instant::now() + Duration::from_secs(60);
    while !begun() {
        assert!(Instant::now() < deadline, "the import never began");
        std::thread::sleep(Duration::from_millis(20));
    }
    (child, stdin)
}

fn send(child: &Child, signal: &str) {
    assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

/// The project holds what it held before: one document.
fn is_as_before(home: &Home) {
    home.ok(&["status", "p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
    let c = rusqlite::Connection::open(home.path("p/gleaner.db")).unwrap();
    let rows = |table: &str| c.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0)).unwrap();
    assert_eq!((rows("documents"), rows("spans"), rows("staged"), rows("labels")), (1, 0, 0, 0));
}

fn home() -> Home {
    let home = Home::with_project(&[]);
    home.ok(&["add", "p", "--id", "before", "was here before"]);
    home
}

#[test]
fn ctrl_c_imports_nothing_and_says_so() {
    let home = home();
    let (child, stdin) = half_way(&home);
    send(&child, "-INT");
    Ran::of(child).ends(130).says("interrupted: nothing was imported");
    drop(stdin);
    is_as_before(&home);
}

#[test]
fn the_end_of_a_pipe_that_ctrl_c_broke_is_not_the_end_of_the_data() {
    let home = home();
    let (child, stdin) = half_way(&home);
    send(&child, "-INT");
    drop(stdin);
    Ran::of(child).ends(130).says("nothing was imported");
    is_as_before(&home);
}

#[test]
fn a_killed_import_leaves_nothing_after_the_next_opening() {
    let home = home();
    let (mut child, stdin) = half_way(&home);
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    home.ok(&["status", "p"]).says("an import that was interrupted left no trace").prints("p: 1 document\n");
    is_as_before(&home);
}

#[test]
fn an_import_that_is_going_on_is_not_seen_and_a_second_one_waits_its_turn() {
    let home = home();
    let (child, stdin) = half_way(&home);
    home.ok(&["status", "p"]).prints("p: 1 document\n");
    home.ok(&["export", "p", "--format", "text", "--status", "all"]).says("1 document written");
    home.file("other.jsonl", r#"{"text":"other"}"#);
    home.run(&["import", "p", "other.jsonl"]).ends(2).says("another import into this project is running");
    drop(stdin);
    Ran::of(child).ends(0).prints("3000 documents added");
    home.ok(&["import", "p", "other.jsonl"]).prints("1 document added");
    home.ok(&["status", "p", "--verify"]).prints("p: 3002 documents\n").prints("0 problems");
}

#[test]
fn a_killed_import_leaves_no_prediction_in_a_run_that_was_there() {
    let home = home();
    let line = |start: u32| {
        format!(
            "{{\"id\":\"before\",\"text\":\"was here before\",\"predictions\":{{\"m\":[{{\"start\":{start},\"end\":8,\"label\":\"x\",\"score\":0.9}}]}}}}\n"
        )
    };
    home.ok(&["import", "p", home.file("m.jsonl", line(4))]);
    let before = home.ok(&["show", "p", "--run", "m"]).out;
    let mut child = home.command(&["import", "p", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(line(0).as_bytes()).unwrap();
    let rest: String = (0..2000).map(|n| format!("{{\"text\":\"filler {n}\"}}\n")).collect();
    stdin.write_all(rest.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(home.ok(&["show", "p", "--run", "m", "before"]).out, before, "not seen while it goes on");
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(home.ok(&["show", "p", "--run", "m"]).out, before);
}

#[test]
fn an_export_that_is_stopped_leaves_no_file() {
    let home = Home::with_project(&[]);
    let lines: String =
        (0..60_000).map(|n| format!("{{\"text\":\"{}{n}\",\"spans\":[]}}\n", "long ".repeat(10))).collect();
    home.ok(&["import", "p", home.file("a.jsonl", lines)]);
    let mut child = home.command(&["export", "p", "--format", "gliner", "-o", "out.json"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(300));
    send(&child, "-KILL");
    let code = child.wait().unwrap().code();
    assert!(code == Some(0) || !home.path("out.json").exists(), "whole or not at all");
}
