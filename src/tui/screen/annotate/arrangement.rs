//! How a person has arranged the Annotate screen: the side pane, rows for names, zoom; kept for the next start.

use std::fmt;
use std::str::FromStr;

use super::text_area;
use crate::tui::commands;
use crate::tui::effect::Effect;
use crate::tui::keymap::Mode;
use crate::tui::model::{Model, SIDE_PANE_FROM, Tone};
use crate::tui::widget::span_text::Viewport;

/// The key under which the arrangement is kept.
pub const KEPT_AS: &str = "arrangement";
/// Columns of a side pane at least.
const NARROWEST: u16 = 24;
/// Columns that a side pane leaves to the text at least.
const TEXT_AT_LEAST: u16 = 50;
/// Columns by which the side pane grows and shrinks.
const STEP: u16 = 4;

/// What the side pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shows {
    /// The list of spans, and below it what the current label means.
    #[default]
    Both,
    /// The list of spans.
    Spans,
    /// What the current label means.
    Guideline,
}

/// How the screen is arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// The side pane is wanted where there is room for it beside the text.
    pub side_pane: bool,
    /// Its columns, as they were wanted; there may be fewer.
    pub width: u16,
    /// What it shows.
    pub shows: Shows,
    /// Rows for label names under each row of text.
    pub lanes: u16,
    /// Only the text and its lanes.
    pub zoom: bool,
}

impl Default for Arrangement {
    fn default() -> Self {
        Self { side_pane: true, width: 38, shows: Shows::Both, lanes: 1, zoom: false }
    }
}

impl Arrangement {
    /// Columns of the side pane on a screen of so many.
    pub fn pane_width(&self, columns: u16) -> u16 {
        self.width.min(columns.saturating_sub(TEXT_AT_LEAST + 2)).max(NARROWEST)
    }
}

impl fmt::Display for Arrangement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shows = match self.shows {
            Shows::Both => "both",
            Shows::Spans => "spans",
            Shows::Guideline => "guideline",
        };
        write!(f, "{} {} {shows} {} {}", self.side_pane, self.width, self.lanes, self.zoom)
    }
}

/// `true 38 both 1 false`, as it is written; an error for anything else, such as what a later version may write.
impl FromStr for Arrangement {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let [side_pane, width, shows, lanes, zoom] = text.split(' ').collect::<Vec<_>>()[..] else { return Err(()) };
        let shows = match shows {
            "both" => Shows::Both,
            "spans" => Shows::Spans,
            "guideline" => Shows::Guideline,
            _ => return Err(()),
        };
        let (side_pane, zoom) = (side_pane.parse().map_err(drop)?, zoom.parse().map_err(drop)?);
        let (width, lanes) = (width.parse().map_err(drop)?, lanes.parse::<u16>().map_err(drop)?);
        Ok(Self { side_pane, width, shows, lanes: lanes.min(2), zoom })
    }
}

fn keep(model: &Model) -> Vec<Effect> {
    vec![Effect::RememberSetting(KEPT_AS, model.arrangement.to_string())]
}

/// A document is open, with the bars and panes around it.
pub fn not_zoomed(model: &Model) -> Result<(), String> {
    super::is_open(model)?;
    if !model.arrangement.zoom {
        return Ok(());
    }
    Err(format!("only the text is shown: {} brings the rest back", key_of(model, "toggle_zoom")))
}

/// The key that gives a command while annotating, as people read it.
fn key_of(model: &Model, command: &str) -> String {
    let keys = commands::find(command).map(|id| model.keymap.keys_of(Mode::Annotate, id));
    keys.into_iter().flatten().next().unwrap_or_else(|| format!(":{command}"))
}

/// The side pane is on the screen.
pub fn pane_is_shown(model: &Model) -> Result<(), String> {
    not_zoomed(model)?;
    match model.shows_side_pane() {
        true => Ok(()),
        false => Err(format!("the side pane is not shown: {} shows it", key_of(model, "toggle_side_pane"))),
    }
}

/// Shows or hides the side pane; where there is no room for it beside the text, it takes the place of the text, and has
/// the keys, since what they would do to the text could not be seen.
pub fn toggle_side_pane(model: &mut Model) -> Vec<Effect> {
    if model.size.0 < SIDE_PANE_FROM {
        model.pane_over_text = !model.pane_over_text;
        model.pane_focused = model.pane_over_text;
        return Vec::new();
    }
    model.arrangement.side_pane = !model.arrangement.side_pane;
    keep(model)
}

