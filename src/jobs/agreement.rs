//! From a project to what its annotators are compared on: every submitted response of a person.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::dataset::{DocumentId, LabelId, Status};
use crate::evaluate::{Answered, AnsweredDocument, Answers, LabelIndex, Mark};
use crate::store::{GOLD_SET, Project, Result};

/// Documents read at a time.
const PAGE: usize = 256;

/// What people submitted, of the documents that at least two of them did. `only`: of these annotators, in this order;
/// empty: of all, by name. Frozen gold is nobody's answer.
///
/// # Errors
/// When the store cannot be read.
pub fn answers(project: &Project, only: &[String]) -> Result<Answers> {
    let mut labels = LabelIndex::default();
    let numbers: HashMap<LabelId, u32> =
        project.labels()?.into_iter().map(|label| (label.id, labels.number(&label.name))).collect();
    let mut found: Vec<(AnsweredDocument, Vec<String>)> = Vec::new();
    let mut names: Vec<String> = only.to_vec();
    let mut after = DocumentId(0);
    loop {
        let page = project.documents_after(after, PAGE)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for document in page {
            let mut responses = project.responses(document.id)?;
            responses.retain(|(who, body)| {
                let wanted = only.is_empty() || only.contains(who);
                wanted && body.status == Status::Submitted && !who.starts_with(GOLD_SET)
            });
            if responses.len() < 2 {
                continue;
            }
            let mut who = Vec::with_capacity(responses.len());
            let mut answers = Vec::with_capacity(responses.len());
            for (name, body) in responses {
                let mark = |span: &crate::dataset::ResponseSpan| {
                    let label = *numbers.get(&span.label)?;
                    Some(Mark { label, start: span.range.start as i64, end: span.range.end as i64, score: None })
                };
                let coverage = body.coverage.map(|ids| {
                    let mut looked_for: Vec<u32> = ids.iter().filter_map(|id| numbers.get(id)).copied().collect();
                    looked_for.sort_unstable();
                    looked_for
                });
                let spans = body.spans.iter().filter_map(mark).collect();
                answers.push(Answered { annotator: 0, spans, coverage });
                who.push(name);
            }
            let name = document.external_id.unwrap_or_else(|| document.id.to_string());
            let text = Some(Arc::from(document.text));
            found.push((AnsweredDocument { name, document: Some(document.id), text, answers }, who));
        }
    }
    if only.is_empty() {
        names = found.iter().flat_map(|(_, who)| who).cloned().collect::<HashSet<_>>().into_iter().collect();
        names.sort();
    }
    let place: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let documents = found
        .into_iter()
        .map(|(mut document, who)| {
            for (answer, name) in document.answers.iter_mut().zip(&who) {
                answer.annotator = place.get(name.as_str()).copied().unwrap_or_default();
            }
            document
        })
        .collect();
    Ok(Answers { labels, annotators: names, documents })
}
