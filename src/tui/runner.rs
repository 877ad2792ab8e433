//! The runner that does things: the project's store, and the worker that asks the model.

mod several;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::counter::Counter;
use super::effect::{Effect, Runner};
use super::finder::Finder;
use super::model::Start;
use super::msg::{Msg, Opened, Then};
use super::overlay::THEME_KEPT_AS;
use super::reader::{Found, Reader, Search, search, unfinished};
use super::screen::annotate::KEPT_AS;
use super::suggester::{Answer, Question, Suggester, Worker};
use crate::annotate::{LabelSet, Settings};
use crate::dataset::format::{self, Format};
use crate::dataset::{Document, DocumentId, RunId, Status};
use crate::store::{
    Anchor, Change, Counts, DocumentState, Group, Order, Project, Query, RecordQuery, Result, StoreError, Typed,
};

/// Key of the place where a person was.
const PLACE: &str = "place";

/// Acts on a project.
pub struct StoreRunner {
    project: Project,
    annotator: String,
    worker: Option<Worker>,
    /// Looks for what takes longer than a search may take on the loop.
    reader: Option<(Reader, Duration)>,
    counter: Counter,
    /// Reading keeps edits waiting.
    one_at_a_time: bool,
    /// Started when it is first needed.
    finder: Option<Finder>,
    answer: Arc<dyn Fn(Answer) -> bool + Send + Sync>,
    data_version: i64,
    /// What the last look at the project ran into; said once, not every second.
    trouble: Option<String>,
}

impl StoreRunner {
    /// A runner for one person; `answer` takes what the model says, from another thread, and hands it to
    /// [`StoreRunner::take_answer`] on this one.
    pub fn new(
        project: Project,
        annotator: String,
        suggester: Option<Box<dyn Suggester>>,
        answer: impl Fn(Answer) -> bool + Send + Sync + 'static,
    ) -> Self {
        let answer: Arc<dyn Fn(Answer) -> bool + Send + Sync> = Arc::new(answer);
        let tell = answer.clone();
        let data_version = project.data_version().unwrap_or(0);
        let dir = project.dir().to_path_buf();
        let worker = suggester.map(|s| Worker::start(s, dir.clone(), move |a| tell(a)));
        let count = answer.clone();
        let counter = Counter::start(dir, move |counted| count(Answer::Counted(counted)));
        Self {
            project,
            annotator,
            worker,
            counter,
            finder: None,
            answer,
            reader: None,
            one_at_a_time: false,
            data_version,
            trouble: None,
        }
    }

    /// From now on a search that takes longer than `patience` goes on beside the loop. `answer` is as for
    /// [`StoreRunner::new`].
    ///
    /// # Errors
    /// When the project cannot be opened a second time.
    pub fn read_beside(&mut self, patience: Duration, answer: impl Fn(Answer) -> bool + Send + 'static) -> Result<()> {
        let tell = move |(number, found)| answer(Answer::Found(number, found));
        self.one_at_a_time = self.project.reading_blocks_writing()?;
        self.reader = Some((Reader::start(self.project.reader()?, self.annotator.clone(), tell), patience));
        Ok(())
    }

