//! Counting predictions against gold.

pub mod strict;

pub use strict::{StrictCounts, StrictTable};
