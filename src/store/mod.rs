//! The project on disk: one SQLite file, append-only edits, undo, queries.
//!
//! - `schema`: the tables and the steps between formats.
//! - `project`: opening, making, backing up.
//! - `change`, `journal`, `apply`: what a change is; writing and undoing groups of them; what they do to the tables.
//! - `documents`, `labels`, `runs`: reading.
//! - `import`, `records`: many documents in and out.
//! - `tally`: the project in numbers; `rewrite`: all responses that a label touches, at once; `blind`: who saw nothing.
//! - `verify`: rebuilds every view from the edits and compares.

mod apply;
mod blind;
mod change;
mod documents;
mod error;
mod import;
mod journal;
mod labels;
mod project;
mod records;
mod rewrite;
mod runs;
mod schema;
mod tally;
mod verify;

pub use change::{Change, DocumentState, Group, ResponseBody};
pub use documents::{Anchor, Counts, Cursor, Order, Query, Row};
pub use error::{Result, StoreError};
pub use import::{Import, ImportOptions, ImportReport};
pub use journal::{GroupId, HistoryLine, Undone};
pub use project::Project;
pub use records::{RecordPage, RecordQuery};
pub use rewrite::LabelledResponse;
pub use runs::{Run, RunSpec};
pub use tally::{AnnotatorTally, LabelTally, Tally};
pub use verify::Verification;
