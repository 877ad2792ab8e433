//! From a change to the tables that show it.
//!
//! Used by commits, undo, imports and by the check that rebuilds everything from the edits: there is one way only.

use rusqlite::{OptionalExtension, Row, Transaction, params};

use super::blind;
use super::change::{Change, DocumentState, ResponseBody};
use super::error::StoreError;
use super::journal::{from_json, to_json};
use super::notes::{apply_note, follow_span};
use crate::dataset::{
    Decision, DocumentId, Label, LabelId, Origin, PredictionKey, ResponseSpan, RunId, SpanId, Status, TaskCard, Verdict,
};
use crate::text::CharRange;

/// Why a change was not applied.
#[derive(Debug)]
pub(super) enum Refusal {
    /// SQLite said no.
    Sql(rusqlite::Error),
    /// We said no.
    Store(Box<StoreError>),
}

impl From<rusqlite::Error> for Refusal {
    fn from(e: rusqlite::Error) -> Self {
        Refusal::Sql(e)
    }
}

pub(super) type Outcome = Result<(), Refusal>;

/// Applies one change, after checking that its `before` is what the store holds.
pub(super) fn apply(tx: &Transaction, change: &Change) -> Outcome {
    match change {
        Change::Span { document, annotator, id, before, after } => {
            expect(span(tx, *document, annotator, *id)? == *before, || format!("a span of document {document}"))?;
            if let Some(after) = after {
                check_range(tx, *document, after.range)?;
                // Another process may have removed the label meanwhile.
                expect(label(tx, after.label)?.is_some(), || "the label of a span".to_owned())?;
                write_span(tx, *document, annotator, after)?;
            } else {
                tx.prepare_cached("DELETE FROM spans WHERE document = ?1 AND annotator = ?2 AND id = ?3")?
                    .execute(params![document.0, annotator, id.0])?;
            }
            Ok(())
        }
        Change::Status { document, annotator, before, after } => {
            expect(status(tx, *document, annotator)? == *before, || format!("the status of document {document}"))?;
            set_status(tx, *document, annotator, *before, *after)
        }
        Change::Decision { document, annotator, prediction, before, after } => {
            let found = decision(tx, *document, annotator, *prediction)?;
            expect(found == *before, || format!("a decision on document {document}"))?;
            write_decision(tx, *document, annotator, *prediction, after.as_ref())
        }
        Change::Coverage { document, annotator, before, after } => {
            let found = coverage(tx, *document, annotator)?;
            expect(found == *before, || format!("the coverage of document {document}"))?;
            write_coverage(tx, *document, annotator, after.as_deref())
        }
        Change::Blind { document, annotator, before, after } => {
            let found = blind::is_blind(tx, *document, annotator)?;
            expect(found == *before, || format!("the response to document {document}"))?;
            blind::write(tx, *document, annotator, *after)?;
            Ok(())
        }
        Change::Response { document, annotator, before, after } => {
            let found = response_body(tx, *document, annotator)?;
            let same = found.clone().unwrap_or_default() == before.clone().unwrap_or_default();
            expect(same, || format!("the response to document {document}"))?;
            write_response(tx, *document, annotator, found.map_or(Status::Pending, |b| b.status), after.as_ref())
        }
        Change::Note { document, annotator, span, place, before, after } => {
            apply_note(tx, (*document, annotator, *span), *place, before.as_ref(), after.as_ref())
        }
        Change::Label { id, before, after } => {
            expect(label(tx, *id)? == *before, || "a label".to_owned())?;
            write_label(tx, *id, before.as_ref(), after.as_ref())
        }
        Change::Document { document, before, after } => {
            expect(document_state(tx, *document)? == Some(*before), || format!("document {document}"))?;
            write_document_state(tx, *document, *before, *after)
        }
        Change::Run { run, before, after } => {
            let found: Option<bool> = tx
                .prepare_cached("SELECT done FROM runs WHERE id = ?1")?
                .query_row([run.0], |r| r.get(0))
                .optional()?;
            expect(found == Some(*before), || "a run".to_owned())?;
            tx.execute("UPDATE runs SET done = ?2 WHERE id = ?1", params![run.0, after])?;
            Ok(())
        }
        Change::Task { before, after } => {
            let found: Option<String> =
                tx.query_row("SELECT value FROM meta WHERE key = 'task'", [], |r| r.get(0)).optional()?;
            let found: TaskCard = found.map(|j| from_json(&j)).transpose()?.unwrap_or_default();
            expect(found == *before, || "the task card".to_owned())?;
            tx.execute("INSERT OR REPLACE INTO meta VALUES ('task', ?1)", [to_json(after)])?;
            Ok(())
        }
    }
}

