//! What became of the spans of one document: which came, went, moved or got another label.

use super::Mark;

/// One difference between two lists of spans.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Difference {
    /// Only in the second list.
    Added(Mark),
    /// Only in the first.
    Gone(Mark),
    /// The same place with another label.
    Relabelled(Mark, Mark),
    /// The same label at a place that overlaps the old one.
    Moved(Mark, Mark),
}

impl Difference {
    /// The word for it.
    pub const fn word(&self) -> &'static str {
        match self {
            Difference::Added(_) => "added",
            Difference::Gone(_) => "gone",
            Difference::Relabelled(..) => "relabelled",
            Difference::Moved(..) => "moved",
        }
    }

    /// Where it is: the first position of the earlier of its spans.
    fn start(&self) -> i64 {
        match self {
            Difference::Added(mark) | Difference::Gone(mark) => mark.start,
            Difference::Relabelled(before, after) | Difference::Moved(before, after) => before.start.min(after.start),
        }
    }
}

/// The differences from `before` to `after`, by place. A span is part of one difference at most: the same place is looked
/// for first, then an overlap under the same label.
pub fn differences(before: &[Mark], after: &[Mark]) -> Vec<Difference> {
    let (mut before, mut after) = (before.to_vec(), after.to_vec());
    let mut found = Vec::new();
    let place = |m: &Mark| (m.start, m.end);
    pair_off(&mut before, &mut after, |a, b| place(a) == place(b) && a.label == b.label);
    let relabelled = pair_off(&mut before, &mut after, |a, b| place(a) == place(b));
    found.extend(relabelled.into_iter().map(|(a, b)| Difference::Relabelled(a, b)));
    let moved = pair_off(&mut before, &mut after, |a, b| a.label == b.label && a.start < b.end && b.start < a.end);
    found.extend(moved.into_iter().map(|(a, b)| Difference::Moved(a, b)));
    found.extend(before.into_iter().map(Difference::Gone));
    found.extend(after.into_iter().map(Difference::Added));
    found.sort_by_key(Difference::start);
    found
}

/// Takes the pairs that belong together out of both lists, each with the first that fits.
fn pair_off(before: &mut Vec<Mark>, after: &mut Vec<Mark>, fits: impl Fn(&Mark, &Mark) -> bool) -> Vec<(Mark, Mark)> {
    let mut pairs = Vec::new();
    before.retain(|a| match after.iter().position(|b| fits(a, b)) {
        Some(at) => {
            pairs.push((*a, after.remove(at)));
            false
        }
        None => true,
    });
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(label: u32, start: i64, end: i64) -> Mark {
        Mark { label, start, end, score: None }
    }

    #[test]
    fn what_came_went_moved_and_got_another_label() {
        let before = [mark(0, 0, 5), mark(0, 10, 15), mark(1, 20, 25), mark(1, 30, 35)];
        let after = [mark(0, 0, 5), mark(1, 10, 15), mark(1, 20, 28), mark(0, 40, 45)];
        assert_eq!(
            differences(&before, &after),
            [
                Difference::Relabelled(mark(0, 10, 15), mark(1, 10, 15)),
                Difference::Moved(mark(1, 20, 25), mark(1, 20, 28)),
                Difference::Gone(mark(1, 30, 35)),
                Difference::Added(mark(0, 40, 45)),
            ]
        );
        assert!(differences(&before, &before).is_empty());
    }

    #[test]
    fn the_same_place_goes_before_an_overlap_and_duplicates_are_told_apart() {
        let before = [mark(0, 0, 5), mark(0, 0, 5)];
        let after = [mark(0, 0, 5), mark(0, 2, 9)];
        assert_eq!(differences(&before, &after), [Difference::Moved(mark(0, 0, 5), mark(0, 2, 9))]);
        let (before, after) = ([mark(0, 0, 9)], [mark(0, 2, 9), mark(1, 0, 9)]);
        let expected = [Difference::Relabelled(mark(0, 0, 9), mark(1, 0, 9)), Difference::Added(mark(0, 2, 9))];
        assert_eq!(differences(&before, &after), expected);
    }
}
