//! The demo's gold, by keys alone: somebody who knows the answers works from the model's suggestions, presses the fewest
//! keys they know, and exports exactly the gold. `cargo test --test demo_gold -- --nocapture` prints the keys.
//!
//! Ways are found by trying: the update of the terminal has no effects of its own, so a copy of the model shows where keys
//! would lead.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gleaner::annotate::{Direction, LabelSet, Side, Unit, moved_edge};
use gleaner::dataset::format::{self, Format, ReadOptions};
use gleaner::dataset::{Prediction, Record, TaskCard};
use gleaner::gliner::{DecodeOptions, Gliner, decode};
use gleaner::store::{ImportOptions, Project};
use gleaner::suggest;
use gleaner::text::CharRange;
use gleaner::tui::app::App;
use gleaner::tui::commands::{self, CommandId};
use gleaner::tui::key::Key;
use gleaner::tui::keymap::{Keymap, Mode};
use gleaner::tui::model::Model;
use gleaner::tui::msg::Msg;
use gleaner::tui::overlay::Overlay;
use gleaner::tui::runner::StoreRunner;
use gleaner::tui::screen::annotate::{Open, Target};
use gleaner::tui::suggester::Answer;
use gleaner::tui::update::update;
use gleaner::tui::{LiveSuggester, Suggester};

const DOCUMENTS: usize = 60;
const ME: &str = "tester";
const LABELS: [&str; 8] =
    ["brand", "watch model", "movement", "material", "complication", "price", "organization", "person"];

type Gold = BTreeSet<(usize, usize, String)>;

/// What keys were pressed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum For {
    Accepted,
    Corrected,
    Rejected,
    New,
    Rest,
}

fn corpus() -> Vec<Record> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/demo/watches.jsonl");
    let opened = format::open(&file, Some(Format::Jsonl), &ReadOptions::default()).unwrap();
    opened.records.map(Result::unwrap).collect()
}

fn gold_of(record: &Record) -> Gold {
    let spans = record.responses.iter().flat_map(|r| &r.spans);
    spans.map(|s| (s.range.start, s.range.end, s.label.clone())).collect()
}

/// The demo as `gleaner demo` makes it: texts and labels, no answers.
fn make_project(dir: &Path, corpus: &[Record]) {
    let mut project = Project::create(dir, &TaskCard { name: "demo".into(), ..TaskCard::default() }).unwrap();
    let mut set = LabelSet::default();
    for name in LABELS {
        let group = set.add("maker", project.new_label_id().unwrap(), name).unwrap();
        project.commit(&group).unwrap();
        group.changes.iter().for_each(|change| set.apply(change));
    }
    let mut import = project.import(ImportOptions::default()).unwrap();
    for record in corpus {
        import.add(Record { responses: Vec::new(), ..record.clone() }).unwrap();
    }
    import.finish().unwrap();
}

/// The threshold that asks for the fewest keys, as far as counting without trying can tell. What the model says stays in
/// the project's cache, for the terminal.
fn best_threshold(dir: &Path, corpus: &[Record]) -> f32 {
    let model = Gliner::embedded(0).unwrap();
    let mut suggester = suggest::Suggester::new(model, false).remembering(dir);
    let labels = Project::open(dir).unwrap().labels().unwrap();
    let texts: Vec<&str> = corpus.iter().map(|r| r.text.as_str()).collect();
    let found = suggester.candidates(&texts, &labels, None).unwrap();
    let keys = |threshold: f32| -> usize {
        let options = DecodeOptions { threshold, ..DecodeOptions::default() };
        let of = |(record, candidates): (&Record, &Vec<gleaner::gliner::Candidate>)| {
            let kept = decode(candidates, &options);
            let gold = gold_of(record);
            let exact = kept.iter().filter(|c| gold.contains(&(c.range.start, c.range.end, LABELS[c.class].into())));
            let words = |(start, end, _): &(usize, usize, String)| 1 + (end - start) / 7;
            let whole: usize = gold.iter().map(words).sum();
            let missed = gold.len() - exact.clone().count();
            // A new span takes some five keys besides its words.
            kept.len() + missed * 4 + whole * missed / gold.len().max(1)
        };
        corpus.iter().zip(&found).filter(|(r, _)| !r.responses.is_empty()).map(of).sum()
    };
    let thresholds: Vec<f32> = (2..=16).map(|step| step as f32 * 0.05).collect();
    thresholds.into_iter().min_by_key(|t| keys(*t)).unwrap()
}

/// Somebody at the keyboard.
struct Person {
    app: App<StoreRunner>,
    answers: Receiver<Answer>,
    pressed: BTreeMap<For, usize>,
}

