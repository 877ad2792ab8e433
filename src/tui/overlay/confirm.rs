//! A question before what is hard to take back, or larger than it looks.

use ratatui::Frame;

use super::{Overlay, labels};
use crate::dataset::LabelId;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::Model;
use crate::tui::screen::annotate;
use crate::tui::update;
use crate::tui::widget::popup;

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Question {
    /// Accept every suggestion on the screen?
    AcceptAll {
        /// How many.
        count: usize,
        /// At or above this.
        threshold: f32,
    },
    /// Remove a label that no span has?
    RemoveLabel(LabelId),
    /// A label has spans, which removing would orphan: archive it instead?
    ArchiveInstead(LabelId, u64),
    /// Quit though a text is still being looked for?
    QuitSearching,
    /// Forget the text that was typed?
    DropText,
}

/// A question on the screen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confirm {
    question: Question,
}

impl Confirm {
    /// Asks.
    pub fn new(question: Question) -> Self {
        Self { question }
    }

    /// Yes or no; other keys wait.
    pub fn press(self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        match key.code {
            Code::Char('y') | Code::Named(Named::Enter) if !key.ctrl => (None, self.yes(model)),
            Code::Char('n' | 'q') | Code::Named(Named::Esc) => (None, Vec::new()),
            Code::Char('c') if key.ctrl => (None, Vec::new()),
            _ => (Some(Overlay::Confirm(self)), Vec::new()),
        }
    }

    fn yes(self, model: &mut Model) -> Vec<Effect> {
        match self.question {
            // What was said yes to is what was counted: suggestions that have changed since are asked about again.
            Question::AcceptAll { count, threshold }
                if (count, threshold) != (annotate::shown_suggestions(model), model.settings.threshold) =>
            {
                annotate::accept_above_threshold(model)
            }
            Question::AcceptAll { .. } => annotate::accept_all(model),
            Question::RemoveLabel(id) => labels::remove(model, id),
            Question::ArchiveInstead(id, _) => labels::archive(model, id, true),
            Question::QuitSearching => update::stop(model),
            Question::DropText => {
                model.overlays.pop_if(|overlay| matches!(overlay, Overlay::NewDocument(_)));
                Vec::new()
            }
        }
    }

    fn words(self, model: &Model) -> (String, Vec<String>) {
        match self.question {
            Question::AcceptAll { count, threshold } => {
                let s = if count == 1 { "" } else { "s" };
                let lines = vec![
                    format!("Accept {count} suggestion{s} of this document"),
                    format!("with a score above {threshold:.2}? One undo takes all back."),
                ];
                ("Accept all".into(), lines)
            }
            Question::RemoveLabel(id) => {
                ("Remove label".into(), vec![format!("Remove {}? No span has it.", model.labels.name(id))])
            }
            Question::QuitSearching => {
                let (read, total) = model.search.as_ref().map_or((0, 0), |(_, s)| (s.read, s.total));
                let lines = vec![
                    format!("Occurrences are still being suggested: {read} of {total} documents."),
                    "Quit all the same? Nothing of that is kept then.".into(),
                ];
                ("Quit".into(), lines)
            }
            Question::DropText => {
                ("New document".into(), vec!["Leave without adding it? The text is forgotten.".into()])
            }
            Question::ArchiveInstead(id, uses) => {
                let (name, s) = (model.labels.name(id), if uses == 1 { "" } else { "s" });
                let lines = vec![
                    format!("{uses} span{s} of this project would lose the label {name}."),
                    "Archive it instead? Its spans stay, it is offered no longer.".into(),
                ];
                ("Label in use".into(), lines)
            }
        }
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let (title, mut lines) = self.words(model);
        lines.push(String::new());
        let width = lines.iter().map(|l| l.chars().count()).max().unwrap_or(0).max(30) as u16;
        let area = popup::centred(frame.area(), width, lines.len() as u16 + 1);
        let inside = popup::render(area, frame.buffer_mut(), &title, theme);
        for (y, line) in (inside.top()..inside.bottom()).zip(&lines) {
            frame.buffer_mut().set_stringn(inside.x, y, line, usize::from(inside.width), theme.text());
        }
        let y = inside.bottom().saturating_sub(1);
        let (x, _) = frame.buffer_mut().set_stringn(inside.x, y, "y", usize::MAX, theme.key());
        let (x, _) = frame.buffer_mut().set_stringn(x, y, " yes   ", usize::MAX, theme.text());
        let (x, _) = frame.buffer_mut().set_stringn(x, y, "n", usize::MAX, theme.key());
        frame.buffer_mut().set_string(x, y, " no", theme.text());
    }
}
