//! Rebuilds every view from the edits, in a store of its own, and compares.

use rusqlite::{Connection, params};

use super::apply::{Refusal, apply};
use super::error::{Result, StoreError};
use super::journal::from_json;
use super::project::Project;
use super::schema;

/// What a check of the store found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Edits replayed.
    pub edits: u64,
    /// Everything that is not as it should be, in words; empty when all is well.
    pub problems: Vec<String>,
}

/// The views, as the columns that must come out the same.
const VIEWS: &[(&str, &str)] = &[
    (
        "responses",
        "SELECT document, annotator, status, next_span, coverage FROM responses ORDER BY document, annotator",
    ),
    (
        "spans",
        "SELECT document, annotator, id, start, end, label, origin, prediction FROM spans
         ORDER BY document, annotator, id",
    ),
    (
        "decisions",
        "SELECT document, annotator, run, start, end, label, score, verdict, bulk FROM decisions
         ORDER BY document, annotator, run, start, end, label",
    ),
    ("notes", "SELECT document, annotator, span, text, flag, start, end FROM notes ORDER BY document, annotator, span"),
    ("begun documents", "SELECT annotator, block, n FROM begun WHERE n <> 0 ORDER BY annotator, block"),
    ("labels", "SELECT id, name, position, body FROM labels ORDER BY id"),
    ("documents", "SELECT id, removed, version FROM documents ORDER BY id"),
    ("blind marks", "SELECT key FROM meta WHERE key >= 'blind/' AND key < 'blind0' ORDER BY key"),
    ("runs", "SELECT id, done FROM runs ORDER BY id"),
    ("task card", "SELECT value FROM meta WHERE key = 'task'"),
    ("counters", "SELECT annotator, status, n FROM counters WHERE n <> 0 AND status <> 0 ORDER BY annotator, status"),
];

impl Project {
    /// Checks the file, replays all edits into an empty store and compares every view with what is there.
    ///
    /// # Errors
    /// When the store cannot be read. What does not fit is in the answer, not an error.
    pub fn verify(&self) -> Result<Verification> {
        let mut found = Verification::default();
        // One look at everything: what another process writes meanwhile would be in some of it and not in the rest.
        let _look = self.connection.unchecked_transaction().map_err(|e| StoreError::sql(&self.file, e))?;
        let integrity: String = self.read(|c| c.pragma_query_value(None, "integrity_check", |r| r.get(0)))?;
        if integrity != "ok" {
            found.problems.push(format!("integrity check: {integrity}"));
        }
        // An empty name is a private temporary file: bounded memory however many edits there are.
        let sql = |e| StoreError::sql(&self.file, e);
        let mut rebuilt = Connection::open("").map_err(sql)?;
        rebuilt.pragma_update(None, "synchronous", "OFF").map_err(sql)?;
        schema::migrate(&mut rebuilt).map_err(sql)?;
        let tx = rebuilt.transaction().map_err(sql)?;
        self.seed(&tx).map_err(sql)?;
        self.replay(&tx, &mut found)?;
        for (what, query) in VIEWS {
            let (here, there) = (dump(&self.connection, query).map_err(sql)?, dump(&tx, query).map_err(sql)?);
            if here != there {
                let first = here.iter().zip(&there).find(|(a, b)| a != b);
                let detail = match first {
                    Some((a, b)) => format!("stored {a}, rebuilt {b}"),
                    None => format!("stored {} rows, rebuilt {}", here.len(), there.len()),
                };
                found.problems.push(format!("{what}: not what the edits say: {detail}"));
            }
        }
        Ok(found)
    }

    /// Documents and runs as they first came, without their texts: edits only need their lengths. A document that was
    /// typed in came hidden, and its first edit showed it; so with runs.
    fn seed(&self, tx: &rusqlite::Transaction) -> rusqlite::Result<()> {
        let mut select = self.connection.prepare(
            "SELECT d.id, max(d.chars, coalesce((SELECT max(v.chars) FROM document_versions v WHERE v.document = d.id), 0)),
                    d.import NOT IN (SELECT id FROM imports WHERE done = 0),
                    coalesce((SELECT json_extract(e.change, '$.before.removed') FROM edits e WHERE e.document = d.id
                        AND json_valid(e.change) AND json_extract(e.change, '$.kind') = 'document' ORDER BY e.id LIMIT 1), 0)
             FROM documents d",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (id, chars, visible, removed): (i64, i64, bool, bool) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            tx.prepare_cached(
                "INSERT INTO documents (id, text, chars, text_hash, metadata, provenance, import, removed)
                 VALUES (?1, '', ?2, x'', '{}', '{}', ?3, ?4)",
            )?
            .execute(params![id, chars, i64::from(!visible), removed])?;
        }
        tx.execute("INSERT INTO counters SELECT '', -1, count(*) FROM documents WHERE import = 0 AND removed = 0", [])?;
        let mut select = self.connection.prepare(
            "SELECT r.id, coalesce((SELECT json_extract(e.change, '$.before') FROM edits e WHERE e.document IS NULL
                 AND json_valid(e.change) AND json_extract(e.change, '$.kind') = 'run' AND json_extract(e.change, '$.run') = r.id
                 ORDER BY e.id LIMIT 1), r.done)
             FROM runs r",
        )?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let (id, done): (i64, bool) = (row.get(0)?, row.get(1)?);
            tx.execute(
                "INSERT INTO runs (id, name, spec, created, done) VALUES (?1, ?1, '', 0, ?2)",
                params![id, done],
            )?;
        }
        tx.execute("INSERT INTO imports VALUES (1, '', 0, 0)", [])?;
        let first: Option<String> =
            self.connection.query_row("SELECT max(value) FROM meta WHERE key = 'first_task'", [], |r| r.get(0))?;
        if let Some(first) = first {
            tx.execute("INSERT INTO meta VALUES ('task', ?1)", [first])?;
        }
        Ok(())
    }

    fn replay(&self, tx: &rusqlite::Transaction, found: &mut Verification) -> Result<()> {
        let sql = |e| StoreError::sql(&self.file, e);
        let mut select = self.connection.prepare("SELECT id, change FROM edits ORDER BY id").map_err(sql)?;
        let mut rows = select.query([]).map_err(sql)?;
        while let Some(row) = rows.next().map_err(sql)? {
            let id: i64 = row.get(0).map_err(sql)?;
            let json: String = row.get(1).map_err(sql)?;
            found.edits += 1;
            let outcome = from_json(&json).map_err(Refusal::Sql).and_then(|change| apply(tx, &change));
            match outcome {
                Ok(()) => {}
                Err(Refusal::Sql(e)) => found.problems.push(format!("edit {id}: {e}")),
                Err(Refusal::Store(e)) => found.problems.push(format!("edit {id}: {e}")),
            }
        }
        let orphans: i64 = self.read(|c| {
            c.query_row("SELECT count(*) FROM edits WHERE grp NOT IN (SELECT id FROM groups)", [], |r| r.get(0))
        })?;
        if orphans > 0 {
            found.problems.push(format!("{orphans} edits belong to no group"));
        }
        Ok(())
    }
}

/// All rows of a query as text.
fn dump(connection: &Connection, query: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare(query)?;
    let columns = statement.column_count();
    let mut rows = statement.query([])?;
    let mut lines = Vec::new();
    while let Some(row) = rows.next()? {
        let cells: Vec<String> = (0..columns)
            .map(|i| row.get::<_, rusqlite::types::Value>(i).map(|v| format!("{v:?}")))
            .collect::<rusqlite::Result<_>>()?;
        lines.push(cells.join(" | "));
    }
    Ok(lines)
}
