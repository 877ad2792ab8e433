//! Text and the units it is counted in.
//!
//! Everywhere in gleaner an offset is a count of Unicode code points, and a range is half-open. This folder is the only
//! place that turns code points into bytes, UTF-16 units or terminal columns and back.

mod columns;
mod offset;
mod python_classes;
mod sentences;
mod words;

pub use columns::{Columns, Grapheme, Graphemes, Shown};
pub use offset::{CharRange, OffsetMap};
pub use sentences::{lines, paragraphs, sentences};
pub use words::{Word, is_blank, words};
