//! Code points, rows and columns stay in step, whatever the text: property tests of columns and layout.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use gleaner::text::{CharRange, Columns, Shown};
use gleaner::tui::theme::{LabelColour, Theme};
use gleaner::tui::widget::span_text::{SpanKind, SpanSet, SpanText, SpanView, TextLayout};
use proptest::prelude::*;
use ratatui::buffer::{Buffer, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Widget;

/// Pieces that terminals and wrapping find hard, and plain words between them.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[a-zA-Z]{1,12}",
        6 => Just(" ".to_owned()),
        2 => "[ \\-/,.]{1,4}",
        2 => "[精工舎時計、。「」ぁ-んァ-ン]{1,20}",
        1 => Just("👨‍👩‍👧‍👦".to_owned()),
        1 => Just("👍🏽".to_owned()),
        1 => Just("🇫🇷🇩🇪🇫".to_owned()),
        1 => Just("❤️1️⃣🏴\u{E0067}\u{E0062}\u{E007F}".to_owned()),
        1 => "e[\u{300}-\u{320}]{0,40}",
        1 => "[\u{300}-\u{320}]{1,3}",
        1 => "[א-תا-ي]{1,12}",
        1 => "[\u{900}-\u{97f}\u{200c}\u{200d}]{1,8}",
        1 => "[\u{1100}-\u{11ff}\u{ac00}-\u{acff}ｱ-ﾟ]{1,6}",
        2 => Just("\t".to_owned()),
        2 => prop_oneof![Just("\n"), Just("\r\n"), Just("\n\n"), Just("\r")].prop_map(str::to_owned),
        1 => "[\u{0}-\u{1f}\u{7f}-\u{9f}]{1,3}",
        1 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{ad}\u{2028}\u{2029}]{1,3}",
        1 => "[a-z]{100,150}",
        1 => any::<String>(),
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(piece(), 0..40).prop_map(|pieces| pieces.concat())
}

fn columns() -> impl Strategy<Value = Columns> {
    (1u16..9, any::<bool>(), any::<bool>()).prop_map(|(tab, ascii, joined_emoji)| Columns { tab, ascii, joined_emoji })
}

fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}' | '\u{200E}' | '\u{200F}')
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn graphemes_are_the_whole_text(text in text(), columns in columns()) {
        let (mut byte, mut char) = (0, 0);
        for g in columns.graphemes(&text) {
            prop_assert_eq!((g.byte, g.range.start), (byte, char));
            prop_assert!(!g.text.is_empty() && text[byte..].starts_with(g.text));
            byte += g.text.len();
            char += g.text.chars().count();
            prop_assert_eq!(g.range.end, char);
            prop_assert!(!columns.drawn(&g).chars().any(is_harmful));
            prop_assert_eq!(columns.width(&g, 0) == 0, g.shown == Shown::Newline);
        }
        prop_assert_eq!(byte, text.len());
    }

    #[test]
    fn every_code_point_has_a_cell_and_comes_back(text in text(), width in 10u16..200, columns in columns()) {
        let layout = TextLayout::new(&text, width, columns);
        prop_assert_eq!(layout.chars(), text.chars().count());
        let starts: Vec<CharRange> = columns.graphemes(&text).map(|g| g.range).collect();
        for range in &starts {
            for char in range.start..range.end {
                let place = layout.place(char);
                prop_assert!(place.width >= 1 && place.column + place.width <= width, "{:?}", place);
                prop_assert!(layout.row_range(place.row).holds(char));
                prop_assert_eq!(place, layout.place(range.start), "one cell for the whole grapheme");
                prop_assert_eq!(layout.grapheme(char), *range);
                for column in place.column..place.column + place.width {
                    prop_assert_eq!(layout.char_at(place.row, column), range.start);
                }
            }
            prop_assert_eq!(layout.next_grapheme(range.start), range.end);
            prop_assert_eq!(layout.previous_grapheme(range.end), range.start);
        }
        let end = layout.place(layout.chars());
        prop_assert_eq!(end.row, layout.rows() - 1);
        prop_assert!(end.column < width, "the end of the text has a cell too");
        prop_assert_eq!(layout.char_at(end.row, end.column), layout.chars());
    }

    #[test]
    fn rows_are_the_text_and_words_stay_whole(text in text(), width in 10u16..200) {
        let layout = TextLayout::new(&text, width, Columns::default());
        let chars: Vec<char> = text.chars().collect();
        let mut next = 0;
        for row in 0..layout.rows() {
            let range = layout.row_range(row);
            prop_assert_eq!(range.start, next);
            next = range.end;
            let last = row + 1 == layout.rows();
            prop_assert!(last || !range.is_empty());
            if last || chars[range.end - 1] == '\n' {
                continue;
            }
            // Broken inside a word: only when the word fills the whole row.
            if chars[range.end - 1].is_ascii_alphabetic() && chars[range.end].is_ascii_alphabetic() {
                prop_assert!(chars[range.start..range.end].iter().all(|c| !matches!(c, ' ' | '\t' | '精')));
            }
        }
        prop_assert_eq!(next, chars.len());
    }

    #[test]
    fn rows_move_up_and_down_and_keep_the_column(text in text(), width in 10u16..80, rows in 0isize..8) {
        let layout = TextLayout::new(&text, width, Columns::default());
        for char in (0..=layout.chars()).step_by(7) {
            let from = layout.grapheme(char).start;
            let mut goal = None;
            let down = layout.vertical(from, rows, &mut goal);
            let expected = (layout.place(from).row + rows as usize).min(layout.rows() - 1);
            if layout.place(from).row + rows as usize == expected {
                prop_assert_eq!(layout.place(down).row, expected);
                prop_assert_eq!(layout.vertical(down, -rows, &mut goal), from);
            }
        }
    }

    #[test]
    fn drawing_any_text_with_any_spans_is_safe(
        text in text(),
        width in 1u16..100, height in 1u16..30, lanes in 0u16..4, wrap in 10u16..120,
        spans in prop::collection::vec(
            (0usize..200, 0usize..60, 0u8..3, 0u8..20, any::<bool>(), "[a-z\u{1b}精 ]{0,12}"), 0..12),
        cursor in 0usize..300, top in 0usize..10, ascii in any::<bool>(), mono in any::<bool>(),
    ) {
        let columns = Columns { ascii, ..Columns::default() };
        let layout = TextLayout::new(&text, wrap, columns);
        let spans = SpanSet::new(spans.into_iter().map(|(start, len, kind, colour, focused, label)| SpanView {
            range: CharRange::new(start, start + len),
            label,
            colour: LabelColour::Palette(colour),
            kind: [SpanKind::Response, SpanKind::Suggestion, SpanKind::Found][usize::from(kind)],
            score: (kind == 1).then_some(f32::from(colour) / 19.0),
            selected: false,
            focused,
        }).collect());
        let theme = if mono { Theme::mono() } else { Theme::default() };
        let area = Rect::new(2, 1, width, height);
        let mut buffer = Buffer::empty(Rect::new(0, 0, width + 4, height + 2));
        let widget = SpanText::new(&layout, &spans, &theme).top(top).lanes(lanes).cursor(Some(cursor))
            .selection(Some(CharRange::new(cursor, cursor + 5)));
        widget.render(area, &mut buffer);
        for position in 0..buffer.content.len() {
            let cell = &buffer.content[position];
            prop_assert!(!cell.symbol().chars().any(is_harmful), "{:?}", cell.symbol());
            let width = match cell.diff_option {
                CellDiffOption::ForcedWidth(width) => width.get(),
                _ => cell.cell_width(),
            };
            let (x, y) = buffer.pos_of(position);
            if area.contains(Position::new(x, y)) {
                prop_assert!(x + width <= area.right(), "{:?} hangs over the edge", cell.symbol());
            } else {
                prop_assert_eq!(cell.symbol(), " ", "outside the area at {},{}", x, y);
            }
        }
        if let Some(at) = widget.cursor_position(area) {
            prop_assert!(area.contains(at));
            prop_assert_eq!(widget.char_at(area, at), Some(layout.grapheme(cursor).start));
        }
    }

    #[test]
    fn the_spans_found_are_the_spans_there(
        spans in prop::collection::vec((0usize..100, 0usize..40), 0..40), start in 0usize..120, len in 1usize..30,
    ) {
        let view = |&(start, len): &(usize, usize)| SpanView {
            range: CharRange::new(start, start + len), label: String::new(), colour: LabelColour::Palette(0),
            kind: SpanKind::Response, score: None, selected: false, focused: false,
        };
        let set = SpanSet::new(spans.iter().map(view).collect());
        let range = CharRange::new(start, start + len);
        let all = set.spans().iter().enumerate();
        let expected: Vec<usize> = all.filter(|(_, s)| s.range.overlaps(range)).map(|(i, _)| i).collect();
        prop_assert_eq!(set.overlapping(range), expected);
        for a in 0..set.spans().len() {
            for b in 0..a {
                let apart = !set.spans()[a].range.overlaps(set.spans()[b].range);
                prop_assert!(apart || set.lane(a) != set.lane(b));
            }
        }
    }
}

