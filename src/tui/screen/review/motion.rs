//! Which line is chosen.

use super::{begin, begin_again, widen};
use crate::annotate::{Direction, Side, moved_edge};
use crate::dataset::LabelId;
use crate::store::Anchor;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::mouse::{Gesture, Mouse, NOTCH};
use crate::tui::overlay::{LabelPicker, Overlay};

/// Rows of the text around the chosen suggestion, below the lines.
pub const DETAIL: u16 = 3;

/// Lines on the screen: all but title, the text around the chosen one with a rule above it, status and hints.
pub fn height(model: &Model) -> usize {
    usize::from(model.size.1.saturating_sub(4 + DETAIL)).max(1)
}

/// There is a suggestion to decide on.
pub fn has_line(model: &Model) -> Result<(), String> {
    let review = &model.review;
    match review.line() {
        Some(_) => Ok(()),
        None if review.failed.is_some() => Err("the model could not suggest: R asks again".into()),
        None if review.loading.is_some() || !review.at_end => Err("suggestions are on their way".into()),
        None if review.only.is_some() => Err("no suggestion with this label is left: f shows all labels".into()),
        None => Err("no suggestion is left in this list".into()),
    }
}

fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    let review = &mut model.review;
    let last = review.lines.len().saturating_sub(1);
    review.edges = None;
    review.back = by < 0 && review.selected.checked_add_signed(by).is_none();
    review.selected = review.selected.saturating_add_signed(by).min(last);
    Vec::new()
}

/// One line down.
pub fn next_line(model: &mut Model) -> Vec<Effect> {
    if model.review.selected + 1 >= model.review.lines.len() && model.review.at_end {
        model.say(Tone::Info, "this is the end of the list");
    }
    move_by(model, 1)
}

/// One line up.
pub fn previous_line(model: &mut Model) -> Vec<Effect> {
    if model.review.selected == 0 && model.review.at_start {
        model.say(Tone::Info, "this is the start of the list");
    }
    move_by(model, -1)
}

/// A screenful down.
pub fn lines_down(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize - 1;
    move_by(model, by.max(1))
}

/// A screenful up.
pub fn lines_up(model: &mut Model) -> Vec<Effect> {
    let by = height(model) as isize - 1;
    move_by(model, -by.max(1))
}

/// The first suggestion of the list.
pub fn first_line(model: &mut Model) -> Vec<Effect> {
    if model.review.at_start {
        return move_by(model, -(model.review.selected as isize));
    }
    begin(model, Anchor::Start, None);
    Vec::new()
}

/// The last suggestion that is loaded.
pub fn last_line(model: &mut Model) -> Vec<Effect> {
    let last = model.review.lines.len() as isize;
    move_by(model, last)
}

/// Scrolls as little as needed.
pub fn keep_in_sight(model: &mut Model) {
    let height = height(model);
    let review = &mut model.review;
    let lowest = review.lines.len().saturating_sub(height);
    review.top = review.top.min(review.selected).max((review.selected + 1).saturating_sub(height)).min(lowest);
}

/// The next order of the lines.
pub fn order_lines(model: &mut Model) -> Vec<Effect> {
    let review = &mut model.review;
    review.order = review.order.next();
    review.relist();
    model.say(Tone::Info, format!("{}, among what is loaded", model.review.order.words()));
    Vec::new()
}

/// Asks for the label to show alone; all labels again when there is one.
pub fn filter_lines(model: &mut Model) -> Vec<Effect> {
    if model.review.only.is_some() {
        return clear_filter(model);
    }
    let here = model.review.line().map(|l| l.suggestion.key.label);
    let place = model.labels.active().position(|l| Some(l.id) == here).unwrap_or(0);
    model.overlays.push(Overlay::LabelPicker(LabelPicker::to_filter(place)));
    Vec::new()
}

/// Shows only suggestions of a label.
pub fn show_only(model: &mut Model, label: LabelId) -> Vec<Effect> {
    model.review.only = Some(label);
    model.review.edges = None;
    model.review.relist();
    Vec::new()
}

/// All labels again.
pub fn clear_filter(model: &mut Model) -> Vec<Effect> {
    model.review.only = None;
    widen(model);
    Vec::new()
}

/// Puts the line aside for this sitting.
pub fn skip_line(model: &mut Model) -> Vec<Effect> {
    let review = &mut model.review;
    if let Some(line) = review.line() {
        let place = (line.document, line.suggestion.key);
        review.skipped.insert(place);
        review.relist();
        let n = review.skipped.len();
        model.say(Tone::Info, format!("{n} put aside: S shows them again"));
    }
    Vec::new()
}

/// Some lines were put aside.
pub fn has_skipped(model: &Model) -> Result<(), String> {
    if model.review.skipped.is_empty() { Err("nothing was put aside".into()) } else { Ok(()) }
}

/// What was put aside is in the queue again.
pub fn show_skipped(model: &mut Model) -> Vec<Effect> {
    model.review.skipped.clear();
    widen(model);
    Vec::new()
}

/// Asks the model again.
pub fn look_again(model: &mut Model) -> Vec<Effect> {
    begin_again(model);
    Vec::new()
}

/// The edges of the suggestion may be moved now; nothing is decided until it is accepted or gets a label.
pub fn edit_edges(model: &mut Model) -> Vec<Effect> {
    model.review.edges = model.review.line().map(|l| l.suggestion.key.range);
    let text = "edges: move them, then accept or give a label; Esc leaves them as they were";
    model.say(Tone::Info, text);
    Vec::new()
}

fn edge(model: &mut Model, side: Side, direction: Direction) -> Vec<Effect> {
    let moved = model
        .review
        .here()
        .and_then(|(loaded, _, range)| moved_edge(&loaded.annotation.text, range, side, direction, model.unit));
    match moved {
        Some(range) => model.review.edges = Some(range),
        None => model.say(Tone::Refusal, "this edge cannot go further"),
    }
    Vec::new()
}

/// The left edge one word to the left.
pub fn line_left_out(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::Start, Direction::Left)
}

/// The right edge one word to the right.
pub fn line_right_out(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::End, Direction::Right)
}

/// The left edge one word to the right.
pub fn line_left_in(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::Start, Direction::Right)
}

/// The right edge one word to the left.
pub fn line_right_in(model: &mut Model) -> Vec<Effect> {
    edge(model, Side::End, Direction::Left)
}

/// A click chooses a line; the wheel moves through the queue.
pub fn mouse(model: &mut Model, mouse: Mouse) -> Vec<Effect> {
    match mouse.gesture {
        Gesture::Press => {
            // Below the title.
            let row = usize::from(mouse.at.y).checked_sub(1).filter(|row| *row < height(model));
            let line = row.map(|row| model.review.top + row).filter(|line| *line < model.review.lines.len());
            let Some(line) = line else { return Vec::new() };
            let by = line as isize - model.review.selected as isize;
            move_by(model, by)
        }
        Gesture::Wheel(by) => move_by(model, by * NOTCH),
        _ => Vec::new(),
    }
}
