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
