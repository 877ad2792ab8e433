//! The store as its users see it: what is done is there, what is undone is gone, nothing is ever half there.

use gleaner::dataset::*;
use gleaner::store::*;
use gleaner::text::CharRange;
use proptest::prelude::*;
use tempfile::TempDir;

const ME: &str = "ada";

fn project() -> (TempDir, Project) {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::create(&dir.path().join("p"), &TaskCard::default()).unwrap();
    (dir, project)
}

fn record(id: &str, text: &str, spans: &[(usize, usize, &str)]) -> Record {
    let spans: Vec<Span> =
        spans.iter().map(|(s, e, l)| Span { range: CharRange::new(*s, *e), label: (*l).into(), score: None }).collect();
    let responses = if spans.is_empty() {
        vec![]
    } else {
        vec![RecordResponse { annotator: None, status: Status::Submitted, spans, ..RecordResponse::default() }]
    };
    Record { id: Some(id.into()), text: text.into(), responses, ..Record::default() }
}

fn import(project: &mut Project, records: Vec<Record>) -> ImportReport {
    let options = ImportOptions { source: "file".into(), annotator: ME.into(), ..ImportOptions::default() };
    let mut import = project.import(options).unwrap();
    for record in records {
        import.add(record).unwrap();
    }
    import.finish().unwrap()
}

fn add_span(document: DocumentId, id: i64, start: usize, end: usize, label: LabelId) -> Change {
    let span = ResponseSpan {
        id: SpanId(id),
        range: CharRange::new(start, end),
        label,
        origin: Origin::Key,
        prediction: None,
    };
    Change::Span { document, annotator: ME.into(), id: SpanId(id), before: None, after: Some(span) }
}

fn group(changes: Vec<Change>) -> Group {
    Group { actor: ME.into(), reason: "test".into(), changes }
}

fn all(project: &Project) -> Vec<Row> {
    project.page(ME, &Query::default(), Anchor::Start, 1000).unwrap()
}

fn make_label(project: &mut Project, name: &str) -> LabelId {
    let id = project.new_label_id().unwrap();
    let after = Some(Label::named(id, name, id.0));
    project.commit(&group(vec![Change::Label { id, before: None, after }])).unwrap();
    id
}

#[test]
fn edits_survive_a_restart_and_undo_reaches_across_it() {
    let (dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega and Rolex", &[]), record("b", "Breguet", &[])]);
    let brand = make_label(&mut project, "brand");
    let (a, b) = (all(&project)[0].id, all(&project)[1].id);
    project.commit(&group(vec![add_span(a, 1, 0, 5, brand)])).unwrap();
    project.commit(&group(vec![add_span(b, 1, 0, 7, brand)])).unwrap();
    drop(project);

    let mut project = Project::open(&dir.path().join("p")).unwrap();
    assert_eq!(project.response(a, ME).unwrap().spans.len(), 1);
    let undone = project.undo(ME).unwrap().unwrap();
    assert_eq!((undone.document, undone.changes.len()), (Some(b), 1));
    assert!(project.response(b, ME).unwrap().spans.is_empty());
    project.undo(ME).unwrap().unwrap();
    assert!(project.response(a, ME).unwrap().spans.is_empty());
    project.redo(ME).unwrap().unwrap();
    assert_eq!(project.response(a, ME).unwrap().spans[0].range, CharRange::new(0, 5));
    project.redo(ME).unwrap().unwrap();
    assert_eq!(project.redo(ME).unwrap(), None);
    assert_eq!(project.response(b, ME).unwrap().spans.len(), 1);
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn something_new_ends_the_redo() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega and Rolex", &[])]);
    let brand = make_label(&mut project, "brand");
    let a = all(&project)[0].id;
    project.commit(&group(vec![add_span(a, 1, 0, 5, brand)])).unwrap();
    project.undo(ME).unwrap().unwrap();
    project.commit(&group(vec![add_span(a, 1, 10, 15, brand)])).unwrap();
    assert_eq!(project.redo(ME).unwrap(), None);
    assert_eq!(project.undo("someone else").unwrap(), None, "one's own edits only");
}

#[test]
fn a_group_is_whole_or_absent() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[])]);
    let brand = make_label(&mut project, "brand");
    let a = all(&project)[0].id;
    let bad = project.commit(&group(vec![add_span(a, 1, 0, 5, brand), add_span(a, 2, 3, 99, brand)]));
    assert!(matches!(bad, Err(StoreError::OutOfRange { end: 99, chars: 5, .. })), "{bad:?}");
    assert!(project.response(a, ME).unwrap().spans.is_empty());
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_change_made_elsewhere_is_not_overwritten() {
    let (dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[])]);
    let brand = make_label(&mut project, "brand");
    let a = all(&project)[0].id;
    let mut other = Project::open(&dir.path().join("p")).unwrap();
    let seen = project.data_version().unwrap();
    other.commit(&group(vec![add_span(a, 1, 0, 5, brand)])).unwrap();
    assert_ne!(project.data_version().unwrap(), seen, "the other process's write is noticed");
    let stale = project.commit(&group(vec![add_span(a, 1, 0, 3, brand)]));
    assert!(matches!(stale, Err(StoreError::Stale(_))), "{stale:?}");
}

