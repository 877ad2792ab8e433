//! The thread that reads the terminal, and that notices when it is gone.
//!
//! It waits in `poll(2)` for input, for a hang-up and for a wake-up from us, and costs nothing while nothing happens. A
//! vanished terminal is an end, never a spin: the application hears [`Signal::Hangup`], and if it has not ended
//! [`GRACE`] later, the process does (what was done is in the store by then).

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::device::{Device, wait};
use super::keys::{For, Input, Parser};
use super::writer::Shared;
use super::{Signal, Sink, TermMsg};
use crate::tui::fault;

/// How long the rest of a key may take to arrive. Long enough for two packets, short enough for Escape.
const REST_OF_KEY: Duration = Duration::from_millis(50);

/// How long the rest of something that has certainly begun may take: a packet that was lost and sent again. What came
/// after it would be typed.
const REST_OF_SEQUENCE: Duration = Duration::from_secs(2);

/// How long a paste may stand still before its end is taken for lost. Long: a line that hangs in the middle of a paste
/// must not turn the rest of the text into keys. Escape and ctrl-C by themselves end it at once.
const REST_OF_PASTE: Duration = Duration::from_secs(20);

/// How long the application may take to end after a hang-up.
pub(super) const GRACE: Duration = Duration::from_secs(2);

/// The terminal is gone, for good.
pub(super) static GONE: AtomicBool = AtomicBool::new(false);

/// Exit code of a process ended by a hang-up: 128 + SIGHUP.
const HUNG_UP: i32 = 129;

/// The other end of the reading thread; dropping it ends the thread.
pub(super) struct InputThread {
    wake: io::PipeWriter,
    paused: Arc<AtomicBool>,
}

impl InputThread {
    /// Starts the thread.
    pub fn start(device: Arc<Device>, sink: Arc<Sink>, writer: Arc<Shared>) -> io::Result<Self> {
        let (woken, wake) = io::pipe()?;
        let paused = Arc::new(AtomicBool::new(false));
        let theirs = Arc::clone(&paused);
        let run = move || run(&device, &woken.into(), &theirs, &Listeners { sink: &sink, writer: &writer });
        std::thread::Builder::new().name("terminal-read".into()).spawn(run)?;
        Ok(Self { wake, paused })
    }

    /// Leaves the keys to somebody else (an editor, a shell) or takes them again.
    pub fn pause(&self, paused: bool) {
        use std::io::Write;
        self.paused.store(paused, Ordering::SeqCst);
        let _ = (&self.wake).write(&[0]);
    }
}

/// Who hears of what was read.
struct Listeners<'a> {
    sink: &'a Sink,
    writer: &'a Shared,
}

fn run(device: &Device, woken: &OwnedFd, paused: &AtomicBool, listeners: &Listeners<'_>) {
    let sink = listeners.sink;
    let mut parser = Parser::default();
    loop {
        let listening = !paused.load(Ordering::SeqCst);
        let mut fds = vec![(woken.as_fd(), libc::POLLIN)];
        if listening {
            fds.push((device.borrow(), libc::POLLIN));
        }
        let timeout = match parser.waits() {
            Some(For::Key) => Some(REST_OF_KEY),
            Some(For::Sequence) => Some(REST_OF_SEQUENCE),
            Some(For::Paste) => Some(REST_OF_PASTE),
            None => None,
        };
        let asked = Instant::now();
        let Ok(happened) = wait(&fds, timeout) else { return hang_up(sink) };
        if happened[0] & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0 {
            // Our own end was dropped: the terminal has been given back.
            return;
        }
        if happened[0] & libc::POLLIN != 0 {
            let mut byte = [0; 64];
            use std::io::Read;
            let Ok(pipe) = woken.try_clone() else { return };
            let _ = std::fs::File::from(pipe).read(&mut byte);
            continue;
        }
        match happened.get(1).copied().unwrap_or(0) {
            0 if timeout.is_some_and(|timeout| asked.elapsed() >= timeout) => {
                if let Some(input) = parser.give_up() {
                    deliver(input, listeners);
                }
            }
            0 => {}
            _ => {
                fault::point("input");
                let mut buffer = [0; 4096];
                match device.read(&mut buffer) {
                    Ok(0) => return hang_up(sink),
                    Ok(count) => parser.push(&buffer[..count]),
                    Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                        // Hung up with nothing left to read.
                        if happened[1] & (libc::POLLHUP | libc::POLLERR | libc::POLLNVAL) != 0 {
                            return hang_up(sink);
                        }
                    }
                    Err(_) => return hang_up(sink),
                }
                while let Some(input) = parser.next() {
                    if !deliver(input, listeners) {
                        return;
                    }
                }
            }
        }
    }
}

fn deliver(input: Input, listeners: &Listeners<'_>) -> bool {
    listeners.sink.send(match input {
        Input::Well => {
            listeners.writer.answered();
            return true;
        }
        Input::Key(key) => TermMsg::Key(key),
        Input::Paste(text) => TermMsg::Paste(text),
        Input::Mouse(mouse) => TermMsg::Mouse(mouse),
        Input::Background(r, g, b) => TermMsg::Background(r, g, b),
    })
}

/// Tells the application, and ends the process if that does not end it.
pub(super) fn hang_up(sink: &Sink) {
    if GONE.swap(true, Ordering::SeqCst) {
        return;
    }
    sink.send(TermMsg::Signal(Signal::Hangup));
    let left = sink.left();
    let ended = std::thread::Builder::new().name("terminal-gone".into()).spawn(move || {
        std::thread::sleep(GRACE);
        if !left.load(Ordering::SeqCst) {
            // SAFETY: ends the process without running anything that could wait for a terminal that is gone.
            unsafe { libc::_exit(HUNG_UP) }
        }
    });
    drop(ended);
}
