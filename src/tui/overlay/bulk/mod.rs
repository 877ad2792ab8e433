//! Accepting many suggestions at once: a table with a line per label (how many, how many of them are expected to be
//! right), the threshold and the labels to choose, the least certain ones to look at first. Enter takes them all in one
//! step of undo.

mod gather;
mod view;

pub use gather::{Gather, take};

use std::collections::{BTreeMap, HashSet};

use super::Overlay;
use crate::annotate::{Settings, quoted};
use crate::dataset::{DocumentId, LabelId, Prediction, RunId};
use crate::store::Reviewed;
use crate::tui::effect::Effect;
use crate::tui::key::{Code, Key, Named};
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Then;
use crate::tui::screen::annotate;

/// Suggestions accepted in one step at most: more would make a step of undo that takes seconds.
pub const MOST: usize = 5_000;
/// The steps of the threshold, in hundredths.
const STEP: i32 = 5;

/// Where the suggestions are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In the open document.
    Document,
    /// In what the queue has loaded.
    Loaded,
    /// In every unfinished document of the list.
    Project,
}

/// A suggestion that may be taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// Its document, with the version of its text.
    pub document: (DocumentId, u32),
    /// What the model proposes.
    pub suggestion: Prediction,
    /// Its text, short and on one line.
    pub text: String,
}

/// What is about to be accepted.
#[derive(Clone, Debug)]
pub struct Bulk {
    scope: Scope,
    threshold: f32,
    off: HashSet<LabelId>,
    selected: usize,
    offers: Vec<Offer>,
    run: Option<RunId>,
    reviewed: Vec<(LabelId, f32, Reviewed)>,
    gather: Option<Gather>,
}

/// Shows what would be accepted: of the open document, or of the queue.
pub fn accept_above_threshold(model: &mut Model) -> Vec<Effect> {
    let scope = if model.screen == Screen::Review { Scope::Loaded } else { Scope::Document };
    let mut bulk = Bulk {
        scope,
        threshold: model.settings.threshold,
        off: HashSet::new(),
        selected: 0,
        offers: Vec::new(),
        run: None,
        reviewed: Vec::new(),
        gather: None,
    };
    let effects = bulk.look(model);
    model.overlays.push(Overlay::Bulk(bulk));
    effects
}

/// There are suggestions here to accept.
pub fn has_suggestions(model: &Model) -> Result<(), String> {
    match model.screen {
        Screen::Review => crate::tui::screen::review::has_line(model),
        _ => crate::tui::walk::is_off(model).and_then(|()| annotate::has_suggestions(model)),
    }
}

/// How suggestions were decided one by one has been counted.
pub fn take_reviewed(model: &mut Model, counts: Vec<(LabelId, f32, Reviewed)>) {
    for overlay in &mut model.overlays {
        if let Overlay::Bulk(bulk) = overlay {
            bulk.reviewed = counts;
            return;
        }
    }
}

/// The suggestions of the open document or of the queue at a threshold.
fn offers(model: &Model, scope: Scope, threshold: f32) -> (Option<RunId>, Vec<Offer>) {
    let settings = Settings { threshold, ..model.settings };
    let mut found = Vec::new();
    let mut run = None;
    match scope {
        Scope::Document => {
            let Some(open) = &model.open else { return (None, found) };
            let Some((of, candidates)) = &open.candidates else { return (None, found) };
            run = Some(*of);
            let suggestions = crate::annotate::visible(&open.annotation, candidates, *of, &model.labels, settings);
            let document = (open.annotation.document, open.version);
            found.extend(suggestions.into_iter().map(|suggestion| {
                let text = quoted(open.annotation.text.slice(suggestion.key.range));
                Offer { document, suggestion, text }
            }));
        }
        Scope::Loaded => {
            let review = &model.review;
            for loaded in &review.documents {
                run = run.or(Some(loaded.run));
                let document = (loaded.annotation.document, loaded.version);
                for suggestion in loaded.suggestions_at(&model.labels, settings) {
                    let wanted = review.only.is_none_or(|label| suggestion.key.label == label)
                        && !review.skipped.contains(&(document.0, suggestion.key));
                    if wanted {
                        let text = quoted(loaded.annotation.text.slice(suggestion.key.range));
                        found.push(Offer { document, suggestion, text });
                    }
                }
            }
        }
        Scope::Project => {}
    }
    (run, found)
}

impl Bulk {
    /// Documents of the whole list are still being read.
    pub fn is_gathering(&self) -> bool {
        self.gather.as_ref().is_some_and(|g| !g.done)
    }

    /// Looks at what there is now, and asks how such suggestions were decided.
    fn look(&mut self, model: &Model) -> Vec<Effect> {
        if self.scope != Scope::Project {
            (self.run, self.offers) = offers(model, self.scope, self.threshold);
        }
        self.count(model)
    }

    fn count(&mut self, model: &Model) -> Vec<Effect> {
        self.selected = self.selected.min(self.labels(model).len().saturating_sub(1));
        let Some(run) = self.run else { return Vec::new() };
        let cuts = self.labels(model).into_iter().map(|label| (label, self.cut(model, label)));
        vec![Effect::CountReviewed(run, cuts.collect())]
    }

    /// The score from which on a label's suggestions are taken: its own threshold, if that is higher.
    fn cut(&self, model: &Model, label: LabelId) -> f32 {
        let own = model.labels.get(label).and_then(|l| l.threshold);
        own.map_or(self.threshold, |own| own.max(self.threshold))
    }

    /// The labels of what is offered, in the project's order.
    fn labels(&self, model: &Model) -> Vec<LabelId> {
        let found: HashSet<LabelId> = self.offers.iter().map(|o| o.suggestion.key.label).collect();
        model.labels.active().map(|l| l.id).filter(|id| found.contains(id)).collect()
    }