#[test]
fn what_does_not_fit_the_edits_is_named_even_when_an_edit_cannot_be_read() {
    let (dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[]), record("b", "Rolex", &[])]);
    let brand = make_label(&mut project, "brand");
    let a = all(&project)[0].id;
    project.commit(&group(vec![add_span(a, 1, 0, 5, brand)])).unwrap();
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    let raw = rusqlite::Connection::open(dir.path().join("p/gleaner.db")).unwrap();
    raw.execute("UPDATE counters SET n = 3 WHERE annotator = ''", []).unwrap();
    let problems = project.verify().unwrap().problems;
    assert!(problems.len() == 1 && problems[0].starts_with("counters: "), "{problems:?}");
    raw.execute("UPDATE counters SET n = 2 WHERE annotator = ''", []).unwrap();
    raw.execute("UPDATE edits SET change = '{' WHERE document = ?1", [a.0]).unwrap();
    let problems = project.verify().unwrap().problems;
    assert!(problems[0].starts_with("edit ") && problems[1].starts_with("responses: "), "{problems:?}");
}

#[test]
fn a_reader_of_what_cannot_be_written_here_sees_what_others_write() {
    let (_dir, mut project) = project();
    let read_only = project.reader().unwrap();
    let beside = read_only.reader().unwrap();
    import(&mut project, vec![record("a", "Omega", &[])]);
    assert!(beside.is_read_only());
    assert_eq!((all(&read_only).len(), all(&beside).len()), (1, 1));
}

#[cfg(unix)]
#[test]
fn a_backup_may_have_any_name() {
    use std::os::unix::ffi::OsStrExt;
    let (dir, project) = project();
    let to = dir.path().join(std::ffi::OsStr::from_bytes(b"caf\xe9.db"));
    project.backup(&to).unwrap();
    let files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().path()).collect();
    assert!(files.len() == 2 && files.contains(&to), "{files:?}");
}

