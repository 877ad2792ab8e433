//! init, add, show, status, remove, undo.

use super::Home;

#[test]
fn init_takes_the_task_card_by_flags() {
    let home = Home::new();
    home.file("rules.md", "# Rules\nBrands only.");
    home.ok(&[
        "init",
        "watches",
        "--domain",
        "watches",
        "--problem",
        "find competitors",
        "--label",
        "brand",
        "--describe",
        "brand=Who makes it",
        "--label",
        "price, with currency",
        "--guidelines",
        "rules.md",
    ])
    .prints("made watches (labels brand, price, with currency)")
    .prints("next: gleaner import watches FILE…");
    let status = home.ok(&["status", "watches", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.out).unwrap();
    assert_eq!(status["name"], "watches");
    assert_eq!(status["documents"], 0);
    assert_eq!(status["labels"][1]["name"], "price, with currency");
}

#[test]
fn init_never_touches_what_is_there() {
    let home = Home::with_project(&["brand"]);
    let before = home.ok(&["status", "p"]).out;
    home.run(&["init", "p", "--label", "other"]).ends(2).says("there is a gleaner project here already");
    assert_eq!(home.ok(&["status", "p"]).out, before);
    home.file("notes.txt", "mine");
    home.run(&["init", "notes.txt"]).ends(2).says("notes.txt: is a file");
    assert_eq!(home.read("notes.txt"), "mine");
}

#[test]
fn labels_are_folded_and_must_have_a_name() {
    let home = Home::new();
    home.ok(&["init", "p", "--label", "brand", "--labels", "brand,price"])
        .says("label 'brand' was given twice")
        .prints("(labels brand, price)");
    for args in [&["--label", ""][..], &["--label", "  "], &["--labels", "a,,b"]] {
        let args: Vec<&str> = ["init", "q"].iter().chain(args).copied().collect();
        home.run(&args).ends(2).says("a label needs a name");
        assert!(!home.path("q").exists());
    }
    home.run(&["init", "q", "--describe", "brand=x"]).ends(2).says("there is no --label 'brand'");
    home.run(&["init", "q", "--label", "a", "--describe", "a"]).ends(2).says("write LABEL=TEXT");
    home.run(&["init", "q", "--guidelines", "missing.md"]).ends(2).says("missing.md: cannot be read");
    assert!(!home.path("q").exists());
}

#[test]
fn a_text_is_added_once_typed_or_piped() {
    let home = Home::with_project(&[]);
    home.ok(&["add", "p", "Ada wrote."]).prints("added");
    home.ok(&["add", "p", "Ada wrote."]).prints("this text is in the project already");
    home.pipe("From a pipe.\n", &["add", "p", "--id", "piped"]).ends(0).prints("added");
    home.ok(&["show", "p", "piped"]).prints("── piped · pending\nFrom a pipe.\n");
    home.pipe("Another.", &["add", "p", "--id", "piped"]).ends(0).prints("kept as a new version");
    home.pipe("", &["add", "p"]).ends(2).says("the text is empty; nothing was added");
    home.run(&["add", "p", " \n"]).ends(2).says("nothing was added");
    home.pipe(b"\xff".to_vec(), &["add", "p"]).ends(2).says("not valid UTF-8; nothing was added");
    home.ok(&["status", "p"]).prints("p: 2 documents\n");
}

#[test]
fn show_marks_spans_in_the_text() {
    let home = Home::with_project(&[]);
    home.file(
        "a.jsonl",
        r#"{"id":"a","text":"New York City!","spans":[{"start":0,"end":13,"label":"place"},{"start":0,"end":8,"label":"state"}]}
{"id":"b","text":"nobody"}"#,
    );
    home.ok(&["import", "p", "a.jsonl"]);
    home.ok(&["show", "p"])
        .prints("── a · submitted by a\n[[New York](state) City](place)!\n\n── b · pending\nnobody\n");
    home.ok(&["show", "p", "b"]).prints("nobody");
    let shown = home.ok(&["show", "p", "--json"]).json();
    assert_eq!(shown[0]["responses"][0]["annotator"], "a");
    assert_eq!(shown[0]["responses"][0]["status"], "submitted");
    assert_eq!(shown[0]["responses"][0]["spans"][1]["label"], "state");
    assert_eq!(shown[1]["responses"], serde_json::json!([]));
    home.run(&["show", "p", "zz"]).ends(2).says("no document 'zz' in p");
    home.run(&["show", "p", "--run", "zz"]).ends(2).says("no run 'zz' in this project (it has none yet)");
}

#[test]
fn status_counts_for_the_one_who_asks_and_verifies() {
    let home = Home::with_project(&[]);
    home.file("bob.jsonl", r#"{"id":"a","text":"Omega","spans":[{"start":0,"end":5,"label":"brand"}]}"#);
    home.ok(&["import", "p", "bob.jsonl"]);
    home.ok(&["status", "p"]).prints("ada: 0 submitted, 0 draft, 0 discarded, 1 pending").prints("1  brand");
    home.ok(&["status", "p", "--as", "bob"]).prints("bob: 1 submitted");
    home.ok(&["status", "p", "--verify"]).prints("edits replayed, 0 problems");
    home.run(&["status", "p", "--as", " "]).ends(2).says("--as NAME");
}

#[test]
fn a_removed_document_comes_back_with_undo_and_goes_with_redo() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n");
    home.ok(&["import", "p", "a.jsonl"]);
    home.run(&["remove", "p", "a", "zz"]).ends(2).says("no document 'zz' in p; nothing was removed");
    home.ok(&["remove", "p", "a"]).prints("removed document a; `gleaner undo p` brings it back");
    home.ok(&["status", "p"]).prints("p: 1 document\n");
    home.ok(&["import", "p", "a.jsonl"]).prints("1 document left out: removed from the project earlier");
    home.ok(&["undo", "p"]).prints("undid: remove document a");
    home.ok(&["status", "p"]).prints("p: 2 documents\n");
    home.ok(&["undo", "p", "--redo"]).prints("redid: remove document a");
    home.run(&["undo", "p", "--redo"]).ends(1).prints("nothing to redo for ada");
    home.run(&["undo", "p", "--as", "bob"]).ends(1).prints("nothing to undo for bob");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn status_says_who_has_done_what() {
    let home = Home::with_project(&["brand", "person"]);
    home.file(
        "a.jsonl",
        concat!(
            r#"{"text": "Omega and Ada", "spans": [{"start": 0, "end": 5, "label": "brand"}, {"start": 10, "end": 13, "label": "person"}]}"#,
            "\n",
            r#"{"text": "Rolex", "spans": [{"start": 0, "end": 5, "label": "brand"}]}"#,
            "\n",
            r#"{"text": "Nothing said yet"}"#,
            "\n"
        ),
    );
    home.ok(&["import", "p", "a.jsonl", "--as", "ada"]);
    home.ok(&["status", "p"])
        .prints("       2  brand\n")
        .prints("ada\n  2 submitted · 0 draft · 0 discarded · 1 left\n  3 spans\n  brand 67 % · person 33 %\n");
    let status: serde_json::Value = serde_json::from_str(&home.ok(&["status", "p", "--json"]).out).unwrap();
    let ada = &status["annotators"][0];
    assert_eq!(ada["annotator"], "ada");
    assert_eq!((&ada["submitted"], &ada["left"], &ada["spans"]), (&2.into(), &1.into(), &3.into()));
    assert_eq!(ada["labels"][0], serde_json::json!({"name": "brand", "spans": 2}));
    assert!(ada["seconds_left"].is_null(), "an import took no time here");
}
