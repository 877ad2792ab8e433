//! Theme files: TOML, with every mistake reported by file and line, all at once.

use toml::de::{DeTable, DeValue};

use super::palette::{BUILT_IN, Look, Palette, Role, Shade, built_in};
use super::{DISTINCT, nearest_basic, nearest_indexed};
use ratatui::style::Color;

/// The names of the 16 colours.
const NAMES: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("gray", Color::Gray),
    ("dark-gray", Color::DarkGray),
    ("light-red", Color::LightRed),
    ("light-green", Color::LightGreen),
    ("light-yellow", Color::LightYellow),
    ("light-blue", Color::LightBlue),
    ("light-magenta", Color::LightMagenta),
    ("light-cyan", Color::LightCyan),
    ("white", Color::White),
];

/// The one of `known` that `word` may have been meant to be.
pub(super) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> &'k str {
    crate::tui::commands::nearest_of(word, known)
}

/// Reads a theme, over the one it names as its base.
///
/// # Errors
/// The mistakes in it, one line each.
pub(super) fn read(name: &str, file: &str, text: &str) -> Result<Palette, Vec<String>> {
    let mut reader = Reader { file, text, errors: Vec::new() };
    let palette = reader.palette(name);
    if reader.errors.is_empty() { Ok(palette) } else { Err(reader.errors) }
}

struct Reader<'a> {
    file: &'a str,
    text: &'a str,
    errors: Vec<String>,
}

/// The items of a table in the order of the file: `(byte of the key, key, value)`.
fn in_order<'t, 'i>(table: &'t DeTable<'i>) -> Vec<(usize, &'t str, &'t DeValue<'i>)> {
    let mut items: Vec<_> = table.iter().map(|(k, v)| (k.span().start, k.get_ref().as_ref(), v.get_ref())).collect();
    items.sort_by_key(|(at, ..)| *at);
    items
}

impl Reader<'_> {
    fn wrong(&mut self, at: usize, what: impl std::fmt::Display) {
        let line = self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|&&b| b == b'\n').count() + 1;
        self.errors.push(format!("{}:{line}: {what}", self.file));
    }

    fn palette(&mut self, name: &str) -> Palette {
        let table = match DeTable::parse(self.text) {
            Ok(table) => table,
            Err(error) => {
                self.wrong(error.span().map_or(0, |s| s.start), error.message());
                return Palette::default();
            }
        };
        let items = in_order(table.get_ref());
        let mut palette = self.base(&items);
        palette.name = name.to_owned();
        for (at, key, value) in items {
            match (key, value) {
                ("base", DeValue::String(_)) => {}
                ("dark", DeValue::Boolean(dark)) => palette.dark = *dark,
                ("background", value) => palette.background = self.rgb(at, value).unwrap_or_default(),
                ("foreground", value) => palette.foreground = self.rgb(at, value).unwrap_or_default(),
                ("roles", DeValue::Table(roles)) => self.roles(roles, &mut palette),
                ("labels", DeValue::Table(labels)) => self.labels(labels, &mut palette),
                ("base" | "dark" | "roles" | "labels", _) => self.wrong(at, format!("{key} cannot be that")),
                _ => {
                    let known = ["base", "dark", "background", "foreground", "roles", "labels"];
                    self.unknown(at, "entry", key, &known);
                }
            }
        }
        palette
    }

    fn base(&mut self, items: &[(usize, &str, &DeValue<'_>)]) -> Palette {
        let base = items.iter().find_map(|(at, key, value)| match (*key, value) {
            ("base", DeValue::String(name)) => Some((*at, name.as_ref())),
            _ => None,
        });
        let Some((at, name)) = base else { return Palette::default() };
        let names: Vec<&str> = BUILT_IN.iter().map(|(name, ..)| *name).collect();
        match names.contains(&name).then(|| built_in(name)).flatten() {
            Some(palette) => (*palette).clone(),
            None => {
                self.unknown(at, "theme to build on", name, &names);
                Palette::default()
            }
        }
    }

    fn unknown(&mut self, at: usize, what: &str, word: &str, known: &[&str]) {
        let nearest = nearest(word, known.iter().copied());
        self.wrong(at, format!("there is no {what} '{word}'; did you mean '{nearest}'?"));
    }

    fn roles(&mut self, roles: &DeTable<'_>, palette: &mut Palette) {
        for (at, name, value) in in_order(roles) {
            let role = Role::ALL.iter().find(|(_, known)| *known == name);
            match (role, value) {
                (None, _) => self.unknown(at, "role", name, &Role::ALL.map(|(_, name)| name)),
                (Some((role, _)), DeValue::Table(table)) => {
                    let mut look = Look::default();
                    for (at, part, value) in in_order(table) {
                        match part {
                            "text" => look.text = self.shade(at, value, true),
                            "back" => look.back = self.shade(at, value, false),
                            _ => self.unknown(at, "part of a role", part, &["text", "back"]),
                        }
                    }
                    palette.looks[*role as usize] = look;
                }
                _ => self.wrong(at, format!("{name} must be like {{ text = \"#rrggbb\", back = \"#rrggbb\" }}")),
            }
        }
    }

    fn labels(&mut self, labels: &DeTable<'_>, palette: &mut Palette) {
        for (at, name, value) in in_order(labels) {
            match (name, value) {
                ("colours", DeValue::Array(colours)) if colours.len() >= DISTINCT => {
                    palette.labels =
                        colours.iter().filter_map(|c| self.shade(c.span().start, c.get_ref(), true)).collect();
                }
                ("colours", _) => self.wrong(at, format!("colours must be a list of {DISTINCT} or more")),
                _ => self.unknown(at, "entry", name, &["colours"]),
            }
        }
    }

    /// `"#rrggbb"`, or `["#rrggbb", 117, "light-cyan"]`. Text always has one of the 16 colours, a background may have none.
    fn shade(&mut self, at: usize, value: &DeValue<'_>, text: bool) -> Option<Shade> {
        let parts: Vec<&DeValue<'_>> = match value {
            DeValue::Array(parts) => parts.iter().map(|part| part.get_ref()).collect(),
            value => vec![value],
        };
        let (first, rest) = parts.split_first().filter(|(_, rest)| rest.len() <= 2).or_else(|| {
            self.wrong(at, "a colour is \"#rrggbb\" or [\"#rrggbb\", number, \"name\"]");
            None
        })?;
        let rgb = self.rgb(at, first)?;
        let mut shade = Shade {
            rgb,
            indexed: nearest_indexed(rgb.0, rgb.1, rgb.2),
            basic: text.then(|| nearest_basic(rgb.0, rgb.1, rgb.2)),
        };
        for part in rest {
            match part {
                DeValue::Integer(number) => match number.as_str().parse() {
                    Ok(number) => shade.indexed = number,
                    Err(_) => self.wrong(at, format!("{} is not a number from 0 to 255", number.as_str())),
                },
                DeValue::String(name) => match NAMES.iter().find(|(known, _)| known == name) {
                    Some((_, colour)) => shade.basic = Some(*colour),
                    None => self.unknown(at, "colour", name, &NAMES.map(|(name, _)| name)),
                },
                _ => self.wrong(at, "a colour is \"#rrggbb\" or [\"#rrggbb\", number, \"name\"]"),
            }
        }
        Some(shade)
    }

    fn rgb(&mut self, at: usize, value: &DeValue<'_>) -> Option<(u8, u8, u8)> {
        let read = match value {
            DeValue::String(text) => super::label::parse_rgb(text),
            _ => None,
        };
        if read.is_none() {
            self.wrong(at, "a colour begins with \"#rrggbb\"");
        }
        read
    }
}
