//! What an update wants done: plain data, so that tests can look at it. Only a [`Runner`] acts.

use std::sync::Arc;

use super::batch::Batch;
use super::counter::Count;
use super::evaluator::Question;
use super::filler::FillOrder;
use super::finder::Search;
use super::msg::{Msg, Then};
use super::searcher::Wanted;
use super::walk::Whose;
use crate::annotate::LabelSet;
use crate::dataset::{DocumentId, Label, LabelId, Prediction, RunId};
use crate::store::{Anchor, Group, Query};
use crate::text::CharRange;

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
        /// Whose response; `None`: one's own.
        whose: Option<Whose>,
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
    /// Read a document of some, near another one; one that is gone is passed over.
    OpenAmong {
        /// The one that is open; `None`: before the first of them.
        from: Option<DocumentId>,
        /// The documents, in order.
        documents: Arc<[DocumentId]>,
        /// Which one.
        which: Near,
    },
    /// Look for something for the Search screen, in place of what was looked for before; the answer comes later.
    Seek(Box<Wanted>),
    /// Open the first document of a list that is not begun.
    OpenFirst(Query),
    /// Look no longer for what is being looked for.
    StopSearch,
    /// Take a typed text into the project and open it.
    AddDocument(String),
    /// Find the document a person names: external id or number.
    OpenNamed(String),
    /// Read labels and counts again, and the document that is open.
    Reread {
        /// Which.
        document: Option<DocumentId>,
        /// Whose response, as when it was opened.
        whose: Option<Whose>,
    },
    /// Read the texts of places: each with its number.
    Quote(Vec<(usize, DocumentId, CharRange)>),
    /// Ask for the number of a new label of this name.
    NewLabelId(String),
    /// Count something over the whole project; the answer comes later.
    Count(Count),
    /// Count for the Evaluate screen, in place of what was asked before; the answer comes later.
    Evaluate(Box<Question>),
    /// That answer is not wanted any more.
    StopEvaluating,
    /// Have the model asked about the documents of gold, or no longer.
    Fill(FillOrder),
    /// All spans of one label get another one; answered like a commit.
    MergeLabels {
        /// The label that goes.
        from: LabelId,
        /// The one its spans get.
        into: LabelId,
        /// What the model read for the one is kept in the description of the other.
        keep_prompt: bool,
    },
    /// Freeze what is submitted under a name; answered like a commit.
    FreezeGold(String),
    /// Remove a frozen set; answered like a commit.
    RemoveGold(String),
    /// Ask for the number of a new label of this name, to be given at once: for what is there already, or a new span.
    NewLabelHere {
        /// Its name.
        name: String,
        /// For what is there already.
        change: bool,
    },
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
    /// Ask for the next documents of a list with what the model says of them, dropping such a request that waits.
    SuggestBatch(Batch),
    /// Read documents of the queue again.
    ReviewReread(Vec<DocumentId>),
    /// Count what was decided one by one: of this run, for each label at or above a score.
    CountReviewed(RunId, Vec<(LabelId, f32)>),
    /// Accept suggestions of several documents in one group; what has been settled meanwhile is passed over.
    AcceptMany {
        /// Of each document with its version, what to accept.
        picks: Vec<(DocumentId, u32, Vec<Prediction>)>,
        /// The threshold, for the history.
        at_least: f32,
        /// The labels, for the history.
        labels: LabelSet,
    },
    /// Look for the places of a text, in place of those of another one.
    FindText(Search),
    /// Look for its places no longer.
    StopFinding,
    /// Read the places of texts that are to be suggested in a document.
    Matches(DocumentId),
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
    /// Read a document with its spans as a line of JSONL, to be copied.
    ReadLine {
        /// Which.
        document: DocumentId,
        /// Whose spans.
        annotator: String,
    },
    /// Put text into the terminal's clipboard.
    Copy(String),
    /// Draw everything again.
    Redraw,
    /// Let the terminal report the mouse, or no longer.
    Mouse(bool),
    /// Stop the process as Ctrl-Z does.
    Suspend,
    /// Give the screen to the person's editor with these guidelines.
    EditGuidelines(String),
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
