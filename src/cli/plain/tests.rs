//! The review without a store: lines and answers in, texts and effects out.

use super::msg::{Effect, Event, Open};
use super::review::Review;
use super::tally::Done;
use crate::annotate::{Annotation, Candidate, LabelSet, Settings};
use crate::dataset::{DocumentId, Label, LabelId, RunId};
use crate::store::{Counts, Said};
use crate::text::CharRange;

/// `Omega sold Geneva a watch.` with Omega (brand) and Geneva (brand, wrongly) suggested.
fn open() -> Event {
    let labels = ["brand", "place"].into_iter().zip(1..).map(|(name, n)| Label::named(LabelId(n), name, n));
    let candidate = |start, end, score| Candidate { range: CharRange::new(start, end), label: LabelId(1), score };
    Event::Opened(Box::new(Open {
        annotation: Annotation::new(DocumentId(7), "Omega sold Geneva a watch.", "ada", Said::default()),
        name: "seven".into(),
        labels: LabelSet::new(labels.collect()),
        suggestions: (RunId(1), vec![candidate(0, 5, 0.9), candidate(11, 17, 0.8)]),
        counts: Counts { documents: 3, pending: 2, submitted: 1, ..Counts::default() },
    }))
}

fn review() -> Review {
    let mut review = Review::new(Settings::default());
    review.take(open());
    review
}

fn line(review: &mut Review, text: &str) -> Vec<Effect> {
    review.take(Event::Line(text.into()))
}

fn said(effects: &[Effect]) -> Vec<&str> {
    effects.iter().filter_map(|e| if let Effect::Say(text) = e { Some(text.as_str()) } else { None }).collect()
}

/// The store takes it.
fn commit(review: &mut Review, effects: Vec<Effect>) -> Vec<Effect> {
    let [Effect::Commit(group, done)] = effects.as_slice() else { panic!("{effects:?}") };
    review.take(Event::Committed(group.clone(), *done))
}

#[test]
fn a_document_begins_with_its_first_suggestion() {
    let mut review = Review::new(Settings::default());
    assert_eq!(
        said(&review.take(open())),
        [
            "document seven, pending: 2 suggestions and 0 spans; 1 of 3 documents submitted",
            "brand 0.90: «Omega» sold Geneva a watch. (1 more)"
        ]
    );
    assert!(review.prompt().starts_with("y/n/e/l/s/"));
}

#[test]
fn nothing_changes_before_the_store_has_it() {
    let mut review = review();
    let accepting = line(&mut review, "y");
    assert!(matches!(accepting.as_slice(), [Effect::Commit(_, Done::Accepted)]), "{accepting:?}");
    assert_eq!(said(&review.take(Event::Refused("the disk is full".into()))), ["not saved: the disk is full"]);
    assert_eq!(said(&line(&mut review, "")), ["brand 0.90: «Omega» sold Geneva a watch. (1 more)"]);
    assert_eq!(review.summary(), "nothing was changed");
    assert_eq!(
        said(&commit(&mut review, accepting)),
        ["saved: accept brand “Omega”", "brand 0.80: Omega sold «Geneva» a watch. (the last one here)"]
    );
    assert_eq!(review.summary(), "1 accepted; all saved");
}

#[test]
fn a_document_changed_elsewhere_is_read_again_with_what_was_skipped() {
    let mut review = review();
    line(&mut review, "s");
    let effects = review.take(Event::Stale("document 7 was changed elsewhere".into()));
    assert_eq!(effects.last(), Some(&Effect::Reopen(DocumentId(7))));
    assert_eq!(
        said(&review.take(open())),
        ["document seven again", "brand 0.80: Omega sold «Geneva» a watch. (the last one here)"]
    );
}

#[test]
fn an_empty_answer_does_nothing_and_a_wrong_one_is_asked_again() {
    let mut review = review();
    assert!(said(&line(&mut review, "l"))[0].starts_with("which label? 1 brand, 2 place"));
    assert_eq!(review.prompt(), "> ");
    assert!(said(&line(&mut review, "person"))[0].starts_with("no label “person”"));
    let relabelling = line(&mut review, "2");
    assert_eq!(said(&commit(&mut review, relabelling))[0], "saved: relabel brand “Omega” as place");
    line(&mut review, "a");
    assert_eq!(said(&line(&mut review, " "))[0], "nothing was done");
    // A letter is a command again.
    let rejecting = line(&mut review, "n");
    assert_eq!(said(&commit(&mut review, rejecting))[0], "saved: reject brand “Geneva”");
    assert!(review.prompt().starts_with("d/a/x/"));
}

#[test]
fn finishing_goes_on_and_quitting_is_always_understood() {
    let mut review = review();
    let submitting = line(&mut review, "d");
    assert_eq!(commit(&mut review, submitting).last(), Some(&Effect::Next));
    review.take(Event::NothingLeft(Counts::default()));
    assert_eq!(said(&line(&mut review, "y")), ["no document is open; o opens one by its id, u undoes, q quits"]);
    assert_eq!(line(&mut review, "u"), [Effect::Undo]);
    assert_eq!(line(&mut review, "q"), [Effect::Quit]);
}
