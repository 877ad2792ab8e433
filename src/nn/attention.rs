//! Multi-head attention, per sequence and head, over the concatenated rows of a batch.
//!
//! Queries may be fewer than keys: the last layer of an encoder is asked only for the rows somebody reads.
//! What a backbone adds to the scores (relative positions) comes from [`super::disentangled`].

use rayon::prelude::*;

use super::disentangled::Relative;
use super::product::{View, ViewMut, multiply};
use super::room;
use super::softmax::softmax;

/// Queries of one sequence are taken in blocks of this many rows, so that scores of a long text stay small.
const QUERY_BLOCK: usize = 256;

/// How the features divide into heads.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    /// Number of heads.
    pub count: usize,
    /// Features of one head.
    pub width: usize,
    /// Factor for the scores: 1 / √(width · terms).
    pub scale: f32,
}

impl Heads {
    /// Features of all heads.
    pub fn features(self) -> usize {
        self.count * self.width
    }
}

/// The rows attention works on. `bounds` say where the sequences begin, for queries and for keys.
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    /// Queries, `query_stride` apart.
    pub queries: &'a [f32],
    /// Distance from one query to the next.
    pub query_stride: usize,
    /// Where each sequence's queries begin.
    pub query_bounds: &'a [usize],
    /// Position of each query in its sequence.
    pub positions: &'a [usize],
    /// Keys; the values lie `values_at` further on.
    pub keys: &'a [f32],
    /// Distance from one key to the next, and from one value to the next.
    pub key_stride: usize,
    /// Where the first value lies in `keys`.
    pub values_at: usize,
    /// Where each sequence's keys begin.
    pub key_bounds: &'a [usize],
}

/// Buffers kept from call to call.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    scores: Vec<f32>,
    /// For the relative terms.
    pub(super) content: Vec<f32>,
    /// For the relative terms.
    pub(super) position: Vec<f32>,
    /// For the relative terms.
    pub(super) columns: Vec<u32>,
}

/// `out[query, features]` = softmax(scores) · values, for all sequences and heads.
pub fn attend(
    heads: Heads,
    relative: Option<&Relative>,
    rows: Rows<'_>,
    out: &mut [f32],
    scratch: &mut Scratch,
    threads: usize,
) {
    let sequences = rows.query_bounds.len().saturating_sub(1);
    let features = heads.features();
    if threads < 2 {
        for sequence in 0..sequences {
            for head in 0..heads.count {
                let at = rows.query_bounds[sequence] * features + head * heads.width;
                if at < out.len() {
                    attend_head(heads, relative, rows, (sequence, head), &mut out[at..], features, scratch);
                }
            }
        }
        return;
    }
    let tasks: Vec<(usize, usize)> = (0..sequences).flat_map(|s| (0..heads.count).map(move |h| (s, h))).collect();
    let parts: Vec<Vec<f32>> = tasks
        .par_iter()
        .map_init(Scratch::default, |scratch, &(sequence, head)| {
            let queries = rows.query_bounds[sequence + 1] - rows.query_bounds[sequence];
            let mut part = vec![0.0; queries * heads.width];
            attend_head(heads, relative, rows, (sequence, head), &mut part, heads.width, scratch);
            part
        })
        .collect();
    for (&(sequence, head), part) in tasks.iter().zip(&parts) {
        let first = rows.query_bounds[sequence];
        for (i, row) in part.chunks_exact(heads.width).enumerate() {
            let at = (first + i) * features + head * heads.width;
            out[at..at + heads.width].copy_from_slice(row);
        }
    }
}

