//! A program in a pseudo-terminal, and the moments its frames arrive.
//!
//! Every frame ends with the mark of a synchronized update (`CSI ? 2026 l`), so the last byte of a frame is known when it
//! is read, without waiting whether more comes. A key is pressed only after the terminal has been quiet for [`QUIET`]:
//! the next frame is then that key's. Asked whether it is well (`CSI 5 n`), the terminal answers at once, as real ones do.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context;

const FRAME_END: &[u8] = b"\x1b[?2026l";
const QUESTION: &[u8] = b"\x1b[5n";
const ANSWER: &[u8] = b"\x1b[0n";
/// Nothing for so long is quiet; more than the least time between frames.
pub(super) const QUIET: Duration = Duration::from_millis(12);
/// A key that has drawn nothing by then draws nothing.
const PATIENCE: Duration = Duration::from_secs(3);
const ROWS: u16 = 24;
const COLUMNS: u16 = 80;

/// What a key brought.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    /// From the key to the last byte of its frame.
    pub took: Duration,
    /// Bytes of the frame.
    pub bytes: usize,
}

/// A running program.
pub(super) struct Terminal {
    tty: File,
    child: Child,
    /// The end of what was read, in which a mark may be half.
    tail: Vec<u8>,
    received: usize,
    frames: usize,
}

impl Terminal {
    /// Starts `command` in a terminal of 80 by 24.
    pub fn spawn(command: &mut Command) -> anyhow::Result<Self> {
        let (master, slave) = open().context("no pseudo-terminal can be had")?;
        let end = || slave.try_clone().map(Stdio::from);
        command.stdin(end()?).stdout(end()?).stderr(end()?).env("TERM", "xterm-256color");
        // SAFETY: only calls that are allowed between fork and exec.
        unsafe {
            command.pre_exec(|| {
                let failed = libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY, 0) < 0;
                if failed { Err(std::io::Error::last_os_error()) } else { Ok(()) }
            });
        }
        let child = command.spawn().context("the program cannot be started")?;
        Ok(Self { tty: File::from(master), child, tail: Vec::new(), received: 0, frames: 0 })
    }

    /// Bytes received so far.
    pub fn received(&self) -> usize {
        self.received
    }

    /// Number of the process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first frame.
    pub fn first_frame(&mut self) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.frames == 0 {
            anyhow::ensure!(begin.elapsed() < Duration::from_secs(60), "no frame came in a minute");
            self.read(Duration::from_millis(100))?;
        }
        Ok(())
    }

    /// Presses keys that count as one; `None` when nothing was drawn for them.
    pub fn press(&mut self, keys: &[u8]) -> anyhow::Result<Option<Frame>> {
        self.quiet(QUIET)?;
        let (frames, received, begin) = (self.frames, self.received, Instant::now());
        self.tty.write_all(keys).context("the program does not read its keys")?;
        while self.frames == frames {
            let left = PATIENCE.saturating_sub(begin.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            self.read(left)?;
        }
        Ok(Some(Frame { took: begin.elapsed(), bytes: self.received - received }))
    }

    /// Reads until nothing has come for `quiet`.
    pub fn quiet(&mut self, quiet: Duration) -> anyhow::Result<()> {
        let begin = Instant::now();
        while self.read(quiet)? {
            anyhow::ensure!(begin.elapsed() < Duration::from_secs(120), "the program never stops drawing");
        }
        Ok(())
    }

    /// Reads for so long, whatever comes.
    pub fn watch(&mut self, time: Duration) -> anyhow::Result<()> {
        let end = Instant::now() + time;
        while Instant::now() < end {
            self.read(end.saturating_duration_since(Instant::now()))?;
        }
        Ok(())
    }

    /// Waits for output and takes it; false when none came.
    fn read(&mut self, limit: Duration) -> anyhow::Result<bool> {
        let mut polled = libc::pollfd { fd: self.tty.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let limit = limit.as_millis().clamp(1, 60_000) as libc::c_int;
        // SAFETY: one valid pollfd.
        if unsafe { libc::poll(&mut polled, 1, limit) } <= 0 {
            return Ok(false);
        }
        let mut buffer = [0; 65_536];
        let count = self.tty.read(&mut buffer).unwrap_or(0);
        anyhow::ensure!(count > 0, "the program ended: {:?}", self.child.wait()?);
        self.received += count;
        self.tail.extend_from_slice(&buffer[..count]);
        self.frames += count_marks(&self.tail, FRAME_END);
        let questions = count_marks(&self.tail, QUESTION);
        let keep = unfinished(&self.tail);
        self.tail.drain(..self.tail.len() - keep);
        self.tty.write_all(&ANSWER.repeat(questions))?;
        Ok(true)
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It saves what it has and goes; a second word if it does not.
        for signal in [libc::SIGTERM, libc::SIGKILL] {
            // SAFETY: our own child, not yet waited for.
            unsafe { libc::kill(self.child.id() as libc::pid_t, signal) };
            for _ in 0..200 {
                if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                    return;
                }
                let _ = self.read(Duration::from_millis(10));
            }
        }
    }
}

fn count_marks(bytes: &[u8], mark: &[u8]) -> usize {
    bytes.windows(mark.len()).filter(|window| *window == mark).count()
}

/// Length of the beginning of a mark that `bytes` end with.
fn unfinished(bytes: &[u8]) -> usize {
    let begins = |n: usize| [FRAME_END, QUESTION].iter().any(|mark| n < mark.len() && bytes.ends_with(&mark[..n]));
    (1..FRAME_END.len()).rev().find(|&n| n <= bytes.len() && begins(n)).unwrap_or(0)
}

fn open() -> std::io::Result<(OwnedFd, OwnedFd)> {
    let size = libc::winsize { ws_row: ROWS, ws_col: COLUMNS, ws_xpixel: 0, ws_ypixel: 0 };
    let (mut master, mut slave) = (0, 0);
    // SAFETY: valid places for both ends; a name and modes are not asked for.
    let failed = unsafe { libc::openpty(&mut master, &mut slave, std::ptr::null_mut(), std::ptr::null(), &size) } != 0;
    if failed {
        return Err(std::io::Error::last_os_error());
    }
    // SAFETY: both are open and nobody else's; programs started later do not get them.
    unsafe {
        libc::fcntl(master, libc::F_SETFD, libc::FD_CLOEXEC);
        libc::fcntl(slave, libc::F_SETFD, libc::FD_CLOEXEC);
        Ok((OwnedFd::from_raw_fd(master), OwnedFd::from_raw_fd(slave)))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_frame_is_counted_to_its_mark() {
        const PROGRAM: &str = r"stty raw -echo; printf '\033[?2026l'; dd bs=1 count=1 >/dev/null 2>&1
            printf 'frame\033[?20'; printf '26l'; cat";
        let mut terminal = Terminal::spawn(Command::new("/bin/sh").args(["-c", PROGRAM])).unwrap();
        terminal.first_frame().unwrap();
        assert_eq!(terminal.press(b"x").unwrap().map(|frame| frame.bytes), Some("frame".len() + FRAME_END.len()));
    }

    #[test]
    fn a_mark_cut_in_two_is_kept_for_the_next_read() {
        assert_eq!(unfinished(b"abc\x1b[?20"), 5);
        assert_eq!(unfinished(b"abc\x1b[5"), 3);
        assert_eq!(unfinished(b"abc\x1b[?2026l"), 0);
        assert_eq!(unfinished(b"\x1b"), 1);
        assert_eq!(count_marks(b"\x1b[?2026l..\x1b[?2026l", FRAME_END), 2);
    }
}
