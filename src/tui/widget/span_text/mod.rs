//! A text with spans: the widget the Annotate screen is made of.
//!
//! A [`TextLayout`] wraps the text once per (document, width) and knows nothing of spans, so the text never moves when
//! spans change. [`SpanSet`] holds the spans in an order that finds the visible ones quickly. [`SpanText`] draws the
//! rows in sight: each text row, and under it the same number of *lane* rows with the names of the labels. The number of
//! lanes belongs to the view (0 = compact, 1 = normal, more for nested spans) and never to the row, so that no edit
//! moves a row; names that find no lane free share the last one, the focused span first.

mod lanes;
mod layout;
mod paint;
mod spans;

pub use layout::{Place, TextLayout};
pub use paint::{SpanText, Viewport};
pub use spans::{SpanKind, SpanSet, SpanView};
