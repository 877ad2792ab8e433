//! The queue: suggestion by suggestion, across documents.

use super::*;
use gleaner::dataset::{DocumentId, Origin, Verdict};
use gleaner::tui::model::Screen;

fn four() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document("a", "[Ada](person?0.9) met [Byron](person?0.6) in [Turin](place?0.55)")
        .document("b", "nothing of note")
        .document("c", "[Zeiss](organization?0.8) of [Jena](place?0.3)")
        .document("d", "On [Monday](date?0.95) [Dora](person?0.7) left")
}

/// The texts of the lines, with their labels; the chosen one in brackets.
fn lines(desk: &Desk) -> String {
    let model = desk.model();
    let line = |(i, l): (usize, &gleaner::tui::screen::review::Line)| {
        let text = model.review.document(l.document).unwrap().annotation.text.slice(l.suggestion.key.range).to_owned();
        if i == model.review.selected { format!("[{text}]") } else { text }
    };
    assert_eq!(model.screen, Screen::Review, "{}", desk.screen());
    model.review.lines.iter().enumerate().map(line).collect::<Vec<_>>().join(" ")
}

/// The spans of a document in the store, as `text/label`, and the verdicts on its predictions.
fn stored(desk: &Desk, id: &str) -> (Vec<String>, Vec<(Verdict, bool)>) {
    let project = desk.project();
    let document = project.find_document(id).unwrap().unwrap();
    let (text, names) = (gleaner::annotate::OpenText::new(document.text.as_str()), project.label_names().unwrap());
    let response = project.response(document.id, desk::ME).unwrap();
    let spans = response.spans.iter().map(|s| format!("{}/{}", text.slice(s.range), names[&s.label]));
    let mut decisions = project.decisions(document.id, desk::ME).unwrap();
    decisions.sort_by_key(|d| d.prediction);
    (spans.collect(), decisions.iter().map(|d| (d.verdict, d.bulk)).collect())
}

