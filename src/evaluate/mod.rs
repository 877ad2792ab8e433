//! Counting predictions against gold, as nervaluate does, and what follows from the counts.
//!
//! Spans go in by document; counts come out overall and by label, in four modes, with the place of every span, so that
//! each number on a screen can be opened. No store, no model, no terminal.

pub mod agreement;
mod booking;
pub mod bootstrap;
mod chance;
pub mod check;
pub mod confusion;
mod counts;
mod evaluation;
mod gold;
mod legacy;
mod matching;
pub mod sweep;
mod table;

pub use booking::{Booking, book};
pub use chance::Chance;
pub use confusion::Pair;
pub use counts::{Class, Counts, Mode};
pub use evaluation::{Countable, Evaluation, Options, Schema, Standing, Thresholds};
pub use gold::{About, Ends, Gold, GoldDocument, LabelIndex, Mark, Predictions, Prefilled};
pub use matching::{Entity, Matching, Taken, match_spans};
pub use table::{Given, Place, Row, Rules, Table, Tally};
