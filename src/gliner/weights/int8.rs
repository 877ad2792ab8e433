//! Weights as int8: every row of a matrix with its own scale, vectors left in f32.
//!
//! The file is an ordinary safetensors file: a matrix `name` is I8, `name.scale` (F32, one per row) says what one step
//! is worth. Symmetric, so that zero stays zero. The scale of a row is not simply max/127: a few smaller steps are tried
//! and the one with the least squared error is kept, which costs nothing when reading.

use std::collections::BTreeMap;

use rayon::prelude::*;
use safetensors::tensor::{Dtype, TensorView, serialize};

use super::Weights;

/// Added to a matrix's name for the tensor of its scales.
pub const SCALE: &str = ".scale";

/// An int8 matrix that stays one: a table that is read row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct ByteRows {
    /// Values in a row.
    pub width: usize,
    /// Row-major.
    pub values: Vec<i8>,
    /// One per row.
    pub scales: Vec<f32>,
}

impl ByteRows {
    pub(super) fn new(bytes: &[u8], scales: Vec<f32>, shape: &[usize]) -> Result<Self, String> {
        match *shape {
            [rows, width] if rows == scales.len() && width > 0 => {
                Ok(Self { width, values: bytes.iter().map(|&b| b as i8).collect(), scales })
            }
            _ => Err(format!("int8 of shape {shape:?} with {} scales (one per row expected)", scales.len())),
        }
    }
}

/// int8 rows → f32; `shape` is that of the matrix.
pub(super) fn expand(bytes: &[u8], scales: &[f32], shape: &[usize]) -> Result<Vec<f32>, String> {
    let rows = shape.first().copied().unwrap_or(0);
    if shape.len() < 2 || scales.len() != rows {
        return Err(format!("int8 of shape {shape:?} with {} scales (one per row expected)", scales.len()));
    }
    let width = bytes.len().checked_div(rows).unwrap_or(0);
    let mut values = vec![0.0; bytes.len()];
    if width > 0 {
        let rows = values.par_chunks_mut(width).zip(bytes.par_chunks(width)).zip(scales).with_min_len(512);
        rows.for_each(|((values, bytes), &scale)| {
            for (value, &byte) in values.iter_mut().zip(bytes) {
                *value = f32::from(byte as i8) * scale;
            }
        });
    }
    Ok(values)
}

/// Writes `weights` as int8 to the bytes of a safetensors file. Tensors whose name ends in one of `dropped` are left out.
pub fn write(weights: &Weights, dropped: &[&str]) -> Result<Vec<u8>, String> {
    let mut tensors: BTreeMap<String, (Dtype, Vec<usize>, Vec<u8>)> = BTreeMap::new();
    let kept = weights.tensors.iter().filter(|(name, _)| !dropped.iter().any(|d| name.ends_with(d)));
    for (name, tensor) in kept {
        let f32_bytes = |values: &[f32]| -> Vec<u8> { values.iter().flat_map(|v| v.to_le_bytes()).collect() };
        let width: usize = tensor.shape.iter().skip(1).product();
        if tensor.shape.len() < 2 || width == 0 {
            tensors.insert(name.clone(), (Dtype::F32, tensor.shape.clone(), f32_bytes(&tensor.data)));
            continue;
        }
        let rows: Vec<(f32, Vec<u8>)> = tensor.data.par_chunks(width).map(quantise).collect();
        let scales: Vec<f32> = rows.iter().map(|(scale, _)| *scale).collect();
        let bytes: Vec<u8> = rows.into_iter().flat_map(|(_, bytes)| bytes).collect();
        tensors.insert(format!("{name}{SCALE}"), (Dtype::F32, vec![scales.len()], f32_bytes(&scales)));
        tensors.insert(name.clone(), (Dtype::I8, tensor.shape.clone(), bytes));
    }
    let views: Result<Vec<_>, _> = tensors
        .iter()
        .map(|(name, (dtype, shape, bytes))| TensorView::new(*dtype, shape.clone(), bytes).map(|view| (name, view)))
        .collect();
    serialize(views.map_err(|e| e.to_string())?, None).map_err(|e| e.to_string())
}

