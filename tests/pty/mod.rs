//! A pseudo-terminal with a person's eyes: start a program in it, press keys, wait for what should be on the screen.
//!
//! Used by every test that needs the real thing: `mod pty;` in the test file, then
//! `let mut screen = Start::new(env!("CARGO_BIN_EXE_gleaner")).args(["demo"]).spawn();`, `screen.wait_for("Annotate")`.
//! All waits have a limit (10 s, times `GLEANER_TEST_PATIENCE`) and fail with a picture of the screen.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::fs::File;
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// How a program is started.
pub struct Start {
    command: CommandBuilder,
    size: (u16, u16),
}

impl Start {
    /// The program, in an environment with nothing of ours but PATH, in an 80×24 `xterm-256color`.
    pub fn new(program: impl AsRef<Path>) -> Self {
        let mut command = CommandBuilder::new(program.as_ref());
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(std::env::current_dir().unwrap());
        Self { command, size: (80, 24) }
    }

    /// With arguments.
    pub fn args<S: AsRef<std::ffi::OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    /// With a variable of the environment.
    pub fn env(mut self, name: &str, value: impl AsRef<std::ffi::OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// In a folder.
    pub fn dir(mut self, dir: impl AsRef<Path>) -> Self {
        self.command.cwd(dir.as_ref());
        self
    }

    /// In a terminal of so many columns and rows.
    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Starts it.
    pub fn spawn(self) -> Screen {
        let (cols, rows) = self.size;
        let pair = native_pty_system().openpty(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
        let fd = pair.master.as_raw_fd().unwrap();
        let modes = modes(fd);
        let child = pair.slave.spawn_command(self.command).unwrap();
        drop(pair.slave);
        // Our own copies: the writer of the library would type an end-of-file when dropped.
        let copy = || File::from(unsafe { BorrowedFd::borrow_raw(fd) }.try_clone_to_owned().unwrap());
        let seen = Arc::new(Mutex::new(Seen::new(cols, rows)));
        let flow = Arc::new(Flow::default());
        let reader = {
            let (seen, flow, tty) = (Arc::clone(&seen), Arc::clone(&flow), copy());
            std::thread::spawn(move || read(tty, &seen, &flow))
        };
        Screen { child, keys: Some(copy()), master: Some(pair.master), modes, seen, flow, reader: Some(reader) }
    }
}

/// What came out of the program.
struct Seen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    last: Instant,
    closed: bool,
}

impl Seen {
    fn new(columns: u16, rows: u16) -> Self {
        let size = |n| NonZeroU16::new(n).unwrap();
        let parser = vt100::Parser::new(size(rows), size(columns), 0);
        Self { parser, raw: Vec::new(), last: Instant::now(), closed: false }
    }
}

/// How fast the terminal takes what is sent.
#[derive(Default)]
struct Flow {
    stop: AtomicBool,
    stalled: AtomicBool,
    /// Does not answer questions, as no terminal does.
    mute: AtomicBool,
    /// 0: as fast as it comes.
    bytes_per_second: AtomicU64,
}

fn read(mut tty: File, seen: &Mutex<Seen>, flow: &Flow) {
    let mut buffer = [0; 65_536];
    let mut answered = 0;
    while !flow.stop.load(Ordering::SeqCst) {
        if flow.stalled.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(10));
            continue;
        }
        let mut polled = libc::pollfd { fd: tty.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        if unsafe { libc::poll(&mut polled, 1, 20) } <= 0 {
            continue;
        }
        let speed = flow.bytes_per_second.load(Ordering::SeqCst);
        let take = if speed == 0 { buffer.len() } else { (speed / 50).max(1) as usize };
        match tty.read(&mut buffer[..take]) {
            Ok(0) | Err(_) => break,
            Ok(count) => {
                let mut seen = seen.lock().unwrap();
                seen.parser.process(&buffer[..count]);
                seen.raw.extend_from_slice(&buffer[..count]);
                seen.last = Instant::now();
                // "Are you well?" is the one question every terminal answers.
                let questions = seen.raw.windows(4).skip(answered).filter(|w| w == b"\x1b[5n").count();
                answered = seen.raw.len().saturating_sub(3);
                drop(seen);
                if questions > 0 && !flow.mute.load(Ordering::SeqCst) {
                    let _ = tty.write_all(b"\x1b[0n".repeat(questions).as_slice());
                }
                if speed > 0 {
                    std::thread::sleep(Duration::from_secs_f64(count as f64 / speed as f64));
                }
            }
        }
    }
    seen.lock().unwrap().closed = true;
}

