//! The thread that writes to the terminal, so that nobody else ever waits for it.
//!
//! It holds one frame at a time. Frames are differences from the one before, so none may be lost or overtaken: who draws
//! asks [`Writer::is_free`] first and draws nothing otherwise; the writer then sends [`TermMsg::Drained`] when it is free.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::device::Device;
use super::flow::{Flow, QUESTION};
use super::{Sink, TermMsg};
use crate::tui::fault;

/// How long the thread may take to notice that it should stop; it looks ten times a second.
const STOPPING: Duration = Duration::from_millis(250);

/// The other end of the writer thread.
pub(super) struct Writer {
    shared: Arc<Shared>,
}

/// What the threads share; who reads the terminal tells it of answers.
pub(super) struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// What is to be written next.
    next: Vec<u8>,
    writing: bool,
    /// There is a frame in what is written or waits to be.
    frame: bool,
    /// What is being written is not worth finishing.
    abandoned: bool,
    /// Somebody was turned away and wants to hear.
    wanted: bool,
    flow: Flow,
    /// Nothing more is written, not even the rest of what is being written.
    closed: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The terminal answered: it has shown what came before the question.
    pub fn answered(&self) {
        self.lock().flow.answered(Instant::now());
        self.changed.notify_all();
    }
}

/// How often somebody who was turned away is thought of while an answer is late.
const LATE: Duration = Duration::from_millis(100);

impl State {
    fn is_free(&mut self) -> bool {
        !self.frame && self.flow.is_open(Instant::now())
    }
}

impl Writer {
    /// Starts the thread.
    pub fn start(device: Arc<Device>, sink: Arc<Sink>) -> io::Result<Self> {
        let shared = Arc::new(Shared { state: Mutex::default(), changed: Condvar::new() });
        let theirs = Arc::clone(&shared);
        std::thread::Builder::new().name("terminal-write".into()).spawn(move || run(&theirs, &device, &sink))?;
        Ok(Self { shared })
    }

    /// True when a frame would go out at once; otherwise a [`TermMsg::Drained`] will follow.
    pub fn is_free(&self) -> bool {
        let mut state = self.shared.lock();
        let free = state.is_free();
        state.wanted |= !free;
        if !free {
            self.shared.changed.notify_all();
        }
        free
    }

    /// The other side of the conversation with the terminal.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// Waits for answers that are still to come, `limit` at most: after we have left, the shell would get them.
    pub fn settle(&self, limit: Duration) {
        let begin = Instant::now();
        let mut state = self.shared.lock();
        while state.flow.expects_answers(Instant::now()) && !state.closed {
            let Some(left) = limit.checked_sub(begin.elapsed()) else { return };
            let waited = self.shared.changed.wait_timeout(state, left.min(LATE));
            state = waited.map_or_else(|error| error.into_inner().0, |(state, _)| state);
        }
    }

    /// Hands over a frame.
    pub fn send_frame(&self, bytes: Vec<u8>) {
        self.push(bytes, true);
    }

    /// Hands over other bytes; they go out in the order they were given, and hold no frame up.
    pub fn send(&self, bytes: &[u8]) {
        self.push(bytes.to_vec(), false);
    }

    fn push(&self, mut bytes: Vec<u8>, frame: bool) {
        if bytes.is_empty() {
            return;
        }
        let mut state = self.shared.lock();
        state.frame |= frame;
        if state.flow.sent(bytes.len(), Instant::now()) {
            bytes.extend_from_slice(QUESTION);
        }
        match state.next.is_empty() {
            true => state.next = bytes,
            false => state.next.extend_from_slice(&bytes),
        }
        self.shared.changed.notify_all();
    }

    /// Waits until everything is out, `limit` at most; says whether it is.
    pub fn drain(&self, limit: Duration) -> bool {
        let begin = Instant::now();
        let mut state = self.shared.lock();
        while state.writing || !state.next.is_empty() {
            let Some(left) = limit.checked_sub(begin.elapsed()).filter(|_| !state.closed) else { return false };
            let waited = self.shared.changed.wait_timeout(state, left);
            state = waited.map_or_else(|error| error.into_inner().0, |(state, _)| state);
        }
        true
    }

    /// Drops what is not out yet, so that somebody else may write.
    pub fn discard(&self) {
        let mut state = self.shared.lock();
        state.next.clear();
        state.frame = state.writing;
        state.abandoned = state.writing;
        drop(state);
        self.drain(STOPPING);
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
        self.shared.changed.notify_all();
    }
}

fn run(shared: &Shared, device: &Device, sink: &Sink) {
    loop {
        let bytes = {
            let mut state = shared.lock();
            state.writing = false;
            state.abandoned = false;
            shared.changed.notify_all();
            if state.next.is_empty() {
                state.frame = false;
            }
            while !state.closed && (state.next.is_empty() || state.wanted) {
                if state.wanted && state.is_free() {
                    state.wanted = false;
                    drop(state);
                    sink.send(TermMsg::Drained);
                    state = shared.lock();
                } else if !state.next.is_empty() {
                    break;
                } else if state.wanted {
                    let waited = shared.changed.wait_timeout(state, LATE);
                    state = waited.map_or_else(|error| error.into_inner().0, |(state, _)| state);
                } else {
                    state = shared.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                }
            }
            if state.closed {
                return;
            }
            state.writing = true;
            std::mem::take(&mut state.next)
        };
        fault::point("writer");
        // A terminal that is gone is noticed by the thread that reads; a lost frame is then no loss. One that a panic
        // has given back belongs to somebody else.
        let go_on = || {
            let state = shared.lock();
            !state.closed && !state.abandoned && !sink.has_left()
        };
        if sink.has_left() {
            continue;
        }
        let _ = device.write_all(&bytes, go_on);
    }
}
