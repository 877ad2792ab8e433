//! A run over a whole project.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::suggester::{Suggester, SuggesterError};
use super::summary::summary;
use crate::dataset::{Document, DocumentId, Label, Prediction, PredictionKey, RunId};
use crate::gliner::{DecodeOptions, SuggestError, decode};
use crate::store::{Project, StoreError};

/// How a run is made.
#[derive(Clone, Debug, Default)]
pub struct FillOptions {
    /// Keep the run under this name; without it only the cache is filled.
    pub save_as: Option<String>,
    /// How spans are chosen among candidates.
    pub decode: DecodeOptions,
    /// Only these documents, in this order; `None`: all of them.
    pub only: Option<Vec<DocumentId>>,
}

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filled {
    /// Documents read.
    pub documents: u64,
    /// Spans suggested.
    pub spans: u64,
    /// Stopped before the end: nothing is kept under the run's name, the cache keeps what was computed.
    pub cancelled: bool,
}

/// Why a run failed.
#[derive(Debug, thiserror::Error)]
pub enum FillError {
    /// The project.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The model.
    #[error(transparent)]
    Suggester(#[from] SuggesterError),
}

/// Documents read, computed and written at a time: enough that texts of like length meet.
const PAGE: usize = 64;

/// Asks for every document of the project, telling `progress` how many are done.
///
/// # Errors
/// When the project or the model fails; a run under a name is then not visible.
pub fn fill(
    project: &mut Project,
    suggester: &mut Suggester,
    labels: &[Label],
    options: &FillOptions,
    cancel: &AtomicBool,
    mut progress: impl FnMut(u64),
) -> Result<Filled, FillError> {
    let run = match &options.save_as {
        None => None,
        Some(name) => {
            let mut spec = suggester.spec(labels)?;
            spec.parameters.insert("threshold".into(), json!(options.decode.threshold));
            spec.parameters.insert("nested".into(), json!(options.decode.nested));
            spec.parameters.insert("multi_label".into(), json!(options.decode.multi_label));
            if options.decode.class_thresholds.iter().any(Option::is_some) {
                spec.parameters.insert("class_thresholds".into(), json!(options.decode.class_thresholds));
            }
            Some(project.begin_run(name, &spec)?)
        }
    };
    let mut filled = Filled::default();
    let mut pages = Pages { only: options.only.clone().map(Vec::into_iter), after: DocumentId(0) };
    loop {
        let page = pages.next(project)?;
        if page.is_empty() {
            break;
        }
        let texts: Vec<&str> = page.iter().map(|d| d.text.as_str()).collect();
        let answers = match suggester.candidates(&texts, labels, Some(cancel)) {
            Err(SuggesterError::Suggest(SuggestError::Cancelled)) => {
                filled.cancelled = true;
                return Ok(filled);
            }
            other => other?,
        };
        let mut batch = Vec::with_capacity(page.len());
        for (document, candidates) in page.iter().zip(&answers) {
            let kept = decode(candidates, &options.decode);
            filled.spans += kept.len() as u64;
            let prediction = |c: &crate::gliner::Candidate| Prediction {
                key: PredictionKey { run: run.unwrap_or(RunId(0)), range: c.range, label: labels[c.class].id },
                score: c.score,
            };
            batch.push((document.id, kept.iter().map(prediction).collect()));
        }
        if let Some(run) = run {
            project.add_predictions(run, &batch)?;
        }
        // What some documents are asked for, to be judged by, does not change the order in which all are annotated.
        if options.only.is_none() {
            let short: Vec<_> =
                page.iter().zip(&answers).map(|(d, found)| (d.id, summary(&d.text, found, labels))).collect();
            project.summarise(&short)?;
        }
        filled.documents += page.len() as u64;
        progress(filled.documents);
        if cancel.load(Ordering::Relaxed) {
            filled.cancelled = true;
            return Ok(filled);
        }
    }
    if let Some(run) = run {
        project.finish_run(run)?;
    }
    Ok(filled)
}

/// The documents to ask for, some at a time.
struct Pages {
    only: Option<std::vec::IntoIter<DocumentId>>,
    after: DocumentId,
}

impl Pages {
    /// The next ones; empty at the end. Those that were removed meanwhile are passed over.
    fn next(&mut self, project: &Project) -> Result<Vec<Document>, StoreError> {
        let Some(only) = &mut self.only else {
            let page = project.documents_after(self.after, PAGE)?;
            self.after = page.last().map_or(self.after, |last| last.id);
            return Ok(page);
        };
        let mut page = Vec::with_capacity(PAGE);
        for id in only {
            page.extend(project.document(id)?);
            if page.len() == PAGE {
                break;
            }
        }
        Ok(page)
    }
}
