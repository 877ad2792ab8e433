//! Every theme can be read, labels differ, a person's own files say what is wrong with them.

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
    let mine =
        "base = \"light\"\n[roles]\ndim = { text = \"#005f00\" }\nstatus = { back = [\"#00005f\", 17, \"blue\"] }\n";
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
    assert!(told("[labels]\ncolours = [\"#000000\"]").contains("mine.toml:2: colours must be a list of 12 or more"));
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
