//! What is pressed, and how each kind of key is measured.

use std::time::Duration;

use anyhow::Context;

use super::Measured;
use super::pty::{QUIET, Terminal};
use super::report::Times;
use crate::tui::commands;
use crate::tui::key::{Code, Key, Named};
use crate::tui::keymap::{Keymap, Mode};

pub(super) const MOVE: &str = "cursor move";
pub(super) const ACCEPT: &str = "accept";

/// A program that has drawn its first document.
pub(super) struct Session {
    pub terminal: Terminal,
    keys: usize,
    /// There are other documents.
    many: bool,
    keymap: Keymap,
}

impl Session {
    /// Waits for the first document, and until what the opening said is gone.
    pub fn begin(mut terminal: Terminal, keys: usize, many: bool) -> anyhow::Result<Self> {
        terminal.first_frame()?;
        terminal.quiet(Duration::from_millis(300))?;
        Ok(Self { terminal, keys, many, keymap: Keymap::embedded() })
    }

    /// Every kind of key that needs no suggestions.
    pub fn all(&mut self) -> anyhow::Result<Measured> {
        let mut measured = Vec::new();
        let annotate = Mode::Annotate;
        if self.many {
            // From the same place, wherever the session before has ended.
            self.press(annotate, "show_documents")?;
            self.press(Mode::Documents, "select_first")?;
            self.press(Mode::Documents, "open_document")?;
        }
        // To and fro in one place, so that the text is long enough for any number of keys.
        measured.push((MOVE, self.times(self.keys, annotate, &to_and_fro("move_right", "move_left", 12))?));
        measured.push(("row down, up", self.times(self.keys, annotate, &to_and_fro("move_down", "move_up", 2))?));
        if !self.many {
            let pages = to_and_fro("page_down_text", "page_up_text", 40);
            measured.push(("screenful of text", self.times(self.keys, annotate, &pages)?));
            let ends = to_and_fro("go_to_end", "go_to_start", 1);
            measured.push(("to the end, the start", self.times(self.keys, annotate, &ends)?));
        }
        let (label, undo) = self.pairs("label_1", "undo")?;
        measured.extend([("label", label), ("undo", undo)]);
        if self.many {
            measured.push((
                "next document",
                self.times(self.keys, annotate, &to_and_fro("next_document", "previous_document", 90))?,
            ));
        }
        measured.push(("typing in the palette", self.typing()?));
        if self.many {
            measured.extend(self.list()?);
        }
        Ok(measured)
    }

    /// Accepting, with the model's suggestions.
    pub fn accepting(&mut self) -> anyhow::Result<Measured> {
        self.press(Mode::Annotate, "toggle_look_ahead")?;
        // While it is asked the status line moves ten times a second.
        self.terminal.quiet(Duration::from_secs(1))?;
        self.press(Mode::Annotate, "next_suggestion")?;
        Ok(vec![(ACCEPT, self.pairs("accept_and_next", "undo")?.0)])
    }

    /// The list of documents: opened, walked and filtered.
    fn list(&mut self) -> anyhow::Result<Measured> {
        let list = Mode::Documents;
        let few = self.keys.min(50);
        let mut measured = Vec::new();
        let open = |session: &mut Self, what| -> anyhow::Result<(&'static str, Times)> {
            let mut times = Times::default();
            for _ in 0..few {
                times.push(session.press(Mode::Annotate, "show_documents")?);
                session.press(list, "open_document")?;
            }
            Ok((what, times))
        };
        measured.push(open(self, "open the list")?);
        self.press(Mode::Annotate, "show_documents")?;
        measured.push(("list: next row", self.times(self.keys, list, &["select_next"])?));
        measured.push(("list: screenful", self.times(self.keys, list, &to_and_fro("page_down", "page_up", 30))?));
        measured.push(("list: last, first", self.times(few, list, &to_and_fro("select_last", "select_first", 1))?));
        self.press(list, "select_last")?;
        self.press(list, "open_document")?;
        measured.push(open(self, "open the list at its end")?);
        self.press(Mode::Annotate, "show_documents")?;
        self.press(list, "select_first")?;
        measured.push(("list: filter by status", self.times(few, list, &["filter_status"])?));
        self.press(list, "back")?;
        Ok(measured)
    }

