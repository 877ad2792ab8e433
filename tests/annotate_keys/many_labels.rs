//! Hundreds of labels: found by a few letters, the last given first, and made where they are missing.

use super::*;

fn kinds() -> Desk {
    let names: Vec<String> = (1..=200).map(|n| format!("kind {n:03} of {}", ["bird", "fish", "tree"][n % 3])).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut desk = Setup::default().labels(&names).document("one", "Ada met Byron here").sit_down();
    desk.keys("g g");
    desk
}

chapter! {
    fn a_few_letters_find_one_of_two_hundred() {
        let mut desk = kinds();
        desk.keys("t \"177\" Enter");
        assert_eq!(desk.spans(), "[Ada](kind 177 of bird) met Byron here");
        // Whole screens of them.
        desk.keys("l l t PageDown PageDown PageUp Down Enter");
        assert_eq!(desk.spans(), "[Ada](kind 177 of bird) met [Byron](kind 011 of tree) here");
        desk.keys("c \"020\" Enter");
        assert_eq!(desk.spans(), "[Ada](kind 177 of bird) met [Byron](kind 020 of tree) here");
    }

    fn the_editor_and_the_project_screen_go_through_them_by_screenfuls() {
        let mut desk = kinds();
        // In 80×24 the editor has 17 rows.
        for (keys, chosen) in [("PageDown", 18), ("C-d", 35), ("PageUp", 18), ("C-u", 1), ("G", 200), ("Home", 1), ("End", 200), ("g g", 1), ("g e", 200)] {
            desk.keys("e").keys(keys).keys("r");
            let screen = desk.screen();
            assert!(screen.contains(&format!("Rename kind {chosen:03}")), "{keys}: {screen}");
            assert!(screen.contains('┃'), "{screen}");
            desk.keys("Esc");
            if let "PageDown" | "C-d" | "PageUp" | "C-u" = keys {
                continue;
            }
            desk.keys("Esc p").keys(keys).keys("r");
            assert!(desk.screen().contains(&format!("Rename kind {chosen:03}")), "{keys}: {}", desk.screen());
            desk.keys("Esc Esc");
        }
    }

    fn with_nothing_typed_the_last_given_come_first() {
        let mut desk = kinds();
        desk.keys("t \"177\" Enter l t \"051\" Enter l t Enter");
        assert_eq!(desk.spans(), "[Ada](kind 177 of bird) [met](kind 051 of bird) [Byron](kind 051 of bird) here");
        desk.keys("l t Down Enter");
        assert!(desk.spans().ends_with("[here](kind 177 of bird)"), "{}", desk.spans());
    }

    fn archived_labels_are_never_offered() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("1 e x Esc l t");
        assert!(!desk.screen().contains(" person ╮") && desk.screen().contains("Label · 3"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.spans(), "[Ada](person) [wrote](organization)");
    }

    fn the_chosen_one_says_what_it_means_and_how_many_are_here() {
        let mut desk = one("#[Ada]# and [Byron](person)");
        desk.keys("e d \"a_human_being\" Enter Esc t");
        let screen = desk.screen();
        assert!(screen.contains("a human being"), "{screen}");
        assert!(screen.lines().any(|l| l.contains("1 person") && l.trim_end().trim_end_matches('│').trim_end().ends_with('1')), "{screen}");
        desk.keys("Down");
        assert!(!desk.screen().contains("a human being"), "{}", desk.screen());
    }

    fn a_label_that_is_missing_is_made_and_given_in_one_step() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("t \"poet\"");
        assert!(desk.screen().contains("Enter, twice, makes the label poet"), "{}", desk.screen());
        // A slip makes no label.
        desk.keys("Enter Backspace \"t\" Enter");
        assert_eq!(desk.model().labels.all().len(), 4);
        assert!(desk.screen().contains("Enter again makes the label poet"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.shown(), "#[[Ada](poet)]# wrote");
        assert_eq!(desk.said(), "add label poet, add poet “Ada”");
        desk.keys("u");
        assert_eq!((desk.spans().as_str(), desk.model().labels.all().len()), ("Ada wrote", 4));
        desk.keys("U l .");
        assert_eq!(desk.spans(), "[Ada](poet) [wrote](poet)");
        // Also where something else would match, and for what is there already.
        desk.keys("c \"pers\" C-n");
        assert_eq!(desk.spans(), "[Ada](poet) [wrote](pers)");
        desk.keys("c \"person\" C-n");
        assert_eq!(desk.said(), "there is a label person already");
        desk.keys("Esc");
        assert!(desk.project().verify().unwrap().problems.is_empty());
    }
}
