//! Any keys in any order: nothing panics, no edge falls inside a character, undo leads back to the start, and the store
//! agrees with its journal. The keys come from a seed, which a failure names.

#![allow(clippy::unwrap_used, clippy::expect_used)]

#[path = "desk/mod.rs"]
mod desk;

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use desk::{Desk, ME, Setup};
use gleaner::annotate::{LabelSet, OpenText};
use gleaner::dataset::{DocumentId, Origin, Record, ResponseSpan};
use gleaner::store::{Anchor, Change, Group, ImportOptions, Project, Query};
use gleaner::text::CharRange;
use gleaner::tui::commands;
use gleaner::tui::key::Key;
use gleaner::tui::mouse::{Gesture, Mouse};
use gleaner::tui::msg::Msg;
use gleaner::tui::overlay::Overlay;

/// Small, and the same everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides.max(1)
    }

    fn one_of<'t, T>(&mut self, things: &'t [T]) -> &'t T {
        &things[self.roll(things.len())]
    }
}

fn project() -> Desk {
    Setup::default()
        .labels(&["person", "organization", "place", "date", "精工 label"])
        .document(
            "plain",
            "[Ada Lovelace](person?0.8) wrote to [Charles [Babbage](person?0.6)](person?0.55) in [1843](date?)",
        )
        .document("spans", "The [New [York](place) Times](organization) of [May [1851](date?0.4)](date) told it twice.")
        .document(
            "marks",
            "cafe\u{301} [👨‍👩‍👧](person?) e\u{301}e\u{301} [cafe](place?0.7)\u{301}\n\n\n精工と東京。 [🇫🇷](place)🇯🇵 👍🏽!",
        )
        .document("rtl", "שלום [עולם](place?) abc\u{202e}def \u{1b}\\[2J \u{0}\t[tab](place?)\r\nend")
        .document("empty", "")
        .document("blank", " \n\t\n ")
        .document("long", &"A row of words that wraps, with [Turin](place?0.5) in it, goes on and on.\n".repeat(60))
        .document("word", &"x".repeat(700))
        .sit_down()
}

const EDITS: [&str; 30] = [
    "1",
    "2",
    "3",
    "5",
    "Tab a",
    "Tab x",
    "Tab y",
    "Tab X",
    "Tab 4",
    "Tab L",
    "Tab H",
    ") d",
    ") L",
    ") H",
    ") >",
    "( <",
    ") 2",
    "c Enter",
    "t Down Enter",
    "A y",
    "l",
    "w",
    "j",
    "v l",
    "k",
    "S",
    "u",
    "u u",
    "U",
    "e j x Esc",
];

/// Keys of the commands that hold now, and now and then something else.
fn some_keys(desk: &Desk, dice: &mut Dice) -> Vec<Key> {
    const OTHER: [&str; 16] = [
        "Enter",
        "Esc",
        "Tab",
        "Backspace",
        "Delete",
        "Left",
        "Home",
        "1",
        "y",
        "n",
        "e",
        "o",
        "é",
        "精",
        "Space",
        "C-u",
    ];
    let model = desk.model();
    let typing = !matches!(model.overlays.last(), None | Some(Overlay::Labels(_)));
    if typing || dice.roll(12) == 0 {
        return vec![dice.one_of(&OTHER).parse().unwrap()];
    }
    // Edits are few among the commands, and what matters most.
    if model.mode() == gleaner::tui::keymap::Mode::Annotate && dice.roll(2) == 0 {
        return Key::sequence(dice.one_of::<&str>(&EDITS)).unwrap();
    }
    // The list has few edits.
    if model.mode() == gleaner::tui::keymap::Mode::Pane && dice.roll(4) == 0 {
        return vec!["I".parse().unwrap()];
    }
    let mode = if dice.roll(5) == 0 { gleaner::tui::keymap::Mode::Global } else { model.mode() };
    let bindings = model.keymap.mode(mode).bindings();
    let (keys, command, _) = dice.one_of(&bindings);
    // These lead away from everything; once in a while is enough.
    let seldom = ["quit", "remove_document", "show_documents", "back", "show_help", "discard_and_next", "choose_theme"];
    if seldom.contains(&command.get().name) && dice.roll(8) > 0 {
        return Vec::new();
    }
    Key::sequence(keys).unwrap()
}

