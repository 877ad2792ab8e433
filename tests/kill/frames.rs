//! What the terminal had shown: the whole frames among the bytes that came, and the facts each of them states.
//!
//! The program puts every frame between synchronized-update marks, so that a frame cut by the kill is known for one and
//! left out. Facts are read by place from a 140×40 screen: title, side pane, label bar, status line.

use std::num::NonZeroU16;

/// Columns and rows of the terminal.
pub const SIZE: (u16, u16) = (140, 40);
/// What ends a frame.
pub const FRAME_END: &[u8] = b"\x1b[?2026l";
/// First column inside the side pane, and its width.
const PANE: (u16, u16) = (104, 35);

/// One frame, as a person reads it.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// Number of bytes received when it was whole.
    pub end: usize,
    /// The document on the Annotate screen; `None` on the list.
    pub document: Option<i64>,
    /// The top line, words parted by one space.
    pub title: String,
    /// The lines of the side pane that list spans and suggestions; `None` when something lies over it.
    pub pane: Option<Vec<String>>,
    /// Labels with their keys and counts, words parted by one space; `None` when something lies over it.
    pub label_bar: Option<String>,
    /// The line above the hints.
    pub status: String,
    /// It states facts, which reach to its right end, and no message.
    pub states_facts: bool,
    /// The whole screen, for messages.
    pub picture: String,
}

/// How suggestions are chosen, as the status line says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// How many there are.
    pub count: usize,
    /// Their scores are above this.
    pub threshold: f32,
    /// They may be nested.
    pub nested: bool,
}

impl Frame {
    /// What the status line says of suggestions; `None` while the model is at work or a message takes the line.
    pub fn suggestions(&self) -> Option<Shown> {
        if !self.states_facts || self.status.contains("suggesting") || self.status.contains("no suggestions:") {
            return None;
        }
        let (before, after) = self.status.rsplit_once('≥')?;
        let before = before.trim_end().strip_suffix("suggestions").or(before.trim_end().strip_suffix("suggestion"))?;
        let mut after = after.split_whitespace();
        Some(Shown {
            count: before.split_whitespace().next_back()?.parse().ok()?,
            threshold: after.next()?.parse().ok()?,
            nested: after.next() == Some("nested"),
        })
    }
}

/// All whole frames, in order.
pub fn whole_frames(raw: &[u8]) -> Vec<Frame> {
    let size = |n| NonZeroU16::new(n).unwrap();
    let mut parser = vt100::Parser::new(size(SIZE.1), size(SIZE.0), 0);
    let mut frames = Vec::new();
    let mut done = 0;
    while let Some(at) = raw[done..].windows(FRAME_END.len()).position(|w| w == FRAME_END) {
        let end = done + at + FRAME_END.len();
        parser.process(&raw[done..end]);
        done = end;
        frames.extend(read(parser.screen(), end));
    }
    frames
}

/// The facts on a screen; `None` before anything is drawn.
fn read(screen: &vt100::Screen, end: usize) -> Option<Frame> {
    let rows: Vec<String> = screen.rows(0, SIZE.0).collect();
    let below = |n: usize| &rows[usize::from(SIZE.1) - n];
    let words = |row: &str| row.split_whitespace().collect::<Vec<_>>().join(" ");
    let title = words(&rows[0]);
    if title.is_empty() {
        return None;
    }
    let document = title.split(' ').find_map(|word| word.strip_prefix('#')?.parse().ok());
    let covered = rows.iter().any(|row| row.contains('╭'));
    let listed = |line: &String| line.starts_with("● ") || line.starts_with("? ");
    // Many labels take a second row, where the side pane ends above it.
    let second = if below(4).contains('│') { "" } else { below(4).as_str() };
    let label_bar = words(&format!("{second} {}", below(3)));
    let pane = screen.rows(PANE.0, PANE.1).skip(1).take(usize::from(SIZE.1) - 4);
    Some(Frame {
        end,
        document,
        title,
        pane: (!covered && document.is_some()).then(|| pane.filter(listed).map(|l| l.trim_end().to_owned()).collect()),
        label_bar: (document.is_some() && !label_bar.contains(['│', '╭', '╰'])).then_some(label_bar),
        status: below(2).trim().to_owned(),
        states_facts: screen.cell(SIZE.1 - 2, SIZE.0 - 2).is_some_and(|cell| !cell.contents().trim().is_empty()),
        picture: rows.join("\n"),
    })
}
