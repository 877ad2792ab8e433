//! What the span text looks like: pictures of the screen, and the styles that pictures cannot show.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use gleaner::text::{CharRange, Columns};
use gleaner::tui::theme::{ColourDepth, DOTTED, Glyphs, LabelColour, Theme};
use gleaner::tui::widget::span_text::{SpanKind, SpanSet, SpanText, SpanView, TextLayout};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::style::{Color, Modifier};

const TEXT: &str = "Founded by Hans Wilsdorf in London in 1905, Rolex moved to Geneva in 1919.\n\
    The University of Geneva Observatory tested its chronometers: 精工舎 of Tokyo came later.\r\n\
    \tTab, emoji 👩‍🔬, control \u{1b}[31m and bidi \u{202e} are shown, not obeyed.\n";

fn range(of: &str) -> CharRange {
    let byte = TEXT.find(of).unwrap();
    let start = TEXT[..byte].chars().count();
    CharRange::new(start, start + of.chars().count())
}

fn span(of: &str, label: &str, score: Option<f32>) -> SpanView {
    SpanView {
        range: range(of),
        label: label.to_owned(),
        colour: LabelColour::of(label),
        kind: if score.is_some() { SpanKind::Suggestion } else { SpanKind::Response },
        score,
        selected: false,
        focused: false,
    }
}

fn spans() -> Vec<SpanView> {
    vec![
        span("Hans Wilsdorf", "person", None),
        span("London", "place", Some(0.914)),
        span("1905", "date", Some(0.5)),
        span("Rolex", "organisation", None),
        span("University of Geneva Observatory", "organisation", None),
        span("Geneva Obs", "place", Some(0.71)),
        span("精工舎", "organisation", Some(0.999)),
        span("Tokyo", "place", None),
    ]
}

fn draw(
    size: (u16, u16),
    theme: &Theme,
    spans: Vec<SpanView>,
    change: impl Fn(SpanText<'_>) -> SpanText<'_>,
) -> TestBackend {
    let columns = Columns { ascii: theme.ascii(), ..Columns::default() };
    let layout = TextLayout::new(TEXT, size.0, columns);
    let spans = SpanSet::new(spans);
    let mut terminal = Terminal::new(TestBackend::new(size.0, size.1)).unwrap();
    let widget = change(SpanText::new(&layout, &spans, theme));
    terminal.draw(|frame| frame.render_widget(widget, frame.area())).unwrap();
    terminal.backend().clone()
}

/// The cells of a picture that stand over `of`, found in the first line that has it.
fn cells<'a>(screen: &'a TestBackend, of: &str) -> Vec<&'a ratatui::buffer::Cell> {
    let buffer = screen.buffer();
    for y in 0..buffer.area.height {
        let line: Vec<&str> = (0..buffer.area.width).map(|x| buffer[(x, y)].symbol()).collect();
        for x in 0..line.len() {
            if line[x..].concat().starts_with(of) {
                return (x..x + of.len()).map(|x| &buffer[(x as u16, y)]).collect();
            }
        }
    }
    panic!("{of} is not on the screen");
}

#[test]
fn one_lane_80_columns() {
    insta::assert_snapshot!(draw((80, 12), &Theme::default(), spans(), |w| w));
}

#[test]
fn two_lanes_keep_nested_names_apart() {
    insta::assert_snapshot!(draw((60, 18), &Theme::default(), spans(), |w| w.lanes(2)));
}

#[test]
fn ascii_only() {
    let theme = Theme { glyphs: Glyphs::Ascii, ..Theme::mono() };
    insta::assert_snapshot!(draw((60, 12), &theme, spans(), |w| w));
}

#[test]
fn the_text_stands_still_when_spans_change() {
    let text_of = |spans: Vec<SpanView>, lanes: u16| -> Vec<String> {
        let screen = draw((60, 18), &Theme::default(), spans, |w| w.lanes(lanes));
        let buffer = screen.buffer();
        (0..18).step_by(usize::from(1 + lanes)).map(|y| (0..60).map(|x| buffer[(x, y)].symbol()).collect()).collect()
    };
    for lanes in [0, 1, 2] {
        assert_eq!(text_of(spans(), lanes), text_of(Vec::new(), lanes));
        assert_eq!(text_of(spans()[3..].to_vec(), lanes), text_of(Vec::new(), lanes));
    }
}