#[test]
fn importing_twice_changes_nothing() {
    let (_dir, mut project) = project();
    let records = || vec![record("a", "Omega here", &[(0, 5, "brand")]), record("b", "Rolex", &[])];
    let first = import(&mut project, records());
    assert_eq!((first.added, first.responses, first.labels.as_slice()), (2, 1, &["brand".to_owned()][..]));
    let second = import(&mut project, records());
    assert_eq!((second.added, second.unchanged, second.responses, second.kept), (0, 2, 0, 0));
    assert_eq!(project.counts(ME).unwrap(), Counts { documents: 2, pending: 1, submitted: 1, ..Counts::default() });
    assert_eq!(project.undo(ME).unwrap(), None, "undo does not touch what an import brought");
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn records_without_id_are_known_by_their_text() {
    let (_dir, mut project) = project();
    let bare = || Record { text: "the same".into(), ..Record::default() };
    let report = import(&mut project, vec![bare(), bare()]);
    assert_eq!((report.added, report.unchanged), (1, 1));
    assert_eq!(import(&mut project, vec![bare()]).unchanged, 1);
}

#[test]
fn a_record_for_each_annotator_makes_one_document() {
    let (_dir, mut project) = project();
    let mut records = vec![record("a", "Omega", &[(0, 5, "brand")]), record("a", "Omega", &[(0, 5, "brand")])];
    records[0].responses[0].annotator = Some("bob".into());
    let report = import(&mut project, records);
    assert_eq!((report.added, report.unchanged, report.responses), (1, 1, 2));
    assert_eq!(project.annotators(&[]).unwrap(), [(ME.to_owned(), 1), ("bob".to_owned(), 1)]);
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_changed_text_keeps_the_old_version_and_moves_spans_by_words() {
    let (_dir, mut project) = project();
    let before = record("a", "Omega sold by Rose.", &[(0, 5, "brand"), (14, 18, "person")]);
    import(&mut project, vec![before]);
    let report = import(&mut project, vec![record("a", "An Omega sold by Anna.", &[])]);
    assert_eq!(report.changed_texts, 1);
    assert_eq!(report.unaligned, [("a".to_owned(), "person".to_owned(), "Rose".to_owned())]);
    let id = all(&project)[0].id;
    let document = project.document(id).unwrap().unwrap();
    assert_eq!((document.text.as_str(), document.version), ("An Omega sold by Anna.", 2));
    let spans = project.response(id, ME).unwrap().spans;
    assert_eq!(spans.iter().map(|s| s.range).collect::<Vec<_>>(), [CharRange::new(3, 8)]);
    assert_eq!(project.unaligned(id).unwrap()[0].3, "Rose");
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn bad_records_are_told_and_left_out() {
    let (_dir, mut project) = project();
    let report = import(
        &mut project,
        vec![record("a", "short", &[(0, 9, "brand")]), record("b", "fine", &[]), record("b", "other", &[])],
    );
    assert_eq!(report.added, 1);
    let why: Vec<&str> = report.problems.iter().map(|(_, why)| why.as_str()).collect();
    assert_eq!(why, ["span 0..9 (brand) does not fit a text of 5 characters", "id 'b' came before with another text"]);
}

#[test]
fn an_abandoned_import_leaves_nothing() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("old", "here before", &[(0, 4, "place")])]);
    {
        let mut import = project.import(ImportOptions { annotator: ME.into(), ..ImportOptions::default() }).unwrap();
        for i in 0..1000 {
            import.add(record(&format!("n{i}"), "Omega again", &[(0, 5, "brand")])).unwrap();
        }
    }
    assert_eq!(all(&project).len(), 1);
    assert_eq!(project.labels().unwrap().len(), 1);
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn what_a_killed_import_left_is_cleared_at_the_next_opening() {
    let (dir, mut project) = project();
    import(&mut project, vec![record("old", "here before", &[])]);
    let file = dir.path().join("p/gleaner.db");
    let raw = rusqlite::Connection::open(file).unwrap();
    raw.execute_batch(
        "INSERT INTO imports VALUES (77, 'killed', 0, 0);
         INSERT INTO documents (text, chars, text_hash, metadata, provenance, import)
             VALUES ('half', 4, x'00', '{}', '{\"source\":\"f\"}', 77);
         INSERT INTO groups (id, actor, at, reason, kind, import) VALUES (900, 'import', 0, 'x', 'import', 77);",
    )
    .unwrap();
    assert_eq!(all(&project).len(), 1, "not visible while unfinished");
    let project = Project::open(project.dir()).unwrap();
    let left: i64 = raw.query_row("SELECT count(*) FROM documents", [], |r| r.get(0)).unwrap();
    assert_eq!(left, 1);
    assert!(project.notices()[0].contains("interrupted"));
}

#[test]
fn foreign_and_newer_files_are_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Project::open(dir.path()), Err(StoreError::NoProject(_))));
    std::fs::write(dir.path().join("gleaner.db"), "not a database, only some text that is long enough").unwrap();
    assert!(matches!(Project::open(dir.path()), Err(StoreError::NotGleaner(_))));

    let (dir, project) = project();
    let file = project.dir().join("gleaner.db");
    drop(project);
    rusqlite::Connection::open(&file).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let newer = Project::open(&dir.path().join("p"));
    assert!(matches!(newer, Err(StoreError::Newer { found: 99, .. })), "{newer:?}");
}

#[test]
fn pages_walk_the_list_both_ways_in_every_order() {
    let (_dir, mut project) = project();
    let records = (0..25).map(|i| record(&format!("d{i}"), &"x".repeat(1 + (i * 7) % 11), &[])).collect();
    import(&mut project, records);
    for order in [Order::Document, Order::Shortest, Order::Longest, Order::Recent] {
        let query = Query { order, ..Query::default() };
        let whole: Vec<_> = project.page(ME, &query, Anchor::Start, 100).unwrap();
        assert_eq!(whole.len(), 25);
        let mut forward = project.page(ME, &query, Anchor::Start, 10).unwrap();
        while let Some(last) = forward.last().map(|r| r.cursor) {
            let next = project.page(ME, &query, Anchor::After(last), 10).unwrap();
            if next.is_empty() {
                break;
            }
            forward.extend(next);
        }
        assert_eq!(forward, whole, "{order:?}");
        let end = project.page(ME, &query, Anchor::End, 10).unwrap();
        assert_eq!(end, whole[15..]);
        let before = project.page(ME, &query, Anchor::Before(end[0].cursor), 10).unwrap();
        assert_eq!(before, whole[5..15]);
        let at = project.page(ME, &query, Anchor::At(whole[7].id), 2).unwrap();
        assert_eq!(at, whole[7..9]);
    }
}

