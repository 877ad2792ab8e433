//! The project on disk: one SQLite file, append-only edits, undo, queries.
//!
//! - `schema`: the tables and the steps between formats.
//! - `project`: opening and making; `backup`: a copy; `inspect`: a look that changes nothing.
//! - `change`, `journal`, `apply`: what a change is; writing and undoing groups of them; what they do to the tables.
//! - `answers`: submitted responses of many documents at once; `gold`: named sets of them, frozen.
//! - `documents`, `decisions`, `labels`, `notes`, `runs`: reading; `said`: all that one annotator has said.
//! - `list`, `walk`: the list of documents in pages, by order and filter; `summaries`: what some orders go by.
//! - `passing`: which documents pass a test, for a search.
//! - `import`, `records`: many documents in and out.
//! - `tally`: the project in numbers; `rewrite`: all responses that a label touches, at once; `blind`: who saw nothing.
//! - `verify`: rebuilds every view from the edits and compares.

mod answers;
mod apply;
mod backup;
mod blind;
mod change;
mod decisions;
mod documents;
mod error;
mod gold;
mod ground;
mod import;
mod inspect;
mod journal;
mod labels;
mod list;
mod notes;
mod passing;
mod project;
mod records;
mod rewrite;
mod runs;
mod said;
mod schema;
mod summaries;
mod tally;
mod typed;
mod verify;
mod walk;

pub use answers::{Answer, Whose};
pub use backup::Backup;
pub use change::{Change, DocumentState, Group, ResponseBody};
pub use decisions::Reviewed;
pub use documents::Counts;
pub use error::{Result, StoreError};
pub use gold::{Choice, Freezing, Frozen, GOLD_ORDER, GOLD_SET, GoldSet, gold_annotator, gold_set_name, gold_set_of};
pub use import::{Import, ImportOptions, ImportReport};
pub use inspect::{Inspection, inspect, sqlite_version};
pub use journal::{GroupId, HistoryLine, Undone};
pub use list::{Anchor, Cursor, Order, Query, Row, ScoreRange};
pub use notes::NoteCounts;
pub use passing::{Shares, SourceList, Test};
pub use project::Project;
pub use records::{RecordPage, RecordQuery};
pub use rewrite::LabelledResponse;
pub use runs::{Run, RunSpec, TEXT_MATCHES};
pub use said::Said;
pub use summaries::Summary;
pub use tally::{AnnotatorTally, LabelTally, Tally};
pub use typed::Typed;
pub use verify::Verification;
