//! `gleaner suggest`: a text, a stream, a project.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use super::{Home, Ran};

const LABELS: [&str; 4] = ["--label", "brand", "--label", "price"];

fn suggest<'a>(more: &[&'a str]) -> Vec<&'a str> {
    ["suggest"].iter().chain(more).copied().collect()
}

#[test]
fn a_text_is_printed_with_its_spans() {
    let home = Home::new();
    let text = ["--text", "Omega sold the watch for 500 CHF."];
    home.ok(&[&["suggest"][..], &text, &LABELS].concat()).prints("[Omega](brand 0.").prints("[500 CHF](price 0.");
    let json = home.ok(&[&["suggest", "--json"][..], &text, &LABELS].concat()).json();
    let span = &json[0]["spans"][0];
    assert_eq!((&span["start"], &span["end"], &span["text"]), (&0.into(), &5.into(), &"Omega".into()));
    assert_eq!(span["label"], "brand");
    assert!(span["score"].to_string().len() < 12, "a score has the digits of an f32: {span}");
}

#[test]
fn labels_are_folded_may_hold_commas_and_must_have_a_name() {
    let home = Home::new();
    let with = |labels: &[&'static str]| [&["suggest", "--text", "Omega for 5 CHF"][..], labels].concat();
    home.ok(&with(&["--label", "brand", "--label", "brand"]))
        .says("label 'brand' was given more than once; the first counts");
    home.ok(&with(&["--label", "price, with currency"])).prints("Omega");
    home.run(&with(&[])).ends(2).says("no labels: say what to look for with --label");
    home.run(&with(&["--label", "brand", "--label", " "])).ends(2).says("a label is empty");
    home.run(&with(&["--labels", "brand,,price"])).ends(2).says("a label is empty");
    home.ok(&with(&["--label", "brand", "--label", "", "--compat"])).prints("Omega");
}

#[test]
fn three_hundred_labels_are_asked_in_groups_and_a_label_too_long_is_named() {
    let home = Home::new();
    let labels: Vec<String> = (0..299).map(|n| format!("label {n}")).collect();
    // Among so many labels that mean nothing the right one need not be the best: all that score are shown.
    let text = "Omega sold the Speedmaster for 500 CHF.";
    let mut args = suggest(&["--text", text, "--threshold", "0.01", "--multi-label", "--json"]);
    args.extend(labels.iter().flat_map(|l| ["--label", l]));
    args.extend(["--label", "brand"]);
    home.ok(&args).says("300 labels are more than the model reads at once: asked in").prints(r#""label":"brand""#);
    let long: String = (0..300).map(|n| format!("word{n} ")).collect();
    home.run(&suggest(&["--text", "Omega", "--label", &long]))
        .ends(2)
        .says("the label \"word0 word1")
        .says("shorten it");
}

#[test]
fn a_threshold_is_a_probability() {
    let home = Home::new();
    for bad in ["7", "-1", "nan", "inf", "x"] {
        let threshold = format!("--threshold={bad}");
        home.run(&[&["suggest", "--text", "Omega", &threshold][..], &LABELS].concat()).ends(2);
    }
    let found = |threshold: &str| {
        let args = ["suggest", "--json", "--text", "Omega sold the watch for 500 CHF.", "--threshold", threshold];
        home.ok(&[&args[..], &LABELS].concat()).json()[0]["spans"].as_array().unwrap().len()
    };
    assert!(found("0.01") > found("0.5") && found("0.999") == 0, "{} {}", found("0.01"), found("0.5"));
}

#[test]
fn one_source_at_a_time() {
    let home = Home::with_project(&["brand"]);
    home.run(&["suggest"]).ends(2).says("<PROJECT|--input <FILE>|--text <TEXT>>");
    home.run(&["suggest", "p", "--text", "x"]).ends(2);
    home.run(&suggest(&["--text", "x", "--label", "a", "--save-as", "r"])).ends(2).says("--save-as");
    home.run(&suggest(&["--input", "missing.jsonl", "--label", "a"])).ends(2).says("missing.jsonl: cannot be read");
    home.run(&suggest(&["--input", "p", "--label", "a"])).ends(2).says("p: is a folder");
}

#[test]
fn lines_are_answered_in_order_and_bad_ones_left_out() {
    let home = Home::new();
    let mut input = b"{\"id\":1,\"text\":\"Omega\"}\r\nbad\n{\"id\":{\"k\":[2]},\"text\":\"Rolex \\u001b[31m\"}\n\n\xff\n[]\n{\"text\":3}\n{}\n".to_vec();
    input.extend("{\"id\":\"x\",\"text\":\"\",\"more\":1}\n{\"text\":\"no id\"}".bytes());
    let ran = home.pipe(input, &[&["suggest", "--input", "-"][..], &LABELS].concat()).ends(1);
    let ran = ran
        .says("stdin:2: not JSON")
        .says("stdin:5: not valid UTF-8 (byte 1)")
        .says("stdin:6: not a JSON object")
        .says("stdin:7: `text` is not a string")
        .says("stdin:8: no `text`")
        .says("5 lines left out");
    let answers = ran.json();
    assert_eq!(
        answers.iter().map(|a| a["id"].clone()).collect::<Vec<_>>(),
        [1.into(), serde_json::json!({"k":[2]}), "x".into(), serde_json::Value::Null]
    );
    assert_eq!(answers[1]["text"], "Rolex \u{1b}[31m");
    assert!(!ran.out.contains('\u{1b}'), "escaped in JSON");
}

#[test]
fn many_lines_keep_their_order() {
    let home = Home::new();
    let lines: String =
        (0..200).map(|n| format!("{{\"id\":{n},\"text\":\"{}Omega\"}}\n", "word ".repeat(n % 17))).collect();
    home.file("in.jsonl", lines);
    let answers = home.ok(&[&["suggest", "--input", "in.jsonl"][..], &LABELS].concat()).json();
    assert!(answers.iter().enumerate().all(|(n, a)| a["id"] == n), "in order");
    assert_eq!(answers.len(), 200);
}

#[test]
fn a_line_is_answered_before_the_input_ends() {
    let home = Home::new();
    let mut child =
        home.command(&[&["suggest", "--input", "-"][..], &LABELS].concat()).stdin(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for n in 0..3 {
        writeln!(stdin, "{{\"id\":{n},\"text\":\"Omega\"}}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"id\":{n},")), "{answer}");
    }
    drop(stdin);
    Ran::of(child).ends(0);
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let home = Home::new();
    let mut child =
        home.command(&[&["suggest", "--input", "-"][..], &LABELS].concat()).stdin(Stdio::piped()).spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    let writer = std::thread::spawn(move || {
        // Until nobody reads any more.
        while writeln!(stdin, "{{\"text\":\"Omega sold it\"}}").is_ok() {}
    });
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let ran = Ran::of(child).ends(0);
    assert_eq!(ran.err, "");
    writer.join().unwrap();
}

#[test]
fn a_project_is_filled_with_a_named_run() {
    let home = Home::with_project(&["brand", "price"]);
    home.file("a.jsonl", "{\"id\":\"a\",\"text\":\"Omega sold it for 500 CHF.\"}\n{\"id\":\"b\",\"text\":\"\"}\n");
    home.ok(&["import", "p", "a.jsonl"]);
    home.ok(&["suggest", "p", "--save-as", "r1"]).prints("2 suggestions for 2 documents, kept as run r1");
    home.ok(&["show", "p", "--run", "r1"]).prints("[Omega](brand 0.").prints("[500 CHF](price 0.");
    home.run(&["suggest", "p", "--save-as", "r1"]).ends(2).says("there is a run 'r1' in this project already");
    home.run(&["suggest", "p", "--save-as", " "]).ends(2).says("the run's name is empty");
    let done = home.ok(&["suggest", "p", "--label", "brand", "--json"]).json();
    assert_eq!(done[0], serde_json::json!({"run": "gleaner-mini", "documents": 2, "spans": 1}));
    home.ok(&["suggest", "p"]).prints("kept as run gleaner-mini-2");
    home.run(&["suggest", "p", "--label", "zz"]).ends(2).says("no label 'zz' in this project; it has brand, price");
}

#[test]
fn a_project_without_labels_says_what_to_do() {
    let home = Home::with_project(&[]);
    home.run(&["suggest", "p"]).ends(2).says("the project has no labels yet");
}
