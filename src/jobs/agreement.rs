//! From a project to what its annotators are compared on: every submitted response of a person.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::evaluation::{labels, looked_for, marks};
use crate::evaluate::{Answered, AnsweredDocument, Answers};
use crate::store::{Answer, Project, Result, Whose};

/// What people submitted, of the documents that at least two of them did. `only`: of these annotators, in this order;
/// empty: of all, by name. Frozen gold is nobody's answer.
///
/// # Errors
/// When the store cannot be read.
pub fn answers(project: &Project, only: &[String]) -> Result<Answers> {
    let (labels, numbers) = labels(project)?;
    let mut found: Vec<(AnsweredDocument, Vec<String>)> = Vec::new();
    let mut names: Vec<String> = only.to_vec();
    project.answers(&Whose::People, true, |answer| {
        let Answer { document, external_id, text, annotator, body, .. } = answer;
        if !only.is_empty() && !only.contains(&annotator) {
            return;
        }
        // They come by document.
        if found.last().is_none_or(|(last, _)| last.document != Some(document)) {
            // One that a single person has answered compares nobody.
            found.pop_if(|(last, _)| last.answers.len() < 2);
            let name = external_id.unwrap_or_else(|| document.to_string());
            let text = Some(Arc::from(text));
            let answers = Vec::new();
            found.push((AnsweredDocument { name, document: Some(document), text, answers }, Vec::new()));
        }
        if let Some((last, who)) = found.last_mut() {
            let coverage = body.coverage.map(|ids| looked_for(&ids, &numbers));
            last.answers.push(Answered { annotator: 0, spans: marks(&body.spans, &numbers), coverage });
            who.push(annotator);
        }
    })?;
    found.pop_if(|(last, _)| last.answers.len() < 2);
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
