//! The colour of a label: from its name, or chosen.

/// The colour of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LabelColour {
    /// Entry of the label palette.
    Palette(u8),
    /// A colour somebody chose.
    Rgb(u8, u8, u8),
}

/// Colours that labels are given; a theme that has fewer gives some twice.
const SLOTS: usize = 16;

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
        parse_rgb(text).map(|(r, g, b)| Self::Rgb(r, g, b))
    }

    /// The colours of a project's labels, in the project's order. Each name gets its own colour if it is free, else the
    /// next free one; so no two of the first 12 share one (16 with 256 colours), and a label added at the end changes
    /// none before it.
    pub fn assign<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let mut taken = [false; SLOTS];
        let place = |name: &str| {
            let wish = (hash(name) % DISTINCT as u64) as usize;
            let near = (0..DISTINCT).map(|step| (wish + step) % DISTINCT);
            let slot = near.chain(DISTINCT..SLOTS).find(|&slot| !taken[slot]);
            let slot = slot.unwrap_or((hash(name) % SLOTS as u64) as usize);
            taken[slot] = true;
            Self::Palette(slot as u8)
        };
        names.into_iter().map(place).collect()
    }
}

/// Reads `#rrggbb`.
pub(super) fn parse_rgb(text: &str) -> Option<(u8, u8, u8)> {
    let hex = text.strip_prefix('#').filter(|h| h.len() == 6 && h.is_ascii())?;
    let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
    Some((byte(0)?, byte(2)?, byte(4)?))
}

/// FNV-1a with a last stir: the same on every machine and in every version.
fn hash(name: &str) -> u64 {
    let folded = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
    let stirred = (folded ^ (folded >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    stirred ^ (stirred >> 33)
}
