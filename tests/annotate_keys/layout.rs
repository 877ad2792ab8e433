//! How the screen is arranged: the side pane and its list, zoom, rows for names.

use super::*;
use gleaner::tui::keymap::Mode;
use gleaner::tui::msg::Msg;

/// A letter on a screen with room for the side pane.
fn beside(text: &str) -> Desk {
    let mut desk = one(text);
    desk.feed(Msg::Resize(120, 40));
    desk
}

/// The line of the list that is chosen, if the list has the keys.
fn chosen(desk: &Desk) -> String {
    assert_eq!(desk.model().mode(), Mode::Pane, "{}", desk.screen());
    let open = desk.model().open.as_ref().unwrap();
    let item = open.listing.items[open.listing.index_of(open).expect("a line is chosen")];
    open.annotation.text.slice(item.range).to_owned()
}

const THREE: &str = "#[Ada]# met [Babbage](person) and [Byron](person?) in [Turin](place)";

chapter! {
    fn texts_are_laid_out_for_what_the_terminal_draws() {
        let mut desk = Setup::default().document("a", "the family 👨‍👩‍👧 here").sit_down();
        desk.app.model.theme.joined_emoji = true;
        desk.feed(gleaner::tui::msg::Msg::Resize(100, 24));
        let columns = desk.model().open.as_ref().unwrap().layout.as_ref().unwrap().columns();
        assert_eq!(columns, desk.model().theme.columns());
    }

    fn the_side_pane_is_beside_the_text_or_in_its_place() {
        let mut desk = one("#[[Ada](person)]# wrote");
        assert!(desk.screen().contains("Ada wrote"));
        desk.keys("i");
        assert!(desk.screen().contains("● person Ada") && !desk.screen().contains("Ada wrote"), "{}", desk.screen());
        desk.keys("i");
        assert!(desk.screen().contains("Ada wrote") && !desk.screen().contains("● person Ada"), "{}", desk.screen());
        desk.feed(Msg::Resize(120, 40));
        assert!(desk.screen().contains("Ada wrote") && desk.screen().contains("● person Ada"), "{}", desk.screen());
        desk.keys("i");
        assert!(!desk.screen().contains("● person Ada"), "{}", desk.screen());
    }

    fn a_span_is_chosen_in_the_list_and_worked_on_in_the_text() {
        let mut desk = beside(THREE);
        desk.keys("I");
        assert_eq!(chosen(&desk), "Babbage");
        desk.keys("j");
        assert_eq!(chosen(&desk), "Byron");
        desk.keys("Enter");
        assert_eq!(desk.shown(), "Ada met [Babbage](person) and #[[Byron](person?)]# in [Turin](place)");
        desk.keys("I k Esc");
        assert_eq!(desk.shown(), "Ada met #[[Babbage](person)]# and [Byron](person?) in [Turin](place)");
        desk.keys("I Down Down Down Up I");
        assert_eq!(desk.shown(), "Ada met [Babbage](person) and #[[Byron](person?)]# in [Turin](place)");
    }

    fn the_list_decides_relabels_and_deletes() {
        for (keys, after) in [
            ("I d", "Ada met Babbage and [Byron](person?) in [Turin](place)"),
            ("I Backspace j Delete", "Ada met Babbage and [Byron](person?) in Turin"),
            ("I 2", "Ada met [Babbage](organization) and [Byron](person?) in [Turin](place)"),
            ("I c \"date\" Enter", "Ada met [Babbage](date) and [Byron](person?) in [Turin](place)"),
            ("I j a", "Ada met [Babbage](person) and [Byron](person) in [Turin](place)"),
            ("I j y", "Ada met [Babbage](person) and [Byron](person) in [Turin](place)"),
            ("I j x", "Ada met [Babbage](person) and Byron in [Turin](place)"),
            ("I j X", "Ada met [Babbage](person) and Byron in [Turin](place)"),
        ] {
            let mut desk = beside(THREE);
            desk.keys(keys);
            assert_eq!(desk.spans(), after, "{keys}: {}", desk.said());
            assert_eq!(desk.model().mode(), Mode::Pane, "{keys}: the list keeps the keys");
            desk.keys("u");
            if !keys.contains("Delete") {
                assert_eq!(desk.spans(), THREE.replace("#[", "").replace("]#", ""), "{keys} undone");
            }
        }
    }

    fn when_the_chosen_span_goes_the_next_one_is_chosen() {
        let mut desk = beside(THREE);
        desk.keys("I d");
        assert_eq!(chosen(&desk), "Byron");
        desk.keys("x");
        assert_eq!(chosen(&desk), "Turin");
        desk.keys("d");
        assert!(desk.screen().contains("no spans yet"), "{}", desk.screen());
        desk.keys("j");
        assert_eq!(desk.said(), "no spans or suggestions here yet");
    }

    fn long_lists_are_paged_and_have_ends() {
        let text: Vec<String> = (0..100).map(|n| format!("[w{n}](person)")).collect();
        let mut desk = beside(&text.join(" "));
        desk.keys("I G");
        assert_eq!(chosen(&desk), "w99");
        desk.keys("g g");
        assert_eq!(chosen(&desk), "w0");
        desk.keys("PageDown");
        let page: usize = chosen(&desk)[1..].parse().unwrap();
        assert!((10..40).contains(&page), "{page}");
        assert!(desk.screen().contains(&format!("● person w{page}")), "{}", desk.screen());
        desk.keys("C-d C-u PageUp");
        assert_eq!(chosen(&desk), "w0");
        desk.keys("End j");
        assert_eq!(chosen(&desk), "w99");
        desk.keys("Home k");
        assert_eq!(chosen(&desk), "w0");
        desk.keys("g e");
        assert_eq!(chosen(&desk), "w99");
    }

    fn the_text_scrolls_along_with_the_list() {
        let row = "A row of words without anything in it, which is as long as a row of the screen at least.\n";
        let mut desk = beside(&format!("[Ada](person)\n{}[Byron](person)", row.repeat(60)));
        desk.keys("I j");
        let text: String = desk.screen().lines().map(|l| l.chars().take(80).collect::<String>() + "\n").collect();
        assert!(text.contains("Byron"), "{}", desk.screen());
    }

    fn on_a_narrow_screen_the_list_takes_the_place_of_the_text() {
        let mut desk = one(THREE);
        desk.keys("I j");
        assert_eq!(chosen(&desk), "Byron");
        assert!(desk.screen().contains("? person 0.90 Byron"), "{}", desk.screen());
        desk.keys("a Esc");
        assert_eq!(desk.model().mode(), Mode::Annotate);
        assert!(desk.screen().contains("Ada met Babbage"), "{}", desk.screen());
        assert_eq!(desk.spans(), "Ada met [Babbage](person) and [Byron](person) in [Turin](place)");
        // A screen that grows has room for both.
        desk.keys("i");
        desk.feed(Msg::Resize(120, 40));
        assert!(desk.screen().contains("Ada met Babbage") && desk.screen().contains("● person Byron"));
    }

    fn the_pane_shows_spans_the_guideline_or_both_at_the_width_that_was_wanted() {
        let mut desk = beside("#[[Ada](person)]# wrote");
        desk.keys("e d \"people_by_name\" Enter Esc");
        let shows = |desk: &Desk| {
            let screen = desk.screen();
            (screen.contains("● person Ada"), screen.contains("people by name"))
        };
        assert_eq!(shows(&desk), (true, true), "{}", desk.screen());
        desk.keys("Space i");
        assert_eq!(shows(&desk), (true, false), "{}", desk.screen());
        desk.keys("Space i");
        assert_eq!(shows(&desk), (false, true), "{}", desk.screen());
        let edge = |desk: &Desk| desk.screen().lines().nth(3).unwrap().chars().position(|c| c == '│');
        assert_eq!(edge(&desk), Some(82));
        desk.keys("Space > Space > Space <");
        assert_eq!(edge(&desk), Some(78));
        // All of it is there again after a restart.
        let mut desk = desk.restart();
        assert_eq!((shows(&desk), edge(&desk)), ((false, true), Some(78)), "{}", desk.screen());
        desk.keys("l");
        assert!(desk.screen().contains("organization") && desk.screen().contains("people by name"), "all labels");
        desk.keys("i");
        assert_eq!(edge(&desk.restart()), None);
    }

    fn the_pane_stays_between_bounds_and_the_keys_say_so() {
        let mut desk = beside("#[[Ada](person)]# wrote");
        desk.keys(&"Space > ".repeat(12));
        assert_eq!(desk.said(), "the side pane cannot be wider than 68 columns here");
        desk.keys(&"Space < ".repeat(20));
        assert_eq!(desk.said(), "the side pane cannot be narrower than 24 columns here");
        desk.keys("i Space <");
        assert_eq!(desk.said(), "the side pane is not shown: i shows it");
    }

    fn rows_for_label_names_are_none_one_or_two() {
        let mut desk = one("#[[Ada](person)]# wrote");
        let named = |desk: &Desk| desk.screen().lines().nth(2).unwrap().contains("person");
        assert!(named(&desk));
        desk.keys("Space r");
        assert_eq!(desk.said(), "two rows for label names under the text");
        desk.keys("Space r");
        assert!(!named(&desk), "{}", desk.screen());
        let mut desk = desk.restart();
        assert!(!named(&desk), "as it was left: {}", desk.screen());
        desk.keys("Space r");
        assert!(named(&desk));
    }

    fn zoomed_there_is_only_the_text() {
        let mut desk = beside("#[[Ada](person)]# wrote");
        desk.keys("Z");
        let screen = desk.screen();
        assert!(screen.starts_with(" Ada wrote\n") && screen.contains("╰pe"), "{screen}");
        assert_eq!(screen.lines().filter(|l| !l.is_empty()).count(), 3, "text, lane, what was said: {screen}");
        desk.keys("l 1");
        assert_eq!(desk.screen().lines().filter(|l| !l.is_empty()).count(), 2, "{}", desk.screen());
        assert_eq!(desk.spans(), "[Ada](person) [wrote](person)");
        desk.keys("i");
        assert_eq!(desk.said(), "only the text is shown: Z brings the rest back");
        assert!(desk.screen().contains("only the text is shown"), "{}", desk.screen());
        let mut desk = desk.restart();
        assert!(desk.screen().starts_with(" Ada wrote"), "as it was left: {}", desk.screen());
        desk.keys("Z");
        assert!(desk.screen().starts_with(" desk"), "{}", desk.screen());
    }

    fn colours_are_chosen_by_looking_at_them() {
        let mut desk = one("#[[Ada](person)]# wrote");
        let name = |desk: &Desk| desk.model().theme.palette.name.clone();
        assert_eq!((name(&desk).as_str(), desk.model().theme_name.as_str()), ("dark", "auto"));
        desk.keys("Space t j j");
        assert_eq!(name(&desk), "light", "shown at once");
        desk.keys("Esc");
        assert_eq!(name(&desk), "dark");
        desk.keys("Space t Down Down Down Up Down Enter");
        assert_eq!(name(&desk), "high-contrast");
        let black = |desk: &Desk| desk.buffer()[(70, 10)].bg == ratatui::style::Color::Indexed(16);
        assert!(black(&desk), "it paints its background");
        desk.keys("g l");
        assert!(black(&desk), "on every screen");
        let mut desk = desk.restart();
        assert_eq!(name(&desk), "high-contrast", "kept");
        // Only what follows the terminal follows its background.
        desk.feed(Msg::Background(255, 255, 255));
        assert_eq!(name(&desk), "high-contrast");
        desk.keys("Space t k k k Enter");
        assert_eq!(name(&desk), "light");
        desk.feed(Msg::Background(20, 20, 20));
        assert_eq!(name(&desk), "dark");
    }

    fn a_theme_with_a_mistake_is_listed_with_it_and_not_taken() {
        let mut desk = one("#[Ada]# wrote");
        let file = ("mine".into(), "/home/ada/themes/mine.toml".into(), "base = 1".into());
        desk.app.model.themes = std::sync::Arc::new(gleaner::tui::theme::Themes::with_own(vec![file]));
        desk.keys("Space t j j j j");
        assert!(desk.screen().contains("mine             1: base cannot be that"), "{}", desk.screen());
        desk.keys("Enter");
        assert_eq!(desk.said(), "/home/ada/themes/mine.toml:1: base cannot be that");
        assert_eq!(desk.model().theme_name, "high-contrast", "the last one that could be shown");
        desk.keys("Esc");
        assert_eq!(desk.model().theme_name, "auto");
    }

    fn the_row_of_the_cursor_goes_to_the_middle() {
        let mut desk = one(&"Ada wrote to Byron.\n".repeat(100));
        desk.keys("PageDown PageDown z");
        let open = desk.model().open.as_ref().unwrap();
        let row = open.layout.as_ref().unwrap().row_of(open.selection.cursor());
        assert_eq!(row - open.top, 5, "of ten rows");
        // The next row scrolls nothing.
        let top = open.top;
        desk.keys("j");
        assert_eq!(desk.model().open.as_ref().unwrap().top, top);
    }
}
