//! What one key does to the spans of a document: accept, reject, relabel, re-bound, add, delete.
//!
//! Each takes the document as it is and gives the group of changes to commit, or the reason why not, in words for the
//! person at the keyboard. Overlapping and nested spans are fine; the same range with the same label twice is not.

use super::{Annotation, LabelSet};
use crate::dataset::{Decision, LabelId, Origin, Prediction, PredictionKey, ResponseSpan, RunId, SpanId, Verdict};
use crate::store::{Change, Group};
use crate::text::CharRange;

/// The changes to commit, or why there are none.
pub type Outcome = Result<Group, String>;

/// The run of what is suggested without one, such as another annotator's spans: there is no prediction of it to decide on,
/// and a span made from it came from no model.
pub const NO_RUN: RunId = RunId(0);

impl Annotation {
    /// A new span that no model proposed.
    pub fn add_span(&self, labels: &LabelSet, range: CharRange, label: LabelId) -> Outcome {
        self.check_free(labels, range, label)?;
        let span = ResponseSpan { id: self.next_span_id, range, label, origin: Origin::Key, prediction: None };
        let reason = format!("add {}", self.named(labels, range, label));
        Ok(self.group(reason, vec![self.span_change(span.id, Some(span))]))
    }

    /// A suggestion as it stands.
    pub fn accept(&self, labels: &LabelSet, suggestion: &Prediction) -> Outcome {
        let PredictionKey { range, label, .. } = suggestion.key;
        let reason = format!("accept {}", self.named(labels, range, label));
        self.take(labels, reason, suggestion, range, label)
    }

    /// A suggestion with another label.
    pub fn relabel_suggestion(&self, labels: &LabelSet, suggestion: &Prediction, label: LabelId) -> Outcome {
        if label == suggestion.key.label {
            return self.accept(labels, suggestion);
        }
        let range = suggestion.key.range;
        let named = self.named(labels, range, suggestion.key.label);
        let reason = format!("relabel {named} as {}", labels.name(label));
        self.take(labels, reason, suggestion, range, label)
    }

    /// A suggestion with other edges.
    pub fn rebound_suggestion(&self, labels: &LabelSet, suggestion: &Prediction, range: CharRange) -> Outcome {
        let label = suggestion.key.label;
        let named = self.named(labels, suggestion.key.range, label);
        let reason = format!("re-bound {named} to {}", quoted(self.text.slice(range)));
        self.take(labels, reason, suggestion, range, label)
    }

    /// A suggestion with these edges and this label, whichever of them is another than the model's.
    pub fn take_as(&self, labels: &LabelSet, suggestion: &Prediction, range: CharRange, label: LabelId) -> Outcome {
        match (range == suggestion.key.range, label == suggestion.key.label) {
            (true, _) => self.relabel_suggestion(labels, suggestion, label),
            (false, true) => self.rebound_suggestion(labels, suggestion, range),
            (false, false) => {
                let named = self.named(labels, suggestion.key.range, suggestion.key.label);
                let reason = format!("correct {named} to {}", self.named(labels, range, label));
                self.take(labels, reason, suggestion, range, label)
            }
        }
    }

    /// A suggestion is wrong.
    pub fn reject(&self, labels: &LabelSet, suggestion: &Prediction) -> Outcome {
        let PredictionKey { run, range, label } = suggestion.key;
        let named = self.named(labels, range, label);
        if run == NO_RUN {
            return Err(format!("no model said {named}: there is nothing to reject"));
        }
        let decision = decision(suggestion, Verdict::Rejected, false);
        if self.decisions.get(&suggestion.key) == Some(&decision) {
            return Err(format!("{named} is rejected already"));
        }
        let reason = format!("reject {named}");
        Ok(self.group(reason, vec![self.decision_change(suggestion.key, decision)]))
    }

    /// Many suggestions at once, in one group. Those the response has already are passed over.
    pub fn accept_all(&self, labels: &LabelSet, suggestions: &[Prediction], at_least: f32) -> Outcome {
        let mut changes = Vec::with_capacity(suggestions.len() * 2);
        let mut taken: Vec<(CharRange, LabelId)> = Vec::new();
        for suggestion in suggestions {
            let PredictionKey { range, label, .. } = suggestion.key;
            if self.check_free(labels, range, label).is_err() || taken.contains(&(range, label)) {
                continue;
            }
            let id = SpanId(self.next_span_id.0 + taken.len() as i64);
            let span = ResponseSpan { id, range, label, origin: Origin::Bulk, prediction: Some(suggestion.key) };
            changes.push(self.span_change(id, Some(span)));
            changes.push(self.decision_change(suggestion.key, decision(suggestion, Verdict::Accepted, true)));
            taken.push((range, label));
        }
        match taken.len() {
            0 => Err(format!("no suggestion at or above {at_least:.2} here")),
            1 => Ok(self.group(format!("accept 1 suggestion ≥ {at_least:.2}"), changes)),
            n => Ok(self.group(format!("accept {n} suggestions ≥ {at_least:.2}"), changes)),
        }
    }

