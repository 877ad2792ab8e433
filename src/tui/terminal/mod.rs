//! The terminal as a device: modes, input, signals, output that never waits.
//!
//! [`Terminal::enter`] takes the screen and starts the threads; what they notice arrives as [`TermMsg`] through the
//! function it was given. [`Terminal::draw`] renders a frame and hands its bytes to the writer thread; while the previous
//! frame is still on its way it draws nothing and says [`Drawn::Busy`], and a [`TermMsg::Drained`] follows when it is
//! worth drawing again, so that a slow line sees the newest state and the loop never waits. Dropping it gives the
//! terminal back, whatever happened.

mod error;

pub use error::TerminalError;

use ratatui::Frame;
use ratatui::crossterm::event::{KeyEvent, MouseEvent};

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalOptions {
    /// Report the mouse; it takes text selection away from the terminal.
    pub mouse: bool,
    /// Draw dotted underlines as such (see [`crate::tui::theme::Underlines`]).
    pub dotted: bool,
}

/// The terminal, while it is ours.
pub struct Terminal {}

impl Terminal {
    /// Takes the terminal. `send` is called from several threads and must not wait; it returns false when nobody listens
    /// any more, which ends the threads.
    pub fn enter(
        options: TerminalOptions,
        send: impl Fn(TermMsg) -> bool + Send + Sync + 'static,
    ) -> Result<Self, TerminalError> {
        let _ = (options, send);
        Err(TerminalError::NoTerminal)
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        (80, 24)
    }

    /// Draws a frame, unless the one before is still on its way.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> std::io::Result<Drawn> {
        let _ = view;
        Ok(Drawn::Sent)
    }

    /// Forgets what is on the screen: the next frame is drawn whole (ctrl-L).
    pub fn redraw(&mut self) {}

    /// Sends bytes that are not part of a frame: a bell, OSC 52.
    pub fn send(&mut self, bytes: &[u8]) {
        let _ = bytes;
    }

    /// Turns mouse reports on or off.
    pub fn mouse(&mut self, on: bool) {
        let _ = on;
    }

    /// Gives the terminal back, stops the process group as ctrl-Z does, and takes it again when it goes on.
    pub fn suspend(&mut self) -> Result<(), TerminalError> {
        Ok(())
    }

    /// Sets the modes again and redraws, after a stop that was not ours.
    pub fn resume(&mut self) -> Result<(), TerminalError> {
        Ok(())
    }

    /// Gives the terminal back (as dropping does): then the caller may print again.
    pub fn leave(self) {}
}
