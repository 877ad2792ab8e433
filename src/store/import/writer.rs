//! One batch of records into the tables: new documents at once, work on older ones staged.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Transaction, params};

use super::staged::{Staged, bring_notes, equal_answers};
use super::{ImportOptions, ImportReport};
use crate::dataset::{
    DocumentId, Label, LabelId, Origin, PredictionKey, Record, RecordResponse, ResponseSpan, RunId, SpanId, TextHash,
};
use crate::store::apply::{Refusal, apply, insert_prediction, response_body, status_number};
use crate::store::change::{Change, ResponseBody};
use crate::store::gold::{GOLD_SET, gold_set_of};
use crate::store::journal::{from_json, insert_edit, to_json};
use crate::store::labels::next_label_id;
use crate::store::project::now;
use crate::store::runs::RunSpec;
use crate::text::{CharRange, OffsetMap};

/// Documents of the project that this import has met: one bit each, because there may be millions.
#[derive(Default)]
pub(super) struct Met(Vec<u64>);

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

/// What one batch needs while it is written.
pub(super) struct Writer<'a> {
    pub options: &'a ImportOptions,
    pub import: i64,
    pub group: i64,
    pub run: Option<RunId>,
    /// How the spans of the record in hand came about.
    pub origin: Origin,
    pub labels: &'a mut HashMap<String, LabelId>,
    pub met: &'a mut Met,
    pub counts: &'a mut HashMap<(String, i64), i64>,
    pub report: &'a mut ImportReport,
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
    /// Writes one record, or says in the report why not.
    pub fn write(&mut self, tx: &Transaction, record: Record) -> std::result::Result<(), Refusal> {
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
        let names = record.responses.iter().map(|r| &r.annotator).chain(record.notes.iter().map(|n| &n.annotator));
        if let Some(set) = names.flatten().find_map(|name| gold_set_of(name)) {
            let why = format!("'{GOLD_SET}{set}' is the name of a frozen gold set, not of an annotator");
            self.report.problems.push((place, why));
            return Ok(());
        }
        let hash = TextHash::digest(&record.text);
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
                let first = self.staged_text(tx, found.id)?.map_or(found.hash, |text| TextHash::digest(&text));
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
        self.bring_notes(tx, document, record)?;
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
        self.bring_notes(tx, document, record)
    }

    fn bring_notes(&self, tx: &Transaction, document: DocumentId, record: &Record) -> std::result::Result<(), Refusal> {
        match self.run {
            Some(_) => Ok(()),
            None => bring_notes(tx, self.group, document, &self.options.annotator, &record.notes),
        }
    }

    fn stage(
        &mut self,
        tx: &Transaction,
        record: &Record,
        document: DocumentId,
        text: Option<String>,
    ) -> std::result::Result<(), Refusal> {
        let (responses, predictions) = (self.bodies(tx, record)?, self.predictions(tx, record)?);
        let notes = if self.run.is_some() { Vec::new() } else { record.notes.clone() };
        if text.is_some() || !responses.is_empty() || !predictions.is_empty() || !notes.is_empty() {
            tx.prepare_cached("INSERT INTO staged (import, document, work) VALUES (?1, ?2, ?3)")?.execute(params![
                self.import,
                document.0,
                to_json(&Staged { text, responses, predictions, notes })
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
        let id = next_label_id(tx)?;
        let position: i64 = tx.query_row("SELECT coalesce(max(position), 0) + 1 FROM labels", [], |r| r.get(0))?;
        let change = Change::Label { id, before: None, after: Some(Label::named(id, name, position)) };
        apply(tx, &change)?;
        insert_edit(tx, self.group, &change)?;
        self.labels.insert(name.to_owned(), id);
        self.report.labels.push(name.to_owned());
        Ok(id)
    }
}
