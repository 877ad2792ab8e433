//! Rows of an Arrow record batch, whichever file it came from.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, RecordBatch};
use arrow_schema::{DataType, Schema};
use serde_json::{Map, Value};

use super::columns::{Choice, Column, Holds};
use super::objects::Maker;
use super::{BadRow, MOST_METADATA, Row, row};
use crate::dataset::format::tag_names;
use crate::dataset::{Provenance, Record};

/// Columns of words and their tags, taken along where they are.
const WITH_WORDS: [&str; 5] = ["tokens", "ner_tags", "tags", "ner", "labels"];

/// What a column of this type holds.
fn holds(of: &DataType) -> Holds {
    match of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Holds::Text,
        DataType::Dictionary(_, values) => holds(values),
        DataType::List(item) | DataType::LargeList(item) if holds(item.data_type()) == Holds::Text => Holds::Words,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => Holds::Other("lists"),
        DataType::Struct(_) | DataType::Map(..) => Holds::Other("objects"),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Holds::Other("bytes")
        }
        of if is_scalar(of) => Holds::Scalar,
        _ => Holds::Other("something else"),
    }
}

/// Numbers, true and false.
fn is_scalar(of: &DataType) -> bool {
    of.is_integer() || matches!(of, DataType::Float32 | DataType::Float64 | DataType::Boolean)
}

/// The columns of a schema; lengths from the first rows.
pub(super) fn columns(schema: &Schema, first: Option<&RecordBatch>) -> Vec<Column> {
    let length = |name: &str| {
        let array = first?.column_by_name(name)?;
        let strings = Strings::of(array.as_ref())?;
        let rows = array.len().min(super::SAMPLE);
        let lengths: Vec<usize> = (0..rows).filter_map(|i| strings.at(i)).map(|text| text.chars().count()).collect();
        Some(lengths.iter().sum::<usize>() as f64 / lengths.len().max(1) as f64)
    };
    let one = |field: &arrow_schema::FieldRef| Column {
        name: field.name().clone(),
        holds: holds(field.data_type()),
        chars: length(field.name()).unwrap_or(0.0),
    };
    schema.fields().iter().map(one).collect()
}

/// Which columns are read: the text, words and tags, and a few short ones.
pub(super) fn projection(schema: &Schema, choice: &Choice, id_column: Option<&str>) -> Vec<usize> {
    let mut short = 0;
    let wanted = |(index, field): (usize, &arrow_schema::FieldRef)| {
        let name = field.name().as_str();
        let needed = name == choice.column || Some(name) == id_column || WITH_WORDS.contains(&name);
        let scalar = matches!(holds(field.data_type()), Holds::Text | Holds::Scalar);
        short += usize::from(scalar && !needed);
        (needed || (scalar && short <= MOST_METADATA)).then_some(index)
    };
    schema.fields().iter().enumerate().filter_map(wanted).collect()
}

/// Names of integer tags, as `datasets` writes them into the schema.
pub(super) fn names_in(schema: &Schema) -> Option<Vec<String>> {
    let said: Value = serde_json::from_str(schema.metadata().get("huggingface")?).ok()?;
    tag_names(said.get("info")?.get("features")?)
}

/// Strings of a column, also where they are kept once and pointed to.
struct Strings<'a> {
    array: &'a dyn Array,
    keys: Option<(Vec<usize>, &'a dyn Array)>,
}

impl<'a> Strings<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        if let Some(pointed) = array.as_any_dictionary_opt() {
            let values = pointed.values().as_ref();
            let text = holds(values.data_type()) == Holds::Text;
            // Keys of an empty dictionary point nowhere: all of them are null.
            let keys = if values.is_empty() { Vec::new() } else { pointed.normalized_keys() };
            return text.then_some(Self { array, keys: Some((keys, values)) });
        }
        (holds(array.data_type()) == Holds::Text).then_some(Self { array, keys: None })
    }

    fn at(&self, index: usize) -> Option<&'a str> {
        if self.array.is_null(index) {
            return None;
        }
        let (array, index) = match &self.keys {
            None => (self.array, index),
            Some((keys, values)) => (*values, *keys.get(index)?),
        };
        if array.is_null(index) {
            return None;
        }
        let text = array.as_string_opt::<i32>().map(|a| a.value(index));
        let text = text.or_else(|| array.as_string_opt::<i64>().map(|a| a.value(index)));
        text.or_else(|| array.as_string_view_opt().map(|a| a.value(index)))
    }
}

/// A value as JSON; `None` for null and for what is no scalar, no string and no list of those.
fn value(array: &dyn Array, index: usize) -> Option<Value> {
    if array.is_null(index) {
        return None;
    }
    macro_rules! number {
        ($($kind:ident => $of:ty),*) => {
            match array.data_type() {
                $(DataType::$kind => array.as_primitive_opt::<$of>().map(|a| a.value(index).into()),)*
                DataType::Boolean => array.as_boolean_opt().map(|a| a.value(index).into()),
                DataType::List(_) => array.as_list_opt::<i32>().map(|a| list(a.value(index).as_ref())),
                DataType::LargeList(_) => array.as_list_opt::<i64>().map(|a| list(a.value(index).as_ref())),
                _ => Strings::of(array).and_then(|s| s.at(index)).map(Value::from),
            }
        };
    }
    number!(
        Int8 => Int8Type, Int16 => Int16Type, Int32 => Int32Type, Int64 => Int64Type, UInt8 => UInt8Type,
        UInt16 => UInt16Type, UInt32 => UInt32Type, UInt64 => UInt64Type, Float32 => Float32Type, Float64 => Float64Type
    )
}

fn list(items: &dyn Array) -> Value {
    (0..items.len()).map(|i| value(items, i).unwrap_or(Value::Null)).collect()
}

/// Makes rows of the batches of one file.
pub(super) struct Batches {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) id_column: Option<String>,
    pub(super) make: Maker,
}

impl Batches {
    /// The rows of a batch whose first row has the number `first`.
    pub(super) fn rows(&self, batch: &RecordBatch, first: u64) -> Vec<Result<Row, BadRow>> {
        let schema = batch.schema();
        let names: Vec<&str> = schema.fields().iter().map(|f| f.name().as_str()).collect();
        let words = names.iter().any(|name| WITH_WORDS.contains(name));
        let text = batch.column_by_name(&self.column).and_then(|a| Strings::of(a.as_ref()));
        let mut others = Vec::new();
        for (name, array) in names.iter().zip(batch.columns()) {
            if *name != self.column {
                others.push((*name, array.as_ref()));
            }
        }
        let one = |index: usize| {
            let number = first + index as u64;
            let rest = others.iter().filter_map(|(name, array)| Some(((*name).to_owned(), value(*array, index)?)));
            match &text {
                Some(text) if !words => {
                    let text = text.at(index).unwrap_or_default().to_owned();
                    let mut metadata: Map<String, Value> = rest.collect();
                    let id = match metadata.shift_remove("id") {
                        Some(Value::String(id)) => Some(id),
                        Some(other) => Some(other.to_string()),
                        None => None,
                    };
                    let provenance = Provenance { source: self.name.clone(), line: Some(number), parent: None };
                    row(Record { id, text, metadata, provenance, ..Record::default() }, self.id_column.as_deref())
                }
                _ => {
                    let mut object: Map<String, Value> = rest.collect();
                    if let Some(value) = batch.column_by_name(&self.column).and_then(|a| value(a.as_ref(), index)) {
                        object.insert(self.column.clone(), value);
                    }
                    self.make.row(object, number)
                }
            }
        };
        (0..batch.num_rows()).map(one).collect()
    }
}
