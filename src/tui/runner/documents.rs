//! One document: added, opened, written out.

use super::{PLACE, StoreRunner};
use crate::dataset::format::{self, Format};
use crate::dataset::{Document, DocumentId, Status};
use crate::store::{RecordQuery, Result, Typed};
use crate::tui::msg::{Msg, Opened, Then};

impl StoreRunner {
    /// A typed text as a document, in one step of undo, and opened.
    pub(super) fn add(&mut self, text: &str) -> Result<Vec<Msg>> {
        let Typed { document, group } = self.project.add_typed(&self.annotator, text)?;
        let Some(group) = group else {
            return self.open(document, Some("this text is in the project already".into()));
        };
        let mut said = vec![Msg::Committed(group, Then::Stay, self.counts()?)];
        said.extend(self.open(document, Some(format!("added document {document}: u takes it out again")))?);
        Ok(said)
    }

    /// A document with what this person said of it, as `gleaner export --format jsonl` writes it.
    pub(super) fn line(&self, document: DocumentId) -> Result<String> {
        let query = RecordQuery {
            statuses: Status::ALL.to_vec(),
            annotator: Some(self.annotator.clone()),
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

    pub(super) fn open(&self, document: DocumentId, notice: Option<String>) -> Result<Vec<Msg>> {
        match self.project.document(document)? {
            Some(document) => Ok(vec![Msg::Opened(Box::new(self.opened(document, notice)?))]),
            None => Ok(vec![Msg::NotOpened(notice.unwrap_or_else(|| "this document was removed".into()))]),
        }
    }

    pub(super) fn opened(&self, document: Document, notice: Option<String>) -> Result<Opened> {
        let (id, me) = (document.id, self.annotator.as_str());
        Ok(Opened {
            said: self.project.said(id, me)?,
            matches: self.project.text_matches(id)?,
            cursor: self.place()?.filter(|(document, _)| *document == id).map(|(_, cursor)| cursor),
            document,
            notice,
        })
    }
}