impl Person {
    fn sit_down(dir: &Path) -> Self {
        let (send, answers) = channel();
        let open = Box::new(|| Gliner::embedded(0).map_err(|e| e.to_string()));
        let suggester: Box<dyn Suggester> = Box::new(LiveSuggester::new(dir.to_path_buf(), open));
        let project = Project::open(dir).unwrap();
        let mut runner = StoreRunner::new(project, ME.into(), Some(suggester), move |a| send.send(a).is_ok());
        let mut start = runner.start().unwrap();
        start.keymap = Keymap::embedded();
        let first = runner.first();
        let app = App { model: Model::new(start), runner };
        let mut person = Self { app, answers, pressed: BTreeMap::new() };
        person.app.feed(Msg::Resize(80, 24));
        first.into_iter().for_each(|msg| drop(person.app.feed(msg)));
        person.rest();
        person
    }

    /// Waits until the model has answered for the open document.
    fn rest(&mut self) {
        while self.app.model.suggester.running.is_some() {
            let answer = self.answers.recv_timeout(Duration::from_secs(300)).expect("the model answers");
            let msg = self.app.runner.take_answer(answer);
            self.app.feed(msg);
        }
    }

    fn open(&self) -> &Open {
        self.app.model.open.as_ref().expect("a document is open")
    }

    fn press(&mut self, what_for: For, key: Key) {
        *self.pressed.entry(what_for).or_default() += 1;
        let later = self.app.model.now + Duration::from_millis(300);
        self.app.feed(Msg::Tick(later));
        self.app.feed(Msg::Key(key));
        self.rest();
    }

    /// Presses the shortest keys of a command.
    fn give(&mut self, what_for: For, command: &str) {
        let id = commands::find(command).unwrap_or_else(|| panic!("there is no command {command}"));
        let keys = keys_of(&self.app.model, id).unwrap_or_else(|| panic!("{command} has no key"));
        keys.into_iter().for_each(|key| self.press(what_for, key));
    }

    fn spans(&self) -> Gold {
        let model = &self.app.model;
        let spans = &self.open().annotation.response.spans;
        spans.iter().map(|s| (s.range.start, s.range.end, model.labels.name(s.label))).collect()
    }

    fn label_key(&self, label: &str) -> Key {
        let keys = self.app.model.labels.keys();
        let (key, _) = keys.iter().find(|(_, l)| l.name == label).unwrap();
        Key::char(key.expect("the demo's labels have keys"))
    }

    /// Decides on every suggestion that is shown.
    fn decide(&mut self, gold: &Gold) {
        let name = |model: &Model, s: &Prediction| (s.key.range.start, s.key.range.end, model.labels.name(s.key.label));
        for _ in 0..500 {
            let open = self.open();
            if open.suggestions.is_empty() {
                return;
            }
            let right = |s: &Prediction| gold.contains(&name(&self.app.model, s));
            if open.suggestions.len() > 2 && open.suggestions.iter().all(right) {
                self.accept_the_rest();
                continue;
            }
            let Target::Suggestion(suggestion) = open.target() else {
                self.give(For::Rest, "next_suggestion");
                continue;
            };
            if right(&suggestion) {
                self.give(For::Accepted, "accept_and_next");
            } else if let Some((edges, label)) = self.correction(&suggestion, gold) {
                edges.iter().for_each(|edge| self.give(For::Corrected, edge));
                if let Some(label) = label {
                    self.press(For::Corrected, self.label_key(&label));
                }
            } else {
                self.give(For::Rejected, "reject_and_next");
            }
        }
        panic!("there is no end to suggestions");
    }

    /// All that is shown is right: two keys.
    fn accept_the_rest(&mut self) {
        let (shown, spans) = (self.open().suggestions.len(), self.spans().len());
        self.give(For::Accepted, "accept_above_threshold");
        assert!(matches!(self.app.model.overlays.last(), Some(Overlay::Bulk(_))), "accepting all asks first");
        self.press(For::Accepted, "Enter".parse().unwrap());
        assert_eq!(self.spans().len(), spans + shown, "all were accepted");
    }

