//! A person at the keyboard, without a terminal: the real keymap, update and store on a temporary project, and a model
//! that always says the same.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

pub mod marked;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use gleaner::annotate::{Candidate, LabelSet, Selection, Unit};
use gleaner::dataset::{Label, Origin, Record, RecordResponse, Span, Status, TaskCard};
use gleaner::store::{ImportOptions, Project, RunSpec};
use gleaner::text::CharRange;
use gleaner::tui::app::App;
use gleaner::tui::commands;
use gleaner::tui::effect::{Effect, Runner};
use gleaner::tui::key::Key;
use gleaner::tui::keymap::{Found, Keymap};
use gleaner::tui::model::Model;
use gleaner::tui::msg::Msg;
use gleaner::tui::overlay::Overlay;
use gleaner::tui::runner::StoreRunner;
use gleaner::tui::suggester::{Answer, Suggester};
use marked::Marked;
use ratatui::buffer::CellWidth;

/// Who works at the desk.
pub const ME: &str = "ada";

/// Documents and labels of a project to come.
#[derive(Clone, Default)]
pub struct Setup {
    pub documents: Vec<(String, Marked)>,
    pub labels: Vec<String>,
    pub card: Option<TaskCard>,
    pub size: (u16, u16),
}

/// What the model says of a text: where, which label, how sure.
pub type Script = Vec<(String, Vec<(CharRange, String, f32)>)>;

struct Scripted(Script);

impl Suggester for Scripted {
    fn suggest(&mut self, text: &str, labels: &[Label]) -> Result<Vec<Candidate>, String> {
        if text.contains("too hard for the model") {
            return Err("it is too hard".into());
        }
        let found = self.0.iter().filter(|(known, _)| known == text).flat_map(|(_, found)| found);
        let label = |prompt: &str| labels.iter().find(|l| l.prompt() == prompt).map(|l| l.id);
        Ok(found
            .filter_map(|(range, name, score)| Some(Candidate { range: *range, label: label(name)?, score: *score }))
            .collect())
    }

    fn run_spec(&self, _: &[Label]) -> RunSpec {
        RunSpec { model: "scripted".into(), ..RunSpec::default() }
    }
}

thread_local! {
    static USED: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
}

/// The commands that keys have given on this thread since this was last asked.
pub fn take_used() -> BTreeSet<&'static str> {
    USED.with(RefCell::take)
}

pub struct Desk {
    pub app: App<StoreRunner>,
    /// Effects that were meant for the terminal.
    pub for_terminal: Vec<Effect>,
    pub dir: tempfile::TempDir,
    answers: Receiver<Answer>,
    script: Script,
    pub keymap: Keymap,
}

impl Setup {
    /// Labels in their order.
    pub fn labels(mut self, names: &[&str]) -> Self {
        self.labels = names.iter().map(|n| (*n).to_owned()).collect();
        self
    }

    /// One more document, in the notation of [`marked`]; its spans are my draft.
    pub fn document(mut self, id: &str, text: &str) -> Self {
        self.documents.push((id.into(), marked::parse(text)));
        self
    }

    /// What the project is about.
    pub fn card(mut self, card: TaskCard) -> Self {
        self.card = Some(card);
        self
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    /// Makes the project and sits down at it.
    pub fn sit_down(self) -> Desk {
        let dir = tempfile::tempdir().unwrap();
        let card = self.card.clone().unwrap_or(TaskCard { name: "desk".into(), ..TaskCard::default() });
        let mut project = Project::create(dir.path(), &card).unwrap();
        let mut set = LabelSet::default();
        for name in &self.labels {
            // Not mine, so that my undo does not reach it.
            let group = set.add("setup", project.new_label_id().unwrap(), name).unwrap();
            project.commit(&group).unwrap();
            group.changes.iter().for_each(|change| set.apply(change));
        }
        let mut script = Script::new();
        if !self.documents.is_empty() {
            let mut import =
                project.import(ImportOptions { annotator: ME.into(), ..ImportOptions::default() }).unwrap();
            for (id, marked) in &self.documents {
                let spans =
                    marked.spans.iter().map(|(range, label)| Span { range: *range, label: label.clone(), score: None });
                let spans: Vec<Span> = spans.collect();
                let response =
                    RecordResponse { annotator: Some(ME.into()), status: Status::Draft, spans, coverage: None };
                let responses = if response.spans.is_empty() { Vec::new() } else { vec![response] };
                let record = Record { id: Some(id.clone()), text: marked.text.clone(), responses, ..Record::default() };
                import.add_from(record, Origin::Import).unwrap();
                script.push((marked.text.clone(), marked.suggestions.clone()));
            }
            import.finish().unwrap();
        }
        let size = if self.size == (0, 0) { (80, 24) } else { self.size };
        Desk::at(dir, script, project, Keymap::embedded(), size)
    }
}

impl Desk {
    fn at(dir: tempfile::TempDir, script: Script, project: Project, keymap: Keymap, size: (u16, u16)) -> Self {
        let (send, answers) = channel();
        let suggester = Box::new(Scripted(script.clone()));
        let mut runner = StoreRunner::new(project, ME.into(), Some(suggester), move |answer| send.send(answer).is_ok());
        let mut start = runner.start().unwrap();
        start.keymap = keymap.clone();
        let first = runner.first();
        let app = App { model: Model::new(start), runner };
        let mut desk = Self { app, for_terminal: Vec::new(), dir, answers, script, keymap };
        desk.feed(Msg::Resize(size.0, size.1));
        first.into_iter().for_each(|msg| desk.feed(msg));
        desk.rest();
        desk
    }

