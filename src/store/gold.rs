//! Frozen gold: named sets of answers that evaluation goes by and training stays away from.
//!
//! The answers of a set are responses like any other, under a name that nobody can have: `gold/` and the set's name. So
//! they are drawn, corrected, undone, verified and realigned by the same code, and every correction says who made it. What
//! lists people leaves these names out. When a set was frozen, and by whom, is read from the edits: nothing is kept twice.

mod freeze;
mod list;
mod remove;

pub use freeze::{Choice, Freezing};
pub(super) use list::all;
pub use list::{Frozen, GoldSet};

use rusqlite::{Connection, params};

use super::error::{Result, StoreError};
use super::list::Order;
use super::project::Project;

/// What the annotator of a frozen answer begins with.
pub const GOLD_SET: &str = "gold/";

/// SQL: the row is a person's, not a frozen set's.
pub(super) const PEOPLE: &str = "annotator NOT GLOB 'gold/*'";

/// The order in which documents are annotated for gold: one without order, so that what is finished at any time is a
/// sample of the whole project and not its beginning. Its seed never changes: whoever comes back, or goes on at another
/// machine, goes on where they were. Each annotator begins at another place of it, as [`Order::Random`] does, because gold
/// is made of the *only* submitted response of each document: two people should not answer the same ones.
pub const GOLD_ORDER: Order = Order::Random(0);

/// The annotator under which the answers of a set are kept.
pub fn gold_annotator(set: &str) -> String {
    format!("{GOLD_SET}{set}")
}

/// The set whose answers an annotator's name stands for; `None` for people.
pub fn gold_set_of(annotator: &str) -> Option<&str> {
    annotator.strip_prefix(GOLD_SET)
}

/// The name of a set as it is kept: without blanks around it.
///
/// # Errors
/// Why nothing can be called so.
pub fn gold_set_name(name: &str) -> Result<&str> {
    let name = name.trim();
    let why = if name.is_empty() {
        "it is empty"
    } else if name.contains('/') {
        "it holds a /"
    } else if name.contains(':') {
        // `gleaner eval --gold PROJECT:SET` could not say it.
        "it holds a :"
    } else if name.chars().count() > 100 {
        "it has more than 100 characters"
    } else if name.chars().any(char::is_control) {
        "it holds control characters"
    } else {
        return Ok(name);
    };
    Err(StoreError::GoldName { name: name.to_owned(), why })
}

impl Project {
    /// The set is there.
    ///
    /// # Errors
    /// When it is not, naming those there are.
    pub fn require_gold_set(&self, name: &str) -> Result<()> {
        if self.read(|c| is_there(c, name))? {
            return Ok(());
        }
        let names = self.gold_set_names()?;
        let hint = match names.is_empty() {
            true => " (it has none yet: `gleaner gold freeze` makes one)".to_owned(),
            false => format!("; it has {}", names.join(", ")),
        };
        Err(StoreError::Unknown { what: "gold set", name: name.to_owned(), hint })
    }
}

/// The reason of the group that freezes a set: the journal is searched for it.
fn freeze_reason(set: &str) -> String {
    format!("freeze gold set \"{set}\"")
}

fn is_there(c: &Connection, set: &str) -> rusqlite::Result<bool> {
    c.prepare_cached("SELECT EXISTS (SELECT 1 FROM responses WHERE annotator = ?1 AND status > 0)")?
        .query_row(params![gold_annotator(set)], |r| r.get(0))
}
