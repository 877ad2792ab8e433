//! Counting predictions against gold, as nervaluate does.

mod counts;
mod legacy;
mod matching;
pub mod strict;
mod table;

pub use counts::{Class, Counts, Mode};
pub use matching::{Entity, Matching, Taken, match_spans};
pub use strict::{StrictCounts, StrictTable};
pub use table::{Given, Place, Row, Rules, Table, Tally};
