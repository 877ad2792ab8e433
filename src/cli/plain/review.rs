//! The review as a pure machine: a line or an answer of the store in, texts to say and things to do out.

use std::collections::HashSet;

use super::command::{self, Command, HELP};
use super::msg::{Effect, Event, Open};
use super::pick;
use super::say::{in_context, one_line, span_text};
use super::tally::{Done, Tally};
use crate::annotate::{Annotation, LabelSet, Outcome, Settings, visible};
use crate::cli::out;
use crate::dataset::{LabelId, Prediction, Status};
use crate::store::Group;
use crate::text::CharRange;

/// What the next line answers.
pub(super) enum Asked {
    /// Which edges?
    Edges,
    /// Which label, for the suggestion?
    Label,
    /// Which text is the new span?
    Text,
    /// Which label does it get?
    LabelOf(String),
    /// Which of these places?
    Place(Vec<CharRange>, LabelId),
}

/// The review of one annotator.
pub(super) struct Review {
    settings: Settings,
    pub(super) open: Option<Open>,
    /// Suggestions of the open document that are put off.
    skipped: HashSet<(CharRange, LabelId)>,
    asked: Option<Asked>,
    tally: Tally,
}

impl Review {
    /// A review that shows suggestions by these settings.
    pub fn new(settings: Settings) -> Self {
        Self { settings, open: None, skipped: HashSet::new(), asked: None, tally: Tally::default() }
    }

    /// What was done so far, in words.
    pub fn summary(&self) -> String {
        self.tally.said()
    }