    /// What the model is told at the start.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn start(&self) -> Result<Start> {
        let settings = self.project.ui_state(&self.annotator, "suggest")?;
        let card = self.project.task_card()?;
        let folder = || self.project.dir().file_name().map(|n| n.to_string_lossy().into_owned());
        let folder = folder().unwrap_or_default();
        Ok(Start {
            project: if card.name.is_empty() { folder.clone() } else { card.name.clone() },
            folder,
            card,
            blind: self.project.ui_state(&self.annotator, "blind")?.is_some_and(|value| value == "true"),
            annotator: self.annotator.clone(),
            labels: self.project.labels()?,
            counts: self.counts()?,
            keymap: super::keymap::Keymap::default(),
            theme: super::theme::Theme::default(),
            theme_name: self.project.ui_state(&self.annotator, THEME_KEPT_AS)?.unwrap_or_default(),
            themes: super::theme::Themes::default(),
            background: None,
            suggester: self.worker.is_some(),
            chosen: settings.is_some(),
            settings: settings.and_then(|s| read_settings(&s)).unwrap_or_default(),
            order: self.order()?,
            read_only: self.project.is_read_only(),
            mouse: false,
            arrangement: self
                .project
                .ui_state(&self.annotator, KEPT_AS)?
                .and_then(|kept| kept.parse().ok())
                .unwrap_or_default(),
            notices: self.project.notices().to_vec(),
            tour: None,
        })
    }

    /// The first thing to show: the document where the person was, else the first one that is not finished, else the
    /// first of all; the list when there is none.
    pub fn first(&mut self) -> Vec<Msg> {
        let found = (|| -> Result<Option<DocumentId>> {
            if let Some((document, _)) = self.place()?
                && self.project.document(document)?.is_some()
            {
                return Ok(Some(document));
            }
            let counts = self.counts()?;
            let open = unfinished(&counts).map(Some);
            for status in open.chain([None]) {
                let query = Query { status, ..Query::default() };
                if let Some(row) = self.project.page(&self.annotator, &query, Anchor::Start, 1)?.first() {
                    return Ok(Some(row.id));
                }
            }
            Ok(None)
        })();
        match found {
            Ok(Some(document)) => self.run(Effect::Open { document, notice: None }),
            Ok(None) => {
                let order = self.order().unwrap_or_default();
                self.run(Effect::Page(Query { order, ..Query::default() }, Anchor::Start, 1))
            }
            Err(error) => vec![Msg::Trouble(error.to_string())],
        }
    }

    /// The model has answered.
    pub fn take_answer(&mut self, answer: Answer) -> Msg {
        let (generation, document, result) = match answer {
            Answer::Ahead(ahead) => return Msg::SuggestedAhead(ahead),
            Answer::Found(number, found) => {
                let wanted = self.reader.as_mut().is_some_and(|(reader, _)| reader.settle(number));
                return Msg::Found(wanted.then_some(found));
            }
            Answer::Batch { generation, result } => {
                let result = result.and_then(|found| self.batched(found).map_err(|e| e.to_string()));
                return Msg::SuggestedBatch { generation, result };
            }
            Answer::Counted(counted) => return Msg::Counted(counted),
            Answer::Searched(searched) => return Msg::Searched(searched),
            Answer::Suggested { generation, document, result } => (generation, document, result),
        };
        let found = result.and_then(|(spec, candidates)| {
            // Nothing can be decided where nothing can be written, so the run needs no number.
            let run = match self.project.is_read_only() {
                true => RunId(0),
                false => self.project.live_run(&spec).map_err(|e| e.to_string())?,
            };
            Ok((run, candidates))
        });
        match found {
            Ok((run, candidates)) => Msg::Suggested { generation, document, run, candidates },
            Err(reason) => Msg::SuggestFailed { generation, reason },
        }
    }

    fn counts(&self) -> Result<Counts> {
        self.project.counts(&self.annotator)
    }

    fn try_run(&mut self, effect: Effect) -> Result<Vec<Msg>> {
        if self.project.is_read_only() && is_memory(&effect) {
            return Ok(Vec::new());
        }
        match effect {
            Effect::Commit(group, then) => self.commit(&group).map(|counts| vec![Msg::Committed(group, then, counts)]),
            Effect::Undo => self.undo(false),
            Effect::Redo => self.undo(true),
            Effect::Page(query, anchor, limit) => self.search(Search::Page(query, anchor, limit)),
            Effect::Open { document, notice } => self.open(document, notice),
            Effect::OpenNear { from, query, which } => self.search(Search::Near(from, query, which)),
            Effect::StopSearch => {
                if let Some((reader, _)) = &mut self.reader {
                    reader.stop();
                }
                Ok(Vec::new())
            }
            Effect::AddDocument(text) => self.add(&text),
            Effect::OpenNamed(name) => match self.project.find_document(&name)? {
                Some(document) => Ok(vec![Msg::Opened(Box::new(self.opened(document, None)?))]),
                None => Ok(vec![Msg::NotOpened(format!("there is no document {name}"))]),
            },
            Effect::Reread(document) => {
                let opened = match document {
                    Some(id) => self.project.document(id)?.map(|d| self.opened(d, None)).transpose()?.map(Box::new),
                    None => None,
                };
                let (card, labels) = (self.project.task_card()?, self.project.labels()?);
                Ok(vec![Msg::Reread { card, labels, counts: self.counts()?, opened }])
            }
            Effect::NewLabelId(name) => Ok(vec![Msg::NewLabelId(self.project.new_label_id()?, name)]),
            Effect::Count(count) => Ok(match self.counter.ask(count) {
                true => Vec::new(),
                false => vec![Msg::Counted(Err("the counting thread has ended".into()))],
            }),
            Effect::MergeLabels { from, into, keep_prompt } => {
                let set = LabelSet::new(self.project.labels()?);
                let me = self.annotator.clone();
                let merged = self
                    .project
                    .rewrite(from, &[from, into], |responses| set.merge(&me, from, into, keep_prompt, responses))?;
                Ok(vec![match merged {
                    Ok(group) => Msg::Committed(group, Then::Stay, self.counts()?),
                    Err(reason) => Msg::Refused(reason),
                }])
            }
            Effect::NewLabelHere { name, change } => {
                Ok(vec![Msg::NewLabelHere(self.project.new_label_id()?, name, change)])
            }
            Effect::Suggest { generation, document, text, labels } => {
                if let Some(worker) = &self.worker {
                    worker.ask(Question { generation, document, text, labels });
                }
                Ok(Vec::new())
            }
            Effect::SuggestBatch(batch) => {
                if let Some(worker) = &self.worker {
                    worker.ask_batch(batch);
                }
                Ok(Vec::new())
            }
            Effect::ReviewReread(documents) => {
                let mut fresh = Vec::with_capacity(documents.len());
                for document in documents {
                    fresh.extend(self.project.document(document)?.map(|d| self.opened(d, None)).transpose()?);
                }
                Ok(vec![Msg::ReviewReread(fresh)])
            }
            Effect::CountReviewed(run, cuts) => {
                let mut counts = Vec::with_capacity(cuts.len());
                for (label, at_least) in cuts {
                    counts.push((label, at_least, self.project.reviewed(&self.annotator, run, label, at_least)?));
                }
                Ok(vec![Msg::Reviewed(counts)])
            }
            Effect::AcceptMany { picks, at_least, labels } => self.accept_many(&picks, at_least, &labels),
            Effect::FindText(search) => {
                let (dir, me, answer) = (self.project.dir().to_owned(), self.annotator.clone(), self.answer.clone());
                let start = || Finder::start(dir, me, move |searched| answer(Answer::Searched(searched)));
                self.finder.get_or_insert_with(start).search(search);
                Ok(Vec::new())
            }
            Effect::StopFinding => {
                if let Some(finder) = &self.finder {
                    finder.stop();
                }
                Ok(Vec::new())
            }
            Effect::Matches(document) => Ok(vec![Msg::Matches(document, self.project.text_matches(document)?)]),
            Effect::ReadLine(document) => self.line(document).map(|line| vec![Msg::Line(line)]),
            Effect::PauseAhead(paused) => {
                if let Some(worker) = &self.worker {
                    worker.pause(paused);
                }
                Ok(Vec::new())
            }
            Effect::Remember { document, cursor } => self.remember(PLACE, &format!("{document} {cursor}")),
            Effect::RememberSetting(key, value) => self.remember(key, &value),
            Effect::AddActive { document, seconds } => {
                self.project.add_active_seconds(document, &self.annotator, seconds).map(|()| Vec::new())
            }
            // The terminal's own affairs.
            Effect::Redraw | Effect::Suspend | Effect::EditGuidelines(_) | Effect::Copy(_) | Effect::Mouse(_) => {
                Ok(Vec::new())
            }
        }
    }

    /// Looks for something, here if that is quick.
    fn search(&mut self, wanted: Search) -> Result<Vec<Msg>> {
        let me = self.annotator.as_str();
        let found = match &mut self.reader {
            None => Some(search(&self.project, me, &wanted)?),
            Some((reader, patience)) => {
                let end = Instant::now() + *patience;
                let found = self.project.unless(move || Instant::now() >= end, |p| search(p, me, &wanted))?;
                match found {
                    // What was looked for before is of no use any more.
                    Some(_) => reader.stop(),
                    None => reader.ask(wanted),
                }
                found
            }
        };
        match found {
            None => Ok(vec![Msg::Searching]),
            Some(Found::Near(_, Some(document))) => self.open(document, None),
            Some(Found::Page(query, anchor, limit, rows)) => Ok(vec![Msg::Page { query, anchor, limit, rows }]),
            Some(nothing) => Ok(vec![Msg::Found(Some(nothing))]),
        }
    }

    fn commit(&mut self, group: &Group) -> Result<Counts> {
        self.project.commit(group)?;
        self.counts()
    }

    /// A typed text as a document, in one step of undo, and opened.
    fn add(&mut self, text: &str) -> Result<Vec<Msg>> {
        let Typed { document, state } = self.project.take_typed(text)?;
        if !state.removed {
            return self.open(document, Some("this text is in the project already".into()));
        }
        let after = DocumentState { removed: false, ..state };
        let changes = vec![Change::Document { document, before: state, after }];
        let group = Group { actor: self.annotator.clone(), reason: format!("add document {document}"), changes };
        let counts = self.commit(&group)?;
        let mut said = vec![Msg::Committed(group, Then::Stay, counts)];
        said.extend(self.open(document, Some(format!("added document {document}: u takes it out again")))?);
        Ok(said)
    }

    /// A document with what this person said of it, as `gleaner export --format jsonl` writes it.
    fn line(&self, document: DocumentId) -> Result<String> {
        let query = RecordQuery {
            statuses: Status::ALL.to_vec(),
            annotator: Some(self.annotator.clone()),
            unanswered: true,
            ..RecordQuery::default()
        };
        let page = self.project.records(&query, DocumentId(document.0 - 1), 1)?;
        let mut line = Vec::new();
        let records = page.records.into_iter().filter(|(id, _)| *id == document).map(|(_, record)| record);
        // Only bytes in memory are written, which cannot fail.
        let _ = format::write(Format::Jsonl, &mut line, records, &format::WriteOptions::default());
        Ok(String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned())
    }

    fn undo(&mut self, redo: bool) -> Result<Vec<Msg>> {
        let undone = if redo { self.project.redo(&self.annotator)? } else { self.project.undo(&self.annotator)? };
        Ok(vec![Msg::Undone { undone, redo, counts: self.counts()? }])
    }

    fn remember(&mut self, key: &str, value: &str) -> Result<Vec<Msg>> {
        self.project.set_ui_state(&self.annotator, key, value).map(|()| Vec::new())
    }

    /// The order in which the list was left.
    fn order(&self) -> Result<Order> {
        Ok(self.project.ui_state(&self.annotator, "order")?.and_then(|o| o.parse().ok()).unwrap_or_default())
    }

    fn place(&self) -> Result<Option<(DocumentId, usize)>> {
        let value = self.project.ui_state(&self.annotator, PLACE)?;
        Ok(value.and_then(|v| {
            let (document, cursor) = v.split_once(' ')?;
            Some((DocumentId(document.parse().ok()?), cursor.parse().ok()?))
        }))
    }

    fn open(&self, document: DocumentId, notice: Option<String>) -> Result<Vec<Msg>> {
        match self.project.document(document)? {
            Some(document) => Ok(vec![Msg::Opened(Box::new(self.opened(document, notice)?))]),
            None => Ok(vec![Msg::NotOpened(notice.unwrap_or_else(|| "this document was removed".into()))]),
        }
    }

    fn opened(&self, document: Document, notice: Option<String>) -> Result<Opened> {
        let (id, me) = (document.id, self.annotator.as_str());
        Ok(Opened {
            response: self.project.response(id, me)?,
            decisions: self.project.decisions(id, me)?,
            notes: self.project.notes(id, me)?,
            coverage: self.project.coverage(id, me)?,
            blind: self.project.is_blind(id, me)?,
            matches: self.project.text_matches(id)?,
            next_span_id: self.project.next_span_id(id, me)?,
            cursor: self.place()?.filter(|(document, _)| *document == id).map(|(_, cursor)| cursor),
            document,
            notice,
        })
    }
}

