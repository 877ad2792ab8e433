//! The pickle inside a torch file, read as data: nothing in it is executed.
//!
//! A pickle is a program for a small stack machine that can call any Python function. Here the machine knows just the
//! instructions that `torch.save(model.state_dict())` writes, and four names that mean something: a storage type, two
//! functions that describe a tensor, and `OrderedDict`. Everything else is refused by name. Compound values live in one
//! arena and refer to each other by index, so no input can make the reader recurse.

use std::collections::HashMap;

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
    let mut machine =
        Machine { bytes: pickle, at: 0, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new(), arena: Vec::new() };
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

/// What can lie on the stack. Compound values are indices into the arena.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Value {
    None,
    Bool,
    Int(i64),
    Float,
    Text(usize),
    Object(usize),
}

#[derive(Clone, Debug)]
enum Object {
    Text(String),
    Tuple(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Global(String),
    Storage { name: String, kind: String, len: usize },
    Tensor(TensorRef),
}

struct Machine<'b> {
    bytes: &'b [u8],
    at: usize,
    stack: Vec<Value>,
    /// Stack heights at the open marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    arena: Vec<Object>,
}

const TORN: &str = "the pickle ends in the middle; download the file again";

impl Machine<'_> {
    fn run(&mut self) -> Result<Value, String> {
        loop {
            let place = self.at;
            match self.byte()? {
                0x80 => {
                    self.take(1)?; // PROTO
                }
                0x95 => {
                    self.take(8)?; // FRAME
                }
                b'(' => self.marks.push(self.stack.len()),
                b'N' => self.stack.push(Value::None),
                0x88 | 0x89 => self.stack.push(Value::Bool),
                b'K' => {
                    let n = self.byte()?;
                    self.stack.push(Value::Int(n.into()));
                }
                b'M' => {
                    let n = u16::from_le_bytes(self.array()?);
                    self.stack.push(Value::Int(n.into()));
                }
                b'J' => {
                    let n = i32::from_le_bytes(self.array()?);
                    self.stack.push(Value::Int(n.into()));
                }
                0x8a => self.long()?,
                b'G' => {
                    self.take(8)?;
                    self.stack.push(Value::Float);
                }
                b'X' => {
                    let len = u32::from_le_bytes(self.array()?);
                    self.unicode(len as usize)?;
                }
                0x8c => {
                    let len = self.byte()?;
                    self.unicode(len.into())?;
                }
                b')' => self.push(Object::Tuple(Vec::new())),
                0x85 => self.tuple(1)?,
                0x86 => self.tuple(2)?,
                0x87 => self.tuple(3)?,
                b't' => {
                    let items = self.since_mark()?;
                    self.push(Object::Tuple(items));
                }
                b'}' => self.push(Object::Dict(Vec::new())),
                b's' => {
                    let (value, key) = (self.pop()?, self.pop()?);
                    self.set_items(&[key, value])?;
                }
                b'u' => {
                    let items = self.since_mark()?;
                    self.set_items(&items)?;
                }
                b'q' => {
                    let slot = self.byte()?;
                    self.remember(slot.into())?;
                }
                b'r' => {
                    let slot = u32::from_le_bytes(self.array()?);
                    self.remember(slot)?;
                }
                0x94 => self.remember(self.memo.len() as u32)?,
                b'h' => {
                    let slot = self.byte()?;
                    self.recall(slot.into())?;
                }
                b'j' => {
                    let slot = u32::from_le_bytes(self.array()?);
                    self.recall(slot)?;
                }
                b'c' => {
                    let (module, name) = (self.line()?, self.line()?);
                    self.global(&module, &name)?;
                }
                0x93 => {
                    let (name, module) = (self.pop()?, self.pop()?);
                    let (Value::Text(name), Value::Text(module)) = (name, module) else {
                        return Err("the pickle names a function by something that is not text".to_owned());
                    };
                    let (module, name) = (self.text(module).to_owned(), self.text(name).to_owned());
                    self.global(&module, &name)?;
                }
                b'Q' => self.persistent()?,
                b'R' => self.reduce()?,
                // The attributes of an OrderedDict (torch keeps version numbers there): not needed.
                b'b' => {
                    self.pop()?;
                }
                b'.' => return self.pop(),
                other => {
                    return Err(format!(
                        "instruction 0x{other:02x} at byte {place} of the pickle is not one that a \
                                        file of tensors needs; it is not executed"
                    ));
                }
            }
        }
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| TORN.to_owned())
    }

    fn take(&mut self, n: usize) -> Result<&[u8], String> {
        let end = self.at.checked_add(n).filter(|&end| end <= self.bytes.len()).ok_or(TORN)?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn line(&mut self) -> Result<String, String> {
        let len = self.bytes[self.at..].iter().position(|&b| b == b'\n').ok_or(TORN)?;
        let line = String::from_utf8_lossy(self.take(len)?).into_owned();
        self.take(1)?;
        Ok(line)
    }

    fn long(&mut self) -> Result<(), String> {
        let len = usize::from(self.byte()?);
        let bytes = self.take(len)?;
        if bytes.len() > 8 {
            return Err("the pickle holds a number of more than 64 bits".to_owned());
        }
        let fill = if bytes.last().is_some_and(|b| b & 0x80 != 0) { 0xff } else { 0 };
        let mut wide = [fill; 8];
        wide[..bytes.len()].copy_from_slice(bytes);
        self.stack.push(Value::Int(i64::from_le_bytes(wide)));
        Ok(())
    }

    fn unicode(&mut self, len: usize) -> Result<(), String> {
        let text = std::str::from_utf8(self.take(len)?).map_err(|_| "the pickle holds a name that is not UTF-8")?;
        let object = Object::Text(text.to_owned());
        self.arena.push(object);
        self.stack.push(Value::Text(self.arena.len() - 1));
        Ok(())
    }

    fn push(&mut self, object: Object) {
        self.arena.push(object);
        self.stack.push(Value::Object(self.arena.len() - 1));
    }

    fn pop(&mut self) -> Result<Value, String> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let value = if self.stack.len() > floor { self.stack.pop() } else { None };
        value.ok_or_else(|| "the pickle takes a value that is not there".to_owned())
    }

    fn since_mark(&mut self) -> Result<Vec<Value>, String> {
        let mark = self.marks.pop().ok_or("the pickle closes a list it never opened")?;
        Ok(self.stack.split_off(mark))
    }

    fn tuple(&mut self, n: usize) -> Result<(), String> {
        let mut items = Vec::with_capacity(n);
        for _ in 0..n {
            items.push(self.pop()?);
        }
        items.reverse();
        self.push(Object::Tuple(items));
        Ok(())
    }

    fn set_items(&mut self, items: &[Value]) -> Result<(), String> {
        let dict = self.stack.last().copied();
        match dict.and_then(|d| if let Value::Object(i) = d { self.arena.get_mut(i) } else { None }) {
            Some(Object::Dict(entries)) if items.len() % 2 == 0 => {
                entries.extend(items.chunks_exact(2).map(|pair| (pair[0], pair[1])));
                Ok(())
            }
            _ => Err("the pickle fills something that is not a dictionary".to_owned()),
        }
    }

    fn remember(&mut self, slot: u32) -> Result<(), String> {
        let top = *self.stack.last().ok_or("the pickle remembers a value that is not there")?;
        self.memo.insert(slot, top);
        Ok(())
    }

    fn recall(&mut self, slot: u32) -> Result<(), String> {
        let value = *self.memo.get(&slot).ok_or("the pickle recalls a value it never remembered")?;
        self.stack.push(value);
        Ok(())
    }

    fn global(&mut self, module: &str, name: &str) -> Result<(), String> {
        let known = match (module, name) {
            ("torch._utils", "_rebuild_tensor_v2" | "_rebuild_parameter") | ("collections", "OrderedDict") => true,
            ("torch", name) => name.ends_with("Storage"),
            _ => false,
        };
        if !known {
            let what: String = format!("{module}.{name}").chars().take(120).collect();
            return Err(format!(
                "the pickle wants to call {what:?}; a file of tensors does not need that, and it is \
                                not executed"
            ));
        }
        self.push(Object::Global(name.to_owned()));
        Ok(())
    }

    /// `('storage', FloatStorage, '0', 'cpu', 1024)` → the storage.
    fn persistent(&mut self) -> Result<(), String> {
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
    fn reduce(&mut self) -> Result<(), String> {
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

    fn tensor(&self, storage: &Value, offset: i64, shape: &Value, strides: &Value) -> Option<TensorRef> {
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

    fn sizes(&self, value: &Value) -> Option<Vec<usize>> {
        let Some(Object::Tuple(items)) = self.object(value) else { return None };
        items.iter().map(|v| if let Value::Int(n) = v { usize::try_from(*n).ok() } else { None }).collect()
    }

    fn object(&self, value: &Value) -> Option<&Object> {
        if let Value::Object(i) = value { self.arena.get(*i) } else { None }
    }

    fn text(&self, index: usize) -> &str {
        if let Some(Object::Text(text)) = self.arena.get(index) { text } else { "" }
    }
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
