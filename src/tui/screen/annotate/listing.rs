//! What the open document has, in the order of the text: the lines of the side pane, and how many spans each label has.
//! Made anew when spans or suggestions change, not for every frame; and the keys that choose a line.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::{Focus, Open, Target, areas};
use crate::annotate::NO_RUN;
use crate::dataset::{LabelId, PredictionKey};
use crate::text::CharRange;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::walk;
use crate::tui::widget::list::ListState;
use crate::tui::widget::span_text::SpanKind;

/// A span or suggestion in the list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// Where it is.
    pub range: CharRange,
    /// Its label.
    pub label: LabelId,
    /// How sure the model is, for its suggestions; a text found again has no score.
    pub score: Option<f32>,
    /// What it is.
    pub focus: Focus,
}

/// Everything to list.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// By start, outer before inner, spans before suggestions.
    pub items: Vec<Item>,
    counts: HashMap<LabelId, usize>,
}

/// Outer before inner.
fn place(range: CharRange) -> (usize, Reverse<usize>) {
    (range.start, Reverse(range.end))
}

impl Listing {
    /// The list of a document as it is now.
    pub fn new(open: &Open) -> Self {
        let mut counts = HashMap::new();
        let spans = open.annotation.response.spans.iter().map(|s| {
            *counts.entry(s.label).or_insert(0) += 1;
            Item { range: s.range, label: s.label, score: None, focus: Focus::Span(s.id) }
        });
        let mut items: Vec<Item> = spans.collect();
        let found_again: HashSet<PredictionKey> = open.matches.iter().map(|m| m.key).collect();
        items.extend(open.suggestions.iter().map(|s| {
            let focus = Focus::Suggestion(s.key.range, s.key.label);
            Item {
                range: s.key.range,
                label: s.key.label,
                score: (!found_again.contains(&s.key) && s.key.run != NO_RUN).then_some(s.score),
                focus,
            }
        }));
        items.sort_by_key(|item| place(item.range));
        Self { items, counts }
    }

    /// Spans of the response with this label.
    pub fn spans_of(&self, label: LabelId) -> usize {
        self.counts.get(&label).copied().unwrap_or(0)
    }

    /// The line of what the cursor is exactly on.
    pub fn index_of(&self, open: &Open) -> Option<usize> {
        let target = open.target();
        let focus = target.focus()?;
        let first = self.items.partition_point(|item| place(item.range) < place(target.range()));
        let same = self.items[first..].iter().take_while(|item| item.range == target.range());
        same.into_iter().position(|item| item.focus == focus).map(|at| first + at)
    }

    /// The line of what the cursor is on, else the first one after it.
    pub fn near(&self, open: &Open) -> usize {
        let here = place(open.selection.range());
        self.index_of(open).unwrap_or_else(|| self.items.partition_point(|item| place(item.range) < here))
    }
}

impl Target {
    /// What has to be focused to come here again; nothing for text.
    pub fn focus(&self) -> Option<Focus> {
        match self {
            Target::Span(span) => Some(Focus::Span(span.id)),
            Target::Suggestion(s) => Some(Focus::Suggestion(s.key.range, s.key.label)),
            Target::Text(_) => None,
        }
    }

    /// Where it is.
    pub fn range(&self) -> CharRange {
        match self {
            Target::Span(span) => span.range,
            Target::Suggestion(s) => s.key.range,
            Target::Text(range) => *range,
        }
    }

    /// Whose word it is; text is nobody's.
    pub fn kind(&self) -> Option<SpanKind> {
        match self {
            Target::Span(_) => Some(SpanKind::Response),
            Target::Suggestion(_) => Some(SpanKind::Suggestion),
            Target::Text(_) => None,
        }
    }

    /// Its label; text has none.
    pub fn label(&self) -> Option<LabelId> {
        match self {
            Target::Span(span) => Some(span.label),
            Target::Suggestion(s) => Some(s.key.label),
            Target::Text(_) => None,
        }
    }
}

/// While the list has the keys the cursor is on one of its lines; what it was on may be gone, then the next one takes it.
/// The list scrolls as little as needed to have the line in sight.
pub fn settle_list(model: &mut Model) {
    if model.pane_focused
        && !walk::is_listed(model)
        && let Some(open) = &mut model.open
        && open.listing.index_of(open).is_none()
    {
        let near = open.listing.near(open).min(open.listing.items.len().saturating_sub(1));
        if let Some(item) = open.listing.items.get(near).copied() {
            open.focus_on(&item);
        }
    }
    let height = areas::pane(model).map_or(0, |pane| pane.list.height);
    if let Some(open) = &mut model.open {
        let (near, total) = (open.listing.near(open), open.listing.items.len());
        let mut state = ListState { selected: near, top: open.list_top };
        if open.list_scrolled {
            state.top = state.top.min(total.saturating_sub(usize::from(height)));
        } else {
            state.select(near, total, height);
        }
        open.list_top = state.top;
    }
}

/// Puts the cursor on the line `by` further, counted from the one it is on.
fn move_by(model: &mut Model, by: isize) -> Vec<Effect> {
    if walk::is_listed(model) {
        return walk::go_by(model, by);
    }
    let Some(open) = &mut model.open else { return Vec::new() };
    let last = open.listing.items.len().saturating_sub(1);
    let from = open.listing.near(open);
    let to = match open.listing.index_of(open) {
        // Between two lines the next one is already one further.
        None if by > 0 => from.saturating_add_signed(by - 1),
        _ => from.saturating_add_signed(by),
    };
    match open.listing.items.get(to.min(last)).copied() {
        Some(item) => open.focus_on(&item),
        None => model.say(Tone::Refusal, "no spans or suggestions here yet"),
    }
    Vec::new()
}

/// The next line.
pub fn next_item(model: &mut Model) -> Vec<Effect> {
    move_by(model, 1)
}

/// The line before.
pub fn previous_item(model: &mut Model) -> Vec<Effect> {
    move_by(model, -1)
}

/// The first line.
pub fn first_item(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MIN)
}

/// The last line.
pub fn last_item(model: &mut Model) -> Vec<Effect> {
    move_by(model, isize::MAX)
}

fn page(model: &Model) -> isize {
    areas::pane(model).map_or(1, |pane| pane.list.height.max(2) as isize - 1)
}

/// A screenful of lines down.
pub fn page_down_items(model: &mut Model) -> Vec<Effect> {
    let page = page(model);
    move_by(model, page)
}

/// A screenful of lines up.
pub fn page_up_items(model: &mut Model) -> Vec<Effect> {
    let page = page(model);
    move_by(model, -page)
}

/// Gives the keys to the list, or back to the text; a pane that is not shown is shown.
pub fn focus_side_pane(model: &mut Model) -> Vec<Effect> {
    if model.pane_focused {
        return leave_side_pane(model);
    }
    let effects = if model.shows_side_pane() { Vec::new() } else { super::toggle_side_pane(model) };
    model.pane_focused = true;
    if let Some(open) = &mut model.open {
        open.selection.extending = false;
    }
    effects
}

/// Back to the text, with the cursor on what was chosen.
pub fn leave_side_pane(model: &mut Model) -> Vec<Effect> {
    (model.pane_focused, model.pane_over_text) = (false, false);
    Vec::new()
}
