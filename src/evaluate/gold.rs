//! What is counted: gold, and what somebody predicted for the same documents.

use std::collections::HashMap;
use std::sync::Arc;

use crate::dataset::DocumentId;

/// Labels by number, in the order they are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelIndex {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl LabelIndex {
    const FEW: usize = 8;

    /// The number of a label; a new one goes to the end.
    pub fn number(&mut self, name: &str) -> u32 {
        // Where there are few, comparing them is quicker than hashing, a million times over.
        if let Some(number) = self.names.iter().take(Self::FEW).position(|known| known == name) {
            return number as u32;
        }
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The number of a label that is there.
    pub fn find(&self, name: &str) -> Option<u32> {
        self.numbers.get(name).copied()
    }

    /// The name of a label; empty for a number that was never given.
    pub fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// All names, by number.
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// How the numbers of a [`Mark`] are meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ends {
    /// The end is the position after the last one: Python's slices, every format but nervaluate's own.
    #[default]
    Exclusive,
    /// The end is the last position.
    Inclusive,
}

/// A span to be counted, its numbers as the source has them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// The label's number.
    pub label: u32,
    /// First position.
    pub start: i64,
    /// Last position, or the one after it: see [`Ends`].
    pub end: i64,
    /// The model's probability, where there is one.
    pub score: Option<f32>,
}

/// One document of gold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GoldDocument {
    /// The id it has in its file or project, else its position, counted from 1.
    pub name: String,
    /// Its number in the project, for gold of a project.
    pub document: Option<DocumentId>,
    /// Whose response it is, for gold of a project.
    pub annotator: Option<String>,
    /// Its text, where the source has one.
    pub text: Option<Arc<str>>,
    /// Its spans.
    pub spans: Vec<Mark>,
    /// Numbers of the labels that were looked for, ascending; `None`: all of them.
    pub coverage: Option<Vec<u32>>,
}

/// How many spans of gold began as what a model said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prefilled {
    /// Name of the model.
    pub model: String,
    /// Spans that began as its suggestion, changed since or not.
    pub spans: u64,
}

/// Where gold comes from and how far it can be trusted; printed with every score.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// File, project or frozen set.
    pub name: String,
    /// Spans in all.
    pub spans: u64,
    /// Those that began as a model's suggestion, by model, most first.
    pub prefilled: Vec<Prefilled>,
    /// Those that came many at a time.
    pub bulk: u64,
    /// Documents that were answered without a suggestion having been seen.
    pub blind: u64,
    /// Documents with several submitted responses and nothing to choose between them: they are left out.
    pub undecided: u64,
}

/// Gold: what is taken as the truth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gold {
    /// The labels of both sides.
    pub labels: LabelIndex,
    /// How the numbers of both sides are meant.
    pub ends: Ends,
    /// The documents.
    pub documents: Vec<GoldDocument>,
    /// Where they come from.
    pub about: About,
}

/// What somebody (a model, a file, an annotator) says of the documents of a [`Gold`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// The name it is shown by.
    pub name: String,
    /// One list for each document of gold, in its order; labels and ends as in gold.
    pub documents: Vec<Vec<Mark>>,
    /// Numbers of the labels that were asked for; `None`: all of them.
    pub asked: Option<Vec<u32>>,
    /// No score below this was kept; `None`: not known, or there are no scores.
    pub floor: Option<f32>,
}
