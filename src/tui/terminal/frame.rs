//! Cells → the bytes that show them.
//!
//! A ratatui backend that writes into memory. It sends as little as it can: no cursor move to where the cursor is, no
//! style that is already set, nothing at all when nothing changed. After a grapheme whose width terminals disagree about
//! it says where the cursor is, so that a disagreement never spreads.

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::{Cell, CellDiffOption, CellWidth};
use ratatui::layout::{Position, Size};
use ratatui::style::{Color, Modifier};

use super::TerminalOptions;
use crate::tui::theme::DOTTED;

/// Begin and end of a frame that the terminal shows at once; terminals that do not know it ignore it.
const SYNC_BEGIN: &[u8] = b"\x1b[?2026h";
const SYNC_END: &[u8] = b"\x1b[?2026l";

/// A frame being made.
pub(super) struct FrameBytes {
    bytes: Vec<u8>,
    size: Size,
    dotted: bool,
    ascii: bool,
    pen: Pen,
    /// Where the terminal's cursor is, if we know.
    at: Option<Position>,
    /// What the terminal shows, and what the frame asks for.
    cursor: Cursor,
    wanted: Cursor,
}

#[derive(Clone, Copy, PartialEq)]
struct Pen {
    fg: Color,
    bg: Color,
    underline: Color,
    modifier: Modifier,
}

const PLAIN: Pen = Pen { fg: Color::Reset, bg: Color::Reset, underline: Color::Reset, modifier: Modifier::empty() };

#[derive(Clone, Copy, PartialEq)]
struct Cursor {
    shown: bool,
    position: Position,
}

impl FrameBytes {
    /// An empty frame for a screen whose cursor is hidden.
    pub fn new((columns, rows): (u16, u16), TerminalOptions { dotted, ascii, .. }: TerminalOptions) -> Self {
        let hidden = Cursor { shown: false, position: Position::ORIGIN };
        Self {
            bytes: Vec::new(),
            size: Size::new(columns, rows),
            dotted,
            ascii,
            pen: PLAIN,
            at: None,
            cursor: hidden,
            wanted: hidden,
        }
    }

    /// The screen has another size.
    pub fn resize(&mut self, (columns, rows): (u16, u16)) {
        self.size = Size::new(columns, rows);
    }

    /// The terminal was given away and taken again: its cursor is hidden, its pen plain.
    pub fn forget(&mut self) {
        self.bytes.clear();
        self.cursor.shown = false;
        self.at = None;
        self.pen = PLAIN;
    }

    /// The bytes of the frame, between synchronized-update marks; empty when nothing changed.
    pub fn take(&mut self) -> Vec<u8> {
        self.place_cursor();
        let body = std::mem::take(&mut self.bytes);
        if body.is_empty() {
            return body;
        }
        [SYNC_BEGIN, &body, SYNC_END].concat()
    }

    fn place_cursor(&mut self) {
        let wanted = self.wanted;
        if !wanted.shown {
            if self.cursor.shown {
                self.bytes.extend_from_slice(b"\x1b[?25l");
            }
        } else {
            if self.at != Some(wanted.position) {
                self.move_to(wanted.position);
            }
            if !self.cursor.shown {
                self.bytes.extend_from_slice(b"\x1b[?25h");
            }
        }
        self.cursor = wanted;
    }

    fn move_to(&mut self, position: Position) {
        let _ = write!(self.bytes, "\x1b[{};{}H", position.y + 1, position.x + 1);
        self.at = Some(position);
    }

