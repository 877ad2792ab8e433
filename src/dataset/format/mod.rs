//! File formats: one file each; what goes in, what comes out, what is lost.
