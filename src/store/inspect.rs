//! A look at a project that changes nothing: no step to a newer format, no leftovers cleared.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::error::{Result, StoreError};
use super::ground::network_file_system;
use super::project::database;
use super::schema;

/// What a project's file is like.
#[derive(Clone, Debug, PartialEq)]
pub struct Inspection {
    /// The file.
    pub file: PathBuf,
    /// Its format, and the newest this program knows.
    pub format: (i64, i64),
    /// `wal`, `delete`, …: as SQLite names it.
    pub journal_mode: String,
    /// The kind of network file system it lies on, if it does.
    pub network: Option<&'static str>,
    /// Size of the file, and of the write-ahead log beside it.
    pub bytes: (u64, u64),
    /// Everything counted; empty when the format is older than this program's.
    pub counts: Vec<(&'static str, u64)>,
    /// Imports that began and did not end: running, or left by one that was killed.
    pub unfinished_imports: u64,
    /// Runs that began and did not end.
    pub unfinished_runs: u64,
}

/// What is counted, with the query that does it.
const COUNTS: &[(&str, &str)] = &[
    ("documents", "SELECT coalesce(sum(n), 0) FROM counters WHERE annotator = '' AND status = -1"),
    (
        "annotators",
        "SELECT count(DISTINCT annotator) FROM counters WHERE annotator <> '' AND n > 0 AND annotator NOT GLOB 'gold/*'",
    ),
    ("labels", "SELECT count(*) FROM labels"),
    ("spans", "SELECT count(*) FROM spans"),
    ("decisions", "SELECT count(*) FROM decisions"),
    ("runs", "SELECT count(*) FROM runs WHERE done = 1"),
    ("edits", "SELECT count(*) FROM edits"),
];

/// Looks at the project in `dir`.
///
/// # Errors
/// When there is none, it is not ours, it is newer than this program, or it cannot be read.
pub fn inspect(dir: &Path) -> Result<Inspection> {
    let file = database(dir);
    if !file.is_file() {
        return Err(StoreError::NoProject(dir.to_path_buf()));
    }
    let sql = |e| StoreError::sql(&file, e);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(&file, flags).map_err(sql)?;
    connection.busy_timeout(Duration::from_secs(2)).map_err(sql)?;
    let pragma = |name: &str| connection.pragma_query_value(None, name, |r| r.get::<_, i64>(0)).map_err(sql);
    if pragma("application_id")? != schema::APPLICATION_ID {
        return Err(StoreError::NotGleaner(file));
    }
    let format = pragma("user_version")?;
    if format > schema::newest() {
        return Err(StoreError::Newer { path: file.clone(), found: format, known: schema::newest() });
    }
    let number = |query: &str| connection.query_row(query, [], |r| r.get::<_, i64>(0)).map(|n| n as u64).map_err(sql);
    let current = format == schema::newest();
    let counts = if current { COUNTS } else { &[] };
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    let mut log = file.as_os_str().to_owned();
    log.push("-wal");
    Ok(Inspection {
        format: (format, schema::newest()),
        journal_mode: connection.pragma_query_value(None, "journal_mode", |r| r.get(0)).map_err(sql)?,
        network: network_file_system(dir),
        bytes: (size(&file), size(Path::new(&log))),
        counts: counts.iter().map(|(what, query)| Ok((*what, number(query)?))).collect::<Result<_>>()?,
        unfinished_imports: if current { number("SELECT count(*) FROM imports WHERE done = 0")? } else { 0 },
        unfinished_runs: if current { number("SELECT count(*) FROM runs WHERE done = 0")? } else { 0 },
        file: file.clone(),
    })
}

/// The version of SQLite that is built in.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}
