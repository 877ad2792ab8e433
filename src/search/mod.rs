//! Finding documents in a project: by words, by meaning, or both.
//!
//! A [`Query`] is what a person typed. [`SearchIndex`] answers it: a keyword index and a vector for each document, both
//! beside the store, both made from it and made again when they are missing or damaged. Filters of the query
//! (`label:drug`, `status:pending`) are answered by the store. [`highlights`] says where in a text the words stand.

mod clauses;
pub mod embed;
mod error;
mod excluded;
mod filter;
mod highlight;
mod hybrid;
mod index;
mod keyword;
mod query;
mod set;
mod tokens;
mod vectors;

pub use error::SearchError;
pub use highlight::{Snippet, highlights, snippet};
pub use index::{Facets, Hit, Hits, Like, Mode, Refreshed, Request, SearchIndex};
pub use keyword::KeywordIndex;
pub use query::{Compare, Filter, Piece, Query, QueryError, What};
pub use set::DocumentSet;