    /// The short list of what can be typed now.
    pub fn prompt(&self) -> &'static str {
        match (&self.asked, &self.open) {
            (Some(_), _) => "> ",
            (None, Some(_)) if self.suggestion().is_some() => "y/n/e/l/s/a/t/d/u/q/? ",
            (None, Some(_)) => "d/a/x/t/>/u/q/? ",
            (None, None) => ">/o/u/q/? ",
        }
    }

    /// Takes in what happened.
    pub fn take(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Line(line) => match self.asked.take() {
                Some(asked) => self.answered(asked, line.trim()),
                None => self.typed(&line),
            },
            Event::Opened(open) => self.opened(*open),
            Event::NothingLeft(counts) => {
                self.open = None;
                let left = match counts.pending + counts.draft {
                    0 => String::new(),
                    n => format!(", {n} passed over: > begins with them again"),
                };
                let (submitted, discarded) = (counts.submitted, counts.discarded);
                vec![say(format!("no document is left to do: {submitted} submitted, {discarded} discarded{left}"))]
            }
            Event::Committed(group, done) => self.committed(&group, done),
            Event::Refused(reason) => vec![say(format!("not saved: {}", one_line(&reason)))],
            Event::Stale(reason) => {
                let again = self.open.as_ref().map(|open| Effect::Reopen(open.annotation.document));
                std::iter::once(say(format!("not saved: {}", one_line(&reason)))).chain(again).collect()
            }
            Event::Undone(None) => vec![say("there is nothing of yours to undo")],
            Event::Undone(Some(undone)) => {
                self.tally.count(Done::Undone);
                let document = undone.document.or(self.open.as_ref().map(|open| open.annotation.document));
                let again = document.map(Effect::Reopen);
                std::iter::once(say(format!("undid: {}", one_line(&undone.reason)))).chain(again).collect()
            }
        }
    }

    fn opened(&mut self, open: Open) -> Vec<Effect> {
        let same = self.open.as_ref().is_some_and(|o| o.annotation.document == open.annotation.document);
        if !same {
            self.skipped.clear();
        }
        let (spans, counts) = (open.annotation.response.spans.len(), open.counts);
        let status = open.annotation.response.status;
        let name = open.name.clone();
        self.open = Some(open);
        let suggestions = self.waiting().len();
        let mut said = format!(
            "document {}, {}: {} and {}; {} of {} documents submitted",
            one_line(&name),
            status.as_str(),
            out::counted(suggestions as u64, "suggestion"),
            out::counted(spans as u64, "span"),
            counts.submitted,
            counts.documents
        );
        if same {
            said = format!("document {} again", one_line(&name));
        }
        vec![say(said), self.item()]
    }

    fn committed(&mut self, group: &Group, done: Done) -> Vec<Effect> {
        self.tally.count(done);
        let saved = say(format!("saved: {}", one_line(&group.reason)));
        let Some(open) = &mut self.open else { return vec![saved] };
        for change in &group.changes {
            open.annotation.apply(change);
            open.labels.apply(change);
        }
        match done {
            Done::Submitted | Done::Discarded => vec![saved, Effect::Next],
            _ => vec![saved, self.item()],
        }
    }

    fn typed(&mut self, line: &str) -> Vec<Effect> {
        match command::parse(line) {
            Err(what) => vec![say(one_line(&what))],
            Ok(Command::Quit) => vec![Effect::Quit],
            Ok(Command::Help) => {
                vec![say(HELP.iter().map(|(key, what)| format!("{key}: {what}")).collect::<Vec<_>>().join("\n"))]
            }
            Ok(Command::Undo) => vec![Effect::Undo],
            Ok(Command::Next) => vec![Effect::Next],
            Ok(Command::Open("")) => vec![say("which document? type o and its id")],
            Ok(Command::Open(name)) => vec![Effect::OpenNamed(name.to_owned())],
            Ok(command) if self.open.is_some() => self.on_document(command),
            Ok(_) => vec![say("no document is open; o opens one by its id, u undoes, q quits")],
        }
    }

    fn on_document(&mut self, command: Command<'_>) -> Vec<Effect> {
        match command {
            Command::Accept => self.decide(Done::Accepted, |a, labels, s| a.accept(labels, s)),
            Command::Reject => self.decide(Done::Rejected, |a, labels, s| a.reject(labels, s)),
            Command::Skip => match self.suggestion() {
                Some(suggestion) => {
                    self.skipped.insert((suggestion.key.range, suggestion.key.label));
                    vec![self.item()]
                }
                None => vec![self.item()],
            },
            Command::Edges(rest) => self.edges(rest),
            Command::Relabel(rest) => self.relabel(rest),
            Command::Add(rest) => self.add(rest),
            Command::Remove(rest) => self.remove(rest),
            Command::Submit => self.finish(Status::Submitted, Done::Submitted),
            Command::Discard => self.finish(Status::Discarded, Done::Discarded),
            Command::Show => self.show(),
            _ => vec![self.item()],
        }
    }

    fn answered(&mut self, asked: Asked, line: &str) -> Vec<Effect> {
        if line.is_empty() {
            return vec![say("nothing was done"), self.item()];
        }
        match asked {
            Asked::Edges => self.edges(line),
            Asked::Label => self.relabel(line),
            Asked::Text => self.text_given(line),
            Asked::LabelOf(text) => match self.label(line) {
                Ok(label) => self.place(&text, label),
                Err(why) => self.ask(why, Asked::LabelOf(text)),
            },
            Asked::Place(places, label) => {
                let place = line.parse::<usize>().ok().and_then(|n| places.get(n.checked_sub(1)?).copied());
                match place {
                    Some(range) => self.operate(Done::Added, |a, labels| a.add_span(labels, range, label)),
                    None => self.ask(format!("a number from 1 to {}", places.len()), Asked::Place(places, label)),
                }
            }
        }
    }

    /// The suggestions that wait for a decision, those put off included.
    fn waiting(&self) -> Vec<Prediction> {
        let Some(open) = &self.open else { return Vec::new() };
        let (run, candidates) = &open.suggestions;
        visible(&open.annotation, candidates, *run, &open.labels, self.settings)
    }

    /// The suggestion that a decision is about.
    pub(super) fn suggestion(&self) -> Option<Prediction> {
        self.waiting().into_iter().find(|s| !self.skipped.contains(&(s.key.range, s.key.label)))
    }

    /// Where we are: the suggestion in one line, or that there is none.
    pub(super) fn item(&self) -> Effect {
        let Some(open) = &self.open else { return say("no document is open") };
        let waiting = self.waiting();
        let is_skipped = |s: &&Prediction| self.skipped.contains(&(s.key.range, s.key.label));
        let skipped = waiting.iter().filter(is_skipped).count();
        match waiting.iter().find(|s| !is_skipped(s)) {
            Some(suggestion) => {
                let left = match waiting.len() - skipped - 1 {
                    0 => "the last one here".to_owned(),
                    n => format!("{n} more"),
                };
                say(format!(
                    "{} {:.2}: {} ({left})",
                    one_line(&open.labels.name(suggestion.key.label)),
                    suggestion.score,
                    in_context(&open.annotation.text, suggestion.key.range)
                ))
            }
            None if skipped > 0 => say(format!(
                "no suggestion is left here but {skipped} skipped; d submits the document, > goes on without"
            )),
            None => say("no suggestion is left here; d submits, a adds a span, > goes on without"),
        }
    }

    pub(super) fn decide(
        &mut self,
        done: Done,
        how: impl Fn(&Annotation, &LabelSet, &Prediction) -> Outcome,
    ) -> Vec<Effect> {
        match self.suggestion() {
            Some(suggestion) => self.operate(done, |a, labels| how(a, labels, &suggestion)),
            None => vec![self.item()],
        }
    }

    pub(super) fn operate(&self, done: Done, how: impl Fn(&Annotation, &LabelSet) -> Outcome) -> Vec<Effect> {
        let Some(open) = &self.open else { return Vec::new() };
        match how(&open.annotation, &open.labels) {
            Ok(group) => vec![Effect::Commit(group, done)],
            Err(why) => vec![say(one_line(&why)), self.item()],
        }
    }

    pub(super) fn ask(&mut self, question: impl Into<String>, asked: Asked) -> Vec<Effect> {
        self.asked = Some(asked);
        vec![say(format!("{} (an empty line: nothing)", question.into()))]
    }

    fn finish(&self, status: Status, done: Done) -> Vec<Effect> {
        let Some(open) = &self.open else { return Vec::new() };
        let already = open.annotation.response.status == status;
        match open.annotation.finish(&open.labels, status, false) {
            Ok(group) => vec![Effect::Commit(group, done)],
            // It stands like this already: the wish was to go on.
            Err(_) if already => vec![Effect::Next],
            Err(why) => vec![say(why)],
        }
    }

    /// The whole document, then its spans with the numbers that `x` takes, then what is suggested.
    fn show(&self) -> Vec<Effect> {
        let Some(open) = &self.open else { return Vec::new() };
        let text = &open.annotation.text;
        let mut lines = vec![out::visible(text.as_str()).into_owned()];
        for (span, n) in open.annotation.response.spans.iter().zip(1..) {
            lines.push(format!(
                "span {n}, {}: {}",
                one_line(&open.labels.name(span.label)),
                span_text(text, span.range)
            ));
        }
        for suggestion in self.waiting() {
            let name = one_line(&open.labels.name(suggestion.key.label));
            lines.push(format!("suggested, {name} {:.2}: {}", suggestion.score, span_text(text, suggestion.key.range)));
        }
        vec![say(lines.join("\n")), self.item()]
    }

    pub(super) fn label_list(&self) -> String {
        self.open.as_ref().map(|open| pick::list(&open.labels)).unwrap_or_default()
    }

    pub(super) fn label(&self, word: &str) -> Result<LabelId, String> {
        self.open.as_ref().map_or_else(|| Err("no document is open".into()), |open| pick::pick(&open.labels, word))
    }
}

pub(super) fn say(text: impl Into<String>) -> Effect {
    Effect::Say(text.into())
}
