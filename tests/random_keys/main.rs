//! Any keys in any order, with other sizes and other processes' edits between them: nothing panics, no edge falls inside a
//! character, undo leads back to the start exactly, and the store agrees with its journal.
//!
//! Keys come from a seed and from the table of commands, whatever there is in it. A failure names its seed and shrinks to
//! the fewest steps that still fail. `GLEANER_SEED=7` runs one seed, `GLEANER_KEYS=20000` presses more of them.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../desk/mod.rs"]
mod desk;
mod elsewhere;
mod projects;
mod shrink;
mod state;
mod steps;

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

use desk::Desk;
use gleaner::text::CharRange;
use gleaner::tui::commands;
use gleaner::tui::keymap::Keymap;
use gleaner::tui::msg::Msg;
use shrink::{quietly, shortest};
use state::state;
use steps::{Step, some_step};

/// Small, and the same everywhere.
pub struct Dice(pub u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.roll(things.len())]
    }
}

/// What is tried.
#[derive(Clone, Copy, Debug)]
struct Case {
    seed: u64,
    keymap: &'static str,
    /// Other processes write too; what they wrote is not mine to undo.
    crowded: bool,
}

impl Case {
    fn sit_down(self) -> Desk {
        let mut desk = projects::project(&mut Dice(self.seed)).sit_down();
        let keymap = Keymap::named(self.keymap).unwrap();
        desk.app.model.keymap = Arc::new(keymap.clone());
        desk.keymap = keymap;
        desk
    }

    /// Presses keys until so many are pressed; what was done is in `done`, also when it panics. Gives how many steps undo
    /// went back.
    fn press(self, keys: usize, done: &RefCell<Vec<Step>>) -> usize {
        let mut dice = Dice(self.seed);
        let mut desk = self.sit_down();
        let first = state(&desk);
        let mut pressed = 0;
        while pressed < keys {
            for step in some_step(&desk, self.crowded, &mut dice) {
                pressed += usize::from(matches!(step, Step::Key(_)));
                done.borrow_mut().push(step);
                desk = take(desk, step);
            }
        }
        self.finish(desk, &first)
    }

    /// The same steps again, or some of them.
    fn replay(self, steps: &[Step]) {
        let mut desk = self.sit_down();
        let first = state(&desk);
        for step in steps {
            desk = take(desk, *step);
        }
        self.finish(desk, &first);
    }

    /// Back to the start, and forward again as far as it was.
    fn finish(self, mut desk: Desk, first: &str) -> usize {
        let mut undone = 0;
        if !self.crowded {
            let (undo, redo) = (commands::find("undo").unwrap(), commands::find("redo").unwrap());
            let last = state(&desk);
            loop {
                desk.feed(Msg::Command(undo));
                desk.rest();
                if desk.said() == "nothing to undo" {
                    break;
                }
                undone += 1;
                assert!(undone < 5000, "there is no end to undoing; said: {}", desk.said());
            }
            same(&state(&desk), first, "undone to the start");
            for _ in 0..undone {
                desk.feed(Msg::Command(redo));
                desk.rest();
            }
            same(&state(&desk), &last, "done again");
        }
        let found = desk.project().verify().unwrap();
        assert!(found.problems.is_empty(), "the views are not what the edits say: {:?}", found.problems);
        undone
    }
}

/// Takes one step, looks at what is on the screen, and sits down again after leaving.
fn take(mut desk: Desk, step: Step) -> Desk {
    step.take(&mut desk);
    desk.buffer();
    check_edges(&desk);
    if desk.model().quit { desk.restart() } else { desk }
}

fn check_edges(desk: &Desk) {
    for loaded in &desk.model().review.documents {
        let text = &loaded.annotation.text;
        let whole = |r: CharRange| r.end <= text.chars() && text.is_border(r.start) && text.is_border(r.end);
        assert!(loaded.suggestions.iter().all(|s| whole(s.key.range)), "a suggestion of the queue");
        assert!(loaded.annotation.response.spans.iter().all(|s| whole(s.range)), "a span in the queue");
    }
    let Some(open) = &desk.model().open else { return };
    let text = &open.annotation.text;
    let on_borders = |what: &str, range: CharRange| {
        let inside = range.start <= range.end && range.end <= text.chars();
        assert!(inside && text.is_border(range.start) && text.is_border(range.end), "{what} at {range:?}");
    };
    on_borders("the cursor", open.selection.range());
    open.annotation.response.spans.iter().for_each(|s| on_borders("a span", s.range));
    open.suggestions.iter().for_each(|s| on_borders("a suggestion", s.key.range));
}

/// Compares states and shows the lines that differ.
fn same(now: &str, then: &str, when: &str) {
    let only = |a: &str, b: &str| -> String {
        a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(|l| format!("  {l}\n")).collect()
    };
    assert!(now == then, "{when}, this is there:\n{}instead of:\n{}", only(now, then), only(then, now));
}

/// Seeds of each test, and keys of each seed: over fifty thousand in all.
const SEEDS: u64 = 15;
const KEYS: usize = 600;

fn any_keys(keymap: &'static str, crowded: bool) {
    // Where it is there, memory: the disk need not wait for fifty thousand keys.
    if Path::new("/dev/shm").is_dir() {
        let _ = tempfile::env::override_temp_dir(Path::new("/dev/shm"));
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = number("GLEANER_SEED").map_or(0..SEEDS, |seed| seed..seed + 1);
    let keys = number("GLEANER_KEYS").map_or(KEYS, |keys| keys as usize);
    let (mut undone, runs) = (0, seeds.end - seeds.start);
    for seed in seeds {
        let case = Case { seed, keymap, crowded };
        let done = RefCell::default();
        match quietly(|| case.press(keys, &done)) {
            Ok(steps) => undone += steps as u64,
            Err(first) => {
                let (steps, last) = shortest(done.into_inner(), first, |steps| case.replay(steps));
                let written: Vec<String> = steps.iter().map(Step::to_string).collect();
                panic!("{case:?} fails after {} steps:\n  {}\n{last}", steps.len(), written.join(" "));
            }
        }
    }
    assert!(crowded || undone > 20 * runs, "so few edits show nothing: {undone}");
    eprintln!("{keymap}: {} keys, {undone} edits", keys as u64 * runs);
}

#[test]
fn any_keys_of_the_default_keymap() {
    any_keys("default", false);
}

#[test]
fn any_keys_of_the_vim_keymap() {
    any_keys("vim", false);
}

#[test]
fn any_keys_of_the_arrows_keymap() {
    any_keys("arrows", false);
}

#[test]
fn any_keys_of_the_default_keymap_while_others_write() {
    any_keys("default", true);
}

#[test]
fn any_keys_of_the_vim_keymap_while_others_write() {
    any_keys("vim", true);
}

#[test]
fn any_keys_of_the_arrows_keymap_while_others_write() {
    any_keys("arrows", true);
}
