//! One document: added, opened, written out.

use super::{PLACE, StoreRunner};
use crate::annotate::NO_RUN;
use crate::dataset::format::{self, Format};
use crate::dataset::{Document, DocumentId, Prediction, PredictionKey, ResponseSpan, Status};
use crate::store::{RecordQuery, Result, Typed};
use crate::text::{CharRange, OffsetMap};
use crate::tui::effect::Near;
use crate::tui::msg::{Msg, Opened, Then};
use crate::tui::walk::{Predicted, Whose};

/// Code points of a place that are read for a list.
const QUOTE: usize = 60;

impl StoreRunner {
    /// A typed text as a document, in one step of undo, and opened.
    pub(super) fn add(&mut self, text: &str) -> Result<Vec<Msg>> {
        let Typed { document, group } = self.project.add_typed(&self.annotator, text)?;
        let Some(group) = group else {
            return self.open(document, None, Some("this text is in the project already".into()));
        };
        let mut said = vec![Msg::Committed(group, Then::Stay, self.counts()?)];
        said.extend(self.open(document, None, Some(format!("added document {document}: u takes it out again")))?);
        Ok(said)
    }

    /// A document with what an annotator said of it, as `gleaner export --format jsonl` writes it.
    pub(super) fn line(&self, document: DocumentId, annotator: String) -> Result<String> {
        let query = RecordQuery {
            statuses: Status::ALL.to_vec(),
            annotator: Some(annotator),
            unanswered: true,
            ..RecordQuery::default()
        };
        let page = self.project.records(&query, DocumentId(document.0 - 1), 1)?;
        let mut line = Vec::new();
        let records = page.records.into_iter().filter(|(id, _)| *id == document).map(|(_, record)| record);
        // Only bytes in memory are written, which cannot fail.
        let _ = format::write(Format::Jsonl, &mut line, records, &format::WriteOptions::default());
        Ok(String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned())
    }

    pub(super) fn place(&self) -> Result<Option<(DocumentId, usize)>> {
        let value = self.project.ui_state(&self.annotator, PLACE)?;
        Ok(value.and_then(|v| {
            let (document, cursor) = v.split_once(' ')?;
            Some((DocumentId(document.parse().ok()?), cursor.parse().ok()?))
        }))
    }

    pub(super) fn open(&self, document: DocumentId, whose: Option<Whose>, notice: Option<String>) -> Result<Vec<Msg>> {
        match self.project.document(document)? {
            Some(document) => Ok(vec![Msg::Opened(Box::new(self.opened_as(document, whose, notice)?))]),
            None => Ok(vec![Msg::NotOpened(notice.unwrap_or_else(|| "this document was removed".into()))]),
        }
    }

    /// A document of some, near another one.
    pub(super) fn open_among(
        &self,
        from: Option<DocumentId>,
        documents: &[DocumentId],
        which: Near,
    ) -> Result<Vec<Msg>> {
        let here = from.and_then(|from| documents.iter().position(|document| *document == from));
        let after = here.map_or(0, |here| here + 1);
        let ways: Vec<DocumentId> = match which {
            Near::Next => documents[after..].to_vec(),
            Near::Previous => documents[..here.unwrap_or(0)].iter().rev().copied().collect(),
            Near::Unfinished => {
                let before = &documents[..here.unwrap_or(0)];
                documents[after..].iter().chain(before).copied().collect()
            }
        };
        for id in ways {
            let done = |status| matches!(status, Status::Submitted | Status::Discarded);
            if which == Near::Unfinished && done(self.project.response(id, &self.annotator)?.status) {
                continue;
            }
            if let Some(document) = self.project.document(id)? {
                return Ok(vec![Msg::Opened(Box::new(self.opened(document, None)?))]);
            }
        }
        let why = match which {
            Near::Next => "this is the last hit: Esc goes back to the list",
            Near::Previous => "this is the first hit: Esc goes back to the list",
            Near::Unfinished => "no other hit is left to do: all are submitted or discarded",
        };
        Ok(vec![Msg::NotOpened(why.into())])
    }

    pub(super) fn opened(&self, document: Document, notice: Option<String>) -> Result<Opened> {
        let (id, me) = (document.id, self.annotator.as_str());
        Ok(Opened {
            said: self.project.said(id, me)?,
            whose: None,
            predicted: Vec::new(),
            matches: self.project.text_matches(id)?,
            cursor: self.place()?.filter(|(document, _)| *document == id).map(|(_, cursor)| cursor),
            document,
            notice,
        })
    }

    /// A document with somebody's response, and what is to be compared with it.
    pub(super) fn opened_as(&self, document: Document, whose: Option<Whose>, notice: Option<String>) -> Result<Opened> {
        let Some(whose) = whose else { return self.opened(document, notice) };
        let said = self.project.said(document.id, &whose.annotator)?;
        let predicted = match &whose.predicted {
            Some(predicted) => self.predicted(document.id, predicted)?,
            None => Vec::new(),
        };
        Ok(Opened { said, predicted, whose: Some(whose), matches: Vec::new(), cursor: None, document, notice })
    }

    fn predicted(&self, document: DocumentId, predicted: &Predicted) -> Result<Vec<Prediction>> {
        match predicted {
            Predicted::Run(run, above) => {
                let mut said = self.project.predictions(*run, document)?;
                said.retain(|p| p.score > above.of(p.key.label));
                Ok(said)
            }
            Predicted::Annotator(name) => {
                let theirs = self.project.response(document, name)?;
                let spans = theirs.spans.into_iter().filter(|_| theirs.status == Status::Submitted);
                let key = |s: &ResponseSpan| PredictionKey { run: NO_RUN, range: s.range, label: s.label };
                Ok(spans.map(|s| Prediction { key: key(&s), score: 1.0 }).collect())
            }
        }
    }

    /// The texts of places; nothing for those that are not in the text any more.
    pub(super) fn quotes(&self, places: &[(usize, DocumentId, CharRange)]) -> Result<Vec<(usize, String)>> {
        let mut quotes = Vec::with_capacity(places.len());
        let mut last: Option<(DocumentId, String, OffsetMap)> = None;
        for (number, document, range) in places {
            if last.as_ref().is_none_or(|(id, ..)| id != document) {
                let text = self.project.document(*document)?.map_or_else(String::new, |d| d.text);
                let map = OffsetMap::new(&text);
                last = Some((*document, text, map));
            }
            let place = last.as_ref().filter(|(_, _, map)| map.contains(*range));
            let quote = place.map_or("", |(_, text, map)| map.slice(text, *range));
            quotes.push((*number, quote.chars().take(QUOTE).collect()));
        }
        Ok(quotes)
    }
}
