//! A walk: places to look at one after another, in Annotate, with gold and what was predicted drawn together.
//!
//! It begins at a number of the Evaluate screen and ends there again. The response that is gold is open (whoever's it is:
//! corrections go into it, and say who made them); what was predicted is drawn as suggestions. The live model is not asked
//! meanwhile, and nothing is written of the person's own: no place, no blind mark.

mod places;
mod view;
mod words;

pub use places::{go_to, in_list, is_listed, quoted, settle};
pub(in crate::tui) use view::rows;
pub use view::{line, list};
pub use words::{name_of, on_title};

use std::collections::HashMap;
use std::sync::Arc;

use crate::annotate::Selection;
use crate::dataset::{DocumentId, LabelId, RunId};
use crate::evaluate::{Class, Mode};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::screen::annotate::{self, Open};

/// Which scores are seen: those above the label's threshold, else above the one for all. Labels are the project's own, so
/// that another label that comes between them moves none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Above {
    /// For all labels without one of their own.
    pub all: f32,
    /// By label.
    pub of_label: HashMap<LabelId, f32>,
}

impl Above {
    /// The threshold of a label.
    pub fn of(&self, label: LabelId) -> f32 {
        self.of_label.get(&label).copied().unwrap_or(self.all)
    }
}

/// Where the predictions of a walk come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicted {
    /// A run, seen through thresholds.
    Run(RunId, Above),
    /// Another annotator's submitted responses.
    Annotator(String),
}

/// Whose response a document is opened with, when the live model is not to be asked about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Whose {
    /// The annotator, or the name of a gold set with what such names begin with.
    pub annotator: String,
    /// What is drawn as suggestions; nothing outside a walk.
    pub predicted: Option<Predicted>,
}

/// One place.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// The document.
    pub document: DocumentId,
    /// Whose response is gold there.
    pub annotator: String,
    /// The gold span.
    pub gold: Option<(CharRange, LabelId)>,
    /// The prediction, with its score if it has one.
    pub prediction: Option<(CharRange, LabelId, Option<f32>)>,
    /// The text it was counted in; `None` where that is not known.
    pub text: Option<Arc<str>>,
    /// What it was counted as, in which mode; `None` where nothing was counted (a suspected error, a disagreement).
    pub counted: Option<(Mode, Class)>,
}

impl Stop {
    /// Where it is: the gold span, else the prediction.
    pub fn range(&self) -> CharRange {
        let prediction = self.prediction.map(|(range, ..)| range);
        self.gold.map(|(range, _)| range).or(prediction).unwrap_or(CharRange::new(0, 0))
    }

    /// The text has changed since it was counted: its places are not where they were.
    fn is_of_another_text(&self, open: &Open) -> bool {
        self.text.as_deref().is_some_and(|text| text != open.annotation.text.as_str())
    }

    /// It is in the document and response that are open.
    fn is_in(&self, open: &Open) -> bool {
        self.document == open.annotation.document && self.annotator == open.annotation.annotator
    }
}

/// Places in order.
#[derive(Clone, Debug, PartialEq)]
pub struct Walk {
    /// What they have in common: `brand · missed · strict`.
    pub title: String,
    /// The predictions.
    pub predicted: Predicted,
    /// The places; never empty.
    pub stops: Vec<Stop>,
    /// Which one is open.
    pub at: usize,
}

/// A walk that is under way.
#[derive(Clone, Debug)]
pub struct Walking {
    /// Its places.
    pub walk: Walk,
    /// The screen it began on, and ends on.
    pub from: Screen,
    /// The side pane lists the places rather than the spans.
    pub listed: bool,
    /// First place of the list on the screen.
    pub top: usize,
    /// The texts of places, as far as they were asked for.
    quotes: HashMap<usize, String>,
    /// The document that was open before, as it was.
    before: Option<Box<Open>>,
    /// It had been entered from the queue.
    visiting: bool,
}

impl Walking {
    /// The place that one is at.
    pub fn stop(&self) -> Option<&Stop> {
        self.walk.stops.get(self.walk.at)
    }

    fn whose(&self, annotator: &str) -> Whose {
        Whose { annotator: annotator.to_owned(), predicted: Some(self.walk.predicted.clone()) }
    }
}