#[test]
fn filters_by_status_and_text() {
    let (_dir, mut project) = project();
    import(
        &mut project,
        vec![
            record("a", "Omega 100%", &[(0, 5, "brand")]),
            record("b", "Rolex 100 mm", &[]),
            record("c", "omega", &[]),
        ],
    );
    let ids = |query: Query| -> Vec<String> {
        project.page(ME, &query, Anchor::Start, 10).unwrap().into_iter().filter_map(|r| r.external_id).collect()
    };
    assert_eq!(ids(Query { status: Some(Status::Pending), ..Query::default() }), ["b", "c"]);
    assert_eq!(ids(Query { status: Some(Status::Submitted), ..Query::default() }), ["a"]);
    assert_eq!(ids(Query { contains: "OMEGA".into(), ..Query::default() }), ["a", "c"]);
    assert_eq!(ids(Query { contains: "100%".into(), ..Query::default() }), ["a"]);
}

#[test]
fn removing_a_document_is_undoable_and_counted() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[(0, 5, "brand")]), record("b", "Rolex", &[])]);
    let a = all(&project)[0].id;
    let before = project.counts(ME).unwrap();
    let (was, is) = (DocumentState { removed: false, version: 1 }, DocumentState { removed: true, version: 1 });
    project.commit(&group(vec![Change::Document { document: a, before: was, after: is }])).unwrap();
    assert_eq!(project.counts(ME).unwrap(), Counts { documents: 1, pending: 1, ..Counts::default() });
    assert_eq!(project.document(a).unwrap(), None);
    project.undo(ME).unwrap().unwrap();
    assert_eq!(project.counts(ME).unwrap(), before);
    assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn a_label_in_use_cannot_be_deleted() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[(0, 5, "brand")])]);
    let label = project.labels().unwrap()[0].clone();
    let delete = Change::Label { id: label.id, before: Some(label), after: None };
    let error = project.commit(&group(vec![delete])).unwrap_err();
    assert!(matches!(error, StoreError::LabelInUse { spans: 1, .. }), "{error}");
}

#[test]
fn a_backup_is_a_project() {
    let (dir, mut project) = project();
    import(&mut project, vec![record("a", "Omega", &[(0, 5, "brand")])]);
    let copy = dir.path().join("copy");
    std::fs::create_dir(&copy).unwrap();
    project.backup(&copy.join("gleaner.db")).unwrap();
    assert_eq!(all(&Project::open(&copy).unwrap()), all(&project));
}

