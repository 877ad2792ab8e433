//! What the screen shows as done is in the store, whenever the program is killed.
//!
//! The real program runs in a pseudo-terminal; keys by chance edit a small project; SIGKILL comes at a random moment,
//! often aimed: as soon as the store's log grows (inside a commit), as soon as a frame is there, or microseconds after
//! the key. Then the store is opened and held against every whole frame that had reached the terminal:
//!
//! The groups of the journal make a row of states, the one before this start first. Every frame must show one of them,
//! and no frame may show an earlier one than the frame before it. So a frame that shows an edit which the store has not,
//! or the store losing any edit that was ever shown, is a failure; the store may only be ahead by what was not drawn
//! yet. Besides: the check of the file and of its views passes, every group is whole, and groups of earlier starts stay.
//!
//! `GLEANER_KILLS` kills (220), seeded by `GLEANER_KILL_SEED` (the clock); a failure prints the seed.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "../pty/mod.rs"]
mod pty;

mod compare;
mod frames;
mod history;
mod typing;
mod wal;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use compare::{Compared, Oracle, disagreement};
use frames::{FRAME_END, SIZE, whole_frames};
use gleaner::annotate::LabelSet;
use gleaner::dataset::format::{self, Format, ReadOptions};
use gleaner::dataset::{Record, TaskCard};
use gleaner::store::{ImportOptions, Project};
use history::{GroupRow, State, broken_groups, groups};
use pty::{Screen, Start};
use typing::{Chance, action, last_keys};

const WHO: &str = "tester";
/// A fresh project after so many kills.
const KILLS_A_PROJECT: usize = 25;

/// When the kill comes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Aim {
    /// Soon after the start, whatever the program is at.
    AtStart,
    /// At any time while keys are typed.
    AnyTime,
    /// So many microseconds after the last key.
    AfterKey(u64),
    /// As soon as the store's log grows after the last key.
    InCommit,
    /// As soon as a frame is whole after the last key.
    AfterFrame,
}

/// What all kills came to.
#[derive(Debug, Default)]
struct Tally {
    kills: usize,
    at_start: usize,
    /// Between a key and its frame.
    key_without_frame: usize,
    /// Of those, with the last key's transaction begun.
    in_commit: usize,
    /// Between two pages of a transaction.
    torn: usize,
    /// Between a commit and its frame.
    store_ahead: usize,
    after_frame: usize,
    /// With accepting in bulk as the last key, and of those: the group is there, no frame came.
    bulk: usize,
    bulk_present: usize,
    bulk_without_frame: usize,
    /// Groups written in all, and those that accept in bulk.
    groups: usize,
    bulk_groups: usize,
}

#[test]
fn nothing_that_was_shown_is_lost_when_the_program_is_killed() {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse::<u64>().ok());
    let kills = number("GLEANER_KILLS").unwrap_or(220) as usize;
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let seed = number("GLEANER_KILL_SEED").unwrap_or(clock);
    eprintln!("seed: GLEANER_KILL_SEED={seed}");
    let folder = tempfile::tempdir().unwrap();
    let mut oracle = Oracle::new(&folder.path().join("oracle"));
    let (mut tally, mut compared) = (Tally::default(), Compared::default());
    let mut chance = Chance::new(seed);
    let begin = Instant::now();
    let mut round = 0;
    while tally.kills < kills {
        let mut subject = Subject::make(folder.path(), round);
        for _ in 0..KILLS_A_PROJECT.min(kills - tally.kills) {
            let aim = aim(&mut chance);
            let run = subject.run_and_kill(aim, &mut chance, &mut tally);
            let at = format!("kill {round}, {aim:?}, GLEANER_KILL_SEED={seed}");
            subject.check(&run, &at, &mut oracle, &mut tally, &mut compared);
            round += 1;
            assert!(round < kills * 2, "the program leaves by itself: {tally:?}");
        }
        let whole = subject.groups.iter().filter(|g| g.kind != "import");
        tally.groups += whole.clone().count();
        let bulk =
            |g: &&GroupRow| g.target.is_none() && g.reason.starts_with("accept ") && g.reason.contains(" suggestion");
        tally.bulk_groups += whole.filter(bulk).count();
    }
    eprintln!("{tally:#?}\n{compared:#?}\n{:.1} s", begin.elapsed().as_secs_f64());
    if kills >= 200 {
        assert!(tally.key_without_frame >= 20, "too few kills between a key and its frame: {tally:?}");
        assert!(tally.in_commit >= 10, "too few kills inside a commit: {tally:?}");
        assert!(tally.store_ahead >= 5, "too few kills between a commit and its frame: {tally:?}");
        assert!(tally.bulk >= 10 && tally.bulk_groups >= 5, "too few bulk actions: {tally:?}");
        assert!(compared.suggestions > 100 && compared.messages > 20, "too little is on the screen: {compared:?}");
    }
}

