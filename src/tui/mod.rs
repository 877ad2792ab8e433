//! The terminal.

pub mod terminal;
pub mod theme;
pub mod widget;
