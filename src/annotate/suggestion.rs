//! From a model's candidates to the suggestions on the screen.
//!
//! Candidates come from before the greedy step, so moving the threshold or allowing nested spans never asks the model.
//! What the response says already, and what the annotator has decided, is not suggested again.

use std::collections::HashSet;

use super::{Annotation, LabelSet, OpenText};
use crate::dataset::{Label, LabelId, Prediction, PredictionKey, ResponseSpan, RunId};
use crate::gliner::decode::{self, DecodeOptions};
use crate::text::CharRange;

/// Something a model might say of a document.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// Where, in code points.
    pub range: CharRange,
    /// The label.
    pub label: LabelId,
    /// The model's probability, 0 to 1.
    pub score: f32,
}

/// How candidates become suggestions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// A suggestion needs a score above this, unless its label has a threshold of its own.
    pub threshold: f32,
    /// Suggestions may lie inside one another.
    pub nested: bool,
    /// The same range may get several labels.
    pub multi_label: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { threshold: 0.5, nested: false, multi_label: false }
    }
}

/// Candidates on the borders of characters as people see them: a model that counts a letter and its accent as two words
/// may propose half of them. Of those that become the same the surest stays.
pub fn on_characters(text: &OpenText, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    if text.as_str().is_ascii() {
        return candidates;
    }
    let mut widened = false;
    for candidate in candidates.iter_mut().filter(|c| text.map().contains(c.range)) {
        let range = text.widened(candidate.range);
        widened |= range != candidate.range;
        candidate.range = range;
    }
    if widened {
        let place = |c: &Candidate| (c.range.start, c.range.end, c.label);
        candidates.sort_by(|a, b| place(a).cmp(&place(b)).then(b.score.total_cmp(&a.score)));
        candidates.dedup_by_key(|c| place(c));
    }
    candidates
}

/// The suggestions to show, in the order of the text. Without `nested`, what overlaps a span of the response is left
/// out: the person has already said what is there. With `multi_label` another label for the very same range stays.
pub fn visible(
    annotation: &Annotation,
    candidates: &[Candidate],
    run: RunId,
    labels: &LabelSet,
    settings: Settings,
) -> Vec<Prediction> {
    let offered: Vec<&Label> = labels.active().collect();
    let kept = kept(annotation, candidates, &offered, settings);
    let spans = &annotation.response.spans;
    let settled: HashSet<(CharRange, LabelId)> = (spans.iter().map(|s| (s.range, s.label)))
        .chain(annotation.decisions.keys().map(|key| (key.range, key.label)))
        .collect();
    let cover = Cover::of(spans);
    let in_the_way = |range: CharRange| match (settings.nested, cover.touches(range)) {
        (true, _) | (_, false) => false,
        // Rare, so that it may cost a walk: another label for the very same range.
        _ if settings.multi_label => spans.iter().any(|s| s.range.overlaps(range) && s.range != range),
        _ => true,
    };
    let mut shown: Vec<Prediction> = kept
        .into_iter()
        .filter(|c| !settled.contains(&(c.range, c.label)) && !in_the_way(c.range))
        .map(|c| Prediction { key: PredictionKey { run, range: c.range, label: c.label }, score: c.score })
        .collect();
    shown.sort_by_key(|p| (p.key.range.start, std::cmp::Reverse(p.key.range.end), p.key.label));
    shown
}

/// Predictions to be looked at beside gold: all of them, decided on or not, nested or not; but one that gold has with the same label
/// is drawn once, as gold. In the order of the text.
pub fn beside_gold(annotation: &Annotation, predicted: &[Prediction], labels: &LabelSet) -> Vec<Prediction> {
    let gold: HashSet<(CharRange, LabelId)> = annotation.response.spans.iter().map(|s| (s.range, s.label)).collect();
    let is_shown = |p: &&Prediction| {
        let (range, label) = (p.key.range, p.key.label);
        !gold.contains(&(range, label)) && annotation.text.map().contains(range) && labels.get(label).is_some()
    };
    let mut shown: Vec<Prediction> = predicted.iter().filter(is_shown).cloned().collect();
    shown.sort_by_key(|p| (p.key.range.start, std::cmp::Reverse(p.key.range.end), p.key.label));
    shown
}

