//! A copy of a project, taken while it may be open elsewhere.

use std::fs::{File, TryLockError};
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags};

use super::error::{Result, StoreError};
use super::project::Project;
use super::schema;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Size of the file.
    pub bytes: u64,
    /// Documents in it, removed ones too.
    pub documents: u64,
    /// Edits in it.
    pub edits: u64,
}

impl Project {
    /// A consistent copy of the whole project in one file. It is written beside its place as `FILE.part`, checked, and
    /// moved when it is whole; a file that is there is never replaced.
    ///
    /// # Errors
    /// When `to` exists or cannot be written, when another backup is writing it, or when the copy does not check.
    pub fn backup(&self, to: &Path) -> Result<Backup> {
        let taken = || io(to)(Error::new(ErrorKind::AlreadyExists, "is there already; nothing was written"));
        if to.symlink_metadata().is_ok() {
            return Err(taken());
        }
        let part = beside(to);
        // The lock tells a backup under way from what a killed one left, which is written over.
        let lock = File::options().create(true).write(true).truncate(false).open(&part).map_err(io(&part))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(io(to)(Error::new(ErrorKind::AlreadyExists, "another backup is writing this file")));
            }
            Err(TryLockError::Error(e)) => return Err(io(&part)(e)),
        }
        let written = self.write_copy(&lock, &part).and_then(|backup| {
            // A link is made only where nothing is; a rename would replace what came in the meantime.
            match std::fs::hard_link(&part, to) {
                Ok(()) => {}
                Err(e) if e.kind() == ErrorKind::AlreadyExists => return Err(taken()),
                Err(_) if to.symlink_metadata().is_ok() => return Err(taken()),
                Err(_) => return std::fs::rename(&part, to).map(|()| backup).map_err(io(to)),
            }
            std::fs::remove_file(&part).map(|()| backup).map_err(io(&part))
        });
        if written.is_err() {
            let _ = std::fs::remove_file(&part);
        }
        if let Some(folder) = to.parent().filter(|p| !p.as_os_str().is_empty()) {
            // So that the name outlives a power cut too; where folders cannot be synced, the file is.
            let _ = File::open(folder).and_then(|f| f.sync_all());
        }
        written
    }

    fn write_copy(&self, lock: &File, part: &Path) -> Result<Backup> {
        lock.set_len(0).map_err(io(part))?;
        // Names of files need not be UTF-8.
        let target = ToSqlOutput::Borrowed(ValueRef::Text(part.as_os_str().as_encoded_bytes()));
        self.connection.execute("VACUUM INTO ?1", [target]).map_err(|e| StoreError::sql(part, e))?;
        lock.sync_all().map_err(io(part))?;
        let backup = check(part)?;
        Ok(Backup { bytes: lock.metadata().map_err(io(part))?.len(), ..backup })
    }
}

/// Opens a copy, without changing it, and looks whether it is whole.
fn check(file: &Path) -> Result<Backup> {
    let sql = |e| StoreError::sql(file, e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(file, flags).map_err(sql)?;
    let owner: i64 = copy.pragma_query_value(None, "application_id", |r| r.get(0)).map_err(sql)?;
    if owner != schema::APPLICATION_ID {
        return Err(StoreError::NotGleaner(file.to_path_buf()));
    }
    let whole: String = copy.pragma_query_value(None, "quick_check", |r| r.get(0)).map_err(sql)?;
    if whole != "ok" {
        return Err(StoreError::Damaged { path: file.to_path_buf(), what: whole });
    }
    let count = |table: &str| -> Result<u64> {
        copy.query_row(&format!("SELECT count(*) FROM {table}"), [], |r| r.get::<_, i64>(0))
            .map(|n| n as u64)
            .map_err(sql)
    };
    Ok(Backup { bytes: 0, documents: count("documents")?, edits: count("edits")? })
}

/// `FILE.part`.
fn beside(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".part");
    PathBuf::from(name)
}

fn io(path: &Path) -> impl Fn(Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError::Io { path: path.clone(), source }
}
