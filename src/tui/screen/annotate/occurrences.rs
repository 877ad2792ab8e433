//! One label for a text wherever it stands.

use super::{Open, Target, commit};
use crate::annotate::quoted;
use crate::dataset::LabelId;
use crate::store::{Change, Group};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::finder::{Search, SearchEnd, Searched};
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;
use crate::tui::overlay::{Occurrences, Overlay};
use crate::tui::widget::words::counted;

/// Asks where else the text at the cursor is to be suggested, in this document first.
pub fn label_occurrences(model: &mut Model) -> Vec<Effect> {
    ask_occurrences(model, false)
}

/// Asks where else the text at the cursor is to be suggested, in the project first.
pub fn label_in_project(model: &mut Model) -> Vec<Effect> {
    ask_occurrences(model, true)
}

fn ask_occurrences(model: &mut Model, project: bool) -> Vec<Effect> {
    let Some(open) = &model.open else { return Vec::new() };
    let (range, label) = here(open);
    let last = || model.recent_labels.iter().copied().find(|id| model.labels.get(*id).is_some_and(|l| !l.archived));
    let first = || model.labels.active().next().map(|l| l.id);
    let Some(label) = label.or_else(last).or_else(first) else { return Vec::new() };
    let needle = open.annotation.text.slice(range).trim().to_owned();
    if needle.is_empty() {
        model.say(Tone::Refusal, "there is no text here");
        return Vec::new();
    }
    let (overlay, effects) = Occurrences::new(model, needle, label, project);
    model.overlays.push(Overlay::Occurrences(overlay));
    effects
}

/// The text at the cursor, and its label if it has one.
fn here(open: &Open) -> (CharRange, Option<LabelId>) {
    let one_unit = open.selection.anchor == open.selection.head;
    match (open.target(), open.span_here(), open.suggestion_here()) {
        (Target::Span(span), ..) => (span.range, Some(span.label)),
        (Target::Suggestion(s), ..) => (s.key.range, Some(s.key.label)),
        // A word inside something that has a label stands for it; what was selected by hand stands for itself.
        (Target::Text(_), Some(span), _) if one_unit => (span.range, Some(span.label)),
        (Target::Text(_), None, Some(s)) if one_unit => (s.key.range, Some(s.key.label)),
        (Target::Text(range), ..) => (range, None),
    }
}

/// Begins a search, in place of what is looked for now.
pub fn begin_search(model: &mut Model, search: Search) -> Vec<Effect> {
    model.searches += 1;
    let search = Search { id: model.searches, ..search };
    model.search = Some((search.clone(), Searched { id: search.id, ..Searched::default() }));
    vec![Effect::FindText(search)]
}

/// Stops what is looked for now.
pub fn stop_search(model: &mut Model) -> Vec<Effect> {
    match model.search.take() {
        Some(_) => vec![Effect::StopFinding],
        None => Vec::new(),
    }
}

/// A search that makes suggestions is going on.
pub fn keeps_searching(model: &Model) -> bool {
    model.search.as_ref().is_some_and(|(search, _)| search.keep)
}

/// A search has come further, or to its end.
pub fn searched(model: &mut Model, searched: Searched) -> Vec<Effect> {
    let Some((search, _)) = model.search.take_if(|(search, _)| search.id == searched.id) else { return Vec::new() };
    for overlay in &mut model.overlays {
        if let Overlay::Occurrences(occurrences) = overlay {
            occurrences.take(&searched);
        }
    }
    let text = quoted(&search.needle);
    match &searched.end {
        None => model.search = Some((search, searched)),
        Some(SearchEnd::Failed(reason)) => model.say(Tone::Error, format!("{text} was not looked for: {reason}")),
        Some(SearchEnd::Stopped) => {}
        Some(SearchEnd::Counted) if !search.keep => {}
        Some(SearchEnd::Counted) => model.say(Tone::Info, format!("there is no other place of {text} to suggest")),
        Some(SearchEnd::Kept(run)) => {
            let label = model.labels.name(search.label);
            let places = counted(searched.places, "place");
            let of = match search.within {
                Some(_) => String::new(),
                None => format!(" of {}", counted(searched.documents, "document")),
            };
            let reason = format!("suggest {label} for {text} in {places}{of}");
            let changes = vec![Change::Run { run: *run, before: false, after: true }];
            return commit(model, Ok(Group { actor: model.annotator.clone(), reason, changes }), Then::Stay);
        }
    }
    Vec::new()
}
