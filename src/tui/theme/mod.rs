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
pub use depth::{ColourDepth, nearest_basic, nearest_indexed};
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
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::depth::BASIC;
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
            for name in ["dark", "light", "high-contrast"] {
                // Too few of the 16 are strong enough on black.
                let wanted = if (name, depth) == ("high-contrast", ColourDepth::Basic) { 7 } else { 12 };
                let theme = Theme { depth, palette: built_in(name).unwrap_or_default(), ..Theme::default() };
                let shown: HashSet<Color> = colours.iter().map(|c| theme.label(*c)).collect();
                assert!(shown.len() >= wanted, "{depth:?} {name}: {shown:?}");
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

    /// Relative luminance, as WCAG 2 defines it.
    fn luminance((r, g, b): (u8, u8, u8)) -> f64 {
        let linear = |v: u8| {
            let v = f64::from(v) / 255.0;
            if v <= 0.03928 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
    }

    fn contrast(a: (u8, u8, u8), b: (u8, u8, u8)) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        a.max(b) / a.min(b)
    }

    /// A colour as xterm shows it; `Reset` is `own`.
    fn rgb(colour: Option<Color>, own: (u8, u8, u8)) -> (u8, u8, u8) {
        const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        match colour {
            None | Some(Color::Reset) => own,
            Some(Color::Rgb(r, g, b)) => (r, g, b),
            Some(Color::Indexed(i @ 16..=231)) => {
                let step = |n: u8| STEPS[usize::from(n % 6)];
                (step((i - 16) / 36), step((i - 16) / 6), step(i - 16))
            }
            Some(Color::Indexed(i)) => [8 + (i - 232) * 10; 3].into(),
            Some(basic) => BASIC.iter().find(|(c, _)| *c == basic).expect("one of the 16").1,
        }
    }

    #[test]
    fn every_theme_can_be_read_at_every_depth() {
        let mut weak = Vec::new();
        for (name, least) in [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0)] {
            for depth in [ColourDepth::True, ColourDepth::Indexed, ColourDepth::Basic] {
                let theme = Theme { depth, palette: built_in(name).unwrap(), ..Theme::default() };
                let (ground, text) = (theme.palette.background, theme.palette.foreground);
                // Terminals of 16 colours have black itself behind them.
                let ground = if (name, depth) == ("dark", ColourDepth::Basic) { (0, 0, 0) } else { ground };
                let mut check = |what: &str, style: Style, over: Style, least: f64| {
                    let (fg, bg) = (style.fg.or(over.fg), style.bg.or(over.bg));
                    let found = contrast(rgb(fg, text), rgb(bg, ground));
                    if found < least {
                        weak.push(format!("{name} {depth:?} {what}: {found:.1} of {least}"));
                    }
                };
                let plain = theme.text();
                let roles = [
                    ("text", theme.text()),
                    ("dim", theme.dim()),
                    ("accent", theme.accent()),
                    ("mark", theme.mark()),
                    ("error", theme.error()),
                    ("warning", theme.warning()),
                    ("good", theme.good()),
                ];
                for (what, style) in roles {
                    check(what, style, plain, least);
                    check(&format!("{what} on the status line"), style, theme.status().patch(Style::new()), least);
                }
                for (what, style) in [
                    ("selected", theme.selected()),
                    ("selection", theme.selection()),
                    ("cursor", theme.cursor()),
                    ("found", theme.found()),
                    ("status", theme.status()),
                ] {
                    check(what, style, plain, least);
                }
                check("border", theme.border(), plain, 3.0);
                // The 16 are the person's own: a light terminal has darker ones than xterm, and twelve must differ.
                if (name, depth) != ("light", ColourDepth::Basic) {
                    // Twelve of the 16 that are strong enough on black there are not quite: magenta has 4.48.
                    let least = if (name, depth) == ("dark", ColourDepth::Basic) { 4.4 } else { least };
                    for slot in 0..16 {
                        let colour = LabelColour::Palette(slot);
                        check(&format!("label {slot}"), theme.label_text(colour), plain, least);
                        check(&format!("block {slot}"), theme.label_block(colour), plain, least);
                    }
                }
            }
        }
        assert!(weak.is_empty(), "{}", weak.join("\n"));
    }

    #[test]
    fn a_person_s_theme_changes_single_roles_of_another() {
        let mine = "base = \"light\"\n[roles]\ndim = { text = \"#005f00\" }\nstatus = { back = [\"#00005f\", 17, \"blue\"] }\n";
        let themes = Themes::with_own(vec![("mine".into(), "mine.toml".into(), mine.into())]);
        assert_eq!(themes.names(), ["auto", "dark", "light", "high-contrast", "mine"]);
        let palette = themes.find("mine", None).unwrap();
        let at = |depth| Theme { depth, palette: palette.clone(), ..Theme::default() };
        assert_eq!(at(ColourDepth::True).dim(), Style::new().fg(Color::Rgb(0, 95, 0)));
        assert_eq!(at(ColourDepth::Indexed).dim(), Style::new().fg(Color::Indexed(22)), "the nearest of 256");
        assert_eq!(at(ColourDepth::Basic).status(), Style::new().bg(Color::Blue));
        assert_eq!(at(ColourDepth::Mono), Theme { palette: palette.clone(), ..Theme::mono() });
        let light = Theme { palette: built_in("light").unwrap(), ..Theme::default() };
        assert_eq!(at(ColourDepth::Indexed).accent(), light.accent(), "the rest is the base's");
        let own_dark = Themes::with_own(vec![("dark".into(), "dark.toml".into(), mine.into())]);
        assert!(!own_dark.find("dark", None).unwrap().dark, "a person's theme goes before gleaner's");
    }

    #[test]
    fn auto_is_light_on_a_light_background_and_dark_on_others() {
        let themes = Themes::default();
        let name = |background| themes.find(AUTO, background).unwrap().name.clone();
        assert_eq!(name(None), "dark");
        assert_eq!(name(Some((40, 44, 52))), "dark");
        assert_eq!(name(Some((253, 246, 227))), "light");
        assert_eq!(
            themes.find("drak", None).unwrap_err(),
            "there is no theme 'drak'; did you mean 'dark'? There are auto, dark, light, high-contrast"
        );
    }

    #[test]
    fn mistakes_in_a_theme_are_told_with_file_and_line() {
        let told = |text: &str| {
            let themes = Themes::with_own(vec![("mine".into(), "mine.toml".into(), text.into())]);
            themes.find("mine", None).unwrap_err()
        };
        assert_eq!(told("base = \"drak\""), "mine.toml:1: there is no theme to build on 'drak'; did you mean 'dark'?");
        let several = "base = \"dark\"\n[roles]\ndimm = {}\ndim = { text = \"red\" }\nstatus = { back = [\"#000000\", 256] }\n\
                       good = { fore = \"#000000\" }\nerror = { text = [\"#000000\", \"pink\"] }\ntext = 1\n";
        let lines = [
            "mine.toml:3: there is no role 'dimm'; did you mean 'dim'?",
            "mine.toml:4: a colour begins with \"#rrggbb\"",
            "mine.toml:5: 256 is not a number from 0 to 255",
            "mine.toml:6: there is no part of a role 'fore'; did you mean 'text'?",
            "mine.toml:7: there is no colour 'pink'; did you mean '",
            "mine.toml:8: text must be like",
        ];
        let told_all = told(several);
        for (told, line) in told_all.lines().zip(lines) {
            assert!(told.starts_with(line), "{told_all}");
        }
        assert_eq!(told_all.lines().count(), lines.len());
        assert!(
            told("[labels]\ncolours = [\"#000000\"]").contains("mine.toml:2: colours must be a list of 12 or more")
        );
        assert!(told("base = ").starts_with("mine.toml:1: "));
        assert!(told("dark = 3").contains("dark cannot be that"));
        assert!(told("darc = true").contains("did you mean 'dark'?"));
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
