//! Keys, pastes and answers that come broken, late or by the megabyte.

use std::time::Duration;

use super::pty::{Screen, keys};
use super::{Subject, label_the_first_word};

#[test]
fn a_letter_cut_in_three_by_the_line_is_one_letter() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    // A terminal answers between keys, not within one.
    screen.mute();
    screen.send("ea");
    for byte in "精é😀".bytes() {
        screen.send([byte]);
        std::thread::sleep(Duration::from_millis(120));
    }
    screen.wait_for("精é😀");
    screen.send(keys::ENTER);
    screen.wait("the label to be saved", || subject.verified().labels().unwrap().iter().any(|l| l.name == "精é😀"));
}

#[test]
fn a_key_cut_by_the_line_is_not_typed_as_letters() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.mute();
    // Ctrl-Right, which means nothing here; its "1" is not the first label, its "5C" no key at all.
    for piece in ["l", "\x1b[", "1;", "5", "C"] {
        screen.send(piece);
        std::thread::sleep(Duration::from_millis(if piece == "\x1b[" { 5 } else { 120 }));
    }
    screen.send("2");
    screen.wait_for("2 watch model 1");
    assert_eq!(subject.saved(), ["Seiko", "made"]);
}

#[test]
fn megabytes_pasted_are_one_paste() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    screen.wait_for("Seiko made");
    // Every line of it would be keys: a label, a deletion, the end.
    let text = "1dq\r\n😀\t\u{3}\u{1a}".repeat(200_000);
    screen.paste(&text);
    // Where nothing is asked for, there is nothing to paste it into.
    label_the_first_word(&mut screen);
    screen.send("ea");
    screen.paste(&text);
    screen.send(keys::CTRL_C);
    screen.send(keys::CTRL_C);
    screen.send("gg");
    screen.send("l2");
    screen.wait_for("2 watch model 1");
    assert_eq!(subject.saved(), ["Seiko", "made"]);
    screen.send("q");
    assert_eq!(screen.wait_exit(), 0);
}

#[test]
fn a_paste_whose_end_was_lost_does_not_swallow_the_keyboard() {
    for way_out in [keys::ESC, keys::CTRL_C] {
        let subject = Subject::new();
        let mut screen = subject.program().spawn();
        screen.wait_for("Seiko made");
        screen.send("\x1b[200~the end of this is lost in the line");
        std::thread::sleep(Duration::from_millis(200));
        screen.send(way_out);
        std::thread::sleep(Duration::from_millis(200));
        label_the_first_word(&mut screen);
        assert_eq!(subject.saved(), ["Seiko"]);
    }
}

/// Answers to questions that were never asked, reports nobody wants, and plain nonsense, cut anywhere.
const NONSENSE: &[&str] = &[
    "\x1b[?1;2c",
    "\x1b[>0;276;0c",
    "\x1b[24;80R",
    "\x1b[?2026;2$y",
    "\x1b[I",
    "\x1b[O",
    "\x1b[<0;1;1M",
    "\x1b[<35;300;300m",
    "\x1b[M   ",
    "\x1b]11;rgb:zzzz/\x07",
    "\x1b]52;c;cXFxcQ==\x1b\\",
    "\x1bP>|dqdq\x1b\\",
    "\x1b_qqq\x1b\\",
    "\x1b^1dq\x1b\\",
    "\x1b[99999999999999999999~",
    "\x1b[1;99999999999Z",
    "\x1b[;;;;;;;;;;;;~",
    "\x1b[?u",
    "\x1b[=1;1u",
    "\x1b[0n",
    "\x1b[3n",
    "\x1b[200;1~",
    "\x1b[201~",
    "\x1b[[Z",
    "\x1b[ q",
    "\x1b[!p",
    "\x1bOw",
    "\u{fffd}",
    "\u{85}",
];

#[test]
fn answers_to_nothing_and_nonsense_are_not_keys() {
    let subject = Subject::new();
    let mut screen = subject.program().spawn();
    label_the_first_word(&mut screen);
    screen.mute();
    let mut dice = Dice(7);
    for _ in 0..400 {
        let nonsense = NONSENSE[dice.roll(NONSENSE.len())].as_bytes();
        // Escape and one letter may be a key; where it is cut after that it is none.
        let (front, back) = nonsense.split_at(nonsense.len().min(3 + dice.roll(nonsense.len())));
        screen.send(front);
        if dice.roll(20) == 0 {
            std::thread::sleep(Duration::from_millis(1));
        }
        screen.send(back);
    }
    screen.send(b"\xff\xfe\xc0\x80\xed\xa0\x80\xf5");
    screen.send("l2");
    screen.wait_for("2 watch model 1");
    assert_eq!(subject.saved(), ["Seiko", "made"]);
    screen.assert_current();
}

#[test]
fn any_bytes_at_all_leave_a_whole_project_and_a_terminal_given_back() {
    for seed in 1..=3 {
        let subject = Subject::new();
        // The editor of the guidelines would have the keys.
        let mut screen = subject.program().env("VISUAL", "true").spawn();
        screen.wait_for("Seiko made");
        let mut dice = Dice(seed);
        for _ in 0..60 {
            let bytes: Vec<u8> = (0..1 + dice.roll(60)).map(|_| any_byte(&mut dice)).collect();
            screen.send(&bytes);
            std::thread::sleep(Duration::from_millis(2));
        }
        leave(&mut screen);
        screen.assert_given_back();
        subject.verified();
    }
}

/// Any, those that begin something more often. Not those that leave: it should go on.
fn any_byte(dice: &mut Dice) -> u8 {
    loop {
        let byte = match dice.roll(4) {
            0 => b"\x1b[]OP0123456789;~ABCD<M"[dice.roll(23)],
            _ => dice.roll(256) as u8,
        };
        if !matches!(byte, b'q' | 0x03 | b':') {
            return byte;
        }
    }
}

/// Out of whatever is open, and out.
fn leave(screen: &mut Screen) {
    // The end of a string or a paste that may have begun, and time for it to be seen.
    screen.send("\x1b\\\x1b[201~");
    for _ in 0..40 {
        if !screen.runs() {
            break;
        }
        // Of all that asks before it closes, only a typed text is not kept.
        let asked = screen.contents().contains("Leave without adding it?");
        screen.send(if asked { "y" } else { keys::CTRL_C });
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(screen.wait_exit(), 0);
}

/// Small, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }
}