chapter! {
    fn suggestions_of_all_documents_stand_in_one_list_and_leave_it_when_decided() {
        let mut desk = four().sit_down();
        desk.keys("r");
        assert_eq!(lines(&desk), "[Ada] Byron Turin Zeiss Monday Dora");
        desk.keys("a");
        assert_eq!(lines(&desk), "[Byron] Turin Zeiss Monday Dora");
        assert_eq!(desk.said(), "accept person “Ada”");
        desk.keys("x j y");
        assert_eq!(lines(&desk), "Turin [Monday] Dora");
        assert!(desk.screen().contains("3 decided"), "{}", desk.screen());
        assert_eq!(stored(&desk, "a"), (vec!["Ada/person".into()], vec![(Verdict::Accepted, false), (Verdict::Rejected, false)]));
        assert_eq!(stored(&desk, "c").0, ["Zeiss/organization"]);
        desk.keys("q");
        assert_eq!((desk.model().screen, desk.document()), (Screen::Annotate, "a"), "where it was entered from");
        assert_eq!(desk.spans(), "[Ada](person) met Byron in [Turin](place?)");
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn undo_brings_a_line_back_where_it_was() {
        let mut desk = four().sit_down();
        desk.keys("r j x j j a");
        assert_eq!(lines(&desk), "Ada Turin Zeiss [Dora]");
        desk.keys("u");
        assert_eq!(lines(&desk), "Ada Turin Zeiss [Monday] Dora");
        desk.keys("u");
        assert_eq!(lines(&desk), "Ada [Byron] Turin Zeiss Monday Dora");
        assert_eq!(desk.said(), "undid: reject person “Byron”");
        assert!(!desk.screen().contains("decided"), "{}", desk.screen());
        desk.keys("U U");
        assert_eq!(lines(&desk), "Ada Turin Zeiss [Dora]");
    }

    fn a_line_gets_another_label_by_its_key_or_by_name() {
        let mut desk = four().sit_down();
        desk.keys("r 3 t \"org\" Enter c \"date\" Enter");
        assert_eq!(lines(&desk), "[Zeiss] Monday Dora");
        assert_eq!(stored(&desk, "a").0, ["Ada/place", "Byron/organization", "Turin/date"]);
        assert_eq!(stored(&desk, "a").1, [(Verdict::Relabelled, false); 3]);
        desk.keys("2");
        assert_eq!(stored(&desk, "c").1, [(Verdict::Accepted, false)], "its own label");
    }

    fn edges_are_moved_before_the_decision() {
        let mut desk = four().sit_down();
        desk.keys("r L L");
        assert_eq!(stored(&desk, "a").1, [], "nothing is decided yet");
        assert!(desk.screen().contains("edges moved: person 0.90"), "{}", desk.screen());
        desk.keys("< a");
        assert_eq!(stored(&desk, "a"), (vec!["Ada met/person".into()], vec![(Verdict::Rebounded, false)]));
        // With another label at the same time; Esc leaves them as they were.
        desk.keys("u e L Esc e H");
        assert_eq!(desk.said(), "this edge cannot go further");
        desk.keys("L 2");
        assert_eq!(stored(&desk, "a"), (vec!["Ada met/organization".into()], vec![(Verdict::Relabelled, false)]));
        desk.keys("j j j L > a");
        assert_eq!(stored(&desk, "d").0, ["Dora/date"], "both edges moved");
    }

    fn what_is_put_aside_comes_back_when_asked_for() {
        let mut desk = four().sit_down();
        desk.keys("r s d");
        assert_eq!(lines(&desk), "[Turin] Zeiss Monday Dora");
        assert_eq!(desk.said(), "2 put aside: S shows them again");
        desk.keys("S");
        assert_eq!(lines(&desk), "Ada Byron [Turin] Zeiss Monday Dora");
        desk.keys("S");
        assert_eq!(desk.said(), "nothing was put aside");
    }

    fn the_list_moves_as_every_list_does() {
        let mut desk = four().sit_down();
        desk.keys("r G");
        assert_eq!(lines(&desk), "Ada Byron Turin Zeiss Monday [Dora]");
        desk.keys("j");
        assert_eq!(desk.said(), "this is the end of the list");
        desk.keys("g g Down Up k");
        assert_eq!(desk.said(), "this is the start of the list");
        desk.keys("PageDown");
        assert_eq!(lines(&desk), "Ada Byron Turin Zeiss Monday [Dora]");
        desk.keys("C-u g e Home");
        assert_eq!(lines(&desk), "[Ada] Byron Turin Zeiss Monday Dora");
    }

    fn the_lines_have_other_orders_and_a_filter() {
        let mut desk = four().sit_down();
        desk.keys("r o");
        assert_eq!(lines(&desk), "Turin Byron Dora Zeiss [Ada] Monday", "least certain first");
        desk.keys("o");
        assert_eq!(lines(&desk), "Monday [Ada] Zeiss Dora Byron Turin", "highest score first");
        desk.keys("o");
        assert_eq!(lines(&desk), "[Ada] Byron Dora Zeiss Turin Monday", "by label");
        desk.keys("o f Enter");
        assert_eq!(lines(&desk), "[Ada] Byron Dora");
        desk.keys("x f");
        assert_eq!(lines(&desk), "[Byron] Turin Zeiss Monday Dora");
        desk.keys("f \"date\" Enter Esc");
        assert_eq!(lines(&desk), "Byron Turin Zeiss [Monday] Dora");
    }

    fn the_threshold_moves_here_too() {
        let mut desk = four().sit_down();
        desk.keys("r + +");
        assert_eq!(lines(&desk), "[Ada] Zeiss Monday Dora");
        desk.keys("= - - - - - - - -");
        assert_eq!(lines(&desk), "[Ada] Byron Turin Zeiss Jena Monday Dora");
    }

    fn a_line_opens_its_document_and_esc_comes_back_to_it() {
        let mut desk = four().sit_down();
        desk.keys("r j j j Enter");
        assert_eq!((desk.document(), desk.shown().as_str()), ("c", "#[[Zeiss](organization?)]# of Jena"));
        desk.keys("Esc");
        assert_eq!(lines(&desk), "Ada Byron Turin [Zeiss] Monday Dora");
        desk.keys("Enter a Esc");
        assert_eq!(lines(&desk), "Ada Byron Turin [Monday] Dora");
        // What is selected is let go first.
        desk.keys("k Enter g g v l Esc Esc");
        assert_eq!(lines(&desk), "Ada Byron [Turin] Monday Dora");
        desk.keys("Enter r");
        assert_eq!(lines(&desk), "Ada Byron [Turin] Monday Dora");
        // A document that is submitted there is out of the queue.
        desk.keys("Enter Space s Esc R");
        assert_eq!(lines(&desk), "[Monday] Dora");
    }

    fn the_queue_is_of_the_list_and_begins_where_one_is() {
        let mut desk = four().sit_down();
        desk.keys("g l j j r");
        assert_eq!(lines(&desk), "[Zeiss] Monday Dora");
        // Up from there come the documents before it.
        desk.keys("k");
        assert_eq!(lines(&desk), "Ada Byron [Turin] Zeiss Monday Dora");
        desk.keys("q");
        assert_eq!(desk.model().screen, Screen::Documents);
        desk.keys("/ \"left\" Enter r");
        assert_eq!(lines(&desk), "[Monday] Dora");
    }

    fn many_documents_are_read_a_few_at_a_time_and_let_go_again() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..400 {
            setup = setup.document(&format!("doc{n}"), &format!("number {n} is [Ada](person?)"));
        }
        let mut desk = setup.sit_down();
        desk.keys("r");
        assert!(desk.model().review.documents.len() < 80, "{}", desk.model().review.documents.len());
        let mut most = 0;
        for _ in 0..60 {
            desk.keys("PageDown");
            most = most.max(desk.model().review.documents.len());
        }
        assert!(most < 120, "{most} documents held");
        desk.keys("j");
        assert_eq!(desk.said(), "this is the end of the list");
        let here = |desk: &Desk| desk.model().review.line().map(|l| l.document);
        assert_eq!(here(&desk), Some(DocumentId(400)));
        desk.keys("k k a");
        // Back up to the start, though it was let go.
        for _ in 0..60 {
            desk.keys("PageUp");
        }
        assert_eq!(here(&desk), Some(DocumentId(1)));
        desk.keys("u");
        assert_eq!(here(&desk), Some(DocumentId(398)), "undo goes to what is not loaded any more");
        desk.keys("g g");
        assert_eq!(here(&desk), Some(DocumentId(1)));
    }

    fn many_are_accepted_at_once_across_documents_and_taken_back_at_once() {
        let mut desk = four().sit_down();
        desk.keys("r A + + + + Enter");
        assert_eq!(lines(&desk), "[Byron] Turin Dora");
        assert_eq!(desk.said(), "accept 3 suggestions ≥ 0.70 in 3 documents");
        assert_eq!(stored(&desk, "a"), (vec!["Ada/person".into()], vec![(Verdict::Accepted, true)]));
        let span = |id| {
            let document = desk.project().find_document(id).unwrap().unwrap().id;
            desk.project().response(document, desk::ME).unwrap().spans[0].clone()
        };
        assert_eq!(span("c").origin, Origin::Bulk);
        desk.keys("u");
        assert_eq!(lines(&desk).replace(['[', ']'], ""), "Ada Byron Turin Zeiss Monday Dora");
        assert_eq!(stored(&desk, "a").1, []);
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn what_reaches_over_many_documents_leaves_the_cursor_where_it_is() {
        let mut desk = four().sit_down();
        desk.keys("r j A + + + + Enter");
        assert_eq!(lines(&desk), "[Byron] Turin Dora");
        desk.keys("u");
        assert_eq!(lines(&desk), "Ada [Byron] Turin Zeiss Monday Dora");
        desk.keys("U");
        assert_eq!(lines(&desk), "[Byron] Turin Dora");
    }

    fn what_was_accepted_across_documents_is_taken_back_from_any_of_them() {
        let mut desk = four().sit_down();
        desk.keys("g d \"d\" Enter g g r k G A Enter q");
        assert_eq!(desk.shown(), "#[On]# [Monday](date) [Dora](person) left");
        desk.keys("u");
        assert_eq!(desk.document(), "d", "one stays where one is");
        assert_eq!(desk.spans(), "On [Monday](date?) [Dora](person?) left");
        assert_eq!(stored(&desk, "a").1, []);
        // From a document that had no part in it.
        desk.keys("U g d \"b\" Enter u");
        assert_eq!(desk.spans(), "[Ada](person?) met [Byron](person?) in [Turin](place?)");
    }

    fn the_whole_list_is_read_for_what_can_be_accepted() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..150 {
            setup = setup.document(&format!("doc{n}"), &format!("number {n} is [Ada](person?) of [Turin](place?0.6)"));
        }
        let mut desk = setup.sit_down();
        desk.keys("] Space s r A w");
        let screen = desk.screen();
        assert!(screen.contains("in the whole list") && screen.contains("all 150 read"), "{screen}");
        assert!(screen.contains("place               149"), "{screen}");
        desk.keys("3 -");
        assert_eq!(desk.said(), "the threshold cannot go lower than 0.50 here");
        desk.keys("Enter");
        assert_eq!(desk.said(), "accept 149 suggestions ≥ 0.50 in 149 documents");
        assert_eq!(stored(&desk, "doc149").0, ["Ada/person"]);
        assert_eq!(stored(&desk, "doc1").0, [""; 0], "a submitted document stays as it is");
        desk.keys("u");
        assert_eq!(stored(&desk, "doc149").0, [""; 0]);
        // Out of the whole list first, then out of the table.
        desk.keys("A w Esc");
        assert!(desk.screen().contains("documents loaded"), "{}", desk.screen());
        desk.keys("Esc");
        assert!(desk.model().overlays.is_empty());
    }

    fn the_table_fits_the_smallest_window_and_says_what_it_leaves_out() {
        let mut desk = Setup::default()
            .labels(&["person", "organization", "place", "date", "work", "law", "event", "product", "language"])
            .document("a", "[Ada](person?) [b](organization?) [c](place?) [d](date?) [e](work?) [f](law?) [g](event?) [h](product?)")
            .size(60, 15)
            .sit_down();
        desk.keys("A");
        let screen = desk.screen();
        assert!(screen.contains("1 [x] person                1  0 of 20 reviewed"), "{screen}");
        assert!(screen.contains("       together              8"), "{screen}");
        assert!(screen.contains("  0.90 person “Ada”"), "{screen}");
        assert!(screen.contains(" 1 more label ─╯"), "{screen}");
        assert!(screen.lines().last().unwrap().starts_with("Enter accept"), "{screen}");
    }

    fn the_table_says_how_many_of_such_suggestions_were_right() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..40 {
            setup = setup.document(&format!("doc{n}"), &format!("number {n} is [Ada](person?0.8) of [Turin](place?0.6)"));
        }
        let mut desk = setup.sit_down();
        desk.keys("r");
        // Of 21 persons one is wrong; of places 7 are decided.
        desk.keys("f \"person\" Enter x");
        desk.keys(&"a ".repeat(20));
        desk.keys("f f \"place\" Enter");
        desk.keys(&"a ".repeat(7));
        desk.keys("f A");
        let screen = desk.screen();
        assert!(screen.contains("93 % (74–100)   20 of 21 right"), "{screen}");
        assert!(screen.contains("not enough reviewed (7 of 20)"), "{screen}");
        assert!(screen.contains("93 %, for"), "{screen}");
        desk.keys("+ + +");
        let screen = desk.screen();
        assert!(screen.contains("20 of 21 right") && !screen.contains("7 of 20"), "{screen}");
        desk.keys("Esc");
        // What is accepted in bulk teaches nothing.
        desk.keys("A Down Space + + + Enter");
        assert!(desk.said().starts_with("accept 19 suggestions ≥ 0.65"), "{}", desk.said());
        desk.keys("u f \"person\" Enter x f A");
        assert!(desk.screen().contains("20 of 22 right"), "{}", desk.screen());
        desk.keys("Enter");
        let (project, run) = (desk.project(), desk.model().review.documents[0].run);
        let person = project.labels().unwrap()[0].id;
        let reviewed = project.reviewed(desk::ME, run, person, 0.5).unwrap();
        assert_eq!((reviewed.right, reviewed.of), (20, 22), "18 more were accepted, in bulk");
    }

    fn other_processes_may_write_meanwhile() {
        let mut desk = four().sit_down();
        desk.keys("r");
        let mut project = desk.project();
        let document = project.find_document("a").unwrap().unwrap();
        let run = desk.model().review.documents[0].run;
        let (label, range) = (project.labels().unwrap()[0].id, gleaner::text::CharRange::new(8, 13));
        let prediction = gleaner::dataset::PredictionKey { run, range, label };
        let after = gleaner::dataset::Decision { prediction, score: 0.6, verdict: Verdict::Rejected, bulk: false };
        let change = gleaner::store::Change::Decision {
            document: document.id,
            annotator: desk::ME.into(),
            prediction,
            before: None,
            after: Some(after),
        };
        project
            .commit(&gleaner::store::Group { actor: "elsewhere".into(), reason: "reject".into(), changes: vec![change] })
            .unwrap();
        // Before it is noticed, deciding the same is refused; the line is gone then.
        desk.keys("j x");
        assert_eq!(lines(&desk), "Ada [Turin] Zeiss Monday Dora", "{}", desk.said());
        let mut import = project.import(gleaner::store::ImportOptions::default()).unwrap();
        let record = gleaner::dataset::Record { id: Some("c".into()), text: "another text".into(), ..Default::default() };
        import.add(record).unwrap();
        import.finish().unwrap();
        desk.look();
        assert_eq!(lines(&desk), "Ada [Turin] Monday Dora");
    }

    fn a_queue_without_anything_says_why() {
        let mut desk = Setup::default().labels(&LABELS).document("a", "nothing [here](person?0.2)").sit_down();
        desk.keys("r");
        assert!(desk.screen().contains("no suggestion is left in this list"), "{}", desk.screen());
        desk.keys("a A Enter G k PageDown u");
        desk.keys("- - - - - - -");
        assert_eq!(lines(&desk), "[here]");
        let mut desk = Setup::default().document("a", "Ada").sit_down();
        desk.keys("r");
        assert_eq!(desk.said(), "the project has no labels yet: e adds them");
        let mut desk = Setup::default().labels(&LABELS).document("a", "this is too hard for the model").sit_down();
        desk.keys("r");
        assert_eq!(desk.said(), "a document was left out: it is too hard");
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..20 {
            setup = setup.document(&format!("doc{n}"), "this is too hard for the model");
        }
        let mut desk = setup.sit_down();
        desk.keys("r");
        assert_eq!(desk.said(), "no suggestions: it is too hard");
        desk.keys("a");
        assert_eq!(desk.said(), "the model could not suggest: R asks again");
        desk.keys("R");
        assert_eq!(desk.said(), "no suggestions: it is too hard");
        desk.keys("Q");
        assert!(desk.model().quit);
    }
}
