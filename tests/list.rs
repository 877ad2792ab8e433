//! The list of documents: every order and filter gives each document once, walks an index, and does not pass what it
//! leaves out; notes and flags come and go with their undo.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gleaner::dataset::*;
use gleaner::store::*;
use gleaner::text::CharRange;
use proptest::prelude::*;
use tempfile::TempDir;

const ME: &str = "ada";

const ORDERS: [Order; 9] = [
    Order::Document,
    Order::Uncertain,
    Order::Suggestions,
    Order::Shortest,
    Order::Longest,
    Order::Recent,
    Order::Random(1),
    Order::Random(77),
    Order::NewLabel,
];

fn project() -> (TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::create(&dir.path().join("p"), &TaskCard::default()).unwrap();
    (dir, project)
}

fn import(project: &mut Project, records: impl IntoIterator<Item = Record>) {
    let mut import = project.import(ImportOptions { annotator: ME.into(), ..ImportOptions::default() }).unwrap();
    for record in records {
        import.add(record).unwrap();
    }
    import.finish().unwrap();
}

fn group(changes: Vec<Change>) -> Group {
    Group { actor: ME.into(), reason: "test".into(), changes }
}

fn span(start: usize, end: usize, label: &str) -> Span {
    Span { range: CharRange::new(start, end), label: label.into(), score: None }
}

/// Documents of all kinds: 600 of them, with every status, some with labels, notes, flags and suggestions.
fn motley() -> (TempDir, Project) {
    let (dir, mut project) = project();
    let records = (0..600usize).map(|n| {
        let status = Status::ALL[n * 7 % 11 % 4];
        let label = if n % 9 == 0 { "rare" } else { "common" };
        let spans = if n % 3 == 0 { vec![span(0, 4, label)] } else { Vec::new() };
        // Before `rare` came, only `common` was looked for.
        let coverage = (n % 2 == 0).then(|| vec!["common".to_owned()]);
        let coverage = if n % 5 == 0 { Some(vec!["common".into(), "rare".into()]) } else { coverage };
        let response = RecordResponse { annotator: None, status, spans, coverage };
        let notes = if n % 13 == 0 {
            vec![RecordNote { text: "look".into(), flag: n % 26 == 0, ..Default::default() }]
        } else {
            vec![]
        };
        Record {
            id: Some(format!("d{n}")),
            text: format!("text {}{}", "word ".repeat(n * 31 % 17), if n % 10 == 0 { "needle" } else { "" }),
            responses: if status == Status::Pending { vec![] } else { vec![response] },
            notes,
            ..Record::default()
        }
    });
    import(&mut project, records);
    let summaries: Vec<(DocumentId, Summary)> = (1..=300)
        .map(|n| (DocumentId(n), Summary::of([(n % 100) as f32 / 100.0, 0.07], (n % 5) as usize, 30)))
        .collect();
    project.summarise(&summaries).unwrap();
    (dir, project)
}

fn queries() -> Vec<Query> {
    let base = Query::default;
    vec![
        base(),
        Query { status: Some(Status::Pending), ..base() },
        Query { status: Some(Status::Draft), ..base() },
        Query { status: Some(Status::Submitted), ..base() },
        Query { status: Some(Status::Discarded), ..base() },
        Query { contains: "NEEDLE".into(), ..base() },
        Query { label: Some(LabelId(1)), ..base() },
        Query { label: Some(LabelId(2)), status: Some(Status::Submitted), ..base() },
        Query { score: Some(ScoreRange { from: 8, to: 12 }), ..base() },
        Query { noted: true, ..base() },
        Query { flagged: true, contains: "word".into(), ..base() },
    ]
}

/// All rows, page by page from the start.
fn forwards(project: &Project, query: &Query, limit: usize) -> Vec<Row> {
    let mut rows = project.page(ME, query, Anchor::Start, limit).unwrap();
    while let Some(last) = rows.last() {
        let page = project.page(ME, query, Anchor::After(last.cursor), limit).unwrap();
        if page.is_empty() {
            break;
        }
        rows.extend(page);
    }
    rows
}

/// All rows, page by page from the end.
fn backwards(project: &Project, query: &Query, limit: usize) -> Vec<Row> {
    let mut rows = project.page(ME, query, Anchor::End, limit).unwrap();
    while let Some(first) = rows.first() {
        let page = project.page(ME, query, Anchor::Before(first.cursor), limit).unwrap();
        if page.is_empty() {
            break;
        }
        rows.splice(..0, page);
    }
    rows
}

