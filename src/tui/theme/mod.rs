//! Colours: how many the terminal has, which one a label gets, and what each part of the screen looks like.
//!
//! Every style has a form for truecolor, 256 colours, 16 colours and none; without colour, things differ by bold,
//! underline and reverse, and by the lane row. Label colours come from the label's name, so that they are the same on
//! every machine; [`LabelColour::assign`] keeps the labels of one project apart.

mod depth;
mod label;

use ratatui::style::{Color, Modifier, Style};

use crate::text::Columns;
pub use depth::{ColourDepth, nearest_basic, nearest_indexed};
use depth::{brightness, joins_emoji, knows_dotted};
pub use label::{DISTINCT, LabelColour};
use label::{Entry, ON_DARK, ON_LIGHT};

/// The glyphs lines and marks are drawn with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Glyphs {
    /// Nothing past ASCII.
    Ascii,
    /// Box drawing and the like.
    #[default]
    Unicode,
}

/// How suggestions are underlined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Underlines {
    /// Only plain underlines.
    #[default]
    Plain,
    /// The terminal knows `CSI 4:4 m`.
    Dotted,
}

/// A dotted underline. ratatui has no name for it: the blink bit stands for it, and the terminal's writer turns the pair
/// into a dotted or plain underline, never into blinking.
pub const DOTTED: Modifier = Modifier::UNDERLINED.union(Modifier::RAPID_BLINK);

/// What the screen looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Colours the terminal has.
    pub depth: ColourDepth,
    /// Made for a dark background.
    pub dark: bool,
    /// Glyphs to draw with.
    pub glyphs: Glyphs,
    /// How suggestions are underlined.
    pub underlines: Underlines,
    /// The terminal is known to draw joined emoji as one (see [`Columns::joined_emoji`]).
    pub joined_emoji: bool,
}

impl Default for Theme {
    fn default() -> Self {
        Self {
            depth: ColourDepth::Indexed,
            dark: true,
            glyphs: Glyphs::Unicode,
            underlines: Underlines::Plain,
            joined_emoji: false,
        }
    }
}

