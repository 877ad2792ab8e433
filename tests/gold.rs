//! Frozen gold through the store: what is frozen stays as it was, belongs to nobody, and can be taken back; and what a
//! label that came later means for what was finished before.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use gleaner::annotate::{Annotation, LabelSet};
use gleaner::dataset::*;
use gleaner::evaluate::{Evaluation, Mode, Options, Predictions};
use gleaner::gliner::FLOOR;
use gleaner::jobs::evaluation::{self, GoldFrom};
use gleaner::store::*;
use gleaner::text::CharRange;
use tempfile::TempDir;

const ADA: &str = "ada";
const BOB: &str = "bob";
const TEXT: &str = "Omega met Rolex in Bern";

fn empty(labels: &[&str]) -> (TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    let mut project = Project::create(&dir.path().join("p"), &TaskCard::default()).unwrap();
    for name in labels {
        add_label(&mut project, name);
    }
    (dir, project)
}

fn add_label(project: &mut Project, name: &str) -> LabelId {
    let id = project.new_label_id().unwrap();
    let group = labels(project).add("setup", id, name).unwrap();
    project.commit(&group).unwrap();
    id
}

fn labels(project: &Project) -> LabelSet {
    LabelSet::new(project.labels().unwrap())
}

fn response(annotator: &str, spans: &[(usize, usize, &str)]) -> RecordResponse {
    let span = |(start, end, label): &(usize, usize, &str)| Span {
        range: CharRange::new(*start, *end),
        label: (*label).into(),
        score: None,
    };
    RecordResponse {
        annotator: Some(annotator.into()),
        status: Status::Submitted,
        spans: spans.iter().map(span).collect(),
        coverage: None,
    }
}

fn record(id: &str, responses: Vec<RecordResponse>) -> Record {
    Record { id: Some(id.into()), text: TEXT.into(), responses, ..Record::default() }
}

fn import(project: &mut Project, records: Vec<Record>) -> ImportReport {
    let mut import = project.import(ImportOptions { source: "file".into(), ..ImportOptions::default() }).unwrap();
    for record in records {
        import.add(record).unwrap();
    }
    import.finish().unwrap()
}

/// Two documents that Ada has submitted, and one that nobody has.
fn answered() -> (TempDir, Project) {
    let (dir, mut project) = empty(&["brand", "place"]);
    let own = |spans: &[(usize, usize, &str)]| vec![response(ADA, spans)];
    let records = vec![
        record("one", own(&[(0, 5, "brand"), (10, 15, "brand")])),
        record("two", own(&[(19, 23, "place")])),
        record("three", vec![]),
    ];
    import(&mut project, records);
    (dir, project)
}

fn document(project: &Project, name: &str) -> DocumentId {
    project.find_document(name).unwrap().unwrap().id
}

/// Takes the first span out of a response.
fn take_out(project: &mut Project, actor: &str, document: DocumentId, annotator: &str) {
    let before = project.response(document, annotator).unwrap().spans[0].clone();
    let (id, annotator) = (before.id, annotator.to_owned());
    let change = Change::Span { document, annotator, id, before: Some(before), after: None };
    project.commit(&Group { actor: actor.into(), reason: "delete".into(), changes: vec![change] }).unwrap();
}

fn freeze(project: &mut Project, name: &str) -> Freezing {
    project.freeze_gold(ADA, name, &Choice::default()).unwrap()
}

