//! Choosing a label by typing part of its name.

use ratatui::Frame;
use ratatui::text::{Line, Span};

use super::{Overlay, fuzzy, label_edit};
use crate::dataset::LabelId;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::screen::annotate::{self, Target};
use crate::tui::screen::{documents, review};
use crate::tui::widget::{line_input, line_input::LineInput, popup};

/// The names that match so far, and the one chosen.
#[derive(Clone, Debug, Default)]
pub struct LabelPicker {
    /// For what is there already, instead of a new span.
    pub change: bool,
    /// For the filter of the screen below.
    filter: bool,
    /// This label is to be merged into the chosen one.
    merge: Option<LabelId>,
    /// What has been typed.
    pub input: LineInput,
    selected: usize,
}

impl LabelPicker {
    /// Nothing typed yet.
    pub fn new(change: bool) -> Self {
        Self { change, ..Self::default() }
    }

    /// For the filter of the screen below; `selected` is the place of the label to begin with.
    pub fn to_filter(selected: usize) -> Self {
        Self { filter: true, selected, ..Self::default() }
    }

    /// To choose the label that another one is merged into.
    pub fn merging(from: LabelId) -> Self {
        Self { merge: Some(from), ..Self::default() }
    }

    fn matching(&self, model: &Model) -> Vec<(Option<char>, LabelId, String)> {
        let mut keys = model.labels.keys();
        keys.retain(|(_, l)| Some(l.id) != self.merge);
        let names = keys.iter().map(|(_, l)| l.name.as_str());
        let found = fuzzy::ranked(self.input.text(), names);
        found.into_iter().map(|i| (keys[i].0, keys[i].1.id, keys[i].1.name.clone())).collect()
    }

    /// Types, chooses, or takes the chosen one.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let matching = self.matching(model);
        let last = matching.len().saturating_sub(1);
        match key.code {
            Code::Named(Named::Esc) => return (None, Vec::new()),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Named(Named::Down | Named::Tab) if !key.shift => self.selected = (self.selected + 1).min(last),
            Code::Named(Named::Up | Named::Tab) => self.selected = self.selected.saturating_sub(1),
            Code::Named(Named::Enter) => {
                let Some((_, label, _)) = matching.get(self.selected) else {
                    model.say(Tone::Refusal, format!("no label matches {}", self.input.text()));
                    return (Some(Overlay::LabelPicker(self)), Vec::new());
                };
                return (None, self.take(model, *label));
            }
            _ => {
                if self.input.handle(key.to_event()) {
                    self.selected = 0;
                }
            }
        }
        (Some(Overlay::LabelPicker(self)), Vec::new())
    }

    fn take(&self, model: &mut Model, label: LabelId) -> Vec<Effect> {
        if let Some(from) = self.merge {
            return label_edit::count_merge(model, from, label);
        }
        match (model.screen, self.filter) {
            (Screen::Review, true) => return review::show_only(model, label),
            (Screen::Review, false) => return review::give_label(model, label),
            (_, true) => return documents::filter_by_label(model, label),
            _ => {}
        }
        let on_suggestion = model.open.as_ref().is_some_and(|o| matches!(o.target(), Target::Suggestion(_)));
        match (self.change, on_suggestion) {
            (true, _) => annotate::change_label_to(model, label),
            (false, true) => annotate::give_label(model, label),
            (false, false) => annotate::add_label(model, label),
        }
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let matching = self.matching(model);
        let colours = model.colours();
        let rows = model.labels.active().count().min(usize::from(frame.area().height.saturating_sub(6))).max(1);
        let area = popup::centred(frame.area(), 44, rows as u16 + 1);
        let title = match (self.merge, self.filter) {
            (Some(from), _) => format!("Merge {} into", model.labels.name(from)),
            (None, true) if model.screen == Screen::Review => "Show only".into(),
            (None, true) => "Documents with label".into(),
            (None, false) if self.change => "Change label".into(),
            (None, false) => "Label".into(),
        };
        let inside = popup::render(area, frame.buffer_mut(), &title, theme);
        let line = ratatui::layout::Rect { height: 1, ..inside };
        let cursor = line_input::render(line, frame.buffer_mut(), &self.input, "type part of its name", theme);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, (key, id, name)) in matching.iter().enumerate().skip(top).take(rows) {
            let colour = colours.iter().find(|(c, _)| c == id).map(|(_, colour)| theme.label_text(*colour));
            let row = Line::from(vec![
                Span::styled(format!("{} ", key.unwrap_or(' ')), theme.key()),
                // A name may come from a file, with anything in it.
                Span::styled(theme.columns().one_line(name, inside.width), colour.unwrap_or_default()),
            ]);
            let y = inside.y + 1 + (i - top) as u16;
            if y < inside.bottom() {
                frame.buffer_mut().set_line(inside.x, y, &row, inside.width);
                if i == self.selected {
                    let row = ratatui::layout::Rect { y, height: 1, ..inside };
                    frame.buffer_mut().set_style(row, theme.selected());
                }
            }
        }
        if matching.is_empty() {
            frame.buffer_mut().set_string(inside.x, inside.y + 1, "no label matches", theme.dim());
        }
    }
}
