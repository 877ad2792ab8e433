//! Making a frozen set: of what is submitted, or of what a file says.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use super::{freeze_reason, gold_annotator, gold_set_name, is_there};
use crate::dataset::{DocumentId, LabelId, Origin, Record, ResponseSpan, SpanId, Status, TextHash};
use crate::store::answers::{Answer, Whose, walk};
use crate::store::apply::Refusal;
use crate::store::change::{Change, Group, ResponseBody};
use crate::store::error::{Result, StoreError};
use crate::store::journal::write_group;
use crate::store::project::Project;

/// Which submitted responses are frozen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Whose; `None`: whoever has answered a document alone.
    pub annotator: Option<String>,
    /// Only so many documents, drawn by a seed: the same seed draws the same documents on every machine.
    pub sample: Option<(usize, u64)>,
}

/// What was frozen, and what was not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Freezing {
    /// Name of the set.
    pub name: String,
    /// Documents in it.
    pub documents: u64,
    /// Spans in it.
    pub spans: u64,
    /// Submitted documents that the draw left out.
    pub not_drawn: u64,
    /// Documents that were asked for and are not in the project, or have another text there.
    pub not_found: u64,
    /// The changes as they were committed.
    pub changes: Vec<Change>,
    /// Their reason, for the history.
    pub reason: String,
}

/// Documents named in an error; the others are counted.
const NAMED: usize = 5;

impl Project {
    /// Freezes submitted responses under a name: one step of undo.
    ///
    /// # Errors
    /// When the name is taken or cannot be one, nothing is submitted, or documents have several submitted responses and
    /// nobody is chosen; nothing is frozen then.
    pub fn freeze_gold(&mut self, actor: &str, name: &str, choice: &Choice) -> Result<Freezing> {
        let name = gold_set_name(name)?.to_owned();
        let whose = choice.annotator.clone().map_or(Whose::People, Whose::Annotator);
        self.transact(|tx| {
            let mut answers: Vec<Answer> = Vec::new();
            let mut several = Several::default();
            walk(tx, &whose, false, |answer| match answers.last() {
                Some(last) if last.document == answer.document => several.add(last, &answer),
                _ => answers.push(answer),
            })?;
            several.refuse()?;
            if answers.is_empty() {
                return Err(StoreError::NothingToFreeze(choice.annotator.clone()).into());
            }
            let all = answers.len();
            if let Some((most, seed)) = choice.sample {
                answers = drawn(answers, most, seed);
            }
            let not_drawn = (all - answers.len()) as u64;
            let answers = answers.into_iter().map(|a| (a.document, a.body, a.blind)).collect();
            let frozen = write(tx, actor, name, answers)?;
            Ok(Freezing { not_drawn, ..frozen })
        })
    }

    /// Freezes what a file says of documents of the project: the first response of each record. A record is found by its
    /// id, else by its number, and must have the document's text; its labels must be labels of the project.
    ///
    /// # Errors
    /// As [`Project::freeze_gold`], and when a label is not there.
    pub fn freeze_gold_records(
        &mut self,
        actor: &str,
        name: &str,
        records: &[Record],
        blind: bool,
    ) -> Result<Freezing> {
        let name = gold_set_name(name)?.to_owned();
        let labels: HashMap<String, LabelId> = self.labels()?.into_iter().map(|l| (l.name, l.id)).collect();
        let (mut answers, mut not_found) = (Vec::new(), 0);
        for record in records {
            let Some(response) = record.responses.first() else { continue };
            let found = match &record.id {
                Some(id) => self.find_document(id)?,
                None => None,
            };
            let Some(document) = found.filter(|d| d.text_hash == TextHash::of(&record.text)) else {
                not_found += 1;
                continue;
            };
            let label = |name: &String| {
                let unknown = || StoreError::Unknown { what: "label", name: name.clone(), hint: String::new() };
                labels.get(name).copied().ok_or_else(unknown)
            };
            let mut spans = Vec::with_capacity(response.spans.len());
            for (at, span) in response.spans.iter().enumerate() {
                let (id, label) = (SpanId(at as i64 + 1), label(&span.label)?);
                spans.push(ResponseSpan { id, range: span.range, label, origin: Origin::Import, prediction: None });
            }
            let coverage = match &response.coverage {
                None => None,
                Some(names) => {
                    let mut ids = names.iter().map(label).collect::<Result<Vec<_>>>()?;
                    ids.sort();
                    ids.dedup();
                    Some(ids)
                }
            };
            answers.push((document.id, ResponseBody { status: Status::Submitted, spans, coverage }, blind));
        }
        if answers.is_empty() {
            return Err(StoreError::NothingToFreeze(None));
        }
        let frozen = self.transact(|tx| write(tx, actor, name, answers))?;
        Ok(Freezing { not_found, ..frozen })
    }
}

/// Writes the group that makes the set.
fn write(
    tx: &rusqlite::Transaction,
    actor: &str,
    name: String,
    answers: Vec<(DocumentId, ResponseBody, bool)>,
) -> std::result::Result<Freezing, Refusal> {
    if is_there(tx, &name)? {
        return Err(StoreError::GoldExists(name).into());
    }
    let annotator = gold_annotator(&name);
    let mut frozen = Freezing { reason: freeze_reason(&name), ..Freezing::default() };
    for (document, body, blind) in answers {
        frozen.documents += 1;
        frozen.spans += body.spans.len() as u64;
        let annotator = annotator.clone();
        if blind {
            frozen.changes.push(Change::Blind { document, annotator: annotator.clone(), before: false, after: true });
        }
        frozen.changes.push(Change::Response { document, annotator, before: None, after: Some(body) });
    }
    let group = Group { actor: actor.to_owned(), reason: frozen.reason.clone(), changes: frozen.changes };
    write_group(tx, &group)?;
    Ok(Freezing { name, changes: group.changes, ..frozen })
}

/// Documents with several submitted responses.
#[derive(Default)]
struct Several {
    documents: Vec<String>,
    last: Option<DocumentId>,
    count: u64,
    annotators: std::collections::BTreeSet<String>,
}

impl Several {
    fn add(&mut self, first: &Answer, other: &Answer) {
        self.annotators.extend([first.annotator.clone(), other.annotator.clone()]);
        if self.last.replace(other.document) == Some(other.document) {
            return;
        }
        self.count += 1;
        if self.documents.len() < NAMED {
            let name = other.external_id.clone().unwrap_or_else(|| other.document.to_string());
            self.documents.push(name);
        }
    }

    fn refuse(self) -> Result<()> {
        if self.count == 0 {
            return Ok(());
        }
        let more = self.count - self.documents.len() as u64;
        let mut documents = self.documents.join(", ");
        if more > 0 {
            documents.push_str(&format!(" and {more} more"));
        }
        Err(StoreError::GoldUndecided {
            count: self.count,
            documents,
            annotators: self.annotators.into_iter().collect(),
        })
    }
}

/// `most` of the answers: those that come first in the order of a seeded hash of their names.
fn drawn(answers: Vec<Answer>, most: usize, seed: u64) -> Vec<Answer> {
    let name = |a: &Answer| a.external_id.clone().unwrap_or_else(|| a.document.to_string());
    let key = |a: &Answer| -> [u8; 32] { Sha256::digest(format!("{seed} {}", name(a))).into() };
    let mut keyed: Vec<([u8; 32], Answer)> = answers.into_iter().map(|a| (key(&a), a)).collect();
    keyed.sort_by_key(|(key, _)| *key);
    keyed.truncate(most);
    keyed.sort_by_key(|(_, a)| a.document);
    keyed.into_iter().map(|(_, a)| a).collect()
}