#[test]
fn every_order_with_every_filter_gives_each_document_exactly_once_both_ways() {
    let (_dir, project) = motley();
    let whole = project.page(ME, &Query::default(), Anchor::Start, 1000).unwrap();
    assert_eq!(whole.len(), 600);
    let lacks_rare = |row: &Row| {
        let coverage = project.coverage(row.id, ME).unwrap();
        coverage.is_some_and(|labels| labels.len() < 2)
    };
    for query in queries() {
        // By walking everything, in the plainest order.
        let passes = |row: &&Row| {
            let text = || project.document(row.id).unwrap().unwrap().text.to_lowercase();
            let spans = || project.response(row.id, ME).unwrap().spans;
            query.status.is_none_or(|s| s == row.status)
                && text().contains(&query.contains.to_lowercase())
                && query.label.is_none_or(|l| spans().iter().any(|s| s.label == l))
                && (!query.noted || row.noted)
                && (!query.flagged || row.flagged)
                && query.score.is_none_or(|_| row.id.0 <= 300 && (40..60).contains(&(row.id.0 % 100)))
        };
        let expected: Vec<&Row> = whole.iter().filter(passes).collect();
        assert!(!expected.is_empty(), "{query:?} tests nothing");
        for order in ORDERS {
            let query = Query { order, ..query.clone() };
            let all = project.page(ME, &query, Anchor::Start, 1000).unwrap();
            let mut ids: Vec<i64> = all.iter().map(|r| r.id.0).collect();
            for limit in [7, 50] {
                assert_eq!(forwards(&project, &query, limit), all, "{query:?} by {limit}");
                assert_eq!(backwards(&project, &query, limit), all, "{query:?} back by {limit}");
            }
            // From any row on: that row first.
            for row in all.iter().step_by(41) {
                let from = project.page(ME, &query, Anchor::At(row.id), 3).unwrap();
                assert_eq!(from[0].id, row.id, "{query:?}");
            }
            ids.sort_unstable();
            let expected: Vec<i64> = match order {
                // Only what is still to do.
                Order::NewLabel => expected
                    .iter()
                    .filter(|r| match r.status {
                        Status::Submitted => lacks_rare(r),
                        Status::Pending | Status::Draft => true,
                        Status::Discarded => false,
                    })
                    .map(|r| r.id.0)
                    .collect(),
                _ => expected.iter().map(|r| r.id.0).collect(),
            };
            assert_eq!(ids, expected, "{query:?}");
        }
    }
}

#[test]
fn orders_are_what_they_say() {
    let (_dir, project) = motley();
    let rows = |order| project.page(ME, &Query { order, ..Query::default() }, Anchor::Start, 1000).unwrap();
    assert!(rows(Order::Shortest).is_sorted_by_key(|r| r.chars));
    assert_eq!(rows(Order::Uncertain)[0].id.0 % 100, 50, "a score of 0.5 is the most doubtful");
    assert_eq!(rows(Order::Suggestions)[0].id.0 % 5, 4);
    let queue = rows(Order::NewLabel);
    assert!(queue.is_sorted_by_key(|r| r.status != Status::Submitted), "submitted ones first");
    let ids = |order| rows(order).iter().map(|r| r.id.0).collect::<Vec<_>>();
    let (one, again, other) = (ids(Order::Random(1)), ids(Order::Random(1)), ids(Order::Random(2)));
    assert_eq!(one, again);
    assert_ne!(one, other);
    let near = one.windows(2).filter(|w| (w[0] - w[1]).abs() <= 3).count();
    assert!(near < 30, "{near} neighbours stayed neighbours");
    let byron: Vec<_> =
        project.page("byron", &Query { order: Order::Random(1), ..Query::default() }, Anchor::Start, 1000).unwrap();
    assert_ne!(byron[0].id.0, one[0], "another person begins elsewhere");
}

