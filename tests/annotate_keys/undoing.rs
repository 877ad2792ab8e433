//! Undo and redo: one key, one step, in whatever document it was, and after a restart.

use super::*;

chapter! {
    fn every_kind_of_edit_is_one_step_back_and_one_forward() {
        for (before, keys) in [
            ("#[Ada]# wrote", "1"),
            ("#[[Ada](person)]# wrote", "2"),
            ("#[[Ada](person)]# wrote", "d"),
            ("#[[Ada](person)]# wrote", "L"),
            ("[Ada](person?) wrote", "y"),
            ("[Ada](person?) wrote", "x"),
            ("[Ada](person?) wrote", "3"),
            ("[Ada](person?) wrote", "L"),
            ("[Ada](person?) [wrote](place?)", "A y"),
        ] {
            let mut desk = one(before);
            let first = (desk.spans(), desk.status());
            desk.keys(keys);
            let done = (desk.spans(), desk.status());
            assert_ne!(done, first, "{before} · {keys}");
            desk.keys("u");
            assert_eq!((desk.spans(), desk.status()), first, "{before} · {keys} u");
            desk.keys("U");
            assert_eq!((desk.spans(), desk.status()), done, "{before} · {keys} u U");
            desk.keys("u");
            assert_eq!((desk.spans(), desk.status()), first, "{before} · {keys} u U u");
            desk.keys("C-r");
            assert_eq!((desk.spans(), desk.status()), done, "{before} · {keys} u U u C-r");
        }
    }

    fn the_cursor_goes_where_something_was_undone() {
        check(&[
            ("#[Ada]# met Byron", "1 l l u", "#[Ada]# met Byron"),
            ("#[[Ada](person)]# met Byron", "d l l u", "#[[Ada](person)]# met Byron"),
            ("#[Ada]# met [Byron](person?)", "Tab x g g u", "Ada met #[[Byron](person?)]#"),
        ]);
    }

    fn there_is_an_end_to_undoing_and_redoing() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("u");
        assert_eq!(desk.said(), "nothing to undo");
        desk.keys("1 u U U");
        assert_eq!(desk.said(), "nothing to redo");
        // A new edit cuts the way forward.
        desk.keys("u 2 U");
        assert_eq!((desk.said(), desk.spans().as_str()), ("nothing to redo", "[Ada](organization) wrote"));
    }

    fn undo_reaches_into_other_documents_and_across_restarts() {
        let setup = Setup::default().labels(&LABELS).document("a", "Ada wrote").document("b", "So did Byron");
        let mut desk = setup.sit_down();
        desk.keys("1 ] l l 1");
        assert_eq!((desk.document(), desk.spans().as_str()), ("b", "So did [Byron](person)"));
        let mut desk = desk.restart();
        desk.keys("u");
        assert_eq!((desk.document(), desk.spans().as_str()), ("b", "So did Byron"));
        assert_eq!(desk.said(), "undid: add person “Byron”");
        desk.keys("u");
        assert_eq!((desk.document(), desk.shown().as_str()), ("a", "#[Ada]# wrote"));
        let mut desk = desk.restart();
        desk.keys("U U");
        assert_eq!((desk.document(), desk.shown().as_str()), ("b", "So did #[[Byron](person)]#"));
        assert_eq!(desk.said(), "did again: add person “Byron”");
    }

    fn in_another_document_the_cursor_is_where_it_was_undone_not_at_the_first_suggestion() {
        let setup = Setup::default().labels(&LABELS).document("a", "[Ada](person?) met Byron").document("b", "x");
        let mut desk = setup.sit_down();
        desk.keys("l l 1 ] u");
        assert_eq!((desk.document(), desk.shown().as_str()), ("a", "[Ada](person?) met #[Byron]#"));
    }

    fn changes_of_labels_and_status_undo_too() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("e r C-u \"human\" Enter Esc 1");
        assert_eq!(desk.spans(), "[Ada](human) wrote");
        desk.keys("u u");
        assert_eq!(desk.model().labels.all()[0].name, "person");
        assert_eq!(desk.said(), "undid: rename label person to human");
        desk.keys("1 Space s");
        assert_eq!(desk.status().as_str(), "submitted");
        desk.keys("u");
        assert_eq!(desk.status().as_str(), "draft");
        assert!(desk.model().open.as_ref().unwrap().annotation.coverage.is_none());
    }

    fn undo_works_over_the_label_editor() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("e a \"thing\" Enter");
        assert_eq!(desk.model().labels.all().len(), 5);
        desk.keys("u");
        assert_eq!(desk.model().labels.all().len(), 4);
        desk.keys("U Esc 5");
        assert_eq!(desk.spans(), "[Ada](thing) wrote");
    }

    fn what_others_did_is_not_mine_to_undo() {
        let mut desk = one("#[Ada]# wrote");
        // The labels were made by somebody else, and the import is nobody's.
        desk.keys("u u u");
        assert_eq!(desk.model().labels.all().len(), 4);
    }
}
