//! Documents on their way out: records by label name, in pages.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, params};

use super::apply::spans;
use super::documents::named;
use super::error::Result;
use super::gold::{PEOPLE, gold_set_of};
use super::project::Project;
use crate::dataset::{Document, DocumentId, LabelId, Record, RecordNote, RecordResponse, RunId, Span, Status};

/// Which documents go out, and with what.
#[derive(Clone, Debug, Default)]
pub struct RecordQuery {
    /// Responses with one of these statuses; empty: all but pending.
    pub statuses: Vec<Status>,
    /// Only this annotator's responses; without one everybody's, which a frozen gold set is not.
    pub annotator: Option<String>,
    /// The predictions of this run take the place of responses.
    pub run: Option<RunId>,
    /// Only predictions that score above this.
    pub threshold: f32,
    /// Only spans with these labels; empty: all.
    pub labels: Vec<String>,
    /// Also documents that nobody (or not this annotator) has answered.
    pub unanswered: bool,
}

/// A page of records.
#[derive(Clone, Debug, Default)]
pub struct RecordPage {
    /// Those that fit, with the numbers of their documents.
    pub records: Vec<(DocumentId, Record)>,
    /// The number to go on from; `None` at the end.
    pub last: Option<DocumentId>,
}

impl RecordQuery {
    /// True when the responses of `annotator` are asked for.
    fn wants(&self, annotator: &str) -> bool {
        match &self.annotator {
            Some(name) => name == annotator,
            None => gold_set_of(annotator).is_none(),
        }
    }
}

/// The name under which a response leaves: what was frozen is nobody's.
fn person(annotator: String) -> Option<String> {
    Some(annotator).filter(|name| gold_set_of(name).is_none())
}

impl Project {
    /// The records that fit the query among the next `limit` documents with a number above `after`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn records(&self, query: &RecordQuery, after: DocumentId, limit: usize) -> Result<RecordPage> {
        let names = self.label_names()?;
        let documents = self.documents_after(after, limit)?;
        let last = documents.last().map(|d| d.id);
        let mut records = Vec::new();
        for document in documents {
            let id = document.id;
            if let Some(record) = self.record(document, query, &names)? {
                records.push((id, record));
            }
        }
        Ok(RecordPage { records, last })
    }

    /// One document as a record; `None` when it does not fit the query.
    fn record(
        &self,
        document: Document,
        query: &RecordQuery,
        names: &HashMap<LabelId, String>,
    ) -> Result<Option<Record>> {
        let name = |id: LabelId| names.get(&id).cloned().unwrap_or_else(|| format!("label {}", id.0));
        let wanted = |span: &Span| query.labels.is_empty() || query.labels.contains(&span.label);
        let (mut responses, mut notes, mut answered) = (Vec::new(), Vec::new(), false);
        if query.run.is_none() {
            for (annotator, noted) in self.all_notes(document.id)? {
                if !query.wants(&annotator) {
                    continue;
                }
                let spans = self.read(|c| spans(c, document.id, &annotator))?;
                let on = spans.iter().find(|s| Some(s.id) == noted.span);
                notes.push(RecordNote {
                    annotator: person(annotator),
                    span: on.map(|s| Span { range: s.range, label: name(s.label), score: None }),
                    text: noted.note.text,
                    flag: noted.note.flag,
                });
            }
        }
        if let Some(run) = query.run {
            let spans = self.predictions(run, document.id)?;
            let spans = spans.iter().filter(|p| p.score > query.threshold).map(|p| Span {
                range: p.key.range,
                label: name(p.key.label),
                score: Some(p.score),
            });
            responses.push(RecordResponse {
                annotator: None,
                status: Status::Submitted,
                spans: spans.filter(wanted).collect(),
                ..RecordResponse::default()
            });
        } else {
            for (annotator, body) in self.responses(document.id)? {
                if !query.wants(&annotator) {
                    continue;
                }
                answered |= body.status != Status::Pending;
                let fits = if query.statuses.is_empty() {
                    body.status != Status::Pending
                } else {
                    query.statuses.contains(&body.status)
                };
                if !fits {
                    continue;
                }
                responses.push(RecordResponse {
                    annotator: person(annotator),
                    status: body.status,
                    spans: named(&body.spans, name).into_iter().filter(wanted).collect(),
                    coverage: body.coverage.map(|ids| {
                        let names = ids.into_iter().map(name);
                        names.filter(|n| query.labels.is_empty() || query.labels.contains(n)).collect()
                    }),
                });
            }
        }
        if responses.is_empty() && (answered || !query.unanswered) {
            return Ok(None);
        }
        Ok(Some(Record {
            id: Some(document.external_id.unwrap_or_else(|| document.id.to_string())),
            text: document.text,
            metadata: document.metadata,
            responses,
            predictions: Vec::new(),
            notes,
            provenance: document.provenance,
        }))
    }

    /// Label names by number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn label_names(&self) -> Result<HashMap<LabelId, String>> {
        Ok(self.labels()?.into_iter().map(|l| (l.id, l.name)).collect())
    }

    /// People with responses of the given statuses (empty: all but pending), with how many, by name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn annotators(&self, statuses: &[Status]) -> Result<Vec<(String, u64)>> {
        self.read(|c| {
            let mut found: Vec<(String, u64)> = Vec::new();
            let mut statement = c.prepare_cached(&format!(
                "SELECT annotator, status, n FROM counters WHERE annotator <> '' AND n > 0 AND {PEOPLE} ORDER BY annotator"
            ))?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let status = super::apply::status_of(row.get(1)?);
                if !statuses.is_empty() && !statuses.contains(&status) {
                    continue;
                }
                let (name, n): (String, i64) = (row.get(0)?, row.get(2)?);
                match found.last_mut() {
                    Some((last, total)) if *last == name => *total += n as u64,
                    _ => found.push((name, n as u64)),
                }
            }
            Ok(found)
        })
    }

    /// How many documents have several responses of the given statuses (empty: all but pending).
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn shared_documents(&self, statuses: &[Status]) -> Result<u64> {
        let numbers: Vec<String> = if statuses.is_empty() {
            vec!["1".into(), "2".into(), "3".into()]
        } else {
            statuses.iter().map(|s| super::apply::status_number(*s).to_string()).collect()
        };
        self.read(|c| {
            let sql = format!(
                "SELECT count(*) FROM (SELECT r.document FROM responses r JOIN documents d ON d.id = r.document
                 WHERE r.status IN ({}) AND r.{PEOPLE} AND {} GROUP BY r.document HAVING count(*) > 1)",
                numbers.join(","),
                super::documents::VISIBLE
            );
            c.query_row(&sql, params![], |r| r.get::<_, i64>(0)).optional().map(|n| n.unwrap_or(0) as u64)
        })
    }
}
