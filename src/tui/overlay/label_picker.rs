//! Choosing a label by typing part of its name, or making one that is missing.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::{Overlay, fuzzy, label_edit};
use crate::dataset::{Label, LabelId};
use crate::store::Group;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::screen::annotate::{self, Target};
use crate::tui::screen::{documents, review};
use crate::tui::widget::list::scroll_bar;
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
    /// Enter was pressed where nothing matches: once more makes the label.
    asked: bool,
}

/// Rows that PageUp and PageDown move.
const PAGE: usize = 10;

/// Columns inside the box.
const WIDTH: u16 = 50;

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

    /// A label can be made here: it is to be given to something.
    pub fn gives(&self) -> bool {
        !self.filter && self.merge.is_none()
    }

    /// The labels to choose from with their keys: the best match first; with nothing typed the last given first.
    fn matching<'m>(&self, model: &'m Model) -> Vec<(Option<char>, &'m Label)> {
        let mut keys = model.labels.keys();
        keys.retain(|(_, label)| Some(label.id) != self.merge);
        if self.input.text().is_empty() && self.gives() {
            let recent = |label: &Label| model.recent_labels.iter().position(|id| *id == label.id);
            keys.sort_by_key(|(_, label)| recent(label).unwrap_or(usize::MAX));
        }
        if self.input.text().is_empty() {
            return keys;
        }
        let names = keys.iter().map(|(_, l)| l.name.as_str());
        let found = fuzzy::ranked(self.input.text(), names);
        found.into_iter().map(|i| keys[i]).collect()
    }

    /// Types, chooses, or takes the chosen one.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let matching: Vec<LabelId> = self.matching(model).into_iter().map(|(_, label)| label.id).collect();
        let last = matching.len().saturating_sub(1);
        match key.code {
            Code::Named(Named::Esc) => return (None, Vec::new()),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Char('n') if key.ctrl && self.gives() => return self.make(model),
            Code::Named(Named::Down | Named::Tab) if !key.shift => self.selected = (self.selected + 1).min(last),
            Code::Named(Named::Up | Named::Tab) => self.selected = self.selected.saturating_sub(1),
            Code::Named(Named::PageDown) => self.selected = (self.selected + PAGE).min(last),
            Code::Named(Named::PageUp) => self.selected = self.selected.saturating_sub(PAGE),
            Code::Named(Named::Enter) => match matching.get(self.selected) {
                Some(label) => return (None, self.take(model, *label)),
                None if self.asked => return self.make(model),
                None => self.asked = self.gives(),
            },
            _ => {
                if self.input.handle(key.to_event()) {
                    (self.selected, self.asked) = (0, false);
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

    /// A label of the name that was typed, to be given at once.
    fn make(self, model: &mut Model) -> (Option<Overlay>, Vec<Effect>) {
        // The number is not known yet; the name can be refused before it is.
        match model.labels.add(&model.annotator, LabelId(0), self.input.text()) {
            Ok(_) => {
                let name = self.input.text().trim().to_owned();
                (None, vec![Effect::NewLabelHere { name, change: self.change }])
            }
            Err(reason) => {
                model.say(Tone::Refusal, reason);
                (Some(Overlay::LabelPicker(self)), Vec::new())
            }
        }
    }

    /// The new label has its number: it comes and is given in one step of undo.
    pub fn take_new(&self, model: &mut Model, id: LabelId, name: &str) -> Vec<Effect> {
        let added = match model.labels.add(&model.annotator, id, name) {
            Ok(added) => added,
            Err(reason) => {
                model.say(Tone::Refusal, reason);
                return Vec::new();
            }
        };
        let before = model.labels.clone();
        added.changes.iter().for_each(|change| model.labels.apply(change));
        let effects = self.take(model, id);
        model.labels = before;
        let both = |given: Group| Group {
            reason: format!("{}, {}", added.reason, given.reason),
            changes: added.changes.iter().cloned().chain(given.changes).collect(),
            ..given
        };
        effects
            .into_iter()
            .map(|effect| match effect {
                Effect::Commit(given, then) => Effect::Commit(both(given), then),
                other => other,
            })
            .collect()
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let matching = self.matching(model);
        let colours = model.colours();
        // The line that is typed, and at the end what the chosen one means.
        let rows = model.labels.active().count().min(usize::from(frame.area().height.saturating_sub(7))).max(1);
        let area = popup::centred(frame.area(), WIDTH, rows as u16 + 2);
        let title = match (self.merge, self.filter) {
            (Some(from), _) => format!("Merge {} into", model.labels.name(from)),
            (None, true) if model.screen == Screen::Review => "Show only".into(),
            (None, true) => "Documents with label".into(),
            (None, false) if self.change => "Change label".into(),
            (None, false) => "Label".into(),
        };
        let title = format!("{title} · {}", matching.len());
        let inside = popup::render(area, frame.buffer_mut(), &title, theme);
        let line = Rect { height: 1, ..inside };
        let cursor = line_input::render(line, frame.buffer_mut(), &self.input, "type part of its name", theme);
        if let Some(cursor) = cursor {
            frame.set_cursor_position(cursor);
        }
        let top = (self.selected + 1).saturating_sub(rows);
        for (i, (key, label)) in matching.iter().enumerate().skip(top).take(rows) {
            let colour = colours.iter().find(|(c, _)| *c == label.id).map(|(_, colour)| theme.label_text(*colour));
            let here = model.open.as_ref().map_or(0, |open| open.listing.spans_of(label.id));
            let here = if here > 0 { here.to_string() } else { String::new() };
            // A name may come from a file, with anything in it.
            let name = theme.columns().one_line(&label.name, inside.width.saturating_sub(8));
            let gap = usize::from(inside.width).saturating_sub(2 + theme.columns().line_width(&name));
            let row = Line::from(vec![
                Span::styled(format!("{} ", key.unwrap_or(' ')), theme.key()),
                Span::styled(name, colour.unwrap_or_default()),
                Span::styled(format!("{here:>gap$}"), theme.dim()),
            ]);
            let y = inside.y + 1 + (i - top) as u16;
            if y + 1 < inside.bottom() {
                frame.buffer_mut().set_line(inside.x, y, &row, inside.width);
                if i == self.selected {
                    frame.buffer_mut().set_style(Rect { y, height: 1, ..inside }, theme.selected());
                }
            }
        }
        // On the border.
        let bar = Rect { x: inside.right() + 1, y: inside.y + 1, width: 1, height: rows as u16 };
        scroll_bar(bar, frame.buffer_mut(), top, matching.len(), theme);
        let about = match matching.get(self.selected) {
            Some((_, label)) => theme.columns().one_line(&label.description, inside.width),
            None => {
                frame.buffer_mut().set_string(inside.x, inside.y + 1, "no label matches", theme.dim());
                let name = theme.columns().one_line(self.input.text().trim(), inside.width.saturating_sub(26));
                match (self.gives(), self.asked) {
                    // Where labels are only looked for, none is made.
                    (false, _) => String::new(),
                    (true, true) => format!("Enter again makes the label {name}"),
                    (true, false) => format!("Enter, twice, makes the label {name}"),
                }
            }
        };
        frame.buffer_mut().set_string(inside.x, inside.bottom().saturating_sub(1), about, theme.dim());
    }
}