#[test]
fn pages_walk_an_index_in_every_order() {
    let (_dir, project) = motley();
    for order in ORDERS {
        let query = Query { order, ..Query::default() };
        let first = project.page(ME, &query, Anchor::Start, 5).unwrap();
        let middle = first[4].cursor;
        for anchor in
            [Anchor::Start, Anchor::End, Anchor::After(middle), Anchor::Before(middle), Anchor::At(first[2].id)]
        {
            let plan = project.page_plan(ME, &query, anchor, 5).unwrap();
            assert!(!plan.is_empty());
            for line in &plan {
                assert!(!line.contains("TEMP B-TREE"), "{order:?} {anchor:?} sorts: {plan:#?}");
                // In the order of the documents the table itself is the index.
                let by_index = !line.starts_with("SCAN ")
                    || line.contains(" INDEX ")
                    || *line == "SCAN d"
                    || line.contains("imports");
                assert!(by_index, "{order:?} {anchor:?} reads everything: {plan:#?}");
            }
            // What comes before the cursor is not passed.
            let starts = matches!(anchor, Anchor::Start | Anchor::End);
            let seeks =
                plan.iter().any(|line| line.starts_with("SEARCH") && (line.contains('>') || line.contains('<')));
            assert!(starts || seeks, "{order:?} {anchor:?} passes what is before: {plan:#?}");
        }
    }
}

/// How much of SQLite's machine a page takes, in thousands of steps.
fn effort(project: &mut Project, query: &Query, anchor: Anchor) -> (usize, Vec<i64>) {
    let steps = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&steps);
    let count = move || {
        counted.fetch_add(4, Ordering::Relaxed);
        false
    };
    let rows = project.unless(count, |p| p.page(ME, query, anchor, 2)).unwrap().unwrap();
    (steps.load(Ordering::Relaxed), rows.iter().map(|r| r.id.0).collect())
}

#[test]
fn the_few_that_are_left_are_found_without_passing_all_the_others() {
    let (_dir, mut project) = project();
    let left = [7_000, 12_345, 19_000];
    let records = (1..=20_000).map(|n| {
        let response = RecordResponse { status: Status::Submitted, ..RecordResponse::default() };
        let responses = if left.contains(&n) { vec![] } else { vec![response] };
        Record { id: Some(format!("d{n}")), text: format!("text {n}"), responses, ..Record::default() }
    });
    import(&mut project, records);
    for order in ORDERS {
        let query = Query { status: Some(Status::Pending), order, ..Query::default() };
        for anchor in [Anchor::Start, Anchor::At(DocumentId(5)), Anchor::End] {
            let (thousands, found) = effort(&mut project, &query, anchor);
            assert!(found.iter().all(|id| left.contains(id)), "{order:?} {found:?}");
            // Passing all of them takes about 300.
            assert!(thousands <= 60, "{order:?} {anchor:?} took {thousands} thousand steps");
        }
        let (_, all) = effort(&mut project, &query, Anchor::Start);
        assert_eq!(all.len(), 2, "{order:?}");
    }
    // Submitting one of them changes what is left.
    let document = DocumentId(12_345);
    let change = Change::Status { document, annotator: ME.into(), before: Status::Pending, after: Status::Submitted };
    project.commit(&group(vec![change])).unwrap();
    let query = Query { status: Some(Status::Pending), ..Query::default() };
    assert_eq!(effort(&mut project, &query, Anchor::Start).1, [7_000, 19_000]);
    // A whole reading can be stopped.
    let query = Query { contains: "nowhere".into(), ..Query::default() };
    assert!(project.unless(|| true, |p| p.page(ME, &query, Anchor::Start, 1)).unwrap().is_none());
    assert!(project.page(ME, &query, Anchor::Start, 1).unwrap().is_empty(), "and read again");
}

#[test]
fn what_an_abandoned_import_had_begun_is_not_counted() {
    let (_dir, mut project) = motley();
    {
        let mut import = project.import(ImportOptions { annotator: ME.into(), ..ImportOptions::default() }).unwrap();
        for n in 0..400 {
            let response = RecordResponse { status: Status::Submitted, ..RecordResponse::default() };
            let record = Record { text: format!("given up {n}"), responses: vec![response], ..Record::default() };
            import.add(record).unwrap();
        }
        import.flush().unwrap();
    }
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    let pending = Query { status: Some(Status::Pending), ..Query::default() };
    let counts = project.counts(ME).unwrap();
    assert_eq!(forwards(&project, &pending, 50).len() as u64, counts.pending);
}

fn note(project: &Project, document: DocumentId, span: Option<SpanId>, after: Option<Note>) -> Change {
    let before = project.notes(document, ME).unwrap().into_iter().find(|n| n.span == span).map(|n| n.note);
    let place =
        span.and_then(|id| project.response(document, ME).unwrap().spans.iter().find(|s| s.id == id).map(|s| s.range));
    Change::Note { document, annotator: ME.into(), span, place, before, after }
}

