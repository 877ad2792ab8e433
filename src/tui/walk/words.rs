//! A place of a walk in words: what gold says, what was predicted, and how they differ.

use super::{Predicted, Stop, Walking};
use crate::annotate::LabelSet;
use crate::dataset::{LabelId, PredictionKey, Verdict};
use crate::store::GOLD_SET;
use crate::text::CharRange;
use crate::tui::model::{Model, SIDE_PANE_FROM};
use crate::tui::screen::annotate::Open;

/// Cells of a quoted text at most, where both have to fit into a line of 80 cells; and where there is more room.
const QUOTE: u16 = 14;
const LONG_QUOTE: u16 = 30;

/// Whose response: `gold demo`, `bob's response`.
pub fn name_of(annotator: &str) -> String {
    match annotator.strip_prefix(GOLD_SET) {
        Some(set) => format!("gold {set}"),
        None => format!("{annotator}'s response"),
    }
}

/// Where in the walk: `3/17 brand · missed · strict`.
pub fn on_title(walking: &Walking) -> String {
    let walk = &walking.walk;
    let mut title = format!("{}/{} {}", walk.at + 1, walk.stops.len(), walk.title);
    if let Some((mode, class)) = walking.stop().and_then(|stop| stop.counted) {
        for word in [class.as_str(), mode.as_str()].into_iter().filter(|word| !walk.title.contains(word)) {
            title.push_str(" · ");
            title.push_str(word);
        }
    }
    title
}

/// What the list says of a place: its labels, and both where they differ.
pub(super) fn labels_of(stop: &Stop, labels: &LabelSet, arrow: &str) -> String {
    match (stop.gold, stop.prediction) {
        (Some((_, gold)), Some((_, predicted, _))) if gold != predicted => {
            format!("{}{arrow}{}", labels.name(gold), labels.name(predicted))
        }
        (Some((_, label)), _) | (None, Some((_, label, _))) => labels.name(label),
        (None, None) => String::new(),
    }
}

/// What gold says at the place that is open, and what was predicted.
pub(super) fn facts(walking: &Walking, open: &Open, model: &Model) -> Vec<String> {
    let Some(stop) = walking.stop() else { return Vec::new() };
    if !stop.is_in(open) {
        return vec![format!("another document is open: n and N go on from place {}", walking.walk.at + 1)];
    }
    let (labels, columns) = (&model.labels, model.theme.columns());
    let quote = if model.size.0 < SIDE_PANE_FROM { QUOTE } else { LONG_QUOTE };
    let moved = stop.is_of_another_text(open);
    let named = |range: CharRange, label: LabelId| match open.annotation.text.map().contains(range) {
        _ if moved => labels.name(label),
        true => {
            let text = columns.one_line(open.annotation.text.slice(range), quote);
            format!("{} “{text}”", labels.name(label))
        }
        false => format!("{} at {}–{}, past the end", labels.name(label), range.start, range.end),
    };
    let in_gold = |range, label| !moved && open.annotation.span_with(range, label).is_some();
    let gold = match (stop.gold, stop.prediction) {
        (Some((range, label)), _) if in_gold(range, label) => format!("gold: {}", named(range, label)),
        (Some((range, label)), _) => format!("gold was: {}", named(range, label)),
        (None, Some((range, label, _))) if in_gold(range, label) => "gold: the same now".to_owned(),
        // It may be there with another label: that is another place of the walk, or of none.
        (None, Some((_, label, _))) if moved => format!("was not in gold as {}", labels.name(label)),
        (None, Some((_, label, _))) => format!("not in gold as {}", labels.name(label)),
        (None, None) => "not in gold".to_owned(),
    };
    let missing = stop.gold.map_or_else(String::new, |(_, label)| format!(" as {}", labels.name(label)));
    let changed = moved.then(|| "the text was changed since it was counted".to_owned());
    let predicted = predicted(walking, stop, open, named, &missing);
    changed.into_iter().chain([gold, predicted]).collect()
}

fn predicted(
    walking: &Walking,
    stop: &Stop,
    open: &Open,
    named: impl Fn(CharRange, LabelId) -> String,
    missing: &str,
) -> String {
    let (said, was, nothing) = match &walking.walk.predicted {
        Predicted::Run(..) => ("predicted".to_owned(), "was predicted".to_owned(), format!("not predicted{missing}")),
        Predicted::Annotator(name) => (name.clone(), format!("{name} said"), format!("not {name}'s{missing}")),
    };
    let Some((range, label, score)) = stop.prediction else { return nothing };
    let score = score.map_or(String::new(), |score| format!(" {score:.2}"));
    let there = open.predicted.iter().find(|p| (p.key.range, p.key.label) == (range, label)).map(|p| p.key);
    let rejected = |key: PredictionKey| {
        open.annotation.decisions.get(&key).is_some_and(|decision| decision.verdict == Verdict::Rejected)
    };
    let said = match there {
        None => was,
        Some(_) if stop.is_of_another_text(open) => was,
        Some(key) if rejected(key) => "rejected".to_owned(),
        Some(_) => said,
    };
    format!("{said}: {}{score}", named(range, label))
}

/// How a prediction differs from its gold span; nothing when one of them is missing.
pub(super) fn difference(stop: &Stop) -> Option<String> {
    let ((gold, gold_label), (predicted, predicted_label, _)) = (stop.gold?, stop.prediction?);
    let edge = |was: usize, is: usize, what: &str| match is.cmp(&was) {
        std::cmp::Ordering::Less => Some(format!("{what} early")),
        std::cmp::Ordering::Equal => None,
        std::cmp::Ordering::Greater => Some(format!("{what} late")),
    };
    let label = (gold_label != predicted_label).then(|| "other label".to_owned());
    let edges = [edge(gold.start, predicted.start, "starts"), edge(gold.end, predicted.end, "ends")];
    let words: Vec<String> = label.into_iter().chain(edges.into_iter().flatten()).collect();
    Some(if words.is_empty() { "the same".to_owned() } else { words.join(", ") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::DocumentId;

    fn stop(gold: (usize, usize, i64), predicted: (usize, usize, i64)) -> Stop {
        let at = |(start, end, label): (usize, usize, i64)| (CharRange::new(start, end), LabelId(label));
        let (range, label) = at(predicted);
        Stop {
            document: DocumentId(1),
            annotator: "gold/demo".into(),
            gold: Some(at(gold)),
            prediction: Some((range, label, None)),
            text: None,
            counted: None,
        }
    }

    #[test]
    fn a_difference_names_label_and_edges() {
        for (gold, predicted, words) in [
            ((3, 8, 1), (3, 8, 1), "the same"),
            ((3, 8, 1), (3, 8, 2), "other label"),
            ((3, 8, 1), (1, 8, 1), "starts early"),
            ((3, 8, 1), (5, 9, 2), "other label, starts late, ends late"),
        ] {
            assert_eq!(difference(&stop(gold, predicted)).as_deref(), Some(words));
        }
    }

    #[test]
    fn a_response_has_the_name_people_know_it_by() {
        assert_eq!((name_of("gold/demo").as_str(), name_of("bob").as_str()), ("gold demo", "bob's response"));
    }
}
