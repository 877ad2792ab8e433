//! Two labels become one: every span of the one, of all annotators, gets the other, in one step.
//!
//! - A span that is there with the other label already is not kept twice: it goes, and is counted.
//! - The other label counts as looked for only where both were; the merged one is looked for nowhere any more. So what
//!   is still to check for the wider label is found again by its coverage.
//! - Decisions stay as they were made: they are about what a model said under the label it was asked for then.
//! - The merged label is archived, not removed: the history still names it.

use std::collections::HashSet;

use super::{LabelSet, quoted};
use crate::dataset::{DocumentId, Label, LabelId, ResponseSpan};
use crate::store::{Change, Group, LabelledResponse, gold_set_of};

/// What a merge does, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MergeCount {
    /// Spans that get the other label.
    pub moved: u64,
    /// Spans that go, because the other label is there already.
    pub dropped: u64,
    /// Documents with such spans.
    pub documents: u64,
    /// Annotators with such spans.
    pub annotators: u64,
    /// Frozen gold sets with such spans.
    pub gold: Vec<String>,
    /// Responses in which the other label no longer counts as looked for.
    pub unchecked: u64,
}

/// Counts what a merge would do, one response after another.
#[derive(Clone, Debug)]
pub struct MergeCounter {
    from: LabelId,
    into: LabelId,
    count: MergeCount,
    last_document: Option<DocumentId>,
    names: HashSet<String>,
}

impl MergeCounter {
    /// Nothing counted yet.
    pub fn new(from: LabelId, into: LabelId) -> Self {
        Self { from, into, count: MergeCount::default(), last_document: None, names: HashSet::new() }
    }

    /// The numbers so far.
    pub fn count(&self) -> MergeCount {
        self.count.clone()
    }

    /// One more response; they come in the order of their documents.
    pub fn add(&mut self, response: &LabelledResponse) {
        let (from, into) = (self.from, self.into);
        let (mut moved, mut dropped) = (0, 0);
        for (_, after) in merged(&response.spans, from, into) {
            if after.is_some() { moved += 1 } else { dropped += 1 }
        }
        if moved + dropped > 0 {
            self.count.documents += u64::from(self.last_document.replace(response.document) != Some(response.document));
            if !self.names.contains(&response.annotator) {
                self.names.insert(response.annotator.clone());
                match gold_set_of(&response.annotator) {
                    Some(set) => self.count.gold.push(set.to_owned()),
                    None => self.count.annotators += 1,
                }
            }
        }
        self.count.moved += moved;
        self.count.dropped += dropped;
        let lost = |before: &Vec<LabelId>| before.contains(&into) && !before.contains(&from);
        self.count.unchecked += u64::from(response.coverage.as_ref().is_some_and(lost));
    }
}

/// The spans of `from` in a response, with what becomes of each.
fn merged(spans: &[ResponseSpan], from: LabelId, into: LabelId) -> Vec<(&ResponseSpan, Option<ResponseSpan>)> {
    let mut taken: HashSet<_> = spans.iter().filter(|s| s.label == into).map(|s| s.range).collect();
    let of_label = spans.iter().filter(|s| s.label == from);
    of_label
        .map(|span| (span, taken.insert(span.range).then(|| ResponseSpan { label: into, ..span.clone() })))
        .collect()
}

/// What was looked for, when `from` and `into` are one; `None` when nothing changes.
fn merged_coverage(before: &[LabelId], from: LabelId, into: LabelId) -> Option<Vec<LabelId>> {
    let both = before.contains(&from) && before.contains(&into);
    let keep = |l: &&LabelId| **l != from && (**l != into || both);
    let after: Vec<LabelId> = before.iter().filter(keep).copied().collect();
    (after.len() != before.len()).then_some(after)
}

impl LabelSet {
    /// `from` becomes `into` in all of `responses`, and is archived. With `keep_prompt` what the model read for `from`
    /// is added to the description of `into`.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn merge(
        &self,
        actor: &str,
        from: LabelId,
        into: LabelId,
        keep_prompt: bool,
        responses: &[LabelledResponse],
    ) -> Result<Group, String> {
        let (old, new) = self.mergeable(from, into)?;
        let mut changes = Vec::new();
        let mut counter = MergeCounter::new(from, into);
        for response in responses {
            counter.add(response);
            let (document, annotator) = (response.document, &response.annotator);
            for (before, after) in merged(&response.spans, from, into) {
                let annotator = annotator.clone();
                changes.push(Change::Span { document, annotator, id: before.id, before: Some(before.clone()), after });
            }
            if let Some(before) = &response.coverage
                && let Some(after) = merged_coverage(before, from, into)
            {
                let (annotator, before) = (annotator.clone(), Some(before.clone()));
                changes.push(Change::Coverage { document, annotator, before, after: Some(after) });
            }
        }
        let label = |before: &Label, after: Label| Change::Label {
            id: before.id,
            before: Some(before.clone()),
            after: Some(after),
        };
        if !old.archived {
            changes.push(label(old, Label { archived: true, key: None, ..old.clone() }));
        }
        if keep_prompt {
            let description = match new.description.as_str() {
                "" => old.prompt().to_owned(),
                known => format!("{known} Also: {}", old.prompt()),
            };
            changes.push(label(new, Label { description, ..new.clone() }));
        }
        let MergeCount { moved, dropped, .. } = counter.count();
        let spans = moved + dropped;
        let s = if spans == 1 { "" } else { "s" };
        let reason = format!("merge label {} into {}: {spans} span{s}", quoted(&old.name), quoted(&new.name));
        Ok(Group { actor: actor.into(), reason, changes })
    }

    /// The two labels, if the one can become the other.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn mergeable(&self, from: LabelId, into: LabelId) -> Result<(&Label, &Label), String> {
        let known = |id| self.get(id).ok_or("this label is not there any more");
        let (old, new) = (known(from)?, known(into)?);
        if from == into {
            return Err("a label cannot be merged into itself".into());
        }
        if new.archived {
            return Err(format!("{} is archived: bring it back first", new.name));
        }
        Ok((old, new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wider_label_was_looked_for_only_where_both_were() {
        let (a, b, c) = (LabelId(1), LabelId(2), LabelId(3));
        assert_eq!(merged_coverage(&[a, b, c], a, b), Some(vec![b, c]));
        assert_eq!(merged_coverage(&[b, c], a, b), Some(vec![c]));
        assert_eq!(merged_coverage(&[a, c], a, b), Some(vec![c]));
        assert_eq!(merged_coverage(&[c], a, b), None);
    }
}
