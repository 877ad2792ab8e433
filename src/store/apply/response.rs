//! A response: its spans, status, coverage and the decisions that go with it.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::words::{origin_of, origin_word, status_number, status_of, verdict_of, verdict_word};
use super::{Outcome, check_range};
use crate::dataset::{Decision, DocumentId, LabelId, PredictionKey, ResponseSpan, RunId, SpanId, Status};
use crate::store::change::ResponseBody;
use crate::store::journal::{from_json, to_json};
use crate::store::notes::follow_span;
use crate::text::CharRange;

pub(super) fn ensure_response(tx: &Transaction, document: DocumentId, annotator: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR IGNORE INTO responses (document, annotator) VALUES (?1, ?2)")?
        .execute(params![document.0, annotator])
        .map(drop)
}

const SPAN_COLUMNS: &str = "id, start, end, label, origin, prediction";

/// A span from its row.
pub(in crate::store) fn span_of_row(r: &Row) -> rusqlite::Result<ResponseSpan> {
    let prediction: Option<String> = r.get(5)?;
    Ok(ResponseSpan {
        id: SpanId(r.get(0)?),
        range: CharRange::new(r.get::<_, i64>(1)? as usize, r.get::<_, i64>(2)? as usize),
        label: LabelId(r.get(3)?),
        origin: origin_of(&r.get::<_, String>(4)?),
        prediction: prediction.map(|j| from_json(&j)).transpose()?,
    })
}

pub(super) fn span(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    id: SpanId,
) -> rusqlite::Result<Option<ResponseSpan>> {
    tx.prepare_cached(&format!("SELECT {SPAN_COLUMNS} FROM spans WHERE document = ?1 AND annotator = ?2 AND id = ?3"))?
        .query_row(params![document.0, annotator, id.0], span_of_row)
        .optional()
}

/// All spans of a response, by id.
pub(in crate::store) fn spans(
    c: &rusqlite::Connection,
    document: DocumentId,
    annotator: &str,
) -> rusqlite::Result<Vec<ResponseSpan>> {
    c.prepare_cached(&format!("SELECT {SPAN_COLUMNS} FROM spans WHERE document = ?1 AND annotator = ?2 ORDER BY id"))?
        .query_map(params![document.0, annotator], span_of_row)?
        .collect()
}

pub(super) fn write_span(tx: &Transaction, document: DocumentId, annotator: &str, span: &ResponseSpan) -> Outcome {
    ensure_response(tx, document, annotator)?;
    tx.prepare_cached("INSERT OR REPLACE INTO spans VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?.execute(params![
        document.0,
        annotator,
        span.id.0,
        span.range.start as i64,
        span.range.end as i64,
        span.label.0,
        origin_word(span.origin),
        span.prediction.as_ref().map(to_json),
    ])?;
    // Never goes down, so that an undone deletion finds its number free.
    tx.prepare_cached(
        "UPDATE responses SET next_span = max(next_span, ?3 + 1) WHERE document = ?1 AND annotator = ?2",
    )?
    .execute(params![document.0, annotator, span.id.0])?;
    follow_span(tx, (document, annotator, span.id), span.range)?;
    Ok(())
}

/// How far a response is; pending when there is none.
pub(in crate::store) fn status(
    c: &rusqlite::Connection,
    document: DocumentId,
    annotator: &str,
) -> rusqlite::Result<Status> {
    let found: Option<i64> = c
        .prepare_cached("SELECT status FROM responses WHERE document = ?1 AND annotator = ?2")?
        .query_row(params![document.0, annotator], |r| r.get(0))
        .optional()?;
    Ok(found.map_or(Status::Pending, status_of))
}

pub(super) fn set_status(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    before: Status,
    after: Status,
) -> Outcome {
    ensure_response(tx, document, annotator)?;
    tx.prepare_cached("UPDATE responses SET status = ?3 WHERE document = ?1 AND annotator = ?2")?.execute(params![
        document.0,
        annotator,
        status_number(after)
    ])?;
    let (was, is) = (before != Status::Pending, after != Status::Pending);
    if was != is {
        tx.prepare_cached(
            "INSERT INTO begun VALUES (?1, ?2 >> 8, ?3) ON CONFLICT (annotator, block) DO UPDATE SET n = n + ?3",
        )?
        .execute(params![annotator, document.0, if is { 1 } else { -1 }])?;
    }
    let counted: bool = tx
        .prepare_cached(
            "SELECT removed = 0 AND import NOT IN (SELECT id FROM imports WHERE done = 0) FROM documents WHERE id = ?1",
        )?
        .query_row([document.0], |r| r.get(0))
        .optional()?
        .unwrap_or(false);
    if counted {
        count(tx, annotator, before, -1)?;
        count(tx, annotator, after, 1)?;
    }
    Ok(())
}

/// Moves a counter; pending is not counted: it is what remains.
pub(in crate::store) fn count(tx: &Transaction, annotator: &str, status: Status, by: i64) -> rusqlite::Result<()> {
    if status == Status::Pending {
        return Ok(());
    }
    tx.prepare_cached(
        "INSERT INTO counters VALUES (?1, ?2, ?3) ON CONFLICT (annotator, status) DO UPDATE SET n = n + ?3",
    )?
    .execute(params![annotator, status_number(status), by])
    .map(drop)
}

