//! Named tensors from a file: safetensors, a torch pickle, or the binary itself.

use std::collections::BTreeMap;

/// A tensor in full precision, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    /// Dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Values.
    pub data: Vec<f32>,
}

/// All tensors of a model, by the names of the official package (an optional leading `model.` is stripped).
#[derive(Clone, Debug, Default)]
pub struct Weights {
    /// Name → tensor.
    pub tensors: BTreeMap<String, Tensor>,
}
