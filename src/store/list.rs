//! The list of documents: which, in which order, a page at a time.

use super::error::{Result, StoreError};
use super::project::Project;
use super::walk::Walk;
use crate::dataset::{DocumentId, LabelId, Status};

/// The order of a list of documents. A page costs the same however many documents there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they came.
    #[default]
    Document,
    /// Where the model is least sure first: see [`super::Summary::doubt`]. Those it has not seen come last.
    Uncertain,
    /// Most suggestions first.
    Suggestions,
    /// Few characters first.
    Shortest,
    /// Many characters first.
    Longest,
    /// Last edited first, then the untouched ones as they came.
    Recent,
    /// Without order; a seed begins at another place of it.
    Random(u32),
    /// Only what is still to do for the labels there are now: first what was submitted before one of them came, then
    /// what is not finished.
    NewLabel,
}

/// As it is kept: a word, with the seed after `random`.
impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Order::Random(seed) => write!(f, "random {seed}"),
            order => f.write_str(NAMED.iter().find(|(_, o)| o == order).map_or("document", |(word, _)| word)),
        }
    }
}

impl std::str::FromStr for Order {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        match text.split_once(' ') {
            Some(("random", seed)) => seed.parse().map(Order::Random).map_err(drop),
            _ => NAMED.iter().find(|(word, _)| *word == text).map(|(_, order)| *order).ok_or(()),
        }
    }
}

const NAMED: [(&str, Order); 7] = [
    ("document", Order::Document),
    ("uncertain", Order::Uncertain),
    ("suggestions", Order::Suggestions),
    ("shortest", Order::Shortest),
    ("longest", Order::Longest),
    ("recent", Order::Recent),
    ("new-label", Order::NewLabel),
];

/// Scores from one to another, in twentieths: what is known of the scores of a document's suggestions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScoreRange {
    /// From this many twentieths on, 0 to 19.
    pub from: u8,
    /// Up to this many, 1 to 20.
    pub to: u8,
}

impl ScoreRange {
    /// A bit for each twentieth of the scale.
    pub(super) fn bits(self) -> i64 {
        (self.from..self.to.min(20)).fold(0, |bits, n| bits | (1 << n))
    }
}

/// Which documents, in which order. All filters hold together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Only those whose response has this status.
    pub status: Option<Status>,
    /// Only those whose text or external id contains this; upper and lower case are the same for ASCII letters.
    pub contains: String,
    /// Only those in which the annotator has a span with this label.
    pub label: Option<LabelId>,
    /// Only those with a suggestion that scores so.
    pub score: Option<ScoreRange>,
    /// Only those with a note of the annotator's.
    pub noted: bool,
    /// Only those with a flag of the annotator's.
    pub flagged: bool,
    /// In this order.
    pub order: Order,
}

impl Query {
    /// All documents, in the order of this one.
    pub fn unfiltered(&self) -> Query {
        Query { order: self.order, ..Query::default() }
    }

    /// True when not all documents pass.
    pub fn is_filtered(&self) -> bool {
        *self != self.unfiltered()
    }
}

/// Where a row stands in an order: a page begins before or after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) rank: i64,
    pub(super) id: i64,
}

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The first rows.
    Start,
    /// The last rows (still given in order).
    End,
    /// The rows after this one.
    After(Cursor),
    /// The rows before this one (still given in order, ending just before it).
    Before(Cursor),
    /// The rows from this document on, itself first if it passes the filter.
    At(DocumentId),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The document.
    pub id: DocumentId,
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// The first characters of its text.
    pub beginning: String,
    /// Length of its text in code points.
    pub chars: u64,
    /// Status of the annotator's response.
    pub status: Status,
    /// Spans of the annotator's response.
    pub spans: u64,
    /// Version of its text.
    pub version: u32,
    /// The annotator has a note on it or on a span of it.
    pub noted: bool,
    /// The annotator has flagged it or a span of it.
    pub flagged: bool,
    /// Its place.
    pub cursor: Cursor,
}

impl Project {
    /// At most `limit` rows from `from` on, in the query's order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page(&self, annotator: &str, query: &Query, from: Anchor, limit: usize) -> Result<Vec<Row>> {
        self.read(|c| Walk::new(c, annotator, query)?.page(from, limit))
    }

    /// How SQLite finds the rows of a page: one line for each step of each statement.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn page_plan(&self, annotator: &str, query: &Query, from: Anchor, limit: usize) -> Result<Vec<String>> {
        self.read(|c| {
            let mut walk = Walk::new(c, annotator, query)?;
            walk.explain = Some(Vec::new());
            walk.page(from, limit)?;
            Ok(walk.explain.unwrap_or_default())
        })
    }

    /// Reads unless `stop` says, in the middle of it, that it is not worth while any more; `None` then.
    ///
    /// # Errors
    /// Those of `f`.
    pub fn unless<T>(
        &mut self,
        stop: impl FnMut() -> bool + Send + 'static,
        f: impl FnOnce(&Self) -> Result<T>,
    ) -> Result<Option<T>> {
        // Steps of SQLite's machine between questions: a fraction of a millisecond.
        const STEPS: i32 = 4_000;
        self.connection.progress_handler(STEPS, Some(stop)).map_err(|e| StoreError::sql(&self.file, e))?;
        let answer = f(self);
        self.connection.progress_handler(0, None::<fn() -> bool>).map_err(|e| StoreError::sql(&self.file, e))?;
        match answer {
            Ok(value) => Ok(Some(value)),
            Err(StoreError::Interrupted) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
