//! The text never moves: no key that edits spans changes the row or the column of any character.

use super::*;
use gleaner::tui::screen::annotate::text_area;

const TEXTS: [&str; 3] = [
    "#[Ada]# [Lovelace](person?0.8) wrote to [Charles [Babbage](person)](person) in [1843](date?), and Ada did so again.",
    "#[精工]#と東京。 [🇫🇷](place)🇯🇵 👍🏽 cafe\u{301} [精工](organization?) e\u{301}e\u{301}\n\n\ttab שלום [עולם](place?) end",
    "#[One]# \u{1b}\\[31m [row](place) that is long enough to go over the end of a line of eighty columns, [one](date?) \
     and one more\nOne",
];

const EDITS: [&str; 27] = [
    "1",
    "2 2",
    "Tab a",
    "Tab x",
    "Tab y L",
    "Tab L",
    "Tab H",
    ") d",
    ") L",
    ") H",
    ") >",
    "( <",
    ") ~",
    "~ ~ ~",
    ") l |",
    ") &",
    "v l l &",
    "1 l .",
    "A y",
    "* Enter",
    "* a",
    "* c w Enter Tab a",
    "/ \"one\" Enter n 3",
    "1 u U u",
    "c Enter",
    "t Down Enter",
    "t \"new_one\" Enter Enter",
];

/// Where every character is: its row and column in the text, and the rows of the screen as they are drawn.
fn places(desk: &Desk) -> (Vec<(usize, u16)>, Vec<String>) {
    let model = desk.model();
    let open = model.open.as_ref().unwrap();
    let layout = open.layout.as_ref().unwrap();
    let places = (0..=layout.chars()).map(|c| layout.place(c)).map(|p| (p.row, p.column)).collect();
    let (area, buffer) = (text_area(model), desk.buffer());
    let rows = (area.top()..area.bottom()).step_by(usize::from(1 + model.arrangement.lanes));
    let drawn = rows.map(|y| (area.left()..area.right()).map(|x| buffer[(x, y)].symbol()).collect()).collect();
    (places, drawn)
}

chapter! {
    fn no_edit_moves_a_character() {
        for (columns, rows) in [(80, 24), (120, 40)] {
            for (text, lanes) in TEXTS.iter().zip([1, 0, 2]) {
                let marked = marked::parse(text);
                for keys in EDITS {
                    let mut desk = Setup::default().labels(&LABELS).document("one", text).size(columns, rows).sit_down();
                    while desk.model().arrangement.lanes != lanes {
                        desk.keys("Space r");
                    }
                    desk.select(marked.selection.unwrap());
                    let before = places(&desk);
                    desk.keys(keys);
                    assert_eq!(places(&desk), before, "{text} · {keys} · {lanes} lanes, {columns} columns");
                }
            }
        }
    }

    fn without_rows_for_names_the_one_at_the_cursor_is_still_named() {
        let mut desk = one("#[[Ada Byron](person)]# met [Turin](place?)");
        desk.keys("Space r Space r");
        let line = |desk: &Desk| desk.screen().lines().rev().nth(1).unwrap().to_owned();
        assert!(line(&desk).contains("span person"), "{}", desk.screen());
        desk.keys("h");
        assert!(line(&desk).contains("“Ada”") && line(&desk).contains("in person “Ada Byron”"), "{}", desk.screen());
        desk.keys("Tab");
        assert!(line(&desk).contains("suggestion 0.90 place"), "{}", desk.screen());
    }
}
