//! What may be done next: keys of the commands there are, and now and then something else.

use std::fmt;

use gleaner::tui::commands::{self, CommandId};
use gleaner::tui::key::Key;
use gleaner::tui::keymap::Mode;
use gleaner::tui::msg::Msg;
use gleaner::tui::overlay::Overlay;

use super::desk::Desk;
use super::{Dice, elsewhere};

/// One thing that happens; the same again in a replay.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Key(Key),
    /// As the palette gives it.
    Command(CommandId),
    Paste(&'static str),
    Size(u16, u16),
    /// Another process writes what this seed says.
    Elsewhere(u64),
    /// The loop looks whether anybody has written.
    Look,
}

impl Step {
    pub fn take(self, desk: &mut Desk) {
        match self {
            Self::Key(key) => desk.key(key),
            Self::Command(command) => desk.feed(Msg::Command(command)),
            Self::Paste(text) => desk.feed(Msg::Paste(text.into())),
            Self::Size(columns, rows) => desk.feed(Msg::Resize(columns, rows)),
            Self::Elsewhere(seed) => elsewhere::write(desk, &mut Dice(seed)),
            Self::Look => desk.look(),
        }
        desk.rest();
    }
}

/// Keys as they are written in a keymap, the rest between `<` and `>`.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(f, "{key}"),
            Self::Command(command) => write!(f, "<:{}>", command.get().name),
            Self::Paste(text) => write!(f, "<paste {text:?}>"),
            Self::Size(columns, rows) => write!(f, "<{columns}x{rows}>"),
            Self::Elsewhere(seed) => write!(f, "<elsewhere {seed}>"),
            Self::Look => f.write_str("<look>"),
        }
    }
}

const SIZES: [(u16, u16); 6] = [(80, 24), (120, 40), (60, 15), (110, 20), (40, 8), (200, 50)];
const PASTES: [&str; 4] = ["two\nwords\u{1b}[0m", "e\u{301}精\u{202e}", "", "Ada\r\n\tLovelace"];
/// Keys that overlays take, and keys that mean nothing in most places.
const OTHER: [&str; 18] = [
    "Enter",
    "Enter",
    "Esc",
    "Esc",
    "Tab",
    "Up",
    "Down",
    "Backspace",
    "Left",
    "Home",
    "1",
    "y",
    "n",
    "a",
    "é",
    "精",
    "Space",
    "C-u",
];
/// These lead away from everything; once in a while is enough.
const SELDOM: [&str; 9] = [
    "quit",
    "suspend",
    "remove_document",
    "show_documents",
    "back",
    "show_help",
    "open_palette",
    "discard_and_next",
    "show_tour",
];
/// Edits matter most.
const EDITING: [&str; 3] = ["Spans", "Suggestions", "Selecting"];

/// The next step, or the keys of one command.
pub fn some_step(desk: &Desk, crowded: bool, dice: &mut Dice) -> Vec<Step> {
    let model = desk.model();
    match dice.roll(60) {
        0 => {
            let (columns, rows) = *dice.one_of(&SIZES);
            return vec![Step::Size(columns, rows)];
        }
        1 => return vec![Step::Paste(dice.one_of::<&str>(&PASTES))],
        2 => {
            let all: Vec<CommandId> = commands::all().collect();
            let command = *dice.one_of(&all);
            return if is_seldom(command, dice) { Vec::new() } else { vec![Step::Command(command)] };
        }
        3..=7 if crowded => return vec![Step::Elsewhere(dice.roll(1 << 30) as u64)],
        8..=17 if crowded => return vec![Step::Look],
        _ => {}
    }
    let typing = model.is_typing() || !matches!(model.overlays.last(), None | Some(Overlay::Labels(_)));
    if typing || model.too_small() || dice.roll(15) == 0 {
        return vec![Step::Key(dice.one_of::<&str>(&OTHER).parse().unwrap())];
    }
    let mode = if dice.roll(6) == 0 { Mode::Global } else { model.mode() };
    let mut bindings = model.keymap.mode(mode).bindings();
    if dice.roll(3) > 0 {
        bindings.retain(|(_, command, _)| EDITING.contains(&command.get().topic));
    }
    // What can be done now is done more often than what is refused.
    if dice.roll(4) > 0 {
        bindings.retain(|(_, command, _)| (command.get().available)(model).is_ok());
    }
    if bindings.is_empty() {
        return Vec::new();
    }
    let (keys, command, _) = dice.one_of(&bindings);
    if is_seldom(*command, dice) {
        return Vec::new();
    }
    Key::sequence(keys).unwrap().into_iter().map(Step::Key).collect()
}

fn is_seldom(command: CommandId, dice: &mut Dice) -> bool {
    SELDOM.contains(&command.get().name) && dice.roll(8) > 0
}
