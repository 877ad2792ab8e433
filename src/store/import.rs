//! Bringing records in: many short transactions that nobody sees, then one that makes them visible.
//!
//! New documents are written at once under the number of the import and stay invisible. What touches documents that
//! are there already (a changed text, another response) is staged and applied in the last transaction. An import that
//! ends in any other way leaves nothing: what it wrote is cleared, here or at the next opening of the project.

use std::collections::HashMap;
use std::fs::{File, TryLockError};

use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};

use super::apply::{
    Refusal, apply, count, count_documents, insert_prediction, response_body, status_number, status_of,
};
use super::change::{Change, DocumentState, ResponseBody};
use super::error::{Result, StoreError};
use super::journal::{from_json, insert_edit, insert_group, to_json};
use super::project::{Project, now};
use super::runs::RunSpec;
use crate::dataset::{
    DocumentId, Label, LabelId, Origin, PredictionKey, Record, RecordResponse, ResponseSpan, RunId, SpanId, Status,
    TextHash, realign,
};
use crate::text::{CharRange, OffsetMap};

/// How an import treats what it reads.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// What is imported, for the history: a file name.
    pub source: String,
    /// Whose responses these are, where the records do not say.
    pub annotator: String,
    /// Spans are predictions of a run of this name, not responses.
    pub as_predictions: Option<String>,
    /// Responses that differ from those in the project replace them; otherwise the project's stay.
    pub overwrite: bool,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportReport {
    /// New documents.
    pub added: u64,
    /// Documents that were there already, as they are.
    pub unchanged: u64,
    /// Documents whose text changed.
    pub changed_texts: u64,
    /// Documents left out because they were removed from the project.
    pub removed: u64,
    /// Responses brought in.
    pub responses: u64,
    /// Responses left out because the project has another one of the same annotator.
    pub kept: u64,
    /// Predictions brought in.
    pub predictions: u64,
    /// Labels made.
    pub labels: Vec<String>,
    /// Spans that found no place in a changed text: document, label, the text they covered.
    pub unaligned: Vec<(String, String, String)>,
    /// Records left out: where, and why.
    pub problems: Vec<(String, String)>,
}

/// An import that is going on. Drop it to leave everything as it was; [`Import::finish`] to keep it.
pub struct Import<'p> {
    project: &'p mut Project,
    options: ImportOptions,
    id: i64,
    group: i64,
    run: Option<RunId>,
    labels: HashMap<String, LabelId>,
    met: Met,
    waiting: Vec<(Record, Origin)>,
    waiting_bytes: usize,
    /// New responses of new documents by annotator and status, for the counters.
    counts: HashMap<(String, i64), i64>,
    report: ImportReport,
    done: bool,
    _lock: File,
}

/// One batch is one transaction: small enough to stay well under 50 ms.
const BATCH_RECORDS: usize = 128;
const BATCH_BYTES: usize = 512 * 1024;

/// Work on a document that was there before.
#[derive(Serialize, Deserialize)]
struct Staged {
    text: Option<String>,
    responses: Vec<(String, ResponseBody)>,
    predictions: Vec<(PredictionKey, f32)>,
}

/// Documents of the project that this import has met: one bit each, because there may be millions.
#[derive(Default)]
struct Met(Vec<u64>);

impl Met {
    /// True when it is the first time.
    fn first_time(&mut self, document: DocumentId) -> bool {
        let (word, bit) = ((document.0 / 64) as usize, 1 << (document.0 % 64));
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        let first = self.0[word] & bit == 0;
        self.0[word] |= bit;
        first
    }
}

impl Project {
    /// Whether a commit waits for the disk. The batches of an import need not: nobody sees them, and the write-ahead log
    /// keeps their order, so the last commit, which does wait, brings all of them to the disk or none. A rollback journal
    /// gives no such promise and always waits.
    fn sync_every_commit(&self, every: bool) -> Result<()> {
        self.read(|c| {
            let mode: String = c.pragma_query_value(None, "journal_mode", |r| r.get(0))?;
            let word = if every || !mode.eq_ignore_ascii_case("wal") { "FULL" } else { "NORMAL" };
            c.pragma_update(None, "synchronous", word)
        })
    }