pub(super) fn expect(holds: bool, what: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(StoreError::Stale(what()).into()) }
}

fn check_range(tx: &Transaction, document: DocumentId, range: CharRange) -> Outcome {
    let chars: Option<i64> = tx
        .prepare_cached("SELECT chars FROM documents WHERE id = ?1")?
        .query_row([document.0], |r| r.get(0))
        .optional()?;
    let chars = chars.unwrap_or(0) as usize;
    if range.start < range.end && range.end <= chars {
        return Ok(());
    }
    Err(StoreError::OutOfRange { document, start: range.start, end: range.end, chars }.into())
}

fn ensure_response(tx: &Transaction, document: DocumentId, annotator: &str) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR IGNORE INTO responses (document, annotator) VALUES (?1, ?2)")?
        .execute(params![document.0, annotator])
        .map(drop)
}

const SPAN_COLUMNS: &str = "id, start, end, label, origin, prediction";

/// A span from its row.
pub(super) fn span_of_row(r: &Row) -> rusqlite::Result<ResponseSpan> {
    let prediction: Option<String> = r.get(5)?;
    Ok(ResponseSpan {
        id: SpanId(r.get(0)?),
        range: CharRange::new(r.get::<_, i64>(1)? as usize, r.get::<_, i64>(2)? as usize),
        label: LabelId(r.get(3)?),
        origin: origin_of(&r.get::<_, String>(4)?),
        prediction: prediction.map(|j| from_json(&j)).transpose()?,
    })
}

fn span(tx: &Transaction, document: DocumentId, annotator: &str, id: SpanId) -> rusqlite::Result<Option<ResponseSpan>> {
    tx.prepare_cached(&format!("SELECT {SPAN_COLUMNS} FROM spans WHERE document = ?1 AND annotator = ?2 AND id = ?3"))?
        .query_row(params![document.0, annotator, id.0], span_of_row)
        .optional()
}

/// All spans of a response, by id.
pub(super) fn spans(
    c: &rusqlite::Connection,
    document: DocumentId,
    annotator: &str,
) -> rusqlite::Result<Vec<ResponseSpan>> {
    c.prepare_cached(&format!("SELECT {SPAN_COLUMNS} FROM spans WHERE document = ?1 AND annotator = ?2 ORDER BY id"))?
        .query_map(params![document.0, annotator], span_of_row)?
        .collect()
}

