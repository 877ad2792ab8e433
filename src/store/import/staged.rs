//! Work on documents that were there before the import: kept aside, applied in its last transaction.

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::ImportReport;
use crate::dataset::{DocumentId, Note, PredictionKey, RecordNote, ResponseSpan, SpanId, Status, TextHash, realign};
use crate::store::apply::{Refusal, apply, insert_prediction, response_body};
use crate::store::change::{Change, DocumentState, ResponseBody};
use crate::store::journal::{from_json, insert_edit};
use crate::text::{CharRange, OffsetMap};

/// Work on a document that was there before.
#[derive(Serialize, Deserialize)]
pub(super) struct Staged {
    pub text: Option<String>,
    pub responses: Vec<(String, ResponseBody)>,
    pub predictions: Vec<(PredictionKey, f32)>,
    #[serde(default)]
    pub notes: Vec<RecordNote>,
}

/// Brings notes in. One on a span finds the annotator's span of that place and label, else it is on the document; where
/// the annotator has one already, that one stays.
pub(super) fn bring_notes(
    tx: &Transaction,
    group: i64,
    document: DocumentId,
    nobody: &str,
    notes: &[RecordNote],
) -> std::result::Result<(), Refusal> {
    for note in notes {
        let annotator = note.annotator.as_deref().unwrap_or(nobody).to_owned();
        let on: Option<i64> = match &note.span {
            None => None,
            Some(span) => tx
                .prepare_cached(
                    "SELECT s.id FROM spans s JOIN labels l ON l.id = s.label AND l.name = ?5
                     WHERE s.document = ?1 AND s.annotator = ?2 AND s.start = ?3 AND s.end = ?4",
                )?
                .query_row(
                    params![document.0, annotator, span.range.start as i64, span.range.end as i64, span.label],
                    |r| r.get(0),
                )
                .optional()?,
        };
        let there: bool = tx
            .prepare_cached("SELECT count(*) FROM notes WHERE document = ?1 AND annotator = ?2 AND span = ?3")?
            .query_row(params![document.0, annotator, on.unwrap_or(0)], |r| r.get(0))?;
        if !there {
            let after = Note { text: note.text.clone(), flag: note.flag }.if_any();
            let span = on.map(SpanId);
            let change = Change::Note { document, annotator, span, place: None, before: None, after };
            apply(tx, &change)?;
            insert_edit(tx, group, &change)?;
        }
    }
    Ok(())
}

/// Applies what was staged for documents that were there before.
pub(super) fn apply_staged(
    tx: &Transaction,
    import: i64,
    group: i64,
    (overwrite, nobody): (bool, &str),
    report: &mut ImportReport,
) -> std::result::Result<(), Refusal> {
    let mut statement = tx.prepare("SELECT document, work FROM staged WHERE import = ?1 ORDER BY document, id")?;
    let mut rows = statement.query([import])?;
    // Who has answered for the document at hand: of several answers of one person in a file the first counts.
    let (mut at, mut answered) = (DocumentId(0), Vec::new());
    while let Some(row) = rows.next()? {
        let document = DocumentId(row.get(0)?);
        let work: Staged = from_json(&row.get::<_, String>(1)?)?;
        if document != at {
            at = document;
            answered.clear();
        }
        if let Some(text) = &work.text {
            change_text(tx, group, document, text, report)?;
        }
        for (key, score) in work.predictions {
            report.predictions += insert_prediction(tx, document, key, score)? as u64;
        }
        for (annotator, mut body) in work.responses {
            let before = response_body(tx, document, &annotator)?;
            let same = before.as_ref().is_some_and(|b| equal_answers(b, &body));
            let empty = before.as_ref().is_none_or(|b| b.status == Status::Pending && b.spans.is_empty());
            if same {
                answered.push(annotator);
                continue;
            }
            if (!empty && !overwrite) || answered.contains(&annotator) {
                report.kept += 1;
                continue;
            }
            answered.push(annotator.clone());
            // Numbers of their own: a note on a span that was here is not about one that comes.
            let used: Option<i64> = tx
                .prepare_cached("SELECT next_span FROM responses WHERE document = ?1 AND annotator = ?2")?
                .query_row(params![document.0, annotator], |r| r.get(0))
                .optional()?;
            body.spans.iter_mut().for_each(|span| span.id.0 += used.unwrap_or(1) - 1);
            let change = Change::Response { document, annotator, before, after: Some(body) };
            apply(tx, &change)?;
            insert_edit(tx, group, &change)?;
            report.responses += 1;
        }
        bring_notes(tx, group, document, nobody, &work.notes)?;
    }
    drop(rows);
    tx.execute("DELETE FROM staged WHERE import = ?1", [import])?;
    Ok(())
}