    /// What Enter would take.
    fn taken(&self) -> impl Iterator<Item = &Offer> {
        let of_it = |o: &&Offer| o.suggestion.score >= self.threshold && !self.off.contains(&o.suggestion.key.label);
        self.offers.iter().filter(of_it).take(MOST)
    }

    /// How many of a label are at or above the threshold, whether it is switched on or not.
    fn above(&self, label: LabelId) -> u64 {
        let of_it = |o: &&Offer| o.suggestion.score >= self.threshold && o.suggestion.key.label == label;
        self.offers.iter().filter(of_it).count() as u64
    }

    fn reviewed_of(&self, label: LabelId, cut: f32) -> Reviewed {
        let found = self.reviewed.iter().find(|(l, c, _)| (*l, *c) == (label, cut));
        found.map(|(.., reviewed)| *reviewed).unwrap_or_default()
    }

    /// Chooses, or takes.
    pub fn press(mut self, model: &mut Model, key: Key) -> (Option<Overlay>, Vec<Effect>) {
        let labels = self.labels(model);
        let effects = match key.code {
            Code::Named(Named::Esc) | Code::Char('q' | 'n') => return self.step_back(model),
            Code::Char('c') if key.ctrl => return (None, Vec::new()),
            Code::Named(Named::Enter) | Code::Char('y') if !key.ctrl => return self.accept(model),
            Code::Named(Named::Down) | Code::Char('j') => {
                self.selected = (self.selected + 1).min(labels.len().saturating_sub(1));
                Vec::new()
            }
            Code::Named(Named::Up) | Code::Char('k') => {
                self.selected = self.selected.saturating_sub(1);
                Vec::new()
            }
            Code::Named(Named::Right) | Code::Char('+' | '=') => self.move_threshold(model, STEP),
            Code::Named(Named::Left) | Code::Char('-') => self.move_threshold(model, -STEP),
            Code::Char(' ') => {
                labels.get(self.selected).into_iter().for_each(|label| self.switch(*label));
                Vec::new()
            }
            Code::Char('w') if !key.ctrl && self.scope != Scope::Project => self.gather(model),
            _ => {
                let label = key.typed().and_then(|c| model.labels.by_key(c)).map(|l| l.id);
                label.filter(|l| labels.contains(l)).into_iter().for_each(|label| self.switch(label));
                Vec::new()
            }
        };
        (Some(Overlay::Bulk(self)), effects)
    }

    fn switch(&mut self, label: LabelId) {
        if !self.off.remove(&label) {
            self.off.insert(label);
        }
    }

    fn move_threshold(&mut self, model: &mut Model, by: i32) -> Vec<Effect> {
        let now = (self.threshold * 100.0).round() as i32;
        let next = (now + by).clamp(5, 95) as f32 / 100.0;
        let floor = self.gather.as_ref().map_or(0.0, |g| g.above);
        if next == self.threshold || next < floor {
            let way = if by > 0 { "higher" } else { "lower" };
            model.say(Tone::Refusal, format!("the threshold cannot go {way} than {:.2} here", self.threshold));
            return Vec::new();
        }
        self.threshold = next;
        self.look(model)
    }

    /// From the whole list back to where one was, else out.
    fn step_back(mut self, model: &mut Model) -> (Option<Overlay>, Vec<Effect>) {
        if self.gather.is_none() {
            return (None, Vec::new());
        }
        let effects = self.leave_list(model);
        (Some(Overlay::Bulk(self)), effects)
    }

    fn leave_list(&mut self, model: &Model) -> Vec<Effect> {
        self.gather = None;
        self.scope = if model.screen == Screen::Review { Scope::Loaded } else { Scope::Document };
        self.look(model)
    }

    fn accept(mut self, model: &mut Model) -> (Option<Overlay>, Vec<Effect>) {
        if self.is_gathering() {
            model.say(Tone::Refusal, "the list is still being read: Esc stops that");
            return (Some(Overlay::Bulk(self)), Vec::new());
        }
        // What is taken is what was looked at: suggestions that have changed since are shown first.
        if self.scope != Scope::Project && offers(model, self.scope, self.threshold).1 != self.offers {
            let effects = self.look(model);
            model.say(Tone::Refusal, "the suggestions have changed: this is what there is now");
            return (Some(Overlay::Bulk(self)), effects);
        }
        let mut picks: BTreeMap<usize, ((DocumentId, u32), Vec<Prediction>)> = BTreeMap::new();
        let mut place = std::collections::HashMap::new();
        for offer in self.taken() {
            let n = place.len();
            let at = *place.entry(offer.document.0).or_insert(n);
            picks.entry(at).or_insert_with(|| (offer.document, Vec::new())).1.push(offer.suggestion.clone());
        }
        let mut picks: Vec<_> = picks.into_values().collect();
        if picks.is_empty() {
            model.say(Tone::Refusal, format!("no suggestion at or above {:.2} is switched on", self.threshold));
            return (Some(Overlay::Bulk(self)), Vec::new());
        }
        if let (Scope::Document, Some(open), Some((_, suggestions))) = (self.scope, &model.open, picks.first_mut()) {
            let outcome = open.annotation.accept_all(&model.labels, suggestions, self.threshold);
            return (None, annotate::commit(model, outcome, Then::Stay));
        }
        let picks = picks.into_iter().map(|((document, version), suggestions)| (document, version, suggestions));
        let labels = model.labels.clone();
        (None, vec![Effect::AcceptMany { picks: picks.collect(), at_least: self.threshold, labels }])
    }
}