/// A running program and its screen.
pub struct Screen {
    child: Box<dyn Child + Send + Sync>,
    keys: Option<File>,
    master: Option<Box<dyn MasterPty + Send>>,
    /// The modes of the line before anybody changed them.
    modes: Modes,
    seen: Arc<Mutex<Seen>>,
    flow: Arc<Flow>,
    reader: Option<JoinHandle<()>>,
}

/// Input, output, control and local modes of a line, and what its control characters are.
type Modes = ([libc::tcflag_t; 4], [libc::cc_t; libc::NCCS]);

fn modes(fd: i32) -> Modes {
    let mut modes = std::mem::MaybeUninit::<libc::termios>::uninit();
    assert_eq!(unsafe { libc::tcgetattr(fd, modes.as_mut_ptr()) }, 0);
    let modes = unsafe { modes.assume_init() };
    ([modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag], modes.c_cc)
}

/// How a cell looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    pub text: String,
    pub fg: vt100::Color,
    pub bg: vt100::Color,
    pub bold: bool,
    pub underline: bool,
    pub inverse: bool,
}

impl Screen {
    /// Presses keys, sent as they are: `"\r"` is Enter, `"\x1b"` Escape, see [`keys`].
    pub fn send(&mut self, keys: impl AsRef<[u8]>) {
        let _ = self.keys.as_mut().expect("hung up").write_all(keys.as_ref());
    }

