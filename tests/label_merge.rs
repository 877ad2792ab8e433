//! Merging one label into another: nothing is lost, nothing is there twice, one undo takes all of it back.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeSet;

use gleaner::annotate::{LabelSet, MergeCounter};
use gleaner::dataset::*;
use gleaner::store::*;
use gleaner::text::CharRange;
use proptest::prelude::*;

const TEXT: &str = "Ada Lovelace wrote to Charles Babbage";
const A: LabelId = LabelId(1);
const B: LabelId = LabelId(2);

/// What one annotator says of one document: spans as `(start, length, label)`, and the labels looked for.
type Answer = (Vec<(usize, usize, i64)>, Option<Vec<i64>>);

fn span(id: usize, (start, length, label): (usize, usize, i64)) -> ResponseSpan {
    ResponseSpan {
        id: SpanId(id as i64 + 1),
        range: CharRange::new(start, start + length),
        label: LabelId(label),
        origin: if id.is_multiple_of(2) { Origin::Key } else { Origin::Bulk },
        prediction: None,
    }
}

/// A project of one document for each of `answers`, two annotators in turn.
fn project(answers: &[Answer]) -> (tempfile::TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    let mut project = Project::create(dir.path(), &TaskCard::default()).unwrap();
    for name in ["a", "b", "c"] {
        let set = LabelSet::new(project.labels().unwrap());
        project.commit(&set.add("maker", project.new_label_id().unwrap(), name).unwrap()).unwrap();
    }
    let mut import = project.import(ImportOptions::default()).unwrap();
    for n in 0..answers.len().div_ceil(2) {
        import.add(Record { id: Some(format!("d{n}")), text: TEXT.into(), ..Record::default() }).unwrap();
    }
    import.finish().unwrap();
    for (n, (spans, coverage)) in answers.iter().enumerate() {
        let annotator = ["ada", "bob"][n % 2].to_owned();
        let mut seen = BTreeSet::new();
        let spans: Vec<_> = spans.iter().filter(|s| seen.insert(**s)).enumerate().map(|(i, s)| span(i, *s)).collect();
        let coverage = coverage.as_ref().map(|ids| ids.iter().map(|id| LabelId(*id)).collect());
        let after = Some(ResponseBody { status: Status::Submitted, spans, coverage });
        let document = DocumentId(n as i64 / 2 + 1);
        let change = Change::Response { document, annotator, before: None, after };
        project.commit(&Group { actor: "maker".into(), reason: "answer".into(), changes: vec![change] }).unwrap();
    }
    (dir, project)
}

/// Everything that can be undone, as it is in the store.
fn state(project: &Project) -> String {
    let mut state = format!("{:?}\n", project.labels().unwrap());
    for document in project.documents_after(DocumentId(0), 1000).unwrap() {
        state += &format!("{:?}\n", project.responses(document.id).unwrap());
    }
    state
}

fn merge(project: &mut Project, actor: &str) -> Group {
    let set = LabelSet::new(project.labels().unwrap());
    project.rewrite(A, &[A, B], |responses| set.merge(actor, A, B, false, responses)).unwrap().unwrap()
}

