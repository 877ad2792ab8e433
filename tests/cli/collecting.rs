//! `gleaner collect`: what comes into the project and why, the report, going on after a stop.

use super::Home;

/// Thirty rows, a third of them about watches.
fn rows() -> String {
    let line = |i: usize| {
        let text = match i % 3 {
            0 => format!("a steel watch with a sapphire glass number {i}"),
            1 => format!("soup of tomato with basil number {i}"),
            _ => format!("the minister spoke of taxes number {i}"),
        };
        format!("{{\"body\":\"{text}\",\"site\":\"s{i}\"}}\n")
    };
    (1..=30).map(line).collect()
}

#[test]
fn it_makes_the_project_and_every_document_says_why_it_is_there() {
    let home = Home::new();
    home.file("rows.jsonl", rows());
    let collect = ["collect", "p", "--from", "rows.jsonl", "--query", "steel watch", "-k", "5"];
    home.ok(&collect)
        .says("texts from column \"body\" (by its name")
        .prints("30 rows read")
        .prints("← the cut: ")
        .prints("5 documents added, 0 documents there already")
        .prints("next: gleaner p");
    home.ok(&["export", "p", "--format", "jsonl", "--status", "pending", "-o", "out.jsonl"]);
    let out = home.read("out.jsonl");
    assert_eq!(out.lines().count(), 5);
    for (rank, line) in out.lines().enumerate() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(value["text"].as_str().unwrap().starts_with("a steel watch"), "{value}");
        let collected = &value["collected"];
        assert_eq!((&collected["query"], &collected["rank"]), (&"steel watch".into(), &(rank as u64 + 1).into()));
        assert!(collected["score"].as_f64().unwrap() > 0.1, "{value}");
        let row = value["id"].as_str().unwrap().strip_prefix("rows.jsonl#").unwrap();
        assert_eq!(value["site"], format!("s{row}"));
    }
    home.ok(&["show", "p"]).prints("collected for 'steel watch': rank 1, score 0.");
    home.ok(&collect).prints("0 documents added, 5 documents there already");
    home.ok(&["status", "p", "--verify"]).prints("p: 5 documents").prints("0 problems");
    assert!(!home.path("p/collect/collect.json").exists(), "a pass that is done is nothing to go on with");
}

#[test]
fn a_dry_run_reports_and_writes_nothing() {
    let home = Home::new();
    home.file("rows.jsonl", rows());
    let dry = ["collect", "p", "--from", "rows.jsonl", "--query", "steel watch", "-k", "4", "--dry-run"];
    home.ok(&dry).prints("nothing was written (--dry-run)").prints("more from").prints("the best (");
    assert!(!home.path("p").exists());
    let told = home.ok(&[&dry[..], &["--json"]].concat()).json().remove(0);
    assert_eq!((&told["rows"], &told["kept"], &told["finished"]), (&30.into(), &4.into(), &true.into()));
    assert_eq!(told["top"].as_array().unwrap().len(), 3);
    assert!(told["imported"].is_null());
    let all: u64 = told["histogram"].as_array().unwrap().iter().map(|row| row[1].as_u64().unwrap()).sum();
    assert_eq!(all, 30);
}

#[test]
fn texts_like_a_file_or_a_document_and_not_like_others() {
    let home = Home::new();
    home.file("rows.jsonl", rows());
    home.file("like.txt", "a steel watch");
    home.ok(&["collect", "p", "--from", "rows.jsonl", "--like", "like.txt", "-k", "2"]).prints("2 documents added");
    let id = home.ok(&["show", "p"]).out;
    let id = id.lines().next().unwrap().split(' ').nth(1).unwrap().to_owned();
    home.ok(&["collect", "p", "--from", "rows.jsonl", "--like", &id, "-k", "6", "--not", "soup of tomato"])
        .prints("nearer to a --not than to every query")
        .prints("4 documents added, 2 documents there already");
    home.run(&["collect", "p", "--from", "rows.jsonl", "--like", "nothing"])
        .ends(2)
        .says("there is no such document in the project and no such file");
}

