//! Things that draw themselves into a buffer: no state of the application, no input, no IO.

pub mod hint_line;
pub mod line_input;
pub mod list;
pub mod markdown;
pub mod popup;
pub mod span_text;
pub mod status_line;
pub mod text_input;
pub mod words;