/// What a person may do, as numbers.
#[derive(Clone, Debug)]
enum Act {
    Add(usize, usize, usize),
    Delete(usize),
    Status(usize, usize),
    Decide(usize, usize),
    Undo,
    Redo,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..3usize, 0..15usize, 1..6usize).prop_map(|(d, s, l)| Act::Add(d, s, l)),
        2 => (0..3usize).prop_map(Act::Delete),
        2 => (0..3usize, 0..4usize).prop_map(|(d, s)| Act::Status(d, s)),
        1 => (0..3usize, 0..10usize).prop_map(|(d, s)| Act::Decide(d, s)),
        3 => Just(Act::Undo),
        2 => Just(Act::Redo),
    ];
    proptest::collection::vec(act, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Whatever is done: views equal the edits, undo to the start restores the first state, redo to the end the last.
    #[test]
    fn undo_and_redo_are_each_others_inverse(acts in acts()) {
        let (_dir, mut project) = project();
        let text = "Omega and Rolex and Tudor";
        import(&mut project, (0..3).map(|i| record(&format!("d{i}"), text, &[])).collect());
        let brand = import(&mut project, vec![record("x", "Seiko", &[(0, 5, "brand")])]);
        prop_assert_eq!(brand.labels.len(), 1);
        let label = project.labels().unwrap()[0].id;
        let run = project.live_run(&RunSpec::default()).unwrap();
        let ids: Vec<DocumentId> = all(&project).iter().map(|r| r.id).collect();
        let state = |p: &Project| -> Vec<_> {
            ids.iter().map(|d| (p.response(*d, ME).unwrap(), p.decisions(*d, ME).unwrap())).collect()
        };
        let first = state(&project);
        for act in acts {
            let changes = match act {
                Act::Add(d, s, l) => {
                    let id = project.next_span_id(ids[d], ME).unwrap();
                    vec![add_span(ids[d], id.0, s, s + l, label)]
                }
                Act::Delete(d) => match project.response(ids[d], ME).unwrap().spans.first() {
                    Some(span) => vec![Change::Span {
                        document: ids[d], annotator: ME.into(), id: span.id, before: Some(span.clone()), after: None,
                    }],
                    None => continue,
                },
                Act::Status(d, s) => vec![Change::Status {
                    document: ids[d], annotator: ME.into(),
                    before: project.response(ids[d], ME).unwrap().status, after: Status::ALL[s],
                }],
                Act::Decide(d, s) => {
                    let prediction = PredictionKey { run, range: CharRange::new(s, s + 2), label };
                    let before =
                        project.decisions(ids[d], ME).unwrap().into_iter().find(|x| x.prediction == prediction);
                    let verdict = if before.is_some() { Verdict::Accepted } else { Verdict::Rejected };
                    let after = Some(Decision { prediction, score: 0.5, verdict, bulk: false });
                    vec![Change::Decision { document: ids[d], annotator: ME.into(), prediction, before, after }]
                }
                Act::Undo => { project.undo(ME).unwrap(); continue }
                Act::Redo => { project.redo(ME).unwrap(); continue }
            };
            project.commit(&group(changes)).unwrap();
        }
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
        while project.redo(ME).unwrap().is_some() {}
        let last = state(&project);
        let mut steps = 0;
        while project.undo(ME).unwrap().is_some() { steps += 1; }
        prop_assert_eq!(state(&project), first);
        for _ in 0..steps { prop_assert!(project.redo(ME).unwrap().is_some()); }
        prop_assert_eq!(state(&project), last);
        prop_assert_eq!(project.verify().unwrap().problems, Vec::<String>::new());
    }
}

#[test]
fn only_ones_own_decisions_one_by_one_on_this_run_and_label_from_a_score_on_are_counted() {
    let (_dir, mut project) = project();
    import(&mut project, vec![record("a", "Ada met Byron in Turin on Monday", &[])]);
    let document = all(&project)[0].id;
    let (person, place) = (make_label(&mut project, "person"), make_label(&mut project, "place"));
    let run = |project: &mut Project, model: &str| {
        project.live_run(&RunSpec { model: model.into(), ..RunSpec::default() }).unwrap()
    };
    let (this, other) = (run(&mut project, "this"), run(&mut project, "other"));
    let mut decide = |n: usize, run, label, score, verdict, bulk, annotator: &str| {
        let prediction = PredictionKey { run, range: CharRange::new(n, n + 1), label };
        let after = Some(Decision { prediction, score, verdict, bulk });
        let change = Change::Decision { document, annotator: annotator.into(), prediction, before: None, after };
        project.commit(&group(vec![change])).unwrap();
    };
    decide(0, this, person, 0.9, Verdict::Accepted, false, ME);
    decide(1, this, person, 0.5, Verdict::Accepted, false, ME);
    decide(2, this, person, 0.6, Verdict::Rejected, false, ME);
    decide(3, this, person, 0.6, Verdict::Relabelled, false, ME);
    decide(4, this, person, 0.6, Verdict::Rebounded, false, ME);
    // None of these counts: below, in bulk, another label, another run, somebody else.
    decide(5, this, person, 0.49, Verdict::Accepted, false, ME);
    decide(6, this, person, 0.9, Verdict::Accepted, true, ME);
    decide(7, this, place, 0.9, Verdict::Rejected, false, ME);
    decide(8, other, person, 0.9, Verdict::Rejected, false, ME);
    decide(9, this, person, 0.9, Verdict::Rejected, false, "byron");
    assert_eq!(project.reviewed(ME, this, person, 0.5).unwrap(), Reviewed { right: 2, of: 5 });
    assert_eq!(project.reviewed(ME, this, person, 0.7).unwrap(), Reviewed { right: 1, of: 1 });
    assert_eq!(project.reviewed(ME, this, person, 0.95).unwrap(), Reviewed::default());
    assert_eq!(project.reviewed(ME, this, place, 0.5).unwrap(), Reviewed { right: 0, of: 1 });
}