/// `shown` with the places of texts that a person asked to be suggested, where they are still open; what a model suggests
/// at the same place with the same label stands for both.
pub fn with_matches(
    annotation: &Annotation,
    mut shown: Vec<Prediction>,
    matches: &[Prediction],
    labels: &LabelSet,
    settings: Settings,
) -> Vec<Prediction> {
    if matches.is_empty() {
        return shown;
    }
    let mut there: HashSet<(CharRange, LabelId)> = shown.iter().map(|p| (p.key.range, p.key.label)).collect();
    let open = OpenPlaces::new(&annotation.response.spans, annotation.decisions.keys(), settings.nested);
    let offered = |label| labels.get(label).is_some_and(|l| !l.archived);
    for Prediction { key, score } in matches {
        let fits = annotation.text.map().contains(key.range) && offered(key.label) && open.has(key.range, key.label);
        if fits && there.insert((key.range, key.label)) {
            shown.push(Prediction { key: *key, score: *score });
        }
    }
    shown.sort_by_key(|p| (p.key.range.start, std::cmp::Reverse(p.key.range.end), p.key.label));
    shown
}

/// Where a person has not said anything yet that settles a place.
pub struct OpenPlaces {
    settled: HashSet<(CharRange, LabelId)>,
    cover: Option<Cover>,
}

impl OpenPlaces {
    /// From the spans of a response, in their order, and what was decided on. Unless spans may be `nested`, a place that
    /// a span touches is settled, whatever its label.
    pub fn new<'d>(spans: &[ResponseSpan], decided: impl Iterator<Item = &'d PredictionKey>, nested: bool) -> Self {
        let said = spans.iter().map(|s| (s.range, s.label));
        let settled = said.chain(decided.map(|key| (key.range, key.label))).collect();
        Self { settled, cover: (!nested).then(|| Cover::of(spans)) }
    }

    /// Whether `label` can still be suggested at `range`.
    pub fn has(&self, range: CharRange, label: LabelId) -> bool {
        !self.settled.contains(&(range, label)) && !self.cover.as_ref().is_some_and(|cover| cover.touches(range))
    }
}

/// What the spans of a response cover, in an order that answers quickly: a long document has thousands.
struct Cover {
    /// Start of each span, ascending, with the furthest end of it and those before it.
    reach: Vec<(usize, usize)>,
}

impl Cover {
    /// `spans` are in the order of their starts, as those of a response are.
    fn of(spans: &[ResponseSpan]) -> Self {
        let mut furthest = 0;
        let reach = spans.iter().map(|s| {
            furthest = furthest.max(s.range.end);
            (s.range.start, furthest)
        });
        Self { reach: reach.collect() }
    }

    fn touches(&self, range: CharRange) -> bool {
        let before = self.reach.partition_point(|(start, _)| *start < range.end);
        self.reach[..before].last().is_some_and(|(_, end)| *end > range.start)
    }
}

/// The greedy step, as the model's own code does it. Words are only compared there, so places in the text do as well.
fn kept(annotation: &Annotation, candidates: &[Candidate], offered: &[&Label], settings: Settings) -> Vec<Candidate> {
    let candidates: Vec<decode::Candidate> = candidates
        .iter()
        .filter(|c| annotation.text.map().contains(c.range))
        .filter_map(|c| {
            let class = offered.iter().position(|l| l.id == c.label)?;
            let (first_word, last_word) = (c.range.start, c.range.end - 1);
            Some(decode::Candidate { range: c.range, first_word, last_word, class, score: c.score })
        })
        .collect();
    let options = DecodeOptions {
        threshold: settings.threshold,
        class_thresholds: offered.iter().map(|l| l.threshold).collect(),
        nested: settings.nested,
        multi_label: settings.multi_label,
    };
    let kept = decode::decode(&candidates, &options);
    kept.into_iter().map(|c| Candidate { range: c.range, label: offered[c.class].id, score: c.score }).collect()
}
