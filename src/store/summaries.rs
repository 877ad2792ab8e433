//! What a model said of each document, in a few numbers: the orders and filters of the list go by them.

use rusqlite::params;

use super::error::Result;
use super::project::Project;
use crate::dataset::DocumentId;

/// A document's suggestions in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Millionths of an expected wrong decision for each word read.
    pub doubt: u32,
    /// Suggestions at the usual threshold.
    pub suggestions: u32,
    /// In which twentieths of the scale its candidates' scores lie, a bit each from the lowest up.
    pub scores: u32,
}

impl Summary {
    /// Opening a document costs a person about as much as reading so many words.
    const OPENING: usize = 20;

    /// Of the scores of all candidates, before the greedy step; `suggestions` is what is left after it.
    ///
    /// Whoever takes a candidate for what is likelier is wrong with probability min(s, 1 − s), so the sum is the number
    /// of decisions the model is expected to get wrong in the document, and what a look at it can put right. It is
    /// divided by what the look costs. (Expected error: Settles, *Active Learning Literature Survey*, 2009, §3.4; the
    /// question whether to divide by length: Settles and Craven, EMNLP 2008, §4; cost: Settles 2009, §6.2.)
    pub fn of(scores: impl IntoIterator<Item = f32>, suggestions: usize, words: usize) -> Self {
        let (mut wrong, mut bits) = (0.0, 0);
        for score in scores {
            let score = f64::from(score).clamp(0.0, 1.0);
            wrong += score.min(1.0 - score);
            // A score on a border, as it is written, belongs above it.
            bits |= 1 << ((score * 20.0 + 1e-4) as u32).min(19);
        }
        let doubt = 1e6 * wrong / (words + Self::OPENING) as f64;
        Self { doubt: doubt as u32, suggestions: suggestions as u32, scores: bits }
    }
}

impl Project {
    /// Keeps what a model said of some documents, in one short transaction. It is not an edit: it can be made again.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub fn summarise(&mut self, batch: &[(DocumentId, Summary)]) -> Result<()> {
        self.write(|tx| {
            let mut update = tx.prepare_cached(
                "UPDATE ranks SET doubt = ?2, suggestions = ?3, scores = ?4
                 WHERE document = ?1 AND (doubt, suggestions, scores) IS NOT (?2, ?3, ?4)",
            )?;
            for (document, summary) in batch {
                update.execute(params![document.0, summary.doubt, summary.suggestions, summary.scores])?;
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_near_a_half_is_doubtful_and_length_costs() {
        let sure = Summary::of([0.99, 0.98, 0.06], 2, 100);
        let unsure = Summary::of([0.5, 0.45], 1, 100);
        let long = Summary::of([0.5, 0.45], 1, 1000);
        assert!(unsure.doubt > sure.doubt && unsure.doubt > long.doubt, "{unsure:?} {sure:?} {long:?}");
        assert_eq!(unsure.doubt, 950_000 / 120);
        assert_eq!(Summary::of([], 0, 0), Summary::default());
    }

    #[test]
    fn scores_are_known_by_twentieths() {
        let bits = Summary::of([0.05, 0.12, 0.95, 1.0], 2, 10).scores;
        assert_eq!(bits, 1 << 1 | 1 << 2 | 1 << 19);
        assert_eq!(Summary::of([0.65_f32], 1, 1).scores, 1 << 13);
    }
}
