//! The places of a walk as a list: which one is open, and what is read to show them.

use super::{Stop, Walking, arrive};
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen};
use crate::tui::screen::annotate::areas;
use crate::tui::widget::list::ListState;

/// Places whose texts are read together.
const PAGE: usize = 100;

/// Opens a place of the walk that is on, or moves to it in the document that is open.
pub fn go_to(model: &mut Model, at: usize) -> Vec<Effect> {
    let Some(walking) = &mut model.walk else { return Vec::new() };
    let Some(stop) = walking.walk.stops.get(at) else { return Vec::new() };
    let (document, whose) = (stop.document, walking.whose(&stop.annotator));
    walking.walk.at = at;
    let is_open = |stop: &Stop| model.open.as_ref().is_some_and(|open| stop.is_in(open));
    if model.walk.as_ref().and_then(Walking::stop).is_some_and(is_open) {
        model.screen = Screen::Annotate;
        arrive(model);
        return Vec::new();
    }
    vec![Effect::Open { document, whose: Some(whose), notice: None }]
}

/// The side pane lists places.
pub fn is_listed(model: &Model) -> bool {
    model.walk.as_ref().is_some_and(|walking| walking.listed)
}

/// The place at a row of the list.
pub fn in_list(model: &Model, row: usize) -> Option<usize> {
    let walking = model.walk.as_ref().filter(|walking| walking.listed)?;
    Some(walking.top + row).filter(|at| *at < walking.walk.stops.len())
}

/// The texts of places have been read.
pub fn quoted(model: &mut Model, quotes: Vec<(usize, String)>) {
    if let Some(walking) = &mut model.walk {
        walking.quotes.extend(quotes);
    }
}

/// After every message: the place that is open is in sight in the list, and the texts of those in sight are asked for.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Annotate || !is_listed(model) {
        return Vec::new();
    }
    let Some(height) = areas::pane(model).map(|pane| pane.list.height).filter(|height| *height > 0) else {
        return Vec::new();
    };
    let Some(walking) = &mut model.walk else { return Vec::new() };
    let total = walking.walk.stops.len();
    let mut state = ListState { selected: walking.walk.at, top: walking.top };
    state.select(walking.walk.at, total, height);
    walking.top = state.top;
    if state.visible(total, height).all(|at| walking.quotes.contains_key(&at)) {
        return Vec::new();
    }
    let page = state.top.saturating_sub(PAGE)..(state.top + usize::from(height) + PAGE).min(total);
    let missing: Vec<usize> = page.filter(|at| !walking.quotes.contains_key(at)).collect();
    let places = missing.iter().map(|at| {
        let stop = &walking.walk.stops[*at];
        (*at, stop.document, stop.range())
    });
    let places = places.collect();
    // Asked for once, whatever the answer.
    walking.quotes.extend(missing.into_iter().map(|at| (at, String::new())));
    vec![Effect::Quote(places)]
}
