//! Searching for the Search screen, on a thread with a reader of the store and an index of its own: keys never wait for it.
//!
//! Only the newest question of a kind is answered. While nobody asks, the index takes in what has changed in the store; a
//! question interrupts that, is answered from what is there, and it goes on after.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::dataset::{DocumentId, Response, Status};
use crate::jobs::{Latest, Work};
use crate::search::{Facets, Hits, Query, Request, SearchError, SearchIndex, Snippet, highlights, snippet};
use crate::store::Project;
use crate::text::CharRange;

/// How far indexing is, is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(100);
/// Hits that come with what their lines show.
const FIRST: usize = 60;
/// Code points of a text that a preview shows at most.
const PREVIEW: usize = 6_000;
/// Of these before the first place that was found.
const BEFORE: usize = 400;

/// Something to be looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Counts requests; comes back with the answer.
    pub number: u64,
    /// What.
    pub want: Want,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// Documents.
    Hits {
        /// Which.
        request: Request,
        /// The store may have changed: the index takes that in after.
        fresh: bool,
        /// Code points of a snippet.
        snippet: usize,
    },
    /// That the index takes in what has changed.
    Follow,
    /// What lines of the list show.
    Rows {
        /// The places in the list and the documents there.
        places: Vec<(usize, DocumentId)>,
        /// What is marked in them.
        query: Query,
        /// Code points of a snippet.
        snippet: usize,
    },
    /// A document to be looked at.
    Preview {
        /// Which.
        document: DocumentId,
        /// What is marked in it.
        query: Query,
    },
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Sought {
    /// Documents, or why there are none.
    Hits {
        /// The number of the request.
        number: u64,
        /// What was found.
        result: Result<Box<FoundHits>, String>,
    },
    /// What the documents of a request have.
    Facets {
        /// The number of the request.
        number: u64,
        /// What.
        facets: Facets,
    },
    /// What lines show; nothing for a document that is gone.
    Rows {
        /// The number of the request for documents that they belong to.
        number: u64,
        /// The lines, by place.
        rows: Vec<(usize, Option<HitRow>)>,
    },
    /// A document to be looked at.
    Preview {
        /// The number of the request for documents that it belongs to.
        number: u64,
        /// Which.
        document: DocumentId,
        /// Its part; `None` when it is gone.
        preview: Option<Box<Preview>>,
    },
    /// So many documents of so many are in the index.
    Indexing(u64, u64),
    /// The index has taken in what has changed, or why it could not.
    Indexed {
        /// Something had.
        changed: bool,
        /// Why it could not.
        failed: Option<String>,
    },
}

/// Documents that were found.
#[derive(Clone, Debug)]
pub struct FoundHits {
    /// Which, best first.
    pub hits: Hits,
    /// How long it took.
    pub took: Duration,
    /// What the first lines show.
    pub rows: Vec<(usize, Option<HitRow>)>,
}

/// What a line of the list shows.
#[derive(Clone, Debug, PartialEq)]
pub struct HitRow {
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// The status of the person's response.
    pub status: Status,
    /// Where it came from.
    pub source: String,
    /// The part of the text that shows what was found.
    pub snippet: Snippet,
}

/// A document to be looked at: the part of it where something was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// The part of the text.
    pub text: String,
    /// The person's response, its spans in code points of the part.
    pub response: Response,
    /// What was found, likewise.
    pub found: Vec<CharRange>,
    /// The text goes on before the part.
    pub before: bool,
    /// The text goes on after it.
    pub after: bool,
}

/// The thread.
pub struct Searcher {
    thread: Latest<Wanted>,
    shared: Arc<Shared>,
}

/// What the thread looks at while it works.
#[derive(Default)]
struct Shared {
    /// Number of the request for documents that counts.
    newest: AtomicU64,
    /// A question waits: indexing makes room for it.
    waiting: AtomicBool,
    /// The index may be behind the store.
    stale: AtomicBool,
    /// The thread is to end.
    closed: AtomicBool,
}

