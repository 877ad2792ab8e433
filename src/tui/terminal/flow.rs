//! How much is on its way to the eyes of the person.
//!
//! What the system has taken is not yet on the screen: between us and a slow line, ssh holds megabytes. So now and then we
//! ask the terminal whether it is well (`CSI 5 n`); it answers (`CSI 0 n`) when it has come to the question, and all that
//! was sent before it has been shown. While too much is unanswered nothing new is drawn. A terminal that does not answer
//! is not waited for.
//!
//! Answers carry no number, so one that is lost (cut by a line, swallowed by a paste) would make every later one count
//! for the question before it, and the screen would lag for good. So an answer is given up when it takes several times
//! as long as the ones before it took, as TCP does with what it sends (RFC 6298).

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

/// Answers that tell how quick the line is.
const REMEMBERED: usize = 8;

/// How long any answer may take, however quick the ones before it were: a terminal that draws something large.
const ALWAYS: Duration = Duration::from_millis(250);

/// How many times as long as the slowest before it an answer may take.
const SLOWER: f64 = 4.0;

/// How long a terminal that has not answered yet may take for its first answer, when we leave.
const FIRST_ANSWER: Duration = Duration::from_millis(300);

/// What was sent last before an answer is measured as if it had been as long as this, so that the time a key takes to
/// travel is not taken for the time a byte takes.
const SMALL: usize = 100;

/// A question that has no answer yet.
#[derive(Debug)]
struct Question {
    /// Bytes sent before it, since the beginning.
    after: usize,
    /// How many of them were sent together with it; those before may have been shown long ago.
    together: usize,
    asked: Instant,
}

/// The state of the conversation.
#[derive(Debug, Default)]
pub(super) struct Flow {
    /// Bytes sent since the beginning.
    sent: usize,
    /// How many of them the terminal has said it has shown.
    shown: usize,
    asked: VecDeque<Question>,
    last_asked: usize,
    /// Since when we have been waiting for the next answer.
    since: Option<Instant>,
    /// Seconds a byte took to be shown, by the last answers.
    pace: VecDeque<f64>,
    answers: bool,
    /// Questions in a row that had no answer in time.
    lost: usize,
}

impl Flow {
    /// Counts bytes that go out; true when the question should follow them.
    pub fn sent(&mut self, bytes: usize, now: Instant) -> bool {
        self.forget_lost(now);
        self.sent += bytes;
        let deaf = self.lost >= DEAF_AFTER || !self.answers && self.asked.len() >= DEAF_AFTER;
        let asks = !deaf && (self.sent - self.last_asked >= ASK_EVERY || self.last_asked == 0);
        if asks {
            self.last_asked = self.sent;
            self.asked.push_back(Question { after: self.sent, together: bytes, asked: now });
            self.since.get_or_insert(now);
        }
        asks
    }

    /// An answer came.
    pub fn answered(&mut self, now: Instant) {
        if let Some(question) = self.asked.pop_front() {
            let took = now.duration_since(question.asked).as_secs_f64();
            self.pace.push_back(took / question.together.max(SMALL) as f64);
            if self.pace.len() > REMEMBERED {
                self.pace.pop_front();
            }
            self.shown = question.after;
        }
        self.answers = true;
        self.lost = 0;
        self.since = (!self.asked.is_empty()).then_some(now);
    }

    /// True when another frame may be drawn.
    pub fn is_open(&mut self, now: Instant) -> bool {
        self.forget_lost(now);
        !self.answers || self.sent - self.shown <= WINDOW
    }

    /// Stops waiting for an answer that is not going to come.
    fn forget_lost(&mut self, now: Instant) {
        let late = self.since.is_some_and(|since| now.duration_since(since) > self.patience());
        if self.answers && late {
            self.lost += 1;
            self.answers = self.lost < DEAF_AFTER;
            self.asked.clear();
            self.since = None;
            self.shown = self.sent;
        }
    }

    /// How long the next answer may take: longer with every one lost, for the line may have become slow.
    fn patience(&self) -> Duration {
        let unanswered = self.sent - self.shown;
        let slowest = self.pace.iter().copied().fold(0.0, f64::max);
        let usual = ALWAYS + Duration::from_secs_f64(SLOWER * slowest * unanswered as f64);
        // A line of 500 B/s is the slowest we believe in.
        let most = Duration::from_secs(2) + Duration::from_millis(unanswered as u64 * 2);
        usual.saturating_mul(1 << self.lost.min(DEAF_AFTER)).min(most)
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

    /// A terminal that has taken `each` for every 100 bytes so far.
    fn after_answers(each: Duration) -> (Flow, Instant) {
        let mut now = Instant::now();
        let mut flow = Flow::default();
        for _ in 0..100 {
            let asks = flow.sent(100, now);
            now += each;
            if asks {
                flow.answered(now);
            }
        }
        (flow, now)
    }

    #[test]
    fn a_lost_answer_is_forgotten_soon_where_answers_are_quick() {
        let (mut flow, now) = after_answers(Duration::from_millis(1));
        flow.sent(2000, now);
        assert!(!flow.is_open(now + Duration::from_millis(200)));
        assert!(flow.is_open(now + Duration::from_millis(400)));
    }

    #[test]
    fn a_large_frame_on_a_slow_line_is_waited_for() {
        // 2 kB/s.
        let (mut flow, now) = after_answers(Duration::from_millis(50));
        flow.sent(6000, now);
        assert!(!flow.is_open(now + Duration::from_millis(2990)));
        flow.answered(now + Duration::from_secs(3));
        assert!(flow.is_open(now + Duration::from_secs(3)));
    }

    #[test]
    fn answers_after_a_lost_one_count_for_their_own_question() {
        let (mut flow, mut now) = after_answers(Duration::from_millis(1));
        // The answer to this one never comes; a person thinks for a second, and goes on.
        assert!(flow.sent(600, now));
        now += Duration::from_secs(1);
        for _ in 0..20 {
            assert!(flow.is_open(now));
            assert!(flow.sent(1000, now));
            now += Duration::from_millis(2);
            flow.answered(now);
        }
        assert_eq!(flow.sent, flow.shown);
    }

    #[test]
    fn a_line_that_became_slow_is_waited_for_longer_each_time() {
        let (mut flow, mut now) = after_answers(Duration::from_millis(1));
        let mut waits = Vec::new();
        for _ in 0..DEAF_AFTER {
            flow.sent(1500, now);
            let begin = now;
            while !flow.is_open(now) {
                now += Duration::from_millis(10);
            }
            waits.push(now - begin);
        }
        assert!(waits.is_sorted() && waits[DEAF_AFTER - 1] > 4 * waits[0], "{waits:?}");
        assert!(!flow.sent(9000, now), "deaf now");
    }
}
