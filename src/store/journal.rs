//! Edits: writing a group, taking it back, doing it again.
//!
//! A group and everything it changes is one transaction. The journal only grows: undo writes a new group that turns the
//! old one round. Undo and redo touch one's own groups of kind `do`, `undo` and `redo`, never what an import brought.

use rusqlite::types::Type;
use rusqlite::{OptionalExtension, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};

use super::apply::{Refusal, apply};
use super::change::{Change, Group};
use super::error::{Result, StoreError};
use super::gold::gold_set_of;
use super::project::{Project, now};
use crate::dataset::DocumentId;

/// Number of a group in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub i64);

/// What an undo or a redo did.
#[derive(Clone, Debug, PartialEq)]
pub struct Undone {
    /// The reason of the group that was taken back or done again.
    pub reason: String,
    /// The changes as they were applied now.
    pub changes: Vec<Change>,
    /// The document they touch, if any: where the screen goes.
    pub document: Option<DocumentId>,
}

/// A line of the history.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryLine {
    /// The group.
    pub id: GroupId,
    /// Who.
    pub actor: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// What: `do`, `undo`, `redo` or `import`.
    pub kind: String,
    /// In words.
    pub reason: String,
    /// Whether it has been taken back.
    pub undone: bool,
}

impl Project {
    /// Writes a group: all of it or nothing, on disk when this returns.
    ///
    /// # Errors
    /// [`StoreError::Stale`] when something is no longer as a change's `before` says; others when the store cannot be
    /// written. Nothing was changed then.
    pub fn commit(&mut self, group: &Group) -> Result<GroupId> {
        self.transact(|tx| write_group(tx, group))
    }

    /// Takes back the actor's last group that is not taken back yet; `None` when there is none.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn undo(&mut self, actor: &str) -> Result<Option<Undone>> {
        self.turn_round(
            actor,
            "undo",
            "SELECT id, reason FROM groups WHERE actor = ?1 AND kind IN ('do', 'redo') AND undone = 0
             ORDER BY id DESC LIMIT 1",
        )
    }

    /// Does the actor's last undone group again; `None` when there is none, or when something was done since.
    ///
    /// # Errors
    /// As [`Project::commit`].
    pub fn redo(&mut self, actor: &str) -> Result<Option<Undone>> {
        self.turn_round(
            actor,
            "redo",
            "SELECT id, reason FROM groups WHERE actor = ?1 AND kind = 'undo' AND undone = 0 AND id >
                 (SELECT coalesce(max(id), 0) FROM groups WHERE actor = ?1 AND kind = 'do')
             ORDER BY id DESC LIMIT 1",
        )
    }

    fn turn_round(&mut self, actor: &str, kind: &str, pick: &str) -> Result<Option<Undone>> {
        let mut picked = None;
        let turned = self.transact(|tx| {
            let Some((target, reason)) =
                tx.query_row(pick, [actor], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?))).optional()?
            else {
                return Ok(None);
            };
            picked = Some((target, reason.clone()));
            let mut changes = group_changes(tx, target)?;
            changes.reverse();
            let id = insert_group(tx, actor, &reason, kind, Some(target), 0)?;
            changes.iter_mut().for_each(|change| *change = change.reversed());
            write_changes(tx, id, &changes)?;
            tx.execute("UPDATE groups SET undone = 1 WHERE id = ?1", [target])?;
            // A frozen set that comes or goes is not shown in one of its documents.
            let whole_set = changes.iter().any(is_of_whole_set);
            let document = changes.iter().rev().find_map(Change::document).filter(|_| !whole_set);
            Ok(Some(Undone { reason, changes, document }))
        });
        match (turned, picked) {
            (Err(StoreError::Stale(_)), Some((target, reason))) => Err(self.pass_over(actor, target, reason)?),
            (turned, _) => turned,
        }
    }

    /// A group that somebody else's work stands on is picked no more; otherwise nothing before it could ever be undone.
    fn pass_over(&mut self, actor: &str, target: i64, reason: String) -> Result<StoreError> {
        let by: Option<(String, String)> = self.write(|tx| {
            tx.execute("UPDATE groups SET undone = 2 WHERE id = ?1", [target])?;
            tx.query_row(
                "SELECT g.actor, g.reason FROM edits mine JOIN edits e ON e.document = mine.document AND e.id > mine.id
                 JOIN groups g ON g.id = e.grp WHERE mine.grp = ?1 AND g.actor <> ?2 ORDER BY g.id DESC LIMIT 1",
                params![target, actor],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .optional()
        })?;
        let by = by.map_or("it was changed".into(), |(who, what)| format!("{who} did “{what}”"));
        Ok(StoreError::Overtaken { reason, by })
    }

    /// The newest `limit` groups of the journal, newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn history(&self, limit: usize) -> Result<Vec<HistoryLine>> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT id, actor, at, kind, reason, undone = 1 FROM groups
                 WHERE import NOT IN (SELECT id FROM imports WHERE done = 0) ORDER BY id DESC LIMIT ?1",
            )?
            .query_map([limit as i64], |r| {
                Ok(HistoryLine {
                    id: GroupId(r.get(0)?),
                    actor: r.get(1)?,
                    at: r.get(2)?,
                    kind: r.get(3)?,
                    reason: r.get(4)?,
                    undone: r.get(5)?,
                })
            })?
            .collect()
        })
    }

    /// One transaction whose steps may refuse.
    pub(super) fn transact<T>(&mut self, f: impl FnOnce(&Transaction) -> std::result::Result<T, Refusal>) -> Result<T> {
        let mut refusal = None;
        let done = self.write(|tx| match f(tx) {
            Ok(value) => Ok(value),
            Err(Refusal::Sql(e)) => Err(e),
            Err(Refusal::Store(e)) => {
                refusal = Some(e);
                // Any error rolls the transaction back; the real one is in `refusal`.
                Err(rusqlite::Error::ExecuteReturnedResults)
            }
        });
        match refusal {
            Some(e) => Err(*e),
            None => done,
        }
    }
}

