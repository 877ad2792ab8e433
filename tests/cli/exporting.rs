//! Every format that can be written, what is chosen, what is lost.

use super::Home;

/// Four documents: two submitted by a, one a draft, one nobody looked at.
fn home() -> Home {
    let home = Home::with_project(&[]);
    home.file(
        "a.jsonl",
        r#"{"id":"1","text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"person"},{"start":13,"end":18,"label":"brand"}],"source":"mail"}
{"id":"2","text":"New York City","spans":[{"start":0,"end":13,"label":"place"},{"start":0,"end":8,"label":"state"}]}
{"id":"3","text":"Rolexes","status":"draft","spans":[{"start":0,"end":5,"label":"brand"}]}
{"id":"4","text":"nothing yet"}
"#,
    );
    home.ok(&["import", "p", "a.jsonl"]);
    home
}

fn export<'a>(format: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["export", "p", "--format", format].iter().chain(more).copied().collect()
}

#[test]
fn every_format_is_written_with_its_losses_told() {
    let home = home();
    let begins = [
        ("jsonl", "{\"id\":\"1\",\"text\":\"Ada wrote to Omega\",", "2 documents written"),
        ("text", "Ada wrote to Omega\nNew York City\n", "4 spans not written"),
        ("csv", "id,text,", "2 documents written"),
        ("tsv", "id\ttext\t", "2 documents written"),
        ("conll", "", "1 nested span dropped"),
        ("hf", "{\"id\":\"1\",\"tokens\":[\"Ada\",\"wrote\",\"to\",\"Omega\"]", "1 nested span dropped"),
        ("spacy", "", "1 nested span dropped"),
        (
            "gliner",
            "{\"id\":\"1\",\"tokenized_text\":[\"Ada\",\"wrote\",\"to\",\"Omega\"],\"ner\":[[0,0,\"person\"],[3,3,\"brand\"]]",
            "2 documents",
        ),
    ];
    for (format, begin, told) in begins {
        let ran = home.ok(&export(format, &[])).says(told);
        assert!(ran.out.starts_with(begin), "{format}: {ran:#?}");
        assert!(!ran.out.contains("Rolexes"), "{format}: a draft is not submitted");
    }
}

#[test]
fn what_is_written_reads_back_as_the_same() {
    let home = home();
    let before = home.ok(&["show", "p", "--json", "1"]).json()[0].clone();
    for format in ["jsonl", "csv", "tsv", "conll", "hf", "spacy", "gliner"] {
        let (file, project) = (format!("out-{format}"), format!("back-{format}"));
        home.ok(&export(format, &["-o", &file, "--annotator", "a"])).says(&format!("2 documents written to {file}"));
        home.ok(&["init", &project]);
        home.ok(&["import", &project, &file, "--format", format, "--as", "a"]).prints("2 documents added");
        let shown = home.ok(&["show", &project, "--json"]).json();
        assert_eq!(shown[0]["text"], before["text"], "{format}");
        assert_eq!(shown[0]["responses"], before["responses"], "{format}");
    }
}

#[test]
fn status_label_and_annotator_choose() {
    let home = home();
    home.ok(&export("text", &["--status", "draft"])).prints("Rolexes");
    let all = home.ok(&export("text", &["--status", "all"]));
    assert_eq!(all.out.lines().count(), 4, "{all:#?}");
    let two = home.ok(&export("jsonl", &["--status", "draft", "--status", "pending"]));
    assert_eq!(two.json().len(), 2, "{two:#?}");
    let ids: Vec<_> = two.json().iter().map(|r| r["id"].clone()).collect();
    assert_eq!(ids, ["3", "4"], "what is submitted is not pending");
    let brands = home.ok(&export("jsonl", &["--label", "brand"])).json();
    assert_eq!(brands[0]["spans"], serde_json::json!([{"start":13,"end":18,"label":"brand"}]));
    home.run(&export("jsonl", &["--label", "zz"])).ends(2).says("no label 'zz' in this project; it has person, brand");
    home.run(&export("jsonl", &["--annotator", "zz"])).ends(2).says("no responses by 'zz'").says("some by a");
    home.run(&export("jsonl", &["--status", "zz"])).ends(2).says("use pending, draft, submitted or discarded");
    home.run(&export("jsonl", &["--run", "zz"])).ends(2).says("no run 'zz'");
    home.run(&export("brat", &[])).ends(2).says("brat can only be imported");
    home.run(&["export", "p"]).ends(2).says("--format");
    home.run(&export("jsonl", &["--status", "discarded"])).ends(1).says("nothing has the status discarded");
}

#[test]
fn several_annotators_ask_for_a_choice() {
    let home = home();
    home.ok(&["import", "p", "a.jsonl", "--as", "bob"]);
    home.run(&export("gliner", &[])).ends(2).says("choose with --annotator a or --annotator bob");
    home.ok(&export("gliner", &["--annotator", "bob"])).says("2 documents written");
    let both = home.ok(&export("jsonl", &[])).json();
    assert_eq!(both[0]["responses"].as_array().map(Vec::len), Some(2), "our own format holds both");
}

