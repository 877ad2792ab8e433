//! `gleaner PROJECT --plain`: the review in lines. What is typed, and what is said and saved.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use super::{Home, Ran, fixture_model, harmless};

const ZENITH: &str = "Zenith paid 300 euros to Tissot. Zenith is in Le Locle.";

/// A project of two documents. The model suggests for `a` Zenith, 300 euros, Tissot (as a place), Zenith and Le Locle,
/// and for `b` Rolex and Bern.
fn watches() -> Home {
    let home = Home::with_project(&["brand", "price", "place"]);
    let b = r#"{"id":"b","text":"Rolex opened in Bern."}"#;
    home.file("texts.jsonl", format!("{{\"id\":\"a\",\"text\":\"{ZENITH}\"}}\n{b}\n"));
    home.ok(&["import", "p", "texts.jsonl"]);
    home
}

/// Types lines, to the end of the input; no escape sequence comes out, whatever is in the texts.
fn typed(home: &Home, lines: &[&str]) -> Ran {
    let ran = home.pipe(lines.iter().map(|l| format!("{l}\n")).collect::<String>(), &["p", "--plain"]).ends(0);
    assert!(harmless(&ran.out), "{ran:#?}");
    ran
}

#[test]
fn a_suggestion_a_line_is_accepted_rejected_relabelled_and_saved() {
    let home = watches();
    typed(&home, &["y", "n", "l brand", "s", "y", "q"])
        .prints("document a, pending: 5 suggestions and 0 spans; 0 of 2 documents submitted\n")
        .prints("brand 0.91: «Zenith» paid 300 euros to Tissot. Zenith is in Le Locle. (4 more)\n")
        .prints("saved: accept brand “Zenith”\nprice 0.")
        .prints("saved: reject price “300 euros”\nplace 0.")
        .prints("saved: relabel place “Tissot” as brand\n")
        .prints("no suggestion is left here but 1 skipped")
        .prints("\n2 accepted, 1 rejected, 1 relabelled; all saved\n");
    home.ok(&["show", "p", "a"]).prints(
        "── a · draft by ada\n[Zenith](brand) paid 300 euros to [Tissot](brand). Zenith is in [Le Locle](place).\n",
    );
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
    // What was skipped comes again, what was rejected does not.
    typed(&home, &["t"]).prints("document a, draft: 1 suggestion and 3 spans").prints("suggested, brand 0.");
}

#[test]
fn a_document_is_submitted_and_the_next_one_comes_until_none_is_left() {
    let home = watches();
    typed(&home, &["y", "d", ">", ">", "discard", "o a", "o nowhere"])
        .prints("saved: submit “Zenith paid 300 euros to Tissot.”\ndocument b, pending: 2 suggestions")
        .prints("no document is left to do: 1 submitted, 0 discarded, 1 passed over: > begins with them again\n")
        .prints("no document is left to do: 1 submitted, 1 discarded\n")
        .prints("document a, submitted: 4 suggestions and 1 span; 1 of 2 documents submitted")
        .prints("there is no document nowhere\n")
        .prints("1 accepted, 1 document submitted, 1 document discarded; all saved\n");
    home.ok(&["status", "p", "--verify"]).prints("ada: 1 submitted, 0 draft, 1 discarded").prints("0 problems");
    typed(&home, &[]).prints("no document is left to do").prints("nothing was changed\n");
}

