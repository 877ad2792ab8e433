//! Frozen gold, and the documents to annotate for it.

use super::StoreRunner;
use crate::dataset::Status;
use crate::store::{Anchor, Choice, Group, Query, Result, StoreError};
use crate::tui::msg::{Msg, Then};

impl StoreRunner {
    /// Freezes what is submitted.
    pub(super) fn freeze_gold(&mut self, name: &str) -> Result<Vec<Msg>> {
        match self.project.freeze_gold(&self.annotator, name, &Choice::default()) {
            Ok(frozen) => {
                let group = Group { actor: self.annotator.clone(), reason: frozen.reason, changes: frozen.changes };
                Ok(vec![Msg::Committed(group, Then::Stay, self.counts()?)])
            }
            // Whose is not asked for here.
            Err(StoreError::GoldUndecided { count, .. }) => {
                let s = if count == 1 { "" } else { "s" };
                let way = "`gleaner gold freeze` takes --annotator";
                Ok(vec![Msg::Refused(format!("several people have submitted {count} document{s}: {way}"))])
            }
            Err(error) => Err(error),
        }
    }

    /// Opens the first document of a list that is not begun.
    pub(super) fn open_first(&self, query: &Query) -> Result<Vec<Msg>> {
        let pending = Query { status: Some(Status::Pending), ..query.clone() };
        match self.project.page(&self.annotator, &pending, Anchor::Start, 1)?.first() {
            Some(row) => {
                let notice = "for gold: blind, in a random order; Enter submits and goes on, Space h shows suggestions";
                self.open(row.id, None, Some(notice.into()))
            }
            None => Ok(vec![Msg::NotOpened("for gold: nothing is left to begin".into())]),
        }
    }
}