#[test]
fn a_response_has_a_background_and_a_suggestion_has_not() {
    let theme = Theme { depth: ColourDepth::Indexed, ..Theme::default() };
    let screen = draw((80, 12), &theme, spans(), |w| w);
    for cell in cells(&screen, "Hans Wilsdorf") {
        assert_eq!(cell.bg, theme.label(LabelColour::of("person")));
        assert!(matches!(cell.bg, Color::Indexed(_)));
        assert!(cell.modifier.contains(Modifier::UNDERLINED) && !cell.modifier.contains(DOTTED));
    }
    for cell in cells(&screen, "London") {
        assert_eq!((cell.bg, cell.fg), (Color::Reset, theme.label(LabelColour::of("place"))));
        assert!(cell.modifier.contains(DOTTED));
    }
    for cell in cells(&screen, "Founded") {
        assert_eq!((cell.bg, cell.fg, cell.modifier), (Color::Reset, Color::Reset, Modifier::empty()));
    }
}

#[test]
fn an_inner_response_lies_on_the_outer_and_keeps_its_line() {
    let theme = Theme::default();
    let nested =
        vec![span("University of Geneva Observatory", "organisation", None), span("Geneva Obs", "place", None)];
    let screen = draw((80, 12), &theme, nested, |w| w);
    let (inner, outer) = (theme.label(LabelColour::of("place")), theme.label(LabelColour::of("organisation")));
    assert!(cells(&screen, "Geneva Obs").iter().all(|c| c.bg == inner && c.underline_color == outer));
    assert!(cells(&screen, "ervatory").iter().all(|c| c.bg == outer));
}

#[test]
fn without_colour_they_differ_all_the_same() {
    let theme = Theme::mono();
    let screen = draw((80, 12), &theme, spans(), |w| w);
    let cell_styles = |of: &str| -> Vec<Modifier> { cells(&screen, of).iter().map(|c| c.modifier).collect() };
    assert!(cell_styles("Hans Wilsdorf").iter().all(|m| *m == Modifier::BOLD | Modifier::UNDERLINED));
    assert!(cell_styles("London").iter().all(|m| *m == DOTTED));
    assert!(screen.buffer().content.iter().all(|c| c.fg == Color::Reset && c.bg == Color::Reset));
    let picture = screen.to_string();
    assert!(picture.contains("╰person─────╯") && picture.contains("    place .91 ┄date "), "{picture}");
}

#[test]
fn cursor_and_selection_are_seen_on_spans_in_every_depth() {
    for depth in [ColourDepth::Mono, ColourDepth::Basic, ColourDepth::Indexed, ColourDepth::True] {
        let theme = Theme { depth, ..Theme::default() };
        let wilsdorf = range("Wilsdorf");
        let columns = Columns::default();
        let layout = TextLayout::new(TEXT, 80, columns);
        let set = SpanSet::new(spans());
        let mut terminal = Terminal::new(TestBackend::new(80, 12)).unwrap();
        let widget = SpanText::new(&layout, &set, &theme).cursor(Some(wilsdorf.start + 2)).selection(Some(wilsdorf));
        terminal.draw(|frame| frame.render_widget(widget, frame.area())).unwrap();
        let screen = terminal.backend().clone();
        let styles: Vec<_> = cells(&screen, "Hans Wilsdorf in").iter().map(|c| c.style()).collect();
        let [span, selected, cursor, plain] = [styles[0], styles[5], styles[7], styles[14]];
        for (a, b) in [(span, selected), (selected, cursor), (plain, cursor), (plain, selected)] {
            assert_ne!(a, b, "{depth:?}");
        }
        assert_eq!(widget.cursor_position(terminal.get_frame().area()), Some((18, 0).into()));
    }
}

#[test]
fn the_focused_span_has_its_name_even_where_lanes_are_shared() {
    let mut all = spans();
    all[4].focused = true;
    let picture = draw((80, 12), &Theme::default(), all.clone(), |w| w).to_string();
    assert!(picture.contains("╰organisation──────────────────╯"), "{picture}");
    assert!(!picture.contains("place .71"), "{picture}");
    all[4].focused = false;
    all[5].focused = true;
    let picture = draw((80, 12), &Theme::default(), all, |w| w).to_string();
    assert!(picture.contains("place .71"), "{picture}");
}

#[test]
fn compact_has_no_lanes() {
    insta::assert_snapshot!(draw((60, 8), &Theme::default(), spans(), |w| w.lanes(0)));
}
