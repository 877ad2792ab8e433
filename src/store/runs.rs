//! Runs of a model and what they said.

use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use super::apply::insert_prediction;
use super::error::{Result, StoreError};
use super::journal::{from_json, to_json};
use super::project::{Project, now};
use crate::dataset::{DocumentId, LabelId, Prediction, PredictionKey, RunId};
use crate::text::CharRange;

/// What made a run what it is: two runs with equal specs say the same.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunSpec {
    /// Name of the model, or of the file the predictions came from.
    pub model: String,
    /// Hash of its weights and how they are held (`f32`, `int8`), empty for imported predictions.
    pub weights: String,
    /// The prompts in the order they were given, with the labels they stand for.
    pub labels: Vec<(LabelId, String)>,
    /// Everything else that changes what is said: window, threshold, nested, multi-label, …
    #[serde(default)]
    pub parameters: serde_json::Map<String, serde_json::Value>,
}

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its number.
    pub id: RunId,
    /// Its name; unique in the project.
    pub name: String,
    /// What made it.
    pub spec: RunSpec,
    /// When it began, milliseconds since 1970.
    pub created: i64,
    /// Made by suggestions on the screen: only what was decided on is kept.
    pub live: bool,
}

/// The model of runs that only found a text again where a person said what it is.
pub const TEXT_MATCHES: &str = "occurrences";