fn answer() -> impl Strategy<Value = Answer> {
    let span = (0usize..6, 1usize..4, 1i64..4);
    let coverage = proptest::option::of(proptest::collection::btree_set(1i64..4, 0..4));
    (proptest::collection::vec(span, 0..12), coverage)
        .prop_map(|(spans, c)| (spans, c.map(|c| c.into_iter().collect())))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_merge_loses_nothing_repeats_nothing_and_is_undone_exactly(answers in proptest::collection::vec(answer(), 1..8)) {
        let (_dir, mut project) = project(&answers);
        let before = state(&project);
        let was: Vec<_> = (1..=answers.len().div_ceil(2) as i64).map(|d| project.responses(DocumentId(d)).unwrap()).collect();
        let mut counter = MergeCounter::new(A, B);
        project.responses_with(A, &[A, B], |r| counter.add(&r)).unwrap();
        let tally = project.label_tally(A).unwrap();
        merge(&mut project, "ada");

        let count = counter.count();
        prop_assert_eq!(count.moved + count.dropped, tally.spans, "every span of the label is spoken of");
        prop_assert_eq!((count.documents, count.annotators), (tally.documents, tally.annotators));
        prop_assert_eq!(project.label_tally(A).unwrap().spans, 0);
        let labels = project.labels().unwrap();
        prop_assert!(labels[0].archived && !labels[1].archived);
        for (d, was) in was.iter().enumerate() {
            let is = project.responses(DocumentId(d as i64 + 1)).unwrap();
            for ((name, was), (same, is)) in was.iter().zip(&is) {
                prop_assert_eq!(name, same);
                let wider = |l: LabelId| if l == A { B } else { l };
                let want: BTreeSet<_> = was.spans.iter().map(|s| (s.range.start, s.range.end, wider(s.label))).collect();
                let have: Vec<_> = is.spans.iter().map(|s| (s.range.start, s.range.end, s.label)).collect();
                prop_assert_eq!(have.len(), want.len(), "nothing is there twice");
                prop_assert_eq!(have.into_iter().collect::<BTreeSet<_>>(), want);
                // Looked for only where both were; the rest of the coverage is as it was.
                match (&was.coverage, &is.coverage) {
                    (None, None) => {}
                    (Some(was), Some(is)) => {
                        prop_assert!(!is.contains(&A));
                        prop_assert_eq!(is.contains(&B), was.contains(&A) && was.contains(&B));
                        prop_assert_eq!(is.contains(&LabelId(3)), was.contains(&LabelId(3)));
                    }
                    other => prop_assert!(false, "{other:?}"),
                }
            }
        }
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        let after = state(&project);
        project.undo("ada").unwrap().unwrap();
        prop_assert_eq!(state(&project), before);
        project.redo("ada").unwrap().unwrap();
        prop_assert_eq!(state(&project), after);
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    }
}

#[test]
fn a_refused_merge_changes_nothing() {
    let (_dir, mut project) = project(&[(vec![(0, 3, 1)], None)]);
    let set = LabelSet::new(project.labels().unwrap());
    let before = state(&project);
    let refused = project.rewrite(A, &[A], |r| set.merge("ada", A, A, false, r)).unwrap();
    assert_eq!(refused.unwrap_err(), "a label cannot be merged into itself");
    project.commit(&set.archive("ada", B, true).unwrap()).unwrap();
    let set = LabelSet::new(project.labels().unwrap());
    let refused = project.rewrite(A, &[A, B], |r| set.merge("ada", A, B, false, r)).unwrap();
    assert_eq!(refused.unwrap_err(), "b is archived: bring it back first");
    project.undo("ada").unwrap();
    assert_eq!(state(&project), before);
}

#[test]
fn what_the_model_read_can_be_kept_and_the_key_is_free_again() {
    let (_dir, mut project) = project(&[]);
    let change = |project: &mut Project, make: &dyn Fn(&LabelSet) -> std::result::Result<Group, String>| {
        let set = LabelSet::new(project.labels().unwrap());
        project.commit(&make(&set).unwrap()).unwrap();
    };
    change(&mut project, &|set| set.set_prompt("ada", A, "a first thing"));
    change(&mut project, &|set| set.set_key("ada", A, Some('é')));
    change(&mut project, &|set| set.describe("ada", B, "The second."));
    let set = LabelSet::new(project.labels().unwrap());
    project.rewrite(A, &[A, B], |r| set.merge("ada", A, B, true, r)).unwrap().unwrap();
    let labels = project.labels().unwrap();
    assert_eq!(labels[1].description, "The second. Also: a first thing");
    assert_eq!(labels[0].key, None);
    assert_eq!(labels[0].prompt.as_deref(), Some("a first thing"), "the archived label is as it was otherwise");
}

