//! safetensors → [`Weights`]: f32, f16, bf16, and int8 rows with `<name>.scale` (see `int8`).

use std::path::Path;

use half::{bf16, f16};
use rayon::prelude::*;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};

use super::int8::{self, ByteRows, SCALE};
use super::{Tensor, Weights, WeightsError, clean_name, implausible};

/// Reads the bytes of a file. The tensor `kept` is left out and handed back as it is, if it is int8.
pub(super) fn parse(
    bytes: &[u8],
    kept: Option<&str>,
    path: &Path,
) -> Result<(Weights, Option<ByteRows>), WeightsError> {
    let file = SafeTensors::deserialize(bytes)
        .map_err(|e| WeightsError::damaged(path, format!("not a whole safetensors file: {e}; download it again")))?;
    // Largest first, so that no thread is left alone with the embedding table at the end.
    let mut views: Vec<(String, TensorView<'_>)> = file.tensors();
    let is_scale = |name: &str| {
        let matrix = name.strip_suffix(SCALE).and_then(|matrix| file.tensor(matrix).ok());
        matrix.is_some_and(|m| m.dtype() == Dtype::I8)
    };
    views.retain(|(name, _)| clean_name(name).is_some() && !is_scale(name));
    let mut rows = None;
    let is_kept = |(name, view): &(String, TensorView<'_>)| clean_name(name) == kept && view.dtype() == Dtype::I8;
    if let Some(at) = views.iter().position(is_kept) {
        let (name, view) = views.swap_remove(at);
        let made = scales(&file, &name).and_then(|scales| ByteRows::new(view.data(), scales, view.shape()));
        rows = Some(made.map_err(|why| WeightsError::tensor(path, &name, why))?);
    }
    views.sort_by_key(|(_, view)| std::cmp::Reverse(view.data().len()));
    let read = |(name, view): &(String, TensorView<'_>)| -> Result<Option<(String, Tensor)>, WeightsError> {
        let Some(clean) = clean_name(name) else { return Ok(None) };
        let wrong = |why: String| WeightsError::tensor(path, name, why);
        let data = match view.dtype() {
            Dtype::F32 => words::<4>(view.data()).map(|b| f32::from_le_bytes(*b)).collect(),
            Dtype::F16 => words::<2>(view.data()).map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::BF16 => words::<2>(view.data()).map(|b| bf16::from_le_bytes(*b).to_f32()).collect(),
            Dtype::I8 => {
                int8::expand(view.data(), &scales(&file, name).map_err(wrong)?, view.shape()).map_err(wrong)?
            }
            other => return Err(wrong(format!("values of type {other:?} (F32, F16, BF16 or I8 are read)"))),
        };
        if let Some(value) = implausible(&data) {
            return Err(wrong(format!("holds {value}, which no trained weight is: the file is damaged")));
        }
        Ok(Some((clean.to_owned(), Tensor { shape: view.shape().to_vec(), data })))
    };
    let tensors: Result<Vec<_>, _> = views.par_iter().with_max_len(1).map(read).collect();
    Ok((Weights { tensors: tensors?.into_iter().flatten().collect() }, rows))
}

/// The scales of the int8 matrix `name`.
fn scales(file: &SafeTensors<'_>, name: &str) -> Result<Vec<f32>, String> {
    let scale = file.tensor(&format!("{name}{SCALE}")).ok().filter(|s| s.dtype() == Dtype::F32);
    let scale = scale.ok_or_else(|| format!("int8, but `{name}{SCALE}` (F32) is not in the file"))?;
    let scales: Vec<f32> = words::<4>(scale.data()).map(|b| f32::from_le_bytes(*b)).collect();
    match implausible(&scales) {
        Some(value) => Err(format!("a scale is {value}: the file is damaged")),
        None => Ok(scales),
    }
}

/// Bytes in groups of `N`; the crate has checked that the length is a multiple.
fn words<const N: usize>(bytes: &[u8]) -> impl Iterator<Item = &[u8; N]> {
    bytes.as_chunks::<N>().0.iter()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use safetensors::tensor::serialize;

    fn file(dtype: Dtype, bytes: &[u8]) -> Vec<u8> {
        serialize([("model.w", TensorView::new(dtype, vec![2], bytes).unwrap())], None).unwrap()
    }

    #[test]
    fn every_kind_of_float_is_read() {
        let half: Vec<u8> = [0.5, -2.0].iter().flat_map(|&v| f16::from_f32(v).to_le_bytes()).collect();
        let brain: Vec<u8> = [0.5, -2.0].iter().flat_map(|&v| bf16::from_f32(v).to_le_bytes()).collect();
        let full: Vec<u8> = [0.5_f32, -2.0].iter().flat_map(|v| v.to_le_bytes()).collect();
        for (dtype, bytes) in [(Dtype::F16, half), (Dtype::BF16, brain), (Dtype::F32, full)] {
            let weights = parse(&file(dtype, &bytes), None, Path::new("m.safetensors")).unwrap().0;
            assert_eq!(weights.tensors["w"], Tensor { shape: vec![2], data: vec![0.5, -2.0] }, "{dtype:?}");
        }
    }

    #[test]
    fn other_types_and_damage_are_named() {
        let error = parse(&file(Dtype::I64, &[0; 16]), None, Path::new("m.safetensors")).unwrap_err().to_string();
        assert!(error.contains("m.safetensors: tensor `model.w`") && error.contains("I64"), "{error}");
        let whole = file(Dtype::F32, &[0; 8]);
        let error = parse(&whole[..whole.len() - 1], None, Path::new("m.safetensors")).unwrap_err().to_string();
        assert!(error.starts_with("m.safetensors: not a whole safetensors file"), "{error}");
        // A header that promises more than any file holds.
        let huge = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
        assert!(parse(&huge, None, Path::new("m.safetensors")).is_err());
    }
}