#[test]
fn rows_left_out_are_told_and_the_rest_is_kept() {
    let home = Home::new();
    home.file("bad.jsonl", "{\"text\":\"a steel watch\"}\nnot json\n{\"text\":null}\n{\"text\":\"soup\"}\n");
    home.run(&["collect", "p", "--from", "bad.jsonl", "--query", "watch"])
        .ends(1)
        .says("bad.jsonl:2: not JSON")
        .prints("cannot be read: see above")
        .prints("without text")
        .prints("2 documents added");
}

#[test]
fn a_wrong_question_makes_no_project() {
    let home = Home::new();
    home.file("rows.jsonl", rows());
    for (args, said) in [
        (&["--from", "rows.jsonl"][..], "say what the texts are about with --query"),
        (&["--from", "rows.jsonl", "--query", " "], "is empty: say what the texts are about"),
        (&["--from", "nowhere.jsonl", "--query", "a"], "nowhere.jsonl"),
        (&["--from", "hub:owner/name", "--query", "a"], "cannot be read yet"),
        (
            &["--from", "rows.jsonl", "--query", "a", "--text-column", "x"],
            "there is no column \"x\"; it has \"body\", \"site\"",
        ),
        (&["--from", "rows.jsonl", "--query", "a", "--min-score", "2"], "it must be between -1 and 1"),
        (&["--from", "rows.jsonl", "--sample", "3", "--not", "a"], "--not needs a --query"),
        (&["--from", "rows.jsonl", "--query", "a", "--name", "../x"], "use letters, digits"),
    ] {
        home.run(&[&["collect", "p"], args].concat()).ends(2).says(said);
        assert!(!home.path("p").exists(), "{args:?}");
    }
}

#[test]
fn spans_of_the_source_come_only_when_asked() {
    let home = Home::new();
    home.file("w.jsonl", "{\"tokens\":[\"Omega\",\"watch\"],\"ner_tags\":[\"B-brand\",\"O\"]}\n");
    home.ok(&["collect", "p", "--from", "w.jsonl", "--query", "watch"]).prints("1 text have spans in the source");
    home.ok(&["show", "p"]).prints("pending");
    home.ok(&["collect", "q", "--from", "w.jsonl", "--query", "watch", "--with-spans"]).prints("new labels: brand");
    home.ok(&["show", "q"]).prints("submitted by w").prints("[Omega](brand)");
}

#[test]
fn going_on_needs_a_pass_of_that_name() {
    let home = Home::new();
    home.file("rows.jsonl", rows());
    home.run(&["collect", "p", "--from", "rows.jsonl", "--query", "watch", "--resume"])
        .ends(2)
        .says("there is no pass 'collect' to go on with");
    assert!(!home.path("p").exists());
}

/// Ctrl-C while the source is read: what was found is there, and the same command goes on to the end.
#[cfg(unix)]
#[test]
fn ctrl_c_keeps_what_was_found_and_resume_goes_on() {
    use std::io::Write;
    let home = Home::new();
    let mut file = std::fs::File::create(home.path("rows.txt")).unwrap();
    for i in 0..400_000 {
        writeln!(file, "a steel watch with a sapphire glass and a very long strap of leather number {i}").unwrap();
    }
    drop(file);
    let args = ["collect", "p", "--from", "rows.txt", "--query", "steel watch", "-k", "10"];
    let child = home.command(&args).spawn().unwrap();
    let state = home.path("p/gleaner.db");
    while !state.exists() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    // SAFETY: a signal to our own child.
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    let stopped = super::Ran::of(child);
    if stopped.code == Some(0) {
        eprintln!("SKIPPED: the pass was faster than the signal");
        return;
    }
    let stopped = stopped.ends(130).says("--resume goes on");
    assert!(stopped.out.contains("rows read"), "{stopped:?}");
    assert!(home.path("p/collect/collect.json").exists());
    home.run(&["collect", "p", "--from", "rows.txt", "--query", "other", "-k", "10", "--resume"])
        .ends(2)
        .says("was another one: queries was");
    home.ok(&[&args[..], &["--resume"]].concat()).prints("400000 rows read");
    assert!(!home.path("p/collect/collect.json").exists());
}
