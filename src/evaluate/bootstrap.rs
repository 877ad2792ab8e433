//! How sure a score is: documents are drawn again with replacement, many times (Efron 1979), because spans of one
//! document are not independent of each other.

use rayon::prelude::*;

use super::chance::Chance;
use super::{Counts, Mode};

/// A score with the range in which it lay in 95 % of the draws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// 2.5th percentile.
    pub low: f64,
    /// 97.5th percentile.
    pub high: f64,
}

/// Seed of draws, unless somebody asks for another: a score has the same interval wherever it is shown.
pub const SEED: u64 = 1;

/// Fewer documents than this can be drawn in too few ways: no interval and no p is given.
pub const LEAST_DOCUMENTS: usize = 10;

/// How often so many documents are drawn: a thousand times, less often where that would take long. Many documents leave
/// less to chance.
pub fn draws(documents: usize) -> usize {
    const DRAWN: usize = 20_000_000;
    (DRAWN / documents.max(1)).clamp(100, 1000)
}

/// The 95 % percentile interval of F1, from the counts of each document. `None` with fewer than
/// [`LEAST_DOCUMENTS`].
pub fn f1_interval(documents: &[Counts], mode: Mode, draws: usize, seed: u64) -> Option<Interval> {
    if documents.len() < LEAST_DOCUMENTS || draws == 0 {
        return None;
    }
    let small = small(documents);
    let mut scores = drawn(draws, seed, |chance| {
        let mut sum = Counts::default();
        small.iter().for_each(|_| sum.merge_small(&small[chance.below(small.len())]));
        sum.f1(mode)
    });
    scores.sort_by(f64::total_cmp);
    Some(Interval { low: percentile(&scores, 0.025), high: percentile(&scores, 0.975) })
}

/// How likely a difference in F1 at least this large is when both systems are equally good: the paired bootstrap of
/// Berg-Kirkpatrick, Burkett and Klein (2012), two-sided. `a` and `b` have the counts of the same documents;
/// `None` with fewer than [`LEAST_DOCUMENTS`].
pub fn paired_p_value(a: &[Counts], b: &[Counts], mode: Mode, draws: usize, seed: u64) -> Option<f64> {
    let documents = a.len().min(b.len());
    if documents < LEAST_DOCUMENTS || draws == 0 {
        return None;
    }
    let sum = |counts: &[Counts]| {
        counts[..documents].iter().fold(Counts::default(), |mut all, one| {
            all.merge(one);
            all
        })
    };
    let observed = sum(b).f1(mode) - sum(a).f1(mode);
    let pairs: Vec<_> = small(a).into_iter().zip(small(b)).collect();
    let differences = drawn(draws, seed, |chance| {
        let (mut of_a, mut of_b) = (Counts::default(), Counts::default());
        for _ in 0..documents {
            let (a, b) = &pairs[chance.below(documents)];
            of_a.merge_small(a);
            of_b.merge_small(b);
        }
        of_b.f1(mode) - of_a.f1(mode)
    });
    Some(p_value(observed, differences))
}

/// What each of so many draws says, on all cores: each draw has random numbers of its own, so that it does not matter
/// who makes which.
fn drawn(draws: usize, seed: u64, draw: impl Fn(&mut Chance) -> f64 + Sync) -> Vec<f64> {
    let mut chance = Chance::new(seed);
    let seeds: Vec<u64> = (0..draws).map(|_| chance.bits()).collect();
    seeds.into_par_iter().map(|seed| draw(&mut Chance::new(seed))).collect()
}

/// Counts of documents in half the memory: they are read at random millions of times, from as near as possible.
fn small(documents: &[Counts]) -> Vec<[u32; 5]> {
    documents.iter().map(Counts::small).collect()
}

/// How many of the drawn differences lie as far from the observed one as that lies from none. Draws are centred on the
/// observed difference, so what counts is what lies at none or twice as far, or beyond.
pub fn p_value(observed: f64, differences: impl IntoIterator<Item = f64>) -> f64 {
    let (mut draws, mut beyond) = (0u64, 0u64);
    for difference in differences {
        draws += 1;
        beyond += u64::from((difference - observed).abs() >= observed.abs());
    }
    // One is added to both, so that no finite number of draws claims certainty.
    (beyond + 1) as f64 / (draws + 1) as f64
}

/// The value below which this part (0 to 1) of the sorted values lies, between neighbours as numpy's default does; 0
/// without values.
pub fn percentile(sorted: &[f64], part: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    let place = part.clamp(0.0, 1.0) * (sorted.len() - 1) as f64;
    let (below, rest) = (place.floor() as usize, place.fract());
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * rest
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::Class;
    use super::*;

    fn counts(correct: usize, spurious: usize) -> Counts {
        let mut counts = Counts::default();
        (0..correct).for_each(|_| counts.add(Class::Correct));
        (0..spurious).for_each(|_| counts.add(Class::Spurious));
        counts
    }

    #[test]
    fn an_interval_holds_the_score_and_narrows_with_more_documents() {
        let few: Vec<Counts> = (0..10).map(|i| counts(3, i % 3)).collect();
        let many: Vec<Counts> = (0..1000).map(|i| counts(3, i % 3)).collect();
        let wide = f1_interval(&few, Mode::Strict, 1000, 7).unwrap();
        let narrow = f1_interval(&many, Mode::Strict, 1000, 7).unwrap();
        let mut all = Counts::default();
        many.iter().for_each(|c| all.merge(c));
        let f1 = all.f1(Mode::Strict);
        assert!(narrow.low < f1 && f1 < narrow.high);
        assert!(narrow.high - narrow.low < (wide.high - wide.low) / 5.0);
        assert_eq!(f1_interval(&few, Mode::Strict, 1000, 7), Some(wide), "a seed gives the same again");
        assert_eq!(f1_interval(&few[..9], Mode::Strict, 1000, 7), None);
    }

    #[test]
    fn equal_systems_do_not_differ_and_unequal_ones_do() {
        let good: Vec<Counts> = (0..200).map(|i| counts(4, usize::from(i % 4 == 0))).collect();
        let bad: Vec<Counts> = (0..200).map(|i| counts(3, 1 + i % 2)).collect();
        assert_eq!(paired_p_value(&good, &good, Mode::Strict, 500, 1), Some(1.0));
        assert!(paired_p_value(&bad, &good, Mode::Strict, 500, 1).unwrap() < 0.01);
        let constant = (vec![counts(1, 1); 9], vec![counts(2, 0); 9]);
        assert_eq!(paired_p_value(&constant.0, &constant.1, Mode::Strict, 500, 1), None, "too few documents");
    }
}
