//! The terminal as a device: modes, input, signals, output that never waits.
//!
//! [`Terminal::enter`] takes the screen and starts the threads; what they notice arrives as [`TermMsg`] through the
//! function it was given. [`Terminal::draw`] renders a frame and hands its bytes to the writer thread; while the previous
//! frame is still on its way it draws nothing and says [`Drawn::Busy`], and a [`TermMsg::Drained`] follows when it is
//! worth drawing again, so that a slow line sees the newest state and the loop never waits. Dropping it gives the
//! terminal back, whatever happened.

mod clipboard;
mod device;
mod error;
mod flow;
mod frame;
mod input;
mod keys;
mod restore;
mod signals;
mod writer;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

pub use clipboard::COPY_MOST;
use device::Device;
pub use error::TerminalError;
use frame::FrameBytes;
use input::InputThread;
use writer::Writer;

/// What the terminal says to the application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermMsg {
    /// A key was pressed (or repeats).
    Key(KeyEvent),
    /// Text was pasted.
    Paste(String),
    /// The screen has a new size: columns, rows.
    Resize(u16, u16),
    /// The mouse, when it was asked for.
    Mouse(MouseEvent),
    /// The background colour, when it was asked for and the terminal answered.
    Background(u8, u8, u8),
    /// A signal arrived.
    Signal(Signal),
    /// The frame before is out and a draw was turned away meanwhile: draw now.
    Drained,
    /// A thread other than the one that drew panicked; the message and the place.
    Panicked(String),
}

/// The signals an application cares about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// SIGINT from outside (ctrl-C is a key).
    Interrupt,
    /// SIGTERM: finish now.
    Terminate,
    /// SIGHUP or a terminal that is gone: finish now; the process ends by itself a moment later.
    Hangup,
    /// SIGTSTP from outside: call [`Terminal::suspend`].
    Suspend,
    /// SIGCONT after a stop that was not ours: call [`Terminal::resume`].
    Continue,
}

/// What became of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawn {
    /// On its way (or nothing had changed, and nothing was sent).
    Sent,
    /// The one before is not out yet; nothing was drawn. [`TermMsg::Drained`] follows.
    Busy,
}

/// What to ask of the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Report the mouse; it takes text selection away from the terminal.
    pub mouse: bool,
    /// Draw dotted underlines as such (see [`crate::tui::theme::Underlines`]).
    pub dotted: bool,
    /// Draw our own marks in ASCII (see [`crate::tui::theme::Theme::ascii`]).
    pub ascii: bool,
    /// Ask for the background colour; the answer, if any, comes as [`TermMsg::Background`].
    pub ask_background: bool,
}

/// Where the threads send what they notice.
struct Sink {
    send: Box<dyn Fn(TermMsg) -> bool + Send + Sync>,
    device: Arc<Device>,
    /// The terminal has been given back.
    left: Arc<AtomicBool>,
}

impl Sink {
    fn send(&self, message: TermMsg) -> bool {
        !self.has_left() && (self.send)(message)
    }

    fn has_left(&self) -> bool {
        self.left.load(Ordering::SeqCst)
    }

    fn size(&self) -> (u16, u16) {
        self.device.size()
    }

    fn left(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.left)
    }
}

/// How long leaving waits for the last frame.
const LAST_FRAME: Duration = Duration::from_millis(300);

/// How long leaving waits for the terminal's last answer.
const LAST_ANSWER: Duration = Duration::from_millis(700);

/// Asks for the background colour (OSC 11).
const ASK_BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";

/// The terminal, while it is ours.
pub struct Terminal {
    device: Arc<Device>,
    screen: ratatui::Terminal<FrameBytes>,
    writer: Writer,
    input: InputThread,
    sink: Arc<Sink>,
    mouse: bool,
    /// How often the process had been continued when it was taken; the signal that ended our own stop is no news then.
    continued: u64,
    given: bool,
}

/// Whether there is a terminal to take, and its columns and rows. Nothing of it is changed.
///
/// # Errors
/// As [`Terminal::enter`], when there is none or it is not ours.
pub fn probe() -> Result<(u16, u16), TerminalError> {
    Device::open().map(|device| device.size())
}

impl Terminal {
    /// Takes the terminal. `send` is called from several threads and must not wait; it returns false when nobody listens
    /// any more, which ends the threads.
    pub fn enter(
        options: TerminalOptions,
        send: impl Fn(TermMsg) -> bool + Send + Sync + 'static,
    ) -> Result<Self, TerminalError> {
        let device = Arc::new(Device::open()?);
        let left = Arc::new(AtomicBool::new(false));
        let sink = Arc::new(Sink { send: Box::new(send), device: Arc::clone(&device), left });
        let io = |what| move |source| TerminalError::Io { what, source };
        let screen = ratatui::Terminal::new(FrameBytes::new(device.size(), options)).map_err(io("tell its size"))?;
        signals::listen(&sink).map_err(io("pass signals on"))?;
        restore::guard(&device, &sink);
        let writer = Writer::start(Arc::clone(&device), Arc::clone(&sink)).map_err(io("start the writing thread"))?;
        let input = InputThread::start(Arc::clone(&device), Arc::clone(&sink), writer.shared())
            .map_err(io("start the reading thread"))?;
        let mouse = options.mouse;
        let mut terminal = Self { device, screen, writer, input, sink, mouse, continued: 0, given: false };
        terminal.take()?;
        if options.ask_background {
            terminal.writer.send(ASK_BACKGROUND);
        }
        Ok(terminal)
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        self.device.size()
    }