    /// Puts the cursor on a range.
    pub fn select(&mut self, range: CharRange) {
        let open = self.app.model.open.as_mut().unwrap();
        open.selection = Selection::of(range);
        open.focus = None;
        let (columns, rows) = self.app.model.size;
        self.feed(Msg::Resize(columns, rows));
    }

    pub fn feed(&mut self, msg: Msg) {
        let effects = self.app.feed(msg);
        self.for_terminal.extend(effects);
    }

    /// Waits until the model has said all it has to say, and what is looked for has been found.
    pub fn rest(&mut self) {
        while self.model().suggester.running.is_some()
            || self.awaits_batch()
            || self.model().project_screen.counting > 0
            || self.model().evaluate.waiting.is_some()
            || self.model().evaluate.filling.is_some()
            || self.model().search.is_some()
            || self.model().search_screen.is_waiting()
        {
            let answer = self.answers.recv_timeout(Duration::from_secs(10)).expect("the model answers");
            let msg = self.app.runner.take_answer(answer);
            self.feed(msg);
        }
    }

    /// Documents of a list have been asked for.
    fn awaits_batch(&self) -> bool {
        let gathers = |o: &Overlay| matches!(o, Overlay::Bulk(bulk) if bulk.is_gathering());
        self.model().review.loading.is_some() || self.model().overlays.iter().any(gathers)
    }

    /// Presses keys, written as in a keymap file; a word in quotes is typed letter by letter, `_` in it is a space.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for word in keys.split_whitespace() {
            match word.strip_prefix('"').and_then(|w| w.strip_suffix('"')) {
                Some(text) => text.chars().for_each(|c| self.key(Key::char(if c == '_' { ' ' } else { c }))),
                None => self.key(word.parse().unwrap()),
            }
        }
        self
    }

    /// Presses one key and waits for the model.
    pub fn key(&mut self, key: Key) {
        if let Some(command) = self.command_of(key) {
            USED.with_borrow_mut(|used| used.insert(command));
        }
        let later = self.model().now + Duration::from_millis(200);
        self.feed(Msg::Tick(later));
        self.feed(Msg::Key(key));
        self.rest();
    }

    /// The command that a key will give.
    pub fn command_of(&self, key: Key) -> Option<&'static str> {
        let model = self.model();
        let overlaid = !matches!(model.overlays.last(), None | Some(Overlay::Labels(_)));
        if overlaid || model.is_typing() || model.too_small() {
            return None;
        }
        let mut keys = model.pending_keys.clone();
        keys.push(key);
        match model.keymap.lookup(model.mode(), &keys) {
            Found::Command(command) => Some(command.get().name),
            _ => None,
        }
    }

    /// Runs a command without its key.
    pub fn command(&mut self, name: &str) {
        self.feed(Msg::Command(commands::find(name).unwrap()));
        self.rest();
    }

    /// Looks whether another process has written, as the loop does once a second.
    pub fn look(&mut self) {
        if let Some(msg) = self.app.runner.poll() {
            self.feed(msg);
        }
        self.rest();
    }

    /// Quits and comes back, as a new process would.
    pub fn restart(mut self) -> Self {
        self.feed(Msg::Stop);
        let Self { app, dir, script, keymap, .. } = self;
        let size = app.model.size;
        drop(app);
        let project = Project::open(dir.path()).unwrap();
        Self::at(dir, script, project, keymap, size)
    }

    pub fn model(&self) -> &Model {
        &self.app.model
    }

    /// The project as another process has it.
    pub fn project(&self) -> Project {
        Project::open(self.dir.path()).unwrap()
    }

    /// The open document as it is on the screen.
    pub fn marked(&self) -> Marked {
        let model = self.model();
        let open = model.open.as_ref().expect("a document is open");
        let name = |id| model.labels.name(id);
        Marked {
            text: open.annotation.text.as_str().into(),
            selection: Some(open.selection.range()),
            spans: open.annotation.response.spans.iter().map(|s| (s.range, name(s.label))).collect(),
            suggestions: open.suggestions.iter().map(|s| (s.key.range, name(s.key.label), s.score)).collect(),
        }
    }

    /// The open document in the notation of [`marked`].
    pub fn shown(&self) -> String {
        marked::render(&self.marked())
    }

    /// The open document without the cursor.
    pub fn spans(&self) -> String {
        marked::render(&Marked { selection: None, ..self.marked() })
    }

    /// Id of the open document.
    pub fn document(&self) -> &str {
        self.model().open.as_ref().and_then(|o| o.external_id.as_deref()).expect("a document is open")
    }

    /// What the line above the hints says.
    pub fn said(&self) -> &str {
        self.model().toast.as_ref().map_or("", |t| t.text.as_str())
    }

    pub fn status(&self) -> Status {
        self.model().open.as_ref().expect("a document is open").annotation.response.status
    }

    /// What is on the screen.
    pub fn buffer(&self) -> ratatui::buffer::Buffer {
        let (columns, rows) = self.model().size;
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(columns, rows)).unwrap();
        terminal.draw(|frame| gleaner::tui::view::view(self.model(), frame)).unwrap();
        terminal.backend().buffer().clone()
    }

    /// What is on the screen, as plain text.
    pub fn screen(&self) -> String {
        let (columns, rows) = self.model().size;
        let buffer = self.buffer();
        // A wide character covers the cell after it.
        let covered = |x: u16, y| x > 0 && buffer[(x - 1, y)].cell_width() > 1;
        let line = |y| (0..columns).filter(|x| !covered(*x, y)).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..rows).map(|y| line(y).trim_end().to_owned() + "\n").collect()
    }

    /// Words or characters.
    pub fn unit(&self) -> Unit {
        self.model().unit
    }
}
