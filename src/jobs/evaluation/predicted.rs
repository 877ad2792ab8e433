//! What is in the store already and judged by gold: a run, or another annotator.

use std::collections::HashMap;

use super::{judged, marks};
use crate::dataset::DocumentId;
use crate::evaluate::{Gold, GoldDocument, Mark, Predictions};
use crate::store::{Project, Result, Run, Whose};

/// Where each document of gold stands in its list.
fn places(gold: &Gold) -> HashMap<DocumentId, usize> {
    gold.documents.iter().enumerate().filter_map(|(at, d)| Some((d.document?, at))).collect()
}

/// What a run says of the documents of gold. Its labels that the project no longer has, or has archived without gold
/// having a span of them, are left out.
///
/// `floor` is the highest threshold that it was made with: above it everything is known, below it only what labels with
/// a lower one of their own brought in. It is `None` for what came with a file, which does not say.
///
/// # Errors
/// When the store cannot be read.
pub fn of_run(project: &Project, gold: &Gold, run: &Run) -> Result<Predictions> {
    let numbers = judged(project, gold)?;
    let places = places(gold);
    let mut documents = vec![Vec::new(); gold.documents.len()];
    let first_and_last = places.keys().min().copied().zip(places.keys().max().copied());
    if let Some(between) = first_and_last {
        project.predictions_of(run.id, between, |document, said| {
            let (Some(at), Some(label)) = (places.get(&document), numbers.get(&said.key.label)) else { return };
            let (start, end) = (said.key.range.start as i64, said.key.range.end as i64);
            documents[*at].push(Mark { label: *label, start, end, score: Some(said.score) });
        })?;
    }
    // What came with a file does not say what was asked for.
    let asked: Vec<u32> = run.spec.labels.iter().filter_map(|(id, _)| numbers.get(id)).copied().collect();
    let asked = (!run.spec.labels.is_empty()).then_some(asked);
    Ok(Predictions { name: run.name.clone(), documents, asked, floor: floor(run) })
}

/// The highest threshold of a run.
fn floor(run: &Run) -> Option<f32> {
    let parameters = &run.spec.parameters;
    let all = parameters.get("threshold")?.as_f64()?;
    let own = parameters.get("class_thresholds").and_then(serde_json::Value::as_array);
    let own = own.into_iter().flatten().filter_map(serde_json::Value::as_f64);
    Some(own.fold(all, f64::max) as f32)
}

/// Leaves out of gold the documents whose text is another one than a run knows, which it says nothing about; how many
/// those are.
///
/// # Errors
/// When the store cannot be read.
pub fn leave_outdated(project: &Project, truth: &mut Gold, run: &Run) -> Result<u64> {
    let outdated = project.outdated(run)?;
    let before = truth.documents.len();
    truth.documents.retain(|d| d.document.is_none_or(|id| outdated.binary_search(&id).is_err()));
    Ok((before - truth.documents.len()) as u64)
}

/// Documents that an annotator cannot be judged by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The annotator has not answered them.
    pub unanswered: u64,
    /// Gold is the annotator's own answer, which is always right.
    pub own: u64,
}

/// Leaves in gold what an annotator has answered too, where gold is somebody else's answer, and of that the labels both
/// have looked for. `theirs` are the annotator's answers.
pub fn keep_answered(truth: &mut Gold, theirs: &Gold) -> LeftOut {
    let answered: HashMap<DocumentId, &GoldDocument> =
        theirs.documents.iter().filter_map(|d| Some((d.document?, d))).collect();
    let mut left_out = LeftOut::default();
    truth.documents.retain_mut(|document| {
        let Some(other) = document.document.and_then(|id| answered.get(&id)) else {
            left_out.unanswered += 1;
            return false;
        };
        if document.annotator == other.annotator {
            left_out.own += 1;
            return false;
        }
        document.coverage = match (document.coverage.take(), &other.coverage) {
            (Some(mine), Some(theirs)) => Some(mine.into_iter().filter(|l| theirs.binary_search(l).is_ok()).collect()),
            (mine, theirs) => mine.or_else(|| theirs.clone()),
        };
        true
    });
    left_out
}

/// What an annotator has submitted for the documents of gold; nothing where they have not.
///
/// # Errors
/// When the store cannot be read.
pub fn of_annotator(project: &Project, gold: &Gold, annotator: &str) -> Result<Predictions> {
    let numbers = judged(project, gold)?;
    let places = places(gold);
    let mut documents = vec![Vec::new(); gold.documents.len()];
    project.answers(&Whose::Annotator(annotator.to_owned()), false, |answer| {
        if let Some(at) = places.get(&answer.document) {
            documents[*at] = marks(&answer.body.spans, &numbers);
        }
    })?;
    Ok(Predictions { name: annotator.to_owned(), documents, ..Predictions::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(document: i64, annotator: &str, coverage: Option<Vec<u32>>) -> GoldDocument {
        let (document, annotator) = (Some(DocumentId(document)), Some(annotator.to_owned()));
        GoldDocument { document, annotator, coverage, ..GoldDocument::default() }
    }

    #[test]
    fn an_annotator_is_judged_by_what_others_say_of_the_same_documents() {
        let mine = vec![answer(1, "ada", Some(vec![0, 1])), answer(2, "ada", None), answer(3, "ben", None)];
        let theirs = vec![answer(1, "ben", Some(vec![1, 2])), answer(3, "ben", None)];
        let mut truth = Gold { documents: mine, ..Gold::default() };
        let found = keep_answered(&mut truth, &Gold { documents: theirs, ..Gold::default() });
        assert_eq!(found, LeftOut { unanswered: 1, own: 1 });
        assert_eq!(truth.documents, [answer(1, "ada", Some(vec![1]))]);
    }
}