impl Project {
    /// The run that live suggestions with this spec belong to; made when it is not there yet.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn live_run(&mut self, spec: &RunSpec) -> Result<RunId> {
        let json = to_json(spec);
        let found = self.read(|c| {
            c.prepare_cached("SELECT id FROM runs WHERE live = 1 AND spec = ?1")?
                .query_row([&json], |r| r.get(0))
                .optional()
        })?;
        if let Some(id) = found {
            return Ok(RunId(id));
        }
        self.write(|tx| {
            let n: i64 = tx.query_row("SELECT 1 + count(*) FROM runs WHERE live = 1", [], |r| r.get(0))?;
            tx.execute(
                "INSERT INTO runs (name, spec, created, live, done) VALUES (?1, ?2, ?3, 1, 1)",
                params![format!("live-{n} {}", spec.model), json, now()],
            )?;
            Ok(RunId(tx.last_insert_rowid()))
        })
    }

    /// Begins a run; its predictions are invisible until [`Project::finish_run`].
    ///
    /// # Errors
    /// When the name is taken or the store cannot be written.
    pub fn begin_run(&mut self, name: &str, spec: &RunSpec) -> Result<RunId> {
        let taken = self.read(|c| {
            c.query_row("SELECT done FROM runs WHERE name = ?1", [name], |r| r.get::<_, bool>(0)).optional()
        })?;
        if taken == Some(true) {
            return Err(StoreError::RunExists(name.to_owned()));
        }
        self.write(|tx| {
            // What a broken run of this name left.
            tx.execute(
                "DELETE FROM predictions WHERE run IN (SELECT id FROM runs WHERE name = ?1 AND done = 0)",
                [name],
            )?;
            tx.execute("DELETE FROM runs WHERE name = ?1 AND done = 0", [name])?;
            tx.execute(
                "INSERT INTO runs (name, spec, created) VALUES (?1, ?2, ?3)",
                params![name, to_json(spec), now()],
            )?;
            Ok(RunId(tx.last_insert_rowid()))
        })
    }

    /// Begins a run of places of a text, invisible until a [`super::Change::Run`] shows it.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn begin_matches(&mut self, spec: &RunSpec) -> Result<RunId> {
        let last: i64 = self.read(|c| c.query_row("SELECT coalesce(max(id), 0) FROM runs", [], |r| r.get(0)))?;
        self.begin_run(&format!("{TEXT_MATCHES}-{}", last + 1), spec)
    }

    /// Takes back a run that nothing has shown yet, in short transactions.
    ///
    /// # Errors
    /// When the store cannot be written; what is left stays invisible.
    pub fn drop_run(&mut self, run: RunId) -> Result<()> {
        const ROWS: i64 = 5000;
        let some = "DELETE FROM predictions WHERE (run, document, version, start, end, label) IN
            (SELECT run, document, version, start, end, label FROM predictions WHERE run = ?1 LIMIT ?2)";
        while self.write(|tx| tx.execute(some, [run.0, ROWS]))? > 0 {}
        self.write(|tx| tx.execute("DELETE FROM runs WHERE id = ?1 AND done = 0", [run.0]).map(drop))
    }

    /// The places of texts that visible runs of [`TEXT_MATCHES`] found in a document's text as it is now, by place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn text_matches(&self, document: DocumentId) -> Result<Vec<Prediction>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT p.run, p.start, p.end, p.label, p.score FROM runs r
                 JOIN predictions p ON p.run = r.id AND p.document = ?1
                     AND p.version = (SELECT version FROM documents WHERE id = ?1)
                 WHERE r.done = 1 AND json_extract(r.spec, '$.model') = ?2 ORDER BY p.start, p.end DESC, p.label, p.run",
            )?
            .query_map(params![document.0, TEXT_MATCHES], |r| {
                let range = CharRange::new(r.get::<_, i64>(1)? as usize, r.get::<_, i64>(2)? as usize);
                let key = PredictionKey { run: RunId(r.get(0)?), range, label: LabelId(r.get(3)?) };
                Ok(Prediction { key, score: r.get::<_, f64>(4)? as f32 })
            })?
            .collect()
        })
    }

    /// Adds predictions of several documents to a run (whatever run their keys name), in one short transaction.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn add_predictions(&mut self, run: RunId, batch: &[(DocumentId, Vec<Prediction>)]) -> Result<()> {
        self.write(|tx| {
            for (document, predictions) in batch {
                for Prediction { key, score } in predictions {
                    insert_prediction(tx, *document, PredictionKey { run, ..*key }, *score)?;
                }
            }
            Ok(())
        })
    }

    /// Makes a run visible.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn finish_run(&mut self, run: RunId) -> Result<()> {
        self.write(|tx| tx.execute("UPDATE runs SET done = 1 WHERE id = ?1", [run.0]).map(drop))
    }

    /// All finished runs, oldest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn runs(&self) -> Result<Vec<Run>> {
        self.read(|c| {
            c.prepare_cached(&format!("SELECT {RUN_COLUMNS} FROM runs WHERE {VISIBLE_RUN} ORDER BY id"))?
                .query_map([], run_of_row)?
                .collect()
        })
    }

    /// The run of this name.
    ///
    /// # Errors
    /// When there is none, naming those there are.
    pub fn run(&self, name: &str) -> Result<Run> {
        let runs = self.runs()?;
        if let Some(run) = runs.iter().find(|r| r.name == name) {
            return Ok(run.clone());
        }
        let names: Vec<&str> = runs.iter().map(|r| r.name.as_str()).collect();
        let hint =
            if names.is_empty() { " (it has none yet)".into() } else { format!("; it has {}", names.join(", ")) };
        Err(StoreError::Unknown { what: "run", name: name.to_owned(), hint })
    }

    /// What a run said of a document's text as it is now, by place.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn predictions(&self, run: RunId, document: DocumentId) -> Result<Vec<Prediction>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT start, end, label, score FROM predictions WHERE run = ?1 AND document = ?2
                 AND version = (SELECT version FROM documents WHERE id = ?2) ORDER BY start, end DESC, label",
            )?
            .query_map(params![run.0, document.0], |r| prediction_of_row(run, r))?
            .collect()
        })
    }

    /// The documents that a run knows with another text than they have now: it has said something about another version
    /// and nothing about this one, or the text has changed since the run was made and it has said nothing about the new
    /// one. By number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn outdated(&self, run: &Run) -> Result<Vec<DocumentId>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT d.id FROM documents d
                 WHERE EXISTS (SELECT 1 FROM document_versions v WHERE v.document = d.id)
                     AND NOT EXISTS (SELECT 1 FROM predictions p
                         WHERE p.run = ?1 AND p.document = d.id AND p.version = d.version)
                     AND (EXISTS (SELECT 1 FROM predictions p WHERE p.run = ?1 AND p.document = d.id)
                         OR EXISTS (SELECT 1 FROM edits e JOIN groups g ON g.id = e.grp
                             WHERE e.document = d.id AND g.at > ?2
                                 AND json_extract(e.change, '$.kind') = 'document'
                                 AND json_extract(e.change, '$.before.version')
                                     <> json_extract(e.change, '$.after.version')))
                 ORDER BY d.id",
            )?
            .query_map(params![run.id.0, run.created], |r| Ok(DocumentId(r.get(0)?)))?
            .collect()
        })
    }

    /// Shows `each` thing a run said of the texts, as they are now, of the documents from `first` to `last`: by document,
    /// then by place. One walk, however many documents there are.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn predictions_of(
        &self,
        run: RunId,
        (first, last): (DocumentId, DocumentId),
        mut each: impl FnMut(DocumentId, Prediction),
    ) -> Result<()> {
        self.read(|c| {
            let mut select = c.prepare_cached(
                "SELECT p.start, p.end, p.label, p.score, p.document FROM predictions p
                 WHERE p.run = ?1 AND p.document BETWEEN ?2 AND ?3
                     AND p.version = (SELECT d.version FROM documents d WHERE d.id = p.document)
                 ORDER BY p.document, p.version, p.start, p.end DESC, p.label",
            )?;
            let mut rows = select.query(params![run.0, first.0, last.0])?;
            while let Some(row) = rows.next()? {
                each(DocumentId(row.get(4)?), prediction_of_row(run, row)?);
            }
            Ok(())
        })
    }
}

/// A prediction from its row: start, end, label, score.
fn prediction_of_row(run: RunId, r: &Row) -> rusqlite::Result<Prediction> {
    let range = CharRange::new(r.get::<_, i64>(0)? as usize, r.get::<_, i64>(1)? as usize);
    Ok(Prediction { key: PredictionKey { run, range, label: LabelId(r.get(2)?) }, score: r.get::<_, f64>(3)? as f32 })
}

const RUN_COLUMNS: &str = "id, name, spec, created, live";
const VISIBLE_RUN: &str = "done = 1 AND import NOT IN (SELECT id FROM imports WHERE done = 0)";

fn run_of_row(r: &Row) -> rusqlite::Result<Run> {
    Ok(Run {
        id: RunId(r.get(0)?),
        name: r.get(1)?,
        spec: from_json(&r.get::<_, String>(2)?)?,
        created: r.get(3)?,
        live: r.get(4)?,
    })
}
