//! Asking a model beside the loop: one worker thread, one question under way and one waiting. A newer question takes the
//! place of the waiting one, so the worker never does what nobody looks at any more. When nothing waits it works ahead
//! on the document that is likely next; its answer then comes from the suggester's memory.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

use crate::annotate::Candidate;
use crate::dataset::{DocumentId, Label};
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

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Of which question.
    pub generation: u64,
    /// The document.
    pub document: DocumentId,
    /// The run and what it says, or why nothing.
    pub result: Result<(RunSpec, Vec<Candidate>), String>,
}

/// The thread that asks.
pub struct Worker {
    waiting: Arc<Waiting>,
}

#[derive(Default)]
struct Waiting {
    slot: Mutex<Slot>,
    changed: Condvar,
}

#[derive(Default)]
struct Slot {
    next: Option<Question>,
    ahead: Option<(Arc<str>, Vec<Label>)>,
    closed: bool,
}

/// What the thread does next.
enum Work {
    Answer(Question),
    Ahead(Arc<str>, Vec<Label>),
}

impl Worker {
    /// Starts the thread; `answer` takes each answer and says whether anybody still listens.
    pub fn start(mut suggester: Box<dyn Suggester>, answer: impl Fn(Answer) -> bool + Send + 'static) -> Self {
        let waiting = Arc::new(Waiting::default());
        let theirs = waiting.clone();
        std::thread::spawn(move || {
            while let Some(work) = theirs.take() {
                let question = match work {
                    Work::Answer(question) => question,
                    Work::Ahead(text, labels) => {
                        // Nobody has asked yet; if it cannot be done, that is said when somebody does.
                        let _ = suggester.suggest(&text, &labels);
                        continue;
                    }
                };
                let result = suggester
                    .suggest(&question.text, &question.labels)
                    .map(|candidates| (suggester.run_spec(&question.labels), candidates));
                let Question { generation, document, .. } = question;
                if !answer(Answer { generation, document, result }) {
                    break;
                }
            }
        });
        Self { waiting }
    }

    /// Asks, in place of whatever is waiting to be asked.
    pub fn ask(&self, question: Question) {
        self.waiting.lock().next = Some(question);
        self.waiting.changed.notify_one();
    }

    /// Has the suggester think about a text when there is nothing else to do.
    pub fn think_ahead(&self, text: Arc<str>, labels: Vec<Label>) {
        self.waiting.lock().ahead = Some((text, labels));
        self.waiting.changed.notify_one();
    }
}

impl Drop for Worker {
    /// The thread ends after the question it is at; nobody waits for it.
    fn drop(&mut self) {
        self.waiting.lock().closed = true;
        self.waiting.changed.notify_one();
    }
}

impl Waiting {
    fn lock(&self) -> std::sync::MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Option<Work> {
        let mut slot = self.lock();
        loop {
            if slot.closed {
                return None;
            }
            if let Some(question) = slot.next.take() {
                return Some(Work::Answer(question));
            }
            if let Some((text, labels)) = slot.ahead.take() {
                return Some(Work::Ahead(text, labels));
            }
            slot = self.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::sync::mpsc;
    use std::time::Duration;

    struct Slow(mpsc::Receiver<()>);

    impl Suggester for Slow {
        fn suggest(&mut self, _: &str, _: &[Label]) -> Result<Vec<Candidate>, String> {
            self.0.recv().map_err(|e| e.to_string())?;
            Ok(Vec::new())
        }

        fn run_spec(&self, _: &[Label]) -> RunSpec {
            RunSpec::default()
        }
    }

    #[test]
    fn of_the_questions_that_wait_only_the_latest_is_asked() {
        let (go, gate) = mpsc::channel();
        let (send, answers) = mpsc::channel();
        let worker = Worker::start(Box::new(Slow(gate)), move |a| send.send(a.generation).is_ok());
        let ask = |generation| {
            worker.ask(Question { generation, document: DocumentId(1), text: "".into(), labels: Vec::new() });
        };
        ask(1);
        while worker.waiting.lock().next.is_some() {
            std::thread::yield_now();
        }
        (2..=9).for_each(ask);
        (0..2).for_each(|_| go.send(()).unwrap());
        let got: Vec<u64> = (0..2).map(|_| answers.recv_timeout(Duration::from_secs(5)).unwrap()).collect();
        assert_eq!(got, [1, 9]);
        drop(worker);
    }
}