fn aim(chance: &mut Chance) -> Aim {
    match chance.below(20) {
        0 => Aim::AtStart,
        1..=4 => Aim::AnyTime,
        5..=9 => Aim::AfterKey(chance.of(&[0, 50, 100, 200, 400, 800, 1500, 3000, 6000])),
        10..=15 => Aim::InCommit,
        _ => Aim::AfterFrame,
    }
}

/// The project that is edited and killed.
struct Subject {
    dir: PathBuf,
    home: PathBuf,
    groups: Vec<GroupRow>,
}

/// What one start left behind.
struct Run {
    raw: Vec<u8>,
    /// Bytes received when the last key was sent, and whether it was one that accepts in bulk.
    last_key: usize,
    bulk: bool,
    killed: bool,
    /// The store's log had begun to grow, which was waited for.
    committing: bool,
}

/// Where the last key came.
#[derive(Default)]
struct Last {
    received: usize,
    bulk: bool,
    committing: bool,
}

impl Subject {
    fn make(folder: &Path, number: usize) -> Self {
        let dir = folder.join(format!("project-{number}"));
        let card = TaskCard { name: "kill".into(), ..TaskCard::default() };
        let mut project = Project::create(&dir, &card).unwrap();
        for (place, name) in ["brand", "model", "movement", "material", "price", "person"].iter().enumerate() {
            let labels = LabelSet::new(project.labels().unwrap());
            let id = project.new_label_id().unwrap();
            assert_eq!(id.0, place as i64 + 1);
            project.commit(&labels.add("maker", id, name).unwrap()).unwrap();
        }
        let mut import = project.import(ImportOptions { source: "texts".into(), ..ImportOptions::default() }).unwrap();
        for (number, text) in texts().into_iter().enumerate() {
            let id = Some(format!("kill-{}", number + 1));
            import.add(Record { id, text, ..Record::default() }).unwrap();
        }
        import.finish().unwrap();
        drop(project);
        let (groups, _) = groups(&dir);
        // A key that lands in the list of documents must not take one out: the replay below knows all of them.
        let home = folder.join("home");
        let config = home.join(".config/gleaner");
        std::fs::create_dir_all(&config).unwrap();
        std::fs::write(config.join("keymap.toml"), "[documents]\nD = \"no_op\"\n").unwrap();
        Self { dir, home, groups }
    }

    fn start(&self) -> Screen {
        Start::new(env!("CARGO_BIN_EXE_gleaner"))
            .args([self.dir.as_os_str(), "--as".as_ref(), WHO.as_ref()])
            .env("HOME", &self.home)
            .size(SIZE.0, SIZE.1)
            .spawn()
    }

    /// One start, with keys and a kill.
    fn run_and_kill(&mut self, aim: Aim, chance: &mut Chance, tally: &mut Tally) -> Run {
        let mut screen = self.start();
        let mut last = Last::default();
        if aim == Aim::AtStart {
            std::thread::sleep(Duration::from_micros(chance.next() % 20_000));
        } else {
            screen.wait_for("in all");
            if chance.one_in(2) {
                screen.wait_until("suggestions", |s| s.contents().contains('≥'));
            }
            for _ in 0..3 + chance.below(12) {
                for (key, pause) in action(chance) {
                    last.received = screen.received();
                    screen.send(&key);
                    std::thread::sleep(Duration::from_millis(pause));
                }
            }
            match aim {
                Aim::AnyTime => std::thread::sleep(Duration::from_micros(chance.next() % 30_000)),
                _ => last = self.aim(&mut screen, aim, chance),
            }
        }
        let killed = screen.runs();
        screen.kill();
        screen.wait_closed();
        let raw = screen.raw();
        if killed {
            tally.kills += 1;
            tally.at_start += usize::from(aim == Aim::AtStart);
            tally.after_frame += usize::from(aim == Aim::AfterFrame);
            let log = self.dir.join("gleaner.db-wal");
            tally.torn += usize::from(wal::is_torn(&log));
        }
        Run { raw, last_key: last.received, bulk: last.bulk, killed, committing: last.committing }
    }

    /// Presses the last key and waits for the moment.
    fn aim(&self, screen: &mut Screen, aim: Aim, chance: &mut Chance) -> Last {
        let bulk = chance.one_in(2) && asks_to_accept_all(screen);
        let keys = if bulk { vec!["y"] } else { last_keys(chance) };
        let log = self.dir.join("gleaner.db-wal");
        let length = || std::fs::metadata(&log).map_or(0, |m| m.len());
        let mut at = (0, 0);
        for key in keys {
            screen.wait_quiet(Duration::from_millis(12));
            at = (screen.received(), length());
            screen.send(key);
        }
        let begin = Instant::now();
        let limit = Duration::from_millis(60);
        match aim {
            Aim::AfterKey(micros) => while begin.elapsed() < Duration::from_micros(micros) {},
            Aim::InCommit => while length() == at.1 && begin.elapsed() < limit {},
            Aim::AfterFrame => while !screen.has_come(FRAME_END, at.0) && begin.elapsed() < limit {},
            Aim::AtStart | Aim::AnyTime => {}
        }
        Last { received: at.0, bulk, committing: aim == Aim::InCommit && length() != at.1 }
    }

