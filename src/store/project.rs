//! Opening and making a project: one folder with one database in it.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags, OptionalExtension};

use super::error::{Result, StoreError};
use super::ground::{self, Identity};
use super::{import, journal, schema};
use crate::dataset::TaskCard;

/// A project that is open. Several processes may have one open at the same time.
#[derive(Debug)]
pub struct Project {
    pub(super) dir: PathBuf,
    pub(super) file: PathBuf,
    /// Which file it was when it was opened.
    identity: Option<Identity>,
    pub(super) connection: Connection,
    pub(super) notices: Vec<String>,
    read_only: bool,
}

impl Project {
    /// Makes a project in `dir` (created if missing).
    ///
    /// # Errors
    /// When there is one already or the folder cannot be written.
    pub fn create(dir: &Path, card: &TaskCard) -> Result<Self> {
        if database(dir).exists() {
            return Err(StoreError::ProjectExists(dir.to_path_buf()));
        }
        std::fs::create_dir_all(dir).map_err(|source| StoreError::Io { path: dir.to_path_buf(), source })?;
        let mut project = Self::connect(dir, true)?;
        let json = journal::to_json(card);
        project.write(|tx| {
            tx.execute("INSERT OR IGNORE INTO meta VALUES ('task', ?1)", [&json])?;
            tx.execute("INSERT OR IGNORE INTO meta VALUES ('first_task', ?1)", [&json])
        })?;
        Ok(project)
    }

    /// Opens the project in `dir`, bringing an older format up to date and clearing what a broken import left.
    ///
    /// # Errors
    /// When there is none, it is not ours, it is newer than this program, or it cannot be read.
    pub fn open(dir: &Path) -> Result<Self> {
        if !database(dir).is_file() {
            return Err(StoreError::NoProject(dir.to_path_buf()));
        }
        let mut project = Self::connect(dir, false)?;
        if !project.read_only {
            import::clear_leftovers(&mut project)?;
        }
        Ok(project)
    }

    /// True when `dir` holds a project.
    pub fn exists(dir: &Path) -> bool {
        database(dir).is_file()
    }

