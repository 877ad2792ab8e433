//! All keys of the screen, from the keymap and the table of commands.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::tui::commands;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::keymap::Mode;
use crate::tui::model::Model;
use crate::tui::widget::popup;

/// How far it is scrolled.
#[derive(Clone, Copy, Debug, Default)]
pub struct Help {
    top: usize,
}

/// Shows the keys.
pub fn show_help(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(super::Overlay::Help(Help::default()));
    Vec::new()
}

/// A line of the help: a heading, or keys and what they do.
enum Entry {
    Topic(&'static str),
    Keys(String, &'static str),
}

fn entries(model: &Model, mode: Mode) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut topics: Vec<&str> = Vec::new();
    let here = || commands::all().map(|id| (id, id.get())).filter(|(_, c)| c.modes.contains(&mode));
    here().for_each(|(_, c)| {
        if !topics.contains(&c.topic) {
            topics.push(c.topic);
        }
    });
    for topic in topics {
        entries.push(Entry::Topic(topic));
        for (id, command) in here().filter(|(_, c)| c.topic == topic) {
            let keys = model.keymap.keys_of(mode, id);
            // The digits are one line.
            let digit = command.name.strip_prefix("label_").filter(|rest| rest.len() == 1);
            match digit {
                Some("1") if !keys.is_empty() => {
                    entries.push(Entry::Keys("1 … 9".into(), "give this label to the selection, span or suggestion"));
                }
                Some(_) => {}
                None if keys.is_empty() => entries.push(Entry::Keys(format!(":{}", command.name), command.help)),
                None => entries.push(Entry::Keys(keys.join("  "), command.help)),
            }
        }
    }
    entries
}

impl Help {
    /// Scrolls, or closes.
    pub fn press(mut self, model: &Model, key: Key) -> Option<Self> {
        let page = usize::from(model.size.1.saturating_sub(5)).max(1);
        let lines = entries(model, model.mode()).len();
        let by: isize = match key.code {
            Code::Char('j') | Code::Named(Named::Down) => 1,
            Code::Char('k') | Code::Named(Named::Up) => -1,
            Code::Char(' ' | 'f' | 'd') | Code::Named(Named::PageDown) => page as isize,
            Code::Char('b' | 'u') | Code::Named(Named::PageUp) => -(page as isize),
            Code::Char('g') | Code::Named(Named::Home) => isize::MIN,
            Code::Char('G') | Code::Named(Named::End) => isize::MAX,
            _ => return None,
        };
        self.top = self.top.saturating_add_signed(by).min(lines.saturating_sub(page));
        Some(self)
    }

    /// Draws it over everything.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let entries = entries(model, model.mode());
        // The last line says how to leave.
        let screen = Rect { height: frame.area().height.saturating_sub(1), ..frame.area() };
        let area = popup::centred(screen, 92, entries.len() as u16);
        let inside = popup::render(area, frame.buffer_mut(), "Keys · j k scroll · Esc closes", theme);
        let keys_width = 16;
        for (y, entry) in (inside.top()..inside.bottom()).zip(entries.iter().skip(self.top)) {
            let line = match entry {
                Entry::Topic(topic) => Line::from(Span::styled(*topic, theme.title())),
                Entry::Keys(keys, help) => Line::from(vec![
                    Span::styled(format!("  {keys:keys_width$} "), theme.key()),
                    Span::styled(*help, theme.text()),
                ]),
            };
            frame.buffer_mut().set_line(inside.x, y, &line, inside.width);
        }
        let more = entries.len() > self.top + usize::from(inside.height);
        if more && area.height > 2 {
            let (x, y) = (area.right().saturating_sub(10), area.bottom() - 1);
            frame.buffer_mut().set_string(x, y, " more ", theme.dim());
        }
    }
}