impl Theme {
    /// The theme for the terminal the environment describes.
    pub fn detect(colour: Option<&str>, dark: bool, env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|v| env(v)).find(|v| !v.is_empty());
        let utf8 = locale.is_none_or(|l| {
            let l = l.to_ascii_lowercase();
            l.contains("utf-8") || l.contains("utf8")
        });
        let glyphs = if term == "dumb" || !utf8 { Glyphs::Ascii } else { Glyphs::Unicode };
        let underlines = if knows_dotted(&term, &env) { Underlines::Dotted } else { Underlines::Plain };
        let joined_emoji = joins_emoji(&term, &env);
        Self { depth: ColourDepth::detect(colour, env), dark, glyphs, underlines, joined_emoji }
    }

    /// A theme without colour, for tests and `NO_COLOR`.
    pub fn mono() -> Self {
        Self { depth: ColourDepth::Mono, ..Self::default() }
    }

    /// The rules of cells for this terminal.
    pub fn columns(&self) -> Columns {
        Columns { ascii: self.ascii(), joined_emoji: self.joined_emoji, ..Columns::default() }
    }

    /// True when only ASCII may be drawn.
    pub fn ascii(&self) -> bool {
        self.glyphs == Glyphs::Ascii
    }

    /// The sign of a note.
    pub fn pen(&self) -> &'static str {
        if self.ascii() { "n" } else { "✎" }
    }

    /// The colour of a label, as a text colour on the terminal's own background.
    pub fn label(&self, colour: LabelColour) -> Color {
        let palette = if self.dark { &ON_DARK } else { &ON_LIGHT };
        match colour {
            LabelColour::Palette(slot) => {
                let Entry(r, g, b, index, basic) = palette[usize::from(slot) % palette.len()];
                self.pick((r, g, b), index, basic)
            }
            LabelColour::Rgb(r, g, b) => self.pick((r, g, b), nearest_indexed(r, g, b), nearest_basic(r, g, b)),
        }
    }

    /// Text on a background of the label's colour: what a response span looks like. Bold and underlined without colour.
    pub fn label_block(&self, colour: LabelColour) -> Style {
        if self.depth == ColourDepth::Mono {
            return Style::new().add_modifier(Modifier::BOLD | Modifier::UNDERLINED);
        }
        let on_black = match colour {
            LabelColour::Palette(_) if self.depth == ColourDepth::Basic => {
                !matches!(self.label(colour), Color::Red | Color::Blue | Color::Magenta | Color::Black)
            }
            LabelColour::Palette(_) => self.dark,
            LabelColour::Rgb(r, g, b) => brightness(r, g, b) > 120,
        };
        let text = if on_black {
            self.pick((0, 0, 0), 16, Color::Black)
        } else {
            self.pick((255, 255, 255), 231, Color::White)
        };
        Style::new().fg(text).bg(self.label(colour)).add_modifier(Modifier::UNDERLINED)
    }

    /// Text that a suggestion covers: no background, underlined (dotted where the terminal can) in the label's colour.
    pub fn label_line(&self, colour: LabelColour) -> Style {
        let style = Style::new().add_modifier(DOTTED);
        match self.depth {
            ColourDepth::Mono => style,
            _ => style.fg(self.label(colour)).underline_color(self.label(colour)),
        }
    }

    /// A name or a line in a label's colour.
    pub fn label_text(&self, colour: LabelColour) -> Style {
        match self.depth {
            ColourDepth::Mono => Style::new(),
            _ => Style::new().fg(self.label(colour)),
        }
    }

    /// Ordinary text: the terminal's own colours.
    pub fn text(&self) -> Style {
        Style::new()
    }

    /// Text of less weight.
    pub fn dim(&self) -> Style {
        match self.depth {
            ColourDepth::Mono => Style::new().add_modifier(Modifier::DIM),
            ColourDepth::Basic if self.dark => Style::new().fg(Color::DarkGray),
            ColourDepth::Basic => Style::new(),
            _ if self.dark => Style::new().fg(self.pick((138, 138, 138), 245, Color::DarkGray)),
            _ => Style::new().fg(self.pick((98, 98, 98), 241, Color::DarkGray)),
        }
    }

    /// Titles and headings.
    pub fn title(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Something to notice: the current screen, a prompt.
    pub fn accent(&self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        match (self.depth, self.dark) {
            (ColourDepth::Mono, _) => style,
            (_, true) => style.fg(self.pick((135, 215, 255), 117, Color::LightCyan)),
            (_, false) => style.fg(self.pick((0, 95, 175), 25, Color::Blue)),
        }
    }

    /// The chosen row of a list.
    pub fn selected(&self) -> Style {
        match (self.depth, self.dark) {
            (ColourDepth::Mono | ColourDepth::Basic, _) => Style::new().add_modifier(Modifier::REVERSED),
            (_, true) => Style::new().bg(self.pick((48, 48, 48), 236, Color::Black)).add_modifier(Modifier::BOLD),
            (_, false) => Style::new().bg(self.pick((218, 218, 218), 253, Color::White)).add_modifier(Modifier::BOLD),
        }
    }

    /// Selected text. With colour a background of its own, so that the cursor stays visible in it.
    pub fn selection(&self) -> Style {
        match (self.depth, self.dark) {
            (ColourDepth::Mono | ColourDepth::Basic, _) => Style::new().add_modifier(Modifier::REVERSED),
            (_, true) => Style::new().fg(self.pick((255, 255, 255), 231, Color::White)).bg(self.pick(
                (68, 68, 108),
                60,
                Color::Blue,
            )),
            (_, false) => Style::new().fg(self.pick((0, 0, 0), 16, Color::Black)).bg(self.pick(
                (175, 215, 255),
                153,
                Color::LightBlue,
            )),
        }
    }

    /// The cell under the cursor; patched over everything else.
    pub fn cursor(&self) -> Style {
        match (self.depth, self.dark) {
            // Reverse over reverse would vanish in a selection: the cursor differs from it by bold and underline.
            (ColourDepth::Mono | ColourDepth::Basic, _) => {
                Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED)
            }
            (_, true) => Style::new().fg(self.pick((0, 0, 0), 16, Color::Black)).bg(self.pick(
                (255, 255, 255),
                231,
                Color::White,
            )),
            (_, false) => Style::new().fg(self.pick((255, 255, 255), 231, Color::White)).bg(self.pick(
                (0, 0, 0),
                16,
                Color::Black,
            )),
        }
    }

    /// Stand-ins for control and invisible characters.
    pub fn mark(&self) -> Style {
        match self.depth {
            ColourDepth::Mono => Style::new().add_modifier(Modifier::DIM),
            _ => Style::new().fg(self.pick((215, 95, 95), 167, Color::Red)),
        }
    }

    /// What a search found.
    pub fn found(&self) -> Style {
        match self.depth {
            ColourDepth::Mono => Style::new().add_modifier(Modifier::ITALIC | Modifier::UNDERLINED),
            _ => {
                Style::new().fg(self.pick((0, 0, 0), 16, Color::Black)).bg(self.pick((255, 215, 0), 220, Color::Yellow))
            }
        }
    }

    /// A key in the hint line or the help.
    pub fn key(&self) -> Style {
        self.accent()
    }

    /// The status line.
    pub fn status(&self) -> Style {
        match (self.depth, self.dark) {
            (ColourDepth::Mono | ColourDepth::Basic, _) => Style::new().add_modifier(Modifier::REVERSED),
            (_, true) => Style::new().bg(self.pick((48, 48, 48), 236, Color::Black)),
            (_, false) => Style::new().bg(self.pick((228, 228, 228), 254, Color::White)),
        }
    }

    /// Borders of boxes and panes.
    pub fn border(&self) -> Style {
        self.dim()
    }

    /// Something went wrong.
    pub fn error(&self) -> Style {
        let style = Style::new().add_modifier(Modifier::BOLD);
        match self.depth {
            ColourDepth::Mono => style,
            _ => style.fg(self.pick((255, 95, 95), 203, Color::LightRed)),
        }
    }

    /// Something to look at.
    pub fn warning(&self) -> Style {
        match (self.depth, self.dark) {
            (ColourDepth::Mono, _) => Style::new().add_modifier(Modifier::BOLD),
            (_, true) => Style::new().fg(self.pick((255, 215, 95), 221, Color::LightYellow)),
            (_, false) => Style::new().fg(self.pick((175, 95, 0), 130, Color::Yellow)),
        }
    }

    /// Something went well: submitted, accepted.
    pub fn good(&self) -> Style {
        match (self.depth, self.dark) {
            (ColourDepth::Mono, _) => Style::new(),
            (_, true) => Style::new().fg(self.pick((135, 215, 135), 114, Color::LightGreen)),
            (_, false) => Style::new().fg(self.pick((0, 135, 0), 28, Color::Green)),
        }
    }

    /// The same colour at the depth of the terminal.
    fn pick(&self, (r, g, b): (u8, u8, u8), index: u8, basic: Color) -> Color {
        match self.depth {
            ColourDepth::True => Color::Rgb(r, g, b),
            ColourDepth::Indexed => Color::Indexed(index),
            ColourDepth::Basic => basic,
            ColourDepth::Mono => Color::Reset,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn env(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<String> {
        move |name| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
    }

    #[test]
    fn the_depth_a_terminal_says_it_has() {
        let detect = |pairs| ColourDepth::detect(None, env(pairs));
        assert_eq!(detect(&[("TERM", "xterm-256color")]), ColourDepth::Indexed);
        assert_eq!(detect(&[]), ColourDepth::Indexed, "assumed when nothing is said");
        assert_eq!(detect(&[("TERM", "tmux-256color"), ("COLORTERM", "truecolor")]), ColourDepth::True);
        assert_eq!(detect(&[("TERM", "linux")]), ColourDepth::Basic);
        assert_eq!(detect(&[("TERM", "dumb"), ("COLORTERM", "truecolor")]), ColourDepth::Mono);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "1")]), ColourDepth::Mono);
        assert_eq!(detect(&[("TERM", "xterm"), ("NO_COLOR", "")]), ColourDepth::Indexed, "empty means unset");
        assert_eq!(ColourDepth::detect(Some("16"), env(&[("NO_COLOR", "1")])), ColourDepth::Basic, "the setting wins");
        assert_eq!(ColourDepth::detect(Some("auto"), env(&[("TERM", "linux")])), ColourDepth::Basic);
    }

    #[test]
    fn twelve_labels_never_share_a_colour_in_256_or_16() {
        let names: Vec<String> = (0..12).map(|i| format!("label {i}")).collect();
        let colours = LabelColour::assign(names.iter().map(String::as_str));
        for depth in [ColourDepth::True, ColourDepth::Indexed, ColourDepth::Basic] {
            for dark in [true, false] {
                let theme = Theme { depth, dark, ..Theme::default() };
                let shown: HashSet<Color> = colours.iter().map(|c| theme.label(*c)).collect();
                assert_eq!(shown.len(), 12, "{depth:?}, dark: {dark}");
            }
        }
    }

    #[test]
    fn a_colour_comes_from_the_name_and_a_new_label_changes_no_other() {
        let before = LabelColour::assign(["brand", "model", "reference", "movement"]);
        let after = LabelColour::assign(["brand", "model", "reference", "movement", "price"]);
        assert_eq!(before, after[..4]);
        assert_eq!(LabelColour::assign(["brand"]), [LabelColour::of("brand")]);
        assert_eq!(LabelColour::of("brand"), LabelColour::Palette(0), "the same on every machine, for ever");
        assert_eq!(LabelColour::assign((0..300).map(|_| "x")).len(), 300, "more labels than colours are fine");
    }

    #[test]
    fn a_chosen_colour_is_approximated_never_refused() {
        let chosen = LabelColour::parse("#e5c07b");
        assert_eq!(chosen, Some(LabelColour::Rgb(0xe5, 0xc0, 0x7b)));
        for bad in ["e5c07b", "#e5c07", "#e5c07g", "#é5c07", ""] {
            assert_eq!(LabelColour::parse(bad), None, "{bad}");
        }
        let at = |depth| Theme { depth, ..Theme::default() }.label(LabelColour::Rgb(0xe5, 0xc0, 0x7b));
        assert_eq!(at(ColourDepth::True), Color::Rgb(0xe5, 0xc0, 0x7b));
        assert_eq!(at(ColourDepth::Indexed), Color::Indexed(180));
        assert_eq!(at(ColourDepth::Mono), Color::Reset);
        assert_eq!(
            (nearest_indexed(0, 0, 0), nearest_indexed(255, 255, 255), nearest_indexed(128, 128, 128)),
            (16, 231, 244)
        );
        assert_eq!(nearest_basic(250, 10, 10), Color::LightRed);
    }

    #[test]
    fn mono_has_no_colour_anywhere() {
        let theme = Theme::mono();
        let styles = [
            theme.text(),
            theme.dim(),
            theme.title(),
            theme.accent(),
            theme.selected(),
            theme.selection(),
            theme.cursor(),
            theme.mark(),
            theme.found(),
            theme.status(),
            theme.error(),
            theme.warning(),
            theme.good(),
            theme.label_block(LabelColour::Palette(3)),
            theme.label_line(LabelColour::Palette(3)),
        ];
        for style in styles {
            let plain = |c: Option<Color>| c.is_none_or(|c| c == Color::Reset);
            assert!(plain(style.fg) && plain(style.bg) && plain(style.underline_color), "{style:?}");
        }
    }
}