    fn set_pen(&mut self, cell: &Cell) {
        let mut pen = Pen { fg: cell.fg, bg: cell.bg, underline: cell.underline_color, modifier: cell.modifier };
        if !self.dotted {
            pen.underline = Color::Reset;
            pen.modifier.remove(Modifier::RAPID_BLINK);
        } else if !pen.modifier.contains(DOTTED) {
            pen.modifier.remove(Modifier::RAPID_BLINK);
        }
        if pen == self.pen {
            return;
        }
        let mut codes: Vec<String> = Vec::new();
        if !(self.pen.modifier - pen.modifier).is_empty() || pen == PLAIN {
            codes.push("0".to_owned());
            self.pen = PLAIN;
        }
        let new = pen.modifier - self.pen.modifier;
        let plain = [
            (Modifier::BOLD, "1"),
            (Modifier::DIM, "2"),
            (Modifier::ITALIC, "3"),
            (Modifier::REVERSED, "7"),
            (Modifier::HIDDEN, "8"),
            (Modifier::CROSSED_OUT, "9"),
        ];
        codes.extend(plain.iter().filter(|(m, _)| new.contains(*m)).map(|(_, code)| (*code).to_owned()));
        if new.intersects(DOTTED) {
            codes.push(if pen.modifier.contains(DOTTED) { "4:4" } else { "4" }.to_owned());
        }
        if pen.fg != self.pen.fg {
            codes.push(colour(pen.fg, 30, 90, 38));
        }
        if pen.bg != self.pen.bg {
            codes.push(colour(pen.bg, 40, 100, 48));
        }
        if pen.underline != self.pen.underline {
            codes.push(underline_colour(pen.underline));
        }
        self.pen = pen;
        let _ = write!(self.bytes, "\x1b[{}m", codes.join(";"));
    }
}

fn colour(colour: Color, base: u8, bright: u8, extended: u8) -> String {
    let named = |n: u8| (base + n).to_string();
    let light = |n: u8| (bright + n).to_string();
    match colour {
        Color::Reset => (extended + 1).to_string(),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => light(0),
        Color::LightRed => light(1),
        Color::LightGreen => light(2),
        Color::LightYellow => light(3),
        Color::LightBlue => light(4),
        Color::LightMagenta => light(5),
        Color::LightCyan => light(6),
        Color::White => light(7),
        Color::Indexed(index) => format!("{extended};5;{index}"),
        Color::Rgb(r, g, b) => format!("{extended};2;{r};{g};{b}"),
    }
}

/// With colons: a terminal that does not know 58 skips the whole, and does not take the 5 in it for blinking.
fn underline_colour(colour: Color) -> String {
    match colour {
        Color::Indexed(index) => format!("58:5:{index}"),
        Color::Rgb(r, g, b) => format!("58:2::{r}:{g}:{b}"),
        _ => "59".to_owned(),
    }
}

/// What stands for the marks of our own sentences where only ASCII is drawn. A document's letters stay what they are.
fn in_ascii(symbol: &str) -> &str {
    match symbol {
        "“" | "”" => "\"",
        "‘" | "’" => "'",
        "·" | "–" | "—" | "─" | "┄" => "-",
        "…" => "~",
        "≥" | "→" => ">",
        "≤" | "←" => "<",
        "×" => "x",
        "│" => "|",
        symbol => symbol,
    }
}

/// True when every terminal takes exactly `width` cells for the symbol.
fn is_steady(symbol: &str, width: u16) -> bool {
    let mut chars = symbol.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return false };
    match width {
        1 => c < '\u{300}' || ('\u{2500}'..'\u{2580}').contains(&c),
        2 => matches!(c, '\u{3041}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}'),
        _ => false,
    }
}

