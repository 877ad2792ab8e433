//! Background work, and what needs several stages at once.
//!
//! [`Latest`] answers the newest question and, while nobody asks, does what is left to do in small pieces. [`evaluation`]
//! brings a project's gold and predictions to where they are counted, [`agreement`] what its annotators submitted.

pub mod agreement;
pub mod evaluation;
mod latest;

pub use latest::{Latest, Work};
