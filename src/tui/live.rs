//! The model behind live suggestions: opened at the first question, so that the first frame does not wait for it.

use std::path::PathBuf;

use super::suggester::{Ahead, Suggester};
use crate::annotate::Candidate;
use crate::dataset::{DocumentId, Label};
use crate::gliner::Gliner;
use crate::store::{Project, RunSpec, Summary};
use crate::suggest;

/// Opens a model, or says why not.
pub type OpenModel = Box<dyn FnMut() -> Result<Gliner, String> + Send>;

/// Documents computed ahead of time at most: about ten seconds of work, and more than anybody annotates in an hour.
const AHEAD: u64 = 1000;
/// Documents computed in one piece: a question waits for one piece at most.
const PIECE: usize = 4;
/// Characters in one piece at most, beyond its first document.
const PIECE_CHARS: usize = 8_000;

/// Documents whose summaries are written together.
const BATCH: usize = 64;

/// Suggests with a GLiNER model, remembering what it said in the project's cache.
pub struct LiveSuggester {
    open: OpenModel,
    dir: PathBuf,
    opened: Option<suggest::Suggester>,
    /// A connection of this thread's own, for looking ahead.
    project: Option<Project>,
    looking: Option<Looking>,
    /// The last answer in short, until it is known which document it is about.
    last: Option<Summary>,
    /// What is known of documents and not in the project yet.
    summaries: Vec<(DocumentId, Summary)>,
}

/// Where looking ahead has come to.
struct Looking {
    labels: Vec<Label>,
    /// The last document that was read.
    after: DocumentId,
    /// Where it began; it goes round the end of the project to here.
    from: DocumentId,
    wrapped: bool,
    done: u64,
    total: u64,
}

impl LiveSuggester {
    /// `open` runs on the suggester's own thread; after a failure it is tried again at the next question.
    pub fn new(dir: PathBuf, open: OpenModel) -> Self {
        Self { open, dir, opened: None, project: None, looking: None, last: None, summaries: Vec::new() }
    }

    fn suggester(&mut self) -> Result<&mut suggest::Suggester, String> {
        if self.opened.is_none() {
            let model = (self.open)()?;
            self.opened = Some(suggest::Suggester::new(model, false).remembering(&self.dir));
        }
        self.opened.as_mut().ok_or_else(|| "the model is not open".to_owned())
    }

    /// Writes what is known of documents when it is worth a transaction, or `all` of it. It can be made again, so nothing
    /// waits for the disk, and a project that cannot be written does without.
    fn keep_summaries(&mut self, all: bool) {
        if self.summaries.is_empty() || (!all && self.summaries.len() < BATCH) {
            return;
        }
        let summaries = std::mem::take(&mut self.summaries);
        if let Some(project) = self.project() {
            let _ = project.summarise(&summaries);
        }
    }

    /// This thread's own connection.
    fn project(&mut self) -> Option<&mut Project> {
        if self.project.is_none() {
            self.project = Project::open(&self.dir).ok();
            let _ = self.project.as_ref()?.wait_for_disk(false);
        }
        self.project.as_mut()
    }

    /// The next few documents, from the one that is open on and round the end.
    fn next_piece(&mut self) -> Option<Vec<(DocumentId, String)>> {
        self.project()?;
        let (project, looking) = (self.project.as_ref()?, self.looking.as_mut()?);
        if looking.done >= looking.total {
            return None;
        }
        let mut page = project.documents_after(looking.after, PIECE).ok()?;
        if page.is_empty() && !looking.wrapped {
            looking.wrapped = true;
            looking.after = DocumentId(0);
            page = project.documents_after(looking.after, PIECE).ok()?;
        }
        let mut chars = 0;
        let mut texts = Vec::new();
        for document in page {
            if looking.wrapped && document.id >= looking.from {
                break;
            }
            chars += document.text.len();
            if !texts.is_empty() && chars > PIECE_CHARS {
                break;
            }
            looking.after = document.id;
            looking.done += 1;
            texts.push((document.id, document.text));
        }
        (!texts.is_empty()).then_some(texts)
    }
}

impl Suggester for LiveSuggester {
    fn suggest(&mut self, text: &str, labels: &[Label]) -> Result<Vec<Candidate>, String> {
        self.last = None;
        let found = self.suggester()?.candidates(&[text], labels, None).map_err(|e| e.to_string())?;
        self.last = found.first().map(|candidates| suggest::summary(text, candidates, labels));
        let candidates = found.into_iter().flatten();
        Ok(candidates
            .filter_map(|c| Some(Candidate { range: c.range, label: labels.get(c.class)?.id, score: c.score }))
            .collect())
    }

    fn run_spec(&self, labels: &[Label]) -> RunSpec {
        self.opened.as_ref().and_then(|s| s.spec(labels).ok()).unwrap_or_default()
    }

    fn answered(&mut self, document: DocumentId) {
        if let Some(summary) = self.last.take() {
            self.summaries.push((document, summary));
        }
    }

    fn look_ahead(&mut self, from: DocumentId, labels: &[Label]) -> Option<Ahead> {
        let prompts = |labels: &[Label]| labels.iter().map(|l| l.prompt().to_owned()).collect::<Vec<_>>();
        if self.looking.as_ref().is_none_or(|l| prompts(&l.labels) != prompts(labels)) {
            let documents = self.project()?.counts("").ok()?.documents;
            // The one that is open has been answered already.
            let total = documents.saturating_sub(1).min(AHEAD);
            let labels = labels.to_vec();
            self.looking = Some(Looking { labels, after: from, from, wrapped: false, done: 0, total });
        }
        let piece = self.next_piece();
        self.keep_summaries(piece.is_none());
        let piece = piece?;
        let texts: Vec<&str> = piece.iter().map(|(_, text)| text.as_str()).collect();
        let found = self.suggester().ok()?.candidates(&texts, labels, None).ok()?;
        for ((document, text), candidates) in piece.iter().zip(&found) {
            self.summaries.push((*document, suggest::summary(text, candidates, labels)));
        }
        self.looking.as_ref().map(|l| Ahead { done: l.done, total: l.total })
    }
}

impl Drop for LiveSuggester {
    fn drop(&mut self) {
        self.keep_summaries(true);
    }
}
