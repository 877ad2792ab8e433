//! The rules of nervaluate 0.2.0, which many published numbers were made with, kept bug for bug.
//!
//! Gold is sorted by start and predictions by end. A prediction that equals a gold span is right however often; otherwise
//! it counts once *for each* gold span it overlaps, and what it overlapped is remembered by value. Per label, a match is
//! booked on the gold span's label. Correct counts that come from an overlap have no index.
//! Source: <https://github.com/MantisAI/nervaluate>, `evaluate.py` of that release.

use super::matching::Entity;
use super::{Class, Mode};

/// One count: mode, class, the label it is booked on, and the index in the sorted list (of predictions, or of gold for
/// missed ones) where the package gives one.
pub(super) type Booking = (Mode, Class, u32, Option<usize>);

/// Counts one document. Sorts the lists as the package does.
pub(super) fn count(gold: &mut [Entity], predictions: &mut [Entity], mut book: impl FnMut(Booking)) {
    gold.sort_by_key(|e| e.start);
    predictions.sort_by_key(|e| e.end);
    let mut overlapped: Vec<Entity> = Vec::new();
    for (index, &prediction) in predictions.iter().enumerate() {
        if gold.contains(&prediction) {
            overlapped.push(prediction);
            Mode::ALL.into_iter().for_each(|mode| book((mode, Class::Correct, prediction.label, Some(index))));
            continue;
        }
        let mut found = false;
        // Gold is sorted: what starts after the prediction's end cannot overlap it.
        for &gold in gold.iter().take_while(|gold| prediction.end >= gold.start) {
            if gold.same_borders(prediction) {
                for (mode, class, index) in [
                    (Mode::Strict, Class::Incorrect, Some(index)),
                    (Mode::EntType, Class::Incorrect, Some(index)),
                    (Mode::Partial, Class::Correct, None),
                    (Mode::Exact, Class::Correct, None),
                ] {
                    book((mode, class, gold.label, index));
                }
                overlapped.push(gold);
                found = true;
                break;
            }
            if share_a_position(gold, prediction) && !overlapped.contains(&gold) {
                overlapped.push(gold);
                let same_label = gold.label == prediction.label;
                let (class, indexed) =
                    if same_label { (Class::Correct, None) } else { (Class::Incorrect, Some(index)) };
                book((Mode::Strict, Class::Incorrect, gold.label, Some(index)));
                book((Mode::EntType, class, gold.label, indexed));
                book((Mode::Partial, Class::Partial, gold.label, Some(index)));
                book((Mode::Exact, Class::Incorrect, gold.label, Some(index)));
                found = true;
            }
        }
        if !found {
            Mode::ALL.into_iter().for_each(|mode| book((mode, Class::Spurious, prediction.label, Some(index))));
        }
    }
    for (index, gold) in gold.iter().enumerate().filter(|(_, gold)| !overlapped.contains(gold)) {
        Mode::ALL.into_iter().for_each(|mode| book((mode, Class::Missed, gold.label, Some(index))));
    }
}

/// A reversed span has no positions.
fn share_a_position(a: Entity, b: Entity) -> bool {
    a.start.max(b.start) <= a.end.min(b.end)
}
