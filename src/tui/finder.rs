//! Looking for a text in the whole project beside the loop: counting its places, or keeping them as suggestions.
//!
//! The work is done in pieces of a few documents on a connection of its own, so that it can be stopped between any two,
//! and no transaction of it holds up an edit.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::{Duration, Instant};

use serde_json::json;

use crate::annotate::{MatchOptions, OpenPlaces, find_all};
use crate::dataset::{DocumentId, LabelId, Prediction, PredictionKey, RunId};
use crate::store::{Project, Result, RunSpec, TEXT_MATCHES};
use crate::text::CharRange;

/// What to look for, where, and what for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// Counts searches; answers to older ones are dropped.
    pub id: u64,
    /// The text.
    pub needle: String,
    /// What it is.
    pub label: LabelId,
    /// What counts as the same text.
    pub options: MatchOptions,
    /// Places inside spans count too.
    pub nested: bool,
    /// Only in this document.
    pub within: Option<DocumentId>,
    /// The places become suggestions; otherwise they are only counted.
    pub keep: bool,
}

/// How far a search has come.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Searched {
    /// Which.
    pub id: u64,
    /// Places found.
    pub places: u64,
    /// Documents with at least one.
    pub documents: u64,
    /// Documents read.
    pub read: u64,
    /// Documents to read.
    pub total: u64,
    /// How it ended; nothing while it goes on.
    pub end: Option<SearchEnd>,
}

/// How a search ended.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchEnd {
    /// Everything was read.
    Counted,
    /// Everything was read, and the places are in this run, which an edit is to show.
    Kept(RunId),
    /// It was stopped; nothing is kept.
    Stopped,
    /// It failed, and why; nothing is kept.
    Failed(String),
}

/// Bytes of text and documents read in one piece at most.
const PIECE: (usize, usize) = (2 << 20, 256);
/// Places written in one transaction at most.
const BATCH: usize = 1000;
/// Progress is told no more often than this.
const TELL_EVERY: Duration = Duration::from_millis(100);

enum Order {
    Search(Search),
    Stop,
}

/// The thread that looks. Dropping it ends the thread after the piece it is at.
pub struct Finder(Sender<Order>);

impl Finder {
    /// Starts the thread; `tell` takes how far it is, and says whether anybody still listens.
    pub fn start(dir: PathBuf, annotator: String, tell: impl Fn(Searched) -> bool + Send + 'static) -> Self {
        let (send, orders) = channel();
        std::thread::spawn(move || run(&orders, &dir, &annotator, tell));
        Self(send)
    }

    /// Looks, in place of what was looked for before.
    pub fn search(&self, search: Search) {
        // A thread that is gone has told why.
        let _ = self.0.send(Order::Search(search));
    }

    /// Stops looking.
    pub fn stop(&self) {
        let _ = self.0.send(Order::Stop);
    }
}

fn run(orders: &Receiver<Order>, dir: &std::path::Path, annotator: &str, tell: impl Fn(Searched) -> bool) {
    let mut project = None;
    let mut looking: Option<Looking> = None;
    loop {
        let order = match looking {
            None => orders.recv().map_err(|_| TryRecvError::Disconnected),
            Some(_) => orders.try_recv(),
        };
        let order = match order {
            Ok(order) => Some(order),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => {
                abandon(&mut looking, &mut project);
                return;
            }
        };
        if let Some(order) = order {
            let stopped = abandon(&mut looking, &mut project);
            looking = match order {
                Order::Search(search) => Some(Looking::new(search)),
                Order::Stop => None,
            };
            if let (Some(stopped), false) = (stopped, looking.is_some())
                && !tell(stopped)
            {
                return;
            }
        }
        let Some(now) = &mut looking else { continue };
        let step = open(&mut project, dir).and_then(|project| now.step(project, annotator));
        if let Err(error) = step {
            let mut failed = now.so_far.clone();
            failed.end = Some(SearchEnd::Failed(error.to_string()));
            abandon(&mut looking, &mut project);
            if !tell(failed) {
                return;
            }
            continue;
        }
        let over = now.so_far.end.is_some();
        if (over || now.told.elapsed() >= TELL_EVERY) && {
            now.told = Instant::now();
            !tell(now.so_far.clone())
        } {
            return;
        }
        if over {
            looking = None;
        }
    }
}