#[track_caller]
fn is_sound(project: &Project) {
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn what_is_frozen_stays_as_it_was() {
    let (_dir, mut project) = answered();
    let frozen = freeze(&mut project, " first ");
    assert_eq!((frozen.name.as_str(), frozen.documents, frozen.spans), ("first", 2, 3));
    let one = document(&project, "one");
    take_out(&mut project, ADA, one, ADA);
    let gold = evaluation::gold(&project, &GoldFrom::Set("first".into())).unwrap();
    assert_eq!(gold.documents.iter().map(|d| d.spans.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(gold.documents[0].annotator.as_deref(), Some("gold/first"));
    let today = evaluation::gold(&project, &GoldFrom::Responses { annotator: None }).unwrap();
    assert_eq!(today.documents.iter().map(|d| d.spans.len()).collect::<Vec<_>>(), [1, 1]);
    is_sound(&project);
}

#[test]
fn a_set_says_when_by_whom_and_what_was_corrected_since() {
    let (_dir, mut project) = answered();
    freeze(&mut project, "first");
    let set = project.gold_set("first").unwrap();
    assert_eq!((set.documents, set.spans, set.blind, set.corrected), (2, 3, 0, 0));
    assert_eq!(set.frozen.unwrap().actor, ADA);
    let one = document(&project, "one");
    take_out(&mut project, BOB, one, "gold/first");
    let set = project.gold_set("first").unwrap();
    assert_eq!((set.spans, set.corrected), (2, 1));
    // A correction that was taken back is none.
    project.undo(BOB).unwrap().unwrap();
    assert_eq!(project.gold_set("first").unwrap().corrected, 0);
    project.redo(BOB).unwrap().unwrap();
    assert_eq!(project.gold_set("first").unwrap().corrected, 1);
    // What happens to the response it was made from is no correction of the set.
    let two = document(&project, "two");
    take_out(&mut project, ADA, two, ADA);
    assert_eq!(project.gold_set("first").unwrap().corrected, 1);
    is_sound(&project);
}

#[test]
fn freezing_and_removing_are_one_step_of_undo_each() {
    let (_dir, mut project) = answered();
    freeze(&mut project, "first");
    let undone = project.undo(ADA).unwrap().unwrap();
    assert_eq!((undone.reason.as_str(), undone.document), ("freeze gold set \"first\"", None));
    assert_eq!(project.gold_set_names().unwrap(), Vec::<String>::new());
    is_sound(&project);
    project.redo(ADA).unwrap().unwrap();
    assert_eq!(project.gold_set("first").unwrap().documents, 2);
    project.remove_gold(ADA, "first").unwrap();
    assert_eq!(project.gold_sets().unwrap(), []);
    is_sound(&project);
    assert_eq!(project.undo(ADA).unwrap().unwrap().document, None);
    let set = project.gold_set("first").unwrap();
    assert_eq!((set.documents, set.spans, set.corrected), (2, 3, 0));
    project.remove_gold(ADA, "first").unwrap();
    freeze(&mut project, "first");
    assert_eq!(project.gold_set("first").unwrap().spans, 3);
    is_sound(&project);
}

#[test]
fn spans_that_were_not_given_in_their_order_are_frozen_and_undone_too() {
    let (_dir, mut project) = empty(&["brand"]);
    import(&mut project, vec![record("one", vec![response(ADA, &[(10, 15, "brand"), (0, 5, "brand")])])]);
    freeze(&mut project, "first");
    project.undo(ADA).unwrap().unwrap();
    project.redo(ADA).unwrap().unwrap();
    project.remove_gold(ADA, "first").unwrap();
    project.undo(ADA).unwrap().unwrap();
    assert_eq!(project.gold_set("first").unwrap().spans, 2);
    is_sound(&project);
}

#[test]
fn removing_takes_decisions_notes_and_blind_marks_along() {
    let (_dir, mut project) = answered();
    let one = document(&project, "one");
    let blind = Change::Blind { document: one, annotator: ADA.into(), before: false, after: true };
    project.commit(&Group { actor: ADA.into(), reason: "blind".into(), changes: vec![blind] }).unwrap();
    freeze(&mut project, "first");
    assert_eq!(project.gold_set("first").unwrap().blind, 1);
    let annotator = "gold/first".to_owned();
    let run = project.live_run(&RunSpec { model: "m".into(), ..RunSpec::default() }).unwrap();
    let prediction = PredictionKey { run, range: CharRange::new(0, 5), label: LabelId(2) };
    let decision = Decision { prediction, score: 0.5, verdict: Verdict::Rejected, bulk: false };
    let note = Note { text: "sure?".into(), flag: true };
    let changes = vec![
        Change::Decision {
            document: one,
            annotator: annotator.clone(),
            prediction,
            before: None,
            after: Some(decision),
        },
        Change::Note {
            document: one,
            annotator: annotator.clone(),
            span: Some(SpanId(1)),
            place: None,
            before: None,
            after: Some(note),
        },
    ];
    project.commit(&Group { actor: BOB.into(), reason: "correct".into(), changes }).unwrap();
    project.remove_gold(ADA, "first").unwrap();
    assert!(project.decisions(one, &annotator).unwrap().is_empty());
    assert!(project.notes(one, &annotator).unwrap().is_empty());
    assert!(!project.is_blind(one, &annotator).unwrap());
    is_sound(&project);
    project.undo(ADA).unwrap().unwrap();
    assert_eq!(project.decisions(one, &annotator).unwrap(), [decision]);
    assert_eq!(project.notes(one, &annotator).unwrap().len(), 1);
    assert_eq!(project.gold_set("first").unwrap().blind, 1);
    is_sound(&project);
}

#[test]
fn what_cannot_be_frozen_says_why() {
    let (_dir, mut project) = answered();
    let said = |project: &mut Project, name: &str, annotator: Option<&str>| {
        let choice = Choice { annotator: annotator.map(str::to_owned), sample: None };
        project.freeze_gold(ADA, name, &choice).unwrap_err().to_string()
    };
    freeze(&mut project, "first");
    assert!(said(&mut project, "first", None).contains("there is a gold set 'first'"));
    assert!(said(&mut project, "  ", None).contains("it is empty"));
    assert!(said(&mut project, "a/b", None).contains("it holds a /"));
    assert!(said(&mut project, "a\u{7}", None).contains("control characters"));
    assert!(said(&mut project, "other", Some(BOB)).contains("'bob' has nothing submitted"));
    let missing = project.gold_set("second").unwrap_err().to_string();
    assert!(missing.contains("no gold set 'second'") && missing.contains("it has first"), "{missing}");
    let missing = evaluation::gold(&project, &GoldFrom::Set("second".into())).unwrap_err().to_string();
    assert!(missing.contains("it has first"), "{missing}");
    let (_dir, mut project) = empty(&["brand"]);
    assert!(said(&mut project, "first", None).contains("no document is submitted yet"));
}

#[test]
fn documents_of_several_annotators_are_named_and_nobody_is_chosen_silently() {
    let (_dir, mut project) = empty(&["brand"]);
    let both = || vec![response(ADA, &[(0, 5, "brand")]), response(BOB, &[(10, 15, "brand")])];
    let mut records: Vec<Record> = (0..7).map(|n| record(&format!("d{n}"), both())).collect();
    records.push(record("alone", vec![response(BOB, &[(0, 5, "brand")])]));
    import(&mut project, records);
    let refused = project.freeze_gold(ADA, "g", &Choice::default()).unwrap_err().to_string();
    assert!(refused.contains("7 documents have several submitted responses"), "{refused}");
    assert!(refused.contains("d0, d1, d2, d3, d4 and 2 more") && refused.contains("by ada, bob"), "{refused}");
    assert!(project.gold_sets().unwrap().is_empty());
    let choice = Choice { annotator: Some(BOB.into()), sample: None };
    assert_eq!(project.freeze_gold(ADA, "g", &choice).unwrap().documents, 8);
    // Evaluation leaves them out and counts them.
    let gold = evaluation::gold(&project, &GoldFrom::Responses { annotator: None }).unwrap();
    assert_eq!((gold.documents.len(), gold.about.undecided), (1, 7));
    assert_eq!(gold.documents[0].name, "alone");
    let gold = evaluation::gold(&project, &GoldFrom::Responses { annotator: Some(ADA.into()) }).unwrap();
    assert_eq!((gold.documents.len(), gold.about.undecided), (7, 0));
}

#[test]
fn a_sample_is_drawn_by_its_seed() {
    let (_dir, mut project) = empty(&["brand"]);
    import(&mut project, (0..40).map(|n| record(&format!("d{n}"), vec![response(ADA, &[])])).collect());
    let mut draw = |name: &str, seed| {
        let choice = Choice { annotator: None, sample: Some((10, seed)) };
        let frozen = project.freeze_gold(ADA, name, &choice).unwrap();
        assert_eq!((frozen.documents, frozen.not_drawn), (10, 30));
        frozen.changes.iter().filter_map(Change::document).collect::<Vec<_>>()
    };
    let (first, again, other) = (draw("a", 1), draw("b", 1), draw("c", 2));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_ne!(first, (1..=10).map(DocumentId).collect::<Vec<_>>(), "not the beginning of the project");
}

#[test]
fn a_set_is_nobody() {
    let (_dir, mut project) = answered();
    let before = (
        project.annotators(&[]).unwrap(),
        project.shared_documents(&[]).unwrap(),
        project.tally().unwrap().annotators,
        project.records(&RecordQuery::default(), DocumentId(0), 10).unwrap().records,
        project.page(ADA, &Query { order: Order::Recent, ..Query::default() }, Anchor::Start, 10).unwrap(),
    );
    freeze(&mut project, "first");
    let after = (
        project.annotators(&[]).unwrap(),
        project.shared_documents(&[]).unwrap(),
        project.tally().unwrap().annotators,
        project.records(&RecordQuery::default(), DocumentId(0), 10).unwrap().records,
        project.page(ADA, &Query { order: Order::Recent, ..Query::default() }, Anchor::Start, 10).unwrap(),
    );
    assert_eq!(before, after);
    // Under its own name it goes out, and is nobody's there.
    let query = RecordQuery { annotator: Some(gold_annotator("first")), ..RecordQuery::default() };
    let records = project.records(&query, DocumentId(0), 10).unwrap().records;
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|(_, r)| r.responses[0].annotator.is_none()));
    // Nobody comes in under such a name.
    let report = import(&mut project, vec![record("four", vec![response("gold/first", &[])])]);
    assert_eq!(report.added, 0);
    assert!(report.problems[0].1.contains("name of a frozen gold set"), "{report:?}");
}

#[test]
fn labels_of_a_set_are_counted_by_its_name_and_follow_a_merge() {
    let (_dir, mut project) = answered();
    freeze(&mut project, "first");
    let (brand, place) = (LabelId(1), LabelId(2));
    let tally = project.label_tally(brand).unwrap();
    assert_eq!((tally.spans, tally.documents, tally.annotators), (2, 1, 1));
    assert_eq!(tally.gold, [("first".to_owned(), 2)]);
    assert_eq!(project.tally().unwrap().label(brand), tally);
    let set = labels(&project);
    project.rewrite(brand, &[brand, place], |found| set.merge(ADA, brand, place, false, found)).unwrap().unwrap();
    let gold = evaluation::gold(&project, &GoldFrom::Set("first".into())).unwrap();
    let names: Vec<&str> = gold.documents[0].spans.iter().map(|m| gold.labels.name(m.label)).collect();
    assert_eq!(names, ["place", "place"]);
    is_sound(&project);
    // What a run said under the label that went is not held against it.
    let run = run_of(&mut project, &[brand, place], 0.5);
    let said = evaluation::of_run(&project, &gold, &run).unwrap();
    let marks: Vec<&str> = said.documents[0].iter().map(|m| gold.labels.name(m.label)).collect();
    assert_eq!(marks, ["place"]);
    assert_eq!(said.asked.unwrap().len(), 1);
}

/// A run that finds `Omega` under each label in the first document.
fn run_of(project: &mut Project, labels: &[LabelId], threshold: f32) -> Run {
    let spec = RunSpec {
        model: "m".into(),
        labels: labels.iter().map(|l| (*l, format!("{l:?}"))).collect(),
        parameters: [("threshold".to_owned(), threshold.into())].into_iter().collect(),
        ..RunSpec::default()
    };
    let id = project.begin_run("r", &spec).unwrap();
    let one = document(project, "one");
    let said = labels.iter().map(|label| {
        let key = PredictionKey { run: id, range: CharRange::new(0, 5), label: *label };
        Prediction { key, score: 0.75 }
    });
    project.add_predictions(id, &[(one, said.collect())]).unwrap();
    project.finish_run(id).unwrap();
    project.run("r").unwrap()
}

#[test]
fn a_run_is_read_in_one_walk_and_only_for_the_texts_of_today() {
    let (_dir, mut project) = answered();
    let run = run_of(&mut project, &[LabelId(1)], 0.25);
    let gold = evaluation::gold(&project, &GoldFrom::Responses { annotator: None }).unwrap();
    let said = evaluation::of_run(&project, &gold, &run).unwrap();
    assert_eq!((said.documents[0].len(), said.documents[1].len()), (1, 0));
    assert_eq!((said.floor, said.asked), (Some(0.25), Some(vec![0])));
    assert_eq!(said.documents[0][0].score, Some(0.75));
    let changed = Record { id: Some("one".into()), text: "Rolex met Omega in Bern".into(), ..Record::default() };
    import(&mut project, vec![changed]);
    let gold = evaluation::gold(&project, &GoldFrom::Responses { annotator: None }).unwrap();
    assert_eq!(evaluation::of_run(&project, &gold, &run).unwrap().documents, vec![vec![]; gold.documents.len()]);
    let own = evaluation::of_annotator(&project, &gold, ADA).unwrap();
    assert_eq!(own.documents, gold.documents.iter().map(|d| d.spans.clone()).collect::<Vec<_>>());
}

#[test]
fn gold_says_which_model_it_began_with() {
    let (_dir, mut project) = answered();
    let run = run_of(&mut project, &[LabelId(1)], 0.5);
    let one = document(&project, "one");
    let before = project.response(one, ADA).unwrap().spans[0].clone();
    let prediction = Some(PredictionKey { run: run.id, range: before.range, label: before.label });
    let after = ResponseSpan { prediction, origin: Origin::Bulk, ..before.clone() };
    let (id, annotator) = (before.id, ADA.to_owned());
    let change = Change::Span { document: one, annotator, id, before: Some(before), after: Some(after) };
    project.commit(&Group { actor: ADA.into(), reason: "accept".into(), changes: vec![change] }).unwrap();
    freeze(&mut project, "first");
    for from in [GoldFrom::Responses { annotator: None }, GoldFrom::Set("first".into())] {
        let about = evaluation::gold(&project, &from).unwrap().about;
        assert_eq!((about.spans, about.bulk, about.blind), (3, 1, 0));
        assert_eq!(about.prefilled.iter().map(|p| (p.model.as_str(), p.spans)).collect::<Vec<_>>(), [("m", 1)]);
    }
    let set = project.gold_set("first").unwrap();
    assert_eq!((set.bulk, set.prefilled), (1, vec![("m".to_owned(), 1)]));
}

/// Submits a document as Annotate does, with one span at the start.
fn submit(project: &mut Project, document: DocumentId, span: Option<LabelId>) {
    let text = project.document(document).unwrap().unwrap().text;
    let mut open = Annotation::new(document, text, ADA, project.said(document, ADA).unwrap());
    if let Some(label) = span {
        let id = project.next_span_id(document, ADA).unwrap();
        let after = ResponseSpan { id, range: CharRange::new(0, 5), label, origin: Origin::Key, prediction: None };
        let change = Change::Span { document, annotator: ADA.into(), id, before: None, after: Some(after) };
        project.commit(&Group { actor: ADA.into(), reason: "label".into(), changes: vec![change.clone()] }).unwrap();
        open.apply(&change);
    }
    let group = open.finish(&labels(project), Status::Submitted, true).unwrap();
    project.commit(&group).unwrap();
}

#[test]
fn a_label_that_came_later_counts_only_where_it_was_looked_for() {
    let (_dir, mut project) = empty(&["brand"]);
    import(&mut project, (0..10).map(|n| record(&format!("d{n}"), vec![])).collect());
    let documents: Vec<DocumentId> = (0..10).map(|n| document(&project, &format!("d{n}"))).collect();
    for id in &documents {
        submit(&mut project, *id, Some(LabelId(1)));
    }
    let place = add_label(&mut project, "place");
    let evaluate = |project: &Project| {
        let gold = Arc::new(evaluation::gold(project, &GoldFrom::Responses { annotator: None }).unwrap());
        let place = gold.labels.find("place").unwrap();
        // A model that finds a place everywhere.
        let marks = vec![vec![gleaner::evaluate::Mark { label: place, start: 0, end: 5, score: None }]; 10];
        let said = Arc::new(Predictions { name: "m".into(), documents: marks, ..Predictions::default() });
        let found = Evaluation::new(gold, said, Options::default());
        let counts = found.label(place, Mode::Strict);
        (counts.possible(), counts.actual(), found.left_out(place))
    };
    // Neither negatives nor missed: the ten say nothing about it.
    assert_eq!(evaluate(&project), (0, 0, 10));
    let still_to_check = |project: &Project| {
        let query = Query { order: Order::NewLabel, ..Query::default() };
        project.page(ADA, &query, Anchor::Start, 20).unwrap().iter().map(|row| row.id).collect::<Vec<_>>()
    };
    assert_eq!(still_to_check(&project), documents);
    // Checked once more: in one there is a place, in another there is none.
    submit(&mut project, documents[0], Some(place));
    submit(&mut project, documents[1], None);
    assert_eq!(still_to_check(&project), documents[2..]);
    assert_eq!(evaluate(&project), (1, 2, 8));
    // What was frozen meanwhile knows the same.
    freeze(&mut project, "now");
    submit(&mut project, documents[2], Some(place));
    let gold = evaluation::gold(&project, &GoldFrom::Set("now".into())).unwrap();
    let covered = gold.documents.iter().filter(|d| d.coverage.as_ref().is_some_and(|c| c.contains(&1))).count();
    assert_eq!((covered, gold.about.blind), (2, 10));
}

/// The built-in model, with as many threads as the tests of this file need.
fn model() -> gleaner::suggest::Suggester {
    gleaner::suggest::Suggester::new(gleaner::gliner::Gliner::embedded(1).unwrap(), false)
}

#[test]
fn a_model_is_asked_for_the_documents_of_gold_only_and_what_it_says_can_be_kept() {
    let (_dir, mut project) = answered();
    let gold = evaluation::gold(&project, &GoldFrom::Responses { annotator: None }).unwrap();
    let all = project.labels().unwrap();
    let (go, mut done) = (std::sync::atomic::AtomicBool::new(false), 0);
    let (said, seconds) = evaluation::suggest_on(&mut model(), &gold, &all, FLOOR, &go, |n| done = n).unwrap();
    assert_eq!((said.documents.len(), done), (2, 2));
    assert!(seconds > 0.0 && said.floor == Some(0.05));
    assert_eq!(said.asked, Some(vec![0, 1]));
    let bern = |m: &gleaner::evaluate::Mark| (m.start, m.end, m.label) == (19, 23, 1);
    assert!(said.documents[0].iter().any(bern), "Bern: {:?}", said.documents[0]);
    // Kept as a run, it says the same.
    let filled = evaluation::fill_gold(&mut project, &mut model(), &all, "kept", &gold, &go, |_| {}).unwrap();
    assert_eq!(filled.documents, 2);
    let run = project.run("kept").unwrap();
    let kept = evaluation::of_run(&project, &gold, &run).unwrap();
    assert_eq!((&kept.documents, &kept.asked, kept.floor), (&said.documents, &said.asked, said.floor));
    assert!(project.predictions(run.id, document(&project, "three")).unwrap().is_empty());
    // Cancelled, nothing is there.
    let stop = std::sync::atomic::AtomicBool::new(true);
    assert!(evaluation::suggest_on(&mut model(), &gold, &all, FLOOR, &stop, |_| {}).is_err());
    // A file of spans alone has nothing to read.
    let mut bare = gold.clone();
    bare.documents[1].text = None;
    let refused = evaluation::suggest_on(&mut model(), &bare, &all, FLOOR, &go, |_| {}).unwrap_err().to_string();
    assert!(refused.contains("two has no text"), "{refused}");
}

mod greedy {
    use gleaner::gliner::{Candidate, DecodeOptions, FLOOR, decode};
    use gleaner::text::CharRange;
    use proptest::prelude::*;

    fn candidate() -> impl Strategy<Value = Candidate> {
        (0_usize..12, 0_usize..4, 0_usize..3, 6_u32..100).prop_map(|(first, width, class, score)| Candidate {
            range: CharRange::new(first * 4, (first + width) * 4 + 3),
            first_word: first,
            last_word: first + width,
            class,
            score: score as f32 / 100.0,
        })
    }

    proptest! {
        #[test]
        fn what_is_chosen_down_to_the_floor_holds_what_is_chosen_above_any_threshold(
            candidates in prop::collection::vec(candidate(), 0..40),
            threshold in 5_u32..100,
            nested in any::<bool>(),
            multi_label in any::<bool>(),
        ) {
            let threshold = threshold as f32 / 100.0;
            let at = |threshold| DecodeOptions { threshold, nested, multi_label, ..DecodeOptions::default() };
            let mut low = decode(&candidates, &at(FLOOR));
            low.retain(|c| c.score > threshold);
            prop_assert_eq!(low, decode(&candidates, &at(threshold)));
        }
    }
}

#[test]
fn what_somebody_else_has_changed_since_is_passed_over_by_undo_and_does_not_stand_in_its_way() {
    let (_home, mut project) = answered();
    let id = project.new_label_id().unwrap();
    let before = labels(&project).add(ADA, id, "strap").unwrap();
    project.commit(&before).unwrap();
    project.freeze_gold(ADA, "s", &Choice::default()).unwrap();
    project.remove_gold("bob", "s").unwrap();
    let said = project.undo(ADA).unwrap_err().to_string();
    assert!(said.contains("bob did") && said.contains("freeze"), "{said}");
    // What she did before it can be taken back, and bob's own step too.
    assert_eq!(project.undo(ADA).unwrap().map(|undone| undone.reason), Some(before.reason));
    assert!(project.undo("bob").unwrap().is_some());
    assert_eq!(project.gold_set_names().unwrap(), ["s"]);
    assert!(project.verify().unwrap().problems.is_empty());
}

#[test]
fn a_name_that_eval_could_not_say_is_refused() {
    for name in ["a:b", &"x".repeat(101)] {
        assert!(gold_set_name(name).is_err(), "{name}");
    }
    assert!(gold_set_name("blind-50 of März").is_ok());
}
