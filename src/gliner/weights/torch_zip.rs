//! `pytorch_model.bin` → [`Weights`]: a zip of stored entries, `data.pkl` beside one file per storage.
//!
//! Sizes are checked against the file before anything is allocated; the zip's checksums are checked while reading.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::path::Path;

use half::{bf16, f16};
use zip::ZipArchive;

use super::pickle::{self, TensorRef};
use super::{Tensor, Weights, WeightsError, clean_name, elements, implausible};

/// Reads the bytes of a file.
pub(super) fn parse(bytes: &[u8], path: &Path) -> Result<Weights, WeightsError> {
    let damaged = |why: String| WeightsError::damaged(path, why);
    if !bytes.starts_with(b"PK") {
        let why = "not a torch file in zip form (torch before 1.6 wrote another one: load and save it once with a newer \
                   torch), or damaged";
        return Err(damaged(why.to_owned()));
    }
    let whole = bytes.len() as u64;
    let mut archive = ZipArchive::new(Cursor::new(bytes))
        .map_err(|e| damaged(format!("the archive cannot be read ({e}); download the file again")))?;
    let index = archive.file_names().find(|n| *n == "data.pkl" || n.ends_with("/data.pkl")).map(str::to_owned);
    let index = index.ok_or_else(|| damaged("there is no data.pkl inside: not a torch file".to_owned()))?;
    let folder = index.strip_suffix("data.pkl").unwrap_or_default().to_owned();
    if let Ok(order) = entry(&mut archive, whole, &format!("{folder}byteorder"))
        && order != b"little"
    {
        return Err(damaged("was written on a big-endian machine, which is not supported".to_owned()));
    }
    let described = pickle::tensors(&entry(&mut archive, whole, &index).map_err(damaged)?).map_err(damaged)?;
    // Tensors that share a storage are read from it together.
    let mut storages: BTreeMap<&str, Vec<&TensorRef>> = BTreeMap::new();
    for tensor in described.iter().filter(|t| clean_name(&t.name).is_some()) {
        storages.entry(&tensor.storage).or_default().push(tensor);
    }
    let mut weights = Weights::default();
    for (storage, tensors) in storages {
        let first = &tensors[0].name;
        let raw = entry(&mut archive, whole, &format!("{folder}data/{storage}"))
            .map_err(|why| WeightsError::tensor(path, first, why))?;
        // Tied weights share a storage twice; a pickle that reads one a hundred times wants our memory.
        let wanted = tensors.iter().try_fold(0_usize, |n, t| n.checked_add(elements(&t.shape)?));
        if wanted.is_none_or(|n| n > raw.len().saturating_mul(4)) {
            return Err(WeightsError::tensor(path, first, "its storage is too small for the tensors that use it"));
        }
        for tensor in tensors {
            let wrong = |why: String| WeightsError::tensor(path, &tensor.name, why);
            let values = values(&raw, tensor).map_err(wrong)?;
            let data = gather(&values, tensor).map_err(wrong)?;
            if let Some(value) = implausible(&data) {
                return Err(wrong(format!("holds {value}, which no trained weight is: the file is damaged")));
            }
            let name = clean_name(&tensor.name).unwrap_or(&tensor.name);
            weights.tensors.insert(name.to_owned(), Tensor { shape: tensor.shape.clone(), data });
        }
    }
    Ok(weights)
}

/// The bytes of an entry. Only stored entries, so that a header cannot promise more than the file holds.
fn entry(archive: &mut ZipArchive<Cursor<&[u8]>>, whole: u64, name: &str) -> Result<Vec<u8>, String> {
    let mut file = archive.by_name(name).map_err(|e| format!("`{name}` in the archive: {e}"))?;
    if file.compressed_size() != file.size() || file.size() > whole {
        return Err(format!("`{name}` in the archive is compressed or larger than the file; torch stores it plainly"));
    }
    let mut bytes = Vec::with_capacity(file.size() as usize);
    file.read_to_end(&mut bytes).map_err(|e| format!("`{name}` in the archive: {e}; download the file again"))?;
    Ok(bytes)
}