    /// Holds the store against what was shown.
    fn check(&mut self, run: &Run, at: &str, oracle: &mut Oracle, tally: &mut Tally, compared: &mut Compared) {
        let project = Project::open(&self.dir).unwrap_or_else(|e| panic!("{at}: the project does not open: {e}"));
        let verified = project.verify().unwrap();
        assert!(verified.problems.is_empty(), "{at}: {:#?}", verified.problems);
        let (now, undone) = groups(&self.dir);
        let broken = broken_groups(&now, &undone);
        assert!(broken.is_empty(), "{at}: {broken:#?}");
        assert!(now.starts_with(&self.groups), "{at}: groups of earlier starts are gone or changed");
        let known = self.groups.len();
        let mut state = State::empty(&project, WHO);
        now[..known].iter().for_each(|group| state.apply(group));
        let mut states = vec![state];
        for group in &now[known..] {
            let mut next = states[states.len() - 1].clone();
            next.apply(group);
            states.push(next);
        }
        let differences = states[states.len() - 1].differences(&project, WHO);
        assert!(differences.is_empty(), "{at}: {differences:#?}");

        let mut shown = 0;
        let frames = whole_frames(&run.raw);
        for frame in &frames {
            let mut reasons = Vec::new();
            let found = (shown..states.len()).find(|k| {
                let found = disagreement(frame, &states[*k], WHO, oracle, compared);
                reasons.extend(found.iter().map(|reason| format!("state {k} of {}: {reason}", states.len())));
                found.is_none()
            });
            let Some(k) = found else {
                let journal: Vec<String> =
                    now[known..].iter().map(|g| format!("{} {} {}", g.id, g.kind, g.reason)).collect();
                panic!(
                    "{at}: a frame shows what the store has not:\n{}\n{}\ngroups of this start: {journal:#?}",
                    frame.picture,
                    reasons.join("\n")
                );
            };
            shown = k;
            compared.frames += 1;
        }
        self.groups = now;
        if !run.killed {
            return;
        }
        let answered = frames.iter().any(|f| f.end > run.last_key);
        tally.key_without_frame += usize::from(!answered && run.last_key > 0);
        tally.in_commit += usize::from(!answered && run.committing);
        tally.store_ahead += usize::from(shown + 1 < states.len());
        if run.bulk {
            tally.bulk += 1;
            tally.bulk_without_frame += usize::from(!answered);
            let last = self.groups.last().is_some_and(|g| g.kind == "do" && g.reason.contains(" suggestion"));
            tally.bulk_present += usize::from(last && self.groups.len() > known);
        }
    }
}

/// Brings up the question whether to accept all suggestions of a document that has some; false when there are none.
fn asks_to_accept_all(screen: &mut Screen) -> bool {
    for way in ["\r", "]", "gn", "]"] {
        // Enter is for the list only; from there it opens a document.
        if way != "\r" || screen.contents().contains("Documents") {
            screen.send(way);
            screen.wait_quiet(Duration::from_millis(30));
        }
        // The last key takes away what may be said of the threshold.
        screen.send("---------^");
        let settled = |text: &str| text.contains('≥') && !text.contains("suggesting");
        if soon(screen, settled) && !screen.contents().contains(" 0 suggestions") {
            screen.send("A");
            if soon(screen, |text| text.contains("Accept suggestions")) {
                return true;
            }
        }
    }
    false
}

/// Whether something holds of the screen within a moment.
fn soon(screen: &Screen, holds: impl Fn(&str) -> bool) -> bool {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_millis(1500) {
        if holds(&screen.contents()) {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}

/// Real sentences, emoji and accents of their own among them, and one that is long enough for many suggestions.
fn texts() -> Vec<String> {
    let corpus = include_str!("../../data/demo/watches.jsonl");
    let records = format::read(Format::Jsonl, Box::new(corpus.as_bytes()), "watches.jsonl", &ReadOptions::default());
    let all: Vec<Record> = records.map(Result::unwrap).collect();
    let wanted = [1, 2, 3, 4, 5, 6, 26, 37, 49, 62, 94];
    let named = |n: usize| {
        let id = format!("watch-{n:03}");
        all.iter().find(|r| r.id.as_deref() == Some(&id)).unwrap().text.clone()
    };
    let mut texts: Vec<String> = wanted.into_iter().map(named).collect();
    texts.push((7..12).map(named).collect::<Vec<_>>().join(" "));
    texts
}
