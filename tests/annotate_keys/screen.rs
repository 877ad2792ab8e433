//! Help, palette, panes, and leaving.

use super::*;
use gleaner::tui::effect::Effect;
use gleaner::tui::model::Screen;

chapter! {
    fn help_lists_the_keys_of_this_screen() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("?");
        assert!(desk.screen().contains("one word (or character) to the left"), "{}", desk.screen());
        desk.keys("G");
        assert!(desk.screen().contains("draw the screen again"), "{}", desk.screen());
        desk.keys("Esc 1");
        assert_eq!(desk.spans(), "[Ada](person) wrote");
        desk.keys("g l ?");
        assert!(desk.screen().contains("list documents that contain a text"), "{}", desk.screen());
    }

    fn any_command_is_found_by_its_name() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys(": \"char_mode\" Enter Esc h");
        assert_eq!(desk.shown(), "A#[d]#a wrote");
        desk.keys(": \"undo\" Down Down Up Esc");
        assert_eq!(desk.shown(), "A#[d]#a wrote");
        // One that cannot be used now says why in the list.
        desk.keys(": \"delete\"");
        assert!(desk.screen().contains("no span here"), "{}", desk.screen());
    }

    fn the_keys_after_a_prefix_are_shown() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("g");
        assert!(desk.screen().contains("to the start of the document"), "{}", desk.screen());
        desk.keys("Esc l");
        assert_eq!(desk.shown(), "Ada #[wrote]#");
    }

    fn the_terminal_is_drawn_again_and_given_back_for_a_while() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("C-l C-z");
        assert_eq!(desk.for_terminal, [Effect::Redraw, Effect::Suspend]);
    }

    fn leaving_is_one_step_at_a_time_and_quitting_loses_nothing() {
        let mut desk = one("#[Ada]# wrote");
        desk.keys("v l 1 ? q");
        assert!(!desk.model().quit);
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Annotate, "first the selection is narrowed");
        desk.keys("Esc");
        assert_eq!(desk.model().screen, Screen::Documents);
        desk.keys("Esc");
        assert_eq!(desk.said(), "q quits");
        desk.keys("q");
        assert!(desk.model().quit);
        assert_eq!(desk.restart().spans(), "[Ada wrote](person)");
    }

    fn quitting_while_the_model_is_at_this_document_does_not_ask() {
        let mut desk = one("#[Ada]# wrote");
        desk.feed(gleaner::tui::msg::Msg::Key("R".parse().unwrap()));
        let later = desk.model().now + std::time::Duration::from_secs(9);
        desk.feed(gleaner::tui::msg::Msg::Tick(later));
        assert!(desk.model().suggester.running.is_some());
        desk.feed(gleaner::tui::msg::Msg::Key("q".parse().unwrap()));
        assert!(desk.model().quit);
    }

    fn a_small_window_says_so_and_quits() {
        let mut desk = one("#[Ada]# wrote");
        desk.feed(gleaner::tui::msg::Msg::Resize(59, 14));
        assert!(desk.screen().contains("gleaner needs 60 columns and 15 rows;"), "{}", desk.screen());
        desk.keys("1 d q");
        assert!(desk.model().quit);
        assert_eq!(desk.spans(), "Ada wrote");
    }

    fn a_paste_is_text_where_text_is_typed_and_nothing_elsewhere() {
        let mut desk = one("#[Ada]# wrote");
        desk.feed(gleaner::tui::msg::Msg::Paste("1\n2".into()));
        assert_eq!(desk.spans(), "Ada wrote");
        desk.keys("e a");
        desk.feed(gleaner::tui::msg::Msg::Paste("two\nwords\u{1b}".into()));
        desk.keys("Enter Esc");
        assert_eq!(desk.model().labels.all().last().unwrap().name, "two words");
    }

    fn the_label_and_score_of_the_suggestion_at_the_cursor_can_be_read() {
        let long = "a label with a very long name indeed, longer than anybody would want to read aloud";
        let setup = Setup::default().labels(&[long]).document("one", &format!("[Ada](({long}?0.87)").replace("((", "("));
        let desk = setup.sit_down();
        let screen = desk.screen();
        let line = screen.lines().rev().nth(1).unwrap();
        assert!(line.contains("0.87") && line.contains("a label with a very"), "{screen}");
    }

    fn the_last_line_has_the_keys_that_work_now() {
        let mut desk = one("#[Ada]# met [Byron](person?)");
        let mut last = |keys: &str| desk.keys(keys).screen().lines().last().unwrap().to_owned();
        assert!(last("l").starts_with("Tab suggestion  1-9 label"));
        assert!(last("Tab").starts_with("a accept  x reject  1-9 label  Enter submit"));
        assert!(last("a").starts_with("1-9 label  d delete  Enter submit"));
        assert!(last("v").starts_with("h left  l right  1-9 label"));
        assert!(last("Esc e").starts_with("a add  r rename  d describe  p prompt"));
        assert_eq!(last("a"), "Enter take  Ctrl-u clear  Esc leave");
        assert_eq!(last("Esc D"), "y yes  n no");
        assert_eq!(last("n :"), "type to find  Up Down choose  Enter take  Esc leave");
        assert_eq!(last("Esc ?"), "j k scroll  Esc close");
    }

    fn the_tour_waits_for_what_it_asks_for() {
        let mut desk = Setup::default()
            .labels(&crate::LABELS)
            .document("one", "[Ada](person?) met [Byron](place?) in Turin.")
            .document("two", "Nothing here.")
            .sit_down();
        let mut place = |keys: &str| {
            let screen = desk.keys(keys).screen();
            let line = screen.lines().find_map(|line| line.split_once("Tour "));
            line.map(|(_, rest)| rest.split_once(" of ").unwrap().0.to_owned())
        };
        assert_eq!(place("l h"), None);
        let steps = [
            ("T", "1"),
            // What it did not ask for is done, and the tour waits.
            ("G g g", "1"),
            ("Tab a", "2"),
            ("x", "3"),
            ("l", "4"),
            ("1", "5"),
            ("L", "6"),
            ("u", "7"),
            ("Enter", "8"),
            ("? Esc", "9"),
            ("g l", "10"),
            ("Enter", "11"),
        ];
        for (keys, step) in steps {
            assert_eq!(place(keys).as_deref(), Some(step), "after {keys}");
        }
        assert_eq!(place("l"), None);
        assert_eq!(place("T").as_deref(), Some("1"), "it can be had again");
        assert_eq!(place("g l").as_deref(), Some("1"));
        assert!(desk.screen().contains("The tour goes on in a document: Enter opens"));
        desk.keys("Esc");
        assert!(!desk.screen().contains("Tour"));
    }

    fn a_label_name_with_control_characters_is_shown_escaped() {
        let mut desk = Setup::default().document("one", "[Ada](bad\u{1b}name)").size(120, 40).sit_down();
        for keys in ["", "t", "Esc e", "Esc Z"] {
            let screen = desk.keys(keys).screen();
            assert!(!screen.contains('\u{1b}') && screen.contains("bad␛name"), "{keys}: {screen}");
        }
    }
}
