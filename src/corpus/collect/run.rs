//! One pass: a thread reads, all cores embed, one keeps the best.

use std::sync::mpsc::sync_channel;

use super::Collector;
use crate::corpus::source::{Position, Rows};
use crate::search::embed::Embedder;

/// Rows embedded at a time.
const BATCH: usize = 512;
/// Characters of text embedded at a time, at least; a batch of long texts is a short one.
const BATCH_BYTES: usize = 4 << 20;

impl Collector {
    /// Reads the rows to their end, or until `go_on` says no; it is asked after every batch. True at the end.
    pub fn run(&mut self, mut rows: Rows, embedder: &Embedder, mut go_on: impl FnMut(&Self) -> bool) -> bool {
        std::thread::scope(|scope| {
            // Two batches ahead: reading goes on while a batch is embedded, and no further.
            let (send, batches) = sync_channel(2);
            scope.spawn(move || {
                loop {
                    let (batch, position) = next_batch(&mut rows);
                    // A receiver that went away wants no more.
                    if batch.is_empty() || send.send((batch, position)).is_err() {
                        return;
                    }
                }
            });
            for (batch, position) in &batches {
                self.offer(batch, position, embedder);
                if !go_on(self) {
                    return false;
                }
            }
            true
        })
    }
}

fn next_batch(rows: &mut Rows) -> (Vec<<Rows as Iterator>::Item>, Position) {
    let (mut batch, mut bytes) = (Vec::with_capacity(BATCH), 0);
    while batch.len() < BATCH && bytes < BATCH_BYTES {
        let Some(row) = rows.next() else { break };
        bytes += row.as_ref().map_or(0, |row| row.record.text.len());
        batch.push(row);
    }
    (batch, rows.at())
}
