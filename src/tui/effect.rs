//! What an update wants done: plain data, so that tests can look at it. Only a [`Runner`] acts.

use std::sync::Arc;

use super::msg::{Msg, Then};
use crate::dataset::{DocumentId, Label, LabelId};
use crate::store::{Anchor, Group, Query};

/// Something to do outside the model.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Write a group; the answer comes before the next message is looked at.
    Commit(Group, Then),
    /// Take back one's own last group.
    Undo,
    /// Do it again.
    Redo,
    /// Read rows of the list.
    Page(Query, Anchor, usize),
    /// Read a document.
    Open {
        /// Which.
        document: DocumentId,
        /// What to say once it is open.
        notice: Option<String>,
    },
    /// Read a document near another one.
    OpenNear {
        /// The one that is open.
        from: DocumentId,
        /// The list it belongs to.
        query: Query,
        /// Which one.
        which: Near,
    },
    /// Find the document a person names: external id or number.
    OpenNamed(String),
    /// Read labels, counts and this document again.
    Reread(Option<DocumentId>),
    /// Ask for the number of a new label of this name.
    NewLabelId(String),
    /// Count the spans of a label.
    LabelUses(LabelId),
    /// Ask the model, dropping what it was asked before.
    Suggest {
        /// Counts requests.
        generation: u64,
        /// The document.
        document: DocumentId,
        /// Its text.
        text: Arc<str>,
        /// What to look for, in the project's order.
        labels: Vec<Label>,
    },
    /// Compute other documents ahead of time no longer, or again.
    PauseAhead(bool),
    /// Keep where the person is, for the next start.
    Remember {
        /// The document.
        document: DocumentId,
        /// The code point under the cursor.
        cursor: usize,
    },
    /// Keep a setting, for the next start.
    RememberSetting(&'static str, String),
    /// Count time spent.
    AddActive {
        /// The document.
        document: DocumentId,
        /// Seconds.
        seconds: u64,
    },
    /// Draw everything again.
    Redraw,
    /// Let the terminal report the mouse, or no longer.
    Mouse(bool),
    /// Stop the process as Ctrl-Z does.
    Suspend,
}

/// A document relative to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// The one after it.
    Next,
    /// The one before it.
    Previous,
    /// The next one that is not finished, from the start again when there is none after it.
    Unfinished,
}

/// Acts on effects. The real one has the store and a model's worker; tests have one that refuses.
pub trait Runner {
    /// Acts, and gives what is to be said at once. Slow answers come later, through the channel.
    fn run(&mut self, effect: Effect) -> Vec<Msg>;

    /// Looks whether another process has written to the project; called about once a second.
    fn poll(&mut self) -> Option<Msg>;
}
