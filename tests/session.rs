//! An afternoon of annotation in a real terminal, keyboard only: ten demo documents, quit, reopen, undo across the
//! restart, export as GLiNER JSON, and the words of that export are exactly the spans that were on the screen.
//!
//! Among the documents are emoji with modifiers and joiners and accents written as characters of their own. With
//! `GLEANER_PYTHON` set to a Python that has the official `gliner` package, its own data processor reads the export too.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use gleaner::annotate::quoted;
use gleaner::dataset::format::{self, Format, GlinerIndices, ReadOptions, judge_gliner};
use gleaner::dataset::{Record, Status};
use gleaner::store::Project;
use gleaner::text::{CharRange, OffsetMap};
use pty::{Screen, Start, keys};

const PROGRAM: &str = env!("CARGO_BIN_EXE_gleaner");
/// 003, 026 and 094 have emoji; 037, 049 and 062 have decomposed accents; the last is the one compared on the screen.
const DOCUMENTS: [&str; 10] = ["001", "002", "003", "005", "006", "026", "037", "049", "062", "094"];

/// The name and place of a span, with the words it covers.
type Found = BTreeSet<(usize, usize, String)>;

fn demo(state: &Path) -> Screen {
    let screen =
        Start::new(PROGRAM).args(["demo", "--as", "tester"]).env("HOME", state).env("XDG_STATE_HOME", state).spawn();
    screen.wait_for("in all");
    screen
}

/// Presses keys one at a time, each once the one before was answered; not every key changes the screen.
fn press(screen: &mut Screen, keys: &[&str]) {
    for key in keys {
        let (before, begin) = (screen.received(), Instant::now());
        screen.send(key);
        while screen.received() == before && begin.elapsed() < Duration::from_millis(200) {
            std::thread::sleep(Duration::from_millis(1));
        }
        screen.wait_quiet(Duration::from_millis(15));
    }
}

/// Goes to a document by its id, and waits until the model has answered.
fn go_to(screen: &mut Screen, id: &str) {
    press(screen, &["g", "d", id, keys::ENTER]);
    screen.wait_for(&format!(" watch-{} ", id.trim_start_matches("watch-")));
    wait_for_suggestions(screen);
}

fn wait_for_suggestions(screen: &Screen) {
    screen.wait_until("suggestions", |s| status(s).contains(" ≥") && !status(s).contains("suggesting"));
}

/// The line that says what the cursor is on.
fn status(screen: &vt100::Screen) -> String {
    let (rows, columns) = screen.size();
    screen.rows(0, columns.get()).nth(usize::from(rows.get()) - 2).unwrap_or_default()
}

#[test]
fn ten_documents_are_annotated_reopened_undone_and_exported() {
    let state = tempfile::tempdir().unwrap();
    let dir = state.path().join("gleaner").join("demo");
    let mut screen = demo(state.path());
    wait_for_suggestions(&screen);
    for (number, id) in DOCUMENTS.iter().enumerate() {
        go_to(&mut screen, &format!("watch-{id}"));
        annotate(&mut screen, number);
    }
    screen.wait_for("10 submitted");
    // Enter went on to another document; back to the last one, on a span in its middle.
    go_to(&mut screen, "watch-094");
    press(&mut screen, &[")", ")", ")"]);
    let (title, place) = place(&screen);
    assert!(title.contains("watch-094") && title.contains("submitted"), "{title}");
    press(&mut screen, &["q"]);
    assert_eq!(screen.wait_exit(), 0);

    let mut screen = demo(state.path());
    wait_for_suggestions(&screen);
    assert_eq!(self::place(&screen), (title, place), "reopened elsewhere\n{}", screen.picture());
    undo_across_the_restart(&mut screen, &dir);

    let walked = walk(&mut screen);
    let project = Project::open(&dir).unwrap();
    let document = project.find_document("watch-094").unwrap().unwrap();
    let names = |id| project.labels().unwrap().into_iter().find(|l| l.id == id).unwrap().name;
    let response = project.response(document.id, "tester").unwrap();
    let map = OffsetMap::new(&document.text);
    let stored: Vec<String> = response
        .spans
        .iter()
        .map(|s| format!("span {} {}", names(s.label), quoted(map.slice(&document.text, s.range))))
        .collect();
    assert!(stored.len() >= 8, "{stored:?}");
    assert_eq!(walked, stored, "the screen shows other spans than the store has");
    assert_eq!(side_pane(&mut screen).len(), stored.len());
    press(&mut screen, &["q"]);
    assert_eq!(screen.wait_exit(), 0);
    drop(project);
    check_export(state.path(), &dir);
}

/// What a person does to a document; every number does something else besides accepting.
fn annotate(screen: &mut Screen, number: usize) {
    press(screen, &["-", "-", keys::TAB, "a", "a", "x"]);
    match number % 5 {
        0 => press(screen, &["G", "v", "b", "b", "2", "H"]),
        1 => press(screen, &[keys::TAB, "c", "mat", keys::ENTER]),
        2 => press(screen, &["A", "y"]),
        3 => press(screen, &["g", "g", "1", "l", "l", "3", "d", "a"]),
        _ => press(screen, &["A", "y", "g", "g", ")", "L", ")", "<", "u", "U"]),
    }
    press(screen, &["=", "=", keys::ENTER]);
}

