//! Reading documents and what annotators said of them.

use rusqlite::{OptionalExtension, Row as SqlRow, params};

use super::apply::{coverage, decision_of_row, response_body, spans, status};
use super::error::Result;
use super::journal::from_json;
use super::project::Project;
use crate::dataset::{Decision, Document, DocumentId, LabelId, Response, ResponseSpan, Span, SpanId, TextHash};
use crate::text::CharRange;

/// Documents in all, and how many stand where for one annotator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// All documents of the project.
    pub documents: u64,
    /// Not begun.
    pub pending: u64,
    /// Begun.
    pub draft: u64,
    /// Finished.
    pub submitted: u64,
    /// Set aside for good.
    pub discarded: u64,
}

/// Hides removed documents and those of an import that is not done.
pub(super) const VISIBLE: &str = "d.removed = 0 AND d.import NOT IN (SELECT id FROM imports WHERE done = 0)";

impl Project {
    /// How many documents stand where for `annotator`; the cost does not grow with the project.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn counts(&self, annotator: &str) -> Result<Counts> {
        self.read(|c| {
            let mut statement =
                c.prepare_cached("SELECT annotator, status, n FROM counters WHERE annotator IN ('', ?1)")?;
            let mut counts = Counts::default();
            let mut rows = statement.query([annotator])?;
            while let Some(row) = rows.next()? {
                let n = row.get::<_, i64>(2)?.max(0) as u64;
                match row.get::<_, i64>(1)? {
                    -1 => counts.documents = n,
                    1 => counts.draft = n,
                    2 => counts.submitted = n,
                    3 => counts.discarded = n,
                    _ => {}
                }
            }
            counts.pending = counts.documents.saturating_sub(counts.draft + counts.submitted + counts.discarded);
            Ok(counts)
        })
    }

    /// A document; `None` when it is not there or was removed.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn document(&self, id: DocumentId) -> Result<Option<Document>> {
        self.read(|c| {
            c.prepare_cached(&format!("SELECT {DOCUMENT_COLUMNS} FROM documents d WHERE d.id = ?1 AND {VISIBLE}"))?
                .query_row([id.0], document_of_row)
                .optional()
        })
    }

    /// The document with this external id, or with this number if none has.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn find_document(&self, name: &str) -> Result<Option<Document>> {
        let by_name = self.read(|c| {
            c.prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents d WHERE d.external_id = ?1 AND {VISIBLE}"
            ))?
            .query_row([name], document_of_row)
            .optional()
        })?;
        match (by_name, name.parse()) {
            (Some(document), _) => Ok(Some(document)),
            (None, Ok(id)) => self.document(DocumentId(id)),
            (None, Err(_)) => Ok(None),
        }
    }

    /// Up to `limit` documents with a number above `after`, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn documents_after(&self, after: DocumentId, limit: usize) -> Result<Vec<Document>> {
        self.read(|c| {
            c.prepare_cached(&format!(
                "SELECT {DOCUMENT_COLUMNS} FROM documents d WHERE d.id > ?1 AND {VISIBLE} ORDER BY d.id LIMIT ?2"
            ))?
            .query_map(params![after.0, limit as i64], document_of_row)?
            .collect()
        })
    }

    /// Numbers and texts of up to `limit` documents with a number above `after`, in order; fewer, but one at least, where
    /// they come to more than `bytes`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn texts_after(&self, after: DocumentId, limit: usize, bytes: usize) -> Result<Vec<(DocumentId, String)>> {
        self.read(|c| {
            let mut statement = c.prepare_cached(&format!(
                "SELECT d.id, d.text FROM documents d WHERE d.id > ?1 AND {VISIBLE} ORDER BY d.id LIMIT ?2"
            ))?;
            let mut rows = statement.query(params![after.0, limit as i64])?;
            let (mut texts, mut read) = (Vec::new(), 0);
            while let (true, Some(row)) = (read < bytes, rows.next()?) {
                let text: String = row.get(1)?;
                read += text.len();
                texts.push((DocumentId(row.get(0)?), text));
            }
            Ok(texts)
        })
    }

    /// What `annotator` says of a document; pending and empty when nothing yet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn response(&self, id: DocumentId, annotator: &str) -> Result<Response> {
        self.read(|c| {
            let seconds: Option<i64> = c
                .prepare_cached("SELECT seconds FROM active_time WHERE document = ?1 AND annotator = ?2")?
                .query_row(params![id.0, annotator], |r| r.get(0))
                .optional()?;
            let mut spans = spans(c, id, annotator)?;
            order_spans(&mut spans);
            Ok(Response { status: status(c, id, annotator)?, seconds_active: seconds.unwrap_or(0) as u64, spans })
        })
    }

    /// All annotators with a response to a document, with the response and its coverage.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn responses(&self, id: DocumentId) -> Result<Vec<(String, super::ResponseBody)>> {
        self.read(|c| {
            let names: Vec<String> = c
                .prepare_cached("SELECT annotator FROM responses WHERE document = ?1 ORDER BY annotator")?
                .query_map([id.0], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut found = Vec::new();
            for name in names {
                if let Some(mut body) = response_body(c, id, &name)? {
                    order_spans(&mut body.spans);
                    found.push((name, body));
                }
            }
            Ok(found)
        })
    }

    /// The number the next span of a response gets.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_span_id(&self, id: DocumentId, annotator: &str) -> Result<SpanId> {
        self.read(|c| {
            let next: Option<i64> = c
                .prepare_cached("SELECT next_span FROM responses WHERE document = ?1 AND annotator = ?2")?
                .query_row(params![id.0, annotator], |r| r.get(0))
                .optional()?;
            Ok(SpanId(next.unwrap_or(1)))
        })
    }

    /// The annotator's decisions on predictions for a document, of all runs.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn decisions(&self, id: DocumentId, annotator: &str) -> Result<Vec<Decision>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT run, start, end, label, score, verdict, bulk FROM decisions
                 WHERE document = ?1 AND annotator = ?2 ORDER BY run, start, end, label",
            )?
            .query_map(params![id.0, annotator], decision_of_row)?
            .collect()
        })
    }

    /// The labels looked for in a response; `None` when nobody said.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn coverage(&self, id: DocumentId, annotator: &str) -> Result<Option<Vec<LabelId>>> {
        self.read(|c| coverage(c, id, annotator))
    }

    /// Spans of an older version of a text that found no place in the new one: annotator, label, old place, old text.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn unaligned(&self, id: DocumentId) -> Result<Vec<(String, LabelId, CharRange, String)>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT annotator, label, start, end, text FROM unaligned WHERE document = ?1 ORDER BY start",
            )?
            .query_map([id.0], |r| {
                let range = CharRange::new(r.get::<_, i64>(2)? as usize, r.get::<_, i64>(3)? as usize);
                Ok((r.get(0)?, LabelId(r.get(1)?), range, r.get(4)?))
            })?
            .collect()
        })
    }

    /// Adds time spent on a document.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_active_seconds(&mut self, id: DocumentId, annotator: &str, seconds: u64) -> Result<()> {
        self.write(|tx| {
            tx.execute(
                "INSERT INTO active_time VALUES (?1, ?2, ?3)
                 ON CONFLICT (document, annotator) DO UPDATE SET seconds = seconds + ?3",
                params![id.0, annotator, seconds as i64],
            )
            .map(drop)
        })
    }
}

/// The order spans have in a response: by start, outer before inner, then by id.
pub(super) fn order_spans(spans: &mut [ResponseSpan]) {
    spans.sort_by_key(|s| (s.range.start, std::cmp::Reverse(s.range.end), s.id));
}

/// Spans by label name, for files.
pub(super) fn named(spans: &[ResponseSpan], name: impl Fn(LabelId) -> String) -> Vec<Span> {
    spans.iter().map(|s| Span { range: s.range, label: name(s.label), score: None }).collect()
}

const DOCUMENT_COLUMNS: &str = "d.id, d.external_id, d.text, d.text_hash, d.version, d.metadata, d.provenance";

fn document_of_row(r: &SqlRow) -> rusqlite::Result<Document> {
    Ok(Document {
        id: DocumentId(r.get(0)?),
        external_id: r.get(1)?,
        text: r.get(2)?,
        text_hash: TextHash::from_digest(&r.get::<_, Vec<u8>>(3)?),
        version: r.get(4)?,
        metadata: from_json(&r.get::<_, String>(5)?)?,
        provenance: from_json(&r.get::<_, String>(6)?)?,
    })
}
