//! Gold of a project: submitted responses as they are now, or a frozen set.

use std::collections::HashMap;
use std::sync::Arc;

use super::{labels, looked_for, marks};
use crate::dataset::{DocumentId, Origin};
use crate::evaluate::{About, Gold, GoldDocument, Prefilled};
use crate::store::{Answer, Project, Result, TEXT_MATCHES, Whose};

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

impl GoldFrom {
    fn whose(&self) -> Whose {
        match self {
            GoldFrom::Responses { annotator: None } => Whose::People,
            GoldFrom::Responses { annotator: Some(name) } => Whose::Annotator(name.clone()),
            GoldFrom::Set(name) => Whose::GoldSet(name.clone()),
        }
    }

    fn name(&self) -> String {
        match self {
            GoldFrom::Responses { annotator: None } => "submitted responses".to_owned(),
            GoldFrom::Responses { annotator: Some(name) } => format!("responses of {name}"),
            GoldFrom::Set(name) => format!("gold set {name}"),
        }
    }
}

/// Gold of a project, by document. Documents with several submitted responses and nobody named are left out and counted.
///
/// # Errors
/// When the set is not there, naming those there are, or the store cannot be read.
pub fn gold(project: &Project, from: &GoldFrom) -> Result<Gold> {
    if let GoldFrom::Set(name) = from {
        project.require_gold_set(name)?;
    }
    let (labels, numbers) = labels(project)?;
    let models: HashMap<_, _> = project.runs()?.into_iter().map(|r| (r.id, r.spec.model)).collect();
    let mut about = About { name: from.name(), ..About::default() };
    let mut prefilled: HashMap<&str, u64> = HashMap::new();
    let mut documents = Vec::new();
    let mut take = |answer: Answer| {
        let Answer { document, external_id, text, annotator, blind, body } = answer;
        about.spans += body.spans.len() as u64;
        about.bulk += body.spans.iter().filter(|s| s.origin == Origin::Bulk).count() as u64;
        // A suggestion that came in with a correction ends that.
        about.blind += u64::from(blind && body.spans.iter().all(|s| s.prediction.is_none()));
        for model in body.spans.iter().filter_map(|s| s.prediction).filter_map(|p| models.get(&p.run)) {
            // A text found again where a person has labelled it is nobody's suggestion.
            if model != TEXT_MATCHES {
                *prefilled.entry(model).or_default() += 1;
            }
        }
        let coverage = body.coverage.map(|ids| looked_for(&ids, &numbers));
        documents.push(GoldDocument {
            name: external_id.unwrap_or_else(|| document.to_string()),
            document: Some(document),
            annotator: Some(annotator),
            text: Some(Arc::from(text)),
            spans: marks(&body.spans, &numbers),
            coverage,
        });
    };
    // An answer waits until the next one is of another document.
    let mut waiting: Option<Answer> = None;
    let mut several: Option<DocumentId> = None;
    let mut undecided = 0;
    project.answers(&from.whose(), true, |answer| {
        if several == Some(answer.document) {
            return;
        }
        match waiting.take() {
            Some(before) if before.document == answer.document => {
                several = Some(answer.document);
                undecided += 1;
            }
            before => {
                before.into_iter().for_each(&mut take);
                waiting = Some(answer);
            }
        }
    })?;
    waiting.into_iter().for_each(&mut take);
    about.undecided = undecided;
    about.prefilled =
        prefilled.into_iter().map(|(model, spans)| Prefilled { model: model.to_owned(), spans }).collect();
    about.prefilled.sort_by(|a, b| b.spans.cmp(&a.spans).then_with(|| a.model.cmp(&b.model)));
    Ok(Gold { labels, documents, about, ..Gold::default() })
}
