//! What `gleaner import` does with what it reads: whose it is, bad lines, twice the same, splitting, predictions.

use super::Home;

/// Two good lines around bad ones.
const MIXED: &str = r#"{"id":"a","text":"Omega sold it.","spans":[{"start":0,"end":5,"label":"brand"}]}
not json
{"id":"b","text":"Rolex","spans":[{"start":0,"end":9,"label":"brand"}]}
{"id":"c","text":"😀 Omega sold","spans":[{"start":3,"end":8,"label":"brand","text":"Omega"}]}
{"text":5}
{"id":"d","text":"Seiko"}
"#;

#[test]
fn bad_lines_are_told_with_file_and_line_and_left_out() {
    let home = Home::with_project(&[]);
    home.file("mixed.jsonl", MIXED);
    home.run(&["import", "p", "mixed.jsonl"])
        .ends(1)
        .says("mixed.jsonl:2: not JSON")
        .says("mixed.jsonl:3: span 1 (\"brand\") is 0..9, but the text has 5 characters")
        .says("mixed.jsonl:4: span 1 (\"brand\") is 3..8 and says \"Omega\", but there the text has")
        .says("mixed.jsonl:5: \"text\" is a number")
        .prints("2 documents added")
        .prints("4 records left out: see above");
    let told = home.pipe(MIXED, &["import", "p", "-", "--json"]).ends(1).says("stdin:2: not JSON");
    let told = &told.json()[0];
    assert_eq!((&told["added"], &told["unchanged"], &told["skipped"]), (&0.into(), &2.into(), &4.into()));
}

#[test]
fn strict_stops_at_the_first_bad_line_and_imports_nothing() {
    let home = Home::with_project(&[]);
    home.file("mixed.jsonl", MIXED);
    home.run(&["import", "p", "mixed.jsonl", "--strict"])
        .ends(2)
        .says("mixed.jsonl:2: not JSON")
        .says("(--strict: nothing was imported)");
    home.ok(&["status", "p"]).prints("p: 0 documents\n");
    home.file("twice.jsonl", "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"a\",\"text\":\"two\"}\n");
    home.run(&["import", "p", "twice.jsonl", "--strict"]).ends(2).says("twice.jsonl:2: id 'a' came before (line 1)");
    home.ok(&["status", "p", "--verify"]).prints("p: 0 documents\n").prints("0 problems");
}

#[test]
fn many_bad_lines_are_counted_not_all_printed() {
    let home = Home::with_project(&[]);
    home.file("bad.jsonl", "bad\n".repeat(500));
    let ran = home.run(&["import", "p", "bad.jsonl"]).ends(1).prints("500 records left out");
    assert!(ran.err.lines().count() < 30, "{}", ran.err.lines().count());
}

#[test]
fn whose_responses_they_are() {
    let home = Home::with_project(&[]);
    let line = r#"{"id":"a","text":"Omega","spans":[{"start":0,"end":5,"label":"brand"}]}"#;
    home.file("bob.jsonl", line);
    home.ok(&["import", "p", "bob.jsonl"]);
    home.ok(&["show", "p"]).prints("submitted by bob");
    home.ok(&["import", "p", "bob.jsonl", "--as", "carol"]);
    home.ok(&["show", "p"]).prints("submitted by carol");
    home.pipe(line, &["import", "p", "-"]).ends(0);
    home.ok(&["show", "p"]).prints("submitted by stdin");
    home.file("said.jsonl", line.replace("\"id\"", "\"annotator\":\"dora\",\"status\":\"draft\",\"id\""));
    home.ok(&["import", "p", "said.jsonl"]);
    home.ok(&["show", "p"]).prints("draft by dora");
}

#[test]
fn importing_twice_changes_nothing_with_and_without_ids() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "{\"id\":\"a\",\"text\":\"one\",\"spans\":[]}\n{\"text\":\"two\"}\n{\"text\":\"two\"}\n");
    home.ok(&["import", "p", "a.jsonl"]).prints("2 documents added, 1 document there already or twice");
    let before = home.ok(&["show", "p"]).out;
    home.ok(&["import", "p", "a.jsonl"]).prints("0 documents added, 3 documents there already");
    assert_eq!(home.ok(&["show", "p"]).out, before);
}