fn open<'p>(project: &'p mut Option<Project>, dir: &std::path::Path) -> Result<&'p mut Project> {
    match project {
        Some(project) => Ok(project),
        none => Ok(none.insert(Project::open(dir)?)),
    }
}

/// Gives up a search; what it wrote was never seen and goes.
fn abandon(looking: &mut Option<Looking>, project: &mut Option<Project>) -> Option<Searched> {
    let looking = looking.take()?;
    if let (Some(run), Some(project)) = (looking.run, project) {
        // What cannot be deleted stays invisible.
        let _ = project.drop_run(run);
    }
    Some(Searched { end: Some(SearchEnd::Stopped), ..looking.so_far })
}

/// A search that is going on.
struct Looking {
    search: Search,
    so_far: Searched,
    after: DocumentId,
    run: Option<RunId>,
    told: Instant,
}

impl Looking {
    fn new(search: Search) -> Self {
        let so_far = Searched { id: search.id, ..Searched::default() };
        Self { search, so_far, after: DocumentId(0), run: None, told: Instant::now() }
    }

    /// One piece more.
    fn step(&mut self, project: &mut Project, annotator: &str) -> Result<()> {
        if self.so_far.read == 0 {
            self.so_far.total = match self.search.within {
                Some(_) => 1,
                None => project.counts("")?.documents,
            };
        }
        let texts = match self.search.within {
            Some(_) if self.so_far.read > 0 => Vec::new(),
            Some(id) => project.document(id)?.map(|d| (d.id, d.text)).into_iter().collect(),
            None => project.texts_after(self.after, PIECE.1, PIECE.0)?,
        };
        let Some((last, _)) = texts.last() else {
            self.so_far.end = Some(self.run.map_or(SearchEnd::Counted, SearchEnd::Kept));
            return Ok(());
        };
        self.after = *last;
        let mut batch = Vec::new();
        for (document, text) in &texts {
            let places = self.places(project, annotator, *document, text)?;
            if places.is_empty() {
                continue;
            }
            self.so_far.places += places.len() as u64;
            self.so_far.documents += 1;
            batch.push((*document, places));
        }
        self.so_far.read += texts.len() as u64;
        if self.search.keep { self.keep(project, batch) } else { Ok(()) }
    }

    fn places(&self, project: &Project, annotator: &str, document: DocumentId, text: &str) -> Result<Vec<CharRange>> {
        let Search { needle, options, label, nested, .. } = &self.search;
        let places = find_all(text, needle, *options);
        if places.is_empty() {
            return Ok(places);
        }
        let response = project.response(document, annotator)?;
        let decisions = project.decisions(document, annotator)?;
        let open = OpenPlaces::new(&response.spans, decisions.iter().map(|d| &d.prediction), *nested);
        Ok(places.into_iter().filter(|place| open.has(*place, *label)).collect())
    }

    fn keep(&mut self, project: &mut Project, found: Vec<(DocumentId, Vec<CharRange>)>) -> Result<()> {
        if found.is_empty() {
            return Ok(());
        }
        let run = match self.run {
            Some(run) => run,
            None => project.begin_matches(&self.spec())?,
        };
        self.run = Some(run);
        let label = self.search.label;
        let prediction = |range| Prediction { key: PredictionKey { run, range, label }, score: 1.0 };
        let mut batch: Vec<(DocumentId, Vec<Prediction>)> = Vec::new();
        let mut rows = 0;
        for (document, places) in found {
            for chunk in places.chunks(BATCH) {
                if rows + chunk.len() > BATCH {
                    project.add_predictions(run, &std::mem::take(&mut batch))?;
                    rows = 0;
                }
                rows += chunk.len();
                batch.push((document, chunk.iter().map(|range| prediction(*range)).collect()));
            }
        }
        project.add_predictions(run, &batch)
    }

    fn spec(&self) -> RunSpec {
        let MatchOptions { case, whole_words } = self.search.options;
        let parameters =
            [("text", json!(self.search.needle)), ("case", json!(case)), ("whole_words", json!(whole_words))];
        RunSpec {
            model: TEXT_MATCHES.to_owned(),
            weights: String::new(),
            labels: vec![(self.search.label, self.search.needle.clone())],
            parameters: parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect(),
        }
    }
}
