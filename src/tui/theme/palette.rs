//! The colours of a theme as data, and the themes there are.

use std::sync::{Arc, OnceLock};

use ratatui::style::{Color, Modifier, Style};

use super::ColourDepth;
use super::file;

/// One colour at every depth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shade {
    /// With 24 bits.
    pub rgb: (u8, u8, u8),
    /// Among 256.
    pub indexed: u8,
    /// Among 16; `Reset` is the terminal's own. `None` for a background that is drawn by reversing there.
    pub basic: Option<Color>,
}

impl Shade {
    /// The colour at a depth; with 16 the terminal's own where it names none.
    pub fn at(&self, depth: ColourDepth) -> Color {
        match depth {
            ColourDepth::True => Color::Rgb(self.rgb.0, self.rgb.1, self.rgb.2),
            ColourDepth::Indexed => Color::Indexed(self.indexed),
            ColourDepth::Basic => self.basic.unwrap_or(Color::Reset),
            ColourDepth::Mono => Color::Reset,
        }
    }
}

/// What a part of the screen means.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Text,
    Dim,
    Border,
    Accent,
    Selected,
    Selection,
    Cursor,
    Mark,
    Found,
    Status,
    Error,
    Warning,
    Good,
}

impl Role {
    /// All of them with their names in theme files.
    pub const ALL: [(Role, &'static str); 13] = [
        (Role::Text, "text"),
        (Role::Dim, "dim"),
        (Role::Border, "border"),
        (Role::Accent, "accent"),
        (Role::Selected, "selected"),
        (Role::Selection, "selection"),
        (Role::Cursor, "cursor"),
        (Role::Mark, "mark"),
        (Role::Found, "found"),
        (Role::Status, "status"),
        (Role::Error, "error"),
        (Role::Warning, "warning"),
        (Role::Good, "good"),
    ];
}

/// Colours of a role; what it leaves out stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Of the text.
    pub text: Option<Shade>,
    /// Behind it.
    pub back: Option<Shade>,
}

/// The colours of a theme.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Palette {
    /// What it is called.
    pub name: String,
    /// Made for a dark background.
    pub dark: bool,
    /// The background it is made for.
    pub background: (u8, u8, u8),
    /// Ordinary text on it.
    pub foreground: (u8, u8, u8),
    /// By [`Role`].
    pub looks: [Look; Role::ALL.len()],
    /// Of labels; [`super::DISTINCT`] at least.
    pub labels: Vec<Shade>,
}

impl Palette {
    /// The style of a role at a depth; nothing without colour.
    pub fn style(&self, role: Role, depth: ColourDepth) -> Style {
        let look = self.looks[role as usize];
        let reversed = depth == ColourDepth::Basic && look.back.is_some_and(|back| back.basic.is_none());
        match depth {
            ColourDepth::Mono => Style::new(),
            _ if reversed => Style::new().add_modifier(Modifier::REVERSED),
            _ => Style {
                fg: look.text.map(|shade| shade.at(depth)),
                bg: look.back.map(|shade| shade.at(depth)),
                ..Style::new()
            },
        }
    }
}

/// The themes that come with gleaner.
pub const BUILT_IN: [(&str, &str, &str); 3] = [
    ("dark", "themes/dark.toml", include_str!("dark.toml")),
    ("light", "themes/light.toml", include_str!("light.toml")),
    ("high-contrast", "themes/high-contrast.toml", include_str!("high-contrast.toml")),
];

/// A theme of gleaner's own; `None` when there is none of this name.
pub fn built_in(name: &str) -> Option<Arc<Palette>> {
    static ALL: OnceLock<Vec<Arc<Palette>>> = OnceLock::new();
    let all = ALL.get_or_init(|| {
        // Tested to be free of mistakes; were they not, everything would be drawn in the terminal's own colours.
        let read = |&(name, file, text)| Arc::new(file::read(name, file, text).unwrap_or_default());
        BUILT_IN.iter().map(read).collect()
    });
    let at = BUILT_IN.iter().position(|(known, ..)| *known == name)?;
    Some(Arc::clone(&all[at]))
}

/// The name of the choice that follows the terminal's background.
pub const AUTO: &str = "auto";

/// The themes to choose from: gleaner's own, then a person's; those that have mistakes with what is wrong.
#[derive(Clone, Debug)]
pub struct Themes(Vec<(String, Result<Arc<Palette>, String>)>);

impl Default for Themes {
    fn default() -> Self {
        Self::with_own(Vec::new())
    }
}

impl Themes {
    /// With a person's files: `(name, path, text)`. One with the name of a theme of gleaner's own replaces it.
    pub fn with_own(files: Vec<(String, String, String)>) -> Self {
        let own = |name: &str| files.iter().any(|(own, ..)| own == name);
        let mut all: Vec<(String, Result<Arc<Palette>, String>)> = Vec::new();
        for (name, ..) in BUILT_IN.iter().filter(|(name, ..)| !own(name)) {
            all.extend(built_in(name).map(|palette| ((*name).to_owned(), Ok(palette))));
        }
        for (name, path, text) in files {
            let palette = file::read(&name, &path, &text).map(Arc::new).map_err(|errors| errors.join("\n"));
            all.push((name, palette));
        }
        Self(all)
    }

    /// What can be chosen, `auto` first.
    pub fn names(&self) -> Vec<&str> {
        std::iter::once(AUTO).chain(self.0.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// The colours of a choice; `auto` is the light theme on a background that is known to be light, else the dark one.
    ///
    /// # Errors
    /// When there is no theme of this name, or its file has mistakes: which, in words.
    pub fn find(&self, name: &str, background: Option<(u8, u8, u8)>) -> Result<Arc<Palette>, String> {
        let light = background.is_some_and(|(r, g, b)| super::depth::brightness(r, g, b) > 127);
        let wanted = match name {
            AUTO if light => "light",
            AUTO => "dark",
            name => name,
        };
        match self.0.iter().find(|(known, _)| known == wanted) {
            Some((_, palette)) => palette.clone(),
            None => match built_in(wanted) {
                Some(palette) => Ok(palette),
                None => {
                    let nearest = file::nearest(wanted, self.names());
                    Err(format!(
                        "there is no theme '{name}'; did you mean '{nearest}'? There are {}",
                        self.names().join(", ")
                    ))
                }
            },
        }
    }
}
