//! gleaner: a named-entity lab in a terminal.
//!
//! The folders stand in the order the data takes; each may use the ones named in `tests/layers.rs` and no others.
//!
//! - [`text`]: the only place that converts between bytes, code points, UTF-16 and terminal columns; words and sentences.
//! - [`dataset`]: document, label, span, coverage and where they came from; reading and writing file formats.
//! - [`store`]: the project on disk: one SQLite file, append-only edits, undo, queries.
//! - [`nn`]: neural network layers without a tape, on plain `f32` slices.
//! - [`gliner`]: text + labels → scored spans: configuration, words, prompt, encode, model, decode.
//! - [`search`]: documents by words and by meaning: query language, keyword index, embedder, vectors.
//! - [`corpus`]: large data sets as streams of rows, and collecting the texts of one's domain out of them.
//! - [`suggest`]: who proposes spans for a document, and the cache that remembers it.
//! - [`annotate`]: what a person does to spans, as pure functions from a state to changes.
//! - [`evaluate`]: counting predictions against gold.
//! - [`jobs`]: background work: latest-wins and queues, progress, cancel.
//! - [`config`]: paths, settings and their layers.
//! - [`cli`]: one file per subcommand.
//! - [`tui`]: the terminal: message → update → effects → view.
//!
//! Vocabulary: a *document* is a text with an id; a *label* is an entity type; a *span* is a stretch of a document with
//! a label; a *prediction* is what a run of a model said; a *suggestion* is a prediction shown to a person; a *response*
//! is what one annotator said of one document; a *decision* is what they said of one prediction; *gold* is a response
//! taken as the truth, a *gold set* such responses frozen under a name; an *edit* is the unit of change, an edit *group*
//! the unit of undo.

#![warn(clippy::unwrap_used, clippy::expect_used)]

pub mod annotate;
pub mod cli;
pub mod config;
pub mod corpus;
pub mod dataset;
pub mod evaluate;
pub mod gliner;
pub mod jobs;
pub mod nn;
pub mod search;
pub mod store;
pub mod suggest;
pub mod text;
pub mod tui;
