//! Prodigy: `text`, `spans`, `answer`. Read only.
//!
//! `accept` is a submitted response, `ignore` a discarded one. `reject` says that these spans are wrong, not which are
//! right: a draft with the spans, so that it is never gold and waits to be corrected; `answer` stays in the metadata.
//! Without an answer the record counts as submitted when it has spans. The id is `id`, else `_input_hash`; the annotator
//! `_annotator_id`, else `_session_id`. `tokens` repeat the text and are left out.

use serde_json::Value;

use super::fields;
use crate::dataset::{Record, RecordResponse, Status};
use crate::text::OffsetMap;

/// One record from one JSON value.
pub(super) fn read_record(value: Value, source: &str, line: u64) -> Result<Record, String> {
    let mut object = fields::object(value)?;
    let text = fields::take_text(&mut object, "text")?;
    let mut id = fields::take_id(&mut object, "id")?;
    if id.is_none() {
        id = fields::take_id(&mut object, "_input_hash")?;
    }
    let annotator = ["_annotator_id", "_session_id"]
        .into_iter()
        .find_map(|key| object.get(key).and_then(Value::as_str).filter(|name| !name.is_empty()).map(str::to_owned));
    let map = OffsetMap::new(&text);
    let spans = fields::take_array(&mut object, "spans")?;
    let status = match object.get("answer").and_then(Value::as_str) {
        Some("accept") => Some(Status::Submitted),
        Some("ignore") => Some(Status::Discarded),
        Some("reject") => Some(Status::Draft),
        Some(other) => return Err(format!("\"answer\" is {other:?}; it must be accept, reject or ignore")),
        None => spans.is_some().then_some(Status::Submitted),
    };
    if status != Some(Status::Draft) {
        object.shift_remove("answer");
    }
    object.shift_remove("tokens");
    let spans = fields::spans(&spans.unwrap_or_default(), &text, &map)?;
    let mut record = fields::record(id, text, object, source, line);
    record.responses =
        status.map(|status| RecordResponse { annotator, status, spans, ..Default::default() }).into_iter().collect();
    Ok(record)
}