impl Backend for FrameBytes {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            let position = Position::new(x, y);
            if self.at != Some(position) {
                self.move_to(position);
            }
            self.set_pen(cell);
            // Nothing above lets a control character come this far; a terminal that obeys one cannot be undone.
            let symbol = if cell.symbol().chars().any(char::is_control) { "?" } else { cell.symbol() };
            let symbol = if self.ascii { in_ascii(symbol) } else { symbol };
            self.bytes.extend_from_slice(symbol.as_bytes());
            let width = match cell.diff_option {
                CellDiffOption::ForcedWidth(width) => width.get(),
                _ => symbol.cell_width(),
            };
            // At the right edge terminals keep the cursor in the last column or beyond it.
            let next = x + width;
            let known = is_steady(symbol, width) && next < self.size.width;
            self.at = known.then_some(Position::new(next, y));
        }
        if self.pen != PLAIN {
            self.bytes.extend_from_slice(b"\x1b[0m");
            self.pen = PLAIN;
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.wanted.shown = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.wanted.shown = true;
        Ok(())
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.wanted.position)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.wanted.position = position.into();
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        self.bytes.extend_from_slice(match clear_type {
            ClearType::All => b"\x1b[2J",
            ClearType::AfterCursor => b"\x1b[0J",
            ClearType::BeforeCursor => b"\x1b[1J",
            ClearType::CurrentLine => b"\x1b[2K",
            ClearType::UntilNewLine => b"\x1b[0K",
        });
        Ok(())
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::new(0, 0) })
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;
    use ratatui::Terminal;
    use ratatui::style::Style;

    const PLAINEST: TerminalOptions =
        TerminalOptions { mouse: false, dotted: false, ascii: false, ask_background: false };

    fn frame(terminal: &mut Terminal<FrameBytes>, text: &str, style: Style, cursor: Option<(u16, u16)>) -> String {
        let draw = |f: &mut ratatui::Frame<'_>| {
            f.buffer_mut().set_string(0, 0, text, style);
            if let Some(cursor) = cursor {
                f.set_cursor_position(cursor);
            }
        };
        terminal.draw(draw).unwrap();
        String::from_utf8(terminal.backend_mut().take()).unwrap()
    }

    #[test]
    fn a_frame_like_the_one_before_is_no_bytes() {
        let mut terminal = Terminal::new(FrameBytes::new((20, 3), PLAINEST)).unwrap();
        let first = frame(&mut terminal, "hello", Style::new(), Some((2, 0)));
        assert_eq!(first, "\u{1b}[?2026h\u{1b}[1;1Hhello\u{1b}[1;3H\u{1b}[?25h\u{1b}[?2026l");
        assert_eq!(frame(&mut terminal, "hello", Style::new(), Some((2, 0))), "");
        assert_eq!(frame(&mut terminal, "hello", Style::new(), Some((3, 0))), "\u{1b}[?2026h\u{1b}[1;4H\u{1b}[?2026l");
        assert_eq!(
            frame(&mut terminal, "hallo", Style::new(), None),
            "\u{1b}[?2026h\u{1b}[1;2Ha\u{1b}[?25l\u{1b}[?2026l"
        );
    }

    #[test]
    fn styles_are_set_once_and_taken_back() {
        let mut terminal =
            Terminal::new(FrameBytes::new((20, 1), TerminalOptions { dotted: true, ..PLAINEST })).unwrap();
        let style = Style::new().fg(Color::Indexed(114)).underline_color(Color::Indexed(114)).add_modifier(DOTTED);
        let bytes = frame(&mut terminal, "ab", style, None);
        assert_eq!(bytes, "\u{1b}[?2026h\u{1b}[1;1H\u{1b}[4:4;38;5;114;58:5:114mab\u{1b}[0m\u{1b}[?2026l");
        let mut plain = Terminal::new(FrameBytes::new((20, 1), PLAINEST)).unwrap();
        let bytes = frame(&mut plain, "ab", style, None);
        assert_eq!(bytes, "\u{1b}[?2026h\u{1b}[1;1H\u{1b}[4;38;5;114mab\u{1b}[0m\u{1b}[?2026l");
    }

    #[test]
    fn after_an_emoji_the_place_is_said_again() {
        let mut terminal = Terminal::new(FrameBytes::new((20, 1), PLAINEST)).unwrap();
        let bytes = frame(&mut terminal, "精工👩x", Style::new(), None);
        assert!(bytes.contains("精工👩\u{1b}[1;7Hx"), "{bytes:?}");
    }

    #[test]
    fn in_ascii_our_own_marks_are_too_and_a_name_is_not_touched() {
        let mut terminal =
            Terminal::new(FrameBytes::new((20, 1), TerminalOptions { ascii: true, ..PLAINEST })).unwrap();
        let bytes = frame(&mut terminal, "“Ōtani” · 2 ≥…", Style::new(), None);
        let shown = "\"Ōtani\"\u{1b}[1;9H-\u{1b}[1;11H2\u{1b}[1;13H>~";
        assert_eq!(bytes, format!("\u{1b}[?2026h\u{1b}[1;1H{shown}\u{1b}[?2026l"));
    }
}
