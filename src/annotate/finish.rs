//! The end of work on a document: submit, set aside as a draft, discard, begin again.

use super::{Annotation, LabelSet, Outcome, quoted};
use crate::dataset::{LabelId, Status};
use crate::store::{Change, Group};

impl Annotation {
    /// Gives the response a status. Submitting writes down which labels were looked for: all that are not archived.
    /// `blind` says that no suggestion has been seen; it counts only for what is submitted, and only when nothing of the
    /// response began as one.
    pub fn finish(&self, labels: &LabelSet, status: Status, blind: bool) -> Outcome {
        let covered: Vec<LabelId> = labels.covered();
        let before = self.response.status;
        let mut changes = Vec::new();
        if before != status {
            changes.push(self.status_change(status));
        }
        if status == Status::Submitted && self.coverage.as_ref() != Some(&covered) {
            changes.push(Change::Coverage {
                document: self.document,
                annotator: self.annotator.clone(),
                before: self.coverage.clone(),
                after: Some(covered),
            });
        }
        let blind = blind && status == Status::Submitted && self.is_untouched_by_suggestions();
        if blind != self.blind {
            let annotator = self.annotator.clone();
            changes.push(Change::Blind { document: self.document, annotator, before: self.blind, after: blind });
        }
        if changes.is_empty() {
            let what = if status == Status::Draft { "a draft" } else { status.as_str() };
            return Err(format!("the document is {what} already"));
        }
        let verb = match status {
            Status::Submitted if blind => "submit blind",
            Status::Submitted => "submit",
            Status::Discarded => "discard",
            Status::Draft => "keep as draft",
            Status::Pending => "begin again",
        };
        let start = self.text.as_str().split_whitespace().take(6).collect::<Vec<_>>().join(" ");
        let what = if start.is_empty() { "a blank document".to_owned() } else { quoted(&start) };
        let reason = format!("{verb} {what}");
        Ok(Group { actor: self.actor.clone(), reason, changes })
    }

    /// Nothing was ever decided about a suggestion here.
    pub fn is_untouched_by_suggestions(&self) -> bool {
        self.decisions.is_empty() && self.response.spans.iter().all(|s| s.prediction.is_none())
    }
}
