//! The Annotate screen: one document, its spans, its suggestions and a cursor.

mod copy;
mod edit;
mod find;
mod finish;
mod guideline;
mod motion;
mod nesting;
mod notes;
mod occurrences;
mod repeat;
mod restructure;
mod side_pane;
mod update;
mod view;

pub use copy::*;
pub use edit::*;
pub use find::*;
pub use finish::*;
pub use motion::*;
pub use nesting::*;
pub use notes::*;
pub use occurrences::*;
pub use repeat::{Act, can_repeat, repeat_last};
pub use restructure::*;
pub use update::*;
pub use view::{text_area, view};

use std::collections::HashSet;
use std::sync::Arc;

use crate::annotate::{ActiveTime, Annotation, Candidate, LabelSet, Selection, Settings, Unit, visible, with_matches};
use crate::dataset::{LabelId, Prediction, PredictionKey, ResponseSpan, RunId, SpanId};
use crate::text::CharRange;
use crate::tui::msg::Opened;
use crate::tui::theme::LabelColour;
use crate::tui::widget::span_text::{SpanKind, SpanSet, SpanView, TextLayout};

/// The document being worked on, with everything the screen shows of it.
#[derive(Clone, Debug)]
pub struct Open {
    /// The document and the response.
    pub annotation: Annotation,
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// Version of the text, to notice that it was changed elsewhere.
    pub version: u32,
    /// What the model said, from before the greedy step; `None` while it has not answered.
    pub candidates: Option<(RunId, Vec<Candidate>)>,
    /// Suggestions have been on the screen: what is submitted now was not made blind.
    pub seen: bool,
    /// Places of texts that a person asked to be suggested.
    pub matches: Vec<Prediction>,
    /// The suggestions on the screen, in the order of the text.
    pub suggestions: Vec<Prediction>,
    /// The cursor.
    pub selection: Selection,
    /// No key was pressed since it was opened: the first suggestion may take the cursor.
    pub untouched: bool,
    /// The cursor is where it was left, not at the start.
    pub returned: bool,
    /// The span or suggestion the cursor was put on, which tells apart those of the same range.
    pub focus: Option<Focus>,
    /// The column that moving by lines keeps to.
    pub goal_column: Option<u16>,
    /// What is looked for.
    pub find: Option<Find>,
    /// Where the sentences are, once somebody asked.
    pub sentences: Option<Arc<[CharRange]>>,
    /// The wrapped text, once the width is known.
    pub layout: Option<Arc<TextLayout>>,
    /// First text row on the screen.
    pub top: usize,
    /// Time spent.
    pub active: ActiveTime,
    /// Counts changes of what there is to draw.
    pub revision: u64,
    /// What is drawn, and from which revision with which target.
    pub drawn: (u64, Option<Focus>, Arc<SpanSet>),
}

/// Something to act on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Focus {
    /// A span of the response.
    Span(SpanId),
    /// A suggestion: range and label name it on the screen.
    Suggestion(CharRange, LabelId),
}

/// What the cursor is exactly on.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A span of the response.
    Span(ResponseSpan),
    /// A suggestion.
    Suggestion(Prediction),
    /// Text.
    Text(CharRange),
}

impl Open {
    /// A document as it was read, with the cursor where it was or on the first word.
    pub fn new(mut opened: Opened, annotator: &str, unit: Unit) -> Self {
        let (returned, cursor) = (opened.cursor.is_some(), opened.cursor.unwrap_or(0));
        let (external_id, version) = (opened.document.external_id.clone(), opened.document.version);
        let matches = std::mem::take(&mut opened.matches);
        let annotation = opened.annotation(annotator);
        let selection = Selection::at(&annotation.text, cursor, unit);
        Self {
            annotation,
            external_id,
            version,
            candidates: None,
            seen: false,
            matches,
            suggestions: Vec::new(),
            selection,
            untouched: true,
            returned,
            focus: None,
            goal_column: None,
            find: None,
            sentences: None,
            layout: None,
            top: 0,
            active: ActiveTime::default(),
            revision: 1,
            drawn: (0, None, Arc::default()),
        }
    }

