//! The runner that does things: the project's store, and the worker that asks the model.

mod documents;
mod gold;
mod several;
mod start;

pub use start::read_settings;

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::counter::Counter;
use super::effect::{Effect, Runner};
use super::evaluator::Evaluator;
use super::finder::Finder;
use super::msg::{Msg, Then};
use super::reader::{Found, Reader, Search, search};
use super::searcher::{Searcher, Sought, Want, Wanted};
use super::suggester::{Answer, Question, Suggester, Worker};
use crate::annotate::LabelSet;
use crate::dataset::RunId;
use crate::store::{Counts, Group, Project, Result, StoreError};

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
    /// Started when the Evaluate screen is first opened.
    evaluator: Option<Evaluator>,
    /// Started when the Search screen is first opened.
    searcher: Option<Searcher>,
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
            evaluator: None,
            searcher: None,
            answer,
            reader: None,
            one_at_a_time: false,
            data_version,
            trouble: None,
        }
    }

    /// From now on a search that takes longer than `patience` goes on beside the loop.
    ///
    /// # Errors
    /// When the project cannot be opened a second time.
    pub fn read_beside(&mut self, patience: Duration) -> Result<()> {
        let answer = self.answer.clone();
        let tell = move |(number, found)| answer(Answer::Found(number, found));
        self.one_at_a_time = self.project.reading_blocks_writing()?;
        self.reader = Some((Reader::start(self.project.reader()?, self.annotator.clone(), tell), patience));
        Ok(())
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
            Answer::Evaluated(evaluated) => return Msg::Evaluated(evaluated),
            Answer::Sought(sought) => return Msg::Sought(sought),
            Answer::Filled(filled) => return Msg::Filled(filled),
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
            Effect::Open { document, whose, notice } => self.open(document, whose, notice),
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
            Effect::Reread { document, whose } => {
                let opened = match document {
                    Some(id) => {
                        let document = self.project.document(id)?;
                        document.map(|d| self.opened_as(d, whose, None)).transpose()?.map(Box::new)
                    }
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
            Effect::OpenFirst(query) => self.open_first(&query),
            Effect::FreezeGold(name) => self.freeze_gold(&name),
            Effect::RemoveGold(name) => {
                let group = self.project.remove_gold(&self.annotator, &name)?;
                Ok(vec![Msg::Committed(group, Then::Stay, self.counts()?)])
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
            Effect::Seek(wanted) => Ok(self.seek(*wanted)),
            Effect::OpenAmong { from, documents, which } => self.open_among(from, &documents, which),
            Effect::Evaluate(question) => {
                let (dir, answer) = (self.project.dir().to_owned(), self.answer.clone());
                let start = || Evaluator::start(dir, move |evaluated| answer(Answer::Evaluated(evaluated)));
                self.evaluator.get_or_insert_with(start).ask(*question);
                Ok(Vec::new())
            }
            Effect::StopEvaluating => {
                if let Some(evaluator) = &self.evaluator {
                    evaluator.stop();
                }
                Ok(Vec::new())
            }
            Effect::Fill(order) => {
                if let Some(worker) = &self.worker {
                    worker.fill(order);
                }
                Ok(Vec::new())
            }
            Effect::StopFinding => {
                if let Some(finder) = &self.finder {
                    finder.stop();
                }
                Ok(Vec::new())
            }
            Effect::Matches(document) => Ok(vec![Msg::Matches(document, self.project.text_matches(document)?)]),
            Effect::Quote(places) => Ok(vec![Msg::Quoted(self.quotes(&places)?)]),
            Effect::ReadLine { document, annotator } => {
                self.line(document, annotator).map(|line| vec![Msg::Line(line)])
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
            Some(Found::Near(_, Some(document))) => self.open(document, None, None),
            Some(Found::Page(query, anchor, limit, rows)) => Ok(vec![Msg::Page { query, anchor, limit, rows }]),
            Some(nothing) => Ok(vec![Msg::Found(Some(nothing))]),
        }
    }

    /// Hands a question to the searching thread, which is started for it.
    fn seek(&mut self, wanted: Wanted) -> Vec<Msg> {
        let searcher = match &self.searcher {
            Some(searcher) => searcher,
            None => {
                let answer = self.answer.clone();
                let tell = move |sought| answer(Answer::Sought(sought));
                match self.project.reader() {
                    Ok(reader) => self.searcher.insert(Searcher::start(reader, self.annotator.clone(), tell)),
                    Err(error) => {
                        let (number, why) = (wanted.number, error.to_string());
                        let indexed = Sought::Indexed { changed: false, failed: Some(why.clone()) };
                        let hits = Sought::Hits { number, result: Err(why) };
                        return match wanted.want {
                            Want::Hits { .. } => vec![Msg::Sought(hits), Msg::Sought(indexed)],
                            _ => vec![Msg::Sought(indexed)],
                        };
                    }
                }
            }
        };
        searcher.ask(wanted);
        Vec::new()
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
}

impl Runner for StoreRunner {
    fn run(&mut self, effect: Effect) -> Vec<Msg> {
        let is_edit = matches!(
            effect,
            Effect::Commit(..)
                | Effect::AddDocument(_)
                | Effect::AcceptMany { .. }
                | Effect::MergeLabels { .. }
                | Effect::FreezeGold(_)
                | Effect::RemoveGold(_)
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
