//! What the mouse does, where it is wanted: from cells of the screen to code points, names, labels and lines.

use super::*;
use gleaner::tui::effect::Effect;
use gleaner::tui::model::Screen;
use gleaner::tui::mouse::{Gesture, Mouse};
use gleaner::tui::msg::Msg;

/// A desk with the mouse on.
fn handy(text: &str) -> Desk {
    let mut desk = one(text);
    desk.keys("Space k");
    desk
}

fn mouse(desk: &mut Desk, gesture: Gesture, (x, y): (u16, u16)) {
    desk.feed(Msg::Mouse(Mouse { gesture, at: (x, y).into() }));
    desk.rest();
}

fn click(desk: &mut Desk, at: (u16, u16)) {
    mouse(desk, Gesture::Press, at);
    mouse(desk, Gesture::Release, at);
}

/// The cell where `text` begins on the screen.
fn cell_of(desk: &Desk, text: &str) -> (u16, u16) {
    let buffer = desk.buffer();
    for y in 0..buffer.area.height {
        let cells: Vec<&str> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
        for x in 0..cells.len() {
            // What a wide character covers is a space in the buffer.
            let from: String = cells[x..].concat();
            if from.starts_with(text) || from.replace(' ', "").starts_with(text) && !cells[x].trim().is_empty() {
                return (x as u16, y);
            }
        }
    }
    panic!("{text} is not on the screen:\n{}", desk.screen());
}

fn click_on(desk: &mut Desk, text: &str) {
    let at = cell_of(desk, text);
    click(desk, at);
}

fn right(at: (u16, u16), cells: u16) -> (u16, u16) {
    (at.0 + cells, at.1)
}

