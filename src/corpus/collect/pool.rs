//! The best so many of a stream.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Kept;

/// What things are ranked by.
pub(super) trait Ranked: Copy {
    /// Greater is better.
    fn better(self, other: Self) -> Ordering;
}

/// Keeps the best `room`; of equally good ones the earlier.
#[derive(Debug)]
pub(super) struct Pool<R: Ranked> {
    room: usize,
    heap: BinaryHeap<Reverse<Held<R>>>,
    turned_away: u64,
}

/// Something kept, and how good it is.
#[derive(Debug)]
struct Held<R> {
    rank: R,
    order: u64,
    kept: Kept,
}

impl<R: Ranked> Held<R> {
    fn compare(&self, rank: R, order: u64) -> Ordering {
        self.rank.better(rank).then(order.cmp(&self.order))
    }
}

impl<R: Ranked> PartialEq for Held<R> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<R: Ranked> Eq for Held<R> {}

impl<R: Ranked> PartialOrd for Held<R> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<R: Ranked> Ord for Held<R> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.compare(other.rank, other.order)
    }
}

impl<R: Ranked> Pool<R> {
    pub(super) fn new(room: usize) -> Self {
        Self { room, heap: BinaryHeap::new(), turned_away: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len()
    }

    /// True when it would be kept.
    pub(super) fn has_room_for(&self, rank: R, order: u64) -> bool {
        let full = self.heap.len() >= self.room;
        self.room > 0 && (!full || self.heap.peek().is_some_and(|worst| worst.0.compare(rank, order) == Ordering::Less))
    }

    /// The same; what would not be kept is counted.
    pub(super) fn would_take(&mut self, rank: R, order: u64) -> bool {
        let takes = self.has_room_for(rank, order);
        self.turned_away += u64::from(!takes);
        takes
    }

    /// Keeps it; gives back what had to go for it.
    pub(super) fn put(&mut self, rank: R, order: u64, kept: Kept) -> Option<Kept> {
        self.heap.push(Reverse(Held { rank, order, kept }));
        let over = self.heap.len() > self.room;
        let gone = if over { self.heap.pop() } else { None };
        self.turned_away += u64::from(gone.is_some());
        gone.map(|Reverse(held)| held.kept)
    }

    /// Everything kept, the best first.
    pub(super) fn ranked(&self) -> Vec<&Kept> {
        let mut held: Vec<&Held<R>> = self.heap.iter().map(|Reverse(held)| held).collect();
        held.sort_by(|a, b| b.cmp(a));
        held.into_iter().map(|held| &held.kept).collect()
    }

    /// How many found no room or had to go.
    pub(super) fn turned_away(&self) -> u64 {
        self.turned_away
    }

    /// As it was when it was written down.
    pub(super) fn restore(&mut self, turned_away: u64) {
        self.turned_away = turned_away;
    }
}

/// A number for the row `order` that looks random: the rows with the greatest are a sample of all, whoever reads them in
/// whatever pieces.
pub(super) fn draw(seed: u64, order: u64) -> u64 {
    // splitmix64
    let mut z = seed.wrapping_add(order.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
