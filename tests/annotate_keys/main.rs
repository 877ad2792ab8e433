//! What every key does, in the form text, keys, text: the manual of the Annotate screen as tests.
//!
//! Texts are marked as `tests/desk/marked.rs` says: `#[cursor]#`, `[span](label)`, `[suggestion](label?)`. Each chapter
//! tells what it has used of the table of commands; the last test lists the commands that no chapter has.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../desk/mod.rs"]
mod desk;

mod beside;
mod characters;
mod copying;
mod documents;
mod elsewhere;
mod evaluating;
mod finding;
mod label_set;
mod layout;
mod many_labels;
mod mouse;
mod moving;
mod notes;
mod occurrences;
mod project;
mod queue;
mod restructuring;
mod review;
mod screen;
mod searching;
mod spans;
mod steady;
mod suggestions;
mod undoing;
mod walking;

use std::collections::BTreeSet;
use std::sync::OnceLock;

use desk::{Desk, Setup, marked, take_used};

/// The labels of most tests, in the order of their keys.
const LABELS: [&str; 4] = ["person", "organization", "place", "date"];

/// A project of one document.
fn one(text: &str) -> Desk {
    let mut desk = Setup::default().labels(&LABELS).document("one", text).sit_down();
    if let Some(range) = marked::parse(text).selection {
        desk.select(range);
    }
    desk
}

/// `(before, keys, after)`: the cursor is compared when `after` shows it.
fn check(cases: &[(&str, &str, &str)]) {
    for (before, keys, after) in cases {
        let mut desk = one(before);
        desk.keys(keys);
        let shown = if after.contains("#[") { desk.shown() } else { desk.spans() };
        assert_eq!(shown, *after, "{before} · {keys} · said: {}", desk.said());
        let found = desk.project().verify().unwrap();
        assert!(found.problems.is_empty(), "{before} · {keys}: {:?}", found.problems);
    }
}

/// What a chapter has used; it runs once, whether its own test or the last one asks first.
struct Chapter {
    used: OnceLock<BTreeSet<&'static str>>,
    run: fn(),
}

impl Chapter {
    const fn new(run: fn()) -> Self {
        Self { used: OnceLock::new(), run }
    }

    fn used(&self) -> &BTreeSet<&'static str> {
        self.used.get_or_init(|| {
            take_used();
            (self.run)();
            take_used()
        })
    }
}

/// Tests whose keys count.
macro_rules! chapter {
    ($($(#[$doc:meta])* fn $name:ident() $body:block)*) => {
        $($(#[$doc])* #[test] fn $name() { chapters::$name.used(); })*

        #[allow(non_upper_case_globals)]
        mod chapters {
            use super::*;
            $(pub static $name: crate::Chapter = crate::Chapter::new(|| $body);)*
        }

        pub(crate) fn used() -> std::collections::BTreeSet<&'static str> {
            let mut used = std::collections::BTreeSet::new();
            $(used.extend(chapters::$name.used().iter().copied());)*
            used
        }
    };
}
pub(crate) use chapter;

#[test]
fn every_command_with_a_key_is_used_by_some_chapter() {
    let chapters = [
        characters::used,
        copying::used,
        documents::used,
        elsewhere::used,
        evaluating::used,
        finding::used,
        label_set::used,
        many_labels::used,
        layout::used,
        mouse::used,
        moving::used,
        project::used,
        notes::used,
        queue::used,
        review::used,
        occurrences::used,
        restructuring::used,
        screen::used,
        searching::used,
        spans::used,
        steady::used,
        suggestions::used,
        undoing::used,
        walking::used,
    ];
    let used: BTreeSet<&str> = chapters.iter().flat_map(|chapter| chapter()).collect();
    let missing: Vec<&str> =
        gleaner::tui::commands::all().map(|id| id.get().name).filter(|name| !used.contains(name)).collect();
    assert!(missing.is_empty(), "no test presses a key for: {}", missing.join(", "));
}
