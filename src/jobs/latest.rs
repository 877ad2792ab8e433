//! A worker thread for questions of which only the newest matters.
//!
//! One question is under way and one of each kind may wait; a newer one takes the place of the waiting one of its kind,
//! so nothing is done that nobody looks at any more. While no question waits, the worker does the rest of its work piece
//! by piece; a question waits for the piece in hand at most.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What a worker does.
pub trait Work: Send + 'static {
    /// What is asked.
    type Question: Send;
    /// What comes back.
    type Answer;

    /// Answers a question.
    fn answer(&mut self, question: Self::Question) -> Self::Answer;

    /// Whether a newer question makes an older one needless.
    fn replaces(_newer: &Self::Question, _older: &Self::Question) -> bool {
        true
    }

    /// Does a small piece of what is left, if anything is; asked again until it is `None`.
    fn rest(&mut self) -> Option<Self::Answer>;
}

/// The thread, and the place where questions wait. Dropping it ends the thread after the piece it is at.
pub struct Latest<Q> {
    waiting: Arc<Waiting<Q>>,
}

struct Waiting<Q> {
    slot: Mutex<Slot<Q>>,
    changed: Condvar,
    replaces: fn(&Q, &Q) -> bool,
}

struct Slot<Q> {
    next: VecDeque<Q>,
    paused: bool,
    closed: bool,
}

/// What the thread does next.
enum Next<Q> {
    Question(Q),
    Rest,
    End,
}

impl<Q: Send + 'static> Latest<Q> {
    /// Starts the thread; `tell` takes each answer and says whether anybody still listens.
    pub fn start<W: Work<Question = Q>>(mut work: W, tell: impl Fn(W::Answer) -> bool + Send + 'static) -> Self {
        let slot = Mutex::new(Slot { next: VecDeque::new(), paused: false, closed: false });
        let waiting = Arc::new(Waiting { slot, changed: Condvar::new(), replaces: W::replaces });
        let theirs = Arc::clone(&waiting);
        std::thread::spawn(move || {
            let mut more = false;
            loop {
                let answer = match theirs.next(more) {
                    Next::End => return,
                    Next::Question(question) => {
                        more = true;
                        Some(work.answer(question))
                    }
                    Next::Rest => work.rest(),
                };
                match answer {
                    Some(answer) => {
                        if !tell(answer) {
                            return;
                        }
                    }
                    None => more = false,
                }
            }
        });
        Self { waiting }
    }

    /// Asks, in place of whatever is waiting to be asked of this kind.
    pub fn ask(&self, question: Q) {
        let mut slot = self.waiting.lock();
        slot.next.retain(|older| !(self.waiting.replaces)(&question, older));
        slot.next.push_back(question);
        drop(slot);
        self.waiting.changed.notify_one();
    }

    /// Leaves the rest alone, or goes on with it. Questions are answered all the same.
    pub fn pause(&self, paused: bool) {
        self.waiting.lock().paused = paused;
        self.waiting.changed.notify_one();
    }
}

impl<Q> Drop for Latest<Q> {
    fn drop(&mut self) {
        self.waiting.lock().closed = true;
        self.waiting.changed.notify_one();
    }
}

impl<Q> Waiting<Q> {
    fn lock(&self) -> MutexGuard<'_, Slot<Q>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until there is something to do; `more`: there is some rest left.
    fn next(&self, more: bool) -> Next<Q> {
        let mut slot = self.lock();
        loop {
            if slot.closed {
                return Next::End;
            }
            if let Some(question) = slot.next.pop_front() {
                return Next::Question(question);
            }
            if more && !slot.paused {
                return Next::Rest;
            }
            slot = self.changed.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    const SOON: Duration = Duration::from_secs(5);

    /// Answers when the gate opens, and then counts down.
    struct Slow {
        gate: Receiver<()>,
        left: u32,
    }

    impl Work for Slow {
        type Question = u32;
        type Answer = u32;

        fn answer(&mut self, question: u32) -> u32 {
            let _ = self.gate.recv();
            question
        }

        fn rest(&mut self) -> Option<u32> {
            self.left = self.left.checked_sub(1)?;
            Some(1000 + self.left)
        }
    }

    #[test]
    fn of_the_questions_that_wait_only_the_newest_is_answered_and_the_rest_comes_after() {
        let (open, gate) = channel();
        let (send, answers) = channel();
        let worker = Latest::start(Slow { gate, left: 3 }, move |a| send.send(a).is_ok());
        worker.ask(1);
        while !worker.waiting.lock().next.is_empty() {
            std::thread::yield_now();
        }
        (2..=9).for_each(|q| worker.ask(q));
        open.send(()).unwrap();
        open.send(()).unwrap();
        let got: Vec<u32> = (0..5).map(|_| answers.recv_timeout(SOON).unwrap()).collect();
        assert_eq!(got, [1, 9, 1002, 1001, 1000]);
    }

    #[test]
    fn a_paused_worker_still_answers() {
        let (open, gate) = channel();
        let (send, answers) = channel();
        let worker = Latest::start(Slow { gate, left: 1 }, move |a| send.send(a).is_ok());
        worker.pause(true);
        open.send(()).unwrap();
        worker.ask(7);
        assert_eq!(answers.recv_timeout(SOON).unwrap(), 7);
        assert!(answers.recv_timeout(Duration::from_millis(50)).is_err());
        worker.pause(false);
        assert_eq!(answers.recv_timeout(SOON).unwrap(), 1000);
    }

    /// Echoes; even questions replace even ones, odd ones odd ones.
    struct TwoKinds(Receiver<()>);

    impl Work for TwoKinds {
        type Question = u32;
        type Answer = u32;

        fn answer(&mut self, question: u32) -> u32 {
            let _ = self.0.recv();
            question
        }

        fn replaces(newer: &u32, older: &u32) -> bool {
            newer % 2 == older % 2
        }

        fn rest(&mut self) -> Option<u32> {
            None
        }
    }

    #[test]
    fn a_question_waits_while_newer_ones_of_another_kind_come() {
        let (open, gate) = channel();
        let (send, answers) = channel();
        let worker = Latest::start(TwoKinds(gate), move |a| send.send(a).is_ok());
        worker.ask(1);
        while !worker.waiting.lock().next.is_empty() {
            std::thread::yield_now();
        }
        [2, 3, 4, 5, 6].into_iter().for_each(|q| worker.ask(q));
        (0..3).for_each(|_| open.send(()).unwrap());
        let got: Vec<u32> = (0..3).map(|_| answers.recv_timeout(SOON).unwrap()).collect();
        assert_eq!(got, [1, 5, 6]);
    }
}
