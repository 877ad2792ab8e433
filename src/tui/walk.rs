//! A walk: places to look at one after another, in Annotate, with gold and what was predicted drawn together.
//!
//! It begins at a number of the Evaluate screen and ends there again. The response that is gold is open (whoever's it is:
//! corrections go into it, and say who made them); what was predicted is drawn as suggestions.

use crate::dataset::{DocumentId, LabelId, RunId};
use crate::evaluate::{Class, Mode, Thresholds};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};

/// Where the predictions of a walk come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicted {
    /// A run, seen through thresholds (by label number of the project's order, as [`Thresholds`] has them).
    Run(RunId, Thresholds),
    /// Another annotator's submitted responses.
    Annotator(String),
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
    /// What it was counted as, in which mode; `None` where nothing was counted (a suspected error, a disagreement).
    pub counted: Option<(Mode, Class)>,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Walking {
    /// Its places.
    pub walk: Walk,
    /// The screen it began on, and ends on.
    pub from: Screen,
    /// Something was committed or undone since: what was counted is to be counted again.
    pub changed: bool,
}

/// Opens the first place of a walk. A walk without places changes nothing.
pub fn begin(model: &mut Model, walk: Walk) -> Vec<Effect> {
    let Some(stop) = walk.stops.get(walk.at) else { return Vec::new() };
    let effects = vec![Effect::Open { document: stop.document, notice: None }];
    model.walk = Some(Walking { walk, from: model.screen, changed: false });
    effects
}

/// Something was committed or undone: what a walk began at is to be counted again.
pub fn changed(model: &mut Model) -> Vec<Effect> {
    if let Some(walking) = &mut model.walk {
        walking.changed = true;
    }
    Vec::new()
}
