//! The line in which the query is typed.

use super::{Focus, leave, next_search_mode};
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};

/// A key for the line.
pub fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let screen = &mut model.search_screen;
    match key.code {
        Code::Named(Named::Esc) if !screen.is_empty() => screen.focus = Focus::Hits,
        Code::Named(Named::Esc) => return leave(model),
        Code::Char('c') if key.ctrl => return leave(model),
        Code::Named(Named::Enter | Named::Down) if !screen.is_empty() => screen.focus = Focus::Hits,
        Code::Named(Named::Enter | Named::Down) => {
            let why = if screen.is_searching() { "hits are on their way" } else { "there are no hits to go to" };
            model.say(Tone::Refusal, why);
        }
        Code::Named(Named::Tab) => return next_search_mode(model),
        Code::Named(Named::Backspace) if screen.input.text().is_empty() && screen.like.is_some() => {
            screen.like = None;
            screen.due = true;
        }
        _ => {
            let before = screen.input.text().to_owned();
            screen.input.handle(key.to_event());
            screen.due |= screen.input.text() != before;
        }
    }
    Vec::new()
}

/// Pasted text goes into the line, whatever has the keys.
pub fn paste(model: &mut Model, text: &str) {
    let screen = &mut model.search_screen;
    screen.focus = Focus::Line;
    screen.input.insert(text);
    screen.due = true;
}
