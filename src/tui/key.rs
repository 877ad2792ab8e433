//! One key press, free of the terminal library, with the spelling used in keymap files and on the screen.
//!
//! `a`, `A`, `?`, `Space`, `Enter`, `S-Tab`, `C-r`: a character stands for itself, named keys have names, `C-` is Ctrl,
//! `S-` is Shift where the character does not already say it.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// What was pressed, without modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character, Shift already applied.
    Char(char),
    /// A key with a name.
    Named(Named),
    /// A function key.
    Function(u8),
}

/// Keys that are not characters.
#[allow(missing_docs)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    Enter,
    Esc,
    Tab,
    Backspace,
    Delete,
    Insert,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

const NAMED: [(Named, &str); 14] = [
    (Named::Enter, "Enter"),
    (Named::Esc, "Esc"),
    (Named::Tab, "Tab"),
    (Named::Backspace, "Backspace"),
    (Named::Delete, "Delete"),
    (Named::Insert, "Insert"),
    (Named::Left, "Left"),
    (Named::Right, "Right"),
    (Named::Up, "Up"),
    (Named::Down, "Down"),
    (Named::Home, "Home"),
    (Named::End, "End"),
    (Named::PageUp, "PageUp"),
    (Named::PageDown, "PageDown"),
];

/// A key press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// With Ctrl.
    pub ctrl: bool,
    /// With Shift; never set for characters.
    pub shift: bool,
}

impl Key {
    /// A character.
    pub const fn char(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: false, shift: false }
    }

    /// A named key.
    pub const fn named(named: Named) -> Self {
        Self { code: Code::Named(named), ctrl: false, shift: false }
    }

    /// A character with Ctrl.
    pub const fn ctrl(c: char) -> Self {
        Self { code: Code::Char(c), ctrl: true, shift: false }
    }

    /// The character a text input takes from this key.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(c) if !self.ctrl && !c.is_control() => Some(c),
            _ => None,
        }
    }

    /// What the terminal library saw. Alt with a key is the same bytes as Esc and the key soon after, which a slow line
    /// makes of two presses; nothing here is on Alt, so it is taken for that.
    pub fn from_event(event: &KeyEvent) -> Vec<Self> {
        let escape = event.modifiers.contains(KeyModifiers::ALT) && event.kind != KeyEventKind::Release;
        let key = Self::one_from_event(event);
        escape.then_some(Self::named(Named::Esc)).into_iter().chain(key).collect()
    }

    /// `None` for releases, bare modifiers and keys that have no meaning here.
    fn one_from_event(event: &KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release || event.modifiers.contains(KeyModifiers::SUPER) {
            return None;
        }
        let mut shift = event.modifiers.contains(KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Char(c) => {
                shift = false;
                Code::Char(c)
            }
            KeyCode::F(n) => Code::Function(n),
            KeyCode::BackTab => {
                shift = true;
                Code::Named(Named::Tab)
            }
            KeyCode::Enter => Code::Named(Named::Enter),
            KeyCode::Esc => Code::Named(Named::Esc),
            KeyCode::Tab => Code::Named(Named::Tab),
            KeyCode::Backspace => Code::Named(Named::Backspace),
            KeyCode::Delete => Code::Named(Named::Delete),
            KeyCode::Insert => Code::Named(Named::Insert),
            KeyCode::Left => Code::Named(Named::Left),
            KeyCode::Right => Code::Named(Named::Right),
            KeyCode::Up => Code::Named(Named::Up),
            KeyCode::Down => Code::Named(Named::Down),
            KeyCode::Home => Code::Named(Named::Home),
            KeyCode::End => Code::Named(Named::End),
            KeyCode::PageUp => Code::Named(Named::PageUp),
            KeyCode::PageDown => Code::Named(Named::PageDown),
            _ => return None,
        };
        Some(Self { code, ctrl: event.modifiers.contains(KeyModifiers::CONTROL), shift })
    }

    /// The same key for widgets that speak the terminal library's language.
    pub fn to_event(self) -> KeyEvent {
        let code = match self.code {
            Code::Char(c) => KeyCode::Char(c),
            Code::Function(n) => KeyCode::F(n),
            Code::Named(named) => match named {
                Named::Enter => KeyCode::Enter,
                Named::Esc => KeyCode::Esc,
                Named::Tab if self.shift => KeyCode::BackTab,
                Named::Tab => KeyCode::Tab,
                Named::Backspace => KeyCode::Backspace,
                Named::Delete => KeyCode::Delete,
                Named::Insert => KeyCode::Insert,
                Named::Left => KeyCode::Left,
                Named::Right => KeyCode::Right,
                Named::Up => KeyCode::Up,
                Named::Down => KeyCode::Down,
                Named::Home => KeyCode::Home,
                Named::End => KeyCode::End,
                Named::PageUp => KeyCode::PageUp,
                Named::PageDown => KeyCode::PageDown,
            },
        };
        let ctrl = if self.ctrl { KeyModifiers::CONTROL } else { KeyModifiers::NONE };
        let shift = if self.shift { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
        KeyEvent::new(code, ctrl | shift)
    }

    /// A sequence as written in keymaps and tests: keys with spaces between them.
    pub fn sequence(text: &str) -> Result<Vec<Self>, String> {
        text.split_whitespace().map(str::parse).collect()
    }
}

