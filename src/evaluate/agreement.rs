//! How far two annotators agree: kappa on tokens, and unitizing alpha on the text itself.
//!
//! Span F1 between two annotators is the same count as between gold and predictions: [`super::Table`] gives it.

use std::collections::BTreeMap;

/// Cohen's kappa (1960) of two annotators who gave each token a category; `None` without tokens or when both used one
/// category only, where chance explains everything.
pub fn cohens_kappa(tokens: impl IntoIterator<Item = (u32, u32)>) -> Option<f64> {
    let (mut all, mut same) = (0u64, 0u64);
    let (mut of_a, mut of_b) = (BTreeMap::<u32, u64>::new(), BTreeMap::<u32, u64>::new());
    for (a, b) in tokens {
        all += 1;
        same += u64::from(a == b);
        *of_a.entry(a).or_default() += 1;
        *of_b.entry(b).or_default() += 1;
    }
    let n = all as f64;
    let expected: f64 = of_a
        .iter()
        .map(|(category, count)| *count as f64 * of_b.get(category).copied().unwrap_or(0) as f64)
        .sum::<f64>()
        / (n * n);
    let observed = same as f64 / n;
    (all > 0 && expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

/// A section of a continuum: one annotator's unit, or a gap between units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Section {
    start: u64,
    length: u64,
    unit: bool,
}

/// How far annotators differ on one label, and how far they would by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Disagreement {
    /// Between the units there are.
    pub observed: f64,
    /// Between units of these lengths that lie anywhere.
    pub expected: f64,
}

/// Krippendorff's disagreement for unitizing (1995; *Content Analysis*, 2nd edition 2004, chapter 11.6): how differently
/// two or more annotators mark stretches of a continuum of `length` positions with one label. Units are half-open
/// ranges; those of one annotator that overlap are cut. `None` when there is nobody to compare or nothing was marked.
pub fn unitizing(length: u64, annotators: &[Vec<(u64, u64)>]) -> Option<Disagreement> {
    let (m, l) = (annotators.len() as f64, length as f64);
    let sections: Vec<Vec<Section>> = annotators.iter().map(|units| sections(length, units)).collect();
    let units: Vec<f64> = sections.iter().flatten().filter(|s| s.unit).map(|s| s.length as f64).collect();
    if annotators.len() < 2 || units.is_empty() {
        return None;
    }
    let pairs = sections.iter().enumerate().flat_map(|(i, a)| sections[i + 1..].iter().map(move |b| (a, b)));
    let observed = 2.0 * pairs.map(|(a, b)| difference(a, b)).sum::<f64>() / (m * (m - 1.0) * l * l);
    let gaps: Vec<f64> = sections.iter().flatten().filter(|s| !s.unit).map(|s| s.length as f64).collect();
    let of_unit = |b: f64| {
        let beside = (units.len() as f64 - 1.0) * (2.0 * b.powi(3) - 3.0 * b * b + b) / 3.0;
        let inside: f64 = gaps.iter().filter(|gap| **gap >= b).map(|gap| gap - b + 1.0).sum();
        beside + b * b * inside
    };
    let all = units.iter().map(|b| of_unit(*b)).sum::<f64>();
    let own = units.iter().map(|b| b * (b - 1.0)).sum::<f64>();
    Some(Disagreement { observed, expected: 2.0 / l * all / (m * l * (m * l - 1.0) - own) })
}

/// Unitizing alpha over labels: 1 is agreement in every position, 0 what chance gives, less is worse than chance.
pub fn alpha(labels: &[Disagreement]) -> Option<f64> {
    let observed: f64 = labels.iter().map(|d| d.observed).sum();
    let expected: f64 = labels.iter().map(|d| d.expected).sum();
    (expected > 0.0).then(|| 1.0 - observed / expected)
}

/// Units and gaps in turn, from 0 to the end.
fn sections(length: u64, units: &[(u64, u64)]) -> Vec<Section> {
    let mut units: Vec<(u64, u64)> =
        units.iter().map(|&(s, e)| (s.min(length), e.min(length))).filter(|(s, e)| s < e).collect();
    units.sort_unstable();
    let mut sections: Vec<Section> = Vec::new();
    let mut at = 0;
    for (start, end) in units {
        let start = start.max(at);
        if start >= end {
            continue;
        }
        if start > at {
            sections.push(Section { start: at, length: start - at, unit: false });
        }
        sections.push(Section { start, length: end - start, unit: true });
        at = end;
    }
    if at < length {
        sections.push(Section { start: at, length: length - at, unit: false });
    }
    sections
}

/// Sum of squared differences between the sections of two annotators: overlapping units differ by their borders, a unit
/// that lies wholly in the other's gap by its length.
fn difference(a: &[Section], b: &[Section]) -> f64 {
    let mut sum = 0.0;
    for x in a {
        for y in b {
            let (xe, ye) = (x.start + x.length, y.start + y.length);
            sum += match (x.unit, y.unit) {
                (true, true) if x.start < ye && y.start < xe => {
                    let (s, e) = (x.start.abs_diff(y.start) as f64, xe.abs_diff(ye) as f64);
                    s * s + e * e
                }
                (true, false) if y.start <= x.start && xe <= ye => (x.length as f64).powi(2),
                (false, true) if x.start <= y.start && ye <= xe => (y.length as f64).powi(2),
                _ => 0.0,
            };
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn kappa_is_what_is_left_of_agreement_after_chance() {
        // Cohen's own table form: 20 + 15 agree of 50, chance would give half.
        let table = [((1, 1), 20), ((1, 0), 5), ((0, 1), 10), ((0, 0), 15)];
        let tokens = table.iter().flat_map(|(pair, n)| std::iter::repeat_n(*pair, *n));
        assert!((cohens_kappa(tokens).unwrap() - 0.4).abs() < 1e-12);
        assert_eq!(cohens_kappa([(1, 1), (1, 1)]), None, "one category: chance explains everything");
        assert_eq!(cohens_kappa([]), None);
    }

    #[test]
    fn unitizing_gives_the_numbers_of_krippendorffs_own_example() {
        // Content Analysis, 2nd edition, page 254: a continuum from 150 to 450, two observers, categories c and k.
        let of = |units: &[(u64, u64)]| units.iter().map(|(at, length)| (at - 150, at - 150 + length)).collect();
        let c = unitizing(300, &[of(&[(225, 70), (370, 30)]), of(&[(220, 80), (355, 20), (400, 20)])]).unwrap();
        let k = unitizing(300, &[of(&[(180, 60), (300, 50)]), of(&[(180, 60), (300, 50)])]).unwrap();
        assert!((c.observed - 0.0144).abs() < 1e-4 && (c.expected - 0.0532).abs() < 1e-4, "{c:?}");
        assert!((alpha(&[c]).unwrap() - 0.7286).abs() < 1e-4);
        assert!(k.observed == 0.0 && (k.expected - 0.0490).abs() < 1e-4, "{k:?}");
        assert!((alpha(&[c, k]).unwrap() - 0.8591).abs() < 5e-4);
        assert_eq!(unitizing(300, &[vec![], vec![]]), None);
    }
}