/// The rows of a text, as strings.
fn rows(text: &str, width: u16) -> Vec<String> {
    let layout = TextLayout::new(text, width, Columns::default());
    let chars: Vec<char> = text.chars().collect();
    let row = |range: CharRange| chars[range.start..range.end].iter().collect();
    (0..layout.rows()).map(|r| row(layout.row_range(r))).collect()
}

#[test]
fn how_rows_break() {
    assert_eq!(rows("the quick brown fox", 11), ["the quick ", "brown fox"]);
    assert_eq!(rows("1234567890 next", 11), ["1234567890 ", "next"], "one space may hang over the end");
    assert_eq!(rows("1234567890\nnext\n", 11), ["1234567890\n", "next\n", ""], "and so may a newline");
    assert_eq!(rows("one\r\n\r\ntwo", 20), ["one\r\n", "\r\n", "two"]);
    assert_eq!(rows("日本の時計は、精工舎", 11), ["日本の時計", "は、精工舎"]);
    assert_eq!(rows("日本の時計、精工舎", 11), ["日本の時", "計、精工舎"], "no row begins with a comma");
    assert_eq!(rows("see https://example.org/watches", 16), ["see https://", "example.org/", "watches"]);
    assert_eq!(rows("a abcdefghijklmnop", 11), ["a ", "abcdefghij", "klmnop"], "a word longer than a row is cut");
    assert_eq!(rows("", 20), [""]);
}

#[test]
fn long_texts_lay_out_in_one_quick_pass() {
    let words = "The Speedmaster was worn on the Moon in 1969. 精工 made clocks too.\n";
    let document = words.repeat(2_000_000 / words.len());
    let line = "a long line without an end ".repeat(5_000_000 / 27);
    let wall = "x".repeat(5_000_000);
    for (name, text, limit_ms) in [("2 MB", &document, 400), ("5 MB line", &line, 1000), ("5 MB word", &wall, 1000)] {
        let begin = std::time::Instant::now();
        let layout = TextLayout::new(text, 78, Columns::default());
        let laid = begin.elapsed();
        let begin = std::time::Instant::now();
        let place = layout.place(layout.chars() - 1);
        assert_eq!(place.row, layout.rows() - if text.ends_with('\n') { 2 } else { 1 });
        let asked = begin.elapsed();
        eprintln!("{name}: laid out in {laid:?}, asked in {asked:?}, {} rows", layout.rows());
        assert!(laid.as_millis() < limit_ms, "{name} took {laid:?}");
        assert!(asked.as_millis() < 50, "{name}: a question took {asked:?}");
    }
}

#[test]
fn a_frame_costs_what_is_in_sight() {
    let text = "The Speedmaster was worn on the Moon in 1969. ".repeat(2_000_000 / 46);
    let layout = TextLayout::new(&text, 80, Columns::default());
    let mut spans: Vec<SpanView> = (0..layout.chars() / 46)
        .map(|sentence| SpanView {
            range: CharRange::new(sentence * 46 + 4, sentence * 46 + 15),
            label: "model".into(),
            colour: LabelColour::Palette(2),
            kind: SpanKind::Suggestion,
            score: Some(0.7),
            selected: false,
            focused: false,
        })
        .collect();
    // One that covers everything would make a simple search walk from the beginning.
    spans.push(SpanView { range: CharRange::new(0, layout.chars()), kind: SpanKind::Response, ..spans[0].clone() });
    let spans = SpanSet::new(spans);
    let theme = Theme::default();
    let area = Rect::new(0, 0, 80, 24);
    let mut buffer = Buffer::empty(area);
    let begin = std::time::Instant::now();
    for top in (0..layout.rows()).step_by(layout.rows() / 100) {
        SpanText::new(&layout, &spans, &theme)
            .top(top)
            .cursor(Some(layout.row_range(top).start))
            .render(area, &mut buffer);
    }
    let each = begin.elapsed() / 100;
    eprintln!("a frame of a 2 MB text with {} spans: {each:?}", spans.spans().len());
    assert!(each.as_millis() < 8, "{each:?}");
}
