//! Notes and flags on the open document and its spans.

use super::{Annotation, Outcome, quoted};
use crate::dataset::{Note, PlacedNote, SpanId};
use crate::store::{Change, Group};

impl Annotation {
    /// The note on a span, or on the document.
    pub fn note_on(&self, span: Option<SpanId>) -> Option<&PlacedNote> {
        self.notes.iter().find(|n| n.span == span)
    }

    /// Notes whose span is gone: they stay on the document and say where it was.
    pub fn lost_notes(&self) -> impl Iterator<Item = &PlacedNote> {
        self.notes.iter().filter(|n| n.span.is_some_and(|id| self.span(id).is_none()))
    }

    /// Some note here has words.
    pub fn is_noted(&self) -> bool {
        self.notes.iter().any(|n| !n.note.text.is_empty())
    }

    /// The document or a span of it is flagged.
    pub fn is_flagged(&self) -> bool {
        self.notes.iter().any(|n| n.note.flag)
    }

    /// Writes a note; without words it goes, unless there is a flag.
    pub fn write_note(&self, span: Option<SpanId>, text: &str) -> Outcome {
        let before = self.note_on(span).map(|n| n.note.clone());
        let after = Note { text: text.trim().to_owned(), flag: before.as_ref().is_some_and(|n| n.flag) };
        if after.text == before.as_ref().map_or("", |n| n.text.as_str()) {
            return Err(if after.text.is_empty() { "no words, no note" } else { "the note is as it was" }.into());
        }
        let verb = if after.text.is_empty() { "remove the note on" } else { "note on" };
        Ok(self.note_group(verb, span, before, after))
    }

    /// Flags the document or a span, or no longer.
    pub fn toggle_flag(&self, span: Option<SpanId>) -> Outcome {
        let before = self.note_on(span).map(|n| n.note.clone());
        let mut after = before.clone().unwrap_or_default();
        after.flag = !after.flag;
        let verb = if after.flag { "flag" } else { "remove the flag on" };
        Ok(self.note_group(verb, span, before, after))
    }

    fn note_group(&self, verb: &str, span: Option<SpanId>, before: Option<Note>, after: Note) -> Group {
        let place = match span {
            None => None,
            Some(id) => self.span(id).map(|s| s.range).or_else(|| self.note_on(span).and_then(|n| n.place)),
        };
        let what = match place.filter(|p| self.text.map().contains(*p)) {
            Some(place) => quoted(self.text.slice(place)),
            None => "the document".to_owned(),
        };
        let change = Change::Note {
            document: self.document,
            annotator: self.annotator.clone(),
            span,
            place,
            before,
            after: after.if_any(),
        };
        Group { actor: self.actor.clone(), reason: format!("{verb} {what}"), changes: vec![change] }
    }

    /// Takes in what a change did to the notes: written ones change, those on spans go where their spans go.
    pub(super) fn apply_to_notes(&mut self, change: &Change) {
        if let Change::Note { span, place, after, .. } = change {
            let seen = self.note_on(*span).and_then(|n| n.place);
            self.notes.retain(|n| n.span != *span);
            if let Some(note) = after {
                let now = span.and_then(|id| self.span(id)).map(|s| s.range);
                let place = span.and(now.or(*place).or(seen));
                self.notes.push(PlacedNote { span: *span, place, note: note.clone() });
            }
        }
        for i in 0..self.notes.len() {
            if let Some(range) = self.notes[i].span.and_then(|id| self.span(id)).map(|s| s.range) {
                self.notes[i].place = Some(range);
            }
        }
        // As the store gives them.
        self.notes.sort_by_key(|n| (n.span.is_some(), n.place.map(|p| (p.start, std::cmp::Reverse(p.end))), n.span));
    }
}
