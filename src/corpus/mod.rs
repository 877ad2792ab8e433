//! From a large data set to the texts of one's own domain.
//!
//! A [`Source`] streams rows out of files of any size: JSONL, CSV, parquet, Arrow, text. A [`Collector`] keeps of them
//! what is nearest in meaning to some queries, in one pass and in memory that does not grow with the source.

mod collect;
mod error;
mod source;

pub use collect::{
    BINS, Collected, Collector, Counts, Histogram, Kept, Pass, Queries, Settings, Why, differences, load_pass,
    save_pass,
};
pub use error::CorpusError;
pub use source::{BadRow, Left, Position, Row, Rows, Source, SourceOptions};
