//! Somebody who has read nothing: from `gleaner demo` to ten submitted documents at 80×24, pressing only keys that stand on
//! the screen at that moment, each beside the word that says what it does.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod pty;

use std::time::Duration;

use pty::{Screen, Start, keys};

struct Newcomer {
    screen: Screen,
    /// What was read before each key, and the key.
    read: Vec<String>,
}

impl Newcomer {
    fn start(home: &std::path::Path) -> Self {
        let start = Start::new(env!("CARGO_BIN_EXE_gleaner")).args(["demo"]);
        let screen = start.env("HOME", home).env("XDG_STATE_HOME", home).env("USER", "newcomer").spawn();
        screen.wait_for("in all");
        Self { screen, read: Vec::new() }
    }

    /// The screen as one line of words.
    fn words(&self) -> String {
        words(&self.screen.contents())
    }

    /// The line of keys at the bottom.
    fn hints(&self) -> String {
        self.screen.contents().lines().last().unwrap_or_default().to_owned()
    }

    /// Waits until the screen says `phrase`, whose first word is a key, and presses that key.
    #[track_caller]
    fn press(&mut self, phrase: &str) {
        self.press_word(phrase.split(' ').next().unwrap(), phrase);
    }

    /// Presses a key that stands in `phrase`, once that is on the screen.
    #[track_caller]
    fn press_word(&mut self, key: &str, phrase: &str) {
        assert!(phrase.split(' ').any(|word| word == key), "{key} does not stand in '{phrase}'");
        let shown = format!(" {phrase}");
        self.screen.wait_until(&format!("'{phrase}' to be read"), |screen| words(&screen.contents()).contains(&shown));
        self.read.push(phrase.to_owned());
        let before = self.look();
        self.screen.send(match key {
            "Enter" => keys::ENTER,
            "Esc" => keys::ESC,
            "Tab" => keys::TAB,
            "Down" => keys::DOWN,
            key => {
                assert_eq!(key.chars().count(), 1, "{key} is no key");
                key
            }
        });
        self.screen.wait(&format!("'{phrase}' to do something"), || self.look() != before);
        // A frame may come in pieces.
        self.screen.wait_quiet(Duration::from_millis(30));
    }

    /// Text, colours and cursor.
    fn look(&self) -> (String, (u16, u16)) {
        self.screen.ask(|screen| (screen.contents_formatted(), screen.cursor_position()))
    }

    fn submitted(&self) -> usize {
        let words = self.words();
        let before = words.split(" submitted").next().unwrap_or_default();
        before.rsplit(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0)
    }

    /// The tour, with the keys of each step as its text has them.
    fn take_the_tour(&mut self) {
        self.press("T shows you around");
        self.wait_for_suggestions();
        self.press("a accepts it");
        self.press("x rejects the one");
        while !self.on_a_bare_word() {
            self.press_word("l", "h and l walk");
            if self.words().contains("Tour 4 of") {
                break;
            }
        }
        self.press("1 brand");
        self.press_word("L", "H and L move the edges");
        self.press("u takes back");
        self.press("Enter submits it");
        self.press("? lists every key");
        self.press("Esc close");
        self.press("g l shows all documents");
        self.press("l to the list");
        self.press("j and k choose one");
        self.press("Enter opens it");
        self.screen.wait_for("That was the tour.");
    }

    fn on_a_bare_word(&self) -> bool {
        let contents = self.screen.contents();
        contents.lines().rev().nth(1).is_some_and(|line| line.trim_start().starts_with('“'))
    }

    fn wait_for_suggestions(&self) {
        self.screen.wait_until("suggestions", |screen| {
            let words = words(&screen.contents());
            !words.contains("suggesting") && words.contains('≥')
        });
        self.screen.wait_quiet(Duration::from_millis(30));
    }

    /// One document, each a little otherwise.
    fn annotate(&mut self, number: usize) {
        self.wait_for_suggestions();
        for step in 0..60 {
            let hints = self.hints();
            if hints.starts_with(" a accept") || hints.starts_with("a accept") {
                match (number + step) % 5 {
                    3 => self.press("x reject"),
                    4 if number.is_multiple_of(2) && hints.contains("c relabel") => {
                        self.press("c relabel");
                        self.press_word("Down", "Up Down choose");
                        self.press("Enter take");
                    }
                    _ => self.press("a accept"),
                }
            } else if hints.contains("Tab suggestion") && !self.words().contains(" 0 suggestions ") && step < 50 {
                if self.words().contains("no suggestions left") {
                    break;
                }
                self.press("Tab suggestion");
            } else {
                break;
            }
        }
        // On text; a span has other keys.
        if self.hints().contains("v extend") {
            self.press("v extend");
            self.press("l right");
            self.press("3 movement");
        }
        let before = self.submitted();
        self.press("Enter submit");
        self.screen.wait_until("the document to be submitted", |screen| {
            words(&screen.contents()).contains(&format!(" {} submitted", before + 1))
        });
    }
}

fn words(contents: &str) -> String {
    let words: Vec<&str> = contents.split_whitespace().collect();
    format!(" {}", words.join(" "))
}

#[test]
fn ten_documents_with_nothing_but_what_the_screen_says() {
    let home = tempfile::tempdir().unwrap();
    let mut newcomer = Newcomer::start(home.path());
    newcomer.take_the_tour();
    let mut number = 0;
    while newcomer.submitted() < 10 {
        newcomer.annotate(number);
        number += 1;
        assert!(number <= 12, "{}", newcomer.screen.picture());
    }
    newcomer.screen.wait_for("10 submitted");
    for phrase in ["a accept", "x reject", "Enter take", "3 movement", "Enter submit"] {
        assert!(newcomer.read.iter().any(|read| read == phrase), "'{phrase}' was never read");
    }
    eprintln!("{} keys: {}", newcomer.read.len(), newcomer.read.join(" · "));
}
