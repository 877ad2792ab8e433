//! How many of the suggestions that are about to be accepted at once will be right.
//!
//! What is known: of `of` suggestions of one label that the annotator decided one by one, at or above the threshold and
//! from the same run, `right` were accepted as they stood. What is wanted: the share of right ones among the `taken`
//! suggestions of that label that would be accepted now, with 90 % certainty. That is a prediction of a realised count,
//! not of a rate: ten suggestions scatter more than a thousand do, so their interval is wider.
//!
//! The figure in the middle is the mean under Jeffreys' prior, Beta(½, ½). The interval is beta-binomial with the priors
//! on both sides of Jeffreys': Beta(0, 1) for the lower end and Beta(1, 0) for the upper, each cut at 5 % (Thatcher 1964;
//! it is for predictions what Clopper and Pearson's is for rates). Whatever the true precision is, it then covers the
//! realised one in at least 90 % of cases. Jeffreys' prior alone does not: 20 decided, 1000 to take and a true precision
//! of 0.89 leave it at 85 %.
//!
//! What it does not know, and what therefore biases it:
//! - The decided ones must be a fair sample of those to come. Somebody who reviews the surest first has seen an easier
//!   lot, and the figure flatters; reviewing by place in the text, or the least certain first, does not flatter.
//! - Decisions on one document hang together (one name, ten times): they count as ten, and the interval is too narrow.
//! - A person who reads a suggestion agrees with it more readily than one who reads the text alone.
//! - A threshold chosen because its figure looked best is better on paper than in fact.

use crate::store::Reviewed;

/// Decisions on a label below this say too little: even 10 right of 10 leave the lower end at 74 %, a range too wide to
/// act on; 20 of 20 leave it at 86 %.
pub const ENOUGH: u64 = 20;

/// Half of what an interval leaves out.
const TAIL: f64 = 0.05;

/// Above this many, more suggestions no longer change the interval visibly.
const MOST: u64 = 100_000;

/// Shares of right suggestions, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Expected {
    /// The middle.
    pub mean: f64,
    /// The realised share is below this in at most 5 % of cases.
    pub low: f64,
    /// And above this in at most 5 %.
    pub high: f64,
}

/// The expected precision of accepting `taken` suggestions of a label, or `None` when too few were reviewed (or nothing
/// would be taken).
pub fn expected(reviewed: Reviewed, taken: u64) -> Option<Expected> {
    if reviewed.of < ENOUGH || taken == 0 {
        return None;
    }
    let (low, high) = interval(reviewed, taken, TAIL);
    let mean = (reviewed.right as f64 + 0.5) / (reviewed.of as f64 + 1.0);
    Some(Expected { mean, low, high })
}

/// The expected precision over several labels, and the share of all suggestions taken that it speaks for: those of
/// labels with enough reviewed. `None` when there is no such label.
pub fn overall(labels: &[(Reviewed, u64)]) -> Option<(f64, f64)> {
    let all: u64 = labels.iter().map(|(_, taken)| taken).sum();
    let known = labels.iter().filter_map(|(reviewed, taken)| Some((expected(*reviewed, *taken)?.mean, *taken)));
    let (right, of) = known.fold((0.0, 0), |(right, of), (mean, taken)| (right + mean * taken as f64, of + taken));
    (of > 0).then(|| (right / of as f64, of as f64 / all as f64))
}

/// The share of right ones among `taken`, with `tail` left out on either side.
fn interval(reviewed: Reviewed, taken: u64, tail: f64) -> (f64, f64) {
    let (right, wrong) = (reviewed.right, reviewed.of.saturating_sub(reviewed.right));
    let taken = taken.clamp(1, MOST);
    let share = |count: u64| count as f64 / taken as f64;
    // The upper end is the lower end for wrong ones, seen from the other side.
    (share(lower(right, wrong, taken, tail)), share(taken - lower(wrong, right, taken, tail)))
}