/// The scale and the int8 values of one row, with the least squared error among a few scales.
fn quantise(row: &[f32]) -> (f32, Vec<u8>) {
    let largest = row.iter().fold(0.0_f32, |m, v| m.max(v.abs()));
    if largest == 0.0 {
        return (0.0, vec![0; row.len()]);
    }
    let steps = |scale: f32, v: f32| (v / scale).round().clamp(-127.0, 127.0);
    let error = |scale: f32| -> f32 { row.iter().map(|&v| (steps(scale, v) * scale - v).powi(2)).sum() };
    let tried = (0..=20).map(|i| largest / 127.0 * (1.0 - 0.015 * i as f32));
    let best = tried.map(|scale| (error(scale), scale)).min_by(|a, b| a.0.total_cmp(&b.0));
    let scale = best.map_or(largest / 127.0, |(_, scale)| scale);
    (scale, row.iter().map(|&v| steps(scale, v) as i8 as u8).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::Path;

    use super::super::Tensor;
    use super::*;

    fn weights(entries: &[(&str, &[usize], Vec<f32>)]) -> Weights {
        let tensors = entries
            .iter()
            .map(|(name, shape, data)| ((*name).to_owned(), Tensor { shape: shape.to_vec(), data: data.clone() }));
        Weights { tensors: tensors.collect() }
    }

    #[test]
    fn a_matrix_comes_back_within_half_a_step_and_a_vector_as_it_was() {
        let row: Vec<f32> = (0..64).map(|i| (i as f32 * 0.7).sin() * 0.3).collect();
        let data = [row.clone(), vec![0.0; 64]].concat();
        let before =
            weights(&[("m", &[2, 64], data), ("v", &[3], vec![0.1, -7.5, 2e-9]), ("pooler.w", &[1], vec![1.0])]);
        let bytes = write(&before, &["pooler.w"]).unwrap();
        let after = super::super::parse_safetensors(&bytes, None, Path::new("t.safetensors")).unwrap().0;
        assert_eq!(after.tensors.keys().collect::<Vec<_>>(), ["m", "v"]);
        assert_eq!(after.tensors["v"], before.tensors["v"]);
        let (rest, kept) = super::super::parse_safetensors(&bytes, Some("m"), Path::new("t.safetensors")).unwrap();
        assert_eq!(rest.tensors.keys().collect::<Vec<_>>(), ["v"], "a matrix that is kept is not expanded");
        assert_eq!(kept.map(|rows| (rows.width, rows.scales.len())), Some((64, 2)));
        for (a, b) in after.tensors["m"].data.iter().zip(&before.tensors["m"].data) {
            assert!((a - b).abs() <= 0.3 / 127.0, "{a} {b}");
        }
    }

    #[test]
    fn one_outlier_does_not_cost_more_than_plain_rounding() {
        let mut row: Vec<f32> = (0..256).map(|i| (i as f32 * 1.3).cos() * 0.05).collect();
        row[7] = 1.0;
        let error = |scale: f32, bytes: &[u8]| -> f32 {
            row.iter().zip(bytes).map(|(&v, &b)| (f32::from(b as i8) * scale - v).powi(2)).sum()
        };
        let (scale, bytes) = quantise(&row);
        let plain: Vec<u8> = row.iter().map(|v| (v * 127.0).round() as i8 as u8).collect();
        assert!(error(scale, &bytes) <= error(1.0 / 127.0, &plain));
    }

    #[test]
    fn an_int8_matrix_without_its_scales_is_named() {
        let view = TensorView::new(Dtype::I8, vec![1, 2], &[1, 2]).unwrap();
        let bytes = serialize([("w", view)], None).unwrap();
        let error = super::super::parse_safetensors(&bytes, None, Path::new("t.safetensors")).unwrap_err();
        assert!(error.to_string().contains("tensor `w`") && error.to_string().contains("w.scale"), "{error}");
    }
}
