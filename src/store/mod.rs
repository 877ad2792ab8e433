//! The project on disk.

mod change;

pub use change::{Change, DocumentState, Group, ResponseBody};
