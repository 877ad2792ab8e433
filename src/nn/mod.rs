//! Neural network layers without a tape.
//!
//! One file per layer, each on plain row-major `f32` slices: rows are tokens (or words, or labels), columns are features.
//! Sequences of a batch lie under each other in one tall matrix, without padding; `bounds` says where each begins
//! (`bounds[i]..bounds[i + 1]` are the rows of sequence `i`). A layer keeps its parameters and has a `forward` that takes
//! everything else as arguments, so that a `backward` can stand beside it and a device can own the slices later.
//!
//! Reads upwards: [`kernels`] (vector arithmetic) and [`product`] (matrices) → layers → [`encoder`] (whole backbones).

pub mod attention;
pub mod disentangled;
pub mod embedding;
pub mod encoder;
pub mod gelu;
pub mod kernels;
pub mod layer_norm;
pub mod linear;
pub mod lstm;
pub mod mlp;
pub mod parameters;
pub mod product;
pub mod relative;
pub mod softmax;

/// `length` values of a buffer that is kept from call to call; what they hold does not matter.
pub(crate) fn room(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    &mut buffer[..length]
}
