//! Input that means harm or was made by a broken program: said, escaped, survived.

use super::{Home, harmless};

/// Escape sequences, NUL, C1 controls, a direction override, as JSON.
const EVIL: &str = r#"{"id":"e\u001b]0;owned\u0007","text":"\u001b[31mOmega\u0000 \u009b2J\u202e sells\r\n\u007fend","spans":[{"start":5,"end":10,"label":"br\u001b[2Jand"}],"m\u001b":1}"#;

#[test]
fn control_characters_are_kept_in_data_and_never_sent_to_the_screen() {
    let home = Home::with_project(&[]);
    home.file("evil.jsonl", EVIL);
    let import = home.ok(&["import", "p", "evil.jsonl"]).prints("new labels: br␛[2Jand");
    let shown = home.ok(&["show", "p"]).prints("␛[31m[Omega](br␛[2Jand)␀ <U+009B>2J<U+202E> sells␍\n␡end");
    let status = home.ok(&["status", "p"]);
    let id = "e\u{1b}]0;owned\u{7}";
    let removed = home.ok(&["remove", "p", id]);
    let undone = home.ok(&["undo", "p"]);
    for ran in [&import, &shown, &status, &removed, &undone] {
        assert!(harmless(&ran.out), "{ran:#?}");
    }
    home.run(&["export", "p", "--format", "conll", "--annotator", "\u{1b}[31mx"]).ends(2).says("␛[31mx");
    let exported = home.ok(&["export", "p", "--format", "jsonl"]);
    assert!(!exported.out.contains('\u{1b}'), "JSON escapes it");
    let text = exported.json()[0]["text"].clone();
    assert_eq!(text, serde_json::from_str::<serde_json::Value>(EVIL).unwrap()["text"], "verbatim");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn suggestions_and_labels_with_escapes_are_shown_escaped() {
    let home = Home::new();
    let ran =
        home.ok(&["suggest", "--text", "\u{1b}[31mOmega sells", "--label", "br\u{1b}[2Jand", "--threshold", "0.05"]);
    assert!(harmless(&ran.out), "{ran:#?}");
    home.ok(&["suggest", "--text", "x", "--label", "a\u{1b}", "--label", "a\u{1b}"]).says("label 'a␛'");
}

#[test]
fn messages_about_bad_files_are_escaped_too() {
    let home = Home::with_project(&[]);
    home.file("a\u{1b}[31m.jsonl", "bad\n{\"k\\u001b\":1}\n");
    home.run(&["import", "p", "a\u{1b}[31m.jsonl"]).ends(1).says("a␛[31m.jsonl:1: not JSON").says("a␛[31m.jsonl:2");
}

#[test]
fn project_folders_with_odd_names_are_printed_harmlessly() {
    let home = Home::new();
    let ran = home.ok(&["init", "p\u{1b}[31m"]);
    assert!(harmless(&ran.out), "{ran:#?}");
    home.ok(&["add", "p\u{1b}[31m", "--id", "a", "text"]);
    let ran = home.ok(&["remove", "p\u{1b}[31m", "a"]);
    assert!(harmless(&ran.out), "{ran:#?}");
}

#[test]
fn crlf_files_read_as_others_do() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "\u{feff}{\"id\":\"a\",\"text\":\"one\"}\r\n{\"id\":\"b\",\"text\":\"two\"}\r\n");
    home.file("c.conll", "Ada B-person\r\nwrote O\r\n\r\nOmega B-brand\r\n");
    home.file("t.csv", "id,text\r\nt,three\r\n");
    home.ok(&["import", "p", "a.jsonl", "c.conll", "t.csv"]).prints("5 documents added");
    let shown = home.ok(&["show", "p"]).prints("[Ada](person) wrote\n").prints("three\n");
    assert!(!shown.out.contains('␍'), "{shown:#?}");
}

#[test]
fn invalid_utf8_is_a_bad_line_among_good_ones() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", b"{\"text\":\"good\"}\n{\"text\":\"\xff\"}\n{\"text\":\"fine\"}\n");
    home.run(&["import", "p", "a.jsonl"])
        .ends(1)
        .says("a.jsonl:2: not UTF-8: byte 0xff at byte 10")
        .prints("2 documents");
    home.file("a.txt", b"abc\xff");
    home.run(&["import", "p", "a.txt"]).ends(1).says("a.txt").says("not UTF-8");
}

