//! One label for a text wherever it stands.

use super::*;
use gleaner::dataset::{Origin, Verdict};
use gleaner::tui::key::Key;
use gleaner::tui::msg::Msg;

const TEXT: &str = "#[[Apple](organization)]# grew. An apple a day; Apple, Apples and Apple.";

fn orchard() -> Setup {
    Setup::default()
        .labels(&LABELS)
        .document("a", "[Apple](organization) grew. An apple a day; Apple, Apples.")
        .document("b", "They left Apple for Apple Records.")
        .document("c", "Nothing here, but pineapples.")
        .document("d", "[Apple](place) and an APPLE")
}

chapter! {
    fn the_text_of_a_span_is_suggested_wherever_it_stands_in_the_document() {
        check(&[
            (TEXT, "* Enter", "[Apple](organization) grew. An apple a day; [Apple](organization?), Apples and [Apple](organization?)."),
            (TEXT, "* c Enter", "[Apple](organization) grew. An [apple](organization?) a day; [Apple](organization?), Apples and [Apple](organization?)."),
            (TEXT, "* w Enter", "[Apple](organization) grew. An apple a day; [Apple](organization?), [Apple](organization?)s and [Apple](organization?)."),
            // With another label than it has; the span itself is in the way of that.
            (TEXT, "* 1 Enter", "[Apple](organization) grew. An apple a day; [Apple](person?), Apples and [Apple](person?)."),
            (TEXT, "* Right Enter", "[Apple](organization) grew. An apple a day; [Apple](place?), Apples and [Apple](place?)."),
            (TEXT, "* Left Left Enter", "[Apple](organization) grew. An apple a day; [Apple](date?), Apples and [Apple](date?)."),
            (TEXT, "* Esc", "[Apple](organization) grew. An apple a day; Apple, Apples and Apple."),
            // A word of the span stands for all of it; what was selected by hand for itself, with the label last given.
            ("[New #[York]#](place) is not New York", "* Enter", "[New York](place) is not [New York](place?)"),
            ("#[Ada]# met Ada Byron, Ada Byron", "3 l l v l * Enter", "[Ada](place) met [Ada Byron](place?), [Ada Byron](place?)"),
            // A suggestion of the model, which stays the model's.
            ("#[met]# [Ada](person?0.6) and Ada", "Tab * Enter", "met [Ada](person?) and [Ada](person?)"),
        ]);
    }

    fn they_are_accepted_and_rejected_as_others_and_do_not_come_back() {
        let mut desk = one(TEXT);
        desk.keys("* Enter Tab");
        assert!(desk.screen().contains("suggestion (same text) organization"), "{}", desk.screen());
        desk.keys("x a");
        let done = "[Apple](organization) grew. An apple a day; Apple, Apples and [Apple](organization).";
        assert_eq!(desk.spans(), done);
        let mut desk = desk.restart();
        assert_eq!(desk.spans(), done);
        desk.keys("g g * Enter");
        assert_eq!(desk.said(), "there is no other place of “Apple” to suggest");
        assert_eq!(desk.spans(), done);
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let decisions = desk.project().decisions(document, desk::ME).unwrap();
        let verdicts: Vec<Verdict> = decisions.iter().map(|d| d.verdict).collect();
        assert_eq!(verdicts, [Verdict::Rejected, Verdict::Accepted]);
        let run = desk.project().runs().unwrap().into_iter().find(|r| r.id == decisions[0].prediction.run).unwrap();
        assert_eq!((run.spec.model.as_str(), run.live), ("occurrences", false));
    }

    fn suggesting_them_is_one_step_of_undo() {
        let mut desk = one(TEXT);
        let before = desk.spans();
        desk.keys("* Enter");
        assert_eq!(desk.said(), "suggest organization for “Apple” in 2 places");
        let after = desk.spans();
        desk.keys("u");
        assert_eq!((desk.spans(), desk.said()), (before.clone(), "undid: suggest organization for “Apple” in 2 places"));
        let mut desk = desk.restart();
        assert_eq!(desk.spans(), before);
        desk.keys("U");
        assert_eq!(desk.spans(), after);
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn the_places_are_counted_before_and_all_of_this_document_can_be_taken_at_once() {
        let mut desk = one("#[[Ada](person)]# and [Ada](person?0.8), Ada and ada");
        desk.keys("*");
        for line in ["“Ada” as person", "as it stands here", "2 more places in this document", "2 more places in 1 document of the project"] {
            assert!(desk.screen().contains(line), "{line}: {}", desk.screen());
        }
        desk.keys("c");
        assert!(desk.screen().contains("3 more places in this document"), "{}", desk.screen());
        desk.keys("a");
        assert_eq!(desk.spans(), "[Ada](person) and [Ada](person), [Ada](person) and [ada](person)");
        assert_eq!(desk.said(), "add person “Ada” in 3 places");
        let spans = &desk.model().open.as_ref().unwrap().annotation.response.spans;
        let bulk: Vec<bool> = spans.iter().map(|s| s.origin == Origin::Bulk).collect();
        assert_eq!(bulk, [false, true, true, true]);
        assert!(spans[1].prediction.is_some(), "the model had said so");
        desk.keys("u");
        assert_eq!(desk.spans(), "[Ada](person) and [Ada](person?), Ada and ada");
    }

    fn in_the_project_they_wait_in_every_document_that_has_them() {
        let mut desk = orchard().sit_down();
        desk.keys("[ g *");
        assert!(desk.screen().contains("3 more places in 2 documents of the project"), "{}", desk.screen());
        desk.keys("c");
        // `[Apple](place)` is settled: somebody has said what it is.
        assert!(desk.screen().contains("5 more places in 3 documents of the project"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.said(), "suggest organization for “Apple” in 5 places of 3 documents");
        assert_eq!(desk.spans(), "[Apple](organization) grew. An [apple](organization?) a day; [Apple](organization?), Apples.");
        desk.keys("]");
        assert_eq!(desk.spans(), "They left [Apple](organization?) for [Apple](organization?) Records.");
        desk.keys("] ]");
        assert_eq!(desk.spans(), "[Apple](place) and an [APPLE](organization?)");
        desk.keys("u");
        assert_eq!(desk.spans(), "[Apple](place) and an APPLE");
        assert!(desk.project().verify().unwrap().problems.is_empty());
        // One of this document only, from the question about the project.
        desk.keys("[ [ [ g g g * p Enter ]");
        assert_eq!(desk.spans(), "They left Apple for Apple Records.");
    }

    fn a_long_search_can_be_stopped_and_leaves_nothing() {
        let mut setup = orchard();
        for n in 0..600 {
            setup = setup.document(&format!("doc{n}"), &format!("Apple number {n}"));
        }
        let mut desk = setup.sit_down();
        desk.keys("[");
        let press = |desk: &mut Desk, key: &str| desk.feed(Msg::Key(key.parse::<Key>().unwrap()));
        for key in ["g", "*", "Enter", "*"] {
            press(&mut desk, key);
        }
        // The worker may be anywhere; the loop has heard nothing yet.
        assert!(desk.screen().contains("x stops it"), "{}", desk.screen());
        press(&mut desk, "Esc");
        press(&mut desk, "q");
        assert!(desk.screen().contains("Occurrences are still being suggested"), "{}", desk.screen());
        ["n", "*", "x"].into_iter().for_each(|key| press(&mut desk, key));
        assert!(!desk.model().quit);
        assert_eq!(desk.said(), "stopped; nothing of it is kept");
        desk.rest();
        assert_eq!(desk.spans(), "[Apple](organization) grew. An apple a day; Apple, Apples.");
        // And the next one finds all.
        desk.keys("g * Enter");
        assert_eq!(desk.said(), "suggest organization for “Apple” in 603 places of 602 documents");
        let runs = desk.project().runs().unwrap();
        assert_eq!(runs.iter().filter(|r| r.spec.model == "occurrences").count(), 1);
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }

    fn places_counted_in_another_text_are_not_taken() {
        let mut desk = orchard().sit_down();
        desk.keys("[ *");
        let id = desk.document().to_owned();
        let mut elsewhere = desk.project();
        let mut import = elsewhere.import(gleaner::store::ImportOptions::default()).unwrap();
        let text = "An Apple.".to_owned();
        import.add(gleaner::dataset::Record { id: Some(id), text, ..Default::default() }).unwrap();
        import.finish().unwrap();
        desk.look();
        desk.keys("a");
        assert_eq!(desk.spans(), "An [Apple](organization).");
    }

    fn other_windows_show_them_too() {
        let mut desk = orchard().sit_down();
        let mut there = gleaner::tui::runner::StoreRunner::new(desk.project(), "byron".into(), None, |_| true);
        desk.keys("[ g * Enter");
        use gleaner::tui::effect::{Effect, Runner};
        let document = desk.model().open.as_ref().unwrap().annotation.document;
        let said = there.run(Effect::Matches(document));
        assert!(matches!(&said[..], [Msg::Matches(_, matches)] if matches.len() == 1), "{said:?}");
    }
}