    /// Begins an import.
    ///
    /// # Errors
    /// When another one is running, the run's name is taken, or the store cannot be written.
    pub fn import(&mut self, options: ImportOptions) -> Result<Import<'_>> {
        let lock = lock(self)?.ok_or(StoreError::ImportRunning)?;
        if let Some(name) = &options.as_predictions {
            let taken = self.runs()?.iter().any(|r| r.name == *name);
            if taken {
                return Err(StoreError::RunExists(name.clone()));
            }
        }
        let labels = self.labels()?.into_iter().map(|l| (l.name, l.id)).collect();
        let (id, group, run) = self.write(|tx| {
            tx.execute("INSERT INTO imports (source, started) VALUES (?1, ?2)", params![options.source, now()])?;
            let id = tx.last_insert_rowid();
            let group = insert_group(tx, "import", &format!("import {}", options.source), "import", None, id)?;
            let run = match &options.as_predictions {
                None => None,
                Some(name) => {
                    let spec = RunSpec { model: options.source.clone(), ..RunSpec::default() };
                    tx.execute(
                        "INSERT INTO runs (name, spec, created, done, import) VALUES (?1, ?2, ?3, 1, ?4)",
                        params![name, to_json(&spec), now(), id],
                    )?;
                    Some(RunId(tx.last_insert_rowid()))
                }
            };
            Ok((id, group, run))
        })?;
        self.sync_every_commit(false)?;
        self.wait_for_disk(false)?;
        Ok(Import {
            project: self,
            options,
            id,
            group,
            run,
            labels,
            met: Met::default(),
            waiting: Vec::new(),
            waiting_bytes: 0,
            counts: HashMap::new(),
            report: ImportReport::default(),
            done: false,
            _lock: lock,
        })
    }
}

impl Import<'_> {
    /// Takes one record as its file has it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add(&mut self, record: Record) -> Result<()> {
        self.add_from(record, Origin::Import)
    }

    /// Takes one record whose spans came about as `origin` says.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_from(&mut self, record: Record, origin: Origin) -> Result<()> {
        self.waiting_bytes += record.text.len() + 200;
        self.waiting.push((record, origin));
        if self.waiting.len() >= BATCH_RECORDS || self.waiting_bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(())
    }

    /// What has been done so far.
    pub fn report(&self) -> &ImportReport {
        &self.report
    }

    /// Makes everything visible.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is imported then.
    pub fn finish(mut self) -> Result<ImportReport> {
        self.flush()?;
        self.project.wait_for_disk(true)?;
        let (id, group, overwrite) = (self.id, self.group, self.options.overwrite);
        let counts = std::mem::take(&mut self.counts);
        let added = self.report.added as i64;
        let mut report = std::mem::take(&mut self.report);
        self.project.sync_every_commit(true)?;
        self.project.transact(|tx| {
            apply_staged(tx, id, group, overwrite, &mut report)?;
            for ((annotator, status), n) in &counts {
                count(tx, annotator, status_of(*status), *n)?;
            }
            count_documents(tx, added)?;
            tx.execute("UPDATE imports SET done = 1 WHERE id = ?1", [id])?;
            Ok(())
        })?;
        self.done = true;
        Ok(report)
    }

    /// Writes what was taken so far, still invisible; problems with it are in the report then.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn flush(&mut self) -> Result<()> {
        let records = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        if records.is_empty() {
            return Ok(());
        }
        let Self { project, options, id, group, run, labels, met, counts, report, .. } = self;
        let origin = Origin::Import;
        let mut writer = Writer { options, import: *id, group: *group, run: *run, origin, labels, met, counts, report };
        project.transact(|tx| {
            for (record, origin) in records {
                writer.origin = origin;
                writer.write(tx, record)?;
            }
            Ok(())
        })
    }
}

impl Drop for Import<'_> {
    fn drop(&mut self) {
        if !self.done {
            let _ = self.project.wait_for_disk(true);
            // A failure here is not the end: the next opening of the project clears it.
            let id = self.id;
            let _ = self.project.write(|tx| clear(tx, id));
            let _ = self.project.sync_every_commit(true);
        }
    }
}

