//! Asking a model beside the loop: the open document first, then those around it.

use std::path::PathBuf;
use std::sync::Arc;

use super::batch::{self, Batch, Piece};
use super::counter::Counted;
use super::evaluator::Evaluated;
use super::fault;
use super::filler::{self, FillOrder, Filled, Filling};
use super::finder::Searched;
use super::reader::Found;
use super::searcher::Sought;
use crate::annotate::Candidate;
use crate::dataset::{DocumentId, Label};
use crate::jobs::{Latest, Work};
use crate::store::{Project, RunSpec};

/// Proposes spans. Lives on a thread of its own, so it may take its time and load its model at the first question.
pub trait Suggester: Send {
    /// What `labels` may be in `text`: every candidate above the floor, from before the greedy step. Labels come in the
    /// project's order, without the archived ones.
    ///
    /// # Errors
    /// Why not, in words for the person at the keyboard.
    fn suggest(&mut self, text: &str, labels: &[Label]) -> Result<Vec<Candidate>, String>;

    /// What names the run that answers for these labels belong to. Asked after [`Suggester::suggest`].
    fn run_spec(&self, labels: &[Label]) -> RunSpec;

    /// The last question was about this document: what is known of it may be kept for the list.
    fn answered(&mut self, _document: DocumentId) {}

    /// Computes a few more documents after `from` ahead of time, so that they open with their suggestions; `None` when
    /// there are no more. Asked while there is no question.
    fn look_ahead(&mut self, _from: DocumentId, _labels: &[Label]) -> Option<Ahead> {
        None
    }
}

/// How many documents have been computed ahead of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ahead {
    /// So many.
    pub done: u64,
    /// Of so many.
    pub total: u64,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Question {
    /// Counts questions.
    pub generation: u64,
    /// The document.
    pub document: DocumentId,
    /// Its text.
    pub text: Arc<str>,
    /// What to look for.
    pub labels: Vec<Label>,
}

/// What comes back.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To a question.
    Suggested {
        /// Which.
        generation: u64,
        /// The document.
        document: DocumentId,
        /// The run and what it says, or why nothing.
        result: Result<(RunSpec, Vec<Candidate>), String>,
    },
    /// To a question about several documents.
    Batch {
        /// Which.
        generation: u64,
        /// What was found, or why nothing.
        result: Result<Piece, String>,
    },
    /// From looking ahead.
    Ahead(Ahead),
    /// From reading beside the loop: the number of the search, and what it gave.
    Found(u64, Found),
    /// From counting over the whole project.
    Counted(Result<Counted, String>),
    /// From looking for a text in the project.
    Searched(Searched),
    /// What was sought for the Search screen.
    Sought(Sought),
    /// From counting for the Evaluate screen.
    Evaluated(Evaluated),
    /// How far asking about the documents of gold is, or why it is over; nothing when there was nothing to do.
    Filled(Option<Result<Filled, String>>),
}

/// What waits to be answered: a document somebody looks at, or the next ones of a list.
enum Asked {
    Document(Question),
    Batch(Batch),
    Fill(FillOrder),
}

/// The thread that asks.
pub struct Worker(Latest<Asked>);

impl Worker {
    /// Starts the thread, for the project in `dir`; `tell` takes each answer and says whether anybody still listens.
    pub fn start(suggester: Box<dyn Suggester>, dir: PathBuf, tell: impl Fn(Answer) -> bool + Send + 'static) -> Self {
        Self(Latest::start(Asking { suggester, dir, project: None, last: None, filling: None }, tell))
    }

    /// Asks, in place of whatever is waiting to be asked.
    pub fn ask(&self, question: Question) {
        self.0.ask(Asked::Document(question));
    }

    /// Asks about the next documents of a list, in place of other documents of a list that wait.
    pub fn ask_batch(&self, batch: Batch) {
        self.0.ask(Asked::Batch(batch));
    }

    /// Asks about the documents of gold, goes on with it, or stops.
    pub fn fill(&self, order: FillOrder) {
        self.0.ask(Asked::Fill(order));
    }

    /// Looks ahead no longer, or again.
    pub fn pause(&self, paused: bool) {
        self.0.pause(paused);
    }
}

struct Asking {
    suggester: Box<dyn Suggester>,
    dir: PathBuf,
    /// A connection of this thread's own, for reading lists.
    project: Option<Project>,
    /// Where to look ahead from, and for what.
    last: Option<(DocumentId, Vec<Label>)>,
    /// The run that is being made.
    filling: Option<Filling>,
}

impl Work for Asking {
    type Question = Asked;
    type Answer = Answer;

    fn replaces(newer: &Asked, older: &Asked) -> bool {
        std::mem::discriminant(newer) == std::mem::discriminant(older)
    }

    fn answer(&mut self, question: Asked) -> Answer {
        fault::point("job");
        let question = match question {
            Asked::Document(question) => question,
            Asked::Batch(batch) => return self.answer_batch(&batch),
            Asked::Fill(order) => return Answer::Filled(self.answer_fill(order)),
        };
        let Question { generation, document, text, labels } = question;
        let result =
            self.suggester.suggest(&text, &labels).map(|candidates| (self.suggester.run_spec(&labels), candidates));
        self.suggester.answered(document);
        // A model that fails is not tried on everything else.
        self.last = result.is_ok().then_some((document, labels));
        Answer::Suggested { generation, document, result }
    }

    fn rest(&mut self) -> Option<Answer> {
        let (document, labels) = self.last.as_ref()?;
        self.suggester.look_ahead(*document, labels).map(Answer::Ahead)
    }
}

impl Asking {
    fn answer_fill(&mut self, order: FillOrder) -> Option<Result<Filled, String>> {
        let project = match filler::open(&mut self.project, &self.dir) {
            Ok(project) => project,
            Err(reason) => return Some(Err(reason)),
        };
        match order {
            FillOrder::GoOn(number) if self.filling.as_ref().is_some_and(|f| f.number() == number) => {}
            FillOrder::GoOn(_) => return None,
            order => {
                if let Some(filling) = self.filling.take() {
                    filling.drop_run(project);
                }
                let FillOrder::Begin(fill) = order else { return None };
                match Filling::begin(project, fill) {
                    Ok(filling) => self.filling = Some(filling),
                    Err(reason) => return Some(Err(reason)),
                }
            }
        }
        let filled = self.filling.as_mut()?.step(project, self.suggester.as_mut());
        if !matches!(&filled, Ok(filled) if filled.run.is_none())
            && let Some(filling) = self.filling.take().filter(|_| filled.is_err())
        {
            filling.drop_run(project);
        }
        Some(filled)
    }

    fn answer_batch(&mut self, batch: &Batch) -> Answer {
        if self.project.is_none() {
            self.project = Project::open(&self.dir).ok();
        }
        let result = match &self.project {
            Some(project) => batch::find(project, self.suggester.as_mut(), batch),
            None => Err("the project cannot be read".into()),
        };
        Answer::Batch { generation: batch.generation, result }
    }
}
