//! What DeBERTa adds to attention scores: content against relative position, both ways.
//!
//! Score(i, j) gains q_i · Kr[δ(i, j)] ("c2p") and k_j · Qr[δ(i, j)] ("p2c"). Kr and Qr are projections of a table of
//! relative positions; they do not depend on the input and are computed once, when the model is loaded.

use super::attention::{Heads, Scratch};
use super::product::{View, ViewMut, multiply};
use super::relative::Buckets;
use super::room;

/// The relative terms of one layer.
#[derive(Clone, Debug)]
pub struct Relative {
    /// Which row a distance has.
    pub buckets: Buckets,
    /// Half the rows of the tables.
    pub span: usize,
    /// Kr as [`by_head`] lays it out; for c2p.
    pub keys: Option<Vec<f32>>,
    /// Qr, likewise; for p2c.
    pub queries: Option<Vec<f32>>,
}

/// A projected table `[2 · span, features]` as `[heads, width of a head, 2 · span]`, last row first: products read it
/// without repacking, and for near distances a query's terms lie in the order of the keys.
pub fn by_head(table: &[f32], heads: Heads) -> Vec<f32> {
    let rows = table.len() / heads.features();
    let mut out = vec![0.0; table.len()];
    for (row, values) in table.chunks_exact(heads.features()).enumerate() {
        for (feature, &value) in values.iter().enumerate() {
            out[feature * rows + rows - 1 - row] = value;
        }
    }
    out
}

impl Relative {
    /// First row and number of rows (of the reversed tables) that a sequence of `length` can reach.
    fn reach(&self, length: usize) -> (usize, usize) {
        let far = length as i64 - 1;
        let last = 2 * self.span - 1;
        let (first, end) = (last - self.buckets.row(far, self.span), last - self.buckets.row(-far, self.span));
        (first, end - first + 1)
    }

    /// The reachable columns of one head's table.
    fn columns<'a>(&self, table: &'a [f32], head: usize, heads: Heads, first: usize, reach: usize) -> View<'a> {
        let at = head * heads.width * 2 * self.span + first;
        View::strided(&table[at..], heads.width, reach, 2 * self.span)
    }

    /// Once per sequence and head: every key against the reachable relative positions, `[keys, reach]`, and the column
    /// of each distance.
    pub(super) fn look_from_keys(&self, k: View<'_>, keys: usize, head: usize, heads: Heads, scratch: &mut Scratch) {
        let (first, reach) = self.reach(keys);
        let last = 2 * self.span - 1;
        if head == 0 || scratch.columns.len() != 2 * keys - 1 {
            scratch.columns.clear();
            // Column of distance d at d + keys − 1.
            scratch
                .columns
                .extend((1 - keys as i64..keys as i64).map(|d| (last - self.buckets.row(d, self.span) - first) as u32));
        }
        if let Some(queries) = &self.queries {
            let table = self.columns(queries, head, heads, first, reach);
            multiply(
                &mut ViewMut::new(room(&mut scratch.position, keys * reach), keys, reach),
                0.0,
                heads.scale,
                k,
                table,
                1,
            );
        }
    }

    /// Adds both terms to `scores[queries, keys]`.
    #[allow(clippy::too_many_arguments)]
    pub(super) fn add_scores(
        &self,
        scores: &mut [f32],
        q: View<'_>,
        positions: &[usize],
        keys: usize,
        head: usize,
        heads: Heads,
        scratch: &mut Scratch,
    ) {
        let (first, reach) = self.reach(keys);
        if let Some(table) = &self.keys {
            let table = self.columns(table, head, heads, first, reach);
            multiply(
                &mut ViewMut::new(room(&mut scratch.content, positions.len() * reach), positions.len(), reach),
                0.0,
                heads.scale,
                q,
                table,
                1,
            );
        }
        // Every distance has its own row: columns run with the keys, no look-up needed.
        let near = reach == 2 * keys - 1;
        for (i, (row, &position)) in scores.chunks_exact_mut(keys).zip(positions).enumerate() {
            let position = position.min(keys - 1);
            // Columns of distances position − 0, position − 1, … lie backwards in the table of columns.
            let columns = &scratch.columns[position..position + keys];
            if self.keys.is_some() {
                let terms = &scratch.content[i * reach..(i + 1) * reach];
                if near {
                    let start = keys - 1 - position;
                    for (score, term) in row.iter_mut().zip(&terms[start..start + keys]) {
                        *score += term;
                    }
                } else {
                    for (score, &column) in row.iter_mut().zip(columns.iter().rev()) {
                        *score += terms[column as usize];
                    }
                }
            }
            if self.queries.is_some() {
                let terms = scratch.position.chunks_exact(reach);
                for ((score, &column), terms) in row.iter_mut().zip(columns.iter().rev()).zip(terms) {
                    *score += terms[column as usize];
                }
            }
        }
    }
}
