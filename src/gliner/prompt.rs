//! Labels → the part of a sequence that stands before the text.
//!
//! `<<ENT>> label₁ <<ENT>> label₂ … <<SEP>>`, already in subtoken ids. Duplicate labels are folded (the first counts).
//! When the labels alone would fill what the model reads at once, they are spread over several prompts of like length;
//! the text is read once with each.

use super::error::SuggestError;
use super::tokenizer::Tokenizer;
use crate::text::is_blank;

/// One prompt.
#[derive(Clone, Debug, PartialEq)]
pub struct Prompt {
    /// Subtoken ids, without the special tokens of the sequence.
    pub ids: Vec<u32>,
    /// For each class of this prompt: the label's index in the request.
    pub classes: Vec<usize>,
    /// Words of the prompt, as the official package counts them.
    pub words: usize,
    /// Those of them that have at least one subtoken.
    pub visible_words: usize,
}

/// A label in ids.
struct Entry {
    index: usize,
    ids: Vec<u32>,
    /// The official package does not hand an empty label to its tokenizer at all.
    is_word: bool,
}

/// The prompts for `labels`. `room` is the most ids one prompt may take. With `compat` there is one prompt whatever its
/// length, and empty labels pass.
pub fn prompts(
    tokenizer: &Tokenizer,
    ent_token: &str,
    labels: &[String],
    room: usize,
    compat: bool,
) -> Result<Vec<Prompt>, SuggestError> {
    let mut entries: Vec<Entry> = Vec::with_capacity(labels.len());
    let mut seen = std::collections::HashSet::new();
    for (index, label) in labels.iter().enumerate() {
        if !seen.insert(label.as_str()) {
            continue;
        }
        if is_blank(label) && !compat {
            return Err(SuggestError::EmptyLabel);
        }
        let mut ids = Vec::new();
        if !label.is_empty() {
            tokenizer.encode(label, &mut ids);
        }
        let shown = || label.chars().take(60).collect::<String>();
        if ids.contains(&tokenizer.ent) {
            return Err(SuggestError::MarkerInLabel { label: shown(), token: ent_token.to_owned() });
        }
        if ids.len() + 2 > room && !compat {
            return Err(SuggestError::LabelTooLong { label: shown(), tokens: ids.len(), limit: room });
        }
        entries.push(Entry { index, ids, is_word: !label.is_empty() });
    }
    if entries.is_empty() {
        return Ok(Vec::new());
    }
    let whole: usize = entries.iter().map(|e| e.ids.len() + 1).sum::<usize>() + 1;
    if compat || whole <= room {
        return Ok(vec![join(tokenizer, &entries)]);
    }
    // As many groups as are needed, then filled evenly; a group may overshoot the even share, never the room.
    let share = whole.div_ceil(whole.div_ceil(room)).min(room);
    let (mut groups, mut from, mut length) = (Vec::new(), 0, 1);
    for (at, entry) in entries.iter().enumerate() {
        let more = entry.ids.len() + 1;
        if at > from && (length + more > room || length >= share) {
            groups.push(join(tokenizer, &entries[from..at]));
            (from, length) = (at, 1);
        }
        length += more;
    }
    groups.push(join(tokenizer, &entries[from..]));
    Ok(groups)
}

fn join(tokenizer: &Tokenizer, entries: &[Entry]) -> Prompt {
    let mut prompt = Prompt { ids: Vec::new(), classes: Vec::new(), words: 0, visible_words: 0 };
    for entry in entries {
        prompt.ids.push(tokenizer.ent);
        prompt.ids.extend_from_slice(&entry.ids);
        prompt.classes.push(entry.index);
        prompt.words += 1 + usize::from(entry.is_word);
        prompt.visible_words += 1 + usize::from(!entry.ids.is_empty());
    }
    prompt.ids.push(tokenizer.sep);
    prompt.words += 1;
    prompt.visible_words += 1;
    prompt
}
