//! `gleaner gold`: freezing, looking, comparing, writing out, removing, and what to annotate next.

use super::Home;

/// Three documents: two submitted by ada, one that nobody has looked at.
fn home() -> Home {
    let home = Home::with_project(&["person", "brand"]);
    home.file(
        "ada.jsonl",
        r#"{"id":"one","text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"person"},{"start":13,"end":18,"label":"brand"}]}
{"id":"two","text":"Rolex answered","spans":[{"start":0,"end":5,"label":"brand"}]}
{"id":"three","text":"nothing yet"}
"#,
    );
    home.ok(&["import", "p", "ada.jsonl"]);
    home
}

#[test]
fn what_is_frozen_is_said_and_listed() {
    let home = home();
    home.ok(&["gold", "list", "p"]).says("no gold set yet");
    home.ok(&["gold", "freeze", "p", "first"])
        .prints("frozen as first: 2 documents · 3 spans")
        .prints("left out: 1 document not submitted");
    home.ok(&["gold", "list", "p"])
        .prints("first\n  2 documents · 3 spans\n  frozen by ada on 2")
        .prints("not corrected since");
    let set = home.ok(&["gold", "freeze", "p", "drawn", "--sample", "1", "--seed", "3", "--json"]).json().remove(0);
    assert_eq!((&set["documents"], &set["left_out"]["not_drawn"]), (&1.into(), &1.into()));
    assert_eq!(set["frozen"]["by"], "ada");
    let listed = home.ok(&["gold", "list", "p", "--json"]).out;
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&"drawn".into(), &"first".into()));
    home.ok(&["status", "p"]).prints("gold set first: 2 documents · 3 spans");
    home.run(&["gold", "freeze", "p", "first"]).ends(2).says("there is a gold set 'first' in this project already");
    home.run(&["gold", "freeze", "p", "a/b"]).ends(2).says("it holds a /");
    home.run(&["gold", "freeze", "p", "x", "--annotator", "bob"]).ends(2).says("submitted documents by ada");
    home.run(&["gold", "freeze", "p", "x", "--sample", "0"]).ends(2).says("--sample");
    home.run(&["eval", "--gold", "p:first", "--annotator", "ada", "--pred", "ada.jsonl"])
        .ends(2)
        .says("p:first is a frozen set, with one answer a document; leave --annotator out");
    home.run(&["gold", "show", "p", "second"]).ends(2).says("no gold set 'second'").says("it has drawn, first");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn nothing_submitted_and_several_answers_are_refused_with_the_way_out() {
    let home = Home::with_project(&["person"]);
    home.run(&["gold", "freeze", "p", "x"]).ends(2).says("no document is submitted yet").says("gleaner p");
    for who in ["ada", "bob"] {
        home.file("f.jsonl", r#"{"id":"one","text":"Ada wrote","spans":[{"start":0,"end":3,"label":"person"}]}"#);
        home.ok(&["import", "p", "f.jsonl", "--as", who]);
    }
    home.run(&["gold", "freeze", "p", "x"])
        .ends(2)
        .says("1 document has several submitted responses (one), by ada, bob")
        .says("--annotator ada or --annotator bob");
    home.ok(&["gold", "freeze", "p", "x", "--annotator", "bob"]).prints("frozen as x: 1 document");
}

#[test]
fn a_set_shows_its_labels_and_documents() {
    let home = home();
    home.ok(&["gold", "freeze", "p", "first"]);
    home.ok(&["gold", "show", "p", "first"])
        .prints("       1  person\n       2  brand\n")
        .prints("documents: one, two");
    let shown: serde_json::Value =
        serde_json::from_str(&home.ok(&["gold", "show", "p", "first", "--json"]).out).unwrap();
    assert_eq!(shown["labels"][1]["spans"], 2);
    assert_eq!(shown["ids"], serde_json::json!(["one", "two"]));
}

#[test]
fn what_is_said_today_is_compared_with_what_was_frozen() {
    let home = home();
    home.ok(&["gold", "freeze", "p", "first"]);
    home.ok(&["gold", "diff", "p", "first"]).prints("0 of 2 documents changed");
    home.file(
        "ada.jsonl",
        r#"{"id":"one","text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"brand"},{"start":10,"end":18,"label":"brand"}]}
{"id":"two","text":"Rolex answered","spans":[{"start":6,"end":14,"label":"person"}]}
"#,
    );
    home.ok(&["import", "p", "ada.jsonl", "--overwrite"]);
    home.ok(&["gold", "diff", "p", "first"])
        .prints("── one\n  relabelled  [Ada](person) → [Ada](brand)  at 0\n  moved       [Omega](brand) → [to Omega](brand)  at 13\n")
        .prints("── two\n  gone        [Rolex](brand)  at 0\n  added       [answered](person)  at 6\n")
        .prints("2 of 2 documents changed: 1 span added, 1 gone, 1 relabelled, 1 moved");
    let told: serde_json::Value =
        serde_json::from_str(&home.ok(&["gold", "diff", "p", "first", "--json"]).out).unwrap();
    assert_eq!(told["changed"][0]["differences"][1]["after"]["text"], "to Omega");
    home.ok(&["gold", "diff", "p", "first", "--annotator", "bob"])
        .prints("2 documents with no submitted response today");
}

#[test]
fn a_set_is_written_as_every_export_is_and_is_nobodys() {
    let home = home();
    home.ok(&["gold", "freeze", "p", "first"]);
    for format in ["jsonl", "text", "csv", "tsv", "conll", "hf", "spacy", "gliner"] {
        let (set, own) = (format!("set.{format}"), format!("own.{format}"));
        home.ok(&["gold", "export", "p", "first", "--format", format, "-o", &set]).says("2 documents written to");
        home.ok(&["export", "p", "--format", format, "-o", &own]);
        if format != "jsonl" {
            // The same but for whose it is.
            let own = home.read(&own).replace(",ada,", ",,").replace("\tada\t", "\t\t");
            assert_eq!(home.read(&set), own, "{format}");
        }
    }
    assert!(!home.read("set.jsonl").contains("gold/"), "{}", home.read("set.jsonl"));
    assert!(!home.read("own.jsonl").contains("gold/"), "{}", home.read("own.jsonl"));
    assert!(!home.ok(&["show", "p"]).out.contains("gold/"));
    home.ok(&["show", "p", "one", "--annotator", "gold/first"]).prints("[Ada](person)");
    home.run(&["export", "p", "--format", "gliner", "--annotator", "gold/first"]).ends(2).says("there are some by ada");
}

#[test]
fn nobody_is_called_as_a_set_is() {
    let home = home();
    home.ok(&["gold", "freeze", "p", "first"]);
    for args in [&["status", "p"][..], &["undo", "p"], &["import", "p", "ada.jsonl"], &["add", "p", "text"]] {
        let args: Vec<&str> = args.iter().copied().chain(["--as", "gold/first"]).collect();
        home.run(&args).ends(2).says("nobody can be called 'gold/first'");
    }
    home.file(
        "x.jsonl",
        r#"{"id":"nine","text":"Ada","responses":[{"annotator":"gold/first","status":"submitted","spans":[]}]}"#,
    );
    let ran = home.run(&["import", "p", "x.jsonl"]).ends(1);
    assert!(ran.err.contains("name of a frozen gold set") || ran.out.contains("name of a frozen gold set"), "{ran:#?}");
}

#[test]
fn removing_a_set_is_undone() {
    let home = home();
    home.ok(&["gold", "freeze", "p", "first"]);
    home.ok(&["gold", "remove", "p", "first"]).prints("removed gold set first of 2 documents").prints("gleaner undo p");
    home.ok(&["gold", "list", "p"]).says("no gold set yet");
    home.ok(&["undo", "p"]).prints("remove gold set");
    home.ok(&["gold", "list", "p"]).prints("first\n  2 documents · 3 spans");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn the_queue_is_a_random_order_that_stays_the_same() {
    let home = Home::with_project(&["person"]);
    let lines: String = (0..30).map(|n| format!("{{\"id\":\"d{n:02}\",\"text\":\"letter {n}\"}}\n")).collect();
    home.file("f.jsonl", lines);
    home.ok(&["import", "p", "f.jsonl"]);
    let first = home.ok(&["gold", "queue", "p", "--next", "30"]).out;
    assert_eq!(home.ok(&["gold", "queue", "p", "--next", "30"]).out, first);
    let mut sorted: Vec<&str> = first.lines().collect();
    sorted.sort();
    assert_eq!(sorted.len(), 30);
    assert_ne!(sorted.join("\n"), first.trim_end(), "not as they were imported");
    let told = home.ok(&["gold", "queue", "p", "--json"]).json().remove(0);
    assert_eq!(told["next"].as_array().unwrap().len(), 10);
    assert_eq!(told["next"][0], first.lines().next().unwrap());
}

#[test]
fn the_demo_brings_its_gold_frozen_and_blind() {
    let home = Home::new();
    // It ends at once: there is nothing to read.
    home.run(&["demo", "--plain"]);
    let project = home.path("state/gleaner/demo");
    let project = project.to_str().unwrap();
    home.ok(&["gold", "list", project])
        .prints("demo\n  72 documents")
        .prints("annotated blind")
        .prints("by demo corpus");
    home.run(&["undo", project]).ends(1).prints("nothing to undo");
    home.ok(&["gold", "show", project, "demo"]).prints("  brand\n");
    home.ok(&["status", project, "--verify"]).prints("0 problems");
    // The model is asked about the set alone, and counted as `--model` counts it.
    home.ok(&["suggest", project, "--gold", "demo"]).prints("for 72 documents, kept as run gleaner-mini on demo");
    let gold = format!("{project}:demo");
    let table = |how: &[&str]| {
        let printed = home.ok(&[&["eval", "--gold", &gold], how].concat()).out;
        printed.split_once("\nall labels").unwrap().1.to_owned()
    };
    let counted = table(&["--pred", "gleaner-mini on demo@0.5"]);
    assert_eq!(counted, table(&["--model", "mini", "--threshold", "0.5"]));
    home.run(&["suggest", project, "--gold", "none"]).ends(2).says("demo");
}
