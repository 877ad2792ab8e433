//! The index of a project: what it answers, and how it follows the store.
//!
//! - `refresh`: what has changed in the store since, taken in; `lock`: by one process at a time.
//! - `find`: a request answered.

mod find;
mod lock;
mod refresh;

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use super::embed::Embedder;
use super::filter::Sources;
use super::keyword::KeywordIndex;
use super::query::Query;
use super::vectors::{Unreadable, Vectors};
use super::{DocumentSet, SearchError};
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
    /// Another process writes the index now, this one where it is known (else 0): nothing was done here, and what there
    /// is can be searched.
    pub elsewhere: Option<u32>,
}

/// The index of one project, in its folder `search`. It can be lost without losing anything: the store has it all.
///
/// Several may be open at once, in several processes or on several threads: one refreshes, the others find what was
/// committed last.
#[derive(Debug)]
pub struct SearchIndex {
    dir: PathBuf,
    keyword: KeywordIndex,
    view: Mutex<View>,
    notices: Vec<String>,
}

/// What was there when it was looked at last.
#[derive(Clone, Debug)]
struct View {
    /// Which commit of the keyword index.
    keyword: Option<SystemTime>,
    vectors: Arc<Vectors>,
    /// The documents that are known.
    documents: Arc<DocumentSet>,
    /// Their sources, once somebody asked.
    sources: Option<Arc<Sources>>,
}

impl View {
    fn of(vectors: Vectors, keyword: Option<SystemTime>) -> Self {
        let documents = DocumentSet::of(vectors.versions().map(|(id, _)| id).collect());
        Self { keyword, vectors: Arc::new(vectors), documents: Arc::new(documents), sources: None }
    }
}

/// The file of vectors in the folder of the index.
const VECTORS: &str = "vectors";
/// The folder of the keyword index, and its file that each commit replaces.
const KEYWORD: &str = "keyword";
const COMMITTED: &str = "meta.json";

impl SearchIndex {
    /// Opens the index of the project in `dir`, or an empty one; one that is damaged or newer than this program is set
    /// aside and made again by the next refresh.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        let dir = dir.join("search");
        std::fs::create_dir_all(&dir).map_err(|source| SearchError::Io { path: dir.clone(), source })?;
        let keyword = KeywordIndex::open(&dir.join(KEYWORD))?;
        let embedder = Embedder::embedded();
        let view = View::of(Vectors::none(embedder.name(), embedder.dims()), None);
        let path = dir.join(KEYWORD);
        let again = |why: &str| format!("{}: {why}; it was removed and is made again", path.display());
        let notices = keyword.set_aside().map(again).into_iter().collect();
        let index = Self { dir, keyword, view: Mutex::new(view), notices };
        index.view()?;
        Ok(index)
    }

    /// What the person should know: what was damaged and is made again.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// How many documents are in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn len(&self) -> Result<usize, SearchError> {
        Ok(self.view()?.vectors.len())
    }

    /// True when nothing is in it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_empty(&self) -> Result<bool, SearchError> {
        Ok(self.len()? == 0)
    }

    /// What the documents have that were found, all of them or the first 10,000.
    ///
    /// # Errors
    /// As [`SearchIndex::search`].
    pub fn facets(&self, project: &Project, annotator: &str, hits: &Hits) -> Result<Facets, SearchError> {
        const MOST: usize = 10_000;
        let documents: Vec<DocumentId> = hits.hits.iter().take(MOST).map(|hit| hit.document).collect();
        let shares = project.shares(annotator, &documents)?;
        let names = project.label_names()?;
        let name = |id| names.get(&id).cloned().unwrap_or_default();
        Ok(Facets {
            labels: shares.labels.into_iter().map(|(id, n)| (name(id), n)).collect(),
            statuses: shares.statuses,
            sources: shares.sources,
        })
    }

    /// What there is now: read again when somebody has written since. A file that cannot be used is as good as none; the
    /// next refresh says so and makes another.
    fn view(&self) -> Result<View, SearchError> {
        let path = self.dir.join(VECTORS);
        // A thread that panicked while it held the view has left a whole one.
        let mut view = self.view.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let keyword = std::fs::metadata(self.dir.join(KEYWORD).join(COMMITTED)).and_then(|m| m.modified()).ok();
        let mut changed = keyword != view.keyword;
        if changed {
            self.keyword.reload()?;
            view.keyword = keyword;
        }
        if view.vectors.is_stale(&path) {
            changed = true;
            let embedder = Embedder::embedded();
            match Vectors::open(&path, embedder.name(), embedder.dims()) {
                Ok(vectors) => *view = View::of(vectors, keyword),
                Err(Unreadable::Io(source)) => return Err(SearchError::Io { path, source }),
                Err(_) if view.vectors.is_empty() => {}
                Err(_) => *view = View::of(Vectors::none(embedder.name(), embedder.dims()), keyword),
            }
        }
        if changed && view.vectors.is_empty() {
            // Without vectors, words and filters still find what the keyword index knows.
            let known = self.keyword.versions()?.into_iter().map(|(id, _)| id).collect();
            view.documents = Arc::new(DocumentSet::of(known));
        }
        Ok(view.clone())
    }

    /// The documents' sources.
    fn sources(&self, project: &Project) -> Result<Arc<Sources>, SearchError> {
        let known = self.view.lock().unwrap_or_else(std::sync::PoisonError::into_inner).sources.clone();
        if let Some(sources) = known {
            return Ok(sources);
        }
        let sources = Arc::new(Sources::read(project)?);
        self.view.lock().unwrap_or_else(std::sync::PoisonError::into_inner).sources = Some(Arc::clone(&sources));
        Ok(sources)
    }
}
