//! The pickle inside a torch file, read as data: nothing in it is executed.
//!
//! A pickle is a program for a small stack machine that can call any Python function. Here the machine knows just the
//! instructions that `torch.save(model.state_dict())` writes, and four names that mean something: a storage type, two
//! functions that describe a tensor, and `OrderedDict`. Everything else is refused by name. Compound values live in one
//! arena and refer to each other by index, so no input can make the reader recurse.

mod calls;
mod machine;

use machine::{Machine, Object, Value};

/// A tensor as the pickle describes it: a view of a storage.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TensorRef {
    /// Name in the state dict.
    pub name: String,
    /// Name of the storage in the archive.
    pub storage: String,
    /// Type of the storage's elements, as torch names it (`FloatStorage`).
    pub storage_type: String,
    /// Elements the storage claims to have.
    pub storage_len: usize,
    /// First element.
    pub offset: usize,
    /// Dimensions.
    pub shape: Vec<usize>,
    /// Elements between neighbours in each dimension.
    pub strides: Vec<usize>,
}

/// The tensors of a pickled state dict, in its order.
pub(super) fn tensors(pickle: &[u8]) -> Result<Vec<TensorRef>, String> {
    let mut machine = Machine::new(pickle);
    let top = machine.run()?;
    let Some(Object::Dict(entries)) = machine.object(&top) else {
        return Err("the file does not hold a state dict (a dictionary of tensors)".to_owned());
    };
    let mut found = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let Value::Text(name) = key else { return Err("the state dict has a key that is not a name".to_owned()) };
        match machine.object(value) {
            Some(Object::Tensor(tensor)) => {
                found.push(TensorRef { name: machine.text(*name).to_owned(), ..tensor.clone() });
            }
            _ => return Err(format!("`{}` in the state dict is not a tensor", machine.text(*name))),
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    /// A pickle of one tensor named `w`: 2×3 of a FloatStorage `0` with 6 elements.
    fn one_tensor() -> Vec<u8> {
        let mut p = b"\x80\x02}X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((".to_vec();
        p.extend(b"X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x06tQ");
        p.extend(b"K\x00K\x02K\x03\x86K\x03K\x01\x86\x89ccollections\nOrderedDict\n)RtRs.");
        p
    }

    #[test]
    fn a_tensor_is_described() {
        let found = tensors(&one_tensor()).unwrap();
        let tensor = &found[0];
        assert_eq!((tensor.name.as_str(), tensor.storage.as_str()), ("w", "0"));
        assert_eq!((&tensor.shape[..], &tensor.strides[..]), (&[2, 3][..], &[3, 1][..]));
    }

    #[test]
    fn a_call_to_anything_else_is_refused_by_name() {
        let error = tensors(b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.").unwrap_err();
        assert!(error.contains("os.system") && error.contains("not executed"), "{error}");
        let error = tensors(b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93.").unwrap_err();
        assert!(error.contains("builtins.eval"), "{error}");
        assert!(tensors(b"ios\nsystem\n.").unwrap_err().contains("0x69"), "INST is not an instruction we know");
    }

    #[test]
    fn every_cut_is_an_error() {
        let whole = one_tensor();
        for end in 0..whole.len() {
            assert!(tensors(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn nesting_is_no_recursion() {
        let deep: Vec<u8> = [b")".to_vec(), vec![0x85; 1_000_000], b".".to_vec()].concat();
        assert!(tensors(&deep).is_err());
    }

    proptest! {
        #[test]
        fn garbage_never_panics(at in 0_usize..190, byte: u8, tail in proptest::collection::vec(any::<u8>(), 0..40)) {
            let mut bytes = one_tensor();
            let at = at.min(bytes.len() - 1);
            bytes[at] = byte;
            let _ = tensors(&bytes);
            let _ = tensors(&tail);
        }
    }
}
