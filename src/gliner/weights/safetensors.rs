//! safetensors → [`Weights`]: f32, f16, bf16, and int8 rows with `<name>.scale` (see `int8`).

use std::path::Path;

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::int8::{self, SCALE};
use super::{Tensor, Weights, WeightsError, clean_name, implausible};

/// Reads the bytes of a file.
pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Weights, WeightsError> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|e| WeightsError::damaged(path, format!("not a whole safetensors file: {e}; download it again")))?;
    // Largest first, so that no thread is left alone with the embedding table at the end.
    let mut views: Vec<(String, TensorView<'_>)> = file.tensors();
    let is_scale = |name: &str| {
        let matrix = name.strip_suffix(SCALE).and_then(|matrix| file.tensor(matrix).ok());
        matrix.is_some_and(|m| m.dtype() == Dtype::I8)
    };
    views.retain(|(name, _)| clean_name(name).is_some() && !is_scale(name));
    views.sort_by_key(|(_, view)| std::cmp::Reverse(view.data().len()));
    let read = |(name, view): &(String, TensorView<'_>)| -> Result<Option<(String, Tensor)>, WeightsError> {
        let Some(clean) = clean_name(name) else { return Ok(None) };
        let wrong = |why: String| WeightsError::tensor(path, name, why);
        let data = match view.dtype() {
            Dtype::F32 => words::<4>(view.data()).map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::F16 => words::<2>(view.data()).map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::BF16 => words::<2>(view.data()).map(|b| bf16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::I8 => {
                let scale = file.tensor(&format!("{name}{SCALE}")).ok().filter(|s| s.dtype() == Dtype::F32);
                let scale =
                    scale.ok_or_else(|| wrong(format!("int8, but `{name}{SCALE}` (F32) is not in the file")))?;
                let scales: Vec<f32> = words::<4>(scale.data()).map(|b| f32::from_le_bytes(*b)).collect();
                int8::expand(view.data(), &scales, view.shape()).map_err(wrong)?
            }
            other => return Err(wrong(format!("values of type {other:?} (F32, F16, BF16 or I8 are read)"))),
        };
        if let Some(value) = implausible(&data) {
            return Err(wrong(format!("holds {value}, which no trained weight is: the file is damaged")));
        }
        Ok(Some((clean.to_owned(), Tensor { shape: view.shape().to_vec(), data })))
    };
    let tensors: Result<Vec<_>, _> = views.par_iter().with_max_len(1).map(read).collect();
    Ok(Weights { tensors: tensors?.into_iter().flatten().collect() })
}

/// Bytes in groups of `N`; the crate has checked that the length is a multiple.
fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = &[u8; N]> {
    bytes.as_chunks::<N>().0.iter()
}