fn write_span(tx: &Transaction, document: DocumentId, annotator: &str, span: &ResponseSpan) -> Outcome {
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
pub(super) fn status(c: &rusqlite::Connection, document: DocumentId, annotator: &str) -> rusqlite::Result<Status> {
    let found: Option<i64> = c
        .prepare_cached("SELECT status FROM responses WHERE document = ?1 AND annotator = ?2")?
        .query_row(params![document.0, annotator], |r| r.get(0))
        .optional()?;
    Ok(found.map_or(Status::Pending, status_of))
}

fn set_status(tx: &Transaction, document: DocumentId, annotator: &str, before: Status, after: Status) -> Outcome {
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
pub(super) fn count(tx: &Transaction, annotator: &str, status: Status, by: i64) -> rusqlite::Result<()> {
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
pub(super) fn count_documents(tx: &Transaction, by: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT INTO counters VALUES ('', -1, ?1) ON CONFLICT (annotator, status) DO UPDATE SET n = n + ?1",
    )?
    .execute([by])
    .map(drop)
}

/// A decision from its row: run, start, end, label, score, verdict, bulk.
pub(super) fn decision_of_row(r: &Row) -> rusqlite::Result<Decision> {
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

fn decision(
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

fn write_decision(
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
pub(super) fn insert_prediction(
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
pub(super) fn coverage(
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

fn write_coverage(tx: &Transaction, document: DocumentId, annotator: &str, labels: Option<&[LabelId]>) -> Outcome {
    ensure_response(tx, document, annotator)?;
    tx.prepare_cached("UPDATE responses SET coverage = ?3 WHERE document = ?1 AND annotator = ?2")?
        .execute(params![document.0, annotator, labels.map(|l| to_json(&l))])?;
    Ok(())
}

/// A response as one value; `None` when there is no row for it.
pub(super) fn response_body(
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

fn write_response(
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

/// A label by number.
pub(super) fn label(c: &rusqlite::Connection, id: LabelId) -> rusqlite::Result<Option<Label>> {
    let body: Option<String> =
        c.prepare_cached("SELECT body FROM labels WHERE id = ?1")?.query_row([id.0], |r| r.get(0)).optional()?;
    body.map(|b| from_json(&b)).transpose()
}

fn write_label(tx: &Transaction, id: LabelId, before: Option<&Label>, after: Option<&Label>) -> Outcome {
    let Some(after) = after else {
        let used: i64 = tx.query_row("SELECT count(*) FROM spans WHERE label = ?1", [id.0], |r| r.get(0))?;
        if used > 0 {
            let name = before.map_or_else(String::new, |l| l.name.clone());
            return Err(StoreError::LabelInUse { name, spans: used as u64 }.into());
        }
        tx.execute("DELETE FROM labels WHERE id = ?1", [id.0])?;
        return Ok(());
    };
    let taken: bool = tx
        .query_row("SELECT 1 FROM labels WHERE name = ?1 AND id <> ?2", params![after.name, id.0], |_| Ok(true))
        .optional()?
        .unwrap_or(false);
    if taken {
        return Err(StoreError::LabelExists(after.name.clone()).into());
    }
    tx.execute(
        "INSERT OR REPLACE INTO labels VALUES (?1, ?2, ?3, ?4)",
        params![id.0, after.name, after.position, to_json(after)],
    )?;
    Ok(())
}

fn document_state(tx: &Transaction, document: DocumentId) -> rusqlite::Result<Option<DocumentState>> {
    tx.prepare_cached("SELECT removed, version FROM documents WHERE id = ?1")?
        .query_row([document.0], |r| Ok(DocumentState { removed: r.get(0)?, version: r.get(1)? }))
        .optional()
}

fn write_document_state(
    tx: &Transaction,
    document: DocumentId,
    before: DocumentState,
    after: DocumentState,
) -> Outcome {
    tx.execute(
        "UPDATE documents SET removed = ?2, version = ?3 WHERE id = ?1",
        params![document.0, after.removed, after.version],
    )?;
    if before.version != after.version {
        // What a model said was said of another text.
        tx.execute("UPDATE ranks SET doubt = 0, suggestions = 0, scores = 0 WHERE document = ?1", params![document.0])?;
        tx.execute(
            "UPDATE documents SET (text, chars, text_hash) =
                 (SELECT text, chars, text_hash FROM document_versions v WHERE v.document = ?1 AND v.version = ?2)
             WHERE id = ?1 AND EXISTS (SELECT 1 FROM document_versions v WHERE v.document = ?1 AND v.version = ?2)",
            params![document.0, after.version],
        )?;
    }
    if before.removed != after.removed {
        let by = if after.removed { -1 } else { 1 };
        count_documents(tx, by)?;
        let responses: Vec<(String, i64)> = tx
            .prepare_cached("SELECT annotator, status FROM responses WHERE document = ?1")?
            .query_map([document.0], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (annotator, number) in responses {
            count(tx, &annotator, status_of(number), by)?;
        }
    }
    Ok(())
}

/// The number of a status in the tables.
pub(super) fn status_number(status: Status) -> i64 {
    match status {
        Status::Pending => 0,
        Status::Draft => 1,
        Status::Submitted => 2,
        Status::Discarded => 3,
    }
}

/// The status of a number in the tables.
pub(super) fn status_of(number: i64) -> Status {
    Status::ALL.get(number as usize).copied().unwrap_or_default()
}

fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Key => "key",
        Origin::Bulk => "bulk",
        Origin::Import => "import",
        Origin::Repair => "repair",
    }
}

fn origin_of(word: &str) -> Origin {
    match word {
        "bulk" => Origin::Bulk,
        "import" => Origin::Import,
        "repair" => Origin::Repair,
        _ => Origin::Key,
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::Rejected => "rejected",
        Verdict::Relabelled => "relabelled",
        Verdict::Rebounded => "rebounded",
    }
}

fn verdict_of(word: &str) -> Verdict {
    match word {
        "rejected" => Verdict::Rejected,
        "relabelled" => Verdict::Relabelled,
        "rebounded" => Verdict::Rebounded,
        _ => Verdict::Accepted,
    }
}