/// What one batch needs while it is written.
struct Writer<'a> {
    options: &'a ImportOptions,
    import: i64,
    group: i64,
    run: Option<RunId>,
    /// How the spans of the record in hand came about.
    origin: Origin,
    labels: &'a mut HashMap<String, LabelId>,
    met: &'a mut Met,
    counts: &'a mut HashMap<(String, i64), i64>,
    report: &'a mut ImportReport,
}

/// A document of the project that a record is about.
struct Found {
    id: DocumentId,
    hash: Vec<u8>,
    removed: bool,
    same_import: bool,
    line: Option<u64>,
}

impl Writer<'_> {
    fn write(&mut self, tx: &Transaction, record: Record) -> std::result::Result<(), Refusal> {
        let place = match (&record.id, record.provenance.line) {
            (_, Some(line)) => format!("{}:{line}", record.provenance.source),
            (Some(id), None) => format!("{} ({id})", record.provenance.source),
            (None, None) => record.provenance.source.clone(),
        };
        let chars = OffsetMap::new(&record.text).chars();
        let spans = record.responses.iter().flat_map(|r| &r.spans);
        let all = spans.chain(record.predictions.iter().flat_map(|(_, s)| s));
        for span in all {
            if span.range.start >= span.range.end || span.range.end > chars {
                let CharRange { start, end } = span.range;
                let why = format!("span {start}..{end} ({}) does not fit a text of {chars} characters", span.label);
                self.report.problems.push((place, why));
                return Ok(());
            }
            if span.label.trim().is_empty() {
                self.report.problems.push((place, "a span has an empty label".to_owned()));
                return Ok(());
            }
        }
        let hash = blob_of(&record.text);
        let document = match self.find(tx, &record, &hash)? {
            None => self.insert(tx, &record, &hash, chars)?,
            Some(found) if found.removed => {
                self.report.removed += 1;
                return Ok(());
            }
            Some(found) if found.same_import => {
                if found.hash != hash {
                    self.came_before(place, &record, found.line);
                    return Ok(());
                }
                self.report.unchanged += 1;
                self.further(tx, found.id, &record)?;
                found.id
            }
            Some(found) if self.met.first_time(found.id) => {
                let text = (found.hash != hash).then(|| record.text.clone());
                self.report.unchanged += u64::from(text.is_none());
                return self.stage(tx, &record, found.id, text);
            }
            Some(found) => {
                let first = self.staged_text(tx, found.id)?.map_or(found.hash, |text| blob_of(&text));
                if first != hash {
                    self.came_before(place, &record, None);
                    return Ok(());
                }
                self.report.unchanged += 1;
                return self.stage(tx, &record, found.id, None);
            }
        };
        for (key, score) in self.predictions(tx, &record)? {
            self.report.predictions += insert_prediction(tx, document, key, score)? as u64;
        }
        Ok(())
    }

    /// Two texts under one id in one import: the first counts.
    fn came_before(&mut self, place: String, record: &Record, line: Option<u64>) {
        let id = record.id.as_deref().unwrap_or_default();
        let first = line.map_or_else(String::new, |l| format!(" (line {l})"));
        self.report.problems.push((place, format!("id '{id}' came before{first} with another text")));
    }

    /// The new text of a document of the project, when this import has brought one.
    fn staged_text(&self, tx: &Transaction, document: DocumentId) -> rusqlite::Result<Option<String>> {
        let work: Option<String> = tx
            .prepare_cached("SELECT work FROM staged WHERE import = ?1 AND document = ?2 ORDER BY id LIMIT 1")?
            .query_row([self.import, document.0], |r| r.get(0))
            .optional()?;
        Ok(work.map(|w| from_json::<Staged>(&w)).transpose()?.and_then(|w| w.text))
    }

    /// By external id; records without one by their text.
    fn find(&self, tx: &Transaction, record: &Record, hash: &[u8]) -> rusqlite::Result<Option<Found>> {
        let read = |r: &rusqlite::Row| {
            let provenance: String = r.get(4)?;
            let provenance: crate::dataset::Provenance = from_json(&provenance)?;
            Ok(Found {
                id: DocumentId(r.get(0)?),
                hash: r.get(1)?,
                removed: r.get(2)?,
                same_import: r.get::<_, i64>(3)? == self.import,
                line: provenance.line,
            })
        };
        match &record.id {
            Some(id) => {
                let named = tx
                    .prepare_cached(
                        "SELECT id, text_hash, removed, import, provenance FROM documents WHERE external_id = ?1",
                    )?
                    .query_row([id], read)
                    .optional()?;
                match (named, id.parse::<i64>()) {
                    (Some(found), _) => Ok(Some(found)),
                    (None, Err(_)) => Ok(None),
                    // A document without an id is exported under its number.
                    (None, Ok(number)) => tx
                        .prepare_cached(
                            "SELECT id, text_hash, removed, import, provenance FROM documents
                             WHERE id = ?1 AND external_id IS NULL AND text_hash = ?2",
                        )?
                        .query_row(params![number, hash], read)
                        .optional(),
                }
            }
            None => tx
                .prepare_cached(
                    "SELECT id, text_hash, removed, import, provenance FROM documents WHERE text_hash = ?1 LIMIT 1",
                )?
                .query_row([hash], read)
                .optional(),
        }
    }

    fn insert(
        &mut self,
        tx: &Transaction,
        record: &Record,
        hash: &[u8],
        chars: usize,
    ) -> std::result::Result<DocumentId, Refusal> {
        tx.prepare_cached(
            "INSERT INTO documents (external_id, text, chars, text_hash, metadata, provenance, import)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            record.id,
            record.text,
            chars as i64,
            hash,
            to_json(&record.metadata),
            to_json(&record.provenance),
            self.import
        ])?;
        let document = DocumentId(tx.last_insert_rowid());
        self.report.added += 1;
        for (annotator, body) in self.bodies(tx, record)? {
            self.respond(tx, document, annotator, body)?;
        }
        Ok(document)
    }

    /// The first response of an annotator to a document of this import.
    fn respond(
        &mut self,
        tx: &Transaction,
        document: DocumentId,
        annotator: String,
        body: ResponseBody,
    ) -> std::result::Result<(), Refusal> {
        *self.counts.entry((annotator.clone(), status_number(body.status))).or_default() += 1;
        let change = Change::Response { document, annotator, before: None, after: Some(body) };
        apply(tx, &change)?;
        insert_edit(tx, self.group, &change)?;
        self.report.responses += 1;
        Ok(())
    }

    /// A document that came before in this import: responses of other annotators join it, as in files with a record
    /// for each annotator.
    fn further(&mut self, tx: &Transaction, document: DocumentId, record: &Record) -> std::result::Result<(), Refusal> {
        for (annotator, body) in self.bodies(tx, record)? {
            match response_body(tx, document, &annotator)? {
                None => self.respond(tx, document, annotator, body)?,
                Some(there) if equal_answers(&there, &body) => {}
                Some(_) => self.report.kept += 1,
            }
        }
        Ok(())
    }

    fn stage(
        &mut self,
        tx: &Transaction,
        record: &Record,
        document: DocumentId,
        text: Option<String>,
    ) -> std::result::Result<(), Refusal> {
        let (responses, predictions) = (self.bodies(tx, record)?, self.predictions(tx, record)?);
        if text.is_some() || !responses.is_empty() || !predictions.is_empty() {
            tx.prepare_cached("INSERT INTO staged (import, document, work) VALUES (?1, ?2, ?3)")?.execute(params![
                self.import,
                document.0,
                to_json(&Staged { text, responses, predictions })
            ])?;
        }
        Ok(())
    }

    /// The record's responses by annotator, with label numbers; none when its spans are predictions.
    fn bodies(
        &mut self,
        tx: &Transaction,
        record: &Record,
    ) -> std::result::Result<Vec<(String, ResponseBody)>, Refusal> {
        if self.run.is_some() {
            return Ok(Vec::new());
        }
        let mut bodies: Vec<(String, ResponseBody)> = Vec::new();
        for response in &record.responses {
            let annotator = response.annotator.clone().unwrap_or_else(|| self.options.annotator.clone());
            let body = self.body(tx, response)?;
            match bodies.iter_mut().find(|(name, _)| *name == annotator) {
                Some((_, same)) => *same = body,
                None => bodies.push((annotator, body)),
            }
        }
        Ok(bodies)
    }

    fn body(&mut self, tx: &Transaction, response: &RecordResponse) -> std::result::Result<ResponseBody, Refusal> {
        let mut spans: Vec<ResponseSpan> = Vec::with_capacity(response.spans.len());
        for span in &response.spans {
            let label = self.label(tx, &span.label)?;
            if spans.iter().any(|s| s.range == span.range && s.label == label) {
                continue;
            }
            let id = SpanId(spans.len() as i64 + 1);
            spans.push(ResponseSpan { id, range: span.range, label, origin: self.origin, prediction: None });
        }
        let coverage = match &response.coverage {
            None => None,
            Some(names) => {
                let mut ids = names.iter().map(|n| self.label(tx, n)).collect::<std::result::Result<Vec<_>, _>>()?;
                ids.sort();
                ids.dedup();
                Some(ids)
            }
        };
        Ok(ResponseBody { status: response.status, spans, coverage })
    }

    /// The record's predictions; with a run for all spans, its responses' spans too.
    fn predictions(
        &mut self,
        tx: &Transaction,
        record: &Record,
    ) -> std::result::Result<Vec<(PredictionKey, f32)>, Refusal> {
        let mut spans = Vec::new();
        if let Some(run) = self.run {
            let responses = record.responses.iter().flat_map(|r| &r.spans);
            spans.extend(responses.chain(record.predictions.iter().flat_map(|(_, s)| s)).map(|s| (run, s)));
        } else {
            for (name, of_run) in &record.predictions {
                let run = self.named_run(tx, name)?;
                spans.extend(of_run.iter().map(|s| (run, s)));
            }
        }
        let mut predictions = Vec::with_capacity(spans.len());
        for (run, span) in spans {
            let label = self.label(tx, &span.label)?;
            predictions.push((PredictionKey { run, range: span.range, label }, span.score.unwrap_or(1.0)));
        }
        Ok(predictions)
    }

    /// The run a file names; made when the project has none of that name.
    fn named_run(&self, tx: &Transaction, name: &str) -> std::result::Result<RunId, Refusal> {
        let found: Option<i64> =
            tx.prepare_cached("SELECT id FROM runs WHERE name = ?1")?.query_row([name], |r| r.get(0)).optional()?;
        if let Some(id) = found {
            return Ok(RunId(id));
        }
        let spec = RunSpec { model: self.options.source.clone(), ..RunSpec::default() };
        tx.execute(
            "INSERT INTO runs (name, spec, created, done, import) VALUES (?1, ?2, ?3, 1, ?4)",
            params![name, to_json(&spec), now(), self.import],
        )?;
        Ok(RunId(tx.last_insert_rowid()))
    }

    /// The label of this name; made, at the end of the project's order, when there is none.
    fn label(&mut self, tx: &Transaction, name: &str) -> std::result::Result<LabelId, Refusal> {
        if let Some(id) = self.labels.get(name) {
            return Ok(*id);
        }
        let (id, position): (i64, i64) = tx.query_row(
            "SELECT 1 + max((SELECT coalesce(max(id), 0) FROM labels),
                 (SELECT coalesce(max(json_extract(change, '$.id')), 0) FROM edits
                  WHERE document IS NULL AND json_extract(change, '$.kind') = 'label')),
                 (SELECT coalesce(max(position), 0) + 1 FROM labels)",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )?;
        let id = LabelId(id);
        let change = Change::Label { id, before: None, after: Some(Label::named(id, name, position)) };
        apply(tx, &change)?;
        insert_edit(tx, self.group, &change)?;
        self.labels.insert(name.to_owned(), id);
        self.report.labels.push(name.to_owned());
        Ok(id)
    }
}

