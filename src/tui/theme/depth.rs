//! What a terminal can show: how many colours, dotted underlines, joined emoji; and colours brought down to that.

use ratatui::style::Color;

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ColourDepth {
    /// None: `NO_COLOR`, `TERM=dumb`.
    Mono,
    /// The 16 of the terminal's own palette.
    Basic,
    /// 256: assumed when nothing says otherwise (COLORTERM does not cross SSH).
    Indexed,
    /// 24 bits.
    True,
}

impl ColourDepth {
    /// Decides from the setting (`auto`, `true`, `256`, `16`, `none`), which always wins, and the environment.
    pub fn detect(setting: Option<&str>, env: impl Fn(&str) -> Option<String>) -> Self {
        Self::decide(setting, env).0
    }

    /// As [`ColourDepth::detect`], and why.
    pub fn decide(setting: Option<&str>, env: impl Fn(&str) -> Option<String>) -> (Self, String) {
        let set = |depth, word: &str| (depth, format!("the setting color says {word}"));
        match setting.unwrap_or("auto") {
            "true" | "truecolor" | "24bit" => return set(Self::True, "true"),
            "256" => return set(Self::Indexed, "256"),
            "16" => return set(Self::Basic, "16"),
            "none" | "mono" => return set(Self::Mono, "none"),
            _ => {}
        }
        let term = env("TERM").unwrap_or_default();
        let by_term = || format!("TERM is {term}");
        if env("NO_COLOR").is_some_and(|v| !v.is_empty()) {
            return (Self::Mono, "NO_COLOR is set".into());
        }
        if term == "dumb" || term.starts_with("vt1") {
            return (Self::Mono, by_term());
        }
        if let Some(value) = env("COLORTERM").filter(|v| v == "truecolor" || v == "24bit") {
            return (Self::True, format!("COLORTERM is {value}"));
        }
        if term.ends_with("-direct") {
            return (Self::True, by_term());
        }
        if matches!(term.as_str(), "linux" | "xterm-16color" | "ansi" | "cons25" | "rxvt") {
            return (Self::Basic, by_term());
        }
        (Self::Indexed, "nothing says otherwise (COLORTERM does not cross SSH)".into())
    }
}

/// Terminals known to draw (or quietly flatten) `CSI 4:4 m`; others may take the colon for something else.
pub(super) fn knows_dotted(term: &str, env: &impl Fn(&str) -> Option<String>) -> bool {
    let by_name = ["xterm-kitty", "xterm-ghostty", "foot", "wezterm", "alacritty", "contour", "tmux"];
    by_name.iter().any(|name| term.starts_with(name))
        || env("TERM_PROGRAM").is_some_and(|p| matches!(p.as_str(), "iTerm.app" | "WezTerm" | "ghostty" | "vscode"))
        || env("VTE_VERSION").and_then(|v| v.parse().ok()).is_some_and(|v: u32| v >= 5200)
        || env("KONSOLE_VERSION").is_some()
}

/// Terminals that tell their background when they are asked. The Linux console and its like would print the question, and
/// GNU screen keeps it to itself; tmux, which may go by the same name, answers.
pub fn tells_background(env: impl Fn(&str) -> Option<String>) -> bool {
    const KINDS: [&str; 14] = [
        "xterm",
        "tmux",
        "alacritty",
        "contour",
        "foot",
        "ghostty",
        "gnome",
        "iterm",
        "konsole",
        "mlterm",
        "rxvt",
        "st-",
        "vte",
        "wezterm",
    ];
    let term = env("TERM").unwrap_or_default();
    let lower = term.to_ascii_lowercase();
    KINDS.iter().any(|kind| lower.starts_with(kind)) || (term.starts_with("screen") && env("TMUX").is_some())
}

/// Terminals known to follow Unicode on joined emoji. Inside tmux or screen TERM is another, and the answer no.
pub(super) fn joins_emoji(term: &str, env: &impl Fn(&str) -> Option<String>) -> bool {
    let multiplexed = term.starts_with("tmux") || term.starts_with("screen") || env("TMUX").is_some();
    let by_name = ["xterm-kitty", "xterm-ghostty", "wezterm", "contour"].iter().any(|name| term.starts_with(name));
    let by_program = env("TERM_PROGRAM").is_some_and(|p| matches!(p.as_str(), "iTerm.app" | "WezTerm" | "ghostty"));
    !multiplexed && (by_name || by_program)
}

pub(super) fn brightness(r: u8, g: u8, b: u8) -> u32 {
    (u32::from(r) * 299 + u32::from(g) * 587 + u32::from(b) * 114) / 1000
}

fn distance((r, g, b): (u8, u8, u8), (x, y, z): (u8, u8, u8)) -> u32 {
    let square = |p: u8, q: u8| u32::from(p.abs_diff(q)).pow(2);
    square(r, x) * 2 + square(g, y) * 4 + square(b, z) * 3
}

/// The nearest entry of the 6×6×6 cube or the grey ramp: those are the same in every terminal, the first 16 are not.
pub fn nearest_indexed(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let step = |v: u8| (0..6).min_by_key(|&i: &usize| STEPS[i].abs_diff(v)).unwrap_or(0);
    let (x, y, z) = (step(r), step(g), step(b));
    let cube = (STEPS[x], STEPS[y], STEPS[z]);
    let grey = (brightness(r, g, b).saturating_sub(3) / 10).min(23) as u8;
    let grey_value = 8 + grey * 10;
    if distance((r, g, b), (grey_value, grey_value, grey_value)) < distance((r, g, b), cube) {
        232 + grey
    } else {
        (16 + 36 * x + 6 * y + z) as u8
    }
}

/// The 16 as xterm has them.
pub(super) const BASIC: [(Color, (u8, u8, u8)); 16] = [
    (Color::Black, (0, 0, 0)),
    (Color::Red, (205, 0, 0)),
    (Color::Green, (0, 205, 0)),
    (Color::Yellow, (205, 205, 0)),
    (Color::Blue, (0, 0, 238)),
    (Color::Magenta, (205, 0, 205)),
    (Color::Cyan, (0, 205, 205)),
    (Color::Gray, (229, 229, 229)),
    (Color::DarkGray, (127, 127, 127)),
    (Color::LightRed, (255, 0, 0)),
    (Color::LightGreen, (0, 255, 0)),
    (Color::LightYellow, (255, 255, 0)),
    (Color::LightBlue, (92, 92, 255)),
    (Color::LightMagenta, (255, 0, 255)),
    (Color::LightCyan, (0, 255, 255)),
    (Color::White, (255, 255, 255)),
];

/// The nearest of the 16, as xterm has them.
pub fn nearest_basic(r: u8, g: u8, b: u8) -> Color {
    BASIC.iter().min_by_key(|(_, rgb)| distance((r, g, b), *rgb)).map_or(Color::White, |(colour, _)| *colour)
}
