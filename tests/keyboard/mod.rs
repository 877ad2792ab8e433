//! A person at the keyboard, for tests: a real project in a temporary folder, the real keymap, update and store runner,
//! and a model whose answers are written down.
//!
//! Texts are written with marks, as in `#[Ada|] <person Lovelace> met <?place .80 Turin>`: the selection, a span of the
//! response, a suggestion with its score. Marks nest.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::collections::HashMap;
use std::time::Duration;

use gleaner::annotate::{Candidate, Selection, Settings};
use gleaner::dataset::{DocumentId, Label, LabelId, Origin, Record, ResponseSpan, SpanId, Status, TaskCard};
use gleaner::store::{Change, Group, ImportOptions, Project, RunSpec};
use gleaner::text::CharRange;
use gleaner::tui::App;
use gleaner::tui::effect::{Effect, Runner};
use gleaner::tui::key::Key;
use gleaner::tui::keymap::Keymap;
use gleaner::tui::model::Model;
use gleaner::tui::msg::Msg;
use gleaner::tui::runner::StoreRunner;
use gleaner::tui::suggester::Answer;
use gleaner::tui::theme::Theme;

/// Labels of every test project, with the keys 1, 2 and 3.
pub const LABELS: [&str; 3] = ["person", "place", "work"];

/// A runner whose model has learnt its answers by heart, and whose store can be made to refuse.
pub struct Scripted {
    pub store: StoreRunner,
    /// By text: label name, range, score.
    pub answers: HashMap<String, Vec<(String, CharRange, f32)>>,
    /// Why commits fail, while they do.
    pub refusing: Option<String>,
    /// Suggestions do not come while this is set.
    pub silent: bool,
    /// What has been asked for.
    pub seen: Vec<Effect>,
}

impl Runner for Scripted {
    fn run(&mut self, effect: Effect) -> Vec<Msg> {
        self.seen.push(effect.clone());
        let edit = matches!(effect, Effect::Commit(..) | Effect::Undo | Effect::Redo);
        if let Some(why) = self.refusing.as_ref().filter(|_| edit) {
            return vec![Msg::Refused(why.clone())];
        }
        let mut replies = self.store.run(effect.clone());
        if let Effect::Suggest { generation, document, text, labels } = effect {
            if self.silent {
                return replies;
            }
            let known = self.answers.get(&*text).cloned().unwrap_or_default();
            let find = |name: &str| labels.iter().find(|l| l.prompt() == name).map(|l| l.id);
            let candidates = known
                .iter()
                .filter_map(|(name, range, score)| Some(Candidate { range: *range, label: find(name)?, score: *score }))
                .collect();
            let labels = labels.iter().map(|l| (l.id, l.prompt().to_owned())).collect();
            let spec = RunSpec { model: "by heart".into(), labels, ..RunSpec::default() };
            replies.push(self.store.take_answer(Answer::Suggested {
                generation,
                document,
                result: Ok((spec, candidates)),
            }));
        }
        replies
    }

    fn poll(&mut self) -> Option<Msg> {
        self.store.poll()
    }
}

/// A marked text taken apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked {
    pub text: String,
    pub selection: Option<CharRange>,
    pub spans: Vec<(String, CharRange)>,
    pub suggestions: Vec<(String, CharRange, f32)>,
}

