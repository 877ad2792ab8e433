//! What other processes do while somebody is at the keyboard.

use super::*;
use gleaner::annotate::LabelSet;
use gleaner::dataset::{Origin, Record, ResponseSpan, SpanId};
use gleaner::store::{Change, DocumentState, Group, ImportOptions};
use gleaner::text::CharRange;

fn document(desk: &Desk) -> gleaner::dataset::DocumentId {
    desk.model().open.as_ref().unwrap().annotation.document
}

/// Adds a span as another window of mine would.
fn add_elsewhere(desk: &Desk, range: CharRange, label: usize) {
    let mut project = desk.project();
    let document = document(desk);
    let id = project.next_span_id(document, desk::ME).unwrap();
    let label = project.labels().unwrap()[label].id;
    let span = ResponseSpan { id, range, label, origin: Origin::Key, prediction: None };
    let change = Change::Span { document, annotator: desk::ME.into(), id, before: None, after: Some(span) };
    project.commit(&Group { actor: "elsewhere".into(), reason: "add".into(), changes: vec![change] }).unwrap();
}

chapter! {
    fn what_is_written_elsewhere_is_on_the_screen_and_the_cursor_stays() {
        let mut desk = one("Ada met #[Byron]#");
        add_elsewhere(&desk, CharRange::new(0, 3), 0);
        assert_eq!(desk.spans(), "Ada met Byron");
        desk.look();
        assert_eq!(desk.shown(), "[Ada](person) met #[Byron]#");
        desk.look();
        desk.keys("1");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person)");
    }

    fn an_edit_of_something_that_changed_elsewhere_is_refused_and_the_screen_is_read_again() {
        let mut desk = one("Ada met #[Byron]#");
        add_elsewhere(&desk, CharRange::new(0, 3), 0);
        // The number of the new span is taken by now, which this window has not seen yet.
        desk.keys("1");
        assert_eq!(desk.spans(), "[Ada](person) met Byron");
        assert!(!desk.said().is_empty());
        desk.keys("1");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person)");
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn labels_made_elsewhere_are_offered_and_asked_for() {
        let mut desk = one("#[met]# [Ada](person?) by [boat](vessel?)");
        let mut project = desk.project();
        let set = LabelSet::new(project.labels().unwrap());
        let group = set.add("elsewhere", project.new_label_id().unwrap(), "vessel").unwrap();
        project.commit(&group).unwrap();
        desk.look();
        assert_eq!(desk.spans(), "met [Ada](person?) by [boat](vessel?)");
        desk.keys("5");
        assert_eq!(desk.spans(), "[met](vessel) [Ada](person?) by [boat](vessel?)");
    }

    fn a_label_removed_elsewhere_is_gone_here() {
        let mut desk = one("#[Ada]# wrote");
        let mut project = desk.project();
        let label = project.labels().unwrap().remove(0);
        let change = Change::Label { id: label.id, before: Some(label), after: None };
        project.commit(&Group { actor: "elsewhere".into(), reason: "remove".into(), changes: vec![change] }).unwrap();
        // Before it is noticed, its key is refused; after, the keys have moved up.
        desk.keys("1");
        assert_eq!(desk.spans(), "Ada wrote", "{}", desk.said());
        desk.look();
        desk.keys("1");
        assert_eq!(desk.spans(), "[Ada](organization) wrote", "{}", desk.said());
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn a_document_removed_elsewhere_is_left_for_the_list() {
        let mut desk = Setup::default().labels(&LABELS).document("a", "Ada").document("b", "Byron").sit_down();
        let change = Change::Document {
            document: document(&desk),
            before: DocumentState { removed: false, version: 1 },
            after: DocumentState { removed: true, version: 1 },
        };
        let group = Group { actor: "elsewhere".into(), reason: "remove".into(), changes: vec![change] };
        desk.project().commit(&group).unwrap();
        // An edit before that is noticed must not be lost in silence.
        desk.keys("1");
        assert!(!desk.said().is_empty());
        desk.look();
        assert!(desk.screen().contains("Documents"), "{}", desk.screen());
        assert!(desk.project().verify().unwrap().problems.is_empty());
        desk.keys("Enter");
        assert_eq!(desk.document(), "b");
    }

    fn a_text_that_changed_elsewhere_is_shown_with_its_spans_where_they_belong() {
        let mut desk = one("[Ada](person) met #[Byron]#");
        let mut project = desk.project();
        let mut import = project.import(ImportOptions::default()).unwrap();
        let record = Record { id: Some("one".into()), text: "Yesterday Ada met Byron".into(), ..Record::default() };
        import.add(record).unwrap();
        import.finish().unwrap();
        desk.look();
        assert_eq!(desk.spans(), "Yesterday [Ada](person) met Byron");
        assert_eq!(desk.said(), "the text of this document was changed elsewhere");
        desk.keys("g g 4");
        assert_eq!(desk.spans(), "[Yesterday](date) [Ada](person) met Byron", "{}", desk.said());
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn documents_that_come_in_are_listed_and_the_choice_stays() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..40 {
            setup = setup.document(&format!("doc{n}"), "text");
        }
        let mut desk = setup.sit_down();
        desk.keys("g l PageDown j j j");
        let before = desk.screen();
        let mut project = desk.project();
        let mut import = project.import(ImportOptions::default()).unwrap();
        import.add(Record { text: "one more".into(), ..Record::default() }).unwrap();
        import.finish().unwrap();
        desk.look();
        assert_eq!(desk.model().counts.documents, 41);
        let rows = |screen: &str| screen.lines().skip(1).take(20).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(rows(&desk.screen()), rows(&before), "the list does not jump");
    }

    fn spans_of_another_annotator_are_not_mine() {
        let mut desk = one("#[Ada]# wrote");
        let mut project = desk.project();
        let document = document(&desk);
        let label = project.labels().unwrap()[0].id;
        let span = ResponseSpan { id: SpanId(1), range: CharRange::new(0, 3), label, origin: Origin::Key, prediction: None };
        let change =
            Change::Span { document, annotator: "byron".into(), id: SpanId(1), before: None, after: Some(span) };
        project.commit(&Group { actor: "byron".into(), reason: "add".into(), changes: vec![change] }).unwrap();
        desk.look();
        assert_eq!(desk.spans(), "Ada wrote");
        desk.keys("u");
        assert_eq!(desk.said(), "nothing to undo");
    }
}
