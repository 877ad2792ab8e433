//! Paths, settings and their layers.