#[test]
fn a_run_is_exported_like_an_annotator() {
    let home = home();
    home.file("m.jsonl", r#"{"id":"1","text":"Ada wrote to Omega","spans":[{"start":0,"end":3,"label":"person","score":0.9},{"start":4,"end":9,"label":"brand","score":0.3}]}"#);
    home.ok(&["import", "p", "m.jsonl", "--as-predictions", "m"]);
    home.ok(&export("gliner", &["--run", "m"])).prints("\"ner\":[[0,0,\"person\"]]");
    home.ok(&export("gliner", &["--run", "m", "--threshold", "0.2"])).prints("[1,1,\"brand\"]");
    home.run(&export("gliner", &["--run", "m", "--annotator", "a"])).ends(2);
}

#[test]
fn spans_off_word_borders_are_widened_dropped_or_stop_the_export() {
    let home = home();
    let draft = |how| export("conll", &["--status", "draft", "--misaligned", how]);
    home.ok(&draft("snap")).prints("B-brand").says("1 span widened to whole words");
    home.ok(&draft("drop")).says("1 span dropped: off word borders");
    let mut args = draft("fail");
    args.extend(["-o", "out.conll"]);
    home.run(&args).ends(2).says("--misaligned snap or drop");
    assert!(!home.path("out.conll").exists() && !home.path("out.conll.part").exists(), "whole or not at all");
}

#[test]
fn a_failed_export_leaves_the_old_file() {
    let home = home();
    home.file("out.conll", "old");
    home.run(&export("conll", &["--status", "draft", "--misaligned", "fail", "-o", "out.conll"])).ends(2);
    assert_eq!(home.read("out.conll"), "old");
    home.run(&export("conll", &["-o", "missing/out.conll"])).ends(2).says("missing/out.conll: cannot be written");
}

#[test]
fn a_split_is_the_same_for_the_same_seed() {
    let home = Home::with_project(&[]);
    let lines: String = (0..50).map(|n| format!("{{\"id\":\"{n}\",\"text\":\"text {n}\",\"spans\":[]}}\n")).collect();
    home.ok(&["import", "p", home.file("a.jsonl", lines)]);
    let split = |seed, file| export("jsonl", &["--split", "80/10/10", "--seed", seed, "-o", file]);
    home.ok(&split("7", "x.jsonl")).says("x.train.jsonl: 40 documents").says("x.dev.jsonl: 5").says("x.test.jsonl: 5");
    home.ok(&split("7", "y.jsonl"));
    home.ok(&split("8", "z.jsonl"));
    assert_eq!(home.read("x.dev.jsonl"), home.read("y.dev.jsonl"));
    assert_ne!(home.read("x.dev.jsonl"), home.read("z.dev.jsonl"));
    home.run(&export("jsonl", &["--split", "80/10/10"])).ends(2).says("--output");
    home.run(&export("jsonl", &["--split", "80", "-o", "x"])).ends(2).says("write two or three shares");
}

#[test]
fn nothing_to_write_is_said() {
    let home = Home::with_project(&["brand"]);
    home.ok(&["add", "p", "text"]);
    home.run(&export("gliner", &[])).ends(1).says("no document is annotated yet");
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let home = Home::with_project(&[]);
    let lines: String = (0..3000).map(|n| format!("{{\"text\":\"{}{n}\"}}\n", "long ".repeat(40))).collect();
    home.ok(&["import", "p", home.file("a.jsonl", lines)]);
    for args in [&["show", "p"][..], &["export", "p", "--format", "jsonl", "--status", "all"]] {
        let mut child = home.command(args).spawn().unwrap();
        drop(child.stdout.take());
        let ran = super::Ran::of(child).ends(0);
        assert_eq!(ran.err, "");
    }
}

#[test]
fn notes_and_flags_go_out_as_jsonl_and_come_back() {
    let home = Home::with_project(&["brand"]);
    let line = concat!(
        r#"{"id":"a","text":"Omega and Rolex","annotator":"ada","spans":[{"start":0,"end":5,"label":"brand"}],"#,
        r#""notes":[{"annotator":"ada","text":"an advert"},"#,
        r#"{"annotator":"ada","span":{"start":0,"end":5,"label":"brand"},"text":"or a letter?","flag":true}]}"#
    );
    home.ok(&["import", "p", home.file("a.jsonl", line)]);
    let status: serde_json::Value = serde_json::from_str(&home.ok(&["status", "p", "--json"]).out).unwrap();
    assert_eq!((&status["notes"], &status["flags"]), (&2.into(), &1.into()));
    home.ok(&["status", "p"]).prints("2 notes, 1 flag");
    home.ok(&["show", "p"]).prints("note by ada: an advert").prints("! note on [Omega] by ada: or a letter?");
    // Once more changes nothing; a new project gets the same.
    home.ok(&["import", "p", "a.jsonl"]);
    let out = home.ok(&["export", "p", "--format", "jsonl"]).out;
    home.ok(&["init", "q"]);
    home.ok(&["import", "q", home.file("out.jsonl", &out)]);
    assert_eq!(home.ok(&["export", "q", "--format", "jsonl"]).out, out);
    assert_eq!(out.matches("an advert").count(), 1, "{out}");
    home.ok(&["status", "q", "--verify"]).prints("0 problems");
    // Other formats say that they lose them; what another program calls notes stays metadata.
    home.ok(&["export", "p", "--format", "conll"]).says("2 notes not written");
    home.ok(&["import", "q", home.file("b.jsonl", r#"{"id":"b","text":"x","notes":["mine"]}"#)]);
    home.ok(&["status", "q"]).prints("2 notes, 1 flag");
    // A text that changes keeps its notes.
    home.ok(&["import", "p", home.file("new.jsonl", r#"{"id":"a","text":"Now Omega and Rolex"}"#)]);
    home.ok(&["show", "p"]).prints("! note on [Omega] by ada");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}
