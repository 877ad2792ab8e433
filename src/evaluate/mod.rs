//! Counting predictions against gold, as nervaluate does, and what follows from the counts.
//!
//! Spans go in by document; counts come out overall and by label, in four modes, with the place of every span, so that
//! each number on a screen can be opened. No store, no model, no terminal.

pub mod agreement;
mod booking;
pub mod bootstrap;
mod buckets;
pub mod calibration;
mod chance;
pub mod check;
mod compare;
pub mod confusion;
mod counts;
mod curve;
mod difference;
mod documents;
mod evaluation;
mod gold;
mod judged;
pub mod label_errors;
mod legacy;
mod matching;
mod reach;
pub mod sweep;
mod table;
mod words;

pub use agreement::{
    Agreement, Agreements, Answered, AnsweredDocument, Answers, Measures, Together, agreement, disagreements,
};
pub use booking::{Booker, Booking, book};
pub use buckets::{Bucket, Grouping, buckets};
pub use calibration::{Calibration, CalibrationBin, calibration};
pub use chance::Chance;
pub use compare::{Comparison, Delta, compare};
pub use confusion::Pair;
pub use counts::{Class, Counts, Mode};
pub use curve::{Curve, CurvePoint, curve, options_at, thresholds_for_best};
pub use difference::{Difference, differences};
pub use documents::{DocumentRow, documents};
pub use evaluation::{Countable, Evaluation, Options, Schema, Standing, Thresholds};
pub use gold::{About, Ends, Gold, GoldDocument, LabelIndex, Mark, Predictions, Prefilled};
pub use judged::{JudgedRow, judge};
pub use label_errors::{LabelError, label_errors};
pub use matching::{Entity, Matching, Taken, match_spans};
pub use reach::{MAX_WIDTH, Unreachable, unreachable};
pub use table::{Given, Place, Row, Rules, Table, Tally};
pub use words::surface_form;
