//! Asking a model beside the loop: the open document first, then those around it.

use std::sync::Arc;

use super::finder::Searched;
use crate::annotate::Candidate;
use crate::dataset::{DocumentId, Label};
use crate::jobs::{Latest, Work};
use crate::store::RunSpec;

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
    /// From looking ahead.
    Ahead(Ahead),
    /// From looking for a text in the project.
    Searched(Searched),
}

/// The thread that asks.
pub struct Worker(Latest<Question>);

impl Worker {
    /// Starts the thread; `tell` takes each answer and says whether anybody still listens.
    pub fn start(suggester: Box<dyn Suggester>, tell: impl Fn(Answer) -> bool + Send + 'static) -> Self {
        Self(Latest::start(Asking { suggester, last: None }, tell))
    }

    /// Asks, in place of whatever is waiting to be asked.
    pub fn ask(&self, question: Question) {
        self.0.ask(question);
    }

    /// Looks ahead no longer, or again.
    pub fn pause(&self, paused: bool) {
        self.0.pause(paused);
    }
}

struct Asking {
    suggester: Box<dyn Suggester>,
    /// Where to look ahead from, and for what.
    last: Option<(DocumentId, Vec<Label>)>,
}

impl Work for Asking {
    type Question = Question;
    type Answer = Answer;

    fn answer(&mut self, question: Question) -> Answer {
        let Question { generation, document, text, labels } = question;
        let result =
            self.suggester.suggest(&text, &labels).map(|candidates| (self.suggester.run_spec(&labels), candidates));
        // A model that fails is not tried on everything else.
        self.last = result.is_ok().then_some((document, labels));
        Answer::Suggested { generation, document, result }
    }

    fn rest(&mut self) -> Option<Answer> {
        let (document, labels) = self.last.as_ref()?;
        self.suggester.look_ahead(*document, labels).map(Answer::Ahead)
    }
}
