//! The colour of a label: from its name, or chosen.

use ratatui::style::Color;

/// The colour of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelColour {
    /// Entry of the label palette.
    Palette(u8),
    /// A colour somebody chose.
    Rgb(u8, u8, u8),
}

/// One label colour: RGB, the same in the 256-colour cube, and the nearest of the 16.
pub(super) struct Entry(pub u8, pub u8, pub u8, pub u8, pub Color);

/// Light tones for dark backgrounds. The first [`DISTINCT`] differ in 16 colours too.
pub(super) const ON_DARK: [Entry; 16] = [
    Entry(135, 215, 135, 114, Color::LightGreen),
    Entry(135, 175, 215, 110, Color::LightBlue),
    Entry(215, 175, 135, 180, Color::Yellow),
    Entry(215, 135, 175, 175, Color::LightMagenta),
    Entry(95, 215, 215, 80, Color::LightCyan),
    Entry(215, 215, 135, 186, Color::LightYellow),
    Entry(175, 135, 215, 140, Color::Magenta),
    Entry(255, 135, 95, 209, Color::LightRed),
    Entry(0, 215, 175, 43, Color::Cyan),
    Entry(95, 135, 255, 69, Color::Blue),
    Entry(255, 95, 135, 204, Color::Red),
    Entry(175, 215, 0, 148, Color::Green),
    Entry(255, 135, 0, 208, Color::Yellow),
    Entry(255, 215, 95, 221, Color::LightYellow),
    Entry(215, 135, 255, 177, Color::LightMagenta),
    Entry(215, 215, 255, 189, Color::Gray),
];

/// Dark tones for light backgrounds.
pub(super) const ON_LIGHT: [Entry; 16] = [
    Entry(0, 135, 0, 28, Color::Green),
    Entry(0, 95, 175, 25, Color::Blue),
    Entry(135, 95, 0, 94, Color::Yellow),
    Entry(175, 0, 95, 125, Color::Magenta),
    Entry(0, 135, 135, 30, Color::Cyan),
    Entry(95, 95, 0, 58, Color::LightYellow),
    Entry(95, 0, 175, 55, Color::LightMagenta),
    Entry(215, 0, 0, 160, Color::Red),
    Entry(0, 95, 95, 23, Color::LightCyan),
    Entry(0, 0, 175, 19, Color::LightBlue),
    Entry(135, 0, 0, 88, Color::LightRed),
    Entry(95, 135, 0, 64, Color::LightGreen),
    Entry(215, 95, 0, 166, Color::Yellow),
    Entry(95, 95, 135, 60, Color::Blue),
    Entry(175, 0, 255, 129, Color::Magenta),
    Entry(0, 0, 0, 16, Color::Black),
];

/// Labels of one project that get different colours even with 16 colours.
pub const DISTINCT: usize = 12;

impl LabelColour {
    /// The colour a name has when no other label is near.
    pub fn of(name: &str) -> Self {
        Self::Palette((hash(name) % DISTINCT as u64) as u8)
    }

    /// The names of the palette's colours, in its order.
    pub const NAMES: [&str; DISTINCT] =
        ["green", "blue", "tan", "pink", "cyan", "yellow", "violet", "coral", "teal", "indigo", "rose", "lime"];

    /// Reads `#e5c07b` or one of [`LabelColour::NAMES`].
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(place) = Self::NAMES.iter().position(|name| *name == text) {
            return Some(Self::Palette(place as u8));
        }
        let hex = text.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii())?;
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        Some(Self::Rgb(byte(0)?, byte(2)?, byte(4)?))
    }

    /// The colours of a project's labels, in the project's order. Each name gets its own colour if it is free, else the
    /// next free one; so no two of the first 12 share one (16 with 256 colours), and a label added at the end changes
    /// none before it.
    pub fn assign<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let mut taken = [false; ON_DARK.len()];
        let place = |name: &str| {
            let wish = (hash(name) % DISTINCT as u64) as usize;
            let near = (0..DISTINCT).map(|step| (wish + step) % DISTINCT);
            let slot = near.chain(DISTINCT..ON_DARK.len()).find(|&slot| !taken[slot]);
            let slot = slot.unwrap_or((hash(name) % ON_DARK.len() as u64) as usize);
            taken[slot] = true;
            Self::Palette(slot as u8)
        };
        names.into_iter().map(place).collect()
    }
}

/// FNV-1a with a last stir: the same on every machine and in every version.
fn hash(name: &str) -> u64 {
    let folded = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let stirred = (folded ^ (folded >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    stirred ^ (stirred >> 33)
}
