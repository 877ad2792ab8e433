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
        let (first, kind, length) = (&tensors[0].name, &tensors[0].storage_type, tensors[0].storage_len);
        let raw = entry(&mut archive, whole, &format!("{folder}data/{storage}"))
            .map_err(|why| WeightsError::tensor(path, first, why))?;
        // Tied weights share a storage twice; a pickle that reads one a hundred times wants our memory.
        let wanted = tensors.iter().try_fold(0_usize, |n, t| n.checked_add(elements(&t.shape)?));
        if wanted.is_none_or(|n| n > raw.len().saturating_mul(4)) {
            return Err(WeightsError::tensor(path, first, "its storage is too small for the tensors that use it"));
        }
        if let Some(other) = tensors.iter().find(|t| (&t.storage_type, t.storage_len) != (kind, length)) {
            return Err(WeightsError::tensor(path, &other.name, "its storage is described in two ways"));
        }
        let values = values(raw, tensors[0]).map_err(|why| WeightsError::tensor(path, first, why))?;
        if let Some(value) = implausible(&values) {
            let why = format!("holds {value}, which no trained weight is: the file is damaged");
            return Err(WeightsError::tensor(path, first, why));
        }
        let mut add = |tensor: &TensorRef, data: Vec<f32>| {
            let name = clean_name(&tensor.name).unwrap_or(&tensor.name);
            weights.tensors.insert(name.to_owned(), Tensor { shape: tensor.shape.clone(), data });
        };
        match tensors[..] {
            // Nearly always: one tensor is the whole storage, which need not be copied.
            [tensor] if tensor.offset == 0 && elements(&tensor.shape) == Some(values.len()) && is_row_major(tensor) => {
                add(tensor, values);
            }
            _ => {
                for tensor in tensors {
                    let data = gather(&values, tensor).map_err(|why| WeightsError::tensor(path, &tensor.name, why))?;
                    add(tensor, data);
                }
            }
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

/// All elements of a storage; its bytes are given back at once.
fn values(raw: Vec<u8>, tensor: &TensorRef) -> Result<Vec<f32>, String> {
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

    /// A torch file with one 2×3 tensor `model.w`, its storage of the given kind and bytes.
    fn torch_file(kind: &str, storage: &[u8]) -> Vec<u8> {
        let mut p = b"\x80\x02}X\x07\x00\x00\x00model.wctorch._utils\n_rebuild_tensor_v2\n((".to_vec();
        p.extend(b"X\x07\x00\x00\x00storage");
        p.extend(format!("ctorch\n{kind}\n").bytes());
        p.extend(b"X\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06tQK\x00K\x02K\x03\x86K\x03K\x01\x86\x89");
        p.extend(b"ccollections\nOrderedDict\n)RtRs.");
        let mut file = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, content) in [("m/data.pkl", &p[..]), ("m/byteorder", b"little"), ("m/data/0", storage)] {
            file.start_file(name, stored).unwrap();
            std::io::Write::write_all(&mut file, content).unwrap();
        }
        file.finish().unwrap().into_inner()
    }

    fn parsed(kind: &str, storage: &[u8]) -> Result<Weights, WeightsError> {
        parse(&torch_file(kind, storage), Path::new("pytorch_model.bin"))
    }

    #[test]
    fn every_kind_of_float_is_read() {
        let values = [0.5_f32, -1.0, 2.0, 0.0, -0.25, 8.0];
        let bytes = |each: &dyn Fn(f32) -> Vec<u8>| values.iter().flat_map(|&v| each(v)).collect::<Vec<u8>>();
        for (kind, storage) in [
            ("FloatStorage", bytes(&|v| v.to_le_bytes().to_vec())),
            ("HalfStorage", bytes(&|v| f16::from_f32(v).to_le_bytes().to_vec())),
            ("BFloat16Storage", bytes(&|v| bf16::from_f32(v).to_le_bytes().to_vec())),
            ("DoubleStorage", bytes(&|v| f64::from(v).to_le_bytes().to_vec())),
        ] {
            let weights = parsed(kind, &storage).unwrap();
            assert_eq!(weights.tensors["w"], Tensor { shape: vec![2, 3], data: values.to_vec() }, "{kind}");
        }
    }

    #[test]
    fn a_storage_of_the_wrong_size_or_kind_names_the_tensor() {
        let error = parsed("FloatStorage", &[0; 20]).unwrap_err().to_string();
        assert!(error.contains("pytorch_model.bin: tensor `model.w`") && error.contains("20 bytes"), "{error}");
        let error = parsed("QInt8Storage", &[0; 6]).unwrap_err().to_string();
        assert!(error.contains("QInt8Storage"), "{error}");
        let error = parsed("FloatStorage", &f32::NAN.to_le_bytes().repeat(6)).unwrap_err().to_string();
        assert!(error.contains("NaN"), "{error}");
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
