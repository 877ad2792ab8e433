//! A person at the keyboard, by chance: seeded keys that edit.

use crate::pty::keys::{BACK_TAB, ENTER, ESC, TAB};

/// Numbers by chance, the same for the same seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Steele, Lea and Flood's SplitMix.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }
}

/// Keys to press one after the other, each with the milliseconds to wait after it. None of them leaves the program.
pub type Keys = Vec<(String, u64)>;

/// The next thing to do.
pub fn action(chance: &mut Chance) -> Keys {
    let digit = |chance: &mut Chance| (1 + chance.below(6)).to_string();
    let mut keys: Vec<String> = match chance.below(40) {
        0..=6 => (0..=chance.below(4))
            .map(|_| chance.of(&["h", "l", "l", "j", "k", "w", "b", TAB, TAB, BACK_TAB, ")", "("]).into())
            .collect(),
        7..=12 => vec![chance.of(&["l", "w", "j", "k", ")"]).into(), digit(chance)],
        13..=14 => vec!["v".into(), chance.of(&["l", "w"]).into(), digit(chance)],
        15..=18 => vec![chance.of(&["a", "a", "y", "x", "X"]).into()],
        19..=20 => vec![TAB.into(), digit(chance)],
        21..=22 => vec![chance.of(&[")", "("]).into(), chance.of(&["L", "H", ">", "<"]).into()],
        23..=24 => vec![chance.of(&[")", "("]).into(), "d".into()],
        25..=28 => vec!["u".into()],
        29..=30 => vec![chance.of(&["U", "\x12"]).into()],
        31..=32 => vec![chance.of(&[ENTER, ENTER, " s", " d", " p", "D"]).into()],
        33..=34 => vec![chance.of(&["]", "[", "s", "K", "gn"]).into()],
        35 => vec![chance.of(&["-", "+", "="]).into()],
        36 => return labels(chance),
        // Where there is nothing to relabel, the letter is a word to the left and no way to another screen.
        37 if chance.one_in(2) => vec!["c".into(), "b".into(), ENTER.into()],
        37 => vec!["t".into(), chance.of(&["b", "m", "p"]).into(), ENTER.into()],
        38 => vec!["gl".into(), "j".into(), ENTER.into()],
        _ => return bulk(chance),
    };
    let pause = chance.of(&[0, 0, 1, 3, 8, 15]);
    keys.drain(..).map(|key| (key, pause)).collect()
}

/// Many suggestions at once.
fn bulk(chance: &mut Chance) -> Keys {
    let lower = (0..chance.below(9)).map(|_| ("-".to_owned(), 0));
    lower.chain([("A".to_owned(), 3), (ENTER.to_owned(), chance.of(&[0, 5]))]).collect()
}

/// Something in the label editor. Escape needs time to be told from the beginning of another key.
fn labels(chance: &mut Chance) -> Keys {
    let mut keys: Vec<String> = vec!["e".into()];
    keys.extend((0..chance.below(4)).map(|_| "j".to_owned()));
    match chance.below(6) {
        0 => keys.extend(["a".into(), format!("n{}", chance.below(100)), ENTER.into()]),
        1 => keys.extend(["r".into(), format!("{}", chance.below(10)), ENTER.into()]),
        2 => keys.extend(["d".into(), " more".into(), ENTER.into()]),
        3 => keys.extend(["x".into(), "x".into()]),
        4 => keys.push(chance.of(&["J", "K"]).into()),
        _ => keys.extend(["D".into(), "y".into()]),
    }
    let mut keys: Keys = keys.into_iter().map(|key| (key, 2)).collect();
    keys.extend([(ESC.to_owned(), 60), (ESC.to_owned(), 60)]);
    keys
}

/// Keys of which the last one writes, to be killed in.
pub fn last_keys(chance: &mut Chance) -> Vec<&'static str> {
    let digit = chance.of(&["1", "2", "3", "4", "5", "6"]);
    match chance.below(8) {
        0..=2 => vec!["l", digit],
        3 => vec![TAB, chance.of(&["a", "x"])],
        4 => vec![")", chance.of(&["d", "L", "H"])],
        5 => vec![chance.of(&[ENTER, " s", "D"])],
        _ => vec![chance.of(&["u", "u", "U"])],
    }
}