    /// One letter after the other into the palette, and out again.
    fn typing(&mut self) -> anyhow::Result<Times> {
        self.press(Mode::Annotate, "open_palette")?;
        let mut times = Times::default();
        let letters = ["a", "c", "c", "e", "p", "t"].map(str::as_bytes);
        for key in letters.into_iter().chain([b"\x7f".as_slice(); 6]).cycle().take(self.keys) {
            times.push(self.terminal.press(key)?);
        }
        self.terminal.press(b"\x1b")?;
        Ok(times)
    }

    /// Bytes sent while nothing is pressed.
    pub fn bytes_while_idle(&mut self, time: Duration) -> anyhow::Result<usize> {
        // What is said for a few seconds has been said.
        self.terminal.watch(Duration::from_secs(10))?;
        let before = self.terminal.received();
        self.terminal.watch(time)?;
        Ok(self.terminal.received() - before)
    }

    /// Times of commands pressed in turn.
    fn times(&mut self, keys: usize, mode: Mode, commands: &[&str]) -> anyhow::Result<Times> {
        let mut times = Times::default();
        for command in commands.iter().cycle().take(keys) {
            times.push(self.press(mode, command)?);
        }
        Ok(times)
    }

    /// Does something and takes it back, again and again.
    fn pairs(&mut self, act: &str, back: &str) -> anyhow::Result<(Times, Times)> {
        let (mut acts, mut backs) = (Times::default(), Times::default());
        for _ in 0..self.keys {
            acts.push(self.press(Mode::Annotate, act)?);
            backs.push(self.press(Mode::Annotate, back)?);
        }
        Ok((acts, backs))
    }

    /// Presses the key of a command; of a sequence the last key counts.
    fn press(&mut self, mode: Mode, command: &str) -> anyhow::Result<Option<super::pty::Frame>> {
        let id = commands::find(command).with_context(|| format!("there is no command {command}"))?;
        let shown = self.keymap.keys_of(mode, id);
        let shortest = shown.iter().min_by_key(|keys| keys.split(' ').count());
        let shown = shortest.with_context(|| format!("{command} has no key"))?;
        let keys = Key::sequence(shown).map_err(anyhow::Error::msg)?;
        let Some((last, before)) = keys.split_last() else { return Ok(None) };
        for key in before {
            self.terminal.press(&bytes(*key))?;
        }
        self.terminal.quiet(QUIET)?;
        self.terminal.press(&bytes(*last))
    }
}

/// `there` so many times, then `back` as often.
fn to_and_fro(there: &'static str, back: &'static str, times: usize) -> Vec<&'static str> {
    [vec![there; times], vec![back; times]].concat()
}

/// What a terminal sends for a key.
fn bytes(key: Key) -> Vec<u8> {
    match key.code {
        Code::Char(c) if key.ctrl => vec![c as u8 & 0x1f],
        Code::Char(c) => c.to_string().into_bytes(),
        Code::Function(_) => Vec::new(),
        Code::Named(named) => {
            let bytes: &[u8] = match named {
                Named::Enter => b"\r",
                Named::Esc => b"\x1b",
                Named::Tab if key.shift => b"\x1b[Z",
                Named::Tab => b"\t",
                Named::Backspace => b"\x7f",
                Named::Delete => b"\x1b[3~",
                Named::Insert => b"\x1b[2~",
                Named::Left => b"\x1b[D",
                Named::Right => b"\x1b[C",
                Named::Up => b"\x1b[A",
                Named::Down => b"\x1b[B",
                Named::Home => b"\x1b[H",
                Named::End => b"\x1b[F",
                Named::PageUp => b"\x1b[5~",
                Named::PageDown => b"\x1b[6~",
            };
            bytes.to_vec()
        }
    }
}

/// Memory of a process, in MB; `None` where the system does not say.
pub(super) fn memory(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|l| l.starts_with("VmRSS:"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024.0)
}
