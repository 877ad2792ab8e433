//! How the queue fills: where it begins, when more is asked for, what is let go.

use std::collections::{HashMap, HashSet};

use super::{LineOrder, Loaded, Review};
use crate::annotate::Candidate;
use crate::dataset::{DocumentId, Label, PredictionKey, RunId};
use crate::store::{Anchor, Change, Cursor};
use crate::tui::batch::Batch;
use crate::tui::effect::Effect;
use crate::tui::model::{Model, Screen, Tone};
use crate::tui::msg::Opened;
use crate::tui::overlay::Overlay;
use crate::tui::screen::annotate;
use crate::tui::walk;

/// Documents held at most.
const DOCUMENTS: usize = 100;
/// Code points of text held at most, beyond one document.
const CHARS: usize = 4_000_000;
/// More is asked for when fewer lines than this are left after the chosen one.
const NEAR: usize = 40;

/// What the next documents of a list are, with what the model says of them.
#[derive(Clone, Debug)]
pub struct Batched {
    /// The run.
    pub run: RunId,
    /// Each with its place in the list.
    pub documents: Vec<(Opened, Cursor, Vec<Candidate>)>,
    /// The last row that was looked at.
    pub last: Option<Cursor>,
    /// There is nothing further this way.
    pub end: bool,
    /// Rows looked at.
    pub rows: u64,
    /// Why the model failed on a document, if it did.
    pub failed: Option<String>,
}

/// There is a model whose suggestions can be reviewed.
pub fn can_review(model: &Model) -> Result<(), String> {
    walk::is_off(model)?;
    if model.blind {
        return Err(annotate::BLIND.into());
    }
    match (model.suggester.present, model.labels.active().next()) {
        (false, _) => Err("there is no model to suggest spans".into()),
        (true, None) => Err("the project has no labels yet: e adds them".into()),
        (true, Some(_)) => Ok(()),
    }
}

/// From a document or the list to the queue; back to where one was in it, if one has come from there.
pub fn review_suggestions(model: &mut Model) -> Vec<Effect> {
    if model.screen == Screen::Annotate && model.review.visiting {
        return return_to_line(model);
    }
    let here = match (&model.open, model.screen) {
        (Some(open), Screen::Annotate) => Some(open.annotation.document),
        _ => model.documents.row().map(|row| row.id),
    };
    let from_document = model.screen == Screen::Annotate;
    let effects = annotate::leave(model);
    model.screen = Screen::Review;
    model.review = Review { order: model.review.order, from_document, ..Review::default() };
    begin(model, here.map_or(Anchor::Start, Anchor::At), None);
    effects
}

/// From the document that a line led to, back to that line.
pub fn return_to_line(model: &mut Model) -> Vec<Effect> {
    let effects = annotate::leave(model);
    model.screen = Screen::Review;
    model.review.visiting = false;
    let (labels, settings) = (&model.labels, model.settings);
    model.review.refresh(labels, settings);
    effects
}

/// Forgets what is loaded and reads anew from a place in the list.
pub(super) fn begin(model: &mut Model, from: Anchor, to: Option<(DocumentId, Option<PredictionKey>)>) {
    let review = &mut model.review;
    *review = Review {
        order: review.order,
        only: review.only,
        skipped: std::mem::take(&mut review.skipped),
        decided: review.decided,
        from_document: review.from_document,
        visiting: review.visiting,
        active: review.active,
        arriving: to,
        at_start: from == Anchor::Start,
        begin: Some(from),
        ..Review::default()
    };
}

/// Reads anew around the chosen line: the labels, the filter or the terms have changed.
pub fn begin_again(model: &mut Model) {
    let review = &model.review;
    let here = review.line().map(|l| (l.document, Some(l.suggestion.key)));
    let first = review.documents.front().map(|d| d.annotation.document);
    match here.map(|(document, _)| document).or(first) {
        Some(document) => begin(model, Anchor::At(document), here),
        None => begin(model, Anchor::Start, None),
    }
}

/// Asks for more when the reader nears an end of what is loaded.
pub fn settle(model: &mut Model) -> Vec<Effect> {
    if model.screen != Screen::Review {
        return Vec::new();
    }
    super::keep_in_sight(model);
    let in_sight = model.review.lines.iter().skip(model.review.top).take(super::height(model));
    model.seen.extend(in_sight.map(|line| line.document));
    let gathering = model.overlays.iter().any(|o| matches!(o, Overlay::Bulk(bulk) if bulk.is_gathering()));
    let review = &model.review;
    if gathering || review.loading.is_some() || review.failed.is_some() {
        return Vec::new();
    }
    let few = review.lines.len() < review.selected + NEAR;
    let nothing = review.lines.is_empty() && review.at_end;
    let (from, backwards) = match (review.begin, review.last) {
        (Some(begin), _) => (begin, false),
        (None, Some(last)) if few && !review.at_end && has_room(review) => (Anchor::After(last), false),
        _ if (review.back || nothing) && !review.at_start => (review.first.map_or(Anchor::End, Anchor::Before), true),
        _ => return Vec::new(),
    };
    let batch = ask(model, from);
    model.review.loading = Some((batch.generation, backwards));
    vec![Effect::SuggestBatch(batch)]
}

/// The request for documents of the list from a place on.
pub fn ask(model: &mut Model, from: Anchor) -> Batch {
    model.suggester.batches += 1;
    let labels: Vec<Label> = model.labels.active().cloned().collect();
    Batch {
        generation: model.suggester.batches,
        annotator: model.annotator.clone(),
        query: model.documents.query.clone(),
        from,
        labels,
    }
}

