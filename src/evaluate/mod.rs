//! Counting predictions against gold.
