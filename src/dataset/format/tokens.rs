//! `{"tokens": […], "spans": [[start, end_inclusive, "label"], …]}`, word indices; the text is the tokens joined by one
//! space, unless `text` gives it. Read only. Other keys (`source`, `neg`, …) are metadata.

use serde_json::Value;

use super::word_spans::{self, WordSpan};
use super::{fields, hf};
use crate::dataset::{Record, RecordResponse, Status};

/// One record from one JSON value.
pub(super) fn read_record(value: Value, source: &str, line: u64) -> Result<Record, String> {
    let mut object = fields::object(value)?;
    let tokens = fields::take_strings(&mut object, "tokens")?;
    let id = fields::take_id(&mut object, "id")?;
    let (text, ranges) = hf::text_of(&mut object, &tokens)?;
    let spans = fields::take_array(&mut object, "spans")?;
    let mut record = fields::record(id, text, object, source, line);
    if let Some(spans) = spans {
        let one = |(number, value): (usize, &Value)| {
            let (first, last, label) = fields::triple(value, number)?;
            word_spans::characters(&WordSpan { first, last, label }, &ranges, number)
        };
        let spans = spans.iter().enumerate().map(one).collect::<Result<_, _>>()?;
        record.responses.push(RecordResponse { status: Status::Submitted, spans, ..Default::default() });
    }
    Ok(record)
}