    /// Another label for a span.
    pub fn relabel_span(&self, labels: &LabelSet, id: SpanId, label: LabelId) -> Outcome {
        let span = self.known(id)?;
        let named = self.named(labels, span.range, span.label);
        if span.label == label {
            return Err(format!("{named} has this label already"));
        }
        let reason = format!("relabel {named} as {}", labels.name(label));
        self.edit_span(labels, reason, span, span.range, label)
    }

    /// Other edges for a span.
    pub fn rebound_span(&self, labels: &LabelSet, id: SpanId, range: CharRange) -> Outcome {
        let span = self.known(id)?;
        let named = self.named(labels, span.range, span.label);
        let reason = format!("re-bound {named} to {}", quoted(self.text.slice(range)));
        self.edit_span(labels, reason, span, range, span.label)
    }

    /// A span goes; if a model had proposed it, that proposal was wrong.
    pub fn delete_span(&self, labels: &LabelSet, id: SpanId) -> Outcome {
        let span = self.known(id)?;
        let reason = format!("delete {}", self.named(labels, span.range, span.label));
        let mut changes = vec![self.span_change(id, None)];
        changes.extend(self.verdict_change(span, Verdict::Rejected));
        Ok(self.group(reason, changes))
    }

    /// The span a suggestion becomes, and the verdict that follows from what was changed about it.
    fn take(
        &self,
        labels: &LabelSet,
        reason: String,
        suggestion: &Prediction,
        range: CharRange,
        label: LabelId,
    ) -> Outcome {
        self.check_free(labels, range, label)?;
        let id = self.next_span_id;
        let prediction = (suggestion.key.run != NO_RUN).then_some(suggestion.key);
        let mut changes =
            vec![self.span_change(id, Some(ResponseSpan { id, range, label, origin: Origin::Key, prediction }))];
        if let Some(key) = prediction {
            changes.push(self.decision_change(key, decision(suggestion, verdict(key, range, label), false)));
        }
        Ok(self.group(reason, changes))
    }

    pub(super) fn edit_span(
        &self,
        labels: &LabelSet,
        reason: String,
        span: &ResponseSpan,
        range: CharRange,
        label: LabelId,
    ) -> Outcome {
        self.check_free(labels, range, label)?;
        let after = ResponseSpan { range, label, origin: Origin::Key, ..span.clone() };
        let mut changes = vec![self.span_change(span.id, Some(after))];
        changes.extend(span.prediction.and_then(|key| self.verdict_change(span, verdict(key, range, label))));
        Ok(self.group(reason, changes))
    }

    /// The new verdict on the prediction a span came from. A prediction nobody decided on (an import's) stays so.
    pub(super) fn verdict_change(&self, span: &ResponseSpan, verdict: Verdict) -> Option<Change> {
        let before = self.decisions.get(&span.prediction?)?;
        let after = Decision { verdict, bulk: false, ..*before };
        (after != *before).then(|| self.decision_change(before.prediction, after))
    }

    pub(super) fn check_free(&self, labels: &LabelSet, range: CharRange, label: LabelId) -> Result<(), String> {
        if !self.text.map().contains(range) || self.text.slice(range).chars().all(char::is_whitespace) {
            return Err("nothing is selected".into());
        }
        match self.span_with(range, label) {
            Some(_) => Err(format!("{} is there already", self.named(labels, range, label))),
            None => Ok(()),
        }
    }

    pub(super) fn known(&self, id: SpanId) -> Result<&ResponseSpan, String> {
        self.span(id).ok_or_else(|| "this span is not there any more".into())
    }

    pub(super) fn named(&self, labels: &LabelSet, range: CharRange, label: LabelId) -> String {
        format!("{} {}", labels.name(label), quoted(self.text.slice(range)))
    }

    /// A group by whoever works on this; the first one on a document begins it.
    pub(super) fn group(&self, reason: String, mut changes: Vec<Change>) -> Group {
        changes.extend(self.begun());
        Group { actor: self.actor.clone(), reason, changes }
    }
}

fn decision(suggestion: &Prediction, verdict: Verdict, bulk: bool) -> Decision {
    Decision { prediction: suggestion.key, score: suggestion.score, verdict, bulk }
}

fn verdict(key: PredictionKey, range: CharRange, label: LabelId) -> Verdict {
    match (key.range == range, key.label == label) {
        (true, true) => Verdict::Accepted,
        (_, false) => Verdict::Relabelled,
        (false, true) => Verdict::Rebounded,
    }
}

/// A short quotation of untrusted text, for messages: control characters escaped, the middle of a long one left out.
pub fn quoted(text: &str) -> String {
    const KEEP: usize = 18;
    let mut shown: Vec<char> = Vec::new();
    for c in text.chars() {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if shown.len() > 2 * KEEP + 1 {
        let tail = shown.split_off(shown.len() - KEEP);
        shown.truncate(KEEP);
        shown.push('…');
        shown.extend(tail);
    }
    format!("“{}”", shown.into_iter().collect::<String>())
}
