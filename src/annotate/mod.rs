//! What a person does to spans, as pure functions.
