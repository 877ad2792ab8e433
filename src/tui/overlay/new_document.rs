//! A document typed or pasted in.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Confirm, Overlay, Question};
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::widget::{popup, text_input, text_input::TextInput, words};

/// The text so far.
#[derive(Clone, Debug, Default)]
pub struct NewDocument {
    /// What has been typed and pasted.
    pub input: TextInput,
}

/// Opens an empty one.
pub fn new_document(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::NewDocument(NewDocument::default()));
    Vec::new()
}

/// Opens one with a text that was pasted; an empty paste is nothing.
pub fn pasted_document(model: &mut Model, text: &str) {
    if !text.trim().is_empty() {
        model.overlays.push(Overlay::NewDocument(NewDocument { input: TextInput::new(text) }));
    }
}

impl NewDocument {
    /// Types, saves or leaves.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let empty = self.input.text().trim().is_empty();
        match key.code {
            Code::Char('d') if key.ctrl => {
                if !empty {
                    // The line break at the end of a paste is not part of the text.
                    let text = self.input.text();
                    let text = text.strip_suffix('\n').unwrap_or(text).to_owned();
                    return (None, vec![Effect::AddDocument(text)]);
                }
                model.say(Tone::Refusal, "the text is empty: type or paste one, or Esc leaves");
            }
            Code::Named(Named::Esc) if empty => return (None, Vec::new()),
            Code::Char('c') if key.ctrl && empty => return (None, Vec::new()),
            // Two ways out of everything; of a text, both ask.
            Code::Named(Named::Esc) | Code::Char('c') if key.code == Code::Named(Named::Esc) || key.ctrl => {
                model.overlays.push(Overlay::NewDocument(self));
                model.overlays.push(Overlay::Confirm(Confirm::new(Question::DropText)));
                return (None, Vec::new());
            }
            _ => {
                let width = area(model.size).1.width;
                self.input.handle(key, width);
            }
        }
        (Some(Overlay::NewDocument(self)), Vec::new())
    }

    /// Draws it over most of the screen.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let (outside, text) = area(model.size);
        let inside = popup::render(outside, frame.buffer_mut(), "New document", theme);
        if let Some(cursor) = text_input::render(text, frame.buffer_mut(), &self.input, theme)
            && matches!(model.overlays.last(), Some(Overlay::NewDocument(_)))
        {
            frame.set_cursor_position(cursor);
        }
        if self.input.text().is_empty() {
            let say = "type or paste the text of one document";
            frame.buffer_mut().set_stringn(text.x + 1, text.y, say, usize::from(text.width.max(1) - 1), theme.dim());
        }
        let chars = self.input.text().chars().count() as u64;
        let size = words::counted(chars, "character");
        let last = inside.bottom().saturating_sub(1);
        frame.buffer_mut().set_stringn(inside.x, last, size, usize::from(inside.width), theme.dim());
    }
}

/// The box, and the place of the text in it.
fn area(size: (u16, u16)) -> (Rect, Rect) {
    let (columns, rows) = size;
    let screen = Rect::new(0, 0, columns, rows.saturating_sub(1));
    let outside = popup::centred(screen, columns.saturating_sub(8).min(100), rows.saturating_sub(6));
    let width = outside.width.saturating_sub(4).max(1);
    let text = Rect::new(outside.x + 2, outside.y + 1, width, outside.height.saturating_sub(4).max(1));
    (outside, text)
}
