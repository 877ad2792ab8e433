//! One sequence between the tokenizer and the model.

/// A prompt and a text as the encoder reads them. Not padded: a batch is a list of these.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Encoded {
    /// Subtoken ids, with the special tokens at both ends. Length T.
    pub input_ids: Vec<u32>,
    /// For each subtoken: 0, or `k + 1` when its hidden state is that of word `k`. Length T.
    pub words_mask: Vec<u32>,
    /// W: words of the text after truncation. Words no subtoken points to have zero vectors.
    pub words: usize,
}

/// What the model says of one sequence: `scores[(start * K + width) * C + class]`, before the sigmoid.
///
/// Shape `[W, K, C]`; entries whose last word `start + width` is not below W are meaningless and never read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logits {
    /// W, words.
    pub words: usize,
    /// K, the model's max_width.
    pub widths: usize,
    /// C, classes (labels).
    pub classes: usize,
    /// Row-major values.
    pub values: Vec<f32>,
}
