//! The tour of the first minute: steps that each say what to press, and wait until it was done.
//!
//! It lies in rows of its own above the last lines of a screen, covers nothing, and keeps no key from doing what it does
//! elsewhere; only Esc, where it has nothing to close, ends it. What a step says and waits for is data: [`steps::STEPS`].

mod steps;
mod view;

pub use view::{rows, view};

use self::steps::{Done, STEPS};
use super::effect::Effect;
use super::model::Model;
use super::screen::documents;
use crate::dataset::{DocumentId, SpanId};

/// Where the tour stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Tour {
    /// One line says that there is one; the next key answers it.
    Offered,
    /// Under way.
    Running(Running),
}

/// A tour under way.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Running {
    step: usize,
    /// The command that was run last since the step began.
    ran: Option<&'static str>,
    mark: Mark,
}

/// How things stood when a step began.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Mark {
    document: Option<DocumentId>,
    next_span: Option<SpanId>,
}

impl Mark {
    fn of(model: &Model) -> Self {
        let annotation = model.open.as_ref().map(|open| &open.annotation);
        Self { document: annotation.map(|a| a.document), next_span: annotation.map(|a| a.next_span_id) }
    }
}

impl Tour {
    /// From the first step.
    pub fn start() -> Self {
        Self::Running(Running::default())
    }
}

/// Starts it, or starts it over.
pub fn show_tour(model: &mut Model) -> Vec<Effect> {
    set(model, Some(Tour::start()));
    Vec::new()
}

/// Ends it; false when none is to be seen.
pub fn leave(model: &mut Model) -> bool {
    let running = matches!(model.tour, Some(Tour::Running(_))) && rows(model) > 0;
    if running {
        set(model, None);
    }
    running
}

/// A key is about to act: it answers the offer, and closes the last step.
pub fn press(model: &mut Model) {
    let over = match &model.tour {
        Some(Tour::Offered) => true,
        Some(Tour::Running(running)) => running.step + 1 == STEPS.len() && model.overlays.is_empty(),
        None => false,
    };
    if over {
        set(model, None);
    }
}

/// A command is about to run.
pub fn note(model: &mut Model, command: &'static str) {
    if let Some(Tour::Running(running)) = &mut model.tour {
        running.ran = Some(command);
    }
}

/// Goes on when what the step waits for has happened.
pub fn advance(model: &mut Model) {
    loop {
        let Some(Tour::Running(running)) = &model.tour else { return };
        let mark = Mark::of(model);
        let next = match STEPS.get(running.step).map(|step| &step.done) {
            Some(done) if is_done(done, running, model) => running.step + 1,
            // In another document there is other work to compare with.
            _ if mark.document != running.mark.document => running.step,
            _ => return,
        };
        set(model, Some(Tour::Running(Running { step: next, ran: None, mark })));
    }
}

fn is_done(done: &Done, running: &Running, model: &Model) -> bool {
    match done {
        Done::Ran(commands) => running.ran.is_some_and(|ran| commands.contains(&ran)),
        Done::NewSpan => {
            let now = Mark::of(model);
            now.document == running.mark.document && now.next_span > running.mark.next_span
        }
        Done::Shown(screen) => model.screen == *screen && model.overlays.is_empty(),
        Done::AnyKey => false,
    }
}

/// The rows of the tour come and go at the foot of the screen.
fn set(model: &mut Model, tour: Option<Tour>) {
    model.tour = tour;
    let height = documents::height(model);
    model.documents.keep_in_sight(height);
}