/// Moves the number of visible documents.
pub(in crate::store) fn count_documents(tx: &Transaction, by: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO counters VALUES ('', -1, ?1) ON CONFLICT (annotator, status) DO UPDATE SET n = n + ?1",
    )?
    .execute([by])
    .map(drop)
}

/// A decision from its row: run, start, end, label, score, verdict, bulk.
pub(in crate::store) fn decision_of_row(r: &Row) -> rusqlite::Result<Decision> {
    Ok(Decision {
        prediction: PredictionKey {
            run: RunId(r.get(0)?),
            range: CharRange::new(r.get::<_, i64>(1)? as usize, r.get::<_, i64>(2)? as usize),
            label: LabelId(r.get(3)?),
        },
        score: r.get::<_, f64>(4)? as f32,
        verdict: verdict_of(&r.get::<_, String>(5)?),
        bulk: r.get(6)?,
    })
}

pub(super) fn decision(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    key: PredictionKey,
) -> rusqlite::Result<Option<Decision>> {
    tx.prepare_cached(
        "SELECT run, start, end, label, score, verdict, bulk FROM decisions
         WHERE document = ?1 AND annotator = ?2 AND run = ?3 AND start = ?4 AND end = ?5 AND label = ?6",
    )?
    .query_row(
        params![document.0, annotator, key.run.0, key.range.start as i64, key.range.end as i64, key.label.0],
        decision_of_row,
    )
    .optional()
}

pub(super) fn write_decision(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    key: PredictionKey,
    after: Option<&Decision>,
) -> Outcome {
    let (start, end) = (key.range.start as i64, key.range.end as i64);
    let Some(after) = after else {
        tx.prepare_cached(
            "DELETE FROM decisions
             WHERE document = ?1 AND annotator = ?2 AND run = ?3 AND start = ?4 AND end = ?5 AND label = ?6",
        )?
        .execute(params![document.0, annotator, key.run.0, start, end, key.label.0])?;
        return Ok(());
    };
    tx.prepare_cached("INSERT OR REPLACE INTO decisions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")?.execute(
        params![
            document.0,
            annotator,
            key.run.0,
            start,
            end,
            key.label.0,
            f64::from(after.score),
            verdict_word(after.verdict),
            after.bulk
        ],
    )?;
    // What was decided on must stay readable even when the run was only live.
    insert_prediction(tx, document, key, after.score)?;
    Ok(())
}

/// Adds a prediction for the text a document has now, and says how many were new: one that is there already stays.
pub(in crate::store) fn insert_prediction(
    tx: &Transaction,
    document: DocumentId,
    key: PredictionKey,
    score: f32,
) -> rusqlite::Result<usize> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO predictions
         SELECT ?1, id, version, ?3, ?4, ?5, ?6 FROM documents WHERE id = ?2 AND ?4 <= chars",
    )?
    .execute(params![
        key.run.0,
        document.0,
        key.range.start as i64,
        key.range.end as i64,
        key.label.0,
        f64::from(score)
    ])
}

/// The labels looked for; `None` when nobody said.
pub(in crate::store) fn coverage(
    c: &rusqlite::Connection,
    document: DocumentId,
    annotator: &str,
) -> rusqlite::Result<Option<Vec<LabelId>>> {
    let json: Option<Option<String>> = c
        .prepare_cached("SELECT coverage FROM responses WHERE document = ?1 AND annotator = ?2")?
        .query_row(params![document.0, annotator], |r| r.get(0))
        .optional()?;
    json.flatten().map(|j| from_json(&j)).transpose()
}

pub(super) fn write_coverage(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    labels: Option<&[LabelId]>,
) -> Outcome {
    ensure_response(tx, document, annotator)?;
    tx.prepare_cached("UPDATE responses SET coverage = ?3 WHERE document = ?1 AND annotator = ?2")?
        .execute(params![document.0, annotator, labels.map(|l| to_json(&l))])?;
    Ok(())
}

/// A response as one value; `None` when there is no row for it.
pub(in crate::store) fn response_body(
    c: &rusqlite::Connection,
    document: DocumentId,
    annotator: &str,
) -> rusqlite::Result<Option<ResponseBody>> {
    let there: Option<i64> = c
        .prepare_cached("SELECT status FROM responses WHERE document = ?1 AND annotator = ?2")?
        .query_row(params![document.0, annotator], |r| r.get(0))
        .optional()?;
    let Some(number) = there else { return Ok(None) };
    Ok(Some(ResponseBody {
        status: status_of(number),
        spans: spans(c, document, annotator)?,
        coverage: coverage(c, document, annotator)?,
    }))
}

pub(super) fn write_response(
    tx: &Transaction,
    document: DocumentId,
    annotator: &str,
    status_before: Status,
    after: Option<&ResponseBody>,
) -> Outcome {
    tx.prepare_cached("DELETE FROM spans WHERE document = ?1 AND annotator = ?2")?
        .execute(params![document.0, annotator])?;
    let nothing = ResponseBody::default();
    let body = after.unwrap_or(&nothing);
    for span in &body.spans {
        check_range(tx, document, span.range)?;
        write_span(tx, document, annotator, span)?;
    }
    set_status(tx, document, annotator, status_before, body.status)?;
    write_coverage(tx, document, annotator, body.coverage.as_deref())
}