    /// Makes the spans that are drawn, when they or the one the cursor is on have changed.
    pub fn draw_spans(&mut self, labels: &LabelSet, colours: &[(LabelId, LabelColour)]) {
        let focus = match self.target() {
            Target::Span(span) => Some(Focus::Span(span.id)),
            Target::Suggestion(s) => Some(Focus::Suggestion(s.key.range, s.key.label)),
            Target::Text(_) => None,
        };
        if (self.drawn.0, self.drawn.1) == (self.revision, focus) {
            return;
        }
        let view = |range, label, kind, score, focused| SpanView {
            range,
            label: labels.name(label),
            colour: colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, c)| *c),
            kind,
            score,
            selected: false,
            focused,
        };
        let response = self
            .annotation
            .response
            .spans
            .iter()
            .map(|s| view(s.range, s.label, SpanKind::Response, None, focus == Some(Focus::Span(s.id))));
        let found_again: HashSet<PredictionKey> = self.matches.iter().map(|m| m.key).collect();
        let suggestions = self.suggestions.iter().map(|s| {
            let focused = focus == Some(Focus::Suggestion(s.key.range, s.key.label));
            let mut drawn = view(s.key.range, s.key.label, SpanKind::Suggestion, Some(s.score), focused);
            if found_again.contains(&s.key) {
                // The same text as elsewhere, where a model would say how sure it is.
                drawn.label.push_str(" =");
                drawn.score = None;
            }
            drawn
        });
        let found = self.find.iter().flat_map(|find| find.places.iter()).map(|&range| SpanView {
            range,
            label: String::new(),
            colour: LabelColour::Palette(0),
            kind: SpanKind::Found,
            score: None,
            selected: false,
            focused: false,
        });
        let set = SpanSet::new(response.chain(suggestions).chain(found).collect());
        self.drawn = (self.revision, focus, Arc::new(set));
    }

    /// Works out the suggestions again after anything they depend on has changed.
    pub fn refresh(&mut self, labels: &LabelSet, settings: Settings) {
        self.revision += 1;
        let from_model = match &self.candidates {
            Some((run, candidates)) => visible(&self.annotation, candidates, *run, labels, settings),
            None => Vec::new(),
        };
        self.suggestions = with_matches(&self.annotation, from_model, &self.matches, labels, settings);
        self.seen |= !self.suggestions.is_empty();
    }

    /// True when a suggestion is a text found again, not a model's word.
    pub fn is_match(&self, suggestion: &Prediction) -> bool {
        self.matches.iter().any(|m| m.key == suggestion.key)
    }

    /// What the selection is exactly on: what it was put on, else a span, else a suggestion of this very range.
    pub fn target(&self) -> Target {
        let range = self.selection.range();
        match self.focus {
            Some(Focus::Span(id)) => {
                if let Some(span) = self.annotation.span(id).filter(|s| s.range == range) {
                    return Target::Span(span.clone());
                }
            }
            Some(Focus::Suggestion(focused, label)) if focused == range => {
                if let Some(s) = self.suggestions.iter().find(|s| s.key.range == range && s.key.label == label) {
                    return Target::Suggestion(s.clone());
                }
            }
            _ => {}
        }
        if let Some(span) = self.annotation.response.spans.iter().find(|s| s.range == range) {
            return Target::Span(span.clone());
        }
        match self.suggestions.iter().find(|s| s.key.range == range) {
            Some(s) => Target::Suggestion(s.clone()),
            None => Target::Text(range),
        }
    }

    /// The suggestion to accept or reject: the one the selection is on, else the innermost under the cursor.
    pub fn suggestion_here(&self) -> Option<Prediction> {
        match self.target() {
            Target::Suggestion(s) => Some(s),
            _ => {
                let here = self.selection.cursor();
                let over = self.suggestions.iter().filter(|s| s.key.range.holds(here));
                over.min_by_key(|s| s.key.range.len()).cloned()
            }
        }
    }

    /// The span to delete or relabel: the one the selection is on, else the innermost under the cursor.
    pub fn span_here(&self) -> Option<ResponseSpan> {
        match self.target() {
            Target::Span(s) => Some(s),
            _ => self.annotation.span_over(self.selection.cursor()).cloned(),
        }
    }

    /// Puts the selection on a span of the response.
    pub fn focus_span(&mut self, id: SpanId) {
        if let Some(span) = self.annotation.span(id) {
            self.selection = Selection::of(span.range);
            self.focus = Some(Focus::Span(id));
            self.goal_column = None;
        }
    }

    /// Puts the selection on a suggestion.
    pub fn focus_suggestion(&mut self, suggestion: &Prediction) {
        self.selection = Selection::of(suggestion.key.range);
        self.focus = Some(Focus::Suggestion(suggestion.key.range, suggestion.key.label));
        self.goal_column = None;
    }

    /// The suggestion that takes the cursor of a document just opened: where the person was, else the first.
    pub fn welcome(&self) -> Option<&Prediction> {
        let here = self.selection.cursor();
        self.suggestions.iter().find(|s| !self.returned || s.key.range.holds(here))
    }

    /// The suggestion after (or before) the selection, in the order of the text.
    pub fn neighbour_suggestion(&self, forward: bool) -> Option<Prediction> {
        let place = |range: CharRange| (range.start, std::cmp::Reverse(range.end));
        let here = match (self.target(), self.focus) {
            (Target::Suggestion(s), _) => (place(s.key.range), s.key.label),
            (_, Some(Focus::Suggestion(range, label))) if range == self.selection.range() => (place(range), label),
            _ if forward => (place(self.selection.range()), LabelId(i64::MAX)),
            _ => (place(self.selection.range()), LabelId(i64::MIN)),
        };
        let of = |s: &&Prediction| (place(s.key.range), s.key.label);
        let found = match forward {
            true => self.suggestions.iter().find(|s| of(s) > here),
            false => self.suggestions.iter().rev().find(|s| of(s) < here),
        };
        found.cloned()
    }

    /// The span after (or before) the selection, in the order of the text.
    pub fn neighbour_span(&self, forward: bool) -> Option<SpanId> {
        let place = |s: &ResponseSpan| (s.range.start, std::cmp::Reverse(s.range.end), s.id);
        let range = self.selection.range();
        let edge = if forward { SpanId(i64::MAX) } else { SpanId(i64::MIN) };
        let here = match self.target() {
            Target::Span(span) => place(&span),
            _ => (range.start, std::cmp::Reverse(range.end), edge),
        };
        let spans = &self.annotation.response.spans;
        match forward {
            true => spans.iter().find(|s| place(s) > here).map(|s| s.id),
            false => spans.iter().rev().find(|s| place(s) < here).map(|s| s.id),
        }
    }
}
