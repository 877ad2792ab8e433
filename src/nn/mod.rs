//! Neural network layers without a tape.