#[test]
fn the_note_of_a_span_goes_where_the_span_goes_and_stays_when_it_goes_away() {
    let (_dir, mut project) = project();
    import(
        &mut project,
        [Record {
            text: "Omega and Rolex".into(),
            responses: vec![RecordResponse { spans: vec![span(0, 5, "brand")], ..RecordResponse::default() }],
            ..Record::default()
        }],
    );
    let document = DocumentId(1);
    let old = project.response(document, ME).unwrap().spans[0].clone();
    let words = Some(Note { text: "sure?".into(), flag: true });
    project.commit(&group(vec![note(&project, document, Some(old.id), words.clone())])).unwrap();
    let change = |before: Option<&ResponseSpan>, after: Option<&ResponseSpan>| Change::Span {
        document,
        annotator: ME.into(),
        id: old.id,
        before: before.cloned(),
        after: after.cloned(),
    };
    let moved = ResponseSpan { range: CharRange::new(10, 15), ..old.clone() };
    project.commit(&group(vec![change(Some(&old), Some(&moved))])).unwrap();
    let place = |p: &Project| p.notes(document, ME).unwrap()[0].place.unwrap();
    assert_eq!(place(&project), moved.range);
    project.commit(&group(vec![change(Some(&moved), None)])).unwrap();
    assert_eq!(place(&project), moved.range, "it says where the span was");
    assert_eq!(project.note_counts().unwrap(), NoteCounts { notes: 1, flags: 1 });
    // A stale edit is refused.
    let stale =
        Change::Note { document, annotator: ME.into(), span: Some(old.id), place: None, before: None, after: words };
    assert!(matches!(project.commit(&group(vec![stale])), Err(StoreError::Stale(_))));
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    for _ in 0..3 {
        project.undo(ME).unwrap().unwrap();
    }
    assert!(project.notes(document, ME).unwrap().is_empty());
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

/// What a person may do to notes and the spans they are on, as numbers.
fn acts() -> impl Strategy<Value = Vec<(u8, usize, usize)>> {
    proptest::collection::vec((0..6u8, 0..2usize, 0..10usize), 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is written, moved and deleted: undo goes through every state backwards, and the views are the edits.
    #[test]
    fn undo_brings_notes_back_one_by_one(acts in acts()) {
        let (_dir, mut project) = project();
        import(&mut project, (0..2).map(|n| Record {
            text: format!("{n} Omega and Rolex and Tudor"),
            responses: vec![RecordResponse { spans: vec![span(2, 7, "brand")], ..RecordResponse::default() }],
            ..Record::default()
        }));
        let label = project.labels().unwrap()[0].id;
        let state = |p: &Project| -> Vec<_> {
            [1, 2].map(|d| (p.notes(DocumentId(d), ME).unwrap(), p.response(DocumentId(d), ME).unwrap())).into()
        };
        let mut states = vec![state(&project)];
        for (kind, document, n) in acts {
            let document = DocumentId(document as i64 + 1);
            let spans = project.response(document, ME).unwrap().spans;
            let some = (!spans.is_empty()).then(|| spans[n % spans.len()].clone());
            let on = some.as_ref().map(|s| s.id).filter(|_| n % 3 > 0);
            let there = project.notes(document, ME).unwrap().into_iter().find(|x| x.span == on).map(|x| x.note);
            let change = match (kind, some) {
                (0 | 1, _) => {
                    let text = if n == 0 { String::new() } else { format!("note {n}") };
                    let after = Note { text, flag: there.is_some_and(|n| n.flag) }.if_any();
                    note(&project, document, on, after)
                }
                (2, _) => {
                    let there = there.unwrap_or_default();
                    note(&project, document, on, Note { flag: !there.flag, ..there }.if_any())
                }
                (3, Some(span)) => {
                    let after = ResponseSpan { range: CharRange::new(n, n + 3), ..span.clone() };
                    Change::Span { document, annotator: ME.into(), id: span.id, before: Some(span), after: Some(after) }
                }
                (4, Some(span)) => {
                    Change::Span { document, annotator: ME.into(), id: span.id, before: Some(span), after: None }
                }
                _ => {
                    let id = project.next_span_id(document, ME).unwrap();
                    let after = ResponseSpan { id, range: CharRange::new(n, n + 2), label, origin: Origin::Key, prediction: None };
                    Change::Span { document, annotator: ME.into(), id, before: None, after: Some(after) }
                }
            };
            project.commit(&group(vec![change])).unwrap();
            states.push(state(&project));
        }
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        while let Some(last) = states.pop() {
            prop_assert_eq!(state(&project), last);
            let more = project.undo(ME).unwrap().is_some();
            prop_assert_eq!(more, !states.is_empty());
        }
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    }
}