/// True for the changes by which a frozen gold set is made or removed.
fn is_of_whole_set(change: &Change) -> bool {
    match change {
        Change::Response { annotator, before, after, .. } => {
            gold_set_of(annotator).is_some() && before.is_some() != after.is_some()
        }
        Change::Blind { annotator, .. } => gold_set_of(annotator).is_some(),
        _ => false,
    }
}

/// Writes the head of a group.
pub(super) fn insert_group(
    tx: &Transaction,
    actor: &str,
    reason: &str,
    kind: &str,
    target: Option<i64>,
    import: i64,
) -> rusqlite::Result<i64> {
    tx.prepare_cached("INSERT INTO groups (actor, at, reason, kind, target, import) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute(params![actor, now(), reason, kind, target, import])?;
    Ok(tx.last_insert_rowid())
}

/// Writes a group that a person has made.
pub(super) fn write_group(tx: &Transaction, group: &Group) -> std::result::Result<GroupId, Refusal> {
    let id = insert_group(tx, &group.actor, &group.reason, "do", None, 0)?;
    write_changes(tx, id, &group.changes)?;
    Ok(GroupId(id))
}

/// Applies the changes of a group and writes them down.
fn write_changes(tx: &Transaction, group: i64, changes: &[Change]) -> std::result::Result<(), Refusal> {
    for (at, change) in changes.iter().enumerate() {
        apply(tx, change)?;
        insert_row(tx, group, change)?;
        // Once for all edits of a document that follow one another: a large group has many.
        // Freezing is not work on a document.
        let last = changes.get(at + 1).map(Change::document) != Some(change.document());
        if last && !is_of_whole_set(change) {
            touch(tx, change)?;
        }
    }
    Ok(())
}

/// Writes one edit of a group.
pub(super) fn insert_edit(tx: &Transaction, group: i64, change: &Change) -> rusqlite::Result<()> {
    insert_row(tx, group, change)?;
    touch(tx, change)
}

fn insert_row(tx: &Transaction, group: i64, change: &Change) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT INTO edits (grp, document, change) VALUES (?1, ?2, ?3)")?.execute(params![
        group,
        change.document().map(|d| d.0),
        to_json(change)
    ])?;
    Ok(())
}

/// The edit just written is the last one of its document.
fn touch(tx: &Transaction, change: &Change) -> rusqlite::Result<()> {
    if let Some(document) = change.document() {
        let edit = tx.last_insert_rowid();
        tx.prepare_cached("UPDATE ranks SET edited = ?2 WHERE document = ?1")?.execute([document.0, edit])?;
    }
    Ok(())
}

/// The changes of a group, in the order they were applied.
pub(super) fn group_changes(tx: &Transaction, group: i64) -> rusqlite::Result<Vec<Change>> {
    tx.prepare_cached("SELECT change FROM edits WHERE grp = ?1 ORDER BY id")?
        .query_map([group], |r| from_json(&r.get::<_, String>(0)?))?
        .collect()
}

/// JSON for a column. Our own types always have one.
pub(super) fn to_json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// JSON from a column; what cannot be read is reported as a conversion failure of the database.
pub(super) fn from_json<T: DeserializeOwned>(json: &str) -> rusqlite::Result<T> {
    serde_json::from_str(json).map_err(|e| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(e)))
}

impl From<StoreError> for Refusal {
    fn from(e: StoreError) -> Self {
        Refusal::Store(Box::new(e))
    }
}
