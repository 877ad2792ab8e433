//! Reading beside the loop: what takes too long for one key is looked for on a thread with a connection of its own.
//!
//! Only the newest search counts: a newer one, or Esc, stops the one under way in the middle of its statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::effect::Near;
use crate::dataset::{DocumentId, Status};
use crate::jobs::{Latest, Work};
use crate::store::{Anchor, Counts, Project, Query, Result, Row};

/// Something to look for.
#[derive(Clone, Debug, PartialEq)]
pub enum Search {
    /// Rows of the list.
    Page(Query, Anchor, usize),
    /// A document near another one.
    Near(DocumentId, Query, Near),
}

/// What a search gave.
#[derive(Clone, Debug)]
pub enum Found {
    /// Rows of the list.
    Page(Query, Anchor, usize, Vec<Row>),
    /// A document, or that there is none.
    Near(Near, Option<DocumentId>),
    /// Why not.
    Failed(String),
}

/// Looks for something, on whatever thread this is.
///
/// # Errors
/// When the store cannot be read, or the reading was stopped.
pub fn search(project: &Project, annotator: &str, search: &Search) -> Result<Found> {
    match search {
        Search::Page(query, anchor, limit) => {
            let rows = project.page(annotator, query, *anchor, *limit)?;
            Ok(Found::Page(query.clone(), *anchor, *limit, rows))
        }
        Search::Near(from, query, which) => Ok(Found::Near(*which, near(project, annotator, *from, query, *which)?)),
    }
}

fn near(project: &Project, me: &str, from: DocumentId, query: &Query, which: Near) -> Result<Option<DocumentId>> {
    let other = |query: &Query, anchor| -> Result<Option<DocumentId>> {
        Ok(project.page(me, query, anchor, 2)?.into_iter().map(|row| row.id).find(|id| *id != from))
    };
    let around = |query: &Query| match other(query, Anchor::At(from))? {
        Some(id) => Ok(Some(id)),
        None => other(query, Anchor::Start),
    };
    match which {
        Near::Next => other(query, Anchor::At(from)),
        Near::Previous => {
            // Where it stands in the order, whether it passes the filter or not.
            let here = project.page(me, &query.unfiltered(), Anchor::At(from), 1)?.first().map(|row| row.cursor);
            let anchor = here.map_or(Anchor::End, Anchor::Before);
            Ok(project.page(me, query, anchor, 1)?.first().map(|row| row.id))
        }
        // What is still to do for a new label is submitted, too.
        Near::Unfinished if query.order == crate::store::Order::NewLabel => around(query),
        Near::Unfinished => {
            for status in unfinished(&project.counts(me)?) {
                let found = around(&Query { status: Some(status), ..query.clone() })?;
                if found.is_some() {
                    return Ok(found);
                }
            }
            Ok(None)
        }
    }
}

/// Why there is no such document, in words; `filters` says what the list shows, and is empty when it shows all.
pub fn nothing_near(which: Near, filters: &str) -> String {
    let only = if filters.is_empty() { String::new() } else { format!(" (only {filters})") };
    match which {
        Near::Next => format!("this is the last document of the list{only}"),
        Near::Previous => format!("this is the first document of the list{only}"),
        Near::Unfinished if filters.is_empty() => {
            "no other document is left to do: all are submitted or discarded".into()
        }
        Near::Unfinished => format!("no other document of the list is left to do{only}"),
    }
}

/// The statuses of unfinished documents that any has: looking for the others would read the whole project for nothing.
pub fn unfinished(counts: &Counts) -> impl Iterator<Item = Status> + use<> {
    let pending = (counts.pending > 0).then_some(Status::Pending);
    pending.into_iter().chain((counts.draft > 0).then_some(Status::Draft))
}

/// The thread that reads.
pub struct Reader {
    thread: Latest<(u64, Search)>,
    /// Number of the search that counts.
    newest: Arc<AtomicU64>,
    /// What is being looked for.
    asked: Option<Search>,
}

impl Reader {
    /// Starts the thread; `tell` takes what is found with the number of its search, and says whether anybody listens.
    pub fn start(project: Project, annotator: String, tell: impl Fn((u64, Found)) -> bool + Send + 'static) -> Self {
        let newest = Arc::new(AtomicU64::new(0));
        let work = Reading { project, annotator, newest: Arc::clone(&newest) };
        let tell = move |found: Option<(u64, Found)>| found.is_none_or(&tell);
        Self { thread: Latest::start(work, tell), newest, asked: None }
    }

    /// Looks for something instead of what is looked for now, unless that is the same.
    pub fn ask(&mut self, search: Search) {
        if self.asked.as_ref() == Some(&search) {
            return;
        }
        let number = self.newest.fetch_add(1, Ordering::Relaxed) + 1;
        self.asked = Some(search.clone());
        self.thread.ask((number, search));
    }

    /// Looks for nothing any more, and says what it was looking for.
    pub fn interrupt(&mut self) -> Option<Search> {
        let asked = self.asked.take();
        self.stop();
        asked
    }

    /// Looks for nothing any more.
    pub fn stop(&mut self) {
        self.newest.fetch_add(1, Ordering::Relaxed);
        self.asked = None;
    }

    /// Whether an answer is the one that is waited for; it is no longer then.
    pub fn settle(&mut self, number: u64) -> bool {
        let waited_for = self.asked.is_some() && self.newest.load(Ordering::Relaxed) == number;
        if waited_for {
            self.asked = None;
        }
        waited_for
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Reading {
    project: Project,
    annotator: String,
    newest: Arc<AtomicU64>,
}

impl Work for Reading {
    type Question = (u64, Search);
    type Answer = Option<(u64, Found)>;

    fn answer(&mut self, (number, wanted): (u64, Search)) -> Self::Answer {
        let newest = Arc::clone(&self.newest);
        let over = move || newest.load(Ordering::Relaxed) != number;
        let annotator = &self.annotator;
        match self.project.unless(over, |project| search(project, annotator, &wanted)) {
            Ok(Some(found)) => Some((number, found)),
            Ok(None) => None,
            Err(error) => Some((number, Found::Failed(error.to_string()))),
        }
    }

    fn rest(&mut self) -> Option<Self::Answer> {
        None
    }
}
