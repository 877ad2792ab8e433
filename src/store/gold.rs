//! Frozen gold: named sets of answers that evaluation goes by and training stays away from.
//!
//! The answers of a set are responses like any other, under a name that nobody can have: `gold/` and the set's name. So
//! they are drawn, corrected, undone, verified and realigned by the same code, and every correction says who made it. What
//! lists people leaves these names out.

/// What the annotator of a frozen answer begins with.
pub const GOLD_SET: &str = "gold/";
