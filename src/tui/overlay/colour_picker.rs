//! Choosing a label's colour: from its name, one of the palette, or any by its numbers. Each is shown as it will look.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, fuzzy, labels};
use crate::dataset::{Label, LabelId};
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::theme::LabelColour;
use crate::tui::widget::{line_input, line_input::LineInput, popup};

/// The first choice: what the name gives.
const AUTOMATIC: &str = "automatic";

/// A label, and the colour that is chosen so far.
#[derive(Clone, Debug)]
pub struct ColourPicker {
    label: LabelId,
    /// What has been typed.
    pub input: LineInput,
    selected: usize,
}

impl ColourPicker {
    /// Begins at the colour the label has.
    pub fn new(label: &Label) -> Self {
        let place = |colour: &String| LabelColour::NAMES.iter().position(|name| name == colour).map(|i| i + 1);
        let own = label.colour.as_ref();
        let input = own.filter(|c| c.starts_with('#')).cloned().unwrap_or_default();
        Self { label: label.id, input: LineInput::new(input), selected: own.and_then(place).unwrap_or(0) }
    }

    /// The choices that match what was typed.
    fn choices(&self) -> Vec<String> {
        let typed = self.input.text().trim().to_lowercase();
        if typed.starts_with('#') {
            return LabelColour::parse(&typed).map(|_| typed).into_iter().collect();
        }
        let all: Vec<&str> = [AUTOMATIC].into_iter().chain(LabelColour::NAMES).collect();
        fuzzy::ranked(&typed, all.iter().copied()).into_iter().map(|i| all[i].to_owned()).collect()
    }

    /// Types, chooses, or takes the chosen colour.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let choices = self.choices();
        match key.code {
            Code::Named(Named::Esc) => return (None, Vec::new()),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Named(Named::Down | Named::Tab) if !key.shift => {
                self.selected = (self.selected + 1).min(choices.len().saturating_sub(1));
            }
            Code::Named(Named::Up | Named::Tab) => self.selected = self.selected.saturating_sub(1),
            Code::Named(Named::Enter) => match choices.get(self.selected) {
                Some(choice) => {
                    let colour = Some(choice.as_str()).filter(|c| *c != AUTOMATIC);
                    let done = labels::commit(model, |set, me| set.recolour(me, self.label, colour));
                    return match done {
                        Ok(effects) => (None, effects),
                        Err(reason) => {
                            model.say(Tone::Refusal, reason);
                            (None, Vec::new())
                        }
                    };
                }
                None => model.say(Tone::Refusal, "a name from the list, or # and six digits such as #e5c07b"),
            },
            _ => {
                if self.input.handle(key.to_event()) {
                    self.selected = 0;
                }
            }
        }
        (Some(Overlay::ColourPicker(self)), Vec::new())
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let columns = theme.columns();
        let name = model.labels.name(self.label);
        let area = popup::centred(frame.area(), 56, LabelColour::NAMES.len() as u16 + 2);
        let inside = popup::render(area, frame.buffer_mut(), &format!("Colour of {name}"), theme);
        let line = Rect { height: 1, ..inside };
        let hint = "part of a name, or #rrggbb";
        if let Some(cursor) = line_input::render(line, frame.buffer_mut(), &self.input, hint, theme) {
            frame.set_cursor_position(cursor);
        }
        let choices = self.choices();
        let rows = usize::from(inside.height.saturating_sub(1));
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, choice) in choices.iter().enumerate().skip(top).take(rows) {
            let colour = LabelColour::parse(choice).unwrap_or_else(|| self.automatic(model));
            let others: Vec<String> = others(model, self.label, colour);
            let also = if others.is_empty() { String::new() } else { format!("as {}", others.join(", ")) };
            let row = Line::from(vec![
                Span::styled(format!("{choice:10}"), theme.text()),
                Span::styled(columns.one_line(&name, 14), theme.label_block(colour)),
                Span::raw("  "),
                Span::styled(columns.one_line(&name, 14), theme.label_text(colour)),
                Span::raw("  "),
                Span::styled(columns.one_line(&also, inside.width.saturating_sub(14)), theme.dim()),
            ]);
            let y = inside.y + 1 + (i - top) as u16;
            // The chosen row is marked beside it: a background would hide what the colour looks like.
            let mark = if i == self.selected { if theme.ascii() { "> " } else { "▸ " } } else { "  " };
            frame.buffer_mut().set_string(inside.x, y, mark, theme.accent());
            frame.buffer_mut().set_line(inside.x + 2, y, &row, inside.width.saturating_sub(2));
        }
        if choices.is_empty() {
            frame.buffer_mut().set_string(inside.x, inside.y + 1, "no such colour yet", theme.dim());
        }
    }

    /// What the name gives among the other labels.
    fn automatic(&self, model: &Model) -> LabelColour {
        let all = model.labels.all();
        let assigned = LabelColour::assign(all.iter().map(|l| l.name.as_str()));
        let place = all.iter().position(|l| l.id == self.label);
        place.and_then(|i| assigned.get(i).copied()).unwrap_or(LabelColour::Palette(0))
    }
}

/// Names of other labels that have this colour.
fn others(model: &Model, label: LabelId, colour: LabelColour) -> Vec<String> {
    let same = model.colours().into_iter().filter(|(id, c)| *id != label && *c == colour);
    same.map(|(id, _)| model.labels.name(id)).collect()
}
