//! Gold that no span model can propose, however well it is trained: a bound on recall that is no fault of its scores.

use super::words::Words;
use super::{Evaluation, Pair};

/// Words of the widest span that published GLiNER models learn and propose.
pub const MAX_WIDTH: usize = 12;

/// Spans of gold out of a model's reach; each stands in one list. Of the pairs only the gold span is given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unreachable {
    /// Wider than the model's widest span.
    pub too_wide: Vec<Pair>,
    /// With a border inside a word or in the space between words.
    pub off_words: Vec<Pair>,
    /// Spans of documents without a text, where nobody can tell.
    pub unknown: u64,
}

/// Looks at every gold span that counts; `max_width` is in words (the model's `max_width`).
pub fn unreachable(evaluation: &Evaluation, max_width: usize) -> Unreachable {
    let mut out = Unreachable::default();
    for (document, gold) in evaluation.gold.documents.iter().enumerate() {
        let taken = evaluation.taken(document).gold_at;
        let Some(words) = Words::of(gold) else {
            out.unknown += taken.len() as u64;
            continue;
        };
        for at in taken {
            let pair = Pair { document, gold: Some(at), prediction: None };
            match evaluation.gold.range(&gold.spans[at]) {
                Some(range) if words.under(range).len() > max_width => out.too_wide.push(pair),
                Some(range) if words.border(range) => {}
                _ => out.off_words.push(pair),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Gold, GoldDocument, LabelIndex, Mark, Options, Predictions};
    use super::*;

    #[test]
    fn what_is_too_wide_or_off_the_borders_of_words_is_named() {
        let mut labels = LabelIndex::default();
        labels.number("brand");
        let mark = |start, end| Mark { label: 0, start, end, score: None };
        // The, Grand Seiko, rand, the words with the space after them, all of it.
        let spans = vec![mark(0, 3), mark(4, 15), mark(5, 9), mark(4, 16), mark(0, 22)];
        let text = Some("The Grand Seiko watch.".into());
        let documents = vec![
            GoldDocument { text, spans: spans.clone(), ..GoldDocument::default() },
            GoldDocument { spans, ..GoldDocument::default() },
        ];
        let gold = Gold { labels, documents, ..Gold::default() };
        let found = Evaluation::new(Arc::new(gold), Arc::new(Predictions::default()), Options::default());
        let out = unreachable(&found, 3);
        let at = |pairs: &[Pair]| pairs.iter().map(|pair| (pair.document, pair.gold)).collect::<Vec<_>>();
        assert_eq!(at(&out.too_wide), [(0, Some(4))]);
        assert_eq!(at(&out.off_words), [(0, Some(2)), (0, Some(3))]);
        assert_eq!(out.unknown, 5, "nobody can tell without a text");
    }
}