/// The same status and the same spans, whatever their numbers.
pub(super) fn equal_answers(a: &ResponseBody, b: &ResponseBody) -> bool {
    let key = |body: &ResponseBody| {
        let mut spans: Vec<_> = body.spans.iter().map(|s| (s.range, s.label)).collect();
        spans.sort();
        spans
    };
    a.status == b.status && key(a) == key(b)
}

/// Makes `text` the document's newest version; spans move where their words are the same, the rest is kept aside.
fn change_text(
    tx: &Transaction,
    group: i64,
    document: DocumentId,
    text: &str,
    report: &mut ImportReport,
) -> std::result::Result<(), Refusal> {
    let (old, version, removed, external): (String, u32, bool, Option<String>) =
        tx.query_row("SELECT text, version, removed, external_id FROM documents WHERE id = ?1", [document.0], |r| {
            Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
        })?;
    let newest: Option<u32> = tx
        .query_row("SELECT max(version) FROM document_versions WHERE document = ?1", [document.0], |r| r.get(0))
        .optional()?
        .flatten();
    let next = newest.unwrap_or(version).max(version) + 1;
    for (number, body) in [(version, old.as_str()), (next, text)] {
        tx.execute(
            "INSERT OR IGNORE INTO document_versions VALUES (?1, ?2, ?3, ?4, ?5)",
            params![document.0, number, body, body.chars().count() as i64, TextHash::digest(body)],
        )?;
    }
    let annotators: Vec<String> = tx
        .prepare("SELECT annotator FROM responses WHERE document = ?1 ORDER BY annotator")?
        .query_map([document.0], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let change = Change::Document {
        document,
        before: DocumentState { removed, version },
        after: DocumentState { removed, version: next },
    };
    let map = OffsetMap::new(&old);
    let mut moves = Vec::new();
    for annotator in annotators {
        let Some(before) = response_body(tx, document, &annotator)? else { continue };
        let ranges: Vec<CharRange> = before.spans.iter().map(|s| s.range).collect();
        let places = realign(&old, text, &ranges);
        let mut after = before.clone();
        after.spans = before
            .spans
            .iter()
            .zip(&places)
            .filter_map(|(span, place)| place.map(|range| ResponseSpan { range, ..span.clone() }))
            .collect();
        for (span, _) in before.spans.iter().zip(&places).filter(|(_, place)| place.is_none()) {
            let covered = map.slice(&old, span.range);
            tx.execute(
                "INSERT INTO unaligned VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    document.0,
                    version,
                    annotator,
                    span.range.start as i64,
                    span.range.end as i64,
                    span.label.0,
                    covered
                ],
            )?;
            let label: Option<String> =
                tx.query_row("SELECT name FROM labels WHERE id = ?1", [span.label.0], |r| r.get(0)).optional()?;
            let name = external.clone().unwrap_or_else(|| document.to_string());
            report.unaligned.push((name, label.unwrap_or_default(), covered.to_owned()));
        }
        // The spans leave the old text before it changes and come back on the new one, so no range is ever wrong.
        let emptied = ResponseBody { spans: Vec::new(), ..before.clone() };
        moves.push((
            Change::Response {
                document,
                annotator: annotator.clone(),
                before: Some(before),
                after: Some(emptied.clone()),
            },
            Change::Response { document, annotator, before: Some(emptied), after: Some(after) },
        ));
    }
    let (away, back): (Vec<_>, Vec<_>) = moves.into_iter().unzip();
    for change in away.iter().chain([&change]).chain(&back) {
        apply(tx, change)?;
        insert_edit(tx, group, change)?;
    }
    report.changed_texts += 1;
    Ok(())
}
