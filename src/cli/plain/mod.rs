//! `gleaner PROJECT --plain`: the review in lines, one suggestion a line, for screen readers, dumb terminals and pipes.
//!
//! [`review`] is the machine: lines in, texts and effects out. Here is what acts: the store, the model, the lines. Every
//! edit is in the store before the next line is read; the end of the input quits.

mod command;
mod edit;
mod find;
mod msg;
mod pick;
mod review;
mod say;
mod tally;
#[cfg(test)]
mod tests;

use std::collections::{HashSet, VecDeque};
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::time::Instant;

use msg::{Effect, Event, Open};
use review::Review;
use say::Style;

use super::interrupt::Interrupt;
use super::model::ModelArgs;
use super::{Outcome, annotate, out};
use crate::annotate::{ActiveTime, Annotation, Candidate, LabelSet, on_characters};
use crate::config;
use crate::dataset::{Document, DocumentId, Label, RunId, Status};
use crate::store::{Anchor, Project, Query, StoreError};
use crate::suggest::Suggester;
use crate::tui::runner::read_settings;

/// Reviews the project in lines; `taken` is what its settings file decided, in words.
pub(crate) fn run(
    project: Project,
    annotator: String,
    model: &ModelArgs,
    settings: &config::Settings,
    taken: Option<String>,
) -> anyhow::Result<Outcome> {
    // As on the screen: what was chosen in this project before holds, unless a flag or a variable asks otherwise.
    let chosen = project.ui_state(&annotator, "suggest")?.and_then(|text| read_settings(&text));
    let asked = settings.threshold.filter(|_| chosen.is_none() || settings.insists_on(config::Key::Threshold));
    let mut suggest = chosen.unwrap_or_default();
    suggest.threshold = asked.unwrap_or(suggest.threshold);
    let style = Style { ascii: annotate::theme(settings)?.ascii() };
    let interrupt = Interrupt::listen()?;
    let mut session = Session {
        review: Review::new(suggest),
        desk: Desk {
            project,
            annotator,
            model: model.clone(),
            suggester: None,
            seen: HashSet::new(),
            open: None,
            active: ActiveTime::default(),
            began: Instant::now(),
        },
        style,
        out: out::stdout(),
    };
    let card = session.desk.project.task_card()?;
    let name = if card.name.is_empty() { session.desk.project.dir().display().to_string() } else { card.name };
    session.say(&format!(
        "project {}, {}; ? lists what can be typed",
        say::one_line(&name),
        say::one_line(&session.desk.annotator)
    ))?;
    for notice in session.desk.project.notices().to_vec().into_iter().chain(taken) {
        session.say(&say::one_line(&notice))?;
    }
    session.act(Effect::Next)?;
    session.lines(&interrupt)?;
    session.desk.leave();
    let summary = session.review.summary();
    session.say(&summary)?;
    Ok(if interrupt.asked() { Outcome::Interrupted } else { Outcome::Done })
}

/// The machine with those who act for it.
struct Session<W> {
    review: Review,
    desk: Desk,
    style: Style,
    out: W,
}

impl<W: Write> Session<W> {
    /// Reads lines until the person quits, the input ends or a signal comes.
    fn lines(&mut self, interrupt: &Interrupt) -> anyhow::Result<()> {
        let mut input = BufReader::new(interrupt.stdin());
        let prompting = io::stdin().is_terminal();
        loop {
            if prompting {
                write!(self.out, "{}", self.review.prompt())?;
            }
            self.out.flush()?;
            let mut line = Vec::new();
            if input.read_until(b'\n', &mut line)? == 0 {
                if prompting {
                    writeln!(self.out)?;
                }
                return Ok(());
            }
            self.desk.active.key(self.desk.began.elapsed());
            let Ok(line) = String::from_utf8(line) else {
                self.say("this line is not valid UTF-8; nothing was done")?;
                continue;
            };
            if self.feed(Event::Line(line))? {
                return Ok(());
            }
        }
    }

    /// Takes in one event and everything that follows from it; true when it is over.
    fn feed(&mut self, event: Event) -> anyhow::Result<bool> {
        let mut effects = VecDeque::from(self.review.take(event));
        while let Some(effect) = effects.pop_front() {
            match effect {
                Effect::Say(text) => self.say(&text)?,
                Effect::Quit => return Ok(true),
                effect => {
                    let answer = self.answer(effect)?;
                    // What follows from an answer comes before what was to be done after it.
                    for effect in answer.map(|event| self.review.take(event)).unwrap_or_default().into_iter().rev() {
                        effects.push_front(effect);
                    }
                }
            }
        }
        Ok(false)
    }

    fn act(&mut self, effect: Effect) -> anyhow::Result<()> {
        if let Some(event) = self.answer(effect)? {
            self.feed(event)?;
        }
        Ok(())
    }

    /// Does something, and says what came of it. What a person can do something about is said, not an error.
    fn answer(&mut self, effect: Effect) -> anyhow::Result<Option<Event>> {
        let desk = &mut self.desk;
        match effect {
            Effect::Commit(group, done) => Ok(Some(match desk.project.commit(&group) {
                Ok(_) => Event::Committed(group, done),
                Err(error @ StoreError::Stale(_)) => Event::Stale(error.to_string()),
                Err(error) => {
                    log::error!("an edit was not saved: {error}");
                    Event::Refused(error.to_string())
                }
            })),
            Effect::Undo => Ok(Some(match desk.project.undo(&desk.annotator) {
                Ok(undone) => Event::Undone(undone),
                Err(error @ StoreError::Stale(_)) => Event::Stale(error.to_string()),
                Err(error) => Event::Refused(error.to_string()),
            })),
            Effect::Next => match desk.next()? {
                Some(document) => self.open(document),
                None => {
                    desk.leave();
                    // Going on from here begins with those that were passed over.
                    desk.seen.clear();
                    desk.open = None;
                    Ok(Some(Event::NothingLeft(desk.project.counts(&desk.annotator)?)))
                }
            },
            Effect::Reopen(id) => match desk.project.document(id)? {
                Some(document) => self.open(document),
                None => self.say("this document was removed").map(|()| None),
            },
            Effect::OpenNamed(name) => match desk.project.find_document(&name)? {
                Some(document) => self.open(document),
                None => self.say(&format!("there is no document {}", say::one_line(&name))).map(|()| None),
            },
            Effect::Say(_) | Effect::Quit => Ok(None),
        }
    }

