//! The nearest vectors: a walk over the bytes, then the halves of all that could be among them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Vectors;
use super::kernel::products;
use super::layout::BLOCK;
use super::quantise::Asked;
use crate::dataset::DocumentId;
use crate::search::DocumentSet;

/// Room for the rounding of a sum in f32, for each number.
const ROUNDING: f32 = 1.2e-7;

/// What the walk says of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Seen {
    score: f32,
    row: u32,
}

impl Eq for Seen {}

impl Ord for Seen {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score.total_cmp(&other.score).then(other.row.cmp(&self.row))
    }
}

impl PartialOrd for Seen {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Vectors {
    /// The `k` documents whose vectors have the largest cosine with `query`, among those `allowed`, best first, by number
    /// where they are as near. Zero vectors are near to nothing. The result is that of comparing all halves: eight bits
    /// are wrong by no more than the error that is kept with each row, so whatever could be among the best by its bytes is
    /// compared again.
    pub fn search(&self, query: &[f32], k: usize, allowed: Option<&DocumentSet>) -> Vec<(DocumentId, f32)> {
        let Some(asked) = Asked::of(query, self.layout.padded).filter(|_| query.len() == self.layout.dims && k > 0)
        else {
            return Vec::new();
        };
        // Where few are allowed, the walk over all would cost more than their halves.
        let rows: Vec<u32> = match allowed {
            Some(few) if few.len() < self.rows.len() / 16 => {
                few.ids().iter().filter_map(|id| self.row_of(*id)).collect()
            }
            _ => self.contenders(&asked, k, allowed),
        };
        self.best(&asked, &rows, k)
    }

    /// Every row that could be among the best `k`.
    fn contenders(&self, asked: &Asked, k: usize, allowed: Option<&DocumentSet>) -> Vec<u32> {
        let scores = self.scores(asked, allowed);
        // The least that the k-th best has: the exact scores of the best by bytes say.
        let mut heap: BinaryHeap<Reverse<Seen>> = BinaryHeap::new();
        let most = k.min(scores.len());
        let mut least = f32::NEG_INFINITY;
        for (score, row) in scores.iter().copied().zip(0..) {
            if score <= least {
                continue;
            }
            heap.push(Reverse(Seen { score, row }));
            if heap.len() > most {
                heap.pop();
            }
            if heap.len() == most {
                least = heap.peek().map_or(least, |seen| seen.0.score);
            }
        }
        let rows: Vec<u32> = heap.into_iter().map(|seen| seen.0.row).filter(|row| self.is_current(*row)).collect();
        let bar = match self.best(asked, &rows, k) {
            best if best.len() == k => best.last().map_or(f32::NEG_INFINITY, |(_, score)| *score),
            _ => f32::NEG_INFINITY,
        };
        let slack = asked.error * (1.0 + self.largest_error) + ROUNDING * self.layout.dims as f32;
        let far = bar - slack - self.largest_error;
        let could = |(score, row): &(f32, u32)| {
            *score > f32::NEG_INFINITY && *score >= far && *score >= bar - slack - self.error(*row)
        };
        let rows = scores.iter().copied().zip(0..).filter(could).map(|(_, row)| row);
        rows.filter(|row| self.is_current(*row)).collect()
    }

    /// What the bytes say of each row; −∞ for those that are dead, zero or not allowed.
    fn scores(&self, asked: &Asked, allowed: Option<&DocumentSet>) -> Vec<f32> {
        let all = self.head.rows as u32;
        let mut scores = vec![f32::NEG_INFINITY; all as usize];
        let mut found = [0i32; BLOCK];
        for (scores, first) in scores.chunks_mut(BLOCK).zip((0..all).step_by(BLOCK)) {
            let found = &mut found[..scores.len()];
            let bytes = self.bytes(self.layout.bytes(first), scores.len() * self.layout.padded);
            products(bytes, &asked.steps, found);
            let scales = self.bytes(self.layout.scale(first), 4 * scores.len()).chunks_exact(4);
            let versions = self.bytes(self.layout.version(first), 4 * scores.len()).chunks_exact(4);
            for ((((score, product), scale), version), row) in
                scores.iter_mut().zip(found).zip(scales).zip(versions).zip(first..)
            {
                let scale = f32::from_le_bytes(scale.try_into().unwrap_or_default());
                let lives = version != [0; 4] && scale > 0.0 && scale.is_finite();
                if lives && allowed.is_none_or(|set| set.contains(self.document(row))) {
                    *score = *product as f32 * scale * asked.scale;
                }
            }
        }
        scores
    }

    /// The best `k` of some rows by their halves.
    fn best(&self, asked: &Asked, rows: &[u32], k: usize) -> Vec<(DocumentId, f32)> {
        let scored = rows.iter().filter(|row| self.scale(**row) > 0.0);
        let mut best: Vec<(DocumentId, f32)> =
            scored.map(|row| (self.document(*row), asked.cosine(self.halves(*row)))).collect();
        // What is damaged on the disk is near to nothing.
        best.retain(|(_, score)| score.is_finite());
        best.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.truncate(k);
        best
    }

    /// False for a row that has a later one of the same document.
    fn is_current(&self, row: u32) -> bool {
        self.row_of(self.document(row)) == Some(row)
    }
}
