//! What comes into the review and what it wants done, as plain data.

use super::tally::Done;
use crate::annotate::{Annotation, Candidate, LabelSet};
use crate::dataset::{DocumentId, RunId};
use crate::store::{Counts, Group, Undone};

/// Something that happened.
pub(super) enum Event {
    /// A line was typed.
    Line(String),
    /// A document is open.
    Opened(Box<Open>),
    /// There is no document left to do.
    NothingLeft(Counts),
    /// A group is in the store.
    Committed(Group, Done),
    /// A group is not, and why.
    Refused(String),
    /// A group is not, because the document was changed elsewhere.
    Stale(String),
    /// One's own last edit was taken back; nothing when there was none.
    Undone(Option<Undone>),
}

/// Something to do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Effect {
    /// Print a line (or several).
    Say(String),
    /// Write a group.
    Commit(Group, Done),
    /// Take back one's own last edit.
    Undo,
    /// Open the next document that is not finished.
    Next,
    /// Open this document.
    Reopen(DocumentId),
    /// Open the document a person names.
    OpenNamed(String),
    /// End.
    Quit,
}

/// A document under review.
pub(super) struct Open {
    /// What the annotator says of it.
    pub annotation: Annotation,
    /// Its id, for people.
    pub name: String,
    /// The project's labels.
    pub labels: LabelSet,
    /// What the model says, and in which run.
    pub suggestions: (RunId, Vec<Candidate>),
    /// Where the documents stand.
    pub counts: Counts,
}
