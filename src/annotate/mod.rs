//! What a person does to spans, as pure functions.
//!
//! An [`Annotation`] is one open document with one annotator's response. An operation looks at it and gives a
//! [`crate::store::Group`] of changes, or says why not; nothing changes until the store has taken the group and its
//! changes come back through [`Annotation::apply`]. Selection and motion are here too: a cursor never stands inside a
//! character as people see it. No terminal, no clock, no disk.

mod active;
mod annotation;
mod finish;
mod gold_set;
pub mod guideline;
mod label_merge;
mod labels;
mod note;
mod occurrences;
mod open_text;
mod operation;
mod precision;
mod progress;
mod restructure;
mod selection;
mod suggestion;

pub use active::{ActiveTime, IDLE_AFTER};
pub use annotation::Annotation;
pub use gold_set::{gold_set_lines, moment, prefilled_words};
pub use label_merge::{MergeCount, MergeCounter};
pub use labels::{LabelSet, label_change};
pub use occurrences::{MatchOptions, find_all};
pub use open_text::OpenText;
pub use operation::{NO_RUN, Outcome, quoted};
pub use precision::{ENOUGH, Expected, expected, overall};
pub use progress::{progress_lines, spent};
pub use selection::{Direction, Selection, Side, Unit, moved_edge};
pub use suggestion::{Candidate, OpenPlaces, Settings, beside_gold, on_characters, visible, with_matches};
