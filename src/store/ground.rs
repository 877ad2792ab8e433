//! The ground a project lies on: what its file system can do, and whether its file is still the one that was opened.

use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::BUSY_SECONDS;

/// Which file a name means: device and number. A name may come to mean another one, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity(u64, u64);

impl Identity {
    /// Of the file at `path`; `None` when there is none, or where files have no numbers.
    #[cfg(unix)]
    pub fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|m| Self(m.dev(), m.ino()))
    }

    /// Of the file at `path`; `None` when there is none, or where files have no numbers.
    #[cfg(not(unix))]
    pub fn of(_path: &Path) -> Option<Self> {
        None
    }
}

/// Opens a database so that it can be read: one left with a write-ahead log cannot be where processes cannot share memory
/// (a project that was copied there), so it gets a rollback journal first.
pub(super) fn open(file: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    // SQLite would read, and fail at the first write.
    if !shared_is_a_folder(file) {
        match readable(file, flags) {
            Err(error) if may_lack_memory(&error) => leave_wal(file, flags).map_err(|_| error)?,
            done => return done,
        }
    } else {
        leave_wal(file, flags)?;
    }
    readable(file, flags)
}

/// Opens a database and looks whether it can be read.
pub(super) fn readable(file: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(Duration::from_secs(BUSY_SECONDS))?;
    connection.pragma_query_value(None, "schema_version", |r| r.get::<_, i64>(0))?;
    Ok(connection)
}

fn may_lack_memory(error: &rusqlite::Error) -> bool {
    use ErrorCode::{CannotOpen, ReadOnly, SystemIoFailure};
    matches!(error.sqlite_error_code(), Some(CannotOpen | ReadOnly | SystemIoFailure))
}

/// Ends the write-ahead log, what is in it included. Who holds the file alone from the beginning needs no shared memory.
fn leave_wal(file: &Path, flags: OpenFlags) -> rusqlite::Result<()> {
    let alone = Connection::open_with_flags(file, flags)?;
    alone.busy_timeout(Duration::from_secs(BUSY_SECONDS))?;
    alone.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    if is_wal(&alone)? {
        alone.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    }
    Ok(())
}

/// Write-ahead log where it is safe; a rollback journal on network file systems, where it is not, and where processes
/// cannot share memory. Says what is not as usual.
pub(super) fn set_journal(connection: &Connection, dir: &Path, file: &Path) -> rusqlite::Result<Vec<String>> {
    let mut notices = Vec::new();
    let network = network_file_system(dir);
    if let Some(kind) = network {
        notices.push(format!(
            "{} lies on a network file system ({kind}): using a rollback journal; \
             do not open it from two machines at once",
            dir.display()
        ));
        connection.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    } else if !has_wal(connection, file)? {
        notices.push(format!("{}: no write-ahead log on this file system: using a rollback journal", dir.display()));
    }
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -16_000)?;
    Ok(notices)
}

/// Turns the write-ahead log on; false where there can be none.
fn has_wal(connection: &Connection, file: &Path) -> rusqlite::Result<bool> {
    if is_wal(connection)? {
        return Ok(true);
    }
    // Asked before it is tried: a database that says it has a log is unreadable for the others where there is none.
    if !shares_memory(file) {
        return Ok(false);
    }
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |r| r.get(0))?;
    Ok(mode.eq_ignore_ascii_case("wal"))
}

fn is_wal(connection: &Connection) -> rusqlite::Result<bool> {
    let mode: String = connection.pragma_query_value(None, "journal_mode", |r| r.get(0))?;
    Ok(mode.eq_ignore_ascii_case("wal"))
}

/// True when a file beside the database can be memory that processes share.
fn shares_memory(file: &Path) -> bool {
    if shared_is_a_folder(file) {
        return false;
    }
    let probe = beside(file, &format!("-probe-{}", std::process::id()));
    let shared = (|| -> std::io::Result<()> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&probe)?;
        file.set_len(4096)?;
        // SAFETY: a file of our own that nobody else knows; it is only mapped and let go.
        unsafe { memmap2::MmapMut::map_mut(&file) }.map(drop)
    })();
    let _ = std::fs::remove_file(&probe);
    shared.is_ok()
}

/// Something else is where the shared memory would be.
fn shared_is_a_folder(file: &Path) -> bool {
    beside(file, "-shm").is_dir()
}

fn beside(file: &Path, more: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(more);
    name.into()
}

#[cfg(target_os = "linux")]
pub(super) fn network_file_system(dir: &Path) -> Option<&'static str> {
    use std::os::unix::ffi::OsStrExt;
    let path = std::ffi::CString::new(dir.as_os_str().as_bytes()).ok()?;
    let mut stat: libc::statfs = unsafe { std::mem::zeroed() };
    // SAFETY: `path` is a C string that outlives the call and `stat` is a valid place to write to.
    if unsafe { libc::statfs(path.as_ptr(), &mut stat) } != 0 {
        return None;
    }
    // linux/magic.h
    match stat.f_type as u32 {
        0x6969 => Some("NFS"),
        0x517b => Some("SMB"),
        0xff53_4d42 | 0xfe53_4d42 => Some("CIFS"),
        0x0102_1997 => Some("9P"),
        0x5346_414f => Some("AFS"),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn network_file_system(_dir: &Path) -> Option<&'static str> {
    None
}