    fn connect(dir: &Path, create: bool) -> Result<Self> {
        let file = database(dir);
        let sql = |e| StoreError::sql(&file, e);
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if create {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let mut notices = Vec::new();
        let (mut connection, read_only) = match ground::open(&file, flags).map_err(sql) {
            Ok(connection) => {
                let read_only = !create && connection.is_readonly("main").map_err(sql)?;
                (connection, read_only)
            }
            // A write-ahead log wants a file beside this one even for reading; without one nobody can be writing.
            Err(StoreError::ReadOnly(_)) if !create => {
                if std::fs::metadata(file.with_extension("db-wal")).is_ok_and(|log| log.len() > 0) {
                    let lost = "its newest edits are still in gleaner.db-wal and cannot be read from there";
                    notices.push(lost.to_owned());
                }
                (immutable(&file).map_err(sql)?, true)
            }
            Err(error) => return Err(error),
        };
        let format: i64 = connection.pragma_query_value(None, "user_version", |r| r.get(0)).map_err(sql)?;
        let owner: i64 = connection.pragma_query_value(None, "application_id", |r| r.get(0)).map_err(sql)?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_master", [], |r| r.get(0)).map_err(sql)?;
        if owner != schema::APPLICATION_ID && (tables > 0 || !create) {
            return Err(StoreError::NotGleaner(file));
        }
        if format > schema::newest() {
            return Err(StoreError::Newer { path: file, found: format, known: schema::newest() });
        }
        if read_only {
            if format < schema::newest() {
                return Err(StoreError::OldReadOnly { path: file, found: format, known: schema::newest() });
            }
            let place = dir.display();
            notices.insert(0, format!("{place} cannot be written: open for reading only, every edit will be refused"));
        } else {
            notices = ground::set_journal(&connection, dir, &file).map_err(sql)?;
            if format < schema::newest() {
                schema::migrate(&mut connection).map_err(sql)?;
            }
        }
        connection.set_prepared_statement_cache_capacity(64);
        let identity = Identity::of(&file);
        Ok(Self { dir: dir.to_path_buf(), file, identity, connection, notices, read_only })
    }

    /// A second connection that only reads, for another thread.
    ///
    /// # Errors
    /// When the file cannot be opened again.
    pub fn reader(&self) -> Result<Self> {
        let sql = |e| StoreError::sql(&self.file, e);
        let connection = match ground::readable(&self.file, READING) {
            // What we cannot write others may still write: only where reading needs a file beside it, nobody can.
            Err(_) if self.read_only => immutable(&self.file),
            opened => opened,
        };
        let connection = connection.map_err(sql)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            dir: self.dir.clone(),
            file: self.file.clone(),
            identity: self.identity,
            connection,
            notices: Vec::new(),
            read_only: true,
        })
    }

    /// The project's folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// True when nothing can be written here; every edit is refused then.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// True when reading on one connection keeps an edit on another waiting: without a write-ahead log.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reading_blocks_writing(&self) -> Result<bool> {
        let mode: String = self.read(|c| c.pragma_query_value(None, "journal_mode", |r| r.get(0)))?;
        Ok(!mode.eq_ignore_ascii_case("wal"))
    }

    /// What the person should know about how the project is stored.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// The task card.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn task_card(&self) -> Result<TaskCard> {
        self.read(|c| {
            let json: Option<String> =
                c.query_row("SELECT value FROM meta WHERE key = 'task'", [], |r| r.get(0)).optional()?;
            Ok(json.map(|j| journal::from_json(&j)).transpose()?.unwrap_or_default())
        })
    }

    /// Changes when another process has written to the project.
    ///
    /// # Errors
    /// When the store cannot be read, or its file was moved, deleted or replaced.
    pub fn data_version(&self) -> Result<i64> {
        self.still_there()?;
        self.read(|c| c.pragma_query_value(None, "data_version", |r| r.get(0)))
    }

    /// What the annotator's screen remembers under `key`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn ui_state(&self, annotator: &str, key: &str) -> Result<Option<String>> {
        self.read(|c| {
            c.prepare_cached("SELECT value FROM ui_state WHERE annotator = ?1 AND key = ?2")?
                .query_row([annotator, key], |r| r.get(0))
                .optional()
        })
    }

    /// Remembers `value` under `key` for the annotator's screen.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn set_ui_state(&mut self, annotator: &str, key: &str, value: &str) -> Result<()> {
        self.write(|tx| {
            tx.execute("INSERT OR REPLACE INTO ui_state VALUES (?1, ?2, ?3)", [annotator, key, value]).map(drop)
        })
    }

    /// Whether a commit waits for the disk. The batches of an import need not: nobody sees them, and the write-ahead log
    /// keeps their order, so the last commit, which does wait, brings all of them to the disk or none. A rollback journal
    /// gives no such promise and always waits.
    pub(crate) fn wait_for_disk(&self, wait: bool) -> Result<()> {
        let level = if wait || self.reading_blocks_writing()? { "FULL" } else { "NORMAL" };
        self.connection.pragma_update(None, "synchronous", level).map_err(|e| StoreError::sql(&self.file, e))
    }

    /// Reads, giving errors their words.
    pub(super) fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        f(&self.connection).map_err(|e| StoreError::sql(&self.file, e))
    }

    /// What is written to a file that has lost its name is lost when the last process lets go of it: not a save.
    fn still_there(&self) -> Result<()> {
        let there = self.identity.is_none() || Identity::of(&self.file) == self.identity;
        if there { Ok(()) } else { Err(StoreError::Gone(self.file.clone())) }
    }

    /// Writes in one transaction that takes the write lock at once, so that it cannot fail half-way for a lock.
    pub(super) fn write<T>(&mut self, f: impl FnOnce(&rusqlite::Transaction) -> rusqlite::Result<T>) -> Result<T> {
        let file = self.file.clone();
        if self.read_only {
            return Err(StoreError::ReadOnly(file));
        }
        let sql = |e| StoreError::sql(&file, e);
        self.still_there()?;
        let tx = self.connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(sql)?;
        let value = f(&tx).map_err(sql)?;
        tx.commit().map_err(sql)?;
        self.still_there()?;
        Ok(value)
    }
}

const READING: OpenFlags = OpenFlags::SQLITE_OPEN_READ_ONLY.union(OpenFlags::SQLITE_OPEN_NO_MUTEX);

/// Opens a file that nobody can be writing, without locks and without anything beside it.
fn immutable(file: &Path) -> rusqlite::Result<Connection> {
    let mut uri = String::from("file:");
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            _ => uri.push_str(&format!("%{byte:02x}")),
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags(uri, READING.union(OpenFlags::SQLITE_OPEN_URI))
}

/// The database of the project in `dir`.
pub(super) fn database(dir: &Path) -> PathBuf {
    dir.join("gleaner.db")
}

/// Milliseconds since 1970, UTC.
pub(super) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::dataset::Record;
    use crate::store::ImportOptions;

    /// What `PRAGMA synchronous` is before, in and after an import.
    fn levels(project: &mut Project) -> [i64; 3] {
        let level = |p: &Project| p.read(|c| c.pragma_query_value(None, "synchronous", |r| r.get(0))).unwrap();
        let before = level(project);
        let mut import = project.import(ImportOptions::default()).unwrap();
        import.add(Record { text: "one".into(), ..Record::default() }).unwrap();
        let during = level(import.project());
        import.finish().unwrap();
        [before, during, level(project)]
    }

    #[test]
    fn the_batches_of_an_import_wait_for_the_disk_where_no_write_ahead_log_keeps_their_order() {
        let dir = tempfile::tempdir().unwrap();
        let (full, normal) = (2, 1);
        let mut project = Project::create(dir.path(), &TaskCard::default()).unwrap();
        assert_eq!(levels(&mut project), [full, normal, full]);
        project.connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(())).unwrap();
        assert_eq!(levels(&mut project), [full, full, full]);
    }
}