    /// Edges to move and the label to give instead of rejecting and marking anew: at most three keys.
    fn correction(&self, suggestion: &Prediction, gold: &Gold) -> Option<(Vec<&'static str>, Option<String>)> {
        let (open, model) = (self.open(), &self.app.model);
        let (there, shown) = (self.spans(), suggestion.key.range);
        let label = model.labels.name(suggestion.key.label);
        // What another suggestion says exactly is accepted there.
        let said = |g: &(usize, usize, String)| {
            open.suggestions
                .iter()
                .any(|s| (s.key.range.start, s.key.range.end) == (g.0, g.1) && model.labels.name(s.key.label) == g.2)
        };
        let wanted = gold.iter().filter(|g| g.0 < shown.end && shown.start < g.1 && !there.contains(*g) && !said(g));
        let ways = wanted.filter_map(|g| {
            let mut edges = Vec::new();
            let mut range = shown;
            while range != CharRange::new(g.0, g.1) && edges.len() < 4 {
                let (command, side, direction) = match () {
                    () if range.start > g.0 => ("grow_left", Side::Start, Direction::Left),
                    () if range.end < g.1 => ("grow_right", Side::End, Direction::Right),
                    () if range.start < g.0 => ("shrink_left", Side::Start, Direction::Right),
                    () => ("shrink_right", Side::End, Direction::Left),
                };
                range = moved_edge(&open.annotation.text, range, side, direction, Unit::Word)?;
                edges.push(command);
            }
            let relabel = (label != g.2).then(|| g.2.clone());
            (range == CharRange::new(g.0, g.1)).then_some((edges, relabel))
        });
        ways.min_by_key(|(edges, relabel)| edges.len() + usize::from(relabel.is_some()))
            .filter(|(edges, relabel)| edges.len() + usize::from(relabel.is_some()) <= 3)
    }

    /// Marks what nobody has suggested.
    fn add(&mut self, (start, end, label): &(usize, usize, String)) {
        let tokens = self.open().annotation.text.tokens().to_vec();
        let covered: Vec<CharRange> = tokens.into_iter().filter(|t| t.start < *end && *start < t.end).collect();
        let (first, last) = (covered[0], covered[covered.len() - 1]);
        let mut trial = self.app.model.clone();
        // Nothing that is moved over depends on these.
        trial.open.as_mut().unwrap().candidates = None;
        for key in way_to(trial, &[first, last]) {
            self.press(For::New, key);
        }
        let extend = if self.open().selection.range() == first { "extend_right" } else { "extend_left" };
        for _ in 1..covered.len() {
            self.give(For::New, extend);
        }
        let range = CharRange::new(*start, *end);
        let by_character = self.open().selection.range() != range;
        if by_character {
            self.give(For::New, "toggle_character_mode");
            assert!(matches!(self.open().target(), Target::Text(_)), "{range:?}: a span is there already");
            for (command, times) in [("shrink_left", start - first.start), ("shrink_right", last.end - end)] {
                (0..times).for_each(|_| self.give(For::New, command));
            }
        }
        assert_eq!(self.open().selection.range(), range);
        assert!(matches!(self.open().target(), Target::Text(_)), "{range:?}: a span is there already");
        self.press(For::New, self.label_key(label));
        if by_character {
            self.give(For::New, "toggle_character_mode");
        }
    }
}

fn keys_of(model: &Model, id: CommandId) -> Option<Vec<Key>> {
    let all = model.keymap.keys_of(Mode::Annotate, id);
    all.iter().map(|keys| Key::sequence(keys).unwrap()).min_by_key(Vec::len)
}

/// The fewest keys that put the cursor exactly on one of these words.
fn way_to(from: Model, words: &[CharRange]) -> Vec<Key> {
    let motions: Vec<Vec<Key>> = commands::all()
        .filter(|id| id.get().topic == "Moving" && id.get().modes.contains(&Mode::Annotate))
        .filter_map(|id| keys_of(&from, id))
        .collect();
    let place = |model: &Model| {
        let open = model.open.as_ref().unwrap();
        format!("{:?} {:?} {:?} {}", open.selection, open.focus, open.goal_column, open.top)
    };
    let mut known = HashSet::from([place(&from)]);
    // Ways by their length: those of two keys wait a round.
    let mut rounds: Vec<Vec<(Model, Vec<Key>)>> = vec![vec![(from, Vec::new())]];
    for length in 0..40 {
        for (model, way) in std::mem::take(&mut rounds[length]) {
            if model.open.as_ref().is_some_and(|open| words.contains(&open.selection.range())) {
                return way;
            }
            for keys in &motions {
                let mut next = model.clone();
                keys.iter().for_each(|key| drop(update(&mut next, Msg::Key(*key))));
                if known.insert(place(&next)) {
                    let at = length + keys.len();
                    rounds.resize_with(rounds.len().max(at + 1), Vec::new);
                    rounds[at].push((next, [way.as_slice(), keys].concat()));
                }
            }
        }
        rounds.resize_with(rounds.len().max(length + 2), Vec::new);
    }
    panic!("no way to {words:?}");
}

