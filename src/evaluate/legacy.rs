//! The rules of nervaluate 0.2.0, which many published numbers were made with, kept bug for bug.
//!
//! Gold is sorted by start and predictions by end. A prediction that equals a gold span is right however often; otherwise
//! it counts once *for each* gold span it overlaps, and what it overlapped is remembered by value. Per label, a match is
//! booked on the gold span's label. Correct counts that come from an overlap have no index.
//! Source: <https://github.com/MantisAI/nervaluate>, `evaluate.py` of that release.

use super::booking::Booking;
use super::matching::Entity;
use super::{Class, Mode};

/// Counts one document; with each entry comes the label it is booked on.
pub(super) fn count(gold: &[Entity], predictions: &[Entity], mut book: impl FnMut(u32, Booking)) {
    let (gold_order, prediction_order) = (sorted(gold, |e| e.start), sorted(predictions, |e| e.end));
    let mut overlapped: Vec<Entity> = Vec::new();
    for (index, &original) in prediction_order.iter().enumerate() {
        let prediction = predictions[original];
        let mut say = |mode, class, label, gold: Option<usize>, indexed: bool| {
            let index = indexed.then_some(index);
            book(label, Booking { row: None, mode, class, gold, prediction: Some(original), index });
        };
        if let Some(same) = gold.iter().position(|g| *g == prediction) {
            overlapped.push(prediction);
            Mode::ALL.into_iter().for_each(|mode| say(mode, Class::Correct, prediction.label, Some(same), true));
            continue;
        }
        let mut found = false;
        // Gold is sorted: what starts after the prediction's end cannot overlap it.
        for &at in gold_order.iter().take_while(|at| prediction.end >= gold[**at].start) {
            let g = gold[at];
            if g.same_borders(prediction) {
                for (mode, class, indexed) in [
                    (Mode::Strict, Class::Incorrect, true),
                    (Mode::EntType, Class::Incorrect, true),
                    (Mode::Partial, Class::Correct, false),
                    (Mode::Exact, Class::Correct, false),
                ] {
                    say(mode, class, g.label, Some(at), indexed);
                }
                overlapped.push(g);
                found = true;
                break;
            }
            if share_a_position(g, prediction) && !overlapped.contains(&g) {
                overlapped.push(g);
                let same_label = g.label == prediction.label;
                let class = if same_label { Class::Correct } else { Class::Incorrect };
                say(Mode::Strict, Class::Incorrect, g.label, Some(at), true);
                say(Mode::EntType, class, g.label, Some(at), !same_label);
                say(Mode::Partial, Class::Partial, g.label, Some(at), true);
                say(Mode::Exact, Class::Incorrect, g.label, Some(at), true);
                found = true;
            }
        }
        if !found {
            Mode::ALL.into_iter().for_each(|mode| say(mode, Class::Spurious, prediction.label, None, true));
        }
    }
    for (index, &at) in gold_order.iter().enumerate().filter(|(_, at)| !overlapped.contains(&gold[**at])) {
        for mode in Mode::ALL {
            let index = Some(index);
            let missed = Booking { row: None, mode, class: Class::Missed, gold: Some(at), prediction: None, index };
            book(gold[at].label, missed);
        }
    }
}

/// The indices of a list in the order of a border; equal ones stay as they were.
fn sorted(list: &[Entity], border: impl Fn(&Entity) -> i64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..list.len()).collect();
    order.sort_by_key(|at| border(&list[*at]));
    order
}

/// A reversed span has no positions.
fn share_a_position(a: Entity, b: Entity) -> bool {
    a.start.max(b.start) <= a.end.min(b.end)
}
