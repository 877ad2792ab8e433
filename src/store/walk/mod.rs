//! From a query to the rows of a page, by an index.
//!
//! Each order has an index to walk; a page begins where its cursor stands. A filter that few documents pass is asked
//! first, through its own index, and the few are sorted; in the order of the documents an index of the filter is walked
//! itself. What is left over (a text, a filter that many but not all pass) is tested on the way.

mod few;
mod select;

use rusqlite::{Connection, OptionalExtension, params};

use super::list::{Anchor, Cursor, Order, Query, Row};
use crate::dataset::{DocumentId, Status};

/// Numbers of `shuffle` lie below this one.
const SHUFFLES: i64 = 2_147_483_647;

/// One query being read.
pub(super) struct Walk<'c> {
    c: &'c Connection,
    annotator: &'c str,
    query: &'c Query,
    pattern: String,
    /// The numbers of all documents that pass a filter which few pass, as JSON.
    few: Option<String>,
    /// Values of `coverage` that lack a label there is now.
    lacking: Vec<String>,
    /// Collects how rows are found.
    pub explain: Option<Vec<String>>,
}

/// A stretch of the list that one index walks.
#[derive(Clone, Debug, PartialEq)]
enum Lane {
    /// The order's own index, or the few.
    Order,
    /// Random numbers at or above the seed come before those below it.
    Shuffle { above: bool },
    /// Responses with a status.
    Status(Status),
    /// Nothing begun; the second number is the last of the stretch.
    Pending(i64, i64),
    /// The annotator's spans with the label of the filter.
    Spans,
    /// The annotator's notes; flags when true.
    Notes(bool),
    /// Submitted with this coverage.
    Coverage(String),
}

/// From where, which way and how far.
#[derive(Clone, Copy)]
struct Steps {
    cursor: Option<Cursor>,
    /// The cursor's own row too.
    with: bool,
    backwards: bool,
    limit: usize,
}

impl<'c> Walk<'c> {
    /// Looks at the query, and asks the filter that few pass, if there is one.
    pub(super) fn new(c: &'c Connection, annotator: &'c str, query: &'c Query) -> rusqlite::Result<Self> {
        let pattern = query.contains.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let mut walk = Self {
            c,
            annotator,
            query,
            pattern: format!("%{pattern}%"),
            few: None,
            lacking: Vec::new(),
            explain: None,
        };
        match query.order {
            Order::Document => {}
            Order::NewLabel => walk.lacking = walk.lacking_coverages()?,
            _ => walk.few = walk.few()?,
        }
        Ok(walk)
    }

    /// The rows of a page.
    pub(super) fn page(&mut self, from: Anchor, limit: usize) -> rusqlite::Result<Vec<Row>> {
        let (mut cursor, backwards, with) = match from {
            Anchor::Start => (None, false, false),
            Anchor::End => (None, true, false),
            Anchor::After(cursor) => (Some(cursor), false, false),
            Anchor::Before(cursor) => (Some(cursor), true, false),
            Anchor::At(id) => (Some(self.place(id)?), false, true),
        };
        let mut stretches = self.stretches();
        let last = stretches.len() - 1;
        let mut passed = cursor.map_or(if backwards { last } else { 0 }, |c| self.stretch_of(c).min(last));
        if backwards {
            stretches.reverse();
            passed = last - passed;
        }
        let mut rows: Vec<Row> = Vec::new();
        for lanes in &stretches[passed..] {
            let steps = Steps { cursor: cursor.take(), with, backwards, limit: limit - rows.len() };
            let mut found = Vec::new();
            for lane in lanes {
                found.extend(self.lane(lane, steps)?);
            }
            if lanes.len() > 1 {
                found.sort_by_key(|row| if backwards { -row.cursor.id } else { row.cursor.id });
                found.truncate(steps.limit);
            }
            rows.extend(found);
            if rows.len() >= limit {
                break;
            }
        }
        if backwards {
            rows.reverse();
        }
        Ok(rows)
    }

