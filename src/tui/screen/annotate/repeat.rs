//! The last thing done to spans, done again to what the selection is on now.

use super::{
    accept_and_next, accept_suggestion, add_label, change_label_to, commit, delete_span, edge, give_label, merge_spans,
    on_either, on_span, on_suggestion, on_text, reject_and_next, reject_suggestion, split_span, swap_label,
};
use crate::annotate::{Direction, Outcome, Side};
use crate::dataset::LabelId;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Tone};
use crate::tui::msg::Then;

/// Something that was done to a span or a suggestion, apart from which one it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// The label was given to what the selection was on.
    GiveLabel(LabelId),
    /// A new span with the label.
    AddLabel(LabelId),
    /// The label was given to what was under the cursor.
    ChangeLabel(LabelId),
    /// Accepted; and on to the next.
    Accept {
        /// On to the next.
        next: bool,
    },
    /// Rejected; and on to the next.
    Reject {
        /// On to the next.
        next: bool,
    },
    /// The span went.
    Delete,
    /// An edge moved one unit.
    Edge(Side, Direction),
    /// The span was split at the cursor.
    Split,
    /// Spans became one.
    Merge,
    /// The next most likely label.
    Swap,
}

/// Sends a group to the store and remembers what it was for [`repeat_last`], or says why there is none.
pub(super) fn commit_act(model: &mut Model, act: Act, outcome: Outcome, then: Then) -> Vec<Effect> {
    if outcome.is_ok() {
        model.last_act = Some(act);
    }
    if let (Act::GiveLabel(label) | Act::AddLabel(label) | Act::ChangeLabel(label), Ok(_)) = (act, &outcome) {
        model.use_label(label);
    }
    commit(model, outcome, then)
}

/// Something was done that can be done again.
pub fn can_repeat(model: &Model) -> Result<(), String> {
    let act = model.last_act.ok_or("nothing was done to a span yet that could be repeated")?;
    let name = |label| model.labels.name(label);
    let (what, can) = match act {
        Act::GiveLabel(label) | Act::AddLabel(label) => (format!("give {}", name(label)), on_text(model)),
        Act::ChangeLabel(label) => (format!("change the label to {}", name(label)), on_either(model)),
        Act::Accept { .. } => ("accept".to_owned(), on_suggestion(model)),
        Act::Reject { .. } => ("reject".to_owned(), on_suggestion(model)),
        Act::Delete => ("delete".to_owned(), on_span(model)),
        Act::Edge(..) => ("move an edge".to_owned(), on_either(model)),
        Act::Split => ("split".to_owned(), on_span(model)),
        Act::Merge => ("merge".to_owned(), on_span(model)),
        Act::Swap => ("swap the label".to_owned(), on_either(model)),
    };
    if let Act::GiveLabel(label) | Act::AddLabel(label) | Act::ChangeLabel(label) = act
        && model.labels.get(label).is_none_or(|l| l.archived)
    {
        return Err(format!("cannot repeat: {what}: the label is not offered any more"));
    }
    can.map_err(|why| format!("cannot repeat: {what}: {why}"))
}

/// Does the last thing again.
pub fn repeat_last(model: &mut Model) -> Vec<Effect> {
    let Some(act) = model.last_act else { return Vec::new() };
    match act {
        Act::GiveLabel(label) => give_label(model, label),
        Act::AddLabel(label) => add_label(model, label),
        Act::ChangeLabel(label) => change_label_to(model, label),
        Act::Accept { next: true } => accept_and_next(model),
        Act::Accept { next: false } => accept_suggestion(model),
        Act::Reject { next: true } => reject_and_next(model),
        Act::Reject { next: false } => reject_suggestion(model),
        Act::Delete => delete_span(model),
        Act::Edge(side, direction) => repeat_edge(model, side, direction),
        Act::Split => split_span(model),
        Act::Merge => merge_spans(model),
        Act::Swap => swap_label(model),
    }
}

/// The edge of the span or suggestion under the cursor, even when the selection is only a part of it.
fn repeat_edge(model: &mut Model, side: Side, direction: Direction) -> Vec<Effect> {
    let Some(open) = &mut model.open else { return Vec::new() };
    match (open.span_here(), open.suggestion_here()) {
        (Some(span), _) => open.focus_span(span.id),
        (None, Some(suggestion)) => open.focus_suggestion(&suggestion),
        (None, None) => {
            model.say(Tone::Refusal, "no span or suggestion here");
            return Vec::new();
        }
    }
    edge(model, side, direction)
}
