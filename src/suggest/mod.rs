//! Who proposes spans for a document.
