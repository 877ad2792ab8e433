//! The Review screen: suggestion by suggestion across documents, like a queue of mail.
//!
//! Documents come in the order and filter of the list, a few at a time, as the reader nears the end of what is loaded;
//! the model is asked beside the loop. A bounded number of documents is held: those without a line go first, then those
//! far behind. What is decided leaves the screen at once; undo brings it back where it was.

mod decide;
mod lines;
mod load;
mod motion;
mod view;

pub use decide::*;
pub use lines::{Line, LineOrder};
pub use load::*;
pub use motion::*;
pub use view::view;

use std::collections::{HashSet, VecDeque};

use crate::annotate::{ActiveTime, Annotation, Candidate, LabelSet, Settings, on_characters, visible};
use crate::dataset::{DocumentId, LabelId, Prediction, PredictionKey, RunId};
use crate::store::{Anchor, Change, Cursor};
use crate::text::CharRange;
use crate::tui::msg::Opened;

/// A suggestion wherever it is in the project.
pub type Place = (DocumentId, PredictionKey);

/// The queue as far as it is loaded.
#[derive(Clone, Debug, Default)]
pub struct Review {
    /// What is loaded, in the order of the list.
    pub documents: VecDeque<Loaded>,
    /// What is on the screen, a suggestion a line.
    pub lines: Vec<Line>,
    /// The chosen line.
    pub selected: usize,
    /// The line at the top of the screen.
    pub top: usize,
    /// The order of the lines.
    pub order: LineOrder,
    /// Only suggestions of this label.
    pub only: Option<LabelId>,
    /// Other edges for the chosen suggestion, not decided yet.
    pub edges: Option<CharRange>,
    /// Put aside for this sitting.
    pub skipped: HashSet<Place>,
    /// Decided in this sitting.
    pub decided: i64,
    /// The queue was entered from a document: leaving it leads back there.
    pub from_document: bool,
    /// The Annotate screen was entered from a line: Esc there comes back.
    pub visiting: bool,
    /// The request under way, and whether it reads backwards.
    pub loading: Option<(u64, bool)>,
    /// Why the model failed on a document.
    pub failed: Option<String>,
    /// The list has been read from its first row on.
    pub at_start: bool,
    /// The list has been read to its last row.
    pub at_end: bool,
    /// Rows before the chosen line are wanted.
    back: bool,
    /// Where reading goes on, backwards and forwards.
    first: Option<Cursor>,
    last: Option<Cursor>,
    /// The place to go to once it is loaded.
    arriving: Option<(DocumentId, Option<PredictionKey>)>,
    /// Where reading begins, until the first answer is there.
    begin: Option<Anchor>,
    /// Documents were left out because they had nothing to show on these terms.
    gaps: bool,
    /// Time spent, on the document of the chosen line.
    active: (Option<DocumentId>, ActiveTime),
}

/// A document with what the model says of it.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The document and the response.
    pub annotation: Annotation,
    /// Its id in the file it came from.
    pub external_id: Option<String>,
    /// Version of its text.
    pub version: u32,
    /// The run the candidates belong to.
    pub run: RunId,
    /// Suggestions nobody has decided about, on the screen's terms, in the order of the text.
    pub suggestions: Vec<Prediction>,
    candidates: Vec<Candidate>,
    cursor: Cursor,
}

impl Loaded {
    fn new(opened: Opened, annotator: &str, run: RunId, candidates: Vec<Candidate>, cursor: Cursor) -> Self {
        let (external_id, version) = (opened.document.external_id.clone(), opened.document.version);
        let annotation = opened.annotation(annotator);
        let candidates = on_characters(&annotation.text, candidates);
        Self { annotation, external_id, version, run, suggestions: Vec::new(), candidates, cursor }
    }

    /// The suggestions on other terms than the screen's.
    pub fn suggestions_at(&self, labels: &LabelSet, settings: Settings) -> Vec<Prediction> {
        visible(&self.annotation, &self.candidates, self.run, labels, settings)
    }

    fn refresh(&mut self, labels: &LabelSet, settings: Settings) {
        self.suggestions = self.suggestions_at(labels, settings);
    }
}

impl Review {
    /// The chosen line.
    pub fn line(&self) -> Option<&Line> {
        self.lines.get(self.selected)
    }

    /// A loaded document.
    pub fn document(&self, id: DocumentId) -> Option<&Loaded> {
        self.documents.iter().find(|d| d.annotation.document == id)
    }

    /// The chosen line with its document and the edges it has now.
    pub fn here(&self) -> Option<(&Loaded, &Prediction, CharRange)> {
        let line = self.line()?;
        Some((self.document(line.document)?, &line.suggestion, self.edges.unwrap_or(line.suggestion.key.range)))
    }

    /// Takes in changes that the store has made.
    pub fn apply(&mut self, changes: &[Change], labels: &LabelSet, settings: Settings) {
        let mut touched = HashSet::new();
        for change in changes {
            if let Change::Decision { before, after, .. } = change {
                self.decided += i64::from(after.is_some()) - i64::from(before.is_some());
            }
            let Some(document) = change.document() else { continue };
            if let Some(loaded) = self.documents.iter_mut().find(|d| d.annotation.document == document) {
                loaded.annotation.apply(change);
                touched.insert(document);
            }
            if let Change::Document { after, .. } = change
                && (after.removed || self.document(document).is_some_and(|d| d.version != after.version))
            {
                self.documents.retain(|d| d.annotation.document != document);
            }
        }
        if self.documents.is_empty() {
            return;
        }
        for loaded in self.documents.iter_mut().filter(|d| touched.contains(&d.annotation.document)) {
            loaded.refresh(labels, settings);
        }
        self.relist();
    }
}