/// All elements of a storage.
fn values(raw: &[u8], tensor: &TensorRef) -> Result<Vec<f32>, String> {
    let (width, kind) = match tensor.storage_type.as_str() {
        "FloatStorage" => (4, 'f'),
        "HalfStorage" => (2, 'h'),
        "BFloat16Storage" => (2, 'b'),
        "DoubleStorage" => (8, 'd'),
        "LongStorage" => (8, 'l'),
        "IntStorage" => (4, 'i'),
        other => return Err(format!("a {other} is not a kind of weights that is read")),
    };
    if tensor.storage_len.checked_mul(width) != Some(raw.len()) {
        let why = format!(
            "its storage should hold {} elements of {width} bytes and has {} bytes",
            tensor.storage_len,
            raw.len()
        );
        return Err(why);
    }
    Ok(match kind {
        'f' => raw.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect(),
        'h' => raw.as_chunks::<2>().0.iter().map(|b| f16::from_le_bytes(*b).to_f32()).collect(),
        'b' => raw.as_chunks::<2>().0.iter().map(|b| bf16::from_le_bytes(*b).to_f32()).collect(),
        'd' => raw.as_chunks::<8>().0.iter().map(|b| f64::from_le_bytes(*b) as f32).collect(),
        'l' => raw.as_chunks::<8>().0.iter().map(|b| i64::from_le_bytes(*b) as f32).collect(),
        _ => raw.as_chunks::<4>().0.iter().map(|b| i32::from_le_bytes(*b) as f32).collect(),
    })
}

/// The elements of a view in row-major order, by its offset and strides.
fn gather(values: &[f32], tensor: &TensorRef) -> Result<Vec<f32>, String> {
    let outside = || format!("shape {:?} does not fit its storage of {} elements", tensor.shape, values.len());
    let count = elements(&tensor.shape).filter(|&n| n <= values.len()).ok_or_else(outside)?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let mut last = tensor.offset;
    for (&size, &stride) in tensor.shape.iter().zip(&tensor.strides) {
        let reach = (size - 1).checked_mul(stride).ok_or_else(outside)?;
        last = last.checked_add(reach).ok_or_else(outside)?;
    }
    if last >= values.len() {
        return Err(outside());
    }
    if last + 1 - tensor.offset == count && is_row_major(tensor) {
        return Ok(values[tensor.offset..=last].to_vec());
    }
    let mut data = Vec::with_capacity(count);
    let mut place = vec![0; tensor.shape.len()];
    let mut at = tensor.offset;
    loop {
        data.push(values[at]);
        // Count up like an odometer, the last dimension fastest.
        let mut dimension = tensor.shape.len();
        loop {
            if dimension == 0 {
                return Ok(data);
            }
            dimension -= 1;
            place[dimension] += 1;
            at += tensor.strides[dimension];
            if place[dimension] < tensor.shape[dimension] {
                break;
            }
            at -= tensor.strides[dimension] * tensor.shape[dimension];
            place[dimension] = 0;
        }
    }
}

/// True when the view's elements lie one after the other.
fn is_row_major(tensor: &TensorRef) -> bool {
    let mut step = 1;
    tensor.shape.iter().zip(&tensor.strides).rev().all(|(&size, &stride)| {
        let fits = size == 1 || stride == step;
        step *= size;
        fits
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn view(offset: usize, shape: &[usize], strides: &[usize]) -> TensorRef {
        TensorRef {
            name: "w".to_owned(),
            storage: "0".to_owned(),
            storage_type: "FloatStorage".to_owned(),
            storage_len: 6,
            offset,
            shape: shape.to_vec(),
            strides: strides.to_vec(),
        }
    }

    #[test]
    fn strides_and_offsets_are_honoured() {
        let values = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
        assert_eq!(gather(&values, &view(0, &[2, 3], &[3, 1])).unwrap(), values);
        assert_eq!(gather(&values, &view(0, &[3, 2], &[1, 3])).unwrap(), [0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
        assert_eq!(gather(&values, &view(4, &[2], &[1])).unwrap(), [4.0, 5.0]);
        assert_eq!(gather(&values, &view(3, &[], &[])).unwrap(), [3.0]);
    }

    #[test]
    fn a_view_outside_its_storage_is_an_error_and_allocates_nothing() {
        let values = [0.0; 6];
        for bad in [
            view(5, &[2], &[1]),
            view(0, &[1 << 40, 1 << 40], &[1, 1]),
            view(0, &[1 << 30], &[0]),
            view(0, &[2], &[usize::MAX]),
        ] {
            assert!(gather(&values, &bad).unwrap_err().contains("does not fit"), "{bad:?}");
        }
    }
}