/// One head of one sequence; `out` begins at its first value, rows `out_stride` apart.
fn attend_head(
    heads: Heads,
    relative: Option<&Relative>,
    rows: Rows<'_>,
    (sequence, head): (usize, usize),
    out: &mut [f32],
    out_stride: usize,
    scratch: &mut Scratch,
) {
    let width = heads.width;
    let (first_query, end_query) = (rows.query_bounds[sequence], rows.query_bounds[sequence + 1]);
    let first_key = rows.key_bounds[sequence];
    let keys = rows.key_bounds[sequence + 1] - first_key;
    if keys == 0 || first_query == end_query {
        return;
    }
    let at = first_key * rows.key_stride + head * width;
    let k = View::strided(&rows.keys[at..], keys, width, rows.key_stride);
    let v = View::strided(&rows.keys[at + rows.values_at..], keys, width, rows.key_stride);
    if let Some(relative) = relative {
        relative.look_from_keys(k, keys, head, heads, scratch);
    }
    let mut block = first_query;
    while block < end_query {
        let count = QUERY_BLOCK.min(end_query - block);
        let q_at = block * rows.query_stride + head * width;
        let q = View::strided(&rows.queries[q_at..], count, width, rows.query_stride);
        let mut buffer = std::mem::take(&mut scratch.scores);
        let scores = room(&mut buffer, count * keys);
        multiply(&mut ViewMut::new(scores, count, keys), 0.0, heads.scale, q, k.transposed(), 1);
        if let Some(relative) = relative {
            let positions = &rows.positions[block..block + count];
            relative.add_scores(scores, q, positions, keys, head, heads, scratch);
        }
        softmax(scores, keys);
        let out_at = (block - first_query) * out_stride;
        let mut part = ViewMut::strided(&mut out[out_at..], count, width, out_stride);
        multiply(&mut part, 0.0, 1.0, View::new(scores, count, keys), v, 1);
        scratch.scores = buffer;
        block += count;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::disentangled::by_head;
    use crate::nn::relative::Buckets;

    fn noise(n: usize, seed: usize) -> Vec<f32> {
        (0..n).map(|i| (((i + seed) * 7919 % 1009) as f32 - 504.0) / 504.0).collect()
    }

    /// Two sequences, the first longer than a block of queries; only some rows of the second are asked for.
    #[test]
    fn long_sequences_and_few_queries_follow_the_formula() {
        let (heads, span) = (Heads { count: 2, width: 4, scale: 0.4 }, 16);
        let features = heads.features();
        let key_bounds = [0, 300, 340];
        let positions: Vec<usize> = (0..300).chain([39, 0, 7]).collect();
        let query_bounds = [0, 300, 303];
        let (queries, keys) = (noise(303 * features, 1), noise(340 * 2 * features, 2));
        let (kr, qr) = (noise(2 * span * features, 3), noise(2 * span * features, 4));
        let buckets = Buckets { buckets: span, max_position: 64 };
        let relative = Relative { buckets, span, keys: Some(by_head(&kr, heads)), queries: Some(by_head(&qr, heads)) };
        let rows = Rows {
            queries: &queries,
            query_stride: features,
            query_bounds: &query_bounds,
            positions: &positions,
            keys: &keys,
            key_stride: 2 * features,
            values_at: features,
            key_bounds: &key_bounds,
        };
        for relative in [None, Some(&relative)] {
            for threads in [1, 2] {
                let mut out = vec![0.0; 303 * features];
                attend(heads, relative, rows, &mut out, &mut Scratch::default(), threads);
                for (row, &position) in positions.iter().enumerate() {
                    let (first, end) = if row < 300 { (0, 300) } else { (300, 340) };
                    for head in 0..heads.count {
                        let part = |x: &[f32], row: usize, stride: usize| -> Vec<f64> {
                            let at = row * stride + head * heads.width;
                            x[at..at + heads.width].iter().map(|&v| f64::from(v)).collect()
                        };
                        let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
                        let q = part(&queries, row, features);
                        let weights = (first..end).map(|key| {
                            let k = part(&keys, key, 2 * features);
                            let mut score = dot(&q, &k);
                            if relative.is_some() {
                                let at = buckets.row(position as i64 - (key - first) as i64, span);
                                score += dot(&q, &part(&kr, at, features)) + dot(&k, &part(&qr, at, features));
                            }
                            (score * 0.4).exp()
                        });
                        let weights: Vec<f64> = weights.collect();
                        let sum: f64 = weights.iter().sum();
                        for i in 0..heads.width {
                            let value = |key: usize| f64::from(keys[(key * 2 + 1) * features + head * heads.width + i]);
                            let want: f64 = (first..end).zip(&weights).map(|(key, w)| w / sum * value(key)).sum();
                            let got = f64::from(out[row * features + head * heads.width + i]);
                            assert!((got - want).abs() < 1e-5, "{row} {head} {i}: {got} {want}");
                        }
                    }
                }
            }
        }
    }
}
