//! What people decided about a run's predictions, counted.

use rusqlite::params;

use super::error::Result;
use super::project::Project;
use crate::dataset::{LabelId, RunId};

/// Suggestions that were decided one by one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Accepted as they stood.
    pub right: u64,
    /// All: accepted, rejected, relabelled or re-bounded.
    pub of: u64,
}

impl Project {
    /// The annotator's one-by-one decisions on predictions of `run` with `label` and a score of `at_least` or more.
    /// Accepted ones were right; rejected, relabelled and re-bounded ones were not. What was accepted in bulk does not
    /// count: nobody looked at it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reviewed(&self, annotator: &str, run: RunId, label: LabelId, at_least: f32) -> Result<Reviewed> {
        self.read(|c| {
            c.prepare_cached(
                "SELECT count(*), coalesce(sum(verdict = 'accepted'), 0) FROM decisions
                 WHERE run = ?1 AND label = ?2 AND score >= ?3 AND bulk = 0 AND annotator = ?4",
            )?
            .query_row(params![run.0, label.0, f64::from(at_least), annotator], |r| {
                Ok(Reviewed { of: r.get::<_, i64>(0)? as u64, right: r.get::<_, i64>(1)? as u64 })
            })
        })
    }
}
