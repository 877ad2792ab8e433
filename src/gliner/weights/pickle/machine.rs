//! The stack machine: instructions of a pickle, one after the other, until it stops or asks for something unknown.

use std::collections::HashMap;

use super::TensorRef;

/// What can lie on the stack. Compound values are indices into the arena.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value {
    None,
    Bool,
    Int(i64),
    Float,
    Text(usize),
    Object(usize),
}

#[derive(Clone, Debug)]
pub(super) enum Object {
    Text(String),
    Tuple(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    Global(String),
    Storage { name: String, kind: String, len: usize },
    Tensor(TensorRef),
}

pub(super) struct Machine<'b> {
    bytes: &'b [u8],
    at: usize,
    pub(super) stack: Vec<Value>,
    /// Stack heights at the open marks.
    marks: Vec<usize>,
    memo: HashMap<u32, Value>,
    arena: Vec<Object>,
}

const TORN: &str = "the pickle ends in the middle; download the file again";

impl<'b> Machine<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, at: 0, stack: Vec::new(), marks: Vec::new(), memo: HashMap::new(), arena: Vec::new() }
    }
}

impl Machine<'_> {
    pub(super) fn run(&mut self) -> Result<Value, String> {
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
                        "instruction 0x{other:02x} at byte {place} of the pickle is not one that a file \
                         of tensors needs; it is not executed"
                    ));
                }
            }
        }
    }

    pub(super) fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        self.take(N)?.try_into().map_err(|_| TORN.to_owned())
    }

    pub(super) fn take(&mut self, n: usize) -> Result<&[u8], String> {
        let end = self.at.checked_add(n).filter(|&end| end <= self.bytes.len()).ok_or(TORN)?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    pub(super) fn line(&mut self) -> Result<String, String> {
        let len = self.bytes[self.at..].iter().position(|&b| b == b'\n').ok_or(TORN)?;
        let line = String::from_utf8_lossy(self.take(len)?).into_owned();
        self.take(1)?;
        Ok(line)
    }

    pub(super) fn long(&mut self) -> Result<(), String> {
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

    pub(super) fn unicode(&mut self, len: usize) -> Result<(), String> {
        let text = std::str::from_utf8(self.take(len)?).map_err(|_| "the pickle holds a name that is not UTF-8")?;
        let object = Object::Text(text.to_owned());
        self.arena.push(object);
        self.stack.push(Value::Text(self.arena.len() - 1));
        Ok(())
    }

    pub(super) fn push(&mut self, object: Object) {
        self.arena.push(object);
        self.stack.push(Value::Object(self.arena.len() - 1));
    }

    pub(super) fn pop(&mut self) -> Result<Value, String> {
        let floor = self.marks.last().copied().unwrap_or(0);
        let value = if self.stack.len() > floor { self.stack.pop() } else { None };
        value.ok_or_else(|| "the pickle takes a value that is not there".to_owned())
    }

    pub(super) fn since_mark(&mut self) -> Result<Vec<Value>, String> {
        let mark = self.marks.pop().ok_or("the pickle closes a list it never opened")?;
        Ok(self.stack.split_off(mark))
    }

    pub(super) fn tuple(&mut self, n: usize) -> Result<(), String> {
        let mut items = Vec::with_capacity(n);
        for _ in 0..n {
            items.push(self.pop()?);
        }
        items.reverse();
        self.push(Object::Tuple(items));
        Ok(())
    }

    pub(super) fn set_items(&mut self, items: &[Value]) -> Result<(), String> {
        let dict = self.stack.last().copied();
        match dict.and_then(|d| if let Value::Object(i) = d { self.arena.get_mut(i) } else { None }) {
            Some(Object::Dict(entries)) if items.len().is_multiple_of(2) => {
                entries.extend(items.chunks_exact(2).map(|pair| (pair[0], pair[1])));
                Ok(())
            }
            _ => Err("the pickle fills something that is not a dictionary".to_owned()),
        }
    }

    pub(super) fn remember(&mut self, slot: u32) -> Result<(), String> {
        let top = *self.stack.last().ok_or("the pickle remembers a value that is not there")?;
        self.memo.insert(slot, top);
        Ok(())
    }

    pub(super) fn recall(&mut self, slot: u32) -> Result<(), String> {
        let value = *self.memo.get(&slot).ok_or("the pickle recalls a value it never remembered")?;
        self.stack.push(value);
        Ok(())
    }

    pub(super) fn object(&self, value: &Value) -> Option<&Object> {
        if let Value::Object(i) = value { self.arena.get(*i) } else { None }
    }

    pub(super) fn text(&self, index: usize) -> &str {
        if let Some(Object::Text(text)) = self.arena.get(index) { text } else { "" }
    }
}