impl Runner for StoreRunner {
    fn run(&mut self, effect: Effect) -> Vec<Msg> {
        let is_edit = matches!(
            effect,
            Effect::Commit(..)
                | Effect::AddDocument(_)
                | Effect::AcceptMany { .. }
                | Effect::MergeLabels { .. }
                | Effect::Undo
                | Effect::Redo
        );
        // An edit goes first; what was being looked for is looked for again.
        let waiting = match &mut self.reader {
            Some((reader, _)) if is_edit && self.one_at_a_time => reader.interrupt(),
            _ => None,
        };
        let done = self.try_run(effect);
        if let (Some((reader, _)), Some(search)) = (&mut self.reader, waiting) {
            reader.ask(search);
        }
        done.unwrap_or_else(|error| match error {
            StoreError::Stale(_) => vec![Msg::Stale(error.to_string())],
            _ if is_edit => vec![Msg::Refused(error.to_string())],
            _ => vec![Msg::Trouble(error.to_string())],
        })
    }

    fn poll(&mut self) -> Option<Msg> {
        match self.project.data_version() {
            Ok(now) => {
                let changed = now != self.data_version || self.trouble.take().is_some();
                self.data_version = now;
                changed.then_some(Msg::StoreChanged)
            }
            Err(error) => {
                let said = error.to_string();
                let before = self.trouble.replace(said.clone());
                (before.as_ref() != Some(&said)).then_some(Msg::Trouble(said))
            }
        }
    }
}

/// What is kept for the next start and is no loss without one.
fn is_memory(effect: &Effect) -> bool {
    matches!(effect, Effect::Remember { .. } | Effect::RememberSetting(..) | Effect::AddActive { .. })
}

/// `0.50 false false`: threshold, nested, multi-label, as they are remembered under `suggest`.
pub fn read_settings(text: &str) -> Option<Settings> {
    let mut words = text.split(' ');
    let threshold: f32 = words.next()?.parse().ok()?;
    let (nested, multi_label) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (0.0..1.0).contains(&threshold).then_some(Settings { threshold, nested, multi_label })
}