/// Opens the place of a walk that it is to begin at. A walk without that place changes nothing.
pub fn begin(model: &mut Model, walk: Walk) -> Vec<Effect> {
    if walk.stops.get(walk.at).is_none() {
        return Vec::new();
    }
    let mut effects = if model.walk.is_some() { end(model) } else { annotate::leave(model) };
    if std::mem::take(&mut model.searching) {
        effects.push(Effect::StopSearch);
    }
    let (at, before) = (walk.at, model.open.take().map(Box::new));
    let visiting = std::mem::take(&mut model.review.visiting);
    let from = model.screen;
    let (quotes, listed) = (HashMap::new(), true);
    model.walk = Some(Walking { walk, from, listed, top: 0, quotes, before, visiting });
    // What the model was asked before is not to arrive here.
    model.suggester.generation += 1;
    (model.suggester.running, model.suggester.failed) = (None, None);
    (model.pane_focused, model.pane_over_text) = (false, false);
    effects.extend(pause_ahead(model));
    effects.extend(go_to(model, at));
    effects
}

/// Ends the walk that is on: the screen it began on is shown, with what was open before.
pub fn end(model: &mut Model) -> Vec<Effect> {
    let mut effects = annotate::leave(model);
    let Some(walking) = model.walk.take() else { return effects };
    model.screen = walking.from;
    model.review.visiting = walking.visiting;
    model.open = walking.before.map(|before| *before);
    (model.pane_focused, model.pane_over_text) = (false, false);
    effects.extend(pause_ahead(model));
    if let Some(open) = &model.open {
        // The walk may have been through this very response.
        effects.push(Effect::Reread { document: Some(open.annotation.document), whose: open.whose.clone() });
        if open.candidates.is_none() {
            effects.extend(annotate::ask(model));
        }
    }
    effects
}

/// Something else is opened or shown: the walk is over where it is.
pub fn abandon(model: &mut Model) -> Vec<Effect> {
    match model.walk.take() {
        Some(_) => pause_ahead(model),
        None => Vec::new(),
    }
}

/// No walk is on.
pub fn is_off(model: &Model) -> Result<(), String> {
    match model.walk {
        None => Ok(()),
        Some(_) => Err("not in a walk: Esc ends it".into()),
    }
}

/// Looking ahead rests while a walk is on.
pub fn pause_ahead(model: &Model) -> Vec<Effect> {
    if !model.suggester.present {
        return Vec::new();
    }
    vec![Effect::PauseAhead(model.suggester.paused || model.blind || model.walk.is_some())]
}

/// The place `by` further on; the ends are ends.
pub fn go_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let Some(walking) = &model.walk else { return Vec::new() };
    let (last, at) = (walking.walk.stops.len() - 1, walking.walk.at);
    let to = at.saturating_add_signed(by).min(last);
    if to == at {
        let end = if by < 0 { "first" } else { "last" };
        model.say(Tone::Refusal, format!("this is the {end} place: Esc goes back"));
        return Vec::new();
    }
    go_to(model, to)
}

/// A document of a walk is open: the cursor goes onto the place.
pub fn arrive(model: &mut Model) {
    let unit = model.unit;
    let Some(stop) = model.walk.as_ref().and_then(Walking::stop) else { return };
    let Some(open) = model.open.as_mut().filter(|open| stop.is_in(open)) else { return };
    (open.untouched, open.scrolled) = (false, false);
    let gold = stop.gold.and_then(|(range, label)| open.annotation.span_with(range, label)).map(|span| span.id);
    open.compared = stop.gold.into_iter().chain(stop.prediction.map(|(range, label, _)| (range, label))).collect();
    open.revision += 1;
    let is_it = |key: &crate::dataset::PredictionKey| {
        stop.prediction.is_some_and(|(range, label, _)| (key.range, key.label) == (range, label))
    };
    let prediction = open.suggestions.iter().find(|s| is_it(&s.key)).cloned();
    match (gold, prediction) {
        (Some(id), _) => open.focus_span(id),
        (None, Some(prediction)) => open.focus_suggestion(&prediction),
        // It was corrected, or the text is another one: where it was.
        (None, None) => {
            let there = open.annotation.text.within(stop.range());
            open.selection = match there.is_empty() {
                true => Selection::at(&open.annotation.text, there.start, unit),
                false => Selection::of(there),
            };
            (open.focus, open.goal_column) = (None, None);
        }
    }
}

/// The document of a place could not be opened: it is said where it would be.
pub fn not_opened(model: &mut Model) {
    if model.walk.is_some() {
        model.open = None;
        model.screen = Screen::Annotate;
    }
}

/// How a document is opened where something was undone in somebody's response: within the walk, if one is on.
pub fn whose_to_open(model: &mut Model, document: DocumentId, annotator: &str) -> Option<Whose> {
    let me = model.annotator == annotator;
    let Some(walking) = &mut model.walk else {
        return (!me).then(|| Whose { annotator: annotator.to_owned(), predicted: None });
    };
    let is_there = |stop: &Stop| stop.document == document && stop.annotator == annotator;
    if let Some(at) = walking.walk.stops.iter().position(is_there) {
        walking.walk.at = at;
    }
    Some(walking.whose(annotator))
}
