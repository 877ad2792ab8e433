//! Named tensors from a file: safetensors, a torch pickle, or the binary itself.
//!
//! Whatever the file holds (f32, f16, bf16, or int8 rows with their scales), full precision comes out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub mod int8;
mod pickle;
mod safetensors;
mod torch_zip;

use int8::ByteRows;

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

/// A weights file that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum WeightsError {
    /// The system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file as a whole makes no sense.
    #[error("{}: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// One tensor makes no sense.
    #[error("{}: tensor `{tensor}`: {why}", path.display())]
    Tensor {
        /// The file.
        path: PathBuf,
        /// Its name in the file.
        tensor: String,
        /// What is wrong.
        why: String,
    },
}

impl WeightsError {
    fn damaged(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::Damaged { path: path.to_owned(), why: why.to_string() }
    }

    fn tensor(path: &Path, tensor: &str, why: impl std::fmt::Display) -> Self {
        Self::Tensor { path: path.to_owned(), tensor: tensor.to_owned(), why: why.to_string() }
    }
}

/// Reads a weights file: `*.safetensors`, or a torch pickle by any other name.
pub fn read(path: &Path) -> Result<Weights, WeightsError> {
    Ok(read_keeping(path, None)?.0)
}

/// [`read`], but when the tensor `kept` is int8 it is left out and handed back as it is.
pub fn read_keeping(path: &Path, kept: Option<&str>) -> Result<(Weights, Option<ByteRows>), WeightsError> {
    let bytes = map(path)?;
    let is_safetensors = path.extension().is_some_and(|e| e == "safetensors");
    if is_safetensors { safetensors::parse(&bytes, kept, path) } else { Ok((torch_zip::parse(&bytes, path)?, None)) }
}

/// Reads the bytes of a safetensors file as [`read_keeping`] does; `path` is for messages.
pub fn parse_safetensors(
    bytes: &[u8],
    kept: Option<&str>,
    path: &Path,
) -> Result<(Weights, Option<ByteRows>), WeightsError> {
    safetensors::parse(bytes, kept, path)
}

/// The bytes of a file, mapped.
pub(super) fn map(path: &Path) -> Result<memmap2::Mmap, WeightsError> {
    let io = |source| WeightsError::Io { path: path.to_owned(), source };
    let file = std::fs::File::open(path).map_err(io)?;
    if file.metadata().map_err(io)?.len() == 0 {
        return Err(WeightsError::damaged(path, "the file is empty; download it again"));
    }
    // SAFETY: the map is read only. A file cut short while it is mapped would raise SIGBUS; weights are not files that
    // other programs rewrite in place.
    unsafe { memmap2::Mmap::map(&file) }.map_err(io)
}

/// The name a tensor has in gleaner, or `None` for buffers that no model needs.
fn clean_name(name: &str) -> Option<&str> {
    let mut name = name;
    // The wrapper of torch.compile, and the package's own outer object, in any order.
    while let Some(rest) = name.strip_prefix("_orig_mod.").or_else(|| name.strip_prefix("model.")) {
        name = rest;
    }
    (!name.ends_with("position_ids")).then_some(name)
}

/// Number of elements of a shape; `None` when it does not fit.
fn elements(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |n, &d| n.checked_mul(d))
}

/// The first value that no trained weight has (the mark of a damaged file), if any.
fn implausible(values: &[f32]) -> Option<f32> {
    // One pass without branches; NaN is not below the limit either.
    let plausible = |v: f32| v.abs() < 1e9;
    let all_fine = values.iter().fold(true, |fine, &v| fine & plausible(v));
    if all_fine { None } else { values.iter().copied().find(|&v| !plausible(v)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_stripped_and_position_ids_dropped() {
        assert_eq!(clean_name("model._orig_mod.rnn.lstm.bias"), Some("rnn.lstm.bias"));
        assert_eq!(clean_name("token_rep_layer.bert_layer.model.x"), Some("token_rep_layer.bert_layer.model.x"));
        assert_eq!(clean_name("a.embeddings.position_ids"), None);
    }

    #[test]
    fn values_no_weight_has_are_found() {
        assert_eq!(implausible(&[0.0, -3.0, 1e8]), None);
        assert_eq!(implausible(&[0.0, 3e30]), Some(3e30));
        assert!(implausible(&[f32::NAN]).is_some_and(f32::is_nan));
    }
}
