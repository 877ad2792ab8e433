//! The line that says what to find in the open document; the text above it follows every letter.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

use super::Overlay;
use crate::annotate::{Selection, quoted};
use crate::dataset::DocumentId;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Tone};
use crate::tui::screen::annotate::{self, Find, Focus, Open};
use crate::tui::widget::{line_input, line_input::LineInput};

/// What is being typed, and where to go back to.
#[derive(Clone, Debug)]
pub struct FindPrompt {
    /// What has been typed.
    pub input: LineInput,
    before: (Selection, Option<Focus>, usize, Option<Find>),
    /// The text it is typed over: another process may put another one there.
    over: (DocumentId, u32),
}

impl FindPrompt {
    /// Nothing typed yet.
    pub fn new(open: &Open) -> Self {
        let before = (open.selection, open.focus, open.top, open.find.clone());
        Self { input: LineInput::default(), before, over: (open.annotation.document, open.version) }
    }

    /// Types, goes from place to place, keeps the place, or goes back.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        match key.code {
            Code::Named(Named::Esc) => return (None, self.go_back(model)),
            Code::Char('c') if key.ctrl => return (None, self.go_back(model)),
            Code::Named(Named::Enter) => return (None, self.keep(model)),
            Code::Named(Named::Down | Named::Tab) if !key.shift => drop(annotate::next_match(model)),
            Code::Named(Named::Up | Named::Tab) => drop(annotate::previous_match(model)),
            _ => {
                if self.input.handle(key.to_event()) {
                    self.follow(model);
                }
            }
        }
        (Some(Overlay::Find(self)), Vec::new())
    }

    /// Text was pasted into the line.
    pub fn paste(&mut self, text: &str) {
        self.input.insert(text);
    }

    /// Shows the first place from where the cursor was.
    pub fn follow(&self, model: &mut Model) {
        annotate::look_for(model, self.input.text());
        let Some(open) = &mut model.open else { return };
        let (selection, focus, top, _) = &self.before;
        if (open.annotation.document, open.version) == self.over {
            (open.selection, open.focus, open.top) = (*selection, *focus, *top);
        }
        let Some(places) = open.find.as_ref().map(|f| f.places.clone()) else { return };
        let from = open.selection.range().start;
        let first = places.get(places.partition_point(|p| p.start < from)).or(places.first());
        if let Some(&place) = first {
            open.select_match(place);
        }
        annotate::keep_in_sight(model);
    }

    fn go_back(self, model: &mut Model) -> Vec<Effect> {
        if let Some(open) = &mut model.open {
            let same = (open.annotation.document, open.version) == self.over;
            let (selection, focus, top, find) = self.before;
            if same {
                (open.selection, open.focus, open.top) = (selection, focus, top);
            }
            open.show_find(find.filter(|_| same));
        }
        Vec::new()
    }

    /// Nothing typed finds the last thing again.
    fn keep(self, model: &mut Model) -> Vec<Effect> {
        if self.input.text().is_empty() {
            return match annotate::has_find(model) {
                Ok(()) => annotate::next_match(model),
                Err(_) => self.go_back(model),
            };
        }
        model.last_find = self.input.text().to_owned();
        let found = model.open.as_ref().and_then(|o| o.find.as_ref()).is_some_and(|f| !f.places.is_empty());
        if found {
            return Vec::new();
        }
        model.say(Tone::Refusal, format!("{} is nowhere in this document", quoted(self.input.text())));
        self.go_back(model)
    }

    /// Draws it in the place of the status line, so that the text stays where it is.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let (area, theme) = (frame.area(), &model.theme);
        let line = Rect { y: area.bottom().saturating_sub(2), height: 1, ..area };
        Clear.render(line, frame.buffer_mut());
        let count = match model.open.as_ref().and_then(|o| Some((o.find.as_ref()?, o.selection.range()))) {
            Some((find, selected)) => find.count(selected),
            None => String::new(),
        };
        let width = count.chars().count() as u16;
        let input = Rect { x: line.x + 7, width: line.width.saturating_sub(9 + width), ..line };
        frame.buffer_mut().set_string(line.x + 1, line.y, "find:", theme.key());
        let cursor =
            line_input::render(input, frame.buffer_mut(), &self.input, "part of the text; upper case is meant", theme);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
        let style = if count == "nowhere" { theme.warning() } else { theme.text() };
        frame.buffer_mut().set_string(line.right().saturating_sub(width + 1), line.y, count, style);
    }
}
