//! How much is on its way to the eyes of the person.
//!
//! What the system has taken is not yet on the screen: between us and a slow line, ssh holds megabytes. So now and then we
//! ask the terminal whether it is well (`CSI 5 n`); it answers (`CSI 0 n`) when it has come to the question, and all that
//! was sent before it has been shown. While too much is unanswered nothing new is drawn. A terminal that does not answer
//! is not waited for.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The question, after a frame.
pub(super) const QUESTION: &[u8] = b"\x1b[5n";

/// Bytes between questions.
const ASK_EVERY: usize = 512;

/// Bytes that may be unanswered when a frame is drawn: under a second at 2 kB/s, and many small frames on a line that is
/// quick but far.
const WINDOW: usize = 1200;

/// Unanswered questions after which the terminal is taken for one that does not answer.
const DEAF_AFTER: usize = 4;

/// How long a terminal that has not answered yet may take for its first answer, when we leave.
const FIRST_ANSWER: Duration = Duration::from_millis(300);

/// The state of the conversation.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bytes sent since the beginning.
    sent: usize,
    /// How many of them the terminal has said it has shown.
    shown: usize,
    /// What had been sent at each unanswered question.
    asked: VecDeque<usize>,
    last_asked: usize,
    /// Since when we have been waiting for the next answer.
    since: Option<Instant>,
    answers: bool,
    /// Questions in a row that had no answer in time.
    lost: usize,
}

impl Flow {
    /// Counts bytes that go out; true when the question should follow them.
    pub fn sent(&mut self, bytes: usize, now: Instant) -> bool {
        self.sent += bytes;
        let deaf = self.lost >= DEAF_AFTER || !self.answers && self.asked.len() >= DEAF_AFTER;
        let asks = !deaf && (self.sent - self.last_asked >= ASK_EVERY || self.last_asked == 0);
        if asks {
            self.last_asked = self.sent;
            self.asked.push_back(self.sent);
            self.since.get_or_insert(now);
        }
        asks
    }

    /// An answer came.
    pub fn answered(&mut self, now: Instant) {
        if let Some(shown) = self.asked.pop_front() {
            self.shown = shown;
        }
        self.answers = true;
        self.lost = 0;
        self.since = (!self.asked.is_empty()).then_some(now);
    }

    /// True when another frame may be drawn.
    pub fn is_open(&mut self, now: Instant) -> bool {
        let unanswered = self.sent - self.shown;
        if !self.answers || unanswered <= WINDOW {
            return true;
        }
        // A line of 500 B/s is the slowest we believe in; an answer that takes longer is lost.
        let limit = Duration::from_secs(2) + Duration::from_millis(unanswered as u64 * 2);
        if self.since.is_none_or(|since| now.duration_since(since) > limit) {
            self.lost += 1;
            self.answers = self.lost < DEAF_AFTER;
            self.asked.clear();
            self.since = None;
            self.shown = self.sent;
            return true;
        }
        false
    }

    /// True when answers are still to come, which must not reach the shell. A first answer is believed in for a moment.
    pub fn expects_answers(&self, now: Instant) -> bool {
        let young = self.since.is_some_and(|since| now.duration_since(since) < FIRST_ANSWER);
        !self.asked.is_empty() && (self.answers || young)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_frames_flow_and_a_large_one_waits_for_its_answer() {
        let now = Instant::now();
        let mut flow = Flow::default();
        assert!(flow.sent(100, now), "the first question finds out whether there are answers");
        flow.answered(now);
        for _ in 0..10 {
            assert!(flow.is_open(now));
            if flow.sent(100, now) {
                flow.answered(now);
            }
        }
        assert!(flow.sent(20_000, now));
        assert!(!flow.is_open(now));
        flow.answered(now);
        assert!(flow.is_open(now));
    }

    #[test]
    fn a_terminal_that_never_answers_is_never_waited_for() {
        let now = Instant::now();
        let mut flow = Flow::default();
        let asked = (0..100).filter(|_| flow.sent(5000, now)).count();
        assert_eq!(asked, DEAF_AFTER);
        assert!(flow.is_open(now));
        assert!(flow.expects_answers(now) && !flow.expects_answers(now + FIRST_ANSWER));
    }

    #[test]
    fn a_lost_answer_is_forgotten_in_the_end() {
        let now = Instant::now();
        let mut flow = Flow::default();
        flow.sent(100, now);
        flow.answered(now);
        flow.sent(2000, now);
        assert!(!flow.is_open(now + Duration::from_secs(5)));
        assert!(flow.is_open(now + Duration::from_secs(7)));
    }
}
