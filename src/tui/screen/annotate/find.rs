//! Finding a text within the open document.

use std::sync::Arc;

use super::Open;
use crate::annotate::{MatchOptions, Selection, find_all, quoted};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::overlay::{FindPrompt, Overlay};
use crate::tui::screen::search;
use crate::tui::walk;

/// What is looked for in a document, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Find {
    /// The text as it was typed.
    pub query: String,
    /// Its places, in order.
    pub places: Arc<[CharRange]>,
}

impl Find {
    /// Looks for `query`; case matters when it has an upper-case letter.
    fn new(open: &Open, query: &str) -> Self {
        let options = MatchOptions { case: query.chars().any(char::is_uppercase), whole_words: false };
        let places = find_all(open.annotation.text.as_str(), query, options).into();
        Self { query: query.to_owned(), places }
    }

    /// The number of the place that is selected (from 1) and how many there are: `3 of 17`.
    pub fn count(&self, selected: CharRange) -> String {
        let of = self.places.len();
        match (self.places.binary_search(&selected), of) {
            (_, 0) => "nowhere".to_owned(),
            (Ok(at), _) => format!("{} of {of}", at + 1),
            (Err(_), 1) => "1 place".to_owned(),
            (Err(_), _) => format!("{of} places"),
        }
    }
}

/// Asks what to find.
pub fn find_text(model: &mut Model) -> Vec<Effect> {
    if let Some(open) = &model.open {
        let prompt = FindPrompt::new(open);
        model.overlays.push(Overlay::Find(prompt));
    }
    Vec::new()
}

/// Looks for `query` and shows its places; an empty one shows none.
pub fn look_for(model: &mut Model, query: &str) {
    if let Some(open) = &mut model.open {
        let find = (!query.is_empty()).then(|| Find::new(open, query));
        open.show_find(find);
    }
}

/// There is something to find again.
pub fn has_find(model: &Model) -> Result<(), String> {
    if walks(model) || search::visits(model) {
        return Ok(());
    }
    let open = model.open.as_ref().ok_or("no document is open")?;
    match (&open.find, model.last_find.is_empty()) {
        (None, true) => Err("nothing was looked for yet: / finds".into()),
        _ => Ok(()),
    }
}

/// The next place is that of a walk: one is on, and nothing is being looked for.
pub fn walks(model: &Model) -> bool {
    model.walk.is_some() && model.open.as_ref().is_none_or(|open| open.find.is_none())
}

/// The next place of what was looked for, or of a walk.
pub fn next_match(model: &mut Model) -> Vec<Effect> {
    if walks(model) {
        return walk::go_by(model, 1);
    }
    if search::visits(model) {
        return search::go_by(model, 1);
    }
    to_match(model, true)
}

/// The place before.
pub fn previous_match(model: &mut Model) -> Vec<Effect> {
    if walks(model) {
        return walk::go_by(model, -1);
    }
    if search::visits(model) {
        return search::go_by(model, -1);
    }
    to_match(model, false)
}

fn to_match(model: &mut Model, forward: bool) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    if open.find.is_none() {
        let find = Find::new(open, &model.last_find);
        open.show_find(Some(find));
    }
    let Some(find) = open.find.clone() else { return Vec::new() };
    let here = open.selection.range();
    let from = if open.selection.extending { open.selection.head.start } else { here.start };
    let places = &find.places;
    let next = match forward {
        true => places.get(places.partition_point(|p| p.start <= from)),
        false => places[..places.partition_point(|p| p.start < from)].last(),
    };
    let wrapped = if forward { places.first() } else { places.last() };
    match (next, wrapped) {
        (Some(&place), _) => open.select_match(place),
        (None, Some(&place)) => {
            open.select_match(place);
            let end = if forward { "start" } else { "end" };
            model.say(Tone::Info, format!("{} {}, from the {end} again", quoted(&find.query), find.count(place)));
        }
        (None, None) => {
            model.say(Tone::Refusal, format!("{} is nowhere in this document", quoted(&find.query)));
        }
    }
    super::keep_in_sight(model);
    Vec::new()
}

impl Open {
    /// Shows the places of something, or of nothing.
    pub fn show_find(&mut self, find: Option<Find>) {
        if self.find != find {
            self.find = find;
            self.revision += 1;
        }
    }

    /// Selects a place, or extends to it.
    pub fn select_match(&mut self, place: CharRange) {
        self.selection = match self.selection.extending {
            true => Selection { head: place, ..self.selection },
            false => Selection::of(place),
        };
        self.focus = None;
        self.goal_column = None;
    }
}