#[test]
fn everybody_is_counted_by_label_status_decision_and_time() {
    let answers =
        vec![(vec![(0, 3, 1), (4, 8, 2)], None), (vec![(0, 3, 1)], Some(vec![1, 2])), (vec![(13, 5, 2)], None)];
    let (_dir, mut project) = project(&answers);
    project.add_active_seconds(DocumentId(1), "ada", 30).unwrap();
    project.add_active_seconds(DocumentId(2), "ada", 60).unwrap();
    let blind = Change::Blind { document: DocumentId(1), annotator: "bob/x".into(), before: false, after: true };
    project.commit(&Group { actor: "bob/x".into(), reason: "submit blind".into(), changes: vec![blind] }).unwrap();
    let prediction = PredictionKey { run: RunId(1), range: CharRange::new(0, 3), label: A };
    let decision = Decision { prediction, score: 0.7, verdict: Verdict::Accepted, bulk: true };
    let change = Change::Decision {
        document: DocumentId(1),
        annotator: "ada".into(),
        prediction,
        before: None,
        after: Some(decision),
    };
    project.commit(&Group { actor: "ada".into(), reason: "accept".into(), changes: vec![change] }).unwrap();
    let tally = project.tally().unwrap();
    assert_eq!(tally.documents, 2);
    assert_eq!(tally.label(A), LabelTally { label: A, spans: 2, documents: 1, annotators: 2, gold: vec![] });
    assert_eq!(tally.label(B), LabelTally { label: B, spans: 2, documents: 2, annotators: 1, gold: vec![] });
    assert_eq!(tally.label(A), project.label_tally(A).unwrap());
    let ada = &tally.annotators[0];
    assert_eq!((ada.annotator.as_str(), ada.submitted, ada.spans()), ("ada", 2, 3));
    assert_eq!((ada.accepted, ada.bulk, ada.decisions()), (1, 1, 1));
    assert_eq!((ada.seconds, ada.timed, ada.timed_seconds), (90, 2, 90));
    assert_eq!((ada.per_hour(), ada.left(5), ada.seconds_left(5)), (Some(80.0), 3, None));
    assert!(project.is_blind(DocumentId(1), "bob/x").unwrap() && !project.is_blind(DocumentId(1), "x").unwrap());
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

/// Not a test but a measurement: `cargo test --release --test label_merge -- --ignored --nocapture`.
#[test]
#[ignore = "measures; takes a minute"]
fn how_long_a_large_merge_takes() {
    const DOCUMENTS: usize = 10_000;
    let dir = tempfile::tempdir().unwrap();
    let mut project = Project::create(dir.path(), &TaskCard::default()).unwrap();
    let mut import = project.import(ImportOptions { annotator: "ada".into(), ..ImportOptions::default() }).unwrap();
    for n in 0..DOCUMENTS {
        let spans = (0..100).map(|at| {
            let label = if at % 10 == 0 { "a" } else { "b" }.to_owned();
            Span { range: CharRange::new(at, at + 1), label, score: None }
        });
        let response =
            RecordResponse { status: Status::Submitted, spans: spans.collect(), ..RecordResponse::default() };
        let text = format!("{n} {}", "x".repeat(100));
        import.add(Record { text, responses: vec![response], ..Record::default() }).unwrap();
    }
    import.finish().unwrap();
    let timed = |what: &str, f: &mut dyn FnMut()| {
        let begin = std::time::Instant::now();
        f();
        eprintln!("{what}: {:.2} s", begin.elapsed().as_secs_f64());
    };
    timed("count all of 1,000,000 spans", &mut || assert_eq!(project.tally().unwrap().annotators.len(), 1));
    timed("count the merge", &mut || {
        let mut counter = MergeCounter::new(A, B);
        project.responses_with(A, &[A, B], |r| counter.add(&r)).unwrap();
        assert_eq!(counter.count().moved, 100_000);
    });
    timed("merge 100,000 spans", &mut || assert_eq!(merge(&mut project, "ada").changes.len(), 100_001));
    timed("undo it", &mut || assert!(project.undo("ada").unwrap().is_some()));
}