#[test]
fn undo_reaches_back_to_the_document_it_is_about() {
    let home = watches();
    let ran = typed(&home, &["y", "d", "u", "u", "u", "d", "y"])
        .prints("undid: submit “Zenith paid 300 euros to Tissot.”\ndocument a, draft: 4 suggestions and 1 span")
        .prints("undid: accept brand “Zenith”\ndocument a again\nbrand 0.91: «Zenith» paid")
        .prints("there is nothing of yours to undo\n")
        .prints("saved: accept brand “Rolex”");
    assert!(ran.out.ends_with("2 accepted, 2 documents submitted, 2 undone; all saved\n"), "{ran:#?}");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn edges_move_by_words_or_become_the_text_that_is_typed() {
    let home = watches();
    typed(&home, &["e >1", "e", "paid 300", "e nowhere", "e >99", "e Tissot", "e <1", ""])
        .prints("saved: re-bound brand “Zenith” to “Zenith paid”\n")
        .prints("which edges?")
        .prints("saved: re-bound price “300 euros” to “paid 300”\n")
        .prints("“nowhere” is not in this document\n")
        .prints("there are not that many words\n")
        .prints("these are its edges already\n")
        .prints("saved: re-bound place “Tissot” to “to Tissot”\n");
    home.ok(&["status", "p", "--verify"]).prints("0 problems");
}

#[test]
fn a_span_is_added_by_its_text_and_taken_away_by_its_number() {
    let home = watches();
    typed(&home, &["a euros = price", "a Zenith = brand", "7", "2", "a", "le locle", "nothing", "pl", "a x = brand", "t", "x 1", "x 9"])
        .prints("saved: add price “euros”\n")
        .prints("1: «Zenith» paid 300 euros to Tissot. Zenith is in Le Locle.\n2: Zenith paid 300 euros to Tissot. «Zenith» is in Le Locle.\nwhich of these places?")
        .prints("a number from 1 to 2")
        .prints("saved: add brand “Zenith”\n")
        .prints("no label “nothing”; there are 1 brand, 2 price, 3 place")
        .prints("saved: add place “Le Locle”\n")
        .prints("“x” is not in this document\n")
        .prints("span 1, price: euros\nspan 2, brand: Zenith\nspan 3, place: Le Locle\n")
        .prints("saved: delete price “euros”\n")
        .prints("type x and a number from 1 to 2");
    home.ok(&["show", "p", "a"]).prints("[Zenith](brand) is in [Le Locle](place).");
}

#[test]
fn what_cannot_be_typed_is_said_and_nothing_is_done() {
    let home = watches();
    typed(&home, &["hello", "y y", "\u{1b}[A", "?", "l", "", "x 1"])
        .prints("'hello' is nothing that can be typed here; ? lists what can\n")
        .prints("'y' takes nothing after it\n")
        .prints("'␛[A' is nothing")
        .prints("\ny: yes: accept the suggestion\n")
        .prints("which label? 1 brand, 2 price, 3 place (an empty line: nothing)\nnothing was done\n")
        .prints("this document has no spans\n")
        .prints("nothing was changed\n");
    let ran = home.pipe(b"y\xff\nq\n".to_vec(), &["p", "--plain"]).ends(0);
    ran.prints("this line is not valid UTF-8; nothing was done\n").prints("nothing was changed");
}

#[test]
fn controls_of_texts_are_shown_and_a_terminal_without_unicode_gets_ascii() {
    let home = Home::with_project(&["brand"]);
    home.file("a.jsonl", r#"{"id":"a\u001b[2J","text":"Omega\u001b[31m sells\u0007 watches.\r\n\tRolex\u202e too."}"#);
    home.ok(&["import", "p", "a.jsonl"]);
    typed(&home, &["t", "y", "y", "d"]).prints("Omega␛[31m sells␇ watches.␍").prints("Rolex<U+202E> too");
    typed(&home, &["u", "u", "o a\u{1b}[2J", "t"]);
    let mut child = home.command(&["p", "--plain"]).env("LC_ALL", "C").stdin(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"u\nt\n").unwrap();
    let ran = Ran::of(child).ends(0);
    assert!(ran.out.is_ascii() && harmless(&ran.out), "{ran:#?}");
}

#[test]
fn without_a_model_labels_or_documents_it_says_so() {
    let home = watches();
    home.pipe("a Tissot = brand\nd\n", &["p", "--plain", "--model", "missing"])
        .ends(0)
        .prints("no suggestions: no model 'missing'")
        .prints("no suggestion is left here; d submits")
        .prints("saved: add brand “Tissot”");
    let home = Home::with_project(&[]);
    home.pipe("y\nt\n", &["p", "--plain"])
        .ends(0)
        .prints("no document is left to do: 0 submitted, 0 discarded\n")
        .prints("no document is open");
    home.ok(&["add", "p", "A text."]);
    home.pipe("a text = brand\n", &["p", "--plain"]).ends(0).prints("the project has no labels yet");
    home.run(&["--plain"]).ends(2).says("PROJECT");
    home.run(&["nowhere", "--plain"]).ends(2).says("no gleaner project here");
}

#[test]
fn the_threshold_and_a_model_of_ones_own_are_taken() {
    let home = watches();
    let at = |threshold: &str| home.pipe("", &["p", "--plain", "--threshold", threshold]);
    at("0.9").ends(0).prints("document a, pending: 2 suggestions");
    at("2").ends(2).says("--threshold: threshold 2 is not a number between 0.05 and 0.95");
    let model = fixture_model("span_bert");
    home.pipe("", &["p", "--plain", "--model", model.to_str().unwrap()]).ends(0).prints("document a, pending:");
}

#[test]
fn an_interrupt_ends_it_with_everything_saved() {
    let home = watches();
    let mut child = home.command(&["p", "--plain"]).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    stdin.write_all(b"y\n").unwrap();
    let mut said = String::new();
    while !said.contains("saved: accept") {
        assert!(out.read_line(&mut said).unwrap() > 0, "{said}");
    }
    unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut out, &mut rest).unwrap();
    assert!(rest.ends_with("1 accepted; all saved\n"), "{rest}");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    home.ok(&["show", "p", "a"]).prints("[Zenith](brand) paid");
}

#[test]
fn the_demo_can_be_reviewed_in_lines() {
    let home = Home::new();
    home.pipe("y\nd\nq\n", &["demo", "--plain"])
        .ends(0)
        .prints("project demo, ada; ? lists what can be typed\n")
        .prints("1 accepted, 1 document submitted; all saved");
    home.ok(&["status", "state/gleaner/demo", "--verify"]).prints("ada: 1 submitted").prints("0 problems");
}