/// More documents may be loaded: in the order of the list, those far behind make room.
fn has_room(review: &Review) -> bool {
    let behind = review.order == LineOrder::Place && review.selected > NEAR;
    behind || !is_full(review)
}

/// So many documents are held that some must go before others come.
pub(super) fn is_full(review: &Review) -> bool {
    let chars: usize = review.documents.iter().map(|d| d.annotation.text.chars()).sum();
    review.documents.len() >= DOCUMENTS || chars >= CHARS
}

/// Documents have come; an answer to an older request is dropped.
pub fn take(model: &mut Model, generation: u64, batched: Result<Batched, String>) {
    let Model { review, labels, settings, annotator, .. } = model;
    let Some((_, backwards)) = review.loading.take_if(|(asked, _)| *asked == generation) else { return };
    let batched = match batched {
        Ok(batched) => batched,
        Err(reason) => {
            review.failed = Some(reason.clone());
            return model.say(Tone::Error, format!("no suggestions: {reason}"));
        }
    };
    let known: Vec<DocumentId> = review.documents.iter().map(|d| d.annotation.document).collect();
    let fresh = batched.documents.into_iter().filter(|(opened, ..)| !known.contains(&opened.document.id));
    let mut fresh: Vec<Loaded> = fresh
        .map(|(opened, cursor, candidates)| Loaded::new(opened, annotator, batched.run, candidates, cursor))
        .collect();
    fresh.iter_mut().for_each(|d| d.refresh(labels, *settings));
    if backwards {
        review.at_start = batched.end;
        review.first = batched.last.or(review.first);
        let before = review.lines.len();
        fresh.into_iter().rev().for_each(|d| review.documents.push_front(d));
        review.relist();
        let found = review.lines.len() > before;
        if found && before > 0 && review.order == LineOrder::Place {
            // The step up that asked for them.
            review.selected = review.selected.saturating_sub(1);
        }
        review.back &= !found && !batched.end;
    } else {
        review.at_end = batched.end;
        review.last = batched.last.or(review.last);
        if review.begin.take().is_some() {
            review.first = fresh.first().map(|d| d.cursor).or(batched.last);
        }
        review.documents.extend(fresh);
        review.relist();
    }
    if let Some((document, key)) = review.arriving.take() {
        review.choose(document, key);
    }
    let_go(review);
    if let Some(reason) = batched.failed {
        model.say(Tone::Error, format!("a document was left out: {reason}"));
    }
}

/// Keeps what is held within bounds: documents without a line go first, then those far behind.
fn let_go(review: &mut Review) {
    while is_full(review) {
        let shown: HashSet<DocumentId> = review.lines.iter().map(|l| l.document).collect();
        let idle = review.documents.iter().position(|d| !shown.contains(&d.annotation.document));
        let chosen = review.line().map(|l| l.document);
        let front = review.documents.front().map(|d| d.annotation.document);
        match idle {
            Some(idle) => {
                review.documents.remove(idle);
                review.gaps = true;
            }
            None if review.order == LineOrder::Place && front != chosen && review.selected > NEAR => {
                review.documents.pop_front();
                review.at_start = false;
                review.first = review.documents.front().map(|d| d.cursor);
            }
            None => break,
        }
        review.relist();
    }
}

/// The terms have changed so that more may be shown: what was let go for having nothing to show is read again.
pub fn widen(model: &mut Model) {
    if model.review.gaps {
        begin_again(model);
    } else {
        refresh(model);
    }
}

/// The terms have changed.
pub fn refresh(model: &mut Model) {
    let (labels, settings) = (&model.labels, model.settings);
    model.review.refresh(labels, settings);
}

/// Loaded documents as another process has left them; those that are gone or have another text leave the queue.
pub fn reread(model: &mut Model, fresh: Vec<Opened>) {
    let review = &mut model.review;
    let mut fresh: HashMap<DocumentId, Opened> = fresh.into_iter().map(|o| (o.document.id, o)).collect();
    let before = review.documents.len();
    review.documents.retain_mut(|loaded| match fresh.remove(&loaded.annotation.document) {
        Some(opened) if opened.document.version == loaded.version => {
            loaded.annotation.renew(opened.said);
            true
        }
        _ => false,
    });
    review.gaps |= review.documents.len() < before;
    refresh(model);
}

/// The documents to read again after another process has written.
pub fn loaded(model: &Model) -> Vec<DocumentId> {
    model.review.documents.iter().map(|d| d.annotation.document).collect()
}

/// Something was undone or done again: the line comes back where it was, with the cursor on it. What reaches over many
/// documents has no one place: there the cursor stays where it is.
pub fn show_change(model: &mut Model, document: DocumentId, changes: &[Change]) {
    let elsewhere = |change: &Change| change.document().is_some_and(|of| of != document);
    if changes.iter().any(elsewhere) && !model.review.documents.is_empty() {
        return;
    }
    let key = changes.iter().find_map(|change| match change {
        Change::Decision { document: of, prediction, .. } if *of == document => Some(*prediction),
        _ => None,
    });
    match model.review.document(document) {
        Some(_) => model.review.choose(document, key),
        None => begin(model, Anchor::At(document), Some((document, key))),
    }
}

/// The labels have changed, so that the model is asked for something else.
pub fn labels_changed(model: &mut Model) {
    if !model.review.documents.is_empty() || model.screen == Screen::Review {
        begin_again(model);
    }
    // What was read for other labels is no offer any more.
    model.overlays.retain(|overlay| !matches!(overlay, Overlay::Bulk(_)));
}
