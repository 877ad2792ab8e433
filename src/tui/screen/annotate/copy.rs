//! Copying out of the program, into the clipboard of the terminal.

use crate::annotate::quoted;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::terminal::COPY_MOST;
use crate::tui::widget::words;

/// The selected text, as it stands in the document.
pub fn copy_text(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let text = open.annotation.text.slice(open.selection.range()).to_owned();
    let what = quoted(&text);
    copy(model, text, &what)
}

/// There is text to copy.
pub fn can_copy(model: &Model) -> Result<(), String> {
    let open = model.open.as_ref().ok_or("no document is open")?;
    if open.selection.range().is_empty() { Err("there is no text here".into()) } else { Ok(()) }
}

/// The document with its spans as one line of JSONL.
pub fn copy_document(model: &mut Model) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let annotation = &open.annotation;
    vec![Effect::ReadLine { document: annotation.document, annotator: annotation.annotator.clone() }]
}

/// Sends text to the clipboard, unless terminals would not take so much.
pub fn copy(model: &mut Model, text: String, what: &str) -> Vec<Effect> {
    let size = text.len();
    if size > COPY_MOST {
        let (kb, most) = (size.div_ceil(1000), COPY_MOST / 1000);
        model.say(Tone::Refusal, format!("not copied: {kb} kB, and terminals take {most} kB at most"));
        return Vec::new();
    }
    let chars = text.chars().count() as u64;
    model.say(Tone::Info, format!("copied {what}: {}", words::counted(chars, "character")));
    vec![Effect::Copy(text)]
}
