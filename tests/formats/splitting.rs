//! `import --split`: parts keep where they came from, spans move with them, nothing is cut.

use gleaner::dataset::format::{Loss, Split, split};
use gleaner::text::sentences;

use super::*;

fn parts(record: &Record, at: Split) -> Vec<(String, usize)> {
    let parts = split(record.clone(), at).0;
    parts.into_iter().map(|p| (p.text.clone(), p.provenance.parent.map_or(0, |(_, start)| start))).collect()
}

#[test]
fn at_paragraphs_sentences_and_lines() {
    let record = marked("d", "One 😀 [Ada|x] left. She\nwent home.\n\n \nNew paragraph.\n");
    let owned = |parts: &[(&str, usize)]| parts.iter().map(|(t, s)| ((*t).to_owned(), *s)).collect::<Vec<_>>();
    assert_eq!(
        parts(&record, Split::Paragraph),
        owned(&[("One 😀 Ada left. She\nwent home.", 0), ("New paragraph.", 34)])
    );
    assert_eq!(
        parts(&record, Split::Sentence),
        owned(&[("One 😀 Ada left.", 0), ("She\nwent home.", 16), ("New paragraph.", 34)])
    );
    assert_eq!(
        parts(&record, Split::Line),
        owned(&[("One 😀 Ada left. She", 0), ("went home.", 20), ("New paragraph.", 34)])
    );
    let (whole, _) = split(record.clone(), Split::Document);
    assert_eq!(whole, [record]);
}

#[test]
fn spans_and_ids_move_with_their_part() {
    let record = marked("d", "Nothing here. [Ada|person] wrote. 😀 And [Bob|person].");
    let (parts, losses) = split(record, Split::Sentence);
    assert!(losses.is_empty());
    assert_eq!(parts.iter().map(|p| p.id.as_deref().unwrap()).collect::<Vec<_>>(), ["d:0", "d:14", "d:25"]);
    assert_eq!(parts[1].provenance.parent, Some(("d".into(), 14)));
    let found: Vec<_> = parts.iter().map(surfaces).collect();
    assert_eq!(found, [vec![], pairs(&[("Ada", "person")]), pairs(&[("Bob", "person")])]);
    assert_eq!(parts[0].responses.len(), 1, "a sentence without entities is still annotated");
}

#[test]
fn a_span_over_a_border_keeps_the_sentences_together() {
    let record = marked("d", "First. He saw [Who? Me!|film] twice. Last.");
    let (parts, losses) = split(record, Split::Sentence);
    assert_eq!(
        parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>(),
        ["First.", "He saw Who? Me! twice.", "Last."]
    );
    assert_eq!(losses.count(Loss::KeptTogether), 1);
    assert_eq!(surfaces(&parts[1]), pairs(&[("Who? Me!", "film")]));
}

#[test]
fn what_does_not_end_a_sentence() {
    let one = [
        "Dr. Smith met Prof. J. R. Jones at St. Mary's.",
        "See Fig. 3, e.g. No. 5, at approx. 3.5 kg.",
        "A line that was\nwrapped by hand.",
        "He asked \"why?\" and left.",
        "Visit example.com today.",
    ];
    for text in one {
        assert_eq!(sentences(text).len(), 1, "{text}: {:?}", sentences(text));
    }
    let two = [
        "He left. She stayed.",
        "He said no. Then he left.",
        "東京です。京都です。",
        "Wait! What?",
        "Heading\n\nText.",
    ];
    for text in two {
        assert_eq!(sentences(text).len(), 2, "{text}");
    }
    assert_eq!(sentences(" \n\t "), []);
}

#[test]
fn five_megabytes_without_a_full_stop() {
    let text = "word 1.a ".repeat(600_000);
    let started = std::time::Instant::now();
    assert!(!sentences(&text).is_empty());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
