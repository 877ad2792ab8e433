//! Predictions with their scores and whether each is strictly right: what sweeps and calibration look at.

use std::collections::HashMap;

use super::matching::Entity;
use super::sweep::Judged;
use super::{Evaluation, Pair};

/// The predictions of one row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct JudgedRow {
    /// Those with a score; a pair has the gold span where the prediction equals one.
    pub predictions: Vec<(Judged, Pair)>,
    /// Gold spans, found or not.
    pub gold: u64,
}

/// Judges everything that counts, by equality of borders and label. A gold span is found once, by the surest prediction.
pub fn judge(evaluation: &Evaluation, row: Option<u32>) -> JudgedRow {
    let mut out = JudgedRow::default();
    let belongs = |entity: &Entity| row.is_none_or(|label| entity.label == label);
    for document in 0..evaluation.gold.documents.len() {
        let taken = evaluation.taken(document);
        let mut open: HashMap<Entity, Vec<usize>> = HashMap::new();
        for (entity, at) in taken.gold.iter().zip(&taken.gold_at).rev().filter(|(entity, _)| belongs(entity)) {
            open.entry(*entity).or_default().push(*at);
            out.gold += 1;
        }
        let mut said: Vec<(f32, Entity, usize)> = Vec::new();
        for (entity, at) in taken.predictions.iter().zip(&taken.predictions_at).filter(|(entity, _)| belongs(entity)) {
            if let Some(score) = evaluation.predictions.documents[document][*at].score.filter(|s| !s.is_nan()) {
                said.push((score, *entity, *at));
            }
        }
        said.sort_by(|a, b| b.0.total_cmp(&a.0));
        for (score, entity, at) in said {
            let gold = open.get_mut(&entity).and_then(Vec::pop);
            let pair = Pair { document, gold, prediction: Some(at) };
            out.predictions.push((Judged { score, right: gold.is_some() }, pair));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Gold, GoldDocument, LabelIndex, Mark, Options, Predictions, Schema};
    use super::*;

    #[test]
    fn a_gold_span_is_found_once_by_the_surest_prediction() {
        let mut labels = LabelIndex::default();
        labels.number("brand");
        let mark = |start, score| Mark { label: 0, start, end: start + 4, score };
        let spans = vec![mark(0, None), mark(10, None)];
        let documents = vec![GoldDocument { spans, ..GoldDocument::default() }];
        let said = vec![vec![mark(0, Some(0.4)), mark(0, Some(0.8)), mark(20, Some(0.9)), mark(10, None)]];
        let gold = Gold { labels, documents, ..Gold::default() };
        let predictions = Predictions { documents: said, ..Predictions::default() };
        // nervaluate counts a span that stands there twice, twice.
        let options = Options { schema: Schema::Nervaluate1_2_1, ..Options::default() };
        let found = judge(&Evaluation::new(Arc::new(gold), Arc::new(predictions), options), None);
        let shown: Vec<_> = found.predictions.iter().map(|(j, pair)| (j.score, j.right, pair.prediction)).collect();
        assert_eq!(shown, [(0.9, false, Some(2)), (0.8, true, Some(1)), (0.4, false, Some(0))]);
        assert_eq!(found.gold, 2, "the last has no score, and no place here");
    }
}
