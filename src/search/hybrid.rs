//! One ranking of two: reciprocal rank fusion.

use std::collections::HashMap;

use super::index::Hit;
use crate::dataset::DocumentId;

/// What is added to every rank, so that the first places of one list do not settle everything (Cormack, Clarke and
/// Büttcher, SIGIR 2009).
const DAMPING: f32 = 60.0;

/// The best of each list that are fused: what stands further down adds next to nothing.
pub(super) const POOL: usize = 200;

/// The documents of both lists by the sum of 1 / (60 + rank) of their ranks, counted from 1; by number where that is the
/// same.
pub(super) fn fuse(keyword: &[(DocumentId, f32)], semantic: &[(DocumentId, f32)]) -> Vec<Hit> {
    let mut hits: HashMap<DocumentId, Hit> = HashMap::new();
    let empty = |document| Hit { document, score: 0.0, keyword: None, semantic: None };
    for ((document, _), rank) in keyword.iter().zip(1..) {
        hits.entry(*document).or_insert_with(|| empty(*document)).keyword = Some(rank);
    }
    for ((document, _), rank) in semantic.iter().zip(1..) {
        hits.entry(*document).or_insert_with(|| empty(*document)).semantic = Some(rank);
    }
    let share = |rank: Option<usize>| rank.map_or(0.0, |rank| 1.0 / (DAMPING + rank as f32));
    let mut hits: Vec<Hit> =
        hits.into_values().map(|hit| Hit { score: share(hit.keyword) + share(hit.semantic), ..hit }).collect();
    hits.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_lists_have_comes_before_what_one_has() {
        let list = |ids: &[i64]| -> Vec<(DocumentId, f32)> { ids.iter().map(|id| (DocumentId(*id), 1.0)).collect() };
        let hits = fuse(&list(&[1, 2, 3]), &list(&[4, 3]));
        let order: Vec<i64> = hits.iter().map(|hit| hit.document.0).collect();
        assert_eq!(order, [3, 1, 4, 2], "first ranks are as good as each other, then the number counts");
        assert_eq!((hits[0].keyword, hits[0].semantic), (Some(3), Some(2)));
        assert_eq!(hits[0].score, 1.0 / 63.0 + 1.0 / 62.0);
        assert!(fuse(&[], &[]).is_empty());
    }
}
