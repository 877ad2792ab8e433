//! Finding a command by name: what it does, its keys, and why it cannot be used now.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, fuzzy};
use crate::tui::commands::{self, CommandId};
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::Model;
use crate::tui::update;
use crate::tui::widget::list::scroll_bar;
use crate::tui::widget::{line_input, line_input::LineInput, popup};

/// The commands that match so far, and the one chosen.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// What has been typed.
    pub input: LineInput,
    selected: usize,
}

/// Rows of the list.
const ROWS: usize = 12;

/// Shows it.
pub fn open_palette(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Palette(Palette::default()));
    Vec::new()
}

impl Palette {
    fn matching(&self, model: &Model) -> Vec<CommandId> {
        let mode = model.mode();
        // The digits are nine lines that say the same; `choose label` finds any label.
        let digit = |name: &str| name.starts_with("label_") && name.ends_with(|c: char| c.is_ascii_digit());
        let here = commands::all().filter(|id| id.get().modes.contains(&mode) && !digit(id.get().name));
        let here: Vec<CommandId> = here.collect();
        let query = self.input.text().replace('_', " ");
        let names: Vec<String> = here.iter().map(|id| id.get().name.replace('_', " ")).collect();
        let mut found: Vec<usize> = fuzzy::ranked(&query, names.iter().map(String::as_str));
        // After those whose name matches, those that speak of it.
        let about = query.trim().to_lowercase();
        let helps = |i: &usize| here[*i].get().help.to_lowercase().contains(&about);
        let more: Vec<usize> = (0..here.len()).filter(|i| !found.contains(i)).filter(helps).collect();
        found.extend(more);
        found.into_iter().map(|i| here[i]).collect()
    }

    /// Types, chooses, or runs the chosen one.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let matching = self.matching(model);
        match key.code {
            Code::Named(Named::Esc) => return (None, Vec::new()),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Named(Named::Down | Named::Tab) if !key.shift => {
                self.selected = (self.selected + 1).min(matching.len().saturating_sub(1));
            }
            Code::Named(Named::Up | Named::Tab) => self.selected = self.selected.saturating_sub(1),
            Code::Named(Named::Enter) => {
                let effects = matching.get(self.selected).map(|id| update::run(model, *id));
                return (None, effects.unwrap_or_default());
            }
            _ => {
                if self.input.handle(key.to_event()) {
                    self.selected = 0;
                }
            }
        }
        (Some(Overlay::Palette(self)), Vec::new())
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let columns = theme.columns();
        let mode = model.mode();
        let matching = self.matching(model);
        let rows = ROWS.min(usize::from(frame.area().height.saturating_sub(5)));
        let area = popup::centred(frame.area(), frame.area().width.saturating_sub(8).min(100), rows as u16 + 1);
        let inside = popup::render(area, frame.buffer_mut(), "Commands", theme);
        let line = Rect { height: 1, ..inside };
        let cursor = line_input::render(line, frame.buffer_mut(), &self.input, "what do you want to do?", theme);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, id) in matching.iter().enumerate().skip(top).take(rows) {
            let command = id.get();
            let keys = model.keymap.keys_of(mode, *id);
            let (style, what) = match (command.available)(model) {
                Ok(()) => (theme.text(), command.help.to_owned()),
                Err(reason) => (theme.dim(), reason),
            };
            let name = command.name.replace('_', " ");
            let keys = keys.first().cloned().unwrap_or_default();
            let row = Line::from(vec![
                Span::styled(format!("{name:24} "), style),
                Span::styled(format!("{keys:9} "), theme.key()),
                Span::styled(columns.one_line(&what, inside.width.saturating_sub(35)), theme.dim()),
            ]);
            let y = inside.y + 1 + (i - top) as u16;
            if y < inside.bottom() {
                frame.buffer_mut().set_line(inside.x, y, &row, inside.width);
                if i == self.selected {
                    frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
                }
            }
        }
        // On the border.
        let bar = Rect { x: inside.right() + 1, y: inside.y + 1, width: 1, height: inside.height.saturating_sub(1) };
        scroll_bar(bar, frame.buffer_mut(), top, matching.len(), theme);
    }
}
