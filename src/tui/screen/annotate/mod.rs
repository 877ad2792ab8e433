//! The Annotate screen: one document, its spans, its suggestions and a cursor.

pub mod areas;
pub mod arrangement;
mod copy;
mod edit;
mod find;
mod finish;
mod guideline;
pub mod listing;
mod motion;
mod mouse;
mod nesting;
mod notes;
mod occurrences;
mod repeat;
mod restructure;
mod side_pane;
mod update;
mod view;

pub use areas::text_area;
pub use arrangement::*;
pub use copy::*;
pub use edit::*;
pub use find::*;
pub use finish::*;
pub use listing::*;
pub use motion::*;
pub use mouse::mouse;
pub use nesting::*;
pub use notes::*;
pub use occurrences::*;
pub use repeat::{Act, can_repeat, repeat_last};
pub use restructure::*;
pub use update::*;
pub use view::view;

use std::collections::HashSet;
use std::sync::Arc;

use crate::annotate::{
    ActiveTime, Annotation, Candidate, LabelSet, NO_RUN, Selection, Settings, Unit, beside_gold, visible, with_matches,
};
use crate::dataset::{LabelId, Prediction, PredictionKey, ResponseSpan, RunId, SpanId};
use crate::text::CharRange;
use crate::tui::msg::Opened;
use crate::tui::theme::LabelColour;
use crate::tui::walk::Whose;
use crate::tui::widget::span_text::{SpanKind, SpanSet, SpanView, TextLayout};

/// Behind the label of a suggestion that is a text found again, where a model would say how sure it is.
const MATCH_MARK: &str = " =";

/// The document being worked on, with everything the screen shows of it.
#[derive(Clone, Debug)]
pub struct Open {
    /// The document and the response.
    pub annotation: Annotation,
    /// Whose response was asked for; `None`: one's own, with the live model's suggestions.
    pub whose: Option<Whose>,
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// Version of the text, to notice that it was changed elsewhere.
    pub version: u32,
    /// What the model said, from before the greedy step; `None` while it has not answered.
    pub candidates: Option<(RunId, Vec<Candidate>)>,
    /// Suggestions have been on the screen: what is submitted now was not made blind.
    pub seen: bool,
    /// What is suggested in place of what the model said, when another's response or a walk is open.
    pub predicted: Vec<Prediction>,
    /// Places of texts that a person asked to be suggested.
    pub matches: Vec<Prediction>,
    /// The suggestions on the screen, in the order of the text.
    pub suggestions: Vec<Prediction>,
    /// What the place of a walk compares, gold and prediction: their names stand out.
    pub compared: Vec<(CharRange, LabelId)>,
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
    /// The text was scrolled without the cursor, and stays so until the next key.
    pub scrolled: bool,
    /// The list was, likewise.
    pub list_scrolled: bool,
    /// Counts changes of what there is to draw.
    pub revision: u64,
    /// What is drawn, and from which revision with which target.
    pub drawn: (u64, Option<Focus>, Arc<SpanSet>),
    /// What there is, in order; of the same revision as what is drawn.
    pub listing: Arc<Listing>,
    /// First line of the list on the screen.
    pub list_top: usize,
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
    /// A document as it was read for `actor`, with the cursor where it was or on the first word.
    pub fn new(mut opened: Opened, actor: &str, unit: Unit) -> Self {
        let (returned, cursor) = (opened.cursor.is_some(), opened.cursor.unwrap_or(0));
        let (external_id, version) = (opened.document.external_id.clone(), opened.document.version);
        let matches = std::mem::take(&mut opened.matches);
        let (whose, predicted) = (opened.whose.clone(), std::mem::take(&mut opened.predicted));
        let annotation = opened.annotation(actor);
        let selection = Selection::at(&annotation.text, cursor, unit);
        Self {
            annotation,
            whose,
            external_id,
            version,
            candidates: None,
            seen: false,
            predicted,
            matches,
            suggestions: Vec::new(),
            compared: Vec::new(),
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
            scrolled: false,
            list_scrolled: false,
            revision: 1,
            drawn: (0, None, Arc::default()),
            listing: Arc::default(),
            list_top: 0,
        }
    }

