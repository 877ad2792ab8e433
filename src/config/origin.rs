//! The settings by name, and where the value of one came from.

use std::fmt;
use std::path::PathBuf;

/// A setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Who annotates.
    Annotator,
    /// The model that suggests.
    Model,
    /// The score a suggestion needs.
    Threshold,
    /// The keymap to start from.
    Keymap,
    /// The colours of the screen.
    Theme,
    /// How many colours.
    Color,
    /// Whether the mouse is taken.
    Mouse,
}

impl Key {
    /// All settings, in the order they are shown.
    pub const ALL: [Key; 7] =
        [Key::Annotator, Key::Model, Key::Threshold, Key::Keymap, Key::Theme, Key::Color, Key::Mouse];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Key::Annotator => "annotator",
            Key::Model => "model",
            Key::Threshold => "threshold",
            Key::Keymap => "keymap",
            Key::Theme => "theme",
            Key::Color => "color",
            Key::Mouse => "mouse",
        }
    }

    /// The variable that sets it.
    pub const fn variable(self) -> &'static str {
        match self {
            Key::Annotator => "GLEANER_ANNOTATOR",
            Key::Model => "GLEANER_MODEL",
            Key::Threshold => "GLEANER_THRESHOLD",
            Key::Keymap => "GLEANER_KEYMAP",
            Key::Theme => "GLEANER_THEME",
            Key::Color => "GLEANER_COLOR",
            Key::Mouse => "GLEANER_MOUSE",
        }
    }

    /// The flag that sets it.
    pub const fn flag(self) -> &'static str {
        match self {
            Key::Annotator => "--as",
            Key::Model => "--model",
            Key::Threshold => "--threshold",
            Key::Keymap => "--keymap",
            Key::Theme => "--theme",
            Key::Color => "--color",
            Key::Mouse => "--mouse",
        }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// Nobody set it.
    #[default]
    Default,
    /// The person's `config.toml`.
    File {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// The project's `gleaner.toml`.
    Project {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
    },
    /// This variable.
    Variable(&'static str),
    /// This flag.
    Flag(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => f.write_str("default"),
            Origin::File { path, line } | Origin::Project { path, line } => write!(f, "{}:{line}", path.display()),
            Origin::Variable(name) | Origin::Flag(name) => f.write_str(name),
        }
    }
}
