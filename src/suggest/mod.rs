//! Who proposes spans for a document, and the memory of what was proposed.
//!
//! A [`Suggester`] is a model and, for projects, a [`Cache`]: every candidate is kept from before the choice between
//! overlapping ones, so thresholds, nesting and several labels on a span are settled without the model. [`fill`] runs a
//! suggester over a whole project.

mod cache;
mod fill;
mod labels;
mod suggester;
mod summary;

pub use cache::{Cache, CacheKey};
pub use fill::{FillError, FillOptions, Filled, fill};
pub use labels::{FoldedLabels, fold};
pub use suggester::{Suggester, SuggesterError};
pub use summary::summary;
