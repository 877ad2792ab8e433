//! What concerns several documents at once: those a worker has found, and suggestions accepted together.

use super::StoreRunner;
use crate::annotate::LabelSet;
use crate::dataset::{DocumentId, Prediction, Status};
use crate::store::{Change, Group, Result};
use crate::tui::batch::Piece;
use crate::tui::msg::{Msg, Then};
use crate::tui::screen::review::Batched;

impl StoreRunner {
    /// What a worker has found, with the responses as they are now. A document whose text has changed since is left out:
    /// the candidates are not about it.
    pub(super) fn batched(&mut self, found: Piece) -> Result<Batched> {
        let run = self.project.live_run(&found.spec)?;
        let mut documents = Vec::with_capacity(found.documents.len());
        for (read, cursor, candidates) in found.documents {
            if let Some(document) = self.project.document(read.id)?.filter(|now| now.version == read.version) {
                documents.push((self.opened(document, None)?, cursor, candidates));
            }
        }
        let Piece { last, end, rows, failed, .. } = found;
        Ok(Batched { run, documents, last, end, rows, failed })
    }

    /// One group for suggestions of several documents. What was settled since they were looked at is passed over.
    pub(super) fn accept_many(
        &mut self,
        picks: &[(DocumentId, u32, Vec<Prediction>)],
        at_least: f32,
        labels: &LabelSet,
    ) -> Result<Vec<Msg>> {
        let (mut changes, mut documents, mut accepted) = (Vec::new(), 0, 0);
        for (document, version, suggestions) in picks {
            let Some(now) = self.project.document(*document)?.filter(|now| now.version == *version) else { continue };
            let annotation = self.opened(now, None)?.annotation(&self.annotator);
            let open = !matches!(annotation.response.status, Status::Submitted | Status::Discarded);
            let undecided = |s: &&Prediction| open && !annotation.decisions.contains_key(&s.key);
            let suggestions: Vec<Prediction> = suggestions.iter().filter(undecided).cloned().collect();
            if let Ok(group) = annotation.accept_all(labels, &suggestions, at_least) {
                documents += 1;
                accepted += group.changes.iter().filter(|c| matches!(c, Change::Decision { .. })).count();
                changes.extend(group.changes);
            }
        }
        if accepted == 0 {
            return Ok(vec![Msg::Refused("these suggestions are settled already: nothing was accepted".into())]);
        }
        let (s, d) = (if accepted == 1 { "" } else { "s" }, if documents == 1 { "" } else { "s" });
        let reason = format!("accept {accepted} suggestion{s} ≥ {at_least:.2} in {documents} document{d}");
        let group = Group { actor: self.annotator.clone(), reason, changes };
        let counts = self.commit(&group)?;
        Ok(vec![Msg::Committed(group, Then::Stay, counts)])
    }
}
