//! Colours: how many the terminal has, which one a label gets, and what each part of the screen looks like.
//!
//! Every style has a form for truecolor, 256 colours, 16 colours and none; without colour, things differ by bold,
//! underline and reverse, and by the lane row. The colours are data ([`Palette`]): `dark.toml`, `light.toml` and
//! `high-contrast.toml` here, and a person's own files. Label colours come from the label's name, so that they are the same on
//! every machine; [`LabelColour::assign`] keeps the labels of one project apart.

mod depth;
mod file;
mod label;
mod palette;

use std::sync::Arc;

use ratatui::style::{Color, Modifier, Style};

use crate::text::Columns;
pub use depth::{ColourDepth, nearest_basic, nearest_indexed, tells_background};
use depth::{brightness, joins_emoji, knows_dotted};
pub use label::{DISTINCT, LabelColour};
pub use palette::{AUTO, Look, Palette, Role, Shade, Themes, built_in};

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
    /// The colours of the parts of the screen.
    pub palette: Arc<Palette>,
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
            palette: built_in("dark").unwrap_or_default(),
            glyphs: Glyphs::Unicode,
            underlines: Underlines::Plain,
            joined_emoji: false,
        }
    }
}

impl Theme {
    /// The theme for the terminal the environment describes.
    pub fn detect(colour: Option<&str>, palette: Arc<Palette>, env: impl Fn(&str) -> Option<String>) -> Self {
        let term = env("TERM").unwrap_or_default();
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().filter_map(|v| env(v)).find(|v| !v.is_empty());
        let utf8 = locale.is_none_or(|l| {
            let l = l.to_ascii_lowercase();
            l.contains("utf-8") || l.contains("utf8")
        });
        let glyphs = if term == "dumb" || !utf8 { Glyphs::Ascii } else { Glyphs::Unicode };
        let underlines = if knows_dotted(&term, &env) { Underlines::Dotted } else { Underlines::Plain };
        let joined_emoji = joins_emoji(&term, &env);
        Self { depth: ColourDepth::detect(colour, env), palette, glyphs, underlines, joined_emoji }
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
        match colour {
            LabelColour::Palette(slot) => {
                let shades = &self.palette.labels;
                let shade = shades.get(usize::from(slot) % shades.len().max(1));
                shade.map_or(Color::Reset, |shade| shade.at(self.depth))
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
            LabelColour::Palette(_) => self.palette.dark,
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

    fn role(&self, role: Role) -> Style {
        self.palette.style(role, self.depth)
    }

    /// Without colour `mono`, else what the palette says.
    fn role_or(&self, role: Role, mono: Modifier) -> Style {
        if self.depth == ColourDepth::Mono { Style::new().add_modifier(mono) } else { self.role(role) }
    }

    /// Ordinary text: the terminal's own colours, unless the theme paints its own.
    pub fn text(&self) -> Style {
        self.role(Role::Text)
    }

    /// Text of less weight.
    pub fn dim(&self) -> Style {
        self.role_or(Role::Dim, Modifier::DIM)
    }

    /// Titles and headings.
    pub fn title(&self) -> Style {
        Style::new().add_modifier(Modifier::BOLD)
    }

    /// Something to notice: the current screen, a prompt.
    pub fn accent(&self) -> Style {
        self.role(Role::Accent).add_modifier(Modifier::BOLD)
    }

    /// The chosen row of a list.
    pub fn selected(&self) -> Style {
        match self.depth {
            ColourDepth::Mono | ColourDepth::Basic => self.role_or(Role::Selected, Modifier::REVERSED),
            _ => self.role(Role::Selected).add_modifier(Modifier::BOLD),
        }
    }

    /// Selected text. With colour a background of its own, so that the cursor stays visible in it.
    pub fn selection(&self) -> Style {
        match self.depth {
            ColourDepth::Mono | ColourDepth::Basic => Style::new().add_modifier(Modifier::REVERSED),
            _ => self.role(Role::Selection),
        }
    }

    /// The cell under the cursor; patched over everything else.
    pub fn cursor(&self) -> Style {
        match self.depth {
            // Reverse over reverse would vanish in a selection: the cursor differs from it by bold and underline.
            ColourDepth::Mono | ColourDepth::Basic => {
                Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED)
            }
            _ => self.role(Role::Cursor),
        }
    }

    /// Stand-ins for control and invisible characters.
    pub fn mark(&self) -> Style {
        self.role_or(Role::Mark, Modifier::DIM)
    }

    /// What a search found.
    pub fn found(&self) -> Style {
        self.role_or(Role::Found, Modifier::ITALIC | Modifier::UNDERLINED)
    }

    /// A key in the hint line or the help.
    pub fn key(&self) -> Style {
        self.accent()
    }

    /// The status line.
    pub fn status(&self) -> Style {
        self.role_or(Role::Status, Modifier::REVERSED)
    }

    /// Borders of boxes and panes.
    pub fn border(&self) -> Style {
        self.role_or(Role::Border, Modifier::DIM)
    }

    /// Something went wrong.
    pub fn error(&self) -> Style {
        self.role(Role::Error).add_modifier(Modifier::BOLD)
    }

    /// Something to look at.
    pub fn warning(&self) -> Style {
        self.role_or(Role::Warning, Modifier::BOLD)
    }

    /// Something went well: submitted, accepted.
    pub fn good(&self) -> Style {
        self.role(Role::Good)
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
mod tests;
