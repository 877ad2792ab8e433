//! What lines do to spans: other edges, another label, a new span, one less.

use super::command;
use super::find::find;
use super::msg::Effect;
use super::review::{Asked, Review, say};
use super::say::in_context;
use super::tally::Done;
use crate::annotate::{Direction, Side, Unit, moved_edge, quoted};
use crate::dataset::{LabelId, SpanId};
use crate::text::CharRange;

impl Review {
    pub(super) fn edges(&mut self, line: &str) -> Vec<Effect> {
        let (Some(open), Some(suggestion)) = (&self.open, self.suggestion()) else { return vec![self.item()] };
        if line.is_empty() {
            return self.ask(
                "which edges? <2 and >1 are words more before and after, or type the text it should be",
                Asked::Edges,
            );
        }
        let (text, from) = (&open.annotation.text, suggestion.key.range);
        let range = match command::edges(line) {
            Some((start, end)) => {
                let side = |side, outward: Direction, inward: Direction, n: i32| {
                    std::iter::repeat_n((side, if n > 0 { outward } else { inward }), n.unsigned_abs() as usize)
                };
                let mut steps = side(Side::Start, Direction::Left, Direction::Right, start).chain(side(
                    Side::End,
                    Direction::Right,
                    Direction::Left,
                    end,
                ));
                steps.try_fold(from, |range, (side, way)| moved_edge(text, range, side, way, Unit::Word))
            }
            None => {
                find(text, line).into_iter().min_by_key(|r| r.start.abs_diff(from.start) + r.end.abs_diff(from.end))
            }
        };
        match range {
            Some(range) if range == from => vec![say("these are its edges already"), self.item()],
            Some(range) => self.operate(Done::Rebounded, |a, labels| a.rebound_suggestion(labels, &suggestion, range)),
            None if command::edges(line).is_some() => vec![say("there are not that many words"), self.item()],
            None => vec![say(format!("{} is not in this document", quoted(line))), self.item()],
        }
    }

    pub(super) fn relabel(&mut self, line: &str) -> Vec<Effect> {
        if self.suggestion().is_none() {
            return vec![self.item()];
        }
        if line.is_empty() {
            return self.ask(format!("which label? {}", self.label_list()), Asked::Label);
        }
        match self.label(line) {
            Ok(label) => self.decide(Done::Relabelled, |a, labels, s| a.relabel_suggestion(labels, s, label)),
            Err(why) => self.ask(why, Asked::Label),
        }
    }

    pub(super) fn add(&mut self, line: &str) -> Vec<Effect> {
        if line.is_empty() {
            return self.ask("which text of the document is the span?", Asked::Text);
        }
        match line.rsplit_once('=') {
            // A text may hold the sign itself: then it is asked for the label.
            Some((text, label)) if !text.trim().is_empty() => match self.label(label.trim()) {
                Ok(label) => self.place(text.trim(), label),
                Err(_) if self.is_in_text(line) => self.text_given(line),
                Err(why) => self.ask(why, Asked::LabelOf(text.trim().to_owned())),
            },
            _ => self.text_given(line),
        }
    }

    pub(super) fn is_in_text(&self, text: &str) -> bool {
        self.open.as_ref().is_some_and(|open| !find(&open.annotation.text, text).is_empty())
    }

    pub(super) fn text_given(&mut self, text: &str) -> Vec<Effect> {
        if !self.is_in_text(text) {
            return vec![say(format!("{} is not in this document", quoted(text))), self.item()];
        }
        self.ask(format!("which label? {}", self.label_list()), Asked::LabelOf(text.to_owned()))
    }

    /// Adds a span with this text, asking for the place when there are several.
    pub(super) fn place(&mut self, text: &str, label: LabelId) -> Vec<Effect> {
        let Some(open) = &self.open else { return Vec::new() };
        let found = find(&open.annotation.text, text);
        let free: Vec<CharRange> =
            found.iter().copied().filter(|range| open.annotation.span_with(*range, label).is_none()).collect();
        match (free.as_slice(), found.len()) {
            ([], 0) => vec![say(format!("{} is not in this document", quoted(text))), self.item()],
            ([], _) => vec![say("every place with this text has this label already"), self.item()],
            (&[range], _) => self.operate(Done::Added, |a, labels| a.add_span(labels, range, label)),
            (several, _) => {
                let text = &open.annotation.text;
                let places = several.iter().zip(1..).map(|(range, n)| format!("{n}: {}", in_context(text, *range)));
                let places = places.collect::<Vec<_>>().join("\n");
                self.ask(format!("{places}\nwhich of these places?"), Asked::Place(free, label))
            }
        }
    }

    pub(super) fn remove(&mut self, line: &str) -> Vec<Effect> {
        let Some(open) = &self.open else { return Vec::new() };
        let spans = &open.annotation.response.spans;
        let id: Option<SpanId> = line.parse::<usize>().ok().and_then(|n| spans.get(n.checked_sub(1)?)).map(|s| s.id);
        match id {
            Some(id) => self.operate(Done::Removed, |a, labels| a.delete_span(labels, id)),
            None if spans.is_empty() => vec![say("this document has no spans"), self.item()],
            None => vec![say(format!("which span? type x and a number from 1 to {}, as t shows them", spans.len()))],
        }
    }
}