    /// Makes the spans that are drawn and listed when they have changed, and marks the one the cursor is on.
    pub fn draw_spans(&mut self, labels: &LabelSet, colours: &[(LabelId, LabelColour)]) {
        if self.drawn.0 != self.revision {
            self.drawn = (self.revision, None, Arc::new(self.span_set(labels, colours)));
            self.listing = Arc::new(Listing::new(self));
        }
        let target = self.target();
        let focus = target.focus();
        if self.drawn.1 != focus {
            self.drawn.1 = focus;
            let (kind, label) = (target.kind(), target.label().map(|label| labels.name(label)));
            let is_it = |span: &SpanView| {
                let name = span.label.strip_suffix(MATCH_MARK).unwrap_or(&span.label);
                Some(span.kind) == kind && Some(name) == label.as_deref()
            };
            Arc::make_mut(&mut self.drawn.2).focus(target.range(), is_it);
        }
    }

    fn span_set(&self, labels: &LabelSet, colours: &[(LabelId, LabelColour)]) -> SpanSet {
        let view = |range, label, kind, score| SpanView {
            range,
            label: labels.name(label),
            colour: colours.iter().find(|(id, _)| *id == label).map_or(LabelColour::Palette(0), |(_, c)| *c),
            kind,
            score,
            selected: self.compared.contains(&(range, label)),
            focused: false,
        };
        let spans = self.annotation.response.spans.iter();
        let response = spans.map(|s| view(s.range, s.label, SpanKind::Response, None));
        let found_again: HashSet<PredictionKey> = self.matches.iter().map(|m| m.key).collect();
        let suggestions = self.suggestions.iter().map(|s| {
            let mut drawn = view(s.key.range, s.key.label, SpanKind::Suggestion, Some(s.score));
            if found_again.contains(&s.key) {
                // The same text as elsewhere, where a model would say how sure it is.
                drawn.label.push_str(MATCH_MARK);
                drawn.score = None;
            }
            // What another annotator said has no score.
            drawn.score = drawn.score.filter(|_| s.key.run != NO_RUN);
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
        SpanSet::new(response.chain(suggestions).chain(found).collect())
    }

    /// Works out the suggestions again after anything they depend on has changed.
    pub fn refresh(&mut self, labels: &LabelSet, settings: Settings) {
        self.revision += 1;
        if self.whose.is_some() {
            self.suggestions = beside_gold(&self.annotation, &self.predicted, labels);
            return;
        }
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
                if let Some(span) = self.annotation.spans_at(range).iter().find(|s| s.id == id) {
                    return Target::Span(span.clone());
                }
            }
            Some(Focus::Suggestion(focused, label)) if focused == range => {
                if let Some(s) = self.suggestions_at(range).iter().find(|s| s.key.label == label) {
                    return Target::Suggestion(s.clone());
                }
            }
            _ => {}
        }
        if let Some(span) = self.annotation.spans_at(range).first() {
            return Target::Span(span.clone());
        }
        match self.suggestions_at(range).first() {
            Some(s) => Target::Suggestion(s.clone()),
            None => Target::Text(range),
        }
    }

    /// The suggestions of exactly this range.
    fn suggestions_at(&self, range: CharRange) -> &[Prediction] {
        let place = |range: CharRange| (range.start, std::cmp::Reverse(range.end));
        let first = self.suggestions.partition_point(|s| place(s.key.range) < place(range));
        let same = self.suggestions[first..].partition_point(|s| s.key.range == range);
        &self.suggestions[first..first + same]
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

    /// Puts the selection on a line of the list.
    pub fn focus_on(&mut self, item: &Item) {
        self.selection = Selection::of(item.range);
        self.focus = Some(item.focus);
        self.goal_column = None;
        self.scrolled = false;
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
        let of = |s: &Prediction| (place(s.key.range), s.key.label);
        let all = &self.suggestions;
        let at = all.partition_point(|s| if forward { of(s) <= here } else { of(s) < here });
        let found = if forward { all.get(at) } else { at.checked_sub(1).and_then(|before| all.get(before)) };
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
        let at = spans.partition_point(|s| if forward { place(s) <= here } else { place(s) < here });
        let found = if forward { spans.get(at) } else { at.checked_sub(1).and_then(|before| spans.get(before)) };
        found.map(|s| s.id)
    }
}