/// Reads marks.
pub fn read(marked: &str) -> Marked {
    let mut out = Marked::default();
    let mut open: Vec<(String, Option<f32>, usize)> = Vec::new();
    let mut selected = None;
    let mut at = 0;
    let mut rest = marked;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("#[") {
            (selected, rest) = (Some(at), after);
        } else if let (Some(after), Some(start)) = (rest.strip_prefix("|]"), selected) {
            (out.selection, rest) = (Some(CharRange::new(start, at)), after);
        } else if let Some(after) = rest.strip_prefix("<?") {
            let mut words = after.splitn(3, ' ');
            let (label, score) = (words.next().unwrap(), words.next().unwrap().parse().unwrap());
            open.push((label.to_owned(), Some(score), at));
            rest = words.next().unwrap();
        } else if let Some(after) = rest.strip_prefix('<') {
            let (label, after) = after.split_once(' ').unwrap();
            open.push((label.to_owned(), None, at));
            rest = after;
        } else if c == '>' {
            let (label, score, start) = open.pop().unwrap();
            let range = CharRange::new(start, at);
            match score {
                Some(score) => out.suggestions.push((label, range, score)),
                None => out.spans.push((label, range)),
            }
            rest = &rest[1..];
        } else {
            out.text.push(c);
            at += 1;
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Writes marks: spans and suggestions as they are on the screen, the selection when asked for.
pub fn write(model: &Model, with_selection: bool) -> String {
    let open = model.open.as_ref().expect("a document is open");
    let mut marks: Vec<(CharRange, String, &str)> = Vec::new();
    for span in &open.annotation.response.spans {
        marks.push((span.range, format!("<{} ", model.labels.name(span.label)), ">"));
    }
    for s in &open.suggestions {
        let score = format!("{:.2}", s.score);
        let score = score.strip_prefix('0').unwrap_or(&score);
        marks.push((s.key.range, format!("<?{} {score} ", model.labels.name(s.key.label)), ">"));
    }
    if with_selection {
        marks.push((open.selection.range(), "#[".into(), "|]"));
    }
    // Outer before inner; the selection innermost of its equals.
    marks.sort_by_key(|(r, text, _)| (r.start, std::cmp::Reverse(r.end), text.starts_with('#')));
    let mut out = String::new();
    let chars: Vec<char> = open.annotation.text.as_str().chars().collect();
    for at in 0..=chars.len() {
        for (_, _, close) in marks.iter().rev().filter(|(r, ..)| r.end == at && !r.is_empty()) {
            out.push_str(close);
        }
        for (_, text, _) in marks.iter().filter(|(r, ..)| r.start == at) {
            out.push_str(text);
        }
        out.extend(chars.get(at));
    }
    out
}

/// A project on disk with somebody at it.
pub struct Session {
    pub app: App<Scripted>,
    pub dir: tempfile::TempDir,
    now: Duration,
}

impl Session {
    /// A project of these marked texts, with the first one open.
    pub fn of(marked: &[&str]) -> Self {
        let texts: Vec<Marked> = marked.iter().map(|m| read(m)).collect();
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("watches");
        let card = TaskCard { name: "watches".into(), ..TaskCard::default() };
        let mut project = Project::create(&folder, &card).unwrap();
        let labels = LABELS.iter().zip(1..).map(|(name, id)| {
            let mut label = Label::named(LabelId(id), *name, id);
            label.description = format!("Every {name} that is named in full.");
            Change::Label { id: LabelId(id), before: None, after: Some(label) }
        });
        let group = Group { actor: "setup".into(), reason: "labels".into(), changes: labels.collect() };
        project.commit(&group).unwrap();
        let mut import = project.import(ImportOptions { source: "test".into(), ..ImportOptions::default() }).unwrap();
        for (i, text) in texts.iter().enumerate() {
            let record = Record { id: Some(format!("doc-{}", i + 1)), text: text.text.clone(), ..Record::default() };
            import.add(record).unwrap();
        }
        import.finish().unwrap();
        for (document, text) in (1..).zip(&texts) {
            let document = DocumentId(document);
            let annotator = || "ada".to_owned();
            let mut changes: Vec<Change> = (1..)
                .zip(&text.spans)
                .map(|(id, (label, range))| {
                    let label = LabelId(1 + LABELS.iter().position(|l| l == label).unwrap() as i64);
                    let id = SpanId(id);
                    let span = ResponseSpan { id, range: *range, label, origin: Origin::Import, prediction: None };
                    Change::Span { document, annotator: annotator(), id, before: None, after: Some(span) }
                })
                .collect();
            if !changes.is_empty() {
                let (before, after) = (Status::Pending, Status::Draft);
                changes.push(Change::Status { document, annotator: annotator(), before, after });
                project.commit(&Group { actor: "setup".into(), reason: "spans".into(), changes }).unwrap();
            }
        }
        let answers = texts.iter().map(|t| (t.text.clone(), t.suggestions.clone())).collect();
        let mut session = Self::start(project, dir, answers);
        if let Some(selection) = texts.first().and_then(|t| t.selection) {
            session.app.model.open.as_mut().unwrap().selection = Selection::of(selection);
        }
        session
    }

    fn start(
        project: Project,
        dir: tempfile::TempDir,
        answers: HashMap<String, Vec<(String, CharRange, f32)>>,
    ) -> Self {
        let mut store = StoreRunner::new(project, "ada".into(), None, |_| true);
        let mut start = store.start().unwrap();
        start.keymap = Keymap::embedded();
        start.theme = Theme::default();
        start.suggester = true;
        let first = store.first();
        let runner = Scripted { store, answers, refusing: None, silent: false, seen: Vec::new() };
        let mut app = App { model: Model::new(start), runner };
        app.feed(Msg::Resize(80, 24));
        for msg in first {
            app.feed(msg);
        }
        Self { app, dir, now: Duration::ZERO }
    }

    /// Quits, and comes back to the same project in a new process, as far as anybody can tell.
    pub fn reopened(mut self) -> Self {
        self.keys("q");
        assert!(self.app.model.quit);
        let Self { app, dir, .. } = self;
        let Scripted { answers, store, .. } = app.runner;
        drop(store);
        let project = Project::open(&dir.path().join("watches")).unwrap();
        Self::start(project, dir, answers)
    }

    /// The same project as a second process has it.
    pub fn other_process(&self) -> Project {
        Project::open(&self.dir.path().join("watches")).unwrap()
    }

    /// Presses keys, 100 ms apart.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in Key::sequence(keys).unwrap() {
            self.press(key);
        }
        self
    }

    /// Presses one key.
    pub fn press(&mut self, key: Key) {
        self.wait(Duration::from_millis(100));
        self.app.feed(Msg::Key(key));
    }

    /// Types a text, key by key.
    pub fn type_text(&mut self, text: &str) -> &mut Self {
        text.chars().for_each(|c| self.press(Key::char(c)));
        self
    }

    /// Time passes.
    pub fn wait(&mut self, time: Duration) -> &mut Self {
        self.now += time;
        self.app.feed(Msg::Tick(self.now));
        self
    }

    /// The document with its spans and suggestions marked.
    pub fn text(&self) -> String {
        write(&self.app.model, false)
    }

    /// The same with the selection.
    pub fn text_and_selection(&self) -> String {
        write(&self.app.model, true)
    }

    /// What the toast says.
    pub fn toast(&self) -> &str {
        self.app.model.toast.as_ref().map_or("", |t| t.text.as_str())
    }

    /// Status of the open response.
    pub fn status(&self) -> Status {
        self.app.model.open.as_ref().unwrap().annotation.response.status
    }

    /// Number of the open document.
    pub fn document(&self) -> i64 {
        self.app.model.open.as_ref().unwrap().annotation.document.0
    }

    /// How suggestions are made.
    pub fn settings(&mut self) -> &mut Settings {
        &mut self.app.model.settings
    }
}