    /// The stretches of the list in order; the lanes of one stretch are merged by document.
    fn stretches(&self) -> Vec<Vec<Lane>> {
        let q = self.query;
        let one = |lane| vec![vec![lane]];
        match q.order {
            Order::NewLabel => {
                let passes = |status| q.status.is_none_or(|s| s == status);
                let lacking = self.lacking.iter().filter(|_| passes(Status::Submitted)).cloned().map(Lane::Coverage);
                let draft = passes(Status::Draft).then_some(Lane::Status(Status::Draft));
                let pending = passes(Status::Pending).then_some(Lane::Pending(0, i64::MAX));
                vec![lacking.collect(), draft.into_iter().chain(pending).collect()]
            }
            Order::Random(_) => vec![vec![Lane::Shuffle { above: true }], vec![Lane::Shuffle { above: false }]],
            Order::Document if q.flagged => one(Lane::Notes(true)),
            Order::Document if q.noted => one(Lane::Notes(false)),
            Order::Document if q.label.is_some() => one(Lane::Spans),
            Order::Document => match q.status {
                None => one(Lane::Order),
                Some(Status::Pending) => one(Lane::Pending(0, i64::MAX)),
                Some(status) => one(Lane::Status(status)),
            },
            _ => one(Lane::Order),
        }
    }

    /// In which stretch a cursor stands.
    fn stretch_of(&self, cursor: Cursor) -> usize {
        match self.query.order {
            // Rank 0 is submitted before the label came, rank 1 unfinished.
            Order::NewLabel => usize::from(cursor.rank > 0),
            Order::Random(_) => usize::from(cursor.rank < self.seed()),
            _ => 0,
        }
    }

    /// Where a walk without order begins: the same for the same annotator and seed.
    fn seed(&self) -> i64 {
        match self.query.order {
            // FNV-1a, so that two people begin at places that have nothing to do with each other.
            Order::Random(seed) => {
                let bytes = self.annotator.bytes().chain(seed.to_le_bytes());
                let hash =
                    bytes.fold(0xcbf2_9ce4_8422_2325_u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3));
                (hash >> 1) as i64 % SHUFFLES
            }
            _ => 0,
        }
    }

    /// Where a document stands, whether it passes the filter or not.
    fn place(&self, id: DocumentId) -> rusqlite::Result<Cursor> {
        if self.query.order == Order::NewLabel {
            return self.place_in_queue(id);
        }
        let rank = self
            .c
            .prepare_cached(&format!(
                "SELECT {} FROM documents d JOIN ranks k ON k.document = d.id WHERE d.id = ?1",
                rank(self.query.order)
            ))?
            .query_row([id.0], |r| r.get(0))
            .optional()?;
        Ok(Cursor { rank: rank.unwrap_or(0), id: id.0 })
    }

    /// One that has left the queue stands where it was: among the submitted ones while there is one after it.
    fn place_in_queue(&self, id: DocumentId) -> rusqlite::Result<Cursor> {
        let status = super::apply::status(self.c, id, self.annotator)?;
        let submitted = |cursor: Cursor| -> rusqlite::Result<bool> {
            for coverage in &self.lacking {
                let after: Option<i64> = self
                    .c
                    .prepare_cached(
                        "SELECT document FROM responses INDEXED BY responses_coverage
                         WHERE annotator = ?1 AND status = 2 AND coverage = ?2 AND document >= ?3 LIMIT 1",
                    )?
                    .query_row(params![self.annotator, coverage, cursor.id], |r| r.get(0))
                    .optional()?;
                if after.is_some() {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        let first = Cursor { rank: 0, id: id.0 };
        let unfinished = matches!(status, Status::Pending | Status::Draft);
        Ok(if !unfinished && submitted(first)? { first } else { Cursor { rank: 1, ..first } })
    }

    /// Rows of one lane from the cursor on.
    fn lane(&mut self, lane: &Lane, steps: Steps) -> rusqlite::Result<Vec<Row>> {
        if *lane != Lane::Pending(0, i64::MAX) {
            return self.select(lane, steps);
        }
        let mut pieces = self.open_pieces()?;
        if steps.backwards {
            pieces.reverse();
        }
        let mut rows = Vec::new();
        for (low, high) in pieces {
            let passed = steps.cursor.is_some_and(|c| if steps.backwards { low > c.id } else { high < c.id });
            if passed {
                continue;
            }
            rows.extend(self.select(&Lane::Pending(low, high), Steps { limit: steps.limit - rows.len(), ..steps })?);
            if rows.len() >= steps.limit {
                break;
            }
        }
        Ok(rows)
    }
}

/// The number an order goes by.
fn rank(order: Order) -> &'static str {
    match order {
        Order::Document | Order::NewLabel => "0",
        Order::Uncertain => "k.certainty",
        Order::Suggestions => "k.fewness",
        Order::Shortest => "d.chars",
        Order::Longest => "d.shortness",
        Order::Recent => "k.age",
        Order::Random(_) => "k.shuffle",
    }
}