chapter! {
    fn the_mouse_is_off_until_it_is_asked_for() {
        let mut desk = one("#[Ada]# met Babbage");
        click(&mut desk, (10, 1));
        assert_eq!(desk.shown(), "#[Ada]# met Babbage");
        desk.keys("Space k");
        assert!(desk.said().contains("hold Shift to select text as the terminal does"), "{}", desk.said());
        desk.keys("g l Space k");
        assert!(desk.said().starts_with("mouse off"), "{}", desk.said());
        assert_eq!(desk.for_terminal, [Effect::Mouse(true), Effect::Mouse(false)]);
    }

    fn a_click_places_the_cursor() {
        let mut desk = handy("#[Ada]# met Babbage\n\nand 精工 of\ttime");
        for (at, shown) in [
            ("met", "Ada #[met]# Babbage\n\nand 精工 of\ttime"),
            ("abbage", "Ada met #[Babbage]#\n\nand 精工 of\ttime"),
            ("精", "Ada met Babbage\n\nand #[精工]# of\ttime"),
            ("time", "Ada met Babbage\n\nand 精工 of\t#[time]#"),
        ] {
            click_on(&mut desk, at);
            assert_eq!(desk.shown(), shown, "{at}");
        }
    }

    fn by_character_every_cell_is_its_own_or_its_character_s() {
        let mut desk = handy("#[Ada]# 精工\tx");
        desk.keys("S");
        let wide = cell_of(&desk, "精");
        for (cells, shown) in [
            (0, "Ada #[精]#工\tx"),
            (1, "Ada #[精]#工\tx"),
            (2, "Ada 精#[工]#\tx"),
            (3, "Ada 精#[工]#\tx"),
            (4, "Ada 精工#[\t]#x"),
            (7, "Ada 精工#[\t]#x"),
            (8, "Ada 精工\t#[x]#"),
        ] {
            click(&mut desk, right(wide, cells));
            assert_eq!(desk.shown(), shown, "{cells}");
        }
    }

    fn a_click_past_the_end_of_a_row_is_on_its_last_word() {
        let mut desk = handy("#[Ada]# met Babbage\nin Turin");
        click(&mut desk, (70, 1));
        assert_eq!(desk.shown(), "Ada met #[Babbage]#\nin Turin");
        click(&mut desk, (70, 3));
        assert_eq!(desk.shown(), "Ada met Babbage\nin #[Turin]#");
        click(&mut desk, (2, 15));
        assert_eq!(desk.shown(), "Ada met Babbage\n#[in]# Turin", "below the text, in the column of the last row");
    }

    fn a_click_on_a_name_in_a_lane_is_on_its_span() {
        let mut desk = handy("#[Ada]# met [Charles Babbage](person) and [Mr Byron](place?)");
        click_on(&mut desk, "person");
        assert_eq!(desk.shown(), "Ada met #[[Charles Babbage](person)]# and [Mr Byron](place?)");
        click_on(&mut desk, "place .90");
        assert_eq!(desk.shown(), "Ada met [Charles Babbage](person) and #[[Mr Byron](place?)]#");
        desk.keys("a");
        assert_eq!(desk.spans(), "Ada met [Charles Babbage](person) and [Mr Byron](place)");
        // A name may run on past its span; beside it is the text above.
        let mut desk = handy("#[Ada]# [x](organization) met one more");
        let name = cell_of(&desk, "rganization");
        click(&mut desk, right(name, 5));
        assert_eq!(desk.shown(), "Ada #[[x](organization)]# met one more");
        click(&mut desk, right(name, 14));
        assert_eq!(desk.shown(), "Ada [x](organization) met one #[more]#");
    }

    fn the_name_of_a_text_found_again_is_clicked_too() {
        let mut desk = handy("#[New York]# is not a new New York day");
        desk.keys("3 * Enter");
        click_on(&mut desk, "place =");
        assert_eq!(desk.shown(), "[New York](place) is not a new #[[New York](place?)]# day");
        let at = desk.model().size;
        desk.feed(Msg::Resize(120, at.1));
        assert!(desk.screen().contains("? place = New York"), "{}", desk.screen());
    }

    fn of_nested_spans_the_one_whose_name_is_clicked() {
        let mut desk = handy("#[the]# [University of [Geneva](place) today](organization)");
        desk.keys("Space r");
        click_on(&mut desk, "organization");
        assert_eq!(desk.shown(), "the #[[University of [Geneva](place) today](organization)]#");
        click_on(&mut desk, "╰place");
        assert_eq!(desk.shown(), "the [University of #[[Geneva](place)]# today](organization)");
    }

    fn a_drag_selects_words_and_a_label_in_the_bar_is_given() {
        let mut desk = handy("#[Ada]# met Charles Babbage in Turin");
        let (from, to) = (cell_of(&desk, "arles"), cell_of(&desk, "bage"));
        mouse(&mut desk, Gesture::Press, from);
        mouse(&mut desk, Gesture::Drag, to);
        mouse(&mut desk, Gesture::Release, to);
        assert_eq!(desk.shown(), "Ada met #[Charles Babbage]# in Turin");
        click_on(&mut desk, "1 person");
        assert_eq!(desk.spans(), "Ada met [Charles Babbage](person) in Turin");
        click_on(&mut desk, "organization");
        assert_eq!(desk.spans(), "Ada met [Charles Babbage](organization) in Turin");
        // Backwards, and after the button is up no further.
        let (from, to) = (cell_of(&desk, "Turin"), cell_of(&desk, "met"));
        mouse(&mut desk, Gesture::Press, from);
        mouse(&mut desk, Gesture::Drag, to);
        assert_eq!(desk.marked().selection, Some(gleaner::text::CharRange::new(4, 32)));
        mouse(&mut desk, Gesture::Release, to);
        mouse(&mut desk, Gesture::Drag, from);
        assert_eq!(desk.marked().selection, Some(gleaner::text::CharRange::new(4, 32)));
    }

    fn by_character_a_drag_selects_characters() {
        let mut desk = handy("#[Ada]# met Babbage");
        desk.keys("S");
        let from = cell_of(&desk, "abbage");
        mouse(&mut desk, Gesture::Press, from);
        mouse(&mut desk, Gesture::Drag, right(from, 2));
        assert_eq!(desk.shown(), "Ada met B#[abb]#age");
    }

    fn dragging_past_the_edge_brings_the_text_along() {
        let mut desk = handy(&"Ada wrote to Byron.\n".repeat(50));
        mouse(&mut desk, Gesture::Press, (1, 1));
        for _ in 0..20 {
            mouse(&mut desk, Gesture::Drag, (1, 22));
        }
        let (open, range) = (desk.model().open.as_ref().unwrap(), desk.marked().selection.unwrap());
        assert!(open.top > 5 && range.start == 0 && range.end > 200, "{} {range:?}", open.top);
    }

    fn the_wheel_scrolls_and_the_next_key_comes_back_to_the_cursor() {
        let mut desk = handy(&"Ada wrote to Byron.\n".repeat(50));
        let top = |desk: &Desk| desk.model().open.as_ref().unwrap().top;
        mouse(&mut desk, Gesture::Wheel(1), (5, 5));
        mouse(&mut desk, Gesture::Wheel(1), (5, 5));
        assert_eq!(top(&desk), 6);
        assert!(desk.shown().starts_with("#[Ada]#"), "the cursor stays");
        mouse(&mut desk, Gesture::Wheel(-1), (5, 5));
        assert_eq!(top(&desk), 3);
        mouse(&mut desk, Gesture::Wheel(1000), (5, 5));
        assert!(desk.screen().contains("Byron."), "not past the end\n{}", desk.screen());
        desk.keys("l");
        assert_eq!(top(&desk), 0);
        // A click where one has scrolled to stays there.
        mouse(&mut desk, Gesture::Wheel(5), (5, 5));
        click(&mut desk, (1, 1));
        assert_eq!(top(&desk), 15);
        assert_eq!(desk.marked().selection.unwrap().start, 15 * 20);
    }

    fn a_line_of_the_pane_is_chosen_and_the_wheel_scrolls_the_list() {
        let text: Vec<String> = (0..100).map(|n| format!("[w{n}](person)")).collect();
        let mut desk = handy(&text.join(" "));
        desk.feed(Msg::Resize(120, 40));
        click_on(&mut desk, "● person w7");
        assert_eq!(desk.marked().selection.map(|r| r.start), Some(21));
        let over = cell_of(&desk, "● person w7");
        mouse(&mut desk, Gesture::Wheel(5), over);
        assert!(!desk.screen().contains("● person w7\n"), "{}", desk.screen());
        click_on(&mut desk, "● person w20");
        desk.keys("d");
        assert!(!desk.spans().contains("[w20]"), "the span that was clicked");
        desk.keys("Z");
        click(&mut desk, (1, 38));
        assert!(desk.shown().contains("#[[w90](person)]#"), "the last row begins with it: {}", desk.shown());
    }

    fn in_the_list_of_documents_a_click_opens_and_the_wheel_moves() {
        let mut setup = Setup::default().labels(&LABELS);
        for n in 0..40 {
            setup = setup.document(&format!("d{n}"), "Ada wrote.");
        }
        let mut desk = setup.sit_down();
        desk.keys("Space k g l");
        click_on(&mut desk, "d7");
        assert_eq!((desk.document(), desk.model().screen), ("d7", Screen::Annotate));
        desk.keys("g l");
        mouse(&mut desk, Gesture::Wheel(2), (5, 5));
        desk.keys("Enter");
        assert_eq!(desk.document(), "d13");
        desk.keys("g l");
        click(&mut desk, (5, 0));
        assert_eq!(desk.model().screen, Screen::Documents, "the title is no row");
    }

    fn over_what_lies_over_the_screen_only_the_wheel_does_something() {
        let mut desk = handy("#[Ada]# met Babbage");
        desk.keys("?");
        let before = desk.screen();
        click(&mut desk, (10, 1));
        assert_eq!(desk.screen(), before);
        mouse(&mut desk, Gesture::Wheel(1), (10, 1));
        assert_ne!(desk.screen(), before);
        desk.keys("Esc e");
        mouse(&mut desk, Gesture::Wheel(1), (10, 1));
        desk.keys("D n Esc");
        assert_eq!(desk.shown(), "#[Ada]# met Babbage");
    }
}