/// What the side pane shows: both, the list, the guideline.
pub fn cycle_side_pane(model: &mut Model) -> Vec<Effect> {
    if let Some(walking) = &mut model.walk {
        // The places of a walk come before what the pane shows otherwise, and after all of it again.
        if walking.listed || model.arrangement.shows == Shows::Guideline {
            walking.listed = !walking.listed;
            model.arrangement.shows = Shows::Both;
            let what = if walking.listed { "the places of the walk" } else { "spans and what the label means" };
            model.say(Tone::Info, format!("the side pane shows {what}"));
            return keep(model);
        }
    }
    let (next, text) = match model.arrangement.shows {
        Shows::Both => (Shows::Spans, "the side pane shows the spans"),
        Shows::Spans => (Shows::Guideline, "the side pane shows what the label means"),
        Shows::Guideline => (Shows::Both, "the side pane shows spans and what the label means"),
    };
    model.arrangement.shows = next;
    model.say(Tone::Info, text);
    keep(model)
}

fn resize(model: &mut Model, by: i16) -> Vec<Effect> {
    if model.pane_over_text {
        model.say(Tone::Refusal, format!("the pane has a width of its own from {SIDE_PANE_FROM} columns on"));
        return Vec::new();
    }
    let now = model.arrangement.pane_width(model.size.0);
    model.arrangement.width = now.saturating_add_signed(by);
    let next = model.arrangement.pane_width(model.size.0);
    model.arrangement.width = next;
    if next == now {
        let edge = if by < 0 { "narrower" } else { "wider" };
        model.say(Tone::Refusal, format!("the side pane cannot be {edge} than {now} columns here"));
        return Vec::new();
    }
    keep(model)
}

/// Fewer columns for the side pane.
pub fn narrow_side_pane(model: &mut Model) -> Vec<Effect> {
    resize(model, -(STEP as i16))
}

/// More columns for the side pane.
pub fn widen_side_pane(model: &mut Model) -> Vec<Effect> {
    resize(model, STEP as i16)
}

/// Only the text and its lanes, or everything.
pub fn toggle_zoom(model: &mut Model) -> Vec<Effect> {
    model.arrangement.zoom = !model.arrangement.zoom;
    if model.arrangement.zoom {
        (model.pane_focused, model.pane_over_text) = (false, false);
        model.say(Tone::Info, format!("only the text: {} brings the rest back", key_of(model, "toggle_zoom")));
    }
    keep(model)
}

/// Rows for label names under each row of text.
pub fn change_lanes(model: &mut Model) -> Vec<Effect> {
    model.arrangement.lanes = (model.arrangement.lanes + 1) % 3;
    // Without rows the status line names what is at the cursor: nothing may cover that.
    match model.arrangement.lanes {
        0 => {}
        1 => model.say(Tone::Info, "one row for label names under the text; a second names inner spans too"),
        _ => model.say(Tone::Info, "two rows for label names under the text"),
    }
    keep(model)
}

/// The row of the cursor goes to the middle of the screen.
pub fn centre_row(model: &mut Model) -> Vec<Effect> {
    let (height, lanes) = (text_area(model).height, model.lanes());
    if let Some(open) = &mut model.open
        && let Some(layout) = &open.layout
    {
        let mut viewport = Viewport { top: open.top };
        viewport.centre(layout.row_of(open.selection.cursor()), layout.rows(), height, lanes);
        open.top = viewport.top;
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_again_and_what_is_not_understood_is_not() {
        for shows in [Shows::Both, Shows::Spans, Shows::Guideline] {
            let arranged = Arrangement { side_pane: false, width: 50, shows, lanes: 2, zoom: true };
            assert_eq!(arranged.to_string().parse(), Ok(arranged));
        }
        for text in ["", "true 38 both 1", "true 38 both 1 false more", "yes 38 both 1 false", "true x both 1 false"] {
            assert_eq!(text.parse::<Arrangement>(), Err(()), "{text}");
        }
    }

    #[test]
    fn the_pane_leaves_room_for_the_text() {
        let wide = Arrangement { width: 200, ..Arrangement::default() };
        assert_eq!((wide.pane_width(120), wide.pane_width(110)), (68, 58));
        assert_eq!(Arrangement { width: 1, ..wide }.pane_width(120), NARROWEST);
    }
}