    fn open(&mut self, document: Document) -> anyhow::Result<Option<Event>> {
        // Only the model may take a while; what was said before is to be heard first.
        self.out.flush()?;
        let (open, trouble) = self.desk.open(document)?;
        if let Some(why) = trouble {
            log::error!("no suggestions: {why}");
            self.say(&format!("no suggestions: {}", say::one_line(&why)))?;
        }
        Ok(Some(Event::Opened(Box::new(open))))
    }

    fn say(&mut self, text: &str) -> anyhow::Result<()> {
        Ok(writeln!(self.out, "{}", self.style.signs(&out::visible(text)))?)
    }
}

/// The project and the model, for one annotator.
struct Desk {
    project: Project,
    annotator: String,
    model: ModelArgs,
    /// Opened at the first document; why not, once it failed.
    suggester: Option<Result<Suggester, String>>,
    /// Documents that the person went on from: going on does not come back to them.
    seen: HashSet<DocumentId>,
    open: Option<DocumentId>,
    active: ActiveTime,
    began: Instant,
}

/// Documents looked at together in search of the next one.
const PAGE: usize = 64;

impl Desk {
    /// The next document that is not finished and that the person has not gone on from: after the open one, then from
    /// the start.
    fn next(&mut self) -> Result<Option<Document>, StoreError> {
        self.seen.extend(self.open);
        let after = self.open.map_or(Anchor::Start, Anchor::At);
        for from in [after, Anchor::Start] {
            let found = [Status::Pending, Status::Draft].map(|status| self.unseen(status, from));
            let [pending, draft] = found;
            if let Some(id) = [pending?, draft?].into_iter().flatten().min() {
                return self.project.document(id);
            }
        }
        Ok(None)
    }

    fn unseen(&self, status: Status, mut from: Anchor) -> Result<Option<DocumentId>, StoreError> {
        let query = Query { status: Some(status), ..Query::default() };
        loop {
            let page = self.project.page(&self.annotator, &query, from, PAGE)?;
            if let Some(row) = page.iter().find(|row| !self.seen.contains(&row.id)) {
                return Ok(Some(row.id));
            }
            match page.last() {
                Some(last) => from = Anchor::After(last.cursor),
                None => return Ok(None),
            }
        }
    }

    /// Reads a document with what is suggested for it, or why nothing is.
    fn open(&mut self, document: Document) -> anyhow::Result<(Open, Option<String>)> {
        self.leave();
        let (id, me) = (document.id, self.annotator.as_str());
        self.open = Some(id);
        let labels = LabelSet::new(self.project.labels()?);
        let annotation = Annotation::new(id, document.text, me, self.project.said(id, me)?);
        let counts = self.project.counts(me)?;
        let offered: Vec<Label> = labels.active().cloned().collect();
        let (suggestions, trouble) = match self.suggestions(annotation.text.as_str(), &offered) {
            Ok((run, candidates)) => ((run, on_characters(&annotation.text, candidates)), None),
            Err(why) => ((RunId(0), Vec::new()), Some(why)),
        };
        let name = document.external_id.unwrap_or_else(|| id.to_string());
        Ok((Open { annotation, name, labels, suggestions, counts }, trouble))
    }

    fn suggestions(&mut self, text: &str, labels: &[Label]) -> Result<(RunId, Vec<Candidate>), String> {
        if labels.is_empty() {
            return Err("the project has no labels yet; `gleaner PROJECT`, then e, adds them".into());
        }
        let (model, dir) = (&self.model, self.project.dir());
        let suggester = self.suggester.get_or_insert_with(|| {
            let opened = model.open(Some(dir)).map_err(|e| format!("{e:#}"))?;
            Ok(Suggester::new(opened, false).remembering(dir))
        });
        let suggester = suggester.as_mut().map_err(|why| why.clone())?;
        let found = suggester.candidates(&[text], labels, None).map_err(|e| e.to_string())?;
        let spec = suggester.spec(labels).map_err(|e| e.to_string())?;
        // Nothing can be decided where nothing can be written, so the run needs no number.
        let run = match self.project.is_read_only() {
            true => RunId(0),
            false => self.project.live_run(&spec).map_err(|e| e.to_string())?,
        };
        let candidate = |c: crate::gliner::Candidate| {
            Some(Candidate { range: c.range, label: labels.get(c.class)?.id, score: c.score })
        };
        Ok((run, found.into_iter().flatten().filter_map(candidate).collect()))
    }

    /// Counts the time that was spent on the open document. Time that cannot be kept is no reason to stop.
    fn leave(&mut self) {
        let seconds = self.active.take_seconds();
        let Some(document) = self.open.filter(|_| seconds > 0 && !self.project.is_read_only()) else { return };
        if let Err(error) = self.project.add_active_seconds(document, &self.annotator, seconds) {
            log::warn!("active time was not kept: {error}");
        }
    }
}
