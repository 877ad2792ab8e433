//! One import at a time, and nothing left of one that did not end well.

use std::fs::{File, TryLockError};

use rusqlite::Transaction;

use crate::store::error::{Result, StoreError};
use crate::store::project::Project;

/// Takes the import lock of a project; `None` when another process holds it.
pub(super) fn lock(project: &Project) -> Result<Option<File>> {
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
pub(in crate::store) fn clear_leftovers(project: &mut Project) -> Result<()> {
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
pub(super) fn clear(tx: &Transaction, id: i64) -> rusqlite::Result<()> {
    let mine = "SELECT id FROM documents WHERE import = ?1";
    tx.execute(
        "UPDATE begun SET n = begun.n - gone.n FROM (
             SELECT r.annotator, r.document >> 8 AS block, count(*) AS n FROM documents d
             CROSS JOIN responses r ON r.document = d.id WHERE d.import = ?1 AND r.status > 0 GROUP BY 1, 2
         ) gone WHERE begun.annotator = gone.annotator AND begun.block = gone.block",
        [id],
    )?;
    for table in ["spans", "responses", "decisions", "predictions", "notes"] {
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
