//! doccano: `text` with `label` or `labels` [[start, end, label]], or with `entities` [{start_offset, end_offset, label}].
//! Offsets count code points, ends are exclusive. Read only; relations and comments stay in the metadata.
//!
//! doccano writes an empty list for a document nobody opened as well as for one without entities: an empty list is no
//! response.

use serde_json::Value;

use super::fields::{self, Object};
use crate::dataset::{Record, RecordResponse, Span, Status};
use crate::text::{CharRange, OffsetMap};

/// One record from one JSON value.
pub(super) fn read_record(value: Value, source: &str, line: u64) -> Result<Record, String> {
    let mut object = fields::object(value)?;
    let text_key = if object.contains_key("text") { "text" } else { "data" };
    let text = fields::take_text(&mut object, text_key)?;
    let id = fields::take_id(&mut object, "id")?;
    let map = OffsetMap::new(&text);
    let spans = take_spans(&mut object, &map)?;
    let mut record = fields::record(id, text, object, source, line);
    if !spans.is_empty() {
        record.responses.push(RecordResponse { status: Status::Submitted, spans, ..Default::default() });
    }
    Ok(record)
}

fn take_spans(object: &mut Object, map: &OffsetMap) -> Result<Vec<Span>, String> {
    for key in ["label", "labels"] {
        if let Some(triples) = fields::take_array(object, key)? {
            return fields::character_triples(&triples, map);
        }
    }
    let entities = fields::take_array(object, "entities")?.unwrap_or_default();
    let one = |(number, entity): (usize, &Value)| {
        let what = format!("span {}", number + 1);
        let label = fields::label(entity.get("label"), &what)?;
        let start = fields::whole(entity.get("start_offset"), &format!("the start_offset of {what}"))?;
        let end = fields::whole(entity.get("end_offset"), &format!("the end_offset of {what}"))?;
        let range = fields::checked(CharRange::new(start, end), map, &format!("{what} ({label:?})"))?;
        Ok(Span { range, label, score: None })
    };
    entities.iter().enumerate().map(one).collect()
}
