//! What lies over a screen: a stack, of which the top one has the keys. Each is plain data with a function for keys and
//! one for drawing.

pub mod bulk;
mod colour_picker;
mod confirm;
mod find;
mod fuzzy;
mod help;
pub mod label_edit;
mod label_picker;
pub mod labels;
mod new_document;
mod occurrences;
mod palette;
mod prompt;
mod sources;
mod theme_picker;
mod which_key;

pub use bulk::Bulk;
pub use colour_picker::ColourPicker;
pub use confirm::{Confirm, Question};
pub use find::FindPrompt;
pub use help::{Help, show_help};
pub use label_picker::LabelPicker;
pub use labels::Labels;
pub use new_document::{NewDocument, new_document};
pub use occurrences::Occurrences;
pub use palette::{Palette, open_palette};
pub use prompt::{Prompt, Purpose, ask_document};
pub use sources::SourceList;
pub use theme_picker::{KEPT_AS as THEME_KEPT_AS, ThemePicker, choose_theme};

use ratatui::Frame;

use super::effect::Effect;
use super::key::{Code, Key, Named};
use super::model::{Model, Screen};
use super::screen::search;

/// Something over the screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys.
    Help(Help),
    /// A label to choose.
    LabelPicker(LabelPicker),
    /// The label editor.
    Labels(Labels),
    /// A colour to choose.
    ColourPicker(ColourPicker),
    /// A line to type.
    Prompt(Prompt),
    /// What would be accepted at once.
    Bulk(Bulk),
    /// A question to answer.
    Confirm(Confirm),
    /// A command to find.
    Palette(Palette),
    /// A text to find in the document.
    Find(FindPrompt),
    /// A document to type or paste in.
    NewDocument(NewDocument),
    /// All occurrences of a text.
    Occurrences(Occurrences),
    /// Colours to choose.
    Themes(ThemePicker),
    /// Gold or predictions to choose.
    Sources(SourceList),
}

/// A key for the overlay on top. It is taken off the stack meanwhile, and put back if it stays open.
pub fn press(model: &mut Model, key: Key) -> Vec<Effect> {
    let Some(overlay) = model.overlays.pop() else { return Vec::new() };
    let depth = model.overlays.len();
    let given = given_by(&overlay, key);
    let (stays, effects) = match overlay {
        Overlay::Help(help) => (help.press(model, key).map(Overlay::Help), Vec::new()),
        Overlay::LabelPicker(picker) => picker.press(model, key),
        Overlay::ColourPicker(picker) => picker.press(model, key),
        Overlay::Prompt(prompt) => prompt.press(model, key),
        Overlay::Bulk(bulk) => bulk.press(model, key),
        Overlay::Confirm(confirm) => confirm.press(model, key),
        Overlay::Palette(palette) => palette.press(model, key),
        Overlay::Find(find) => find.press(model, key),
        Overlay::NewDocument(new) => new.press(model, key),
        Overlay::Occurrences(occurrences) => occurrences.press(model, key),
        Overlay::Themes(themes) => themes.press(model, key),
        Overlay::Sources(sources) => sources.press(model, key),
        Overlay::Labels(labels) => (Some(Overlay::Labels(labels)), Vec::new()),
    };
    let writes = |e: &Effect| {
        matches!(e, Effect::Commit(..) | Effect::AddDocument(_) | Effect::NewLabelId(_) | Effect::FreezeGold(_))
    };
    if stays.is_none() && effects.iter().any(writes) {
        model.given = given;
    }
    // Below whatever the key has opened on top of it.
    if let Some(overlay) = stays {
        model.overlays.insert(depth.min(model.overlays.len()), overlay);
    }
    effects
}

/// What was typed, if this key gives it to the store.
fn given_by(overlay: &Overlay, key: Key) -> Option<Overlay> {
    match (overlay, key.code) {
        (Overlay::Prompt(_), Code::Named(Named::Enter)) => Some(overlay.clone()),
        (Overlay::NewDocument(_), Code::Char('d')) if key.ctrl => Some(overlay.clone()),
        _ => None,
    }
}

/// Pasted text, for overlays in which text is typed; over the list it is a new document.
pub fn paste(model: &mut Model, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Find(mut find)) = model.overlays.last().cloned() {
        find.paste(text);
        find.follow(model);
        model.overlays.pop();
        model.overlays.push(Overlay::Find(find));
        return Vec::new();
    }
    match model.overlays.last_mut() {
        Some(Overlay::Prompt(prompt)) => prompt.input.insert(text),
        Some(Overlay::LabelPicker(picker)) => picker.input.insert(text),
        Some(Overlay::ColourPicker(picker)) => picker.input.insert(text),
        Some(Overlay::Palette(palette)) => palette.input.insert(text),
        Some(Overlay::NewDocument(new)) => new.input.insert(text),
        None if model.screen == Screen::Search => search::paste(model, text),
        None if model.screen == Screen::Documents => new_document::pasted_document(model, text),
        _ => {}
    }
    Vec::new()
}

/// Draws the stack from the bottom up, then the keys that may follow a prefix.
pub fn view(model: &Model, frame: &mut Frame<'_>) {
    for overlay in &model.overlays {
        match overlay {
            Overlay::Help(help) => help.view(model, frame),
            Overlay::LabelPicker(picker) => picker.view(model, frame),
            Overlay::Labels(labels) => labels.view(model, frame),
            Overlay::ColourPicker(picker) => picker.view(model, frame),
            Overlay::Prompt(prompt) => prompt.view(model, frame),
            Overlay::Bulk(bulk) => bulk.view(model, frame),
            Overlay::Confirm(confirm) => confirm.view(model, frame),
            Overlay::Palette(palette) => palette.view(model, frame),
            Overlay::Find(find) => find.view(model, frame),
            Overlay::NewDocument(new) => new.view(model, frame),
            Overlay::Occurrences(occurrences) => occurrences.view(model, frame),
            Overlay::Themes(themes) => themes.view(model, frame),
            Overlay::Sources(sources) => sources.view(model, frame),
        }
    }
    which_key::view(model, frame);
}
