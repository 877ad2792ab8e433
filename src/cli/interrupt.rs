//! Ctrl-C while a command runs: asked for between steps, so that nothing is left half done. A second one ends at once.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

/// A file that may grow no more (`ulimit -f`, a quota) is an error to be said, not a reason to be killed on the spot.
pub(crate) fn outlive_file_limits() {
    // SAFETY: sets a disposition before any thread runs.
    #[cfg(unix)]
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

/// Whether the person (or the system) asked this command to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM] {
            flag::register_conditional_shutdown(signal, 130, Arc::clone(&asked))?;
            flag::register(signal, Arc::clone(&asked))?;
        }
        Ok(Self(asked))
    }

    /// True once a stop was asked for.
    pub(crate) fn asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Standard input that ends when a stop is asked for, instead of waiting for somebody to write.
    pub(crate) fn stdin(&self) -> InterruptibleStdin {
        InterruptibleStdin(self.clone())
    }

    /// The flag itself, for work that looks at it on its own.
    pub(crate) fn flag(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0)
    }
}

/// See [`Interrupt::stdin`].
pub(crate) struct InterruptibleStdin(Interrupt);

impl Read for InterruptibleStdin {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !self.0.asked() {
            if readable_soon() {
                return io::stdin().read(buffer);
            }
        }
        Ok(0)
    }
}

/// Waits a moment for standard input; true when reading it will not wait (bytes, the end, or an error).
#[cfg(unix)]
fn readable_soon() -> bool {
    let mut stdin = libc::pollfd { fd: libc::STDIN_FILENO, events: libc::POLLIN, revents: 0 };
    // SAFETY: one valid `pollfd`, as the count says.
    let ready = unsafe { libc::poll(&mut stdin, 1, 100) };
    ready > 0 || (ready < 0 && io::Error::last_os_error().kind() != io::ErrorKind::Interrupted)
}

#[cfg(not(unix))]
fn readable_soon() -> bool {
    true
}
