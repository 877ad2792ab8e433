//! Which hit is chosen, and what has the keys.

use super::{Focus, areas, facets};
use crate::search::Mode;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::mouse::{Gesture, Mouse, NOTCH};

/// There is a hit.
pub fn has_hit(model: &Model) -> Result<(), String> {
    match model.search_screen.hit() {
        Some(_) => Ok(()),
        None => Err("there are no hits: / changes the query".into()),
    }
}

/// There is something to move over.
pub fn has_lines(model: &Model) -> Result<(), String> {
    if model.search_screen.focus == Focus::Facets { Ok(()) } else { has_hit(model) }
}

fn height(model: &Model) -> u16 {
    let areas = areas(model);
    if model.search_screen.focus == Focus::Facets { areas.facets.height } else { areas.list.height }
}

fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    if model.search_screen.focus == Focus::Facets {
        facets::move_by(model, by);
        return Vec::new();
    }
    let (total, height) = (model.search_screen.len(), height(model));
    model.search_screen.list.move_by(by, total, height);
    Vec::new()
}

/// One line down.
pub fn next_hit(model: &mut Model) -> Vec<Effect> {
    move_by(model, 1)
}

/// One line up; from the first hit into the query.
pub fn previous_hit(model: &mut Model) -> Vec<Effect> {
    if model.search_screen.focus == Focus::Hits && model.search_screen.list.selected == 0 {
        return edit_query(model);
    }
    move_by(model, -1)
}

/// A screenful down.
pub fn hits_down(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize - 1;
    move_by(model, by.max(1))
}

/// A screenful up.
pub fn hits_up(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize - 1;
    move_by(model, -by.max(1))
}

/// The first line.
pub fn first_hit(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MIN)
}

/// The last line.
pub fn last_hit(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MAX)
}

/// The query has the keys again.
pub fn edit_query(model: &mut Model) -> Vec<Effect> {
    model.search_screen.focus = Focus::Line;
    Vec::new()
}

/// The next way of finding: by both, by words, by meaning.
pub fn next_search_mode(model: &mut Model) -> Vec<Effect> {
    let screen = &mut model.search_screen;
    let here = Mode::ALL.iter().position(|mode| *mode == screen.mode).unwrap_or(0);
    screen.mode = Mode::ALL[(here + 1) % Mode::ALL.len()];
    screen.due = true;
    Vec::new()
}

/// The document beside or below the list, or more of the list.
pub fn toggle_preview(model: &mut Model) -> Vec<Effect> {
    let screen = &mut model.search_screen;
    screen.preview_hidden = !screen.preview_hidden;
    if areas(model).preview.is_empty() && !model.search_screen.preview_hidden && !model.search_screen.is_empty() {
        let why = match model.search_screen.focus {
            Focus::Facets => "the document is shown where the filters are: f goes back to the hits",
            _ => "there is no room for the document: make the window higher",
        };
        model.say(Tone::Info, why);
    }
    Vec::new()
}

/// A click chooses a hit, and opens the one that is chosen; the wheel moves.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    let areas = areas(model);
    match mouse.gesture {
        Gesture::Press if areas.line.contains(mouse.at) => edit_query(model),
        Gesture::Press if areas.list.contains(mouse.at) => {
            let at = model.search_screen.list.top + usize::from(mouse.at.y - areas.list.y);
            if at >= model.search_screen.len() {
                return Vec::new();
            }
            let chosen = at == model.search_screen.list.selected && model.search_screen.focus == Focus::Hits;
            model.search_screen.focus = Focus::Hits;
            model.search_screen.list.selected = at;
            if chosen { super::open_hit(model) } else { Vec::new() }
        }
        Gesture::Press if areas.facets.contains(mouse.at) => {
            model.search_screen.focus = Focus::Facets;
            model.search_screen.facet.selected =
                model.search_screen.facet.top + usize::from(mouse.at.y - areas.facets.y);
            facets::choose(model)
        }
        Gesture::Wheel(by) => move_by(model, by * NOTCH),
        _ => Vec::new(),
    }
}
