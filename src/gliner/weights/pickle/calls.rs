//! What a pickle may ask for by name, and what that means here: storages, tensors, an empty dictionary. No call is made.

use super::TensorRef;
use super::machine::{Machine, Object, Value};

impl Machine<'_> {
    pub(super) fn global(&mut self, module: &str, name: &str) -> Result<(), String> {
        let known = match (module, name) {
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_parameter") | ("collections", "OrderedDict") => true,
            ("torch", name) => name.ends_with("Storage"),
            _ => false,
        };
        if !known {
            let what: String = format!("{module}.{name}").chars().take(120).collect();
            return Err(format!(
                "the pickle wants to call {what:?}; a file of tensors does not need that, and it is not \
                 executed"
            ));
        }
        self.push(Object::Global(name.to_owned()));
        Ok(())
    }

    /// `('storage', FloatStorage, '0', 'cpu', 1024)` → the storage.
    pub(super) fn persistent(&mut self) -> Result<(), String> {
        let id = self.pop()?;
        let storage = match self.object(&id) {
            Some(Object::Tuple(id)) => match id.as_slice() {
                [_, kind, Value::Text(name), _, Value::Int(len)] => match (self.object(kind), usize::try_from(*len)) {
                    (Some(Object::Global(kind)), Ok(len)) if kind.ends_with("Storage") => {
                        Some(Object::Storage { name: self.text(*name).to_owned(), kind: kind.clone(), len })
                    }
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        self.push(storage.ok_or("the pickle refers to a storage in a way torch does not write")?);
        Ok(())
    }

    /// A call: only the three that make tensors and dictionaries.
    pub(super) fn reduce(&mut self) -> Result<(), String> {
        let (arguments, function) = (self.pop()?, self.pop()?);
        let (Some(Object::Global(function)), Some(Object::Tuple(arguments))) =
            (self.object(&function), self.object(&arguments))
        else {
            return Err("the pickle calls something that is not a function".to_owned());
        };
        let made = match (function.as_str(), arguments.as_slice()) {
            ("OrderedDict", []) => Object::Dict(Vec::new()),
            ("_rebuild_tensor_v2", [storage, Value::Int(offset), shape, strides, ..]) => Object::Tensor(
                self.tensor(storage, *offset, shape, strides).ok_or("the pickle describes a tensor wrongly")?,
            ),
            // A parameter is the tensor it wraps.
            ("_rebuild_parameter", [tensor @ Value::Object(_), ..]) => {
                self.stack.push(*tensor);
                return Ok(());
            }
            (name, _) => return Err(format!("the pickle calls {name} with arguments torch does not write")),
        };
        self.push(made);
        Ok(())
    }

    pub(super) fn tensor(&self, storage: &Value, offset: i64, shape: &Value, strides: &Value) -> Option<TensorRef> {
        let Some(Object::Storage { name, kind, len }) = self.object(storage) else { return None };
        let (shape, strides) = (self.sizes(shape)?, self.sizes(strides)?);
        (shape.len() == strides.len()).then_some(())?;
        Some(TensorRef {
            name: String::new(),
            storage: name.clone(),
            storage_type: kind.clone(),
            storage_len: *len,
            offset: usize::try_from(offset).ok()?,
            shape,
            strides,
        })
    }

    pub(super) fn sizes(&self, value: &Value) -> Option<Vec<usize>> {
        let Some(Object::Tuple(items)) = self.object(value) else { return None };
        items.iter().map(|v| if let Value::Int(n) = v { usize::try_from(*n).ok() } else { None }).collect()
    }
}
