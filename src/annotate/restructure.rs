//! One span into two, several into one, and from one label to the next.

use super::{Annotation, LabelSet, Outcome, quoted};
use crate::dataset::{LabelId, Origin, ResponseSpan, SpanId, Verdict};
use crate::text::CharRange;

impl Annotation {
    /// Two spans of one label, cut at code point `at`; white space at the seam belongs to neither. The left one keeps the
    /// identity, the right one gets [`Annotation::next_span_id`].
    pub fn split_span(&self, labels: &LabelSet, id: SpanId, at: usize) -> Outcome {
        let span = self.known(id)?;
        let left = self.trimmed(CharRange::new(span.range.start, at));
        let right = self.trimmed(CharRange::new(at, span.range.end));
        if at <= span.range.start || at >= span.range.end || left.is_empty() || right.is_empty() {
            return Err("there is nothing to split off here".into());
        }
        let (before, after) = (quoted(self.text.slice(left)), quoted(self.text.slice(right)));
        let reason = format!("split {} into {before} and {after}", labels.name(span.label));
        self.check_free(labels, right, span.label)?;
        let mut group = self.edit_span(labels, reason, span, left, span.label)?;
        let id = self.next_span_id;
        let split = ResponseSpan { id, range: right, label: span.label, origin: Origin::Key, prediction: None };
        group.changes.push(self.span_change(id, Some(split)));
        Ok(group)
    }

    /// One span from the start of the first to the end of the last; all of one label. What a model had proposed for them
    /// had other edges then.
    pub fn merge_spans(&self, labels: &LabelSet, ids: &[SpanId]) -> Outcome {
        let spans: Vec<&ResponseSpan> = ids.iter().map(|id| self.known(*id)).collect::<Result<_, _>>()?;
        let (Some(first), true) = (spans.first(), spans.len() > 1) else {
            return Err("there is only one span to merge".into());
        };
        if let Some(other) = spans.iter().find(|s| s.label != first.label) {
            let (one, other) = (labels.name(first.label), labels.name(other.label));
            return Err(format!("spans of different labels are not merged: {one}, {other}"));
        }
        let start = spans.iter().map(|s| s.range.start).min().unwrap_or(first.range.start);
        let end = spans.iter().map(|s| s.range.end).max().unwrap_or(first.range.end);
        let whole = CharRange::new(start, end);
        let reason = format!("merge {} spans into {}", spans.len(), self.named(labels, whole, first.label));
        // One that has all of it already stays as it is.
        let kept = spans.iter().find(|s| s.range == whole);
        let mut group = match kept {
            Some(_) => self.group(reason, Vec::new()),
            None => self.edit_span(labels, reason, first, whole, first.label)?,
        };
        let kept = kept.unwrap_or(first).id;
        for span in spans.into_iter().filter(|s| s.id != kept) {
            group.changes.push(self.span_change(span.id, None));
            group.changes.extend(self.verdict_change(span, Verdict::Rebounded));
        }
        Ok(group)
    }

    /// The label after `label` for a range: those of `likely` first, the most likely at the front, then the others in
    /// project order, round and round; labels that other spans of this range have are passed over.
    pub fn next_label(
        &self,
        labels: &LabelSet,
        range: CharRange,
        label: LabelId,
        likely: &[LabelId],
    ) -> Option<LabelId> {
        let mut ring: Vec<LabelId> = likely.to_vec();
        ring.extend(labels.active().map(|l| l.id).filter(|id| !likely.contains(id)));
        let here = ring.iter().position(|id| *id == label);
        let from = here.map_or(0, |at| at + 1);
        let round = ring.iter().cycle().skip(from).take(ring.len());
        round.copied().find(|id| *id != label && self.span_with(range, *id).is_none())
    }

    /// `range` without white space at its ends.
    fn trimmed(&self, range: CharRange) -> CharRange {
        let text = self.text.slice(range);
        let start = range.start + text.chars().take_while(|c| c.is_whitespace()).count();
        let end = range.end - text.chars().rev().take_while(|c| c.is_whitespace()).count();
        CharRange::new(start, end.max(start))
    }
}
