//! The project on disk: one SQLite file, append-only edits, undo, queries.
//!
//! - `schema`: the tables and the steps between formats.
//! - `project`: opening, making, backing up.
//! - `change`, `journal`, `apply`: what a change is; writing and undoing groups of them; what they do to the tables.
//! - `documents`, `labels`, `runs`: reading.
//! - `import`, `records`: many documents in and out.
//! - `verify`: rebuilds every view from the edits and compares.

mod apply;
mod change;
mod documents;
mod error;
mod import;
mod journal;
mod labels;
mod project;
mod records;
mod runs;
mod schema;
mod typed;
mod verify;

pub use change::{Change, DocumentState, Group, ResponseBody};
pub use documents::{Anchor, Counts, Cursor, Order, Query, Row};
pub use error::{Result, StoreError};
pub use import::{Import, ImportOptions, ImportReport};
pub use journal::{GroupId, HistoryLine, Undone};
pub use project::Project;
pub use records::{RecordPage, RecordQuery};
pub use runs::{Run, RunSpec, TEXT_MATCHES};
pub use typed::Typed;
pub use verify::Verification;