/// Title line and where the cursor is.
fn place(screen: &Screen) -> (String, (u16, u16)) {
    screen.ask(|s| (s.rows(0, 80).next().unwrap_or_default(), s.cursor_position()))
}

/// Takes back what was done before the restart, and does it again.
fn undo_across_the_restart(screen: &mut Screen, dir: &Path) {
    let spans = |dir: &Path| {
        let project = Project::open(dir).unwrap();
        let id = project.find_document("watch-094").unwrap().unwrap().id;
        let response = project.response(id, "tester").unwrap();
        (response.status, response.spans)
    };
    let before = spans(dir);
    assert_eq!(before.0, Status::Submitted);
    press(screen, &["u"]);
    screen.wait_for("undid: submit");
    screen.wait_for("9 submitted");
    assert_eq!(spans(dir), (Status::Draft, before.1.clone()));
    for undone in ["undid: ", "undid: ", "undid: "] {
        press(screen, &["u"]);
        screen.wait_for(undone);
    }
    assert_ne!(spans(dir).1, before.1);
    press(screen, &["U", "U", "U", "U"]);
    screen.wait_for("did again: submit");
    screen.wait_for("10 submitted");
    assert_eq!(spans(dir), before);
}

/// The spans as the status line names them, from the first to the last: from the end of the text on, round once.
fn walk(screen: &mut Screen) -> Vec<String> {
    let here = |screen: &Screen| {
        let line = screen.ask(status);
        let (label, text) = line.trim().strip_prefix("span ")?.split_once('“')?;
        let (text, _) = text.split_once('”')?;
        Some((format!("span {} “{text}”", label.trim()), place(screen).1))
    };
    press(screen, &["G", ")"]);
    let mut spans: Vec<(String, (u16, u16))> = Vec::new();
    while let Some(span) = here(screen).filter(|span| spans.first() != Some(span)) {
        spans.push(span);
        assert!(spans.len() < 100, "{spans:?}");
        press(screen, &[")"]);
    }
    spans.into_iter().map(|(span, _)| span).collect()
}

/// The spans that a wider terminal lists beside the text.
fn side_pane(screen: &mut Screen) -> Vec<String> {
    screen.resize(140, 40);
    screen.wait_for("│ ");
    screen.wait_quiet(Duration::from_millis(50));
    let lines: Vec<String> = screen.ask(|s| s.rows(104, 35).collect());
    lines.into_iter().filter(|line| line.starts_with("● ")).collect()
}

fn check_export(folder: &Path, dir: &Path) {
    let export = |format: &str, status: &str| {
        let file = folder.join(format!("{format}-{status}.jsonl"));
        let output = Command::new(PROGRAM)
            .args(["export".as_ref(), dir.as_os_str(), "-o".as_ref(), file.as_os_str()])
            .args(["--format", format, "--annotator", "tester", "--status", status])
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains("10 documents written"), "{said}");
        file
    };
    let (words, spans) = (export("gliner", "submitted"), export("jsonl", "submitted"));
    let options = ReadOptions::default();
    let verdict = judge_gliner(&words, &options).unwrap();
    assert_eq!(verdict.indices, Some(GlinerIndices::WordsInclusive));
    let read = |file: &Path, format| -> Vec<Record> {
        let opened = format::open(file, Some(format), &options).unwrap();
        opened.records.map(Result::unwrap).collect()
    };
    let (words_read, spans_read) = (read(&words, Format::Gliner), read(&spans, Format::Jsonl));
    let project = Project::open(dir).unwrap();
    let labels = project.labels().unwrap();
    let mut total = 0;
    for (record, document) in words_read.iter().zip(&spans_read) {
        assert_eq!((&record.id, &record.text), (&document.id, &document.text));
        let id = project.find_document(record.id.as_deref().unwrap()).unwrap().unwrap().id;
        let name = |id| labels.iter().find(|l| l.id == id).unwrap().name.clone();
        let stored = project.response(id, "tester").unwrap().spans;
        let stored: Found = stored.iter().map(|s| place_of(s.range, name(s.label))).collect();
        let of = |record: &Record| -> Found {
            let spans = record.responses.iter().flat_map(|r| &r.spans);
            spans.map(|s| place_of(s.range, s.label.clone())).collect()
        };
        assert_eq!(of(record), stored, "{:?}: other spans from the words", record.id);
        assert_eq!(of(document), stored, "{:?}: other spans from the offsets", record.id);
        total += stored.len();
    }
    assert_eq!(words_read.len(), 10);
    assert!(total >= 50, "{total} spans");
    eprintln!("{total} spans in 10 documents");
    check_with_official(&words, &spans);
}

fn place_of(range: CharRange, label: String) -> (usize, usize, String) {
    (range.start, range.end, label)
}

fn check_with_official(words: &Path, spans: &Path) {
    let Some(python) = std::env::var_os("GLEANER_PYTHON") else {
        eprintln!("skipped: GLEANER_PYTHON names no Python with the official gliner package");
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official/check_export.py");
    let output = Command::new(python).arg(script).args([words, spans]).env("HF_HUB_OFFLINE", "1").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    eprintln!("{said}");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}
