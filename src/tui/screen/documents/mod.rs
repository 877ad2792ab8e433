//! The list of documents: a window of rows around the selection, never the whole list.
//!
//! Rows come in pages from the store, are added at the end they belong to, and are dropped from the other end when the
//! window grows too long. The cost of a key does not depend on how many documents there are.

mod filter;
mod update;
mod view;

pub use filter::*;
pub use update::*;
pub use view::{mark, view};

use crate::annotate::Annotation;
use crate::dataset::DocumentId;
use crate::store::{Anchor, Order, Query, Row};
use crate::tui::effect::Effect;

/// Rows asked for at once.
pub const PAGE: usize = 200;
/// The window never holds more rows than this.
const MOST: usize = 800;
/// Rows shown above a document that was not in the list before.
const ABOVE: usize = 6;
/// More rows are asked for when the selection is this near to an end of the window.
const NEAR: usize = 60;

/// The list as far as it is known.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// Which documents, in which order.
    pub query: Query,
    /// The window.
    pub rows: Vec<Row>,
    /// Index of the chosen row in the window.
    pub selected: usize,
    /// Index of the row at the top of the screen.
    pub top: usize,
    /// The window begins with the first row of the list.
    pub at_start: bool,
    /// The window ends with the last one.
    pub at_end: bool,
    /// Rows to keep above the selection when the list is read again, so that it does not jump.
    above: usize,
}

impl Documents {
    /// Nothing read yet.
    pub fn in_order(order: Order) -> Self {
        Self { query: Query { order, ..Query::default() }, ..Self::default() }
    }

    /// The chosen row.
    pub fn row(&self) -> Option<&Row> {
        self.rows.get(self.selected)
    }

    /// Asks for the list from `anchor` on.
    pub fn load(&self, anchor: Anchor) -> Effect {
        Effect::Page(self.query.clone(), anchor, PAGE)
    }

    /// Asks for the list around a document, or from the start.
    pub fn load_at(&mut self, document: Option<DocumentId>) -> Effect {
        let here = self.rows.iter().position(|row| Some(row.id) == document);
        let in_sight = here.and_then(|index| index.checked_sub(self.top)).filter(|above| *above < NEAR);
        self.above = in_sight.unwrap_or(ABOVE);
        self.load(document.map_or(Anchor::Start, Anchor::At))
    }

    /// Takes in a page. What it makes necessary comes back.
    pub fn take(&mut self, query: &Query, anchor: Anchor, limit: usize, rows: Vec<Row>) -> Option<Effect> {
        if *query != self.query {
            return None;
        }
        let whole = rows.len() < limit;
        match anchor {
            Anchor::Start => {
                *self = Self { query: query.clone(), rows, at_start: true, at_end: whole, ..Self::default() };
                None
            }
            Anchor::End => {
                let selected = rows.len().saturating_sub(1);
                let top = selected;
                *self = Self { query: query.clone(), rows, selected, top, at_start: whole, at_end: true, above: 0 };
                None
            }
            Anchor::At(_) if rows.is_empty() => {
                *self = Self { query: query.clone(), ..Self::default() };
                Some(self.load(Anchor::End))
            }
            Anchor::At(_) => {
                *self = Self { query: query.clone(), rows, at_end: whole, above: self.above, ..Self::default() };
                self.rows.first().map(|first| self.load(Anchor::Before(first.cursor)))
            }
            Anchor::After(_) => {
                self.at_end = whole;
                self.rows.extend(rows);
                let excess = self.rows.len().saturating_sub(MOST).min(self.selected.saturating_sub(NEAR));
                self.rows.drain(..excess);
                self.selected -= excess;
                self.top = self.top.saturating_sub(excess);
                self.at_start &= excess == 0;
                None
            }
            Anchor::Before(_) => {
                self.at_start = whole;
                let added = rows.len();
                self.rows.splice(..0, rows);
                self.selected += added;
                self.top = (self.top + added).saturating_sub(std::mem::take(&mut self.above));
                let keep = MOST.max(self.selected + NEAR);
                self.at_end &= self.rows.len() <= keep;
                self.rows.truncate(keep);
                None
            }
        }
    }

    /// Moves the selection and keeps it on the screen; asks for more rows when it comes near an end.
    pub fn select(&mut self, index: usize, height: usize) -> Option<Effect> {
        self.selected = index.min(self.rows.len().saturating_sub(1));
        self.keep_in_sight(height);
        if !self.at_end && self.selected + NEAR >= self.rows.len() {
            return self.rows.last().map(|last| self.load(Anchor::After(last.cursor)));
        }
        if !self.at_start && self.selected < NEAR {
            return self.rows.first().map(|first| self.load(Anchor::Before(first.cursor)));
        }
        None
    }

    /// Scrolls as little as needed.
    pub fn keep_in_sight(&mut self, height: usize) {
        let height = height.max(1);
        let lowest = self.rows.len().saturating_sub(height);
        self.top = self.top.min(self.selected).max((self.selected + 1).saturating_sub(height)).min(lowest);
    }

    /// A document is no longer in the project.
    pub fn forget(&mut self, document: DocumentId) {
        if let Some(at) = self.rows.iter().position(|row| row.id == document) {
            self.rows.remove(at);
            self.selected = if at < self.selected { self.selected - 1 } else { self.selected };
            self.selected = self.selected.min(self.rows.len().saturating_sub(1));
        }
    }

    /// What an edit made of a document, so that the list is right without being read again.
    pub fn learn(&mut self, annotation: &Annotation) {
        if let Some(row) = self.rows.iter_mut().find(|r| r.id == annotation.document) {
            row.status = annotation.response.status;
            row.spans = annotation.response.spans.len() as u64;
            row.noted = annotation.is_noted();
            row.flagged = annotation.is_flagged();
        }
    }
}
