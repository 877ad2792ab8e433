//! Background work.
//!
//! [`Latest`] answers the newest question and, while nobody asks, does what is left to do in small pieces.

mod latest;

pub use latest::{Latest, Work};
