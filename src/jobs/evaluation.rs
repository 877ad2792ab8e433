//! From a project to what is counted: gold, and what runs and annotators say of the same documents.

use std::collections::HashMap;
use std::sync::Arc;

use crate::dataset::{DocumentId, LabelId, Prediction, ResponseSpan, RunId, Status};
use crate::evaluate::{About, Gold, GoldDocument, LabelIndex, Mark, Predictions, Prefilled, Thresholds};
use crate::store::{GOLD_SET, Project, Result, Run};

/// Whose answers are taken as the truth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GoldFrom {
    /// Submitted responses as they are now: of one annotator, or the only one of each document.
    Responses {
        /// Whose; `None`: whoever it is that has answered alone.
        annotator: Option<String>,
    },
    /// A frozen set of this name.
    Set(String),
}

/// Documents read at a time.
const PAGE: usize = 256;

/// The labels of a project by number, in its order, and the way from the store's numbers to these.
fn labels(project: &Project) -> Result<(LabelIndex, HashMap<LabelId, u32>)> {
    let mut index = LabelIndex::default();
    let numbers = project.labels()?.into_iter().map(|l| (l.id, index.number(&l.name))).collect();
    Ok((index, numbers))
}

/// Gold of a project. Documents with several submitted responses and nobody named are left out and counted.
///
/// # Errors
/// When the store cannot be read.
pub fn gold(project: &Project, from: &GoldFrom) -> Result<Gold> {
    let (labels, numbers) = labels(project)?;
    let runs: HashMap<_, _> = project.runs()?.into_iter().map(|r| (r.id, r.spec.model)).collect();
    let mut about = About::default();
    let mut prefilled: HashMap<String, u64> = HashMap::new();
    let mut documents = Vec::new();
    let mut after = DocumentId(0);
    loop {
        let page = project.documents_after(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for document in page {
            let mut answers = project.responses(document.id)?;
            answers.retain(|(who, body)| {
                let wanted = match from {
                    GoldFrom::Responses { annotator: Some(name) } => who == name,
                    GoldFrom::Responses { annotator: None } => !who.starts_with(GOLD_SET),
                    GoldFrom::Set(name) => who.strip_prefix(GOLD_SET) == Some(name),
                };
                wanted && body.status == Status::Submitted
            });
            if answers.len() > 1 {
                about.undecided += 1;
                continue;
            }
            let Some((annotator, body)) = answers.pop() else { continue };
            about.spans += body.spans.len() as u64;
            about.bulk += body.spans.iter().filter(|s| s.origin == crate::dataset::Origin::Bulk).count() as u64;
            about.blind += u64::from(project.is_blind(document.id, &annotator)?);
            for run in body.spans.iter().filter_map(|s| s.prediction).filter_map(|p| runs.get(&p.run)) {
                *prefilled.entry(run.clone()).or_default() += 1;
            }
            let coverage = body.coverage.map(|ids| {
                let mut looked_for: Vec<u32> = ids.iter().filter_map(|id| numbers.get(id)).copied().collect();
                looked_for.sort_unstable();
                looked_for
            });
            documents.push(GoldDocument {
                name: document.external_id.unwrap_or_else(|| document.id.to_string()),
                document: Some(document.id),
                annotator: Some(annotator),
                text: Some(Arc::from(document.text)),
                spans: marks_of_response(&body.spans, &numbers),
                coverage,
            });
        }
    }
    about.prefilled = prefilled.into_iter().map(|(model, spans)| Prefilled { model, spans }).collect();
    about.prefilled.sort_by(|a, b| b.spans.cmp(&a.spans).then_with(|| a.model.cmp(&b.model)));
    Ok(Gold { labels, documents, about, ..Gold::default() })
}

/// What a run says of the documents of gold. Its labels that the project no longer has are left out.
///
/// # Errors
/// When the store cannot be read.
pub fn of_run(project: &Project, gold: &Gold, run: &Run) -> Result<Predictions> {
    let (_, numbers) = labels(project)?;
    let mut documents = Vec::with_capacity(gold.documents.len());
    for document in gold.documents.iter().filter_map(|d| d.document) {
        let said = project.predictions(run.id, document)?;
        documents.push(marks_of_predictions(&said, &numbers));
    }
    // What came with a file does not say what was asked for.
    let asked: Vec<u32> = run.spec.labels.iter().filter_map(|(id, _)| numbers.get(id)).copied().collect();
    let floor = run.spec.parameters.get("threshold").and_then(serde_json::Value::as_f64).map(|t| t as f32);
    Ok(Predictions { name: run.name.clone(), documents, asked: (!asked.is_empty()).then_some(asked), floor })
}

/// What an annotator has submitted for the documents of gold; nothing where they have not.
///
/// # Errors
/// When the store cannot be read.
pub fn of_annotator(project: &Project, gold: &Gold, annotator: &str) -> Result<Predictions> {
    let (_, numbers) = labels(project)?;
    let mut documents = Vec::with_capacity(gold.documents.len());
    for document in gold.documents.iter().filter_map(|d| d.document) {
        let answers = project.responses(document)?;
        let own = answers.iter().find(|(who, body)| who == annotator && body.status == Status::Submitted);
        documents.push(own.map_or_else(Vec::new, |(_, body)| marks_of_response(&body.spans, &numbers)));
    }
    Ok(Predictions { name: annotator.to_owned(), documents, ..Predictions::default() })
}

/// What of a run counts in one document: what passes the thresholds, whose numbers are those of [`gold`]'s labels.
///
/// # Errors
/// When the store cannot be read.
pub fn passing(
    project: &Project,
    run: RunId,
    thresholds: &Thresholds,
    document: DocumentId,
) -> Result<Vec<Prediction>> {
    let (_, numbers) = labels(project)?;
    let mut said = project.predictions(run, document)?;
    said.retain(|p| numbers.get(&p.key.label).is_some_and(|number| p.score > thresholds.of(*number)));
    Ok(said)
}

fn marks_of_response(spans: &[ResponseSpan], numbers: &HashMap<LabelId, u32>) -> Vec<Mark> {
    let mark = |s: &ResponseSpan| Some((*numbers.get(&s.label)?, s.range.start as i64, s.range.end as i64));
    spans.iter().filter_map(mark).map(|(label, start, end)| Mark { label, start, end, score: None }).collect()
}

fn marks_of_predictions(said: &[Prediction], numbers: &HashMap<LabelId, u32>) -> Vec<Mark> {
    let mark = |p: &Prediction| {
        let (start, end) = (p.key.range.start as i64, p.key.range.end as i64);
        Some(Mark { label: *numbers.get(&p.key.label)?, start, end, score: Some(p.score) })
    };
    said.iter().filter_map(mark).collect()
}
