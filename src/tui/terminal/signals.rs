//! Signals → messages, on a thread of their own.
//!
//! One thread for the life of the process: while a terminal is ours it passes signals on; otherwise it does what the
//! system would have done.

use std::io;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::input::{GONE, hang_up};
use super::{Signal, Sink, TermMsg};

/// Who hears of signals now. Signals belong to the process, so this does too.
static LISTENER: Mutex<Option<Arc<Sink>>> = Mutex::new(None);

/// How often the process has been continued.
static CONTINUED: (Mutex<u64>, Condvar) = (Mutex::new(0), Condvar::new());

/// How often the process has been continued.
pub(super) fn continued() -> u64 {
    *CONTINUED.0.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops the process group as ctrl-Z does, and returns when it goes on.
pub(super) fn stop_group() {
    let mut count = CONTINUED.0.lock().unwrap_or_else(PoisonError::into_inner);
    let before = *count;
    // SAFETY: a plain system call. The whole group stops, so that what started us (cargo, a script) stops too and the
    // shell is back; SIGSTOP, because SIGTSTP has our own handler.
    unsafe { libc::kill(0, libc::SIGSTOP) };
    // The stop may reach this thread a moment after the call: it must do nothing until the group goes on.
    while *count == before {
        let waited = CONTINUED.1.wait_timeout(count, Duration::from_millis(500));
        let (now, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        count = now;
        if timeout.timed_out() {
            return;
        }
    }
}

/// Passes signals on to `sink` until [`ignore`].
pub(super) fn listen(sink: &Arc<Sink>) -> io::Result<()> {
    static STARTED: OnceLock<Result<(), io::ErrorKind>> = OnceLock::new();
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(sink));
    let started = STARTED.get_or_init(|| {
        let signals = Signals::new([SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH]);
        let spawn = |signals| std::thread::Builder::new().name("signals".into()).spawn(move || run(signals));
        signals.and_then(spawn).map(drop).map_err(|e| e.kind())
    });
    started.map_err(io::Error::from)
}

/// From now on signals do what they do to any process.
pub(super) fn ignore() {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = None;
}

fn run(mut signals: Signals) {
    for signal in signals.forever() {
        if signal == SIGCONT {
            *CONTINUED.0.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            CONTINUED.1.notify_all();
        }
        let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(sink) = listener else {
            // Heard already, and on the way out with an exit code of our own.
            if signal == SIGHUP && GONE.load(Ordering::SeqCst) {
                continue;
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
            continue;
        };
        match signal {
            SIGHUP => hang_up(&sink),
            SIGWINCH => {
                let (columns, rows) = sink.size();
                sink.send(TermMsg::Resize(columns, rows));
            }
            SIGINT => drop(sink.send(TermMsg::Signal(Signal::Interrupt))),
            SIGTERM => drop(sink.send(TermMsg::Signal(Signal::Terminate))),
            SIGTSTP => drop(sink.send(TermMsg::Signal(Signal::Suspend))),
            SIGCONT => drop(sink.send(TermMsg::Signal(Signal::Continue))),
            _ => {}
        }
    }
}