fn check_edges(desk: &Desk) {
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

/// Everything a person can undo, as it is in the store.
fn state(project: &Project) -> String {
    let mut state = format!("{:?}\n", project.labels().unwrap());
    for row in project.page(ME, &Query::default(), Anchor::Start, 1000).unwrap() {
        let response = project.response(row.id, ME).unwrap();
        let mut decisions = project.decisions(row.id, ME).unwrap();
        decisions.sort_by_key(|d| d.prediction);
        let (coverage, spans) = (project.coverage(row.id, ME).unwrap(), &response.spans);
        state += &format!("{} {:?} {spans:?} {decisions:?} {coverage:?}\n", row.id, response.status);
    }
    state
}

/// Presses keys; gives what was pressed.
fn press_at_random(desk: Desk, dice: &mut Dice, keys: usize, mut between: impl FnMut(&mut Desk, &mut Dice)) -> Desk {
    const SIZES: [(u16, u16); 6] = [(80, 24), (120, 40), (60, 15), (110, 20), (40, 8), (200, 50)];
    let mut pressed: Vec<String> = Vec::new();
    let mut at_desk = Some(desk);
    let mut n = 0;
    while n < keys {
        let mut desk = at_desk.take().unwrap();
        let chosen = some_keys(&desk, dice);
        n += chosen.len();
        pressed.extend(chosen.iter().map(Key::to_string));
        let done = catch_unwind(AssertUnwindSafe(|| {
            chosen.into_iter().for_each(|key| desk.key(key));
            if dice.roll(40) == 0 {
                let (columns, rows) = *dice.one_of(&SIZES);
                pressed.push(format!("<{columns}x{rows}>"));
                desk.feed(Msg::Resize(columns, rows));
            }
            if desk.model().mouse && dice.roll(3) == 0 {
                let gesture = *dice.one_of(&[
                    Gesture::Press,
                    Gesture::Drag,
                    Gesture::Release,
                    Gesture::Wheel(1),
                    Gesture::Wheel(-1),
                ]);
                let at = (dice.roll(210) as u16, dice.roll(55) as u16);
                pressed.push(format!("<{gesture:?} {at:?}>"));
                desk.feed(Msg::Mouse(Mouse { gesture, at: at.into() }));
            }
            between(&mut desk, dice);
            desk.buffer();
            check_edges(&desk);
            if desk.model().quit { desk.restart() } else { desk }
        }));
        match done {
            Ok(desk) => at_desk = Some(desk),
            Err(panic) => {
                let last = pressed.len().saturating_sub(40);
                eprintln!("the last keys were: {}", pressed[last..].join(" "));
                resume_unwind(panic);
            }
        }
    }
    at_desk.unwrap()
}

#[test]
fn undo_leads_back_to_the_start_from_wherever_keys_have_led() {
    for seed in 0..10 {
        eprintln!("seed {seed}");
        let desk = project();
        let first = state(&desk.project());
        let mut desk = press_at_random(desk, &mut Dice(seed), 600, |_, _| {});
        let last = state(&desk.project());
        let undo = commands::find("undo").unwrap();
        let mut steps = 0;
        while desk.said() != "nothing to undo" {
            desk.feed(Msg::Command(undo));
            desk.rest();
            steps += 1;
            assert!(steps < 2000, "there is no end to undoing; said: {}", desk.said());
        }
        assert_eq!(state(&desk.project()), first, "seed {seed}");
        assert!(steps > 20, "seed {seed}: so few edits show nothing: {steps}");
        // And forward again, as far as it was.
        let redo = commands::find("redo").unwrap();
        (1..steps).for_each(|_| desk.feed(Msg::Command(redo)));
        assert_eq!(state(&desk.project()), last, "seed {seed}, redone");
        let found = desk.project().verify().unwrap();
        assert!(found.problems.is_empty(), "seed {seed}: {:?}", found.problems);
    }
}

/// What other processes may do at any time.
fn something_elsewhere(desk: &Desk, dice: &mut Dice) {
    let mut project = desk.project();
    let rows = project.page(ME, &Query::default(), Anchor::Start, 50).unwrap();
    let labels = project.labels().unwrap();
    match dice.roll(4) {
        0 | 1 if !rows.is_empty() && !labels.is_empty() => {
            let row = dice.one_of(&rows);
            if let Some(change) = a_span(&project, row.id, labels[dice.roll(labels.len())].id, dice) {
                project
                    .commit(&Group { actor: "elsewhere".into(), reason: "add".into(), changes: vec![change] })
                    .unwrap();
            }
        }
        2 => {
            let set = LabelSet::new(labels);
            if let Ok(group) =
                set.add("elsewhere", project.new_label_id().unwrap(), &format!("label {}", dice.roll(30)))
            {
                project.commit(&group).unwrap();
            }
        }
        _ => {
            let mut import =
                project.import(ImportOptions { annotator: "file".into(), ..ImportOptions::default() }).unwrap();
            let text = format!("Number {} is Ada's cafe\u{301}", dice.roll(1000));
            // Sometimes a new document, sometimes another text of one that is there.
            let id = if dice.roll(2) == 0 { None } else { Some("plain".to_owned()) };
            import.add(Record { id, text, ..Record::default() }).unwrap();
            import.finish().unwrap();
        }
    }
}

fn a_span(
    project: &Project,
    document: DocumentId,
    label: gleaner::dataset::LabelId,
    dice: &mut Dice,
) -> Option<Change> {
    let text = OpenText::new(project.document(document).unwrap()?.text);
    if text.tokens().is_empty() {
        return None;
    }
    let range = text.tokens()[dice.roll(text.tokens().len())];
    let response = project.response(document, ME).unwrap();
    if response.spans.iter().any(|s| s.range == range && s.label == label) {
        return None;
    }
    let id = project.next_span_id(document, ME).unwrap();
    let span = ResponseSpan { id, range, label, origin: Origin::Key, prediction: None };
    Some(Change::Span { document, annotator: ME.into(), id, before: None, after: Some(span) })
}

#[test]
fn other_processes_may_write_at_any_time() {
    for seed in 100..110 {
        eprintln!("seed {seed}");
        let desk = press_at_random(project(), &mut Dice(seed), 400, |desk, dice| {
            if dice.roll(10) == 0 {
                something_elsewhere(desk, dice);
            }
            // Noticed at once, or only later.
            if dice.roll(6) == 0 {
                desk.look();
            }
        });
        let found = desk.project().verify().unwrap();
        assert!(found.problems.is_empty(), "seed {seed}: {:?}", found.problems);
    }
}
