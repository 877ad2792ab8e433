//! Reading the whole list for suggestions to accept, a few documents at a time, with progress and an end at any time.

use super::{Bulk, MOST, Offer, Scope};
use crate::annotate::{Settings, on_characters, quoted, visible};
use crate::store::Anchor;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::overlay::Overlay;
use crate::tui::screen::review::{self, Batched};

/// How far reading the list has come.
#[derive(Clone, Debug)]
pub struct Gather {
    generation: u64,
    /// Suggestions above this are kept: the threshold can go up from here, not down.
    pub above: f32,
    /// Rows of the list looked at.
    pub rows: u64,
    /// The list is read, or there are as many suggestions as one step takes.
    pub done: bool,
    /// There was more than one step takes.
    pub full: bool,
    /// Why the model failed on a document, if it did.
    pub failed: Option<String>,
}

impl Bulk {
    /// Begins to read the list from its start.
    pub(super) fn gather(&mut self, model: &mut Model) -> Vec<Effect> {
        // The queue's own request gives way; it is asked again afterwards.
        model.review.loading = None;
        let batch = review::ask(model, Anchor::Start);
        let (generation, above) = (batch.generation, self.threshold);
        self.scope = Scope::Project;
        self.offers.clear();
        self.gather = Some(Gather { generation, above, rows: 0, done: false, full: false, failed: None });
        vec![Effect::SuggestBatch(batch)]
    }
}

/// Documents of the list have come: true when they were asked for here.
pub fn take(model: &mut Model, generation: u64, result: &mut Option<Result<Batched, String>>) -> Vec<Effect> {
    let asked = |o: &Overlay| match o {
        Overlay::Bulk(bulk) => bulk.gather.as_ref().is_some_and(|g| !g.done && g.generation == generation),
        _ => false,
    };
    let Some(place) = model.overlays.iter().position(asked) else { return Vec::new() };
    let Some(result) = result.take() else { return Vec::new() };
    let Overlay::Bulk(mut bulk) = model.overlays.remove(place) else { return Vec::new() };
    let effects = match result {
        Ok(batched) => bulk.take(model, batched),
        Err(reason) => {
            model.say(Tone::Error, format!("no suggestions: {reason}"));
            bulk.leave_list(model)
        }
    };
    model.overlays.insert(place.min(model.overlays.len()), Overlay::Bulk(bulk));
    effects
}

impl Bulk {
    fn take(&mut self, model: &mut Model, batched: Batched) -> Vec<Effect> {
        let Some(mut gather) = self.gather.take() else { return Vec::new() };
        self.run = Some(batched.run);
        let settings = Settings { threshold: gather.above, ..model.settings };
        for (opened, _, candidates) in batched.documents {
            let document = (opened.document.id, opened.document.version);
            let annotation = opened.annotation(&model.annotator);
            let candidates = on_characters(&annotation.text, candidates);
            let found = visible(&annotation, &candidates, batched.run, &model.labels, settings);
            self.offers.extend(found.into_iter().map(|suggestion| {
                let text = quoted(annotation.text.slice(suggestion.key.range));
                Offer { document, suggestion, text }
            }));
        }
        gather.rows += batched.rows;
        gather.failed = gather.failed.or(batched.failed);
        gather.full = self.offers.len() > MOST;
        gather.done = gather.full || batched.end;
        let mut effects = self.count(model);
        match batched.last {
            Some(last) if !gather.done => {
                let batch = review::ask(model, Anchor::After(last));
                gather.generation = batch.generation;
                effects.push(Effect::SuggestBatch(batch));
            }
            _ => gather.done = true,
        }
        self.gather = Some(gather);
        effects
    }
}