#[test]
fn a_five_megabyte_line_goes_in_and_comes_out() {
    let home = Home::with_project(&[]);
    let text: String = "Omega und Rölex 😀 sold it. ".repeat(170_000);
    assert!(text.len() > 5_000_000);
    let chars = text.chars().count();
    let line = serde_json::json!({"id": "big", "text": text, "spans": [{"start": chars - 9, "end": chars - 5, "label": "verb"}]});
    home.file("big.jsonl", line.to_string());
    home.ok(&["import", "p", "big.jsonl"]).prints("1 document added");
    home.ok(&["show", "p", "big"]).prints("[sold](verb) it. ");
    home.ok(&["export", "p", "--format", "gliner", "-o", "big.json"]);
    home.ok(&["init", "q"]);
    home.ok(&["import", "q", "big.json"]).prints("1 document added");
    home.ok(&["show", "q", "big"]).prints("[sold](verb) it. ");
}

#[test]
fn a_long_line_of_one_word_is_answered() {
    let home = Home::new();
    let line = format!("{{\"text\":\"{}\"}}\n", "x".repeat(200_000));
    let answer = home.pipe(line, &["suggest", "--input", "-", "--label", "brand"]).ends(0).json();
    assert_eq!(answer.len(), 1);
}

#[test]
fn json_that_is_not_what_it_should_be_is_said_in_words() {
    let home = Home::with_project(&[]);
    let deep = format!("{{\"text\":{}", "[".repeat(100_000));
    for (line, why) in [
        (deep.as_str(), "not JSON: brackets nested too deep"),
        ("{\"text\":\"a\"", "not JSON: it is cut off"),
        ("{'text':1}", "not JSON: a key without double quotes"),
        ("{\"text\":\"a\tb\"}", "not JSON: a raw control character in a string"),
        ("{\"text\":\"a\"} x", "not JSON: something follows its end"),
        ("[1,2]", "an array where a record (a JSON object) is expected"),
        ("{\"txt\":\"a\"}", "no \"text\"; the record has \"txt\""),
        ("{\"text\":\"a\",\"spans\":3}", "\"spans\" is a number"),
        ("{\"text\":\"a\",\"spans\":[{\"start\":-1,\"end\":1,\"label\":\"x\"}]}", "whole number from 0 up"),
        ("{\"text\":\"a\",\"spans\":[{\"start\":0,\"end\":0,\"label\":\"x\"}]}", "is empty: 0..0"),
        ("{\"text\":\"a\",\"spans\":[{\"start\":1,\"end\":0,\"label\":\"x\"}]}", "is reversed: 1..0"),
        ("{\"text\":\"a\",\"spans\":[{\"start\":0,\"end\":1,\"label\":\"\"}]}", "the label of span 1 is empty"),
        (
            "{\"text\":\"a\",\"spans\":[{\"start\":0,\"end\":18446744073709551615,\"label\":\"x\"}]}",
            "but the text has 1 character",
        ),
        ("{\"text\":\"a\",\"id\":[]}", "\"id\" is an array"),
    ] {
        home.file("x.jsonl", format!("{{\"id\":\"good\",\"text\":\"good\"}}\n{line}\n"));
        home.run(&["import", "p", "x.jsonl", "--format", "jsonl"]).ends(1).says("x.jsonl:2: ").says(why);
    }
    home.ok(&["status", "p", "--verify"]).prints("p: 1 document\n").prints("0 problems");
}

#[test]
fn a_project_of_a_newer_gleaner_and_files_that_are_none_are_left_alone() {
    let home = Home::with_project(&[]);
    rusqlite::Connection::open(home.path("p/gleaner.db")).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let before = std::fs::read(home.path("p/gleaner.db")).unwrap();
    for args in [&["status", "p"][..], &["p"], &["add", "p", "x"]] {
        home.run(args).ends(2).says("written by a newer gleaner").says("update gleaner");
    }
    assert_eq!(std::fs::read(home.path("p/gleaner.db")).unwrap(), before);
    home.file("q/gleaner.db", "not a database at all, but long enough to be looked at by everybody");
    home.run(&["status", "q"]).ends(2).says("not a gleaner project file");
    home.file("r/gleaner.db", "");
    home.run(&["status", "r"]).ends(2).says("r/gleaner.db");
}

#[test]
fn a_damaged_project_is_said_and_not_made_worse() {
    let home = Home::with_project(&["brand"]);
    let lines: String = (0..500).map(|n| format!("{{\"text\":\"text number {n}\"}}\n")).collect();
    home.ok(&["import", "p", home.file("a.jsonl", lines)]);
    let file = home.path("p/gleaner.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0xa5);
    std::fs::write(&file, &bytes).unwrap();
    home.run(&["show", "p"]).ends(2).says("gleaner.db");
    let verified = home.run(&["status", "p", "--verify"]);
    assert_ne!(verified.code, Some(0), "{verified:#?}");
}
