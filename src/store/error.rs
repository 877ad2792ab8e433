//! What can go wrong with a project on disk, in words for people.

use std::path::{Path, PathBuf};

use crate::dataset::DocumentId;

/// An error of the store. Nothing was changed when one comes back.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder holds no project.
    #[error("{}: no gleaner project here (gleaner.db is missing); make one with `gleaner init {}`", .0.display(), .0.display())]
    NoProject(PathBuf),
    /// The folder already holds one.
    #[error("{}: there is a gleaner project here already; open it with `gleaner {}`", .0.display(), .0.display())]
    ProjectExists(PathBuf),
    /// The file is not a project of ours.
    #[error("{}: not a gleaner project file; nothing was changed", .0.display())]
    NotGleaner(PathBuf),
    /// Written by a later gleaner.
    #[error("{}: written by a newer gleaner (format {found}, this one knows up to {known}); update gleaner to open it", path.display())]
    Newer {
        /// The database file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The newest format known here.
        known: i64,
    },
    /// The file or the file system does not allow writing.
    #[error("{}: cannot be written (read-only file, folder or file system); nothing was changed", .0.display())]
    ReadOnly(PathBuf),
    /// An older format that cannot be brought up to date where it lies.
    #[error("{}: made by an older gleaner (format {found}, now {known}), and it cannot be brought up to date here because it cannot be written; copy the project to where it can, and open the copy", path.display())]
    OldReadOnly {
        /// The database file.
        path: PathBuf,
        /// Its format.
        found: i64,
        /// The format of this program.
        known: i64,
    },
    /// No space left.
    #[error("{}: the disk is full; this change was not saved and nothing else was lost: free some space and repeat it", .0.display())]
    DiskFull(PathBuf),
    /// The disk failed, or something does not let the file grow.
    #[error("{}: the disk failed ({what}); this was not done, and nothing else was lost: look at the disk, then repeat it", path.display())]
    Disk {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        what: String,
    },
    /// Moved away, deleted or replaced while it was open.
    #[error("{}: the project file was moved, deleted or replaced; nothing is saved any more: put it back, or quit and open the project again", .0.display())]
    Gone(PathBuf),
    /// Another process holds the lock for too long.
    #[error("{}: another process kept the project locked for more than {seconds} s; try again", path.display())]
    Busy {
        /// The database file.
        path: PathBuf,
        /// How long it was waited for.
        seconds: u64,
    },
    /// The file is damaged.
    #[error("{}: the project file is damaged ({what}); copy it away before anything else, then try `gleaner backup` or a backup of yours", path.display())]
    Damaged {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        what: String,
    },
    /// Something changed between reading and writing.
    #[error("{0} was changed elsewhere in the meantime; the document was read again, please repeat")]
    Stale(String),
    /// Something that was to be undone or done again has been changed by somebody else since. It is passed over from now
    /// on: what was done before it can still be taken back.
    #[error("“{reason}” cannot be turned back: {by} since; the next undo goes on with what you did before it")]
    Overtaken {
        /// What was to be turned back.
        reason: String,
        /// Who has done what.
        by: String,
    },
    /// A span that does not fit its text.
    #[error("document {document}: span {start}..{end} does not fit its text of {chars} characters")]
    OutOfRange {
        /// The document.
        document: DocumentId,
        /// First code point.
        start: usize,
        /// One past the last.
        end: usize,
        /// Length of the text.
        chars: usize,
    },
    /// A label that spans still use.
    #[error("label '{name}' is used by {spans} spans; archive it instead, or remove those spans first")]
    LabelInUse {
        /// The label.
        name: String,
        /// How many spans have it.
        spans: u64,
    },
    /// Two labels of one name.
    #[error("there is a label '{0}' already")]
    LabelExists(String),
    /// Two runs of one name.
    #[error("there is a run '{0}' in this project already; give another name")]
    RunExists(String),
    /// A gold set that cannot be called so.
    #[error("a gold set cannot be called '{name}': {why}; give another name")]
    GoldName {
        /// The name asked for.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two gold sets of one name.
    #[error("there is a gold set '{0}' in this project already; give another name, or remove that one first")]
    GoldExists(String),
    /// Nothing that could be frozen.
    #[error("nothing to freeze: {} submitted yet", .0.as_ref().map_or("no document is".into(), |who| format!("'{who}' has nothing")))]
    NothingToFreeze(Option<String>),
    /// Several people have answered the same documents and nobody is chosen.
    #[error("{count} document{} several submitted responses ({documents}), by {}; say whose to freeze", if *.count == 1 { " has" } else { "s have" }, annotators.join(", "))]
    GoldUndecided {
        /// How many documents.
        count: u64,
        /// The first of them, in words.
        documents: String,
        /// Who has answered them.
        annotators: Vec<String>,
    },
    /// A name that is not there.
    #[error("no {what} '{name}' in this project{hint}")]
    Unknown {
        /// Kind of thing: run, label, document, gold set.
        what: &'static str,
        /// The name asked for.
        name: String,
        /// What there is, or what to do.
        hint: String,
    },
    /// A second import at the same time.
    #[error("another import into this project is running; wait for it to end")]
    ImportRunning,
    /// A reading that was stopped, because nobody waits for it any more or it took too long.
    #[error("stopped before the end")]
    Interrupted,
    /// A failure of the file system.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Anything else SQLite says.
    #[error("{}: {source}", path.display())]
    Sql {
        /// The database file.
        path: PathBuf,
        /// What SQLite says.
        source: rusqlite::Error,
    },
}

/// Result of the store.
pub type Result<T> = std::result::Result<T, StoreError>;

/// How long a lock of another process is waited for.
pub(super) const BUSY_SECONDS: u64 = 10;

impl StoreError {
    /// Gives an SQLite error the words it deserves.
    pub(super) fn sql(path: &Path, source: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let path = path.to_path_buf();
        match source.sqlite_error_code() {
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly(path),
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(ErrorCode::DiskFull) => Self::DiskFull(path),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy { path, seconds: BUSY_SECONDS },
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged { path, what: source.to_string() },
            Some(ErrorCode::NotADatabase) => Self::NotGleaner(path),
            // A failed write shows as an I/O error on some file systems when the disk is full.
            _ if source.to_string().contains("disk is full") => Self::DiskFull(path),
            Some(ErrorCode::SystemIoFailure) => Self::Disk { path, what: source.to_string() },
            _ => Self::Sql { path, source },
        }
    }
}