/// Applies what was staged for documents that were there before.
fn apply_staged(
    tx: &Transaction,
    import: i64,
    group: i64,
    overwrite: bool,
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
        for (annotator, body) in work.responses {
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
            let change = Change::Response { document, annotator, before, after: Some(body) };
            apply(tx, &change)?;
            insert_edit(tx, group, &change)?;
            report.responses += 1;
        }
    }
    drop(rows);
    tx.execute("DELETE FROM staged WHERE import = ?1", [import])?;
    Ok(())
}

/// The same status and the same spans, whatever their numbers.
fn equal_answers(a: &ResponseBody, b: &ResponseBody) -> bool {
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
            params![document.0, number, body, body.chars().count() as i64, blob_of(body)],
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

/// Takes the import lock of a project; `None` when another process holds it.
fn lock(project: &Project) -> Result<Option<File>> {
    let path = project.dir.join("import.lock");
    let io = |source| StoreError::Io { path: path.clone(), source };
    let file = File::options().create(true).append(true).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// Removes what imports that nobody is running any more left behind.
pub(super) fn clear_leftovers(project: &mut Project) -> Result<()> {
    let unfinished = |c: &rusqlite::Connection| -> rusqlite::Result<Vec<i64>> {
        c.prepare("SELECT id FROM imports WHERE done = 0")?.query_map([], |r| r.get(0))?.collect()
    };
    if project.read(unfinished)?.is_empty() {
        return Ok(());
    }
    let Some(_lock) = lock(project)? else { return Ok(()) };
    // Asked again under the lock: it may have finished in the meantime.
    for id in project.read(unfinished)? {
        match project.write(|tx| clear(tx, id)) {
            // It is invisible, and may stay until there is room: that is no reason to keep anybody from reading.
            Err(StoreError::DiskFull(_) | StoreError::ReadOnly(_) | StoreError::Busy { .. }) => {
                project.notices.push(
                    "an import that was interrupted is not in the project, but its leftovers could not be cleared: \
                     they take space until the project can be written"
                        .into(),
                );
                return Ok(());
            }
            other => other?,
        }
        project.notices.push("an import that was interrupted left no trace: nothing of it is in the project".into());
    }
    Ok(())
}

/// Removes everything an unfinished import wrote.
fn clear(tx: &Transaction, id: i64) -> rusqlite::Result<()> {
    let mine = "SELECT id FROM documents WHERE import = ?1";
    for table in ["spans", "responses", "decisions", "predictions"] {
        tx.execute(&format!("DELETE FROM {table} WHERE document IN ({mine})"), [id])?;
    }
    tx.execute("DELETE FROM predictions WHERE run IN (SELECT id FROM runs WHERE import = ?1)", [id])?;
    tx.execute("DELETE FROM runs WHERE import = ?1", [id])?;
    tx.execute("DELETE FROM documents WHERE import = ?1", [id])?;
    tx.execute("DELETE FROM staged WHERE import = ?1", [id])?;
    let groups = "SELECT id FROM groups WHERE import = ?1";
    // Labels it made go too, unless somebody has used or changed one since.
    tx.execute(
        &format!(
            "DELETE FROM labels WHERE id IN
                 (SELECT json_extract(change, '$.id') FROM edits
                  WHERE grp IN ({groups}) AND json_extract(change, '$.kind') = 'label')
             AND id NOT IN (SELECT label FROM spans)
             AND id NOT IN (SELECT json_extract(change, '$.id') FROM edits
                  WHERE grp NOT IN ({groups}) AND document IS NULL AND json_extract(change, '$.kind') = 'label')"
        ),
        [id],
    )?;
    tx.execute(
        &format!(
            "DELETE FROM edits WHERE grp IN ({groups}) AND NOT (document IS NULL
                 AND json_extract(change, '$.kind') = 'label' AND json_extract(change, '$.id') IN (SELECT id FROM labels))"
        ),
        [id],
    )?;
    tx.execute("UPDATE groups SET import = 0 WHERE import = ?1 AND id IN (SELECT grp FROM edits)", [id])?;
    tx.execute("DELETE FROM groups WHERE import = ?1", [id])?;
    tx.execute("DELETE FROM imports WHERE id = ?1", [id]).map(drop)
}

/// The 32 bytes of a text's hash.
fn blob_of(text: &str) -> Vec<u8> {
    let hex = TextHash::of(text).0;
    (0..hex.len() / 2).filter_map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).ok()).collect()
}