/// The largest count of successes among `taken` that fewer successes than it would undercut with probability `tail` at
/// most, after `yes` successes and `no` failures: beta-binomial with Beta(`yes`, `no` + 1).
fn lower(yes: u64, no: u64, taken: u64, tail: f64) -> u64 {
    if yes == 0 {
        return 0;
    }
    let (a, b, m) = (yes as f64, no as f64 + 1.0, taken as f64);
    // P(x + 1) / P(x). Weights relative to the likeliest count neither overflow nor need a logarithm.
    let up = |x: f64| (m - x) * (x + a) / ((x + 1.0) * (m - x - 1.0 + b));
    let likeliest = (m * (a - 1.0) / (a + b - 2.0).max(1.0)).clamp(0.0, m).floor();
    let mut weights = vec![0.0; taken as usize + 1];
    weights[likeliest as usize] = 1.0;
    for x in likeliest as usize..taken as usize {
        weights[x + 1] = weights[x] * up(x as f64);
    }
    for x in (0..likeliest as usize).rev() {
        weights[x] = weights[x + 1] / up(x as f64);
    }
    let allowed = tail * weights.iter().sum::<f64>();
    let mut below = 0.0;
    for (count, weight) in weights.iter().enumerate() {
        below += weight;
        if below > allowed {
            return count as u64;
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn of(right: u64, of: u64) -> Reviewed {
        Reviewed { right, of }
    }

    #[test]
    fn too_few_decisions_say_nothing_and_more_of_them_say_it_more_closely() {
        assert_eq!(expected(of(19, 19), 100), None);
        assert_eq!(expected(of(50, 50), 0), None);
        let width = |e: Expected| e.high - e.low;
        let (few, many) = (expected(of(18, 20), 100).unwrap(), expected(of(180, 200), 100).unwrap());
        assert!(few.low < few.mean && few.mean < few.high, "{few:?}");
        assert!(width(many) < width(few), "{many:?} {few:?}");
        assert!(width(expected(of(18, 20), 10).unwrap()) > width(few), "ten scatter more than a hundred");
    }

    #[test]
    fn figures_worked_out_by_hand() {
        // 20 of 20, one to take: P(wrong) = ∫(1-p) 20 p^19 dp = 1/21 < 5 %.
        let all = expected(of(20, 20), 1).unwrap();
        assert_eq!((all.low, all.high), (1.0, 1.0));
        // 1 wrong of 20, one to take: P(wrong) = 2/21 > 5 %.
        let one = expected(of(19, 20), 1).unwrap();
        assert_eq!((one.low, one.high), (0.0, 1.0));
        assert!((one.mean - 19.5 / 21.0).abs() < 1e-12);
        // So many to take that only the rate matters: the 5 % point of Beta(20, 1) is 0.05^(1/20).
        let rate = expected(of(20, 20), 1_000_000).unwrap();
        assert!((rate.low - 0.05f64.powf(0.05)).abs() < 1e-4 && rate.high == 1.0, "{rate:?}");
        let none = expected(of(0, 20), 1_000_000).unwrap();
        assert!((none.high - (1.0 - 0.05f64.powf(0.05))).abs() < 1e-4 && none.low == 0.0, "{none:?}");
    }

    #[test]
    fn the_overall_figure_speaks_for_the_labels_with_enough_reviewed() {
        let (mean, share) = overall(&[(of(20, 20), 30), (of(10, 20), 10), (of(7, 7), 40), (of(0, 20), 0)]).unwrap();
        assert!((mean - (30.0 * 20.5 / 21.0 + 10.0 * 0.5) / 40.0).abs() < 1e-12);
        assert!((share - 0.5).abs() < 1e-12);
        assert_eq!(overall(&[(of(7, 7), 40)]), None);
    }

    /// xorshift64*, 53 bits.
    fn uniform(state: &mut u64) -> f64 {
        *state ^= *state >> 12;
        *state ^= *state << 25;
        *state ^= *state >> 27;
        (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1u64 << 53) as f64
    }

    /// P(X ≤ x) for X successes of `n`, each with probability `p`.
    fn cumulative(n: u64, p: f64) -> Vec<f64> {
        let n = n as usize;
        let likeliest = ((n + 1) as f64 * p).floor().min(n as f64) as usize;
        let up = |x: usize| (n - x) as f64 * p / ((x + 1) as f64 * (1.0 - p));
        let mut weights = vec![0.0; n + 1];
        weights[likeliest] = 1.0;
        (likeliest..n).for_each(|x| weights[x + 1] = weights[x] * up(x));
        (0..likeliest).rev().for_each(|x| weights[x] = weights[x + 1] / up(x));
        let total: f64 = weights.iter().sum();
        let sums = weights.iter().scan(0.0, |sum, w| {
            *sum += w / total;
            Some(*sum)
        });
        sums.collect()
    }

    /// For each reviewed n, taken m and true precision p: how often the interval covers what is then realised.
    fn coverage(tail: f64) -> Vec<(u64, u64, f64, f64)> {
        const RUNS: u32 = 10_000;
        let mut cells = Vec::new();
        let mut state = 0x9e37_79b9_7f4a_7c15;
        for n in [20, 50, 200] {
            for m in [10, 100, 1000] {
                let intervals: Vec<(f64, f64)> = (0..=n).map(|right| interval(of(right, n), m, tail)).collect();
                for p in [0.5, 0.6, 0.7, 0.8, 0.85, 0.89, 0.92, 0.95, 0.97, 0.98, 0.99] {
                    let (reviewed, realised) = (cumulative(n, p), cumulative(m, p));
                    let mut draw = |sums: &[f64]| {
                        let at = uniform(&mut state);
                        sums.partition_point(|sum| *sum < at).min(sums.len() - 1)
                    };
                    let covered = (0..RUNS).filter(|_| {
                        let (low, high) = intervals[draw(&reviewed)];
                        let share = draw(&realised) as f64 / m as f64;
                        low <= share && share <= high
                    });
                    cells.push((n, m, p, covered.count() as f64 / f64::from(RUNS)));
                }
            }
        }
        cells
    }

    #[test]
    fn the_interval_covers_what_is_realised_in_at_least_88_percent_of_simulated_reviews() {
        let missed: Vec<_> = coverage(TAIL).into_iter().filter(|(.., covered)| *covered < 0.88).collect();
        assert!(missed.is_empty(), "(reviewed, taken, precision, covered): {missed:?}");
        // And the test notices an interval that is a little too narrow.
        assert!(coverage(0.075).iter().any(|(.., covered)| *covered < 0.88));
    }
}