#[test]
fn an_export_read_back_into_its_project_changes_nothing() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "{\"id\":\"a\",\"text\":\"one\",\"spans\":[]}\n{\"text\":\"two\"}\n");
    home.ok(&["import", "p", "a.jsonl"]).prints("2 documents added");
    home.ok(&["export", "p", "--format", "jsonl", "--status", "all", "-o", "out.jsonl"]);
    home.ok(&["import", "p", "out.jsonl"]).prints("0 documents added, 2 documents there already");
}

#[test]
fn two_texts_under_one_id_the_first_counts_however_often_it_is_imported() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"a\",\"text\":\"two\"}\n");
    for _ in 0..3 {
        home.run(&["import", "p", "a.jsonl"]).ends(1).says("a.jsonl:2: id 'a' came before");
        home.ok(&["show", "p"]).prints("one\n");
    }
    home.file("b.jsonl", "{\"id\":\"a\",\"text\":\"new\"}\n{\"id\":\"a\",\"text\":\"one\"}\n");
    home.run(&["import", "p", "b.jsonl"]).ends(1).says("b.jsonl:2: id 'a' came before").prints("1 text changed");
    home.ok(&["show", "p"]).prints("new\n");
}

#[test]
fn two_answers_of_one_person_the_first_counts_with_overwrite_too() {
    let home = Home::with_project(&[]);
    let line = |end: u8| {
        format!("{{\"id\":\"a\",\"text\":\"Omega\",\"spans\":[{{\"start\":0,\"end\":{end},\"label\":\"b\"}}]}}\n")
    };
    home.file("a.jsonl", line(5) + &line(2));
    for flags in [&[][..], &[], &["--overwrite"]] {
        let args: Vec<&str> = ["import", "p", "a.jsonl"].iter().chain(flags).copied().collect();
        home.ok(&args).prints("1 response left out: there is another one of the same annotator");
        home.ok(&["show", "p"]).prints("[Omega](b)");
    }
}

