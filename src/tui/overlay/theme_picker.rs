//! Choosing the colours, which are shown at once on everything behind.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::Overlay;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::widget::popup;

/// The key under which the choice is kept.
pub const KEPT_AS: &str = "theme";

/// The theme shown, and the one to go back to.
#[derive(Clone, Debug)]
pub struct ThemePicker {
    selected: usize,
    before: String,
}

/// Shows the themes there are.
pub fn choose_theme(model: &mut Model) -> Vec<Effect> {
    let names = model.themes.names();
    let selected = names.iter().position(|name| *name == model.theme_name).unwrap_or(0);
    model.overlays.push(Overlay::Themes(ThemePicker { selected, before: model.theme_name.clone() }));
    Vec::new()
}

impl ThemePicker {
    /// Shows another theme, keeps the one that is shown, or goes back to the one before.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let last = model.themes.names().len().saturating_sub(1);
        match key.code {
            Code::Named(Named::Esc) | Code::Char('q' | 'c') => {
                let _ = model.show_theme(&self.before);
                return (None, Vec::new());
            }
            Code::Named(Named::Enter) => {
                let chosen = model.themes.names().get(self.selected).map(|name| model.themes.find(name, None));
                if let Some(Err(why)) = chosen {
                    model.say(Tone::Refusal, why);
                    return (Some(Overlay::Themes(self)), Vec::new());
                }
                let name = model.theme_name.clone();
                model.say(Tone::Info, format!("{name} in this project; theme = \"{name}\" in config.toml: in all"));
                return (None, vec![Effect::RememberSetting(KEPT_AS, name)]);
            }
            Code::Char('k') | Code::Named(Named::Up) => self.selected = self.selected.saturating_sub(1),
            Code::Named(Named::Tab) if key.shift => self.selected = self.selected.saturating_sub(1),
            Code::Char('j') | Code::Named(Named::Down | Named::Tab) => self.selected = (self.selected + 1).min(last),
            _ => {}
        }
        let name = model.themes.names().get(self.selected).map_or_else(String::new, |name| (*name).to_owned());
        // One with mistakes is not shown; the list says what is wrong.
        let _ = model.show_theme(&name);
        (Some(Overlay::Themes(self)), Vec::new())
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let (theme, names) = (&model.theme, model.themes.names());
        let columns = theme.columns();
        let width = frame.area().width.saturating_sub(8).min(60);
        let area = popup::centred(frame.area(), width, names.len() as u16);
        let inside = popup::render(area, frame.buffer_mut(), "Colours", theme);
        let top = (self.selected + 1).saturating_sub(usize::from(inside.height));
        for (y, (i, name)) in (inside.top()..inside.bottom()).zip(names.iter().enumerate().skip(top)) {
            let found = model.themes.find(name, model.background);
            let about = match &found {
                Ok(palette) if palette.name != *name => format!("here: {}", palette.name),
                Ok(_) => String::new(),
                // The file's name is enough here; Enter says it all.
                Err(why) => {
                    let first = why.lines().next().unwrap_or_default();
                    let file = format!("{name}.toml");
                    first.find(&file).map_or(first, |at| &first[at + file.len()..]).trim_start_matches(':').to_owned()
                }
            };
            let style = if found.is_ok() { theme.text() } else { theme.dim() };
            let line = columns.one_line(&format!("{name:16} {about}"), inside.width);
            frame.buffer_mut().set_string(inside.x, y, line, style);
            if i == self.selected {
                frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
            }
        }
    }
}
