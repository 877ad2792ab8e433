//! The runner that does things: the project's store, and the worker that asks the model.

use super::effect::{Effect, Near, Runner};
use super::model::Start;
use super::msg::{Msg, Opened};
use super::overlay::THEME_KEPT_AS;
use super::screen::annotate::KEPT_AS;
use super::suggester::{Answer, Question, Suggester, Worker};
use crate::annotate::Settings;
use crate::dataset::{Document, DocumentId, Status};
use crate::store::{Anchor, Counts, Group, Project, Query, Result, StoreError};

/// Key of the place where a person was.
const PLACE: &str = "place";

/// Acts on a project.
pub struct StoreRunner {
    project: Project,
    annotator: String,
    worker: Option<Worker>,
    data_version: i64,
}

impl StoreRunner {
    /// A runner for one person; `answer` takes what the model says, from another thread, and hands it to
    /// [`StoreRunner::take_answer`] on this one.
    pub fn new(
        project: Project,
        annotator: String,
        suggester: Option<Box<dyn Suggester>>,
        answer: impl Fn(Answer) -> bool + Send + 'static,
    ) -> Self {
        let data_version = project.data_version().unwrap_or(0);
        let worker = suggester.map(|s| Worker::start(s, answer));
        Self { project, annotator, worker, data_version }
    }

    /// What the model is told at the start.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn start(&self) -> Result<Start> {
        let settings = self.project.ui_state(&self.annotator, "suggest")?;
        let card = self.project.task_card()?;
        let folder = || self.project.dir().file_name().map(|n| n.to_string_lossy().into_owned());
        Ok(Start {
            project: if card.name.is_empty() { folder().unwrap_or_default() } else { card.name },
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
            mouse: false,
            arrangement: self
                .project
                .ui_state(&self.annotator, KEPT_AS)?
                .and_then(|kept| kept.parse().ok())
                .unwrap_or_default(),
            notices: self.project.notices().to_vec(),
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
            Ok(None) => self.run(Effect::Page(Query::default(), Anchor::Start, 1)),
            Err(error) => vec![Msg::Trouble(error.to_string())],
        }
    }

    /// The model has answered.
    pub fn take_answer(&mut self, answer: Answer) -> Msg {
        let (generation, document, result) = match answer {
            Answer::Ahead(ahead) => return Msg::SuggestedAhead(ahead),
            Answer::Suggested { generation, document, result } => (generation, document, result),
        };
        let found = result.and_then(|(spec, candidates)| {
            let run = self.project.live_run(&spec).map_err(|e| e.to_string())?;
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
        match effect {
            Effect::Commit(group, then) => self.commit(&group).map(|counts| vec![Msg::Committed(group, then, counts)]),
            Effect::Undo => self.undo(false),
            Effect::Redo => self.undo(true),
            Effect::Page(query, anchor, limit) => {
                let rows = self.project.page(&self.annotator, &query, anchor, limit)?;
                Ok(vec![Msg::Page { query, anchor, limit, rows }])
            }
            Effect::Open { document, notice } => self.open(document, notice),
            Effect::OpenNear { from, query, which } => match self.near(from, &query, which)? {
                Some(document) => self.open(document, None),
                None => Ok(vec![Msg::NotOpened(nothing_near(which).into())]),
            },
            Effect::OpenNamed(name) => match self.project.find_document(&name)? {
                Some(document) => Ok(vec![Msg::Opened(Box::new(self.opened(document, None)?))]),
                None => Ok(vec![Msg::NotOpened(format!("there is no document {name}"))]),
            },
            Effect::Reread(document) => {
                let opened = match document {
                    Some(id) => self.project.document(id)?.map(|d| self.opened(d, None)).transpose()?.map(Box::new),
                    None => None,
                };
                Ok(vec![Msg::Reread { labels: self.project.labels()?, counts: self.counts()?, opened }])
            }
            Effect::NewLabelId(name) => Ok(vec![Msg::NewLabelId(self.project.new_label_id()?, name)]),
            Effect::LabelUses(id) => Ok(vec![Msg::LabelUses(id, self.project.label_uses(id)?)]),
            Effect::Suggest { generation, document, text, labels } => {
                if let Some(worker) = &self.worker {
                    worker.ask(Question { generation, document, text, labels });
                }
                Ok(Vec::new())
            }
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
            Effect::Redraw | Effect::Suspend | Effect::Mouse(_) => Ok(Vec::new()),
        }
    }

    fn commit(&mut self, group: &Group) -> Result<Counts> {
        self.project.commit(group)?;
        self.counts()
    }

    fn undo(&mut self, redo: bool) -> Result<Vec<Msg>> {
        let undone = if redo { self.project.redo(&self.annotator)? } else { self.project.undo(&self.annotator)? };
        Ok(vec![Msg::Undone { undone, redo, counts: self.counts()? }])
    }

    fn remember(&mut self, key: &str, value: &str) -> Result<Vec<Msg>> {
        self.project.set_ui_state(&self.annotator, key, value).map(|()| Vec::new())
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
            coverage: self.project.coverage(id, me)?,
            next_span_id: self.project.next_span_id(id, me)?,
            cursor: self.place()?.filter(|(document, _)| *document == id).map(|(_, cursor)| cursor),
            document,
            notice,
        })
    }

