//! Finding a text in the open document.

use super::*;

const TEXT: &str = "Ada #[met]# Adam. They saw adders in Adana.";

chapter! {
    fn a_cursor_of_another_text_does_not_come_back() {
        let mut desk = Setup::default().document("a", "a long text whose end is far away").sit_down();
        desk.keys("G / \"far\"");
        let mut elsewhere = desk.project();
        let mut import = elsewhere.import(gleaner::store::ImportOptions::default()).unwrap();
        let (id, text) = (Some("a".to_owned()), "short".to_owned());
        import.add(gleaner::dataset::Record { id, text, ..Default::default() }).unwrap();
        import.finish().unwrap();
        desk.look();
        desk.keys("Esc");
        assert_eq!(desk.model().open.as_ref().unwrap().selection.range(), gleaner::text::CharRange::new(0, 5));
    }

    fn the_keys_that_go_on_are_named_while_something_is_found() {
        let mut desk = one("#[Ada]# wrote to Ada");
        // After a prefix the keys of the text do nothing.
        desk.keys("g");
        assert_eq!(desk.screen().lines().last().unwrap(), "Esc back");
        desk.keys("Esc / \"wrote\" Enter");
        let hints = desk.screen().lines().last().unwrap().to_owned();
        assert!(hints.starts_with("n next match  N previous match  1-9 label"), "{hints}");
        desk.keys("n Esc");
        let hints = desk.screen().lines().last().unwrap().to_owned();
        assert!(hints.starts_with("1-9 label"), "{hints}");
    }

    fn the_cursor_follows_every_letter_and_enter_keeps_it() {
        check(&[
            (TEXT, "/ \"ad\" Enter", "Ada met #[Ad]#am. They saw adders in Adana."),
            (TEXT, "/ \"add\" Enter", "Ada met Adam. They saw #[add]#ers in Adana."),
            (TEXT, "/ \"add\" Backspace Enter", "Ada met #[Ad]#am. They saw adders in Adana."),
            // An upper-case letter is meant.
            (TEXT, "/ \"Ad\" Enter n", "Ada met Adam. They saw adders in #[Ad]#ana."),
            (TEXT, "/ \"ad\" Down Enter", "Ada met Adam. They saw #[ad]#ders in Adana."),
            (TEXT, "/ \"ad\" Down Up Up Enter", "#[Ad]#a met Adam. They saw adders in Adana."),
            (TEXT, "/ \"adana\" Enter 3", "Ada met Adam. They saw adders in #[[Adana](place)]#."),
            // From within what is being extended, it extends.
            (TEXT, "v / \"adam\" Enter 2", "Ada #[[met Adam](organization)]#. They saw adders in Adana."),
        ]);
    }

    fn esc_goes_back_to_where_one_was() {
        let mut desk = one(TEXT);
        desk.keys("/ \"adana\" Esc");
        assert_eq!(desk.shown(), TEXT);
        desk.keys("/ Enter");
        assert_eq!(desk.shown(), TEXT);
        desk.keys("/ \"Ada_Byron\" Enter");
        assert_eq!((desk.shown().as_str(), desk.said()), (TEXT, "“Ada Byron” is nowhere in this document"));
    }

    fn n_goes_round_and_says_so() {
        let mut desk = one(TEXT);
        desk.keys("n");
        assert_eq!(desk.said(), "nothing was looked for yet: / finds");
        desk.keys("/ \"ad\"");
        assert!(desk.screen().contains("2 of 4"), "{}", desk.screen());
        desk.keys("Enter n n");
        assert!(desk.screen().contains("find “ad” 4 of 4"), "{}", desk.screen());
        desk.keys("n");
        assert_eq!(desk.said(), "“ad” 1 of 4, from the start again");
        desk.keys("N");
        assert_eq!(desk.said(), "“ad” 4 of 4, from the end again");
        assert_eq!(desk.shown(), "Ada met Adam. They saw adders in #[Ad]#ana.");
        // The marks go first, then the document.
        desk.keys("Esc");
        assert!(!desk.screen().contains("find “ad”"), "{}", desk.screen());
        desk.keys("N / Enter");
        assert_eq!(desk.shown(), "Ada met Adam. They saw adders in #[Ad]#ana.");
    }

    fn what_was_looked_for_is_looked_for_in_other_documents_too() {
        let mut desk = Setup::default().document("a", "Ada and Byron").document("b", "of Byron").document("c", "no").sit_down();
        desk.keys("/ \"byron\" Enter ] n");
        assert_eq!((desk.document(), desk.shown().as_str()), ("b", "of #[Byron]#"));
        desk.keys("] n");
        assert_eq!(desk.said(), "“byron” is nowhere in this document");
    }

    fn places_are_marked_without_colour_and_the_text_stays_where_it_is() {
        use ratatui::style::Modifier;
        let mut desk = one(TEXT);
        desk.app.model.theme = gleaner::tui::theme::Theme::mono();
        let before = desk.screen();
        desk.keys("/ \"ad\" Enter");
        assert_eq!(desk.screen().lines().take(10).collect::<Vec<_>>(), before.lines().take(10).collect::<Vec<_>>());
        let buffer = desk.buffer();
        let row = (0..buffer.area.height).find(|y| buffer[(1, *y)].symbol() == "A").unwrap();
        assert!(buffer[(1, row)].modifier.contains(Modifier::ITALIC | Modifier::UNDERLINED));
        assert!(!buffer[(5, row)].modifier.contains(Modifier::ITALIC));
    }

    fn a_paste_is_looked_for() {
        let mut desk = one(TEXT);
        desk.keys("/");
        desk.feed(gleaner::tui::msg::Msg::Paste("they\nsaw".into()));
        desk.keys("Enter");
        assert_eq!(desk.shown(), "Ada met Adam. #[They saw]# adders in Adana.");
    }
}
