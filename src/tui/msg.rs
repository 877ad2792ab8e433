//! Everything that can happen: the only thing the model changes for.

use std::time::Duration;

use super::commands::CommandId;
use super::counter::Counted;
use super::evaluator::Evaluated;
use super::filler::Filled;
use super::finder::Searched;
use super::key::Key;
use super::mouse::Mouse;
use super::reader::Found;
use super::screen::review::Batched;
use super::searcher::Sought;
use super::suggester::Ahead;
use super::walk::Whose;
use crate::annotate::{Annotation, Candidate};
use crate::dataset::{Document, DocumentId, Label, LabelId, Prediction, RunId, SpanId, TaskCard};
use crate::store::{Anchor, Counts, Group, Query, Reviewed, Row, Said, Undone};

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Msg {
    /// Time has passed: how much since the start. Comes before whatever else arrived with it.
    Tick(Duration),
    /// A key was pressed.
    Key(Key),
    /// Something was done with the mouse.
    Mouse(Mouse),
    /// Text was pasted.
    Paste(String),
    /// The terminal has another size: columns, rows.
    Resize(u16, u16),
    /// A command from anywhere but a key.
    Command(CommandId),
    /// The terminal's background: red, green, blue.
    Background(u8, u8, u8),
    /// The process is asked to end.
    Stop,
    /// The process was stopped and goes on; everything is to be drawn again.
    Resumed,

    /// A group is in the store.
    Committed(Group, Then, Counts),
    /// A group is not, and why; nothing was changed.
    Refused(String),
    /// A group is not, because another process was faster; what is on the screen is to be read again.
    Stale(String),
    /// One's own last group was taken back, or done again; nothing when there was none.
    Undone {
        /// What changed.
        undone: Option<Undone>,
        /// Done again rather than taken back.
        redo: bool,
        /// Where the documents stand now.
        counts: Counts,
    },
    /// Rows of the list.
    Page {
        /// What was asked for.
        query: Query,
        /// From where.
        anchor: Anchor,
        /// At most this many.
        limit: usize,
        /// What there is.
        rows: Vec<Row>,
    },
    /// What was asked for takes longer, and is looked for beside the loop.
    Searching,
    /// It was found; nothing when nobody waits for it any more.
    Found(Option<Found>),
    /// A document to work on.
    Opened(Box<Opened>),
    /// There is no such document to open, in words.
    NotOpened(String),
    /// The labels and counts as another process left them.
    Reread {
        /// The task card.
        card: TaskCard,
        /// All labels.
        labels: Vec<Label>,
        /// Where the documents stand.
        counts: Counts,
        /// The open document with its response; `None` when none is open or it is gone.
        opened: Option<Box<Opened>>,
    },
    /// Another process has written to the project.
    StoreChanged,
    /// The number a new label gets.
    NewLabelId(LabelId, String),
    /// What was to be counted over the whole project, or why it was not.
    Counted(Result<Counted, String>),
    /// What was counted for the Evaluate screen.
    Evaluated(Evaluated),
    /// How far asking the model about gold is, or why it is over; nothing when there was nothing to do.
    Filled(Option<Result<Filled, String>>),
    /// What was sought for the Search screen.
    Sought(Sought),
    /// The guidelines come back changed from the person's editor.
    GuidelinesEdited(String),
    /// The number of a new label, its name, and whether it is for what is there already.
    NewLabelHere(LabelId, String, bool),
    /// A model's candidates.
    Suggested {
        /// Which request this answers.
        generation: u64,
        /// The document.
        document: DocumentId,
        /// The run they belong to.
        run: RunId,
        /// From before the greedy step.
        candidates: Vec<Candidate>,
    },
    /// Other documents were computed ahead of time.
    SuggestedAhead(Ahead),
    /// The model could not.
    SuggestFailed {
        /// Which request this answers.
        generation: u64,
        /// Why, in words.
        reason: String,
    },
    /// The next documents of a list with a model's candidates, or why there are none.
    SuggestedBatch {
        /// Which request this answers.
        generation: u64,
        /// What was found.
        result: Result<Batched, String>,
    },
    /// Documents of the queue as they are now.
    ReviewReread(Vec<Opened>),
    /// How suggestions were decided one by one: of each label, at or above which score.
    Reviewed(Vec<(LabelId, f32, Reviewed)>),
    /// A document with its spans as a line of JSONL, to be copied.
    Line(String),
    /// The texts of places, each with its number.
    Quoted(Vec<(usize, String)>),
    /// How far looking for a text in the project is.
    Searched(Searched),
    /// The places of texts that are to be suggested in a document, as they are now.
    Matches(DocumentId, Vec<Prediction>),
    /// Something in the background went wrong; the work goes on.
    Trouble(String),
}

/// A document as it is read for annotating.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The document.
    pub document: Document,
    /// Whose response it is; `None`: one's own.
    pub whose: Option<Whose>,
    /// What they have said of it.
    pub said: Said,
    /// What is suggested instead of the live model's word, when it is another's response or a walk.
    pub predicted: Vec<Prediction>,
    /// Places of texts that are to be suggested, whatever the model says.
    pub matches: Vec<Prediction>,
    /// Where the cursor was.
    pub cursor: Option<usize>,
    /// Shown once it is open.
    pub notice: Option<String>,
}

impl Opened {
    /// The document as `actor` works on it.
    pub fn annotation(self, actor: &str) -> Annotation {
        let annotator = self.whose.as_ref().map_or(actor, |whose| &whose.annotator);
        Annotation::new(self.document.id, self.document.text, annotator, self.said).worked_on_by(actor)
    }
}

/// Where the cursor goes once a group is in the store.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Then {
    /// Nowhere.
    #[default]
    Stay,
    /// Onto this span.
    Span(SpanId),
    /// To the next suggestion.
    NextSuggestion,
    /// To the next document that is not finished.
    NextDocument,
}