    fn near(&self, from: DocumentId, query: &Query, which: Near) -> Result<Option<DocumentId>> {
        let page = |query: &Query, anchor, limit| self.project.page(&self.annotator, query, anchor, limit);
        let other = |query: &Query, anchor| -> Result<Option<DocumentId>> {
            Ok(page(query, anchor, 2)?.into_iter().map(|row| row.id).find(|id| *id != from))
        };
        match which {
            Near::Next => other(query, Anchor::At(from)),
            Near::Previous => {
                // Where it stands in the order, whether it passes the filter or not.
                let all = Query { order: query.order, ..Query::default() };
                let here = page(&all, Anchor::At(from), 1)?.first().map(|row| row.cursor);
                let anchor = here.map_or(Anchor::End, Anchor::Before);
                Ok(page(query, anchor, 1)?.first().map(|row| row.id))
            }
            Near::Unfinished => {
                for status in unfinished(&self.counts()?) {
                    let query = Query { status: Some(status), ..query.clone() };
                    let found = other(&query, Anchor::At(from))?;
                    if let Some(id) = found.map_or_else(|| other(&query, Anchor::Start), |id| Ok(Some(id)))? {
                        return Ok(Some(id));
                    }
                }
                Ok(None)
            }
        }
    }
}

impl Runner for StoreRunner {
    fn run(&mut self, effect: Effect) -> Vec<Msg> {
        let is_edit = matches!(effect, Effect::Commit(..) | Effect::Undo | Effect::Redo);
        self.try_run(effect).unwrap_or_else(|error| match error {
            StoreError::Stale(_) => vec![Msg::Stale(error.to_string())],
            _ if is_edit => vec![Msg::Refused(error.to_string())],
            _ => vec![Msg::Trouble(error.to_string())],
        })
    }

    fn poll(&mut self) -> Option<Msg> {
        let now = self.project.data_version().ok()?;
        let changed = now != self.data_version;
        self.data_version = now;
        changed.then_some(Msg::StoreChanged)
    }
}

/// The statuses of unfinished documents that any has: looking for the others would read the whole project for nothing.
fn unfinished(counts: &Counts) -> impl Iterator<Item = Status> + use<> {
    let pending = (counts.pending > 0).then_some(Status::Pending);
    pending.into_iter().chain((counts.draft > 0).then_some(Status::Draft))
}

fn nothing_near(which: Near) -> &'static str {
    match which {
        Near::Next => "this is the last document of the list",
        Near::Previous => "this is the first document of the list",
        Near::Unfinished => "no other document is left to do: all are submitted or discarded",
    }
}

/// `0.50 false false`: threshold, nested, multi-label.
fn read_settings(text: &str) -> Option<Settings> {
    let mut words = text.split(' ');
    let threshold: f32 = words.next()?.parse().ok()?;
    let (nested, multi_label) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    (0.0..1.0).contains(&threshold).then_some(Settings { threshold, nested, multi_label })
}
