//! The terminal device: our own descriptor of it, its modes and its size.
//!
//! The device is opened anew, so that it can be made non-blocking without changing what the shell or a pipe sees, and so
//! that keys come from the terminal when stdin is data and pictures go to it when stdout is a pipe.

use std::ffi::CStr;
use std::fs::{File, OpenOptions};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::time::{Duration, Instant};

use super::TerminalError;

/// The device and the modes it had.
pub(super) struct Device {
    fd: OwnedFd,
    saved: libc::termios,
}

impl Device {
    /// Finds and opens the terminal; changes nothing.
    pub fn open() -> Result<Self, TerminalError> {
        let fd = open_device().ok_or(TerminalError::NoTerminal)?;
        let raw = fd.as_raw_fd();
        // SAFETY: plain system calls on a descriptor we own.
        let (owner, own) = unsafe { (libc::tcgetpgrp(raw), libc::getpgrp()) };
        if owner > 0 && owner != own {
            return Err(TerminalError::Background);
        }
        let mut saved = std::mem::MaybeUninit::<libc::termios>::uninit();
        // SAFETY: `saved` is filled when the call succeeds.
        let saved = unsafe {
            if libc::tcgetattr(raw, saved.as_mut_ptr()) != 0 {
                return Err(TerminalError::Io { what: "read its modes", source: io::Error::last_os_error() });
            }
            saved.assume_init()
        };
        Ok(Self { fd, saved })
    }

    /// Keys one by one, nothing echoed, nothing translated.
    pub fn raw(&self) -> io::Result<()> {
        let mut modes = self.saved;
        // SAFETY: `modes` is a valid termios.
        unsafe { libc::cfmakeraw(&mut modes) };
        self.set(&modes)
    }

    /// The modes it had.
    pub fn restore(&self) -> io::Result<()> {
        self.set(&self.saved)
    }

    fn set(&self, modes: &libc::termios) -> io::Result<()> {
        loop {
            // SAFETY: a valid descriptor and termios. Now, not after draining: a stuck line must not hold us.
            if unsafe { libc::tcsetattr(self.fd.as_raw_fd(), libc::TCSANOW, modes) } == 0 {
                return Ok(());
            }
            let error = io::Error::last_os_error();
            if error.kind() != io::ErrorKind::Interrupted {
                return Err(error);
            }
        }
    }

    /// Columns and rows; 80×24 when the terminal does not know.
    pub fn size(&self) -> (u16, u16) {
        // SAFETY: TIOCGWINSZ fills a winsize.
        let size = unsafe {
            let mut size: libc::winsize = std::mem::zeroed();
            if libc::ioctl(self.fd.as_raw_fd(), libc::TIOCGWINSZ, &mut size) != 0 {
                return (80, 24);
            }
            size
        };
        if size.ws_col == 0 || size.ws_row == 0 { (80, 24) } else { (size.ws_col, size.ws_row) }
    }

    /// Reads what is there. 0 means the terminal is gone; `WouldBlock` that nothing is there.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: the buffer is ours and as long as we say.
        let count = unsafe { libc::read(self.fd.as_raw_fd(), buffer.as_mut_ptr().cast(), buffer.len()) };
        usize::try_from(count).map_err(|_| io::Error::last_os_error())
    }

    /// Writes all of `bytes`, waiting as long as `go_on` allows; asked at least ten times a second.
    pub fn write_all(&self, mut bytes: &[u8], go_on: impl Fn() -> bool) -> io::Result<()> {
        while !bytes.is_empty() {
            // SAFETY: the slice is valid for the call.
            let count = unsafe { libc::write(self.fd.as_raw_fd(), bytes.as_ptr().cast(), bytes.len()) };
            if let Ok(count) = usize::try_from(count) {
                bytes = &bytes[count..];
                continue;
            }
            let error = io::Error::last_os_error();
            match error.kind() {
                io::ErrorKind::Interrupted => {}
                io::ErrorKind::WouldBlock => {
                    let ready = wait(&[(self.borrow(), libc::POLLOUT)], Some(Duration::from_millis(100)))?;
                    if ready[0] & (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) != 0 {
                        return Err(io::ErrorKind::BrokenPipe.into());
                    }
                }
                _ => return Err(error),
            }
            if !go_on() {
                return Err(io::ErrorKind::TimedOut.into());
            }
        }
        Ok(())
    }

    /// Writes `bytes`, giving up after `limit`.
    pub fn write_within(&self, bytes: &[u8], limit: Duration) -> io::Result<()> {
        let begin = Instant::now();
        self.write_all(bytes, || begin.elapsed() < limit)
    }

    /// The descriptor, for polling.
    pub fn borrow(&self) -> BorrowedFd<'_> {
        use std::os::fd::AsFd;
        self.fd.as_fd()
    }
}

/// What has happened on descriptors, after at most `timeout`: `revents` of each; all 0 after the timeout or a signal.
pub(super) fn wait(fds: &[(BorrowedFd<'_>, i16)], timeout: Option<Duration>) -> io::Result<Vec<i16>> {
    let entry = |(fd, events): &(BorrowedFd<'_>, i16)| libc::pollfd { fd: fd.as_raw_fd(), events: *events, revents: 0 };
    let mut polled: Vec<libc::pollfd> = fds.iter().map(entry).collect();
    let timeout = timeout.map_or(-1, |t| i32::try_from(t.as_millis()).unwrap_or(i32::MAX));
    // SAFETY: the array is ours and as long as we say.
    if unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, timeout) } < 0 {
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
        return Ok(vec![0; fds.len()]);
    }
    Ok(polled.iter().map(|p| p.revents).collect())
}

/// The terminal of stdin, stdout or stderr, by its name; else the controlling terminal; else, where the name leads
/// nowhere (containers), the descriptor itself.
fn open_device() -> Option<OwnedFd> {
    // SAFETY: isatty and ttyname_r on the standard descriptors, with a buffer of ours.
    let standard = (0..=2).find(|&fd| unsafe { libc::isatty(fd) } == 1);
    let named = standard.and_then(|fd| {
        let mut name = [0; 256];
        if unsafe { libc::ttyname_r(fd, name.as_mut_ptr(), name.len()) } != 0 {
            return None;
        }
        let name = unsafe { CStr::from_ptr(name.as_ptr()) };
        open(name.to_str().ok()?).ok()
    });
    let file = named.or_else(|| open("/dev/tty").ok());
    if let Some(file) = file {
        return Some(file.into());
    }
    // SAFETY: the standard descriptor is open, as isatty said; the copy is ours.
    unsafe { BorrowedFd::borrow_raw(standard?) }.try_clone_to_owned().ok()
}

fn open(path: &str) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).custom_flags(libc::O_NOCTTY | libc::O_NONBLOCK).open(path)
}
