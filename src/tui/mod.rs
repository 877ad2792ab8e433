//! The terminal: message → update → effects → view.
//!
//! - [`msg`] names everything that can happen; [`update`] changes the [`model`] for it and gives [`effect`]s, which are
//!   plain data; [`app`] runs those, feeds back what they bring, and draws with [`view`].
//! - [`keymap`] turns keys into [`commands`], the one table that keys, help, palette and tests share.
//! - The [`evaluator`] counts for the Evaluate screen, and the [`filler`] asks the model about gold, both beside the loop.
//! - The [`searcher`] finds documents for the Search screen beside the loop, and keeps the index up to date.
//! - The [`runner`] acts on effects; the [`reader`] looks beside the loop for what takes longer than a key may.
//! - A [`walk`] leads from a number to its spans, one after another, in Annotate.
//! - [`suggester`] asks the model beside the loop ([`live`] is the real one): about one document, or with [`batch`] about
//!   the next few of a list.
//! - [`screen`] and [`overlay`] hold what each part of the screen knows, does and looks like; [`widget`] draws things
//!   that know nothing of the application; [`terminal`] is the device.

pub mod app;
pub mod batch;
pub mod commands;
pub mod counter;
pub mod editor;
pub mod effect;
pub mod evaluator;
mod fault;
pub mod filler;
pub mod finder;
pub mod key;
pub mod keymap;
pub mod live;
pub mod model;
pub mod mouse;
pub mod msg;
pub mod overlay;
pub mod reader;
pub mod runner;
pub mod screen;
pub mod searcher;
pub mod suggester;
pub mod terminal;
pub mod theme;
pub mod tour;
pub mod update;
pub mod view;
pub mod walk;
pub mod widget;

pub use app::{App, End, Options, run};
pub use live::LiveSuggester;
pub use suggester::Suggester;
pub use tour::Tour;
