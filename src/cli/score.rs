//! A score of spans at hand, by gleaner's own rules.

use std::sync::Arc;

use crate::evaluate::{Evaluation, Gold, GoldDocument, LabelIndex, Mark, Options, Predictions};
use crate::text::CharRange;

/// Counts predictions against gold, document by document, for these labels in this order; spans of other labels are
/// left out on both sides.
pub(crate) fn evaluation<'a, G, P>(labels: &[String], documents: impl IntoIterator<Item = (G, P)>) -> Evaluation
where
    G: IntoIterator<Item = (CharRange, &'a str)>,
    P: IntoIterator<Item = (CharRange, &'a str)>,
{
    let mut index = LabelIndex::default();
    for label in labels {
        index.number(label);
    }
    let mark = |(range, label): (CharRange, &str)| {
        let (start, end) = (range.start as i64, range.end as i64);
        Some(Mark { label: index.find(label)?, start, end, score: None })
    };
    let (mut gold, mut predictions) = (Vec::new(), Vec::new());
    for (right, said) in documents {
        let spans = right.into_iter().filter_map(mark).collect();
        gold.push(GoldDocument { spans, ..GoldDocument::default() });
        predictions.push(said.into_iter().filter_map(mark).collect());
    }
    let gold = Gold { labels: index, documents: gold, ..Gold::default() };
    let predictions = Predictions { documents: predictions, ..Predictions::default() };
    Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default())
}
