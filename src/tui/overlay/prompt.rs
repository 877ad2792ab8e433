//! One line to type, for whatever is needed.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Overlay, label_edit, labels};
use crate::dataset::{LabelId, SpanId};
use crate::store::Anchor;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Screen};
use crate::tui::screen::project::{self, CardLine};
use crate::tui::screen::{annotate, documents};
use crate::tui::widget::{line_input, line_input::LineInput, popup, words};

/// Cells of the line.
const WIDTH: u16 = 60;

/// What the line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Name of a new label.
    AddLabel,
    /// Another name.
    RenameLabel(LabelId),
    /// What a label means.
    DescribeLabel(LabelId),
    /// What the model reads.
    LabelPrompt(LabelId),
    /// The threshold of one label.
    LabelThreshold(LabelId),
    /// The key that gives a label.
    LabelKey(LabelId),
    /// A line of the task card.
    Card(CardLine),
    /// Name of a gold set to be frozen.
    FreezeGold,
    /// Text that listed documents contain.
    FilterText,
    /// Scores between which listed documents have a suggestion.
    FilterScore,
    /// A note on a span, or on the document.
    Note(Option<SpanId>),
    /// Id of a document.
    Document,
}

/// A line being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What for.
    pub purpose: Purpose,
    /// What has been typed.
    pub input: LineInput,
    /// Why it was not taken.
    refusal: Option<String>,
}

/// Asks which document to go to.
pub fn ask_document(model: &mut Model) -> Vec<Effect> {
    model.overlays.push(Overlay::Prompt(Prompt::new(Purpose::Document, "")));
    Vec::new()
}

impl Prompt {
    /// A line that begins as `text`.
    pub fn new(purpose: Purpose, text: &str) -> Self {
        Self { purpose, input: LineInput::new(text), refusal: None }
    }

    /// Types, or takes the line.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        match key.code {
            Code::Named(Named::Esc) => return (None, Vec::new()),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Named(Named::Enter) => match self.take(model) {
                Ok(effects) => return (None, effects),
                Err(refusal) => self.refusal = Some(refusal),
            },
            _ => {
                if self.input.handle(key.to_event()) {
                    self.refusal = None;
                }
            }
        }
        (Some(Overlay::Prompt(self)), Vec::new())
    }

    fn take(&self, model: &mut Model) -> Result<Vec<Effect>, String> {
        let text = self.input.text();
        match self.purpose {
            Purpose::FilterText => {
                model.documents.query.contains = text.trim().to_owned();
                Ok(vec![model.documents.load(Anchor::Start)])
            }
            Purpose::FilterScore => documents::take_scores(model, text),
            Purpose::Note(span) => annotate::take_note(model, span, text),
            Purpose::Document if text.trim().is_empty() => Err("type a document's id or number".into()),
            Purpose::Document => {
                let mut effects = Vec::new();
                if model.screen == Screen::Annotate {
                    effects.extend(annotate::leave(model));
                }
                effects.push(Effect::OpenNamed(text.trim().to_owned()));
                Ok(effects)
            }
            Purpose::AddLabel => labels::take_new_name(model, text),
            Purpose::RenameLabel(id) => labels::commit(model, |set, me| set.rename(me, id, text)),
            Purpose::DescribeLabel(id) => labels::commit(model, |set, me| set.describe(me, id, text)),
            Purpose::LabelPrompt(id) => labels::commit(model, |set, me| set.set_prompt(me, id, text)),
            Purpose::LabelThreshold(id) => label_edit::take_threshold(model, id, text),
            Purpose::LabelKey(id) => label_edit::take_key(model, id, text),
            Purpose::Card(line) => project::take_line(model, line, text),
            Purpose::FreezeGold => project::take_gold_name(model, text),
        }
    }

    fn words(&self, model: &Model) -> (String, &'static str) {
        let name = |id: LabelId| model.labels.name(id);
        match self.purpose {
            Purpose::AddLabel => ("New label".into(), "its name, as people and the model read it"),
            Purpose::RenameLabel(id) => (format!("Rename {}", name(id)), "its name"),
            Purpose::DescribeLabel(id) => (format!("What {} means", name(id)), "one or two sentences"),
            Purpose::LabelPrompt(id) => (format!("What the model reads for {}", name(id)), "empty: the name"),
            Purpose::FilterScore => {
                ("Documents with a suggestion that scores between".into(), "0.4 0.6, by twentieths; empty: all")
            }
            Purpose::Note(span) => (annotate::note_title(model, span), "empty: no note"),
            Purpose::LabelThreshold(id) => (format!("Threshold of {}", name(id)), "empty: the one of all labels"),
            Purpose::LabelKey(id) => (format!("Key of {}", name(id)), "one character; empty: the digit of its place"),
            Purpose::Card(line) => (format!("The project's {}", line.title()), "one line"),
            Purpose::FreezeGold => ("Freeze what is submitted as gold set".into(), "its name"),
            Purpose::FilterText => ("Documents that contain".into(), "empty: all"),
            Purpose::Document => ("Go to document".into(), "id or number"),
        }
    }

    /// What taking the line does beyond the label itself, where that is known.
    fn consequence(&self, model: &Model) -> Option<String> {
        let Purpose::RenameLabel(id) = self.purpose else { return None };
        let uses = model.project_screen.tally.as_ref().map(|t| t.label(id)).filter(|t| !t.is_unused())?;
        Some(format!("{} follow", labels::spans_of(&uses)))
    }

    /// Draws it in the middle.
    pub fn view(&self, model: &Model, frame: &mut Frame<'_>) {
        let theme = &model.theme;
        let (title, placeholder) = self.words(model);
        let about = self.consequence(model);
        let (text, style) = match &self.refusal {
            Some(refusal) => (refusal.as_str(), theme.error()),
            None => (about.as_deref().unwrap_or("Enter takes it · Esc leaves it"), theme.dim()),
        };
        let columns = theme.columns();
        // Why a line was not taken must be read whole.
        let room = WIDTH.min(frame.area().width.saturating_sub(4)).max(1);
        let rows = words::wrap(text, room, &columns);
        let area = popup::centred(frame.area(), WIDTH, 1 + rows.len() as u16);
        let inside = popup::render(area, frame.buffer_mut(), &title, theme);
        let line = Rect { height: 1, ..inside };
        if let Some(cursor) = line_input::render(line, frame.buffer_mut(), &self.input, placeholder, theme) {
            frame.set_cursor_position(cursor);
        }
        for (y, row) in (inside.y + 1..inside.bottom()).zip(&rows) {
            frame.buffer_mut().set_string(inside.x, y, row, style);
        }
    }
}