#[test]
fn other_answers_stay_unless_overwrite_is_said() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", r#"{"id":"a","text":"Omega","spans":[{"start":0,"end":5,"label":"brand"}]}"#);
    home.file("v2/a.jsonl", r#"{"id":"a","text":"Omega","spans":[{"start":0,"end":2,"label":"brand"}]}"#);
    home.ok(&["import", "p", "a.jsonl"]).prints("1 response brought in");
    home.ok(&["import", "p", "v2/a.jsonl"]).prints("1 response left out").prints("--overwrite");
    home.ok(&["show", "p"]).prints("[Omega](brand)");
    home.ok(&["import", "p", "v2/a.jsonl", "--overwrite"]).prints("1 response brought in");
    home.ok(&["show", "p"]).prints("[Om](brand)ega");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn a_changed_text_keeps_spans_where_the_words_are_and_lists_the_rest() {
    let home = Home::with_project(&[]);
    let spans = r#""spans":[{"start":0,"end":5,"label":"brand"},{"start":14,"end":18,"label":"person"}]"#;
    home.file("a.jsonl", format!(r#"{{"id":"a","text":"Omega sold by Rose.",{spans}}}"#));
    home.ok(&["import", "p", "a.jsonl"]);
    home.file("b.jsonl", r#"{"id":"a","text":"An Omega sold by Anna."}"#);
    home.ok(&["import", "p", "b.jsonl"])
        .prints("1 text changed under its id")
        .prints("no place in the new text of a: [Rose](person)");
    home.ok(&["show", "p"])
        .prints("An [Omega](brand) sold by Anna.")
        .prints("no place in the new text: [Rose](person) by a, was 14..18");
}

#[test]
fn predictions_of_an_old_text_are_not_shown_on_the_new_one() {
    let home = Home::with_project(&[]);
    home.file(
        "m.jsonl",
        r#"{"id":"a","text":"We saw Omega","spans":[{"start":7,"end":12,"label":"brand","score":0.9}]}"#,
    );
    home.ok(&["import", "p", "m.jsonl", "--as-predictions", "m"]).prints("1 prediction brought in");
    home.ok(&["show", "p", "--run", "m"]).prints("We saw [Omega](brand 0.90)");
    home.file("b.jsonl", r#"{"id":"a","text":"Short"}"#);
    home.ok(&["import", "p", "b.jsonl"]).prints("1 text changed");
    home.ok(&["show", "p", "--run", "m"]).prints("Short\n");
    let exported = home.ok(&["export", "p", "--format", "jsonl", "--run", "m"]);
    assert_eq!(exported.json()[0]["spans"], serde_json::json!([]), "{exported:#?}");
}

#[test]
fn spans_can_be_predictions_of_a_run() {
    let home = Home::with_project(&[]);
    home.file("m.jsonl", r#"{"id":"a","text":"Omega","spans":[{"start":0,"end":5,"label":"brand","score":0.75}]}"#);
    home.ok(&["import", "p", "m.jsonl", "--as-predictions", "model-1"]).prints("1 prediction brought in");
    home.ok(&["show", "p"]).prints("── a · pending");
    home.ok(&["show", "p", "--run", "model-1"]).prints("[Omega](brand 0.75)");
    home.run(&["import", "p", "m.jsonl", "--as-predictions", "model-1"])
        .ends(2)
        .says("there is a run 'model-1' in this project already");
    home.run(&["show", "p", "--run", "model-2"]).ends(2).says("no run 'model-2' in this project; it has model-1");
}

#[test]
fn runs_in_a_file_keep_their_names_and_come_once() {
    let home = Home::with_project(&[]);
    let line = r#"{"id":"a","text":"Omega","predictions":{"m":[{"start":0,"end":5,"label":"brand","score":0.5}]}}"#;
    home.file("m.jsonl", line);
    home.ok(&["import", "p", "m.jsonl"]).prints("1 prediction brought in");
    let again = home.ok(&["import", "p", "m.jsonl"]);
    assert!(!again.out.contains("prediction"), "{again:#?}");
    home.ok(&["show", "p", "--run", "m"]).prints("[Omega](brand 0.50)");
}

#[test]
fn long_documents_are_divided_and_remember_where_they_were() {
    let home = Home::with_project(&[]);
    home.file(
        "a.jsonl",
        r#"{"id":"a","text":"Ada met Bob. Omega sells.\n\nNew paragraph.","spans":[{"start":13,"end":18,"label":"brand"}]}"#,
    );
    for (how, parts) in [("document", 1), ("paragraph", 2), ("sentence", 3), ("line", 2)] {
        let project = format!("by-{how}");
        home.ok(&["init", &project]);
        home.ok(&["import", &project, "a.jsonl", "--split", how]).prints(&format!("{parts} document"));
        home.ok(&["show", &project]).prints("[Omega](brand) sells.");
    }
    let exported = home.ok(&["export", "by-sentence", "--format", "jsonl", "--status", "all"]).json();
    assert_eq!(exported[1]["parent"], serde_json::json!({"id": "a", "start": 13}));
    home.run(&["import", "p", "a.jsonl", "--split", "word"]).ends(2).says("use document, paragraph, sentence or line");
}

#[test]
fn several_files_at_once_and_a_wrong_name_before_anything_is_read() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", r#"{"text":"one"}"#);
    home.file("b.txt", "two");
    home.run(&["import", "p", "a.jsonl", "missing.txt"]).ends(2).says("missing.txt: cannot be read");
    home.ok(&["status", "p"]).prints("p: 0 documents\n");
    home.ok(&["import", "p", "a.jsonl", "b.txt"]).prints("2 documents added");
}

#[test]
fn an_empty_file_brings_nothing_and_says_so() {
    let home = Home::with_project(&[]);
    for name in ["e.jsonl", "e.txt", "e.csv", "e.json", "e.conll", "empty"] {
        home.ok(&["import", "p", home.file(name, "")]).says(&format!("{name} holds no document")).prints("0 documents");
    }
}

#[test]
fn names_must_not_be_empty() {
    let home = Home::with_project(&[]);
    home.file("a.jsonl", "{\"id\":\"\",\"text\":\"one\"}\n{\"id\":\"\",\"text\":\"two\"}\n");
    home.run(&["import", "p", "a.jsonl", "--as", ""]).ends(2).says("--as NAME");
    home.run(&["import", "p", "a.jsonl", "--as-predictions", " "]).ends(2).says("--as-predictions RUN");
    home.run(&["add", "p", "text", "--id", ""]).ends(2).says("--id ID");
    home.ok(&["import", "p", "a.jsonl"]).prints("2 documents added");
}