    /// Draws a frame of `size`, columns and rows, unless the one before is still on its way. The caller says the size, so
    /// that it is the one the frame was laid out for.
    pub fn draw(&mut self, size: (u16, u16), view: impl FnOnce(&mut Frame<'_>)) -> io::Result<Drawn> {
        if !self.writer.is_free() {
            return Ok(Drawn::Busy);
        }
        self.screen.backend_mut().resize(size);
        self.screen.draw(view)?;
        self.writer.send_frame(self.screen.backend_mut().take());
        Ok(Drawn::Sent)
    }

    /// Forgets what is on the screen: the next frame is drawn whole (ctrl-L).
    pub fn redraw(&mut self) {
        // Only bytes in memory are written, which cannot fail.
        let _ = self.screen.clear();
    }

    /// Sends bytes that are not part of a frame: a bell, OSC 52. They go out after the frame under way.
    pub fn send(&mut self, bytes: &[u8]) {
        self.writer.send(bytes);
    }

    /// Puts text into the clipboard of whoever sits at the terminal, if the terminal lets us.
    pub fn copy(&mut self, text: &str) {
        let tmux = std::env::var_os("TMUX").is_some_and(|v| !v.is_empty());
        self.writer.send(&clipboard::sequence(text, tmux));
    }

    /// Turns mouse reports on or off.
    pub fn mouse(&mut self, on: bool) {
        self.mouse = on;
        self.writer.send(if on { restore::MOUSE_ON } else { restore::MOUSE_OFF });
    }

    /// Gives the terminal back for a while, to an editor or a pager, keys included; [`Terminal::retake`] takes it again.
    pub fn release(&mut self) {
        self.finish_writing();
        self.input.pause(true);
        restore::give_back(&self.device);
        self.given = true;
    }

    /// Takes the terminal again after [`Terminal::release`]; the next frame is drawn whole.
    pub fn retake(&mut self) -> Result<(), TerminalError> {
        self.take()?;
        self.input.pause(false);
        // It may have been resized meanwhile, and nobody told us.
        let (columns, rows) = self.device.size();
        self.sink.send(TermMsg::Resize(columns, rows));
        Ok(())
    }

    /// False when nobody could continue us: the terminal was opened for us alone, and there is no shell in it.
    pub fn can_suspend(&self) -> bool {
        // SAFETY: plain system calls.
        unsafe { libc::getsid(0) != libc::getpid() }
    }

    /// Gives the terminal back, stops the process group as ctrl-Z does, and takes it again when it goes on. Does nothing
    /// where [`Terminal::can_suspend`] is false.
    pub fn suspend(&mut self) -> Result<(), TerminalError> {
        if !self.can_suspend() {
            return Ok(());
        }
        self.release();
        signals::stop_group();
        // Here the group goes on. In the background, setting modes stops us again until we are in front.
        self.retake()
    }

    /// Sets the modes again and redraws, after a stop that was not ours ([`Signal::Continue`]).
    pub fn resume(&mut self) -> Result<(), TerminalError> {
        // The signal also follows our own stop, after which everything has been set, and a hang-up.
        if self.continued == signals::continued() || input::GONE.load(Ordering::SeqCst) {
            return Ok(());
        }
        self.take()
    }

    /// Gives the terminal back (as dropping does): then the caller may print again.
    pub fn leave(self) {}

    /// Lets the last frame and the answers to it come through, or drops it if that takes long.
    fn finish_writing(&self) {
        if self.writer.drain(LAST_FRAME) {
            self.writer.settle(LAST_ANSWER);
        } else {
            self.writer.discard();
        }
    }

    fn take(&mut self) -> Result<(), TerminalError> {
        self.device.raw().map_err(|source| TerminalError::Io { what: "switch to raw mode", source })?;
        self.given = false;
        self.continued = signals::continued();
        self.screen.backend_mut().forget();
        self.writer.send(restore::TAKE);
        if self.mouse {
            self.writer.send(restore::MOUSE_ON);
        }
        self.redraw();
        Ok(())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A panic has given it back already, and its message must stay to be read.
        let given = self.sink.left.load(Ordering::SeqCst) || self.given;
        if given {
            self.writer.discard();
        } else {
            self.finish_writing();
        }
        self.sink.left.store(true, Ordering::SeqCst);
        restore::unguard();
        signals::ignore();
        if !given {
            restore::give_back(&self.device);
        }
    }
}