    /// Pastes a text, marked as terminals do.
    pub fn paste(&mut self, text: &str) {
        self.send(format!("\x1b[200~{text}\x1b[201~"));
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("'{text}' to appear"), |screen| screen.contents().contains(text));
    }

    /// Waits until `text` is not on the screen.
    #[track_caller]
    pub fn wait_gone(&self, text: &str) {
        self.wait_until(&format!("'{text}' to go"), |screen| !screen.contents().contains(text));
    }

    /// Waits until something holds of the screen.
    #[track_caller]
    pub fn wait_until(&self, what: &str, holds: impl Fn(&vt100::Screen) -> bool) {
        self.wait(what, || self.ask(&holds));
    }

    /// Waits until something holds; it may look at anything.
    #[track_caller]
    pub fn wait(&self, what: &str, holds: impl Fn() -> bool) {
        let begin = Instant::now();
        while !holds() {
            if begin.elapsed() > patience() {
                panic!("waited {:?} for {what}; the screen is\n{}", begin.elapsed(), self.picture());
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Waits until nothing has come for `quiet`.
    #[track_caller]
    pub fn wait_quiet(&self, quiet: Duration) {
        let begin = Instant::now();
        while self.seen.lock().unwrap().last.elapsed() < quiet {
            assert!(begin.elapsed() < patience(), "the program never stops writing; the screen is\n{}", self.picture());
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// The text of the screen, rows without trailing blanks.
    pub fn contents(&self) -> String {
        self.seen.lock().unwrap().parser.screen().contents()
    }

    /// The screen between lines and the last bytes, for messages.
    pub fn picture(&self) -> String {
        let columns = self.size().0;
        let line = "─".repeat(usize::from(columns));
        let seen = self.seen.lock().unwrap();
        let rows: Vec<String> = seen.parser.screen().rows(0, columns).collect();
        let last = String::from_utf8_lossy(&seen.raw[seen.raw.len().saturating_sub(160)..]).into_owned();
        format!("{line}\n{}\n{line}\nand the last bytes were {last:?}", rows.join("\n"))
    }

    /// Where `text` begins: column, row.
    pub fn find(&self, text: &str) -> Option<(u16, u16)> {
        let (columns, rows) = self.size();
        let seen = self.seen.lock().unwrap();
        let screen = seen.parser.screen();
        for row in 0..rows {
            let cells = (0..columns).map(|column| {
                screen.cell(row, column).map_or(" ", |c| match c.contents() {
                    "" if c.is_wide_continuation() => "",
                    "" => " ",
                    text => text,
                })
            });
            let cells: Vec<&str> = cells.collect();
            for column in 0..cells.len() {
                if !cells[column].is_empty() && cells[column..].concat().starts_with(text) {
                    return Some((column as u16, row));
                }
            }
        }
        None
    }

    /// How the cell at a column and row looks.
    #[track_caller]
    pub fn look(&self, column: u16, row: u16) -> Look {
        let seen = self.seen.lock().unwrap();
        let cell = seen.parser.screen().cell(row, column).expect("a cell inside the screen");
        Look {
            text: cell.contents().to_owned(),
            fg: cell.fgcolor(),
            bg: cell.bgcolor(),
            bold: cell.bold(),
            underline: cell.underline(),
            inverse: cell.inverse(),
        }
    }

    /// How the first cell of `text` looks.
    #[track_caller]
    pub fn look_of(&self, text: &str) -> Look {
        let (column, row) = self.find(text).unwrap_or_else(|| panic!("no '{text}' on\n{}", self.picture()));
        self.look(column, row)
    }

    /// Asks something of the emulator: modes, cursor.
    pub fn ask<T>(&self, question: impl Fn(&vt100::Screen) -> T) -> T {
        question(self.seen.lock().unwrap().parser.screen())
    }

    /// Columns and rows.
    pub fn size(&self) -> (u16, u16) {
        let (rows, columns) = self.seen.lock().unwrap().parser.screen().size();
        (columns.get(), rows.get())
    }

    /// Changes the size of the terminal.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let nonzero = |n| NonZeroU16::new(n).unwrap();
        self.seen.lock().unwrap().parser.screen_mut().set_size(nonzero(rows), nonzero(columns));
        self.master.as_ref().expect("hung up").resize(size).unwrap();
    }

    /// Bytes received so far.
    pub fn received(&self) -> usize {
        self.seen.lock().unwrap().raw.len()
    }

    /// Everything received so far.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.lock().unwrap().raw.clone()
    }

    /// When the last byte came.
    pub fn last_byte(&self) -> Instant {
        self.seen.lock().unwrap().last
    }

    /// Takes bytes no faster than this; 0 takes the limit away.
    pub fn slow(&self, bytes_per_second: u64) {
        self.flow.bytes_per_second.store(bytes_per_second, Ordering::SeqCst);
    }

    /// Takes nothing at all, or goes on.
    pub fn stall(&self, stalled: bool) {
        self.flow.stalled.store(stalled, Ordering::SeqCst);
    }

    /// Answers no question any more.
    pub fn mute(&self) {
        self.flow.mute.store(true, Ordering::SeqCst);
    }

    /// The terminal is as it was before anybody held it: main screen, plain reports, a cursor, the modes of the line.
    #[track_caller]
    pub fn assert_given_back(&self) {
        self.ask(|s| {
            assert!(!s.alternate_screen(), "still on the alternate screen");
            assert!(!s.bracketed_paste(), "pastes are still marked");
            assert!(!s.hide_cursor(), "the cursor is still hidden");
            assert_eq!(s.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        });
        let fd = self.master.as_ref().expect("hung up").as_raw_fd().unwrap();
        assert_eq!(modes(fd), self.modes, "the line is not as it was");
    }

    /// What is on the screen is what the program shows: drawing all of it anew changes nothing.
    #[track_caller]
    pub fn assert_current(&mut self) {
        // The first key takes away what passes by itself; what is being computed moves.
        self.draw_anew();
        self.wait_gone("suggesting");
        self.wait_quiet(Duration::from_millis(150));
        let before = self.contents();
        self.draw_anew();
        let after = self.contents();
        assert!(before == after, "the screen was not current; it showed\n{before}\nand should have shown\n{after}");
    }

    #[track_caller]
    fn draw_anew(&mut self) {
        let received = self.received();
        self.send(keys::CTRL_L);
        self.wait("everything to be drawn anew", || self.has_come(b"\x1b[2J", received));
        self.wait_quiet(Duration::from_millis(150));
    }

    /// Holds a key: so many of it, as fast as keyboards repeat.
    pub fn hold(&mut self, key: &str, times: usize) {
        for _ in 0..times {
            self.send(key);
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    /// Number of the process.
    pub fn pid(&self) -> i32 {
        self.child.process_id().expect("a process") as i32
    }

    /// Sends a signal to the process.
    pub fn signal(&self, signal: i32) {
        unsafe { libc::kill(self.pid(), signal) };
    }

    /// True while the process runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Waits for the end, and gives the exit code.
    #[track_caller]
    pub fn wait_exit(&mut self) -> u32 {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                // What was written last may still be on its way.
                std::thread::sleep(Duration::from_millis(60));
                return status.exit_code();
            }
            if begin.elapsed() > patience() {
                panic!("waited {:?} for the end; the screen is\n{}", begin.elapsed(), self.picture());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends the process as nothing can catch.
    pub fn kill(&mut self) {
        self.signal(libc::SIGKILL);
        let _ = self.child.wait();
    }

    /// Everything the program, which has ended, had still written: nothing more will come.
    #[track_caller]
    pub fn wait_closed(&self) {
        self.wait("the terminal to be given up", || self.seen.lock().unwrap().closed);
    }

    /// Whether `bytes` have come after the first `from` ones.
    pub fn has_come(&self, bytes: &[u8], from: usize) -> bool {
        self.seen.lock().unwrap().raw[from..].windows(bytes.len()).any(|w| w == bytes)
    }

    /// Takes the terminal away, as a lost connection does.
    pub fn hang_up(&mut self) {
        self.flow.stop.store(true, Ordering::SeqCst);
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        self.keys = None;
        self.master = None;
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        if self.runs() {
            self.kill();
        }
        self.flow.stop.store(true, Ordering::SeqCst);
    }
}

/// The process that a process has started, once there is one.
#[track_caller]
pub fn child_of(screen: &Screen) -> i32 {
    let pid = screen.pid();
    let child = || std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).ok()?.trim().parse().ok();
    screen.wait("the program to be a child of its shell", || child().is_some());
    child().unwrap()
}

/// True while there is a process of this number that has not ended.
pub fn lives(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !matches!(stat.rsplit(')').next().unwrap_or_default().trim().chars().next(), None | Some('Z' | 'X'))
}

/// Hundredths of a second of processor time; 0 where there is no /proc.
pub fn cpu_ticks(pid: i32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum()
}

/// How long anything may take; `GLEANER_TEST_PATIENCE=5` for slow machines.
pub fn patience() -> Duration {
    let factor = std::env::var("GLEANER_TEST_PATIENCE").ok().and_then(|f| f.parse().ok()).unwrap_or(1.0);
    Duration::from_secs_f64(10.0 * factor)
}

/// Keys that have no character.
pub mod keys {
    pub const ENTER: &str = "\r";
    pub const ESC: &str = "\x1b";
    pub const TAB: &str = "\t";
    pub const BACK_TAB: &str = "\x1b[Z";
    pub const BACKSPACE: &str = "\x7f";
    pub const UP: &str = "\x1b[A";
    pub const DOWN: &str = "\x1b[B";
    pub const RIGHT: &str = "\x1b[C";
    pub const LEFT: &str = "\x1b[D";
    pub const PAGE_UP: &str = "\x1b[5~";
    pub const PAGE_DOWN: &str = "\x1b[6~";
    pub const HOME: &str = "\x1b[H";
    pub const END: &str = "\x1b[F";
    pub const CTRL_C: &str = "\x03";
    pub const CTRL_L: &str = "\x0c";
    pub const CTRL_R: &str = "\x12";
    pub const CTRL_Z: &str = "\x1a";
}
