//! From a project to what is counted: gold, and what runs, annotators and models say of the same documents.

mod gold;
mod predicted;
mod suggested;

pub use gold::{GoldFrom, gold};
pub use predicted::{LeftOut, keep_answered, leave_outdated, of_annotator, of_run};
pub use suggested::{SuggestOnError, fill_gold, suggest_on};

use std::collections::HashMap;

use crate::dataset::{LabelId, ResponseSpan};
use crate::evaluate::{Gold, LabelIndex, Mark};
use crate::store::{Project, Result};

/// The labels of a project by number, in its order, and the way from the store's numbers to these. Archived ones are
/// among them: gold may still have them.
pub(super) fn labels(project: &Project) -> Result<(LabelIndex, HashMap<LabelId, u32>)> {
    let mut index = LabelIndex::default();
    let numbers = project.labels()?.into_iter().map(|l| (l.id, index.number(&l.name))).collect();
    Ok((index, numbers))
}

/// The way from the store's labels to the numbers of gold, for what is judged by it. An archived label (one that was
/// merged into another is archived too) that gold has no span of is no label any more: nothing is judged by it.
fn judged(project: &Project, gold: &Gold) -> Result<HashMap<LabelId, u32>> {
    let mut in_gold = vec![false; gold.labels.names().len()];
    for mark in gold.documents.iter().flat_map(|d| &d.spans) {
        if let Some(there) = in_gold.get_mut(mark.label as usize) {
            *there = true;
        }
    }
    let number = |l: &crate::dataset::Label| {
        let number = gold.labels.find(&l.name)?;
        (!l.archived || in_gold[number as usize]).then_some((l.id, number))
    };
    Ok(project.labels()?.iter().filter_map(number).collect())
}

pub(super) fn marks(spans: &[ResponseSpan], numbers: &HashMap<LabelId, u32>) -> Vec<Mark> {
    let mark = |s: &ResponseSpan| Some((*numbers.get(&s.label)?, s.range.start as i64, s.range.end as i64));
    spans.iter().filter_map(mark).map(|(label, start, end)| Mark { label, start, end, score: None }).collect()
}

/// The numbers of the labels that were looked for, ascending.
pub(super) fn looked_for(ids: &[LabelId], numbers: &HashMap<LabelId, u32>) -> Vec<u32> {
    let mut looked_for: Vec<u32> = ids.iter().filter_map(|id| numbers.get(id)).copied().collect();
    looked_for.sort_unstable();
    looked_for
}
