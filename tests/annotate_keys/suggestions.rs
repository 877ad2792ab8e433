//! Suggestions: one by one, all at once, above a threshold.

use super::*;
use gleaner::dataset::{Origin, Verdict};

fn verdicts(desk: &Desk) -> Vec<(Verdict, bool)> {
    let document = desk.model().open.as_ref().unwrap().annotation.document;
    let mut decisions = desk.project().decisions(document, desk::ME).unwrap();
    decisions.sort_by_key(|d| d.prediction);
    decisions.iter().map(|d| (d.verdict, d.bulk)).collect()
}

chapter! {
    fn the_first_suggestion_has_the_cursor_so_that_the_first_key_can_accept_it() {
        let mut desk = one("met [Ada](person?) in [Turin](place?)");
        assert_eq!(desk.shown(), "met #[[Ada](person?)]# in [Turin](place?)");
        desk.keys("a");
        assert_eq!(desk.shown(), "met [Ada](person) in #[[Turin](place?)]#");
    }

    fn a_cursor_that_was_moved_stays_where_it_is() {
        let mut desk = one("#[met]# [Ada](person?)");
        desk.keys("l R");
        assert_eq!(desk.shown(), "met #[[Ada](person?)]#");
        desk.keys("h R");
        assert_eq!(desk.shown(), "#[met]# [Ada](person?)");
    }

    fn a_suggestion_is_accepted_or_rejected_in_one_key() {
        check(&[
            ("#[met]# [Ada](person?) in [Turin](place?)", "Tab a", "met [Ada](person) in #[[Turin](place?)]#"),
            ("#[met]# [Ada](person?) in [Turin](place?)", "Tab x", "met Ada in #[[Turin](place?)]#"),
            ("#[met]# [Ada](person?) in [Turin](place?)", "Tab y", "met #[[Ada](person)]# in [Turin](place?)"),
            ("#[met]# [Ada](person?) in [Turin](place?)", "Tab X", "met #[Ada]# in [Turin](place?)"),
            ("#[met]# [Ada](person?) in [Turin](place?)", "S-Tab a", "met #[[Ada](person?)]# in [Turin](place)"),
            ("#[met]# [Ada](person?) in [Turin](place?)", "Tab Tab Tab", "met #[[Ada](person?)]# in [Turin](place?)"),
            // The one under the cursor, though only a part of it is selected.
            ("[Ada #[Lovelace]#](person?) wrote", "a", "[Ada Lovelace](person) wrote"),
            ("[Ada #[Lovelace]#](person?) wrote", "x", "Ada Lovelace wrote"),
        ]);
    }

    fn every_way_of_deciding_is_written_down() {
        for (keys, verdict) in [
            ("Tab y", Verdict::Accepted),
            ("Tab x", Verdict::Rejected),
            ("Tab 3", Verdict::Relabelled),
            ("Tab c \"date\" Enter", Verdict::Relabelled),
            ("Tab L", Verdict::Rebounded),
            ("Tab y d", Verdict::Rejected),
            ("Tab y L", Verdict::Rebounded),
            ("Tab y 2", Verdict::Relabelled),
            ("Tab y 2 1", Verdict::Accepted),
        ] {
            let mut desk = one("#[met]# [Ada](person?) Lovelace");
            desk.keys(keys);
            assert_eq!(verdicts(&desk), [(verdict, false)], "{keys}");
        }
    }

    fn a_suggestion_with_another_label_or_other_edges_becomes_a_span() {
        check(&[
            ("#[met]# [Ada](person?) Lovelace", "Tab 3", "met #[[Ada](place)]# Lovelace"),
            ("#[met]# [Ada](person?) Lovelace", "Tab 1", "met #[[Ada](person)]# Lovelace"),
            ("#[met]# [Ada](person?) Lovelace", "Tab c \"date\" Enter", "met #[[Ada](date)]# Lovelace"),
            ("#[met]# [Ada](person?) Lovelace", "Tab t \"date\" Enter", "met #[[Ada](date)]# Lovelace"),
            ("#[met]# [Ada](person?) Lovelace", "Tab L", "met #[[Ada Lovelace](person)]#"),
            ("#[met]# [Ada](person?) Lovelace", "Tab H", "#[[met Ada](person)]# Lovelace"),
        ]);
    }

    fn what_was_decided_does_not_come_back() {
        check(&[
            ("#[met]# [Ada](person?)", "Tab x R", "met Ada"),
            ("#[met]# [Ada](person?)", "Tab a d R", "met Ada"),
            ("#[met]# [Ada](person?) Lovelace", "Tab L R", "met [Ada Lovelace](person)"),
        ]);
        let mut desk = one("#[met]# [Ada](person?)");
        desk.keys("Tab x");
        assert_eq!(desk.restart().spans(), "met Ada");
    }

    fn the_threshold_moves_without_asking_the_model() {
        let text = "[Ada](person?0.9) met [Zeiss](organization?0.52) in [Turin](place?0.31)";
        let mut desk = one(text);
        let asked = desk.model().suggester.generation;
        assert_eq!(desk.spans(), "[Ada](person?) met [Zeiss](organization?) in Turin");
        desk.keys("+");
        assert_eq!(desk.spans(), "[Ada](person?) met Zeiss in Turin");
        desk.keys("- - - - -");
        assert_eq!(desk.spans(), "[Ada](person?) met [Zeiss](organization?) in [Turin](place?)");
        desk.keys("= = = = = = = = = = = = = =");
        assert_eq!(desk.spans(), "Ada met Zeiss in Turin");
        assert_eq!(desk.said(), "the threshold cannot go past 0.95");
        desk.keys("- - - - - - - - - -");
        assert_eq!(desk.model().suggester.generation, asked);
        // It is there again after a restart.
        let desk = desk.restart();
        assert_eq!(format!("{:.2}", desk.model().settings.threshold), "0.45");
        assert_eq!(desk.spans(), "[Ada](person?) met [Zeiss](organization?) in Turin");
    }

    fn nested_suggestions_and_several_labels_are_a_key_away() {
        let text = "#[in]# [New [York](place?0.7) Times](organization?0.8)";
        check(&[
            (text, "Tab", "in #[[New York Times](organization?)]#"),
            (text, "Space n Tab", "in #[[New [York](place?) Times](organization?)]#"),
            (text, "Space n Tab Tab y", "in [New #[[York](place)]# Times](organization?)"),
            ("#[in]# [[Zeiss](person?0.6)](organization?0.8)", "Tab", "in #[[Zeiss](organization?)]#"),
            ("#[in]# [[Zeiss](person?0.6)](organization?0.8)", "Space m Tab", "in #[[[Zeiss](person?)](organization?)]#"),
        ]);
    }

    fn of_two_suggestions_of_one_range_the_chosen_one_is_meant() {
        check(&[
            ("#[in]# [[Zeiss](person?0.6)](organization?0.8)", "Space m Tab a", "in #[[[Zeiss](organization?)](person)]#"),
            ("#[in]# [[Zeiss](person?0.6)](organization?0.8)", "Space m Tab Tab a", "in #[[[Zeiss](person?)](organization)]#"),
        ]);
    }

    fn looking_ahead_can_be_stopped() {
        let mut desk = one("[Ada](person?0.9) met Zeiss");
        desk.keys("Space b");
        assert!(desk.screen().contains("other documents wait until they are opened"), "{}", desk.screen());
        desk.keys("Space b");
        assert!(desk.screen().contains("looking ahead again"), "{}", desk.screen());
    }

    fn all_suggestions_are_accepted_at_once_and_taken_back_at_once() {
        let text = "[Ada](person?0.9) met [Zeiss](organization?0.52) in [Turin](place?0.31)";
        let mut desk = one(text);
        desk.keys("A");
        let screen = desk.screen();
        assert!(screen.contains("Accept suggestions ≥ 0.50 in this document"), "{screen}");
        assert!(screen.contains("together              2"), "{screen}");
        desk.keys("n");
        assert_eq!(desk.spans(), "[Ada](person?) met [Zeiss](organization?) in Turin");
        desk.keys("A y");
        assert_eq!(desk.spans(), "[Ada](person) met [Zeiss](organization) in Turin");
        assert_eq!(verdicts(&desk), [(Verdict::Accepted, true); 2]);
        let spans = &desk.model().open.as_ref().unwrap().annotation.response.spans;
        assert!(spans.iter().all(|s| s.origin == Origin::Bulk && s.prediction.is_some()));
        desk.keys("u");
        assert_eq!(desk.spans(), "[Ada](person?) met [Zeiss](organization?) in Turin");
        assert_eq!(verdicts(&desk), []);
        desk.keys("U");
        assert_eq!(desk.spans(), "[Ada](person) met [Zeiss](organization) in Turin");
    }

    fn a_yes_is_to_what_was_shown_and_nothing_else() {
        let mut desk = one("[Ada](person?0.9) met [Turin](place?0.47)");
        desk.keys("A");
        // Something else changes the suggestions while the table stands.
        desk.command("toggle_nested");
        let mut project = desk.project();
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let label = project.labels().unwrap()[0].id;
        let (id, range) = (project.next_span_id(document, desk::ME).unwrap(), gleaner::text::CharRange::new(0, 3));
        let span = gleaner::dataset::ResponseSpan { id, range, label, origin: Origin::Key, prediction: None };
        let change =
            gleaner::store::Change::Span { document, annotator: desk::ME.into(), id, before: None, after: Some(span) };
        let group = gleaner::store::Group { actor: "elsewhere".into(), reason: "add".into(), changes: vec![change] };
        project.commit(&group).unwrap();
        desk.look();
        desk.keys("y");
        assert_eq!(desk.said(), "the suggestions have changed: this is what there is now");
        assert_eq!(desk.spans(), "[Ada](person) met Turin");
        desk.keys("y");
        assert_eq!(desk.said(), "no suggestion at or above 0.50 is switched on");
        desk.keys("- y");
        assert_eq!(desk.spans(), "[Ada](person) met [Turin](place)");
    }

    fn what_is_accepted_at_once_is_chosen_by_threshold_and_label() {
        let text = "[Ada](person?0.9) met [Byron](person?0.62) of [Zeiss](organization?0.8) in [Turin](place?0.31)";
        let mut desk = one(text);
        desk.keys("A + + +");
        assert!(desk.screen().contains("≥ 0.65"), "{}", desk.screen());
        desk.keys("2 Enter");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person?) of [Zeiss](organization?) in Turin");
        assert_eq!(desk.said(), "accept 1 suggestion ≥ 0.65");
        // Down to those that the screen does not show, and by the arrows and the space bar.
        desk.keys("A Left Left Left Left Down Space Enter");
        assert_eq!(desk.spans(), "[Ada](person) met [Byron](person) of [Zeiss](organization?) in [Turin](place)");
        desk.keys("u u");
        assert_eq!(verdicts(&desk), []);
    }

    fn the_last_suggestion_of_a_document_leads_on_by_enter_alone() {
        let mut desk = Setup::default()
            .labels(&LABELS)
            .document("a", "[Ada](person?) met [Byron](person?)")
            .document("b", "in [Turin](place?) [today](date?)")
            .document("c", "with [Zeiss](organization?)")
            .sit_down();
        desk.keys("a a Enter");
        assert_eq!((desk.document(), desk.shown().as_str()), ("b", "in #[[Turin](place?)]# [today](date?)"));
        desk.keys("a x Enter a Enter");
        let counts = desk.model().counts;
        assert_eq!((counts.submitted, counts.pending, counts.draft), (3, 0, 0), "{}", desk.said());
        // On a document that is finished, Enter goes on to one that is not.
        desk.keys("[ Space p ] Enter");
        assert_eq!(desk.document(), "b");
    }

    fn a_model_that_cannot_says_why_and_can_be_asked_again() {
        let mut desk = one("this is too hard for the model");
        assert_eq!(desk.said(), "no suggestions: it is too hard");
        desk.keys("a");
        assert_eq!(desk.said(), "the model could not suggest: R asks again");
        desk.keys("R");
        assert_eq!(desk.said(), "no suggestions: it is too hard");
        desk.keys("l l 1");
        assert_eq!(desk.spans(), "this is [too](person) hard for the model");
    }
}