impl Searcher {
    /// Starts the thread. `project` is a reader of its own; `tell` takes each answer and says whether anybody listens.
    pub fn start(project: Project, annotator: String, tell: impl Fn(Sought) -> bool + Send + Sync + 'static) -> Self {
        let shared = Arc::new(Shared::default());
        let tell: Arc<dyn Fn(Sought) -> bool + Send + Sync> = Arc::new(tell);
        let last = Arc::clone(&tell);
        let work = Searching { project, annotator, index: None, shared: Arc::clone(&shared), tell };
        let tell = move |sought: Option<Sought>| sought.is_none_or(|sought| last(sought));
        Self { thread: Latest::start(work, tell), shared }
    }

    /// Asks, in place of what was asked before of this kind.
    pub fn ask(&self, wanted: Wanted) {
        match &wanted.want {
            Want::Hits { fresh, .. } => {
                self.shared.newest.store(wanted.number, Ordering::Relaxed);
                self.shared.stale.fetch_or(*fresh, Ordering::Relaxed);
            }
            Want::Follow => self.shared.stale.store(true, Ordering::Relaxed),
            Want::Rows { .. } | Want::Preview { .. } => {}
        }
        self.shared.waiting.store(true, Ordering::Relaxed);
        self.thread.ask(wanted);
        // Indexing that began between these two lines is to hear of it too.
        self.shared.waiting.store(true, Ordering::Relaxed);
    }
}

impl Drop for Searcher {
    fn drop(&mut self) {
        self.shared.newest.store(0, Ordering::Relaxed);
        self.shared.closed.store(true, Ordering::Relaxed);
    }
}

struct Searching {
    project: Project,
    annotator: String,
    /// Opened at the first question.
    index: Option<SearchIndex>,
    shared: Arc<Shared>,
    tell: Arc<dyn Fn(Sought) -> bool + Send + Sync>,
}

impl Work for Searching {
    type Question = Wanted;
    type Answer = Option<Sought>;

    fn answer(&mut self, Wanted { number, want }: Wanted) -> Option<Sought> {
        self.shared.waiting.store(false, Ordering::Relaxed);
        match want {
            Want::Follow => None,
            Want::Hits { request, snippet, .. } => self.hits(number, &request, snippet),
            Want::Rows { places, query, snippet } => {
                let rows = self.rows(&places, &query, snippet);
                Some(Sought::Rows { number, rows })
            }
            Want::Preview { document, query } => {
                let preview = self.preview(document, &query).map(Box::new);
                Some(Sought::Preview { number, document, preview })
            }
        }
    }

    fn replaces(newer: &Wanted, older: &Wanted) -> bool {
        std::mem::discriminant(&newer.want) == std::mem::discriminant(&older.want)
    }

    fn rest(&mut self) -> Option<Option<Sought>> {
        if !self.shared.stale.swap(false, Ordering::Relaxed) {
            return None;
        }
        self.shared.waiting.store(false, Ordering::Relaxed);
        let (shared, tell) = (Arc::clone(&self.shared), Arc::clone(&self.tell));
        let mut told: Option<Instant> = None;
        let mut progress = |done: u64, total: u64| {
            if done < total && told.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
                told = Some(Instant::now());
                tell(Sought::Indexing(done, total));
            }
            !shared.closed.load(Ordering::Relaxed) && !shared.waiting.load(Ordering::Relaxed)
        };
        let index = match open(&mut self.index, &self.project) {
            Ok(index) => index,
            Err(error) => return Some(Some(Sought::Indexed { changed: false, failed: Some(error.to_string()) })),
        };
        match index.refresh(&self.project, &mut progress) {
            Ok(done) if done.stopped => {
                self.shared.stale.store(true, Ordering::Relaxed);
                Some(None)
            }
            Ok(done) => Some(Some(Sought::Indexed { changed: done.added > 0 || done.removed > 0, failed: None })),
            Err(error) => Some(Some(Sought::Indexed { changed: false, failed: Some(error.to_string()) })),
        }
    }
}

