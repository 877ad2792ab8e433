//! Which document of the predictions is which of gold: by id where both sides have ids, else by position.

use std::collections::HashMap;
use std::sync::Arc;

use super::super::out::{counted, note};
use super::file::{Entry, SpanFile};
use crate::evaluate::Mark;

/// A document of gold as the predictions must know it.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Its id.
    pub(super) id: Option<String>,
    /// Its text.
    pub(super) text: Option<Arc<str>>,
    /// Where it stands, for messages.
    pub(super) place: String,
    /// Whether it is answered, so that it counts.
    pub(super) answered: bool,
}

/// Documents that messages name; all are counted.
const NAMED: usize = 5;

/// The spans of each answered document of gold, in gold's order, and the lines they stand on. `part`: gold is only a
/// part of what there is (a project), so that predictions may know more documents.
///
/// # Errors
/// When documents are missing on one side or have another text there: said with how many, which and where.
pub(super) fn pair(keys: &[Key], part: bool, gold: &str, file: SpanFile) -> anyhow::Result<(Vec<Vec<Mark>>, Vec<u64>)> {
    let SpanFile { name, documents, .. } = file;
    let by_id =
        !documents.is_empty() && keys.iter().all(|k| k.id.is_some()) && documents.iter().all(|d| d.id.is_some());
    let mut matched: Vec<Option<Entry>> = if by_id {
        match_ids(keys, part, gold, &name, documents)?
    } else {
        anyhow::ensure!(
            keys.len() == documents.len(),
            "{gold} has {}, {name} has {}: where one side has no ids documents pair by position, so there must be as many; \
             give both sides ids",
            counted(keys.len() as u64, "document"),
            documents.len()
        );
        documents.into_iter().map(Some).collect()
    };
    let place = |entry: &Entry| if entry.line > 0 { format!("{name}:{}", entry.line) } else { name.clone() };
    same_texts(keys, &matched, gold, &name, &place)?;
    let silent: Vec<String> = keys
        .iter()
        .zip(&matched)
        .filter_map(|(key, entry)| entry.as_ref().filter(|e| key.answered && e.spans.is_none()).map(place))
        .collect();
    anyhow::ensure!(
        silent.is_empty(),
        "{} without predictions in {name} ({}): a document in which nothing was found has an empty list of spans",
        counted(silent.len() as u64, "document"),
        some(&silent)
    );
    let answered = keys.iter().zip(&mut matched).filter(|(key, _)| key.answered);
    Ok(answered
        .map(|(_, entry)| entry.take().map_or_else(Default::default, |e| (e.spans.unwrap_or_default(), e.line)))
        .unzip())
}

fn match_ids(
    keys: &[Key],
    part: bool,
    gold: &str,
    name: &str,
    documents: Vec<Entry>,
) -> anyhow::Result<Vec<Option<Entry>>> {
    let mut by_id: HashMap<String, Entry> = HashMap::with_capacity(documents.len());
    let mut twice = Vec::new();
    for document in documents {
        let id = document.id.clone().unwrap_or_default();
        if let Some(first) = by_id.insert(id.clone(), document) {
            twice.push(format!("'{id}' (first on line {})", first.line));
        }
    }
    anyhow::ensure!(twice.is_empty(), "{} twice in {name}: {}", counted(twice.len() as u64, "id"), some(&twice));
    let mut matched = Vec::with_capacity(keys.len());
    let (mut taken, mut twice, mut missing) = (HashMap::new(), Vec::new(), Vec::new());
    for key in keys {
        let id = key.id.as_deref().unwrap_or_default();
        if taken.insert(id, ()).is_some() {
            twice.push(format!("'{id}' ({})", key.place));
        }
        let found = by_id.remove(id);
        if found.is_none() && key.answered {
            missing.push(format!("'{id}' ({})", key.place));
        }
        matched.push(found);
    }
    anyhow::ensure!(twice.is_empty(), "{} twice in {gold}: {}", counted(twice.len() as u64, "id"), some(&twice));
    let mut more: Vec<(u64, String)> =
        by_id.into_iter().map(|(id, e)| (e.line, format!("'{id}' ({name}:{})", e.line))).collect();
    more.sort();
    let more: Vec<String> = more.into_iter().map(|(_, shown)| shown).collect();
    let (missing_n, more_n) = (missing.len() as u64, more.len() as u64);
    anyhow::ensure!(
        missing.is_empty(),
        "{} of {gold} not in {name}: {}; both sides must hold the same documents",
        counted(missing_n, "document"),
        some(&missing)
    );
    anyhow::ensure!(
        more.is_empty() || part,
        "{} of {name} not in {gold}: {}; both sides must hold the same documents",
        counted(more_n, "document"),
        some(&more)
    );
    if more_n > 0 {
        note(&format!("note: {} of {name} without gold, passed over", counted(more_n, "document")));
    }
    Ok(matched)
}

fn same_texts(
    keys: &[Key],
    matched: &[Option<Entry>],
    gold: &str,
    name: &str,
    place: &impl Fn(&Entry) -> String,
) -> anyhow::Result<()> {
    let mut other = Vec::new();
    for (key, entry) in keys.iter().zip(matched) {
        let Some(entry) = entry else { continue };
        let (Some(own), Some(theirs)) = (&key.text, &entry.text) else { continue };
        if **own != **theirs {
            let same = own.chars().zip(theirs.chars()).take_while(|(a, b)| a == b).count();
            other.push(format!("{} and {}, from character {same} on", key.place, place(entry)));
        }
    }
    anyhow::ensure!(
        other.is_empty(),
        "{} of {} with another text in {name} than in {gold}: {}; spans can only be compared on the same text",
        other.len(),
        counted(matched.len() as u64, "document"),
        some(&other)
    );
    Ok(())
}

/// The first few of a list, and how many more there are.
fn some(list: &[String]) -> String {
    let more = if list.len() > NAMED { format!(", … and {} more", list.len() - NAMED) } else { String::new() };
    format!("{}{more}", list[..list.len().min(NAMED)].join(", "))
}