fn export(dir: &Path) -> BTreeMap<String, Gold> {
    let file = dir.join("out.jsonl");
    let output = Command::new(env!("CARGO_BIN_EXE_gleaner"))
        .args(["export".as_ref(), dir.as_os_str(), "-o".as_ref(), file.as_os_str()])
        .args(["--format", "jsonl", "--annotator", ME, "--status", "submitted"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let opened = format::open(&file, Some(Format::Jsonl), &ReadOptions::default()).unwrap();
    opened.records.map(|r| r.unwrap()).map(|r| (r.id.clone().unwrap(), gold_of(&r))).collect()
}

#[test]
fn sixty_documents_become_the_gold_by_keys_alone() {
    let corpus = corpus();
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    make_project(&dir, &corpus);
    let threshold = best_threshold(&dir, &corpus);
    let gold: BTreeMap<&str, Gold> = corpus
        .iter()
        .filter(|r| !r.responses.is_empty())
        .map(|r| (r.id.as_deref().unwrap(), gold_of(r)))
        .take(DOCUMENTS)
        .collect();
    assert_eq!(gold.len(), DOCUMENTS);

    let mut person = Person::sit_down(&dir);
    while (person.app.model.settings.threshold - threshold).abs() > 0.01 {
        let lower = person.app.model.settings.threshold > threshold;
        person.give(For::Rest, if lower { "lower_threshold" } else { "raise_threshold" });
    }
    let (mut done, mut new) = (BTreeSet::new(), 0);
    let (mut accepted, mut corrected, mut rejected) = (0, 0, 0);
    while done.len() < DOCUMENTS {
        let id = person.open().external_id.clone().unwrap();
        let Some(wanted) = gold.get(id.as_str()).filter(|_| !done.contains(&id)) else {
            person.give(For::Rest, "next_document");
            continue;
        };
        person.decide(wanted);
        let there = person.spans();
        assert!(there.is_subset(wanted), "{id}: {:?}", there.difference(wanted));
        let missing: Vec<_> = wanted.difference(&there).cloned().collect();
        new += missing.len();
        missing.iter().for_each(|span| person.add(span));
        assert_eq!(person.spans(), *wanted, "{id}");
        for decision in person.open().annotation.decisions.values() {
            match decision.verdict {
                gleaner::dataset::Verdict::Accepted => accepted += 1,
                gleaner::dataset::Verdict::Rejected => rejected += 1,
                _ => corrected += 1,
            }
        }
        person.give(For::Rest, "submit_and_next");
        done.insert(id);
    }

    let exported = export(&dir);
    assert_eq!(exported.len(), DOCUMENTS);
    for (id, spans) in &exported {
        assert_eq!(*spans, gold[id.as_str()], "{id}");
    }
    report(&person.pressed, threshold, [accepted, corrected, rejected, new]);
}

/// What peers take, counted from what their manuals say, for a text that a model has answered before. Prodigy (prodi.gy/docs,
/// named entity recognition and its keyboard shortcuts): `ner.correct` highlights the suggestions and a key takes the whole
/// task, `ner.teach` asks one suggestion at a time; a new span is the label's key and a drag. doccano (its README and
/// tutorial): auto-labelled spans come drawn and Enter marks the document; a new span is a drag and the label's shortcut.
/// Argilla (docs.argilla.io, annotating a dataset): suggestions fill the form and Enter submits; a new span is the label's
/// digit and a drag, for no key selects text (argilla#2279). Where a span takes no key, nobody has said that it is right.
const PEERS: [(&str, &str, &str); 4] = [
    ("Prodigy ner.correct", "0, and 1 key a task", "1 key, 1 drag"),
    ("Prodigy ner.teach", "1 key", "cannot"),
    ("doccano, auto-labelled", "0, and 1 key a document", "1 drag, 1 key"),
    ("Argilla 2, suggestions", "0, and 1 key a record", "1 key, 1 drag"),
];

fn report(pressed: &BTreeMap<For, usize>, threshold: f32, [accepted, corrected, rejected, new]: [usize; 4]) {
    let keys = |what: For| pressed.get(&what).copied().unwrap_or(0);
    let total: usize = pressed.values().sum();
    let each = |what: For, n: usize| keys(what) as f64 / n.max(1) as f64;
    println!("{DOCUMENTS} documents at threshold {threshold:.2}: {total} keys");
    println!("{:.1} keys a document", total as f64 / DOCUMENTS as f64);
    println!("{accepted} suggestions accepted: {:.2} keys each", each(For::Accepted, accepted));
    println!("{corrected} suggestions corrected: {:.2} keys each", each(For::Corrected, corrected));
    println!("{rejected} suggestions rejected: {:.2} keys each", each(For::Rejected, rejected));
    println!("{new} new spans: {:.2} keys each", each(For::New, new));
    println!("{} keys for going on: to suggestions, to documents, submitting", keys(For::Rest));
    println!("\n{:<24} {:<26} a new span", "", "an accepted span");
    let own = |what, n| format!("{:.2} keys", each(what, n));
    println!("{:<24} {:<26} {}", "gleaner", own(For::Accepted, accepted), own(For::New, new));
    for (tool, accepted, new) in PEERS {
        println!("{tool:<24} {accepted:<26} {new}");
    }
}
