//! The screens: what each knows, what its commands do, how it looks.

pub mod annotate;
pub mod documents;
pub mod evaluate;
pub mod project;
pub mod review;
pub mod search;
