//! GLiNER: text and labels in, scored spans out.
