//! The Search screen: documents of the project by their words and by their meaning, while the query is typed.
//!
//! The line at the top has the keys first; Enter or Down goes into the list, Enter there opens a hit in Annotate, and Esc
//! comes back to the list where it was. Everything is looked for beside the loop, the newest query only.

mod areas;
mod facets;
mod line;
mod motion;
mod update;
mod view;
mod visit;

pub use areas::{Areas, areas};
pub use facets::{FacetLine, toggle_facets};
pub use line::{paste, press};
pub use motion::*;
pub use update::*;
pub use view::view;
pub use visit::*;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::dataset::DocumentId;
use crate::search::{Facets, Hit, Like, Mode, Query, QueryError};
use crate::tui::model::Screen;
use crate::tui::searcher::{HitRow, Preview};
use crate::tui::widget::line_input::LineInput;
use crate::tui::widget::list::ListState;

/// Hits that are asked for at most.
pub const MOST: usize = 1000;

/// What has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    /// The query is typed.
    #[default]
    Line,
    /// The list of hits.
    Hits,
    /// What the hits have.
    Facets,
}

/// Documents like this one are wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Liked {
    /// Which.
    pub like: Like,
    /// What it is called on the screen: `#watch-003`, `“quartz”`.
    pub name: String,
}

/// What the screen knows.
#[derive(Clone, Debug, Default)]
pub struct SearchScreen {
    /// What is typed.
    pub input: LineInput,
    /// Documents like this one are wanted.
    pub like: Option<Liked>,
    /// How documents are found.
    pub mode: Mode,
    /// What has the keys.
    pub focus: Focus,
    /// Why what is typed is no query.
    pub error: Option<QueryError>,
    /// Why the last request had no answer.
    pub failed: Option<String>,
    /// What was found last.
    pub shown: Option<Shown>,
    /// The chosen hit.
    pub list: ListState,
    /// The document that is looked at beside the list.
    pub preview: Option<(DocumentId, Option<Box<Preview>>)>,
    /// It is not wanted.
    pub preview_hidden: bool,
    /// What the hits have.
    pub facets: Facets,
    /// The chosen line of that.
    pub facet: ListState,
    /// So many documents of so many are in the index, while it is brought up to date.
    pub indexing: Option<(u64, u64)>,
    /// Why it could not be.
    pub index_failed: Option<String>,
    /// The hits were opened in Annotate.
    pub visit: Option<Visit>,
    /// The index is being brought up to date.
    following: bool,
    /// What is typed is to be looked for.
    due: bool,
    /// What was written since is to be seen.
    fresh: bool,
    /// Number of the last request, and of the one whose answer is missing.
    asked: u64,
    waiting: Option<u64>,
    /// What was asked for last.
    last: Option<Asked>,
    /// The document whose preview is on its way, with the request it was asked in.
    previewing: Option<(DocumentId, u64)>,
    /// Lines were asked for whose answer is missing.
    lines_asked: bool,
    /// Where the person came from, with which document.
    came_from: Screen,
    came_with: Option<DocumentId>,
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    query: Query,
    like: Option<Like>,
    mode: Mode,
    snippet: usize,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The documents, best first.
    pub hits: Arc<[Hit]>,
    /// How many fit in all, where that is known.
    pub total: Option<u64>,
    /// How long it took.
    pub took: Duration,
    /// What the lines show, as far as it was asked for; `None` for a document that is gone or not read yet.
    pub rows: HashMap<usize, Option<HitRow>>,
    /// The number of the request.
    number: u64,
    asked: Asked,
}

impl SearchScreen {
    /// The chosen hit.
    pub fn hit(&self) -> Option<&Hit> {
        self.shown.as_ref().and_then(|shown| shown.hits.get(self.list.selected))
    }

    /// How many hits there are.
    pub fn len(&self) -> usize {
        self.shown.as_ref().map_or(0, |shown| shown.hits.len())
    }

    /// There is no hit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the line of a hit shows.
    pub fn row(&self, at: usize) -> Option<&HitRow> {
        self.shown.as_ref().and_then(|shown| shown.rows.get(&at)).and_then(Option::as_ref)
    }

    /// Nothing is asked for: no word, no filter, nothing like which.
    pub fn asks_nothing(&self) -> bool {
        self.like.is_none() && self.input.text().trim().is_empty()
    }

    /// An answer is on its way.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some() || self.following || self.lines_asked || self.previewing.is_some()
    }

    /// Documents are being looked for.
    pub fn is_searching(&self) -> bool {
        self.waiting.is_some()
    }
}
