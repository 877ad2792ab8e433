//! Which suggestions are on the screen, in which order, and which of them is chosen.

use super::Review;
use crate::annotate::{LabelSet, Settings};
use crate::dataset::{DocumentId, Prediction};

/// A suggestion on a line of its own.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The document.
    pub document: DocumentId,
    /// What the model proposes.
    pub suggestion: Prediction,
}

/// The order of the lines, among what is loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LineOrder {
    /// By document, then as in the text.
    #[default]
    Place,
    /// The least certain first: those whose score is nearest to one half.
    Uncertain,
    /// The highest score first.
    Score,
    /// By label, in the project's order, then by place.
    Label,
}

impl LineOrder {
    /// The next one.
    pub fn next(self) -> Self {
        match self {
            LineOrder::Place => LineOrder::Uncertain,
            LineOrder::Uncertain => LineOrder::Score,
            LineOrder::Score => LineOrder::Label,
            LineOrder::Label => LineOrder::Place,
        }
    }

    /// In words.
    pub fn words(self) -> &'static str {
        match self {
            LineOrder::Place => "by place",
            LineOrder::Uncertain => "least certain first",
            LineOrder::Score => "highest score first",
            LineOrder::Label => "by label",
        }
    }
}

impl Review {
    /// Works out the suggestions of every loaded document again, and the lines.
    pub fn refresh(&mut self, labels: &LabelSet, settings: Settings) {
        self.documents.iter_mut().for_each(|d| d.refresh(labels, settings));
        self.relist();
    }

    /// Makes the lines again. The choice stays on its suggestion, or on the line that takes its place.
    pub fn relist(&mut self) {
        let chosen = self.line().cloned();
        let mut lines = Vec::new();
        for loaded in &self.documents {
            let document = loaded.annotation.document;
            let wanted = |s: &&Prediction| {
                self.only.is_none_or(|label| s.key.label == label) && !self.skipped.contains(&(document, s.key))
            };
            lines.extend(loaded.suggestions.iter().filter(wanted).map(|s| Line { document, suggestion: s.clone() }));
        }
        // Stable sorts: what is equal stays by place.
        match self.order {
            LineOrder::Place => {}
            LineOrder::Uncertain => {
                let certainty = |l: &Line| (l.suggestion.score - 0.5).abs();
                lines.sort_by(|a, b| certainty(a).total_cmp(&certainty(b)));
            }
            LineOrder::Score => lines.sort_by(|a, b| b.suggestion.score.total_cmp(&a.suggestion.score)),
            LineOrder::Label => lines.sort_by_key(|l| l.suggestion.key.label),
        }
        self.lines = lines;
        let same = |l: &Line, c: &Line| (l.document, l.suggestion.key) == (c.document, c.suggestion.key);
        match chosen.as_ref().and_then(|c| self.lines.iter().position(|l| same(l, c))) {
            Some(place) => self.selected = place,
            None => {
                self.edges = None;
                self.selected = self.selected.min(self.lines.len().saturating_sub(1));
            }
        }
    }

    /// Chooses the line of a suggestion, else the first of its document, if there is one.
    pub(super) fn choose(&mut self, document: DocumentId, key: Option<crate::dataset::PredictionKey>) {
        let exact = self.lines.iter().position(|l| l.document == document && Some(l.suggestion.key) == key);
        if let Some(place) = exact.or_else(|| self.lines.iter().position(|l| l.document == document)) {
            self.selected = place;
            self.edges = None;
        }
    }
}
