//! Projects of texts that are hard to walk through.

use super::Dice;
use super::desk::Setup;

pub const LABELS: [&str; 5] = ["person", "organization", "place", "date", "精工 label"];

/// Pieces of text; brackets and backslashes are escaped as the notation of the desk wants.
const PIECES: [&str; 22] = [
    "Ada",
    "Lovelace",
    "wrote.",
    "cafe\u{301}",
    "e\u{301}e\u{301}",
    "👨‍👩‍👧",
    "👍🏽!",
    "🇫🇷🇯🇵",
    "精工と東京。",
    "時計",
    "שלום",
    "عالم",
    "abc\u{202e}def\u{202c}",
    "\t",
    "\r\n",
    "\n\n",
    "\u{0}",
    "\u{1b}\\[31m",
    "zero\u{200b}width",
    "ﬁ",
    "नमस्ते",
    "1843",
];

/// Between pieces there is a space, now and then nothing.
fn text(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..dice.roll(40) {
        let piece = *dice.one_of(&PIECES);
        let label = dice.one_of(&LABELS);
        // The desk's spans are given by a person, whose edges are on whole characters: a piece by itself, with a space.
        match dice.roll(6) {
            0 => text.push_str(&format!(" [{piece}]({label}) ")),
            1 => text.push_str(&format!("[{piece}]({label}?0.{})", 2 + dice.roll(7))),
            2 => text.push_str(piece),
            _ => text.push_str(&format!(" {piece}")),
        }
    }
    text
}

/// A project of a few documents: always one with nested names, and an empty, a blank, a long one or a long word.
pub fn project(dice: &mut Dice) -> Setup {
    let mut setup = Setup::default()
        .labels(&LABELS)
        .document(
            "plain",
            "[Ada Lovelace](person?0.8) wrote to [Charles [Babbage](person?0.6)](person?0.55) in [1843](date?)",
        )
        .document("spans", "The [New [York](place) Times](organization) of [May [1851](date?0.4)](date) told it twice.")
        .document(
            "marks",
            "cafe\u{301} [👨‍👩‍👧](person?) e\u{301}e\u{301} [cafe](place?0.7)\u{301}\n\n\n精工と東京。 [🇫🇷](place)🇯🇵 👍🏽!",
        );
    for n in 0..1 + dice.roll(3) {
        setup = setup.document(&format!("random-{n}"), &text(dice));
    }
    match dice.roll(4) {
        0 => setup.document("empty", ""),
        1 => setup.document("blank", " \r\n\t\n "),
        2 => setup.document(
            "long",
            &"A row of words that wraps, with [Turin](place?0.5) in it, goes on and on.\n".repeat(40),
        ),
        _ => setup.document("word", &"x".repeat(700)),
    }
}
