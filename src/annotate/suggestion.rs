//! From a model's candidates to the suggestions on the screen.
//!
//! Candidates come from before the greedy step, so moving the threshold or allowing nested spans never asks the model.
//! What the response says already, and what the annotator has decided, is not suggested again.

use super::{Annotation, LabelSet};
use crate::dataset::{LabelId, Prediction, PredictionKey, RunId};
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

/// The suggestions to show, in the order of the text. Without `nested`, what overlaps a span of the response is left
/// out: the person has already said what is there.
pub fn visible(
    annotation: &Annotation,
    candidates: &[Candidate],
    run: RunId,
    labels: &LabelSet,
    settings: Settings,
) -> Vec<Prediction> {
    let threshold = |id| labels.get(id).and_then(|l| l.threshold).unwrap_or(settings.threshold);
    let offered = |id| labels.get(id).is_some_and(|l| !l.archived);
    let above: Vec<Candidate> = candidates
        .iter()
        .copied()
        .filter(|c| offered(c.label) && c.score > threshold(c.label) && annotation.text.map().contains(c.range))
        .collect();
    let said = |c: &Candidate| {
        annotation.span_with(c.range, c.label).is_some()
            || (!settings.nested && annotation.response.spans.iter().any(|s| s.range.overlaps(c.range)))
    };
    let decided = |c: &Candidate| annotation.decisions.keys().any(|key| key.range == c.range && key.label == c.label);
    let mut shown: Vec<Prediction> = greedy(above, settings)
        .into_iter()
        .filter(|c| !said(c) && !decided(c))
        .map(|c| Prediction { key: PredictionKey { run, range: c.range, label: c.label }, score: c.score })
        .collect();
    shown.sort_by_key(|p| (p.key.range.start, std::cmp::Reverse(p.key.range.end), p.key.label));
    shown
}

/// The best first; each later one only where it does not collide with those taken.
fn greedy(mut candidates: Vec<Candidate>, settings: Settings) -> Vec<Candidate> {
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut taken: Vec<Candidate> = Vec::new();
    for c in candidates {
        if taken.iter().all(|t| may_stand_beside(*t, c, settings)) {
            taken.push(c);
        }
    }
    taken
}

fn may_stand_beside(a: Candidate, b: Candidate, settings: Settings) -> bool {
    if a.range == b.range {
        return settings.multi_label && a.label != b.label;
    }
    let nested = a.range.contains(b.range) || b.range.contains(a.range);
    !a.range.overlaps(b.range) || (settings.nested && nested)
}