impl Searching {
    /// Finds documents and tells of them, then counts what they have.
    fn hits(&mut self, number: u64, request: &Request, most: usize) -> Option<Sought> {
        let began = Instant::now();
        let shared = Arc::clone(&self.shared);
        let over = move || shared.newest.load(Ordering::Relaxed) != number;
        let failed = |error: &dyn std::fmt::Display| Some(Sought::Hits { number, result: Err(error.to_string()) });
        let index = match open(&mut self.index, &self.project) {
            Ok(index) => index,
            Err(error) => return failed(&error),
        };
        let me = &self.annotator;
        let searched = self.project.unless(over.clone(), |project| Ok(index.search(project, me, request)));
        if over() {
            return None;
        }
        let hits = match searched {
            Ok(Some(Ok(hits))) => hits,
            Ok(None) => return None,
            Ok(Some(Err(error))) => return failed(&error),
            Err(error) => return failed(&error),
        };
        let took = began.elapsed();
        let places: Vec<_> = hits.hits.iter().take(FIRST).map(|hit| hit.document).enumerate().collect();
        let rows = self.rows(&places, &request.query, most);
        let found = Box::new(FoundHits { hits: hits.clone(), took, rows });
        if !(self.tell)(Sought::Hits { number, result: Ok(found) }) || over() {
            return None;
        }
        let index = open(&mut self.index, &self.project).ok()?;
        let me = &self.annotator;
        let facets = self.project.unless(over, |project| Ok(index.facets(project, me, &hits)));
        // Without these numbers there is the list all the same.
        let facets = facets.ok().flatten().and_then(Result::ok).unwrap_or_default();
        Some(Sought::Facets { number, facets })
    }

    fn rows(&self, places: &[(usize, DocumentId)], query: &Query, most: usize) -> Vec<(usize, Option<HitRow>)> {
        places.iter().map(|(at, document)| (*at, self.row(*document, query, most))).collect()
    }

    /// A line; nothing where the document is gone or cannot be read.
    fn row(&self, document: DocumentId, query: &Query, most: usize) -> Option<HitRow> {
        let document = self.project.document(document).ok()??;
        let response = self.project.response(document.id, &self.annotator).ok()?;
        let found = highlights(query, &document.text);
        Some(HitRow {
            external_id: document.external_id,
            status: response.status,
            source: document.provenance.source,
            snippet: snippet(&document.text, &found, most),
        })
    }

    fn preview(&self, document: DocumentId, query: &Query) -> Option<Preview> {
        let document = self.project.document(document).ok()??;
        let mut response = self.project.response(document.id, &self.annotator).ok()?;
        let mut found = highlights(query, &document.text);
        let part = part(&document.text, found.first().map_or(0, |range| range.start));
        let text: String = document.text.chars().skip(part.start).take(part.end - part.start).collect();
        let moved = |range: CharRange| {
            let inside = range.start >= part.start && range.end <= part.end;
            inside.then(|| CharRange::new(range.start - part.start, range.end - part.start))
        };
        found = found.into_iter().filter_map(moved).collect();
        response.spans.retain_mut(|span| match moved(span.range) {
            Some(range) => {
                span.range = range;
                true
            }
            None => false,
        });
        let after = document.text.chars().nth(part.end).is_some();
        let external_id = document.external_id;
        Some(Preview { external_id, text, response, found, before: part.start > 0, after })
    }
}

/// The part of a text around a place, in code points, beginning at a word.
fn part(text: &str, place: usize) -> CharRange {
    let mut start = 0;
    let earliest = place.saturating_sub(BEFORE);
    let mut length = 0;
    for (at, c) in text.chars().enumerate() {
        if at <= place && earliest > 0 && start < earliest && at >= earliest && (c.is_whitespace() || at == place) {
            start = if c.is_whitespace() { at + 1 } else { at };
        }
        length = at + 1;
        if at >= place && at >= start + PREVIEW {
            break;
        }
    }
    CharRange::new(start.min(length), length.min(start + PREVIEW))
}

fn open<'i>(index: &'i mut Option<SearchIndex>, project: &Project) -> Result<&'i mut SearchIndex, SearchError> {
    match index {
        Some(index) => Ok(index),
        none => Ok(none.insert(SearchIndex::open(project.dir())?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_preview_begins_at_a_word_before_what_was_found() {
        let text = format!("{} needle {}", "word ".repeat(1000), "more ".repeat(2000));
        let place = text.find("needle").unwrap_or_default();
        let part = part(&text, place);
        let shown: String = text.chars().skip(part.start).take(part.end - part.start).collect();
        assert!(shown.starts_with("word ") && shown.contains("needle"));
        assert_eq!(part.end - part.start, PREVIEW);
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        assert_eq!(part("Ada met Byron", 8), CharRange::new(0, 13));
        assert_eq!(part("", 0), CharRange::new(0, 0));
    }
}
