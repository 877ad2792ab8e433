//! The small widgets: what they show when there is room, and what they do when there is none.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use gleaner::tui::theme::{Glyphs, Theme};
use gleaner::tui::widget::hint_line::{self, Hint};
use gleaner::tui::widget::line_input::{self, LineInput};
use gleaner::tui::widget::list::{self, ListState};
use gleaner::tui::widget::popup;
use gleaner::tui::widget::status_line::{self, Part};
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

fn buffer(width: u16, height: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, width, height))
}

fn lines(buffer: &Buffer) -> Vec<String> {
    let row = |y| (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
    (0..buffer.area.height).map(row).collect()
}

fn press(input: &mut LineInput, keys: &[KeyCode]) {
    for &code in keys {
        input.handle(KeyEvent::new(code, KeyModifiers::NONE));
    }
}

#[test]
fn a_list_shows_its_page_and_follows_the_choice() {
    let mut state = ListState::default();
    state.select(57, 100, 5);
    assert_eq!(state.visible(100, 5), 53..58);
    state.move_by(-2, 100, 5);
    assert_eq!((state.selected, state.top), (55, 53), "no scroll while the choice is in sight");
    state.move_by(isize::MIN, 100, 5);
    assert_eq!((state.selected, state.top), (0, 0));
    state.move_by(isize::MAX, 100, 5);
    assert_eq!((state.selected, state.top), (99, 95));
    state.select(7, 0, 5);
    assert_eq!((state.selected, state.visible(0, 5)), (0, 0..0), "an empty list");

    let theme = Theme { glyphs: Glyphs::Ascii, ..Theme::mono() };
    let mut shown = buffer(12, 3);
    let state = ListState { selected: 1, top: 0 };
    let rows: Vec<Line<'_>> = ["first", "second, too long", "third"].map(Line::from).to_vec();
    list::render(shown.area, &mut shown, &state, &rows, 30, &theme);
    assert_eq!(lines(&shown), ["first      #", "second, too|", "third      |"]);
    assert_eq!(shown[(0, 1)].modifier, theme.selected().add_modifier);
}

#[test]
fn a_line_is_typed_grapheme_by_grapheme() {
    let mut input = LineInput::default();
    for c in "e\u{301}精👩‍🔬x".chars() {
        press(&mut input, &[KeyCode::Char(c)]);
    }
    assert_eq!(input.text(), "e\u{301}精👩‍🔬x");
    press(&mut input, &[KeyCode::Backspace, KeyCode::Backspace]);
    assert_eq!(input.text(), "e\u{301}精", "an emoji goes whole");
    press(&mut input, &[KeyCode::Left, KeyCode::Left, KeyCode::Delete]);
    assert_eq!(input.text(), "精", "and so does an accent");
    input.set("two words");
    assert!(input.handle(KeyEvent::new(KeyCode::Char('w'), KeyModifiers::CONTROL)));
    assert_eq!(input.text(), "two ");
    input.insert("pasted\r\nlines\u{1b}[31m");
    assert_eq!(input.text(), "two pasted lines[31m", "a line stays a line");
    assert!(!input.handle(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE)), "Enter is for the caller");
    assert!(!input.handle(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
}

#[test]
fn a_long_line_scrolls_with_its_cursor() {
    let theme = Theme::default();
    let mut shown = buffer(8, 1);
    let mut input = LineInput::new("精工 chronometer");
    let cursor = line_input::render(shown.area, &mut shown, &input, "", &theme);
    assert_eq!((lines(&shown)[0].as_str(), cursor), ("onometer"[1..].trim(), Some(Position::new(7, 0))));
    press(&mut input, &[KeyCode::Home]);
    let mut shown = buffer(8, 1);
    let cursor = line_input::render(shown.area, &mut shown, &input, "", &theme);
    assert_eq!((lines(&shown)[0].as_str(), cursor), ("精 工  chr", Some(Position::new(0, 0))));
    let mut shown = buffer(8, 1);
    line_input::render(shown.area, &mut shown, &LineInput::default(), "type here", &theme);
    assert_eq!(lines(&shown)[0], "type he…");
}

#[test]
fn a_popup_covers_what_is_behind_it() {
    let mut shown = buffer(20, 5);
    for y in 0..5 {
        shown.set_string(0, y, "精工精工精工精工精工", ratatui::style::Style::new());
    }
    let area = popup::centred(shown.area, 9, 1);
    let inner = popup::render(area, &mut shown, "Help\u{1b}", &Theme::default());
    assert_eq!(inner, Rect::new(5, 2, 9, 1));
    assert_eq!(lines(&shown)[1], "精  ╭─ Help␛ ───╮精 工", "half a character is not left to draw over the border");
    assert_eq!(lines(&shown)[2], "精  │           │精 工");
    for size in 0..6 {
        let mut tiny = buffer(size, size.min(3));
        let area = popup::centred(tiny.area, 50, 50);
        popup::render(area, &mut tiny, "title", &Theme::default());
    }
}

#[test]
fn hints_give_way_but_help_stays() {
    let hints = [Hint::new("a", "accept"), Hint::new("x", "reject"), Hint::new("?", "help")];
    let at = |width| {
        let mut shown = buffer(width, 1);
        hint_line::render(shown.area, &mut shown, &hints, &Theme::default());
        lines(&shown)[0].clone()
    };
    assert_eq!(at(40), "a accept  x reject  ? help");
    assert_eq!(at(20), "a accept  ? help");
    assert_eq!(at(8), "? help");
    assert_eq!(at(3), "");
}

#[test]
fn the_status_line_keeps_its_right_side() {
    let left = [Part::new("watches"), Part::new("document 12 of 80, a long title \u{1b} here")];
    let right = [Part::new("draft"), Part::new("ada")];
    let at = |width| {
        let mut shown = buffer(width, 1);
        status_line::render(shown.area, &mut shown, &left, &right, &Theme::default());
        lines(&shown)[0].clone()
    };
    assert_eq!(at(70), " watches  document 12 of 80, a long title ␛ here           draft  ada");
    assert_eq!(at(30), " watches  documen… draft  ada");
    assert_eq!(at(12), " watch… ada");
    at(1);
    at(0);
}