impl FromStr for Key {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (mut ctrl, mut shift, mut rest) = (false, false, text);
        while let Some((modifier, after)) = rest.split_once('-').filter(|(_, after)| !after.is_empty()) {
            match modifier {
                "C" | "c" | "Ctrl" | "ctrl" => ctrl = true,
                "S" | "s" | "Shift" | "shift" => shift = true,
                "A" | "Alt" | "alt" | "M" => {
                    return Err(format!("'{text}': Alt does not pass through every terminal; use another key"));
                }
                _ => return Err(format!("'{text}' is not a key")),
            }
            rest = after;
        }
        let mut chars = rest.chars();
        let code = match (chars.next(), chars.next()) {
            (Some(c), None) => match c {
                _ if ctrl => Code::Char(c.to_ascii_lowercase()),
                _ if shift => Code::Char(c.to_uppercase().next().unwrap_or(c)),
                _ => Code::Char(c),
            },
            _ if rest.eq_ignore_ascii_case("space") => Code::Char(' '),
            _ => NAMED
                .iter()
                .find(|(_, name)| name.eq_ignore_ascii_case(rest))
                .map(|&(named, _)| Code::Named(named))
                .or_else(|| rest.strip_prefix(['F', 'f']).and_then(|n| n.parse().ok()).map(Code::Function))
                .ok_or_else(|| format!("'{text}' is not a key; write a, A, Space, Enter, S-Tab, C-r, F1, …"))?,
        };
        Ok(Self { code, ctrl, shift: shift && !matches!(code, Code::Char(_)) })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.ctrl {
            f.write_str("Ctrl-")?;
        }
        if self.shift {
            f.write_str("Shift-")?;
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::Function(n) => write!(f, "F{n}"),
            Code::Named(named) => {
                let name = NAMED.iter().find(|(n, _)| *n == named).map_or("", |&(_, name)| name);
                f.write_str(name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn keys_are_written_the_same_way_everywhere() {
        for (written, shown) in
            [("a", "a"), ("-", "-"), ("S-Tab", "Shift-Tab"), ("C-R", "Ctrl-r"), ("space", "Space"), ("f5", "F5")]
        {
            let key: Key = written.parse().unwrap();
            assert_eq!(key.to_string(), shown);
            assert_eq!(shown.parse::<Key>().unwrap(), key, "what is shown can be written");
        }
        assert!("Ctl-x".parse::<Key>().is_err());
        assert!("A-x".parse::<Key>().unwrap_err().contains("Alt"));
    }

    #[test]
    fn shift_is_in_the_character_and_alt_is_an_escape_before_it() {
        let event = KeyEvent::new(KeyCode::Char('A'), KeyModifiers::SHIFT);
        assert_eq!(Key::from_event(&event), [Key::char('A')]);
        let tab = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Key::from_event(&tab), ["S-Tab".parse().unwrap()]);
        let both = KeyEvent::new(KeyCode::Char('a'), KeyModifiers::ALT);
        assert_eq!(Key::from_event(&both), [Key::named(Named::Esc), Key::char('a')]);
    }
}
