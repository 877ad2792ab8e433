//! Gold that a confident model contradicts: where annotations are most likely wrong, the likeliest first.
//!
//! Confident learning (Northcutt, Jiang and Chuang 2021) on words, as cleanlab does it for token classification: a word's
//! class is confidently another one when that class's probability reaches what it reaches on average where it was given.
//! A span is as good as its worst word (Wang and Mueller 2022).
//!
//! The class probabilities of words are an approximation: a span model gives none. Of what a run keeps (0.05 and above),
//! the surest prediction of a label over a word is taken as that label's probability, what the surest of all leaves is
//! that of no label, and the sum is made 1.

use std::borrow::Borrow;
use std::collections::HashSet;

use super::words::Words;
use super::{Evaluation, Mark, Pair};

/// A place where gold and the model contradict each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LabelError {
    /// The gold span and, where there is one, the prediction that contradicts it.
    pub pair: Pair,
    /// What gold says; `None`: no span.
    pub given: Option<u32>,
    /// What the model says; `None`: no span.
    pub suggested: Option<u32>,
    /// The probability of what gold says, of the worst word, 0 to 1: the lower, the likelier an error.
    pub quality: f64,
    /// The probability of what the model says instead, of that word.
    pub surety: f64,
}

/// Class probabilities of one word, and what it was given. Class 0 is no label, class n the label n − 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// The class it was given.
    pub given: usize,
    /// Of each class; they add up to 1.
    pub probabilities: Vec<f64>,
}

impl Token {
    /// The probability of what was given.
    pub fn quality(&self) -> f64 {
        self.probabilities[self.given]
    }

    /// The likeliest class; the first of equals.
    fn likeliest(&self) -> usize {
        (1..self.probabilities.len())
            .fold(0, |best, class| if self.probabilities[class] > self.probabilities[best] { class } else { best })
    }
}

/// What a class reaches on average where it was given: above it a model is confident of it. `None` for classes that were
/// given nowhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Confidence(Vec<Option<f64>>);

/// Rounding of probabilities must not make a word unsure of a class it was given; cleanlab allows as much.
const SLACK: f64 = 1e-6;

impl Confidence {
    /// Averages over all words.
    pub fn of(tokens: impl IntoIterator<Item = impl Borrow<Token>>) -> Self {
        let mut sums: Vec<(f64, u64)> = Vec::new();
        for token in tokens {
            let token = token.borrow();
            sums.resize(sums.len().max(token.probabilities.len()), (0.0, 0));
            sums[token.given].0 += token.quality();
            sums[token.given].1 += 1;
        }
        Self(sums.into_iter().map(|(sum, n)| (n > 0).then(|| sum / n as f64)).collect())
    }

    /// The average of a class.
    pub fn least(&self, class: usize) -> Option<f64> {
        self.0.get(class).copied().flatten()
    }

    /// The class a word is confidently of, whatever it was given; `None` when it is of none.
    pub fn class(&self, token: &Token) -> Option<usize> {
        let sure = |class: &usize| self.least(*class).is_some_and(|least| token.probabilities[*class] >= least - SLACK);
        let mut classes = (0..token.probabilities.len()).filter(sure);
        let first = classes.next()?;
        // Of several it is the likeliest of all classes, as in cleanlab's confident joint.
        Some(if classes.next().is_some() { token.likeliest() } else { first })
    }

    /// The class that contradicts what a word was given: confidently another one, and likelier than it.
    pub fn contradicts(&self, token: &Token) -> Option<usize> {
        self.class(token).filter(|class| *class != token.given && token.likeliest() != token.given)
    }
}

/// Every gold span and every place without gold that the predictions contradict, the lowest quality first; where a model
/// keeps nothing for what gold says, the qualities are equal, and the surest contradiction comes first. Thresholds are
/// set aside: all that a run kept is looked at. Documents without a text and predictions without scores say nothing.
pub fn label_errors(evaluation: &Evaluation) -> Vec<LabelError> {
    let mut everything = evaluation.clone();
    everything.options.thresholds = None;
    // Every document is read twice rather than kept: its words with all their probabilities are many times its size.
    let documents = || (0..everything.gold.documents.len()).map(|document| Read::of(&everything, document));
    let confidence = Confidence::of(documents().flat_map(|document| document.tokens.into_iter().flatten()));
    let mut errors: Vec<LabelError> = documents().flat_map(|document| document.errors(&confidence)).collect();
    errors.sort_by(|a, b| a.quality.total_cmp(&b.quality).then(b.surety.total_cmp(&a.surety)));
    errors
}

/// A span over words.
struct Over<'e> {
    at: usize,
    mark: &'e Mark,
    words: std::ops::Range<usize>,
}

/// One document, word by word.
struct Read<'e> {
    document: usize,
    /// `None` for words that nobody judged: under gold of labels that do not count.
    tokens: Vec<Option<Token>>,
    gold: Vec<Over<'e>>,
    /// With a score, the surest first.
    predictions: Vec<Over<'e>>,
}

impl<'e> Read<'e> {
    fn of(evaluation: &'e Evaluation, document: usize) -> Self {
        let gold = &evaluation.gold.documents[document];
        let mut this = Self { document, tokens: Vec::new(), gold: Vec::new(), predictions: Vec::new() };
        let said = evaluation.predictions.documents.get(document).map_or(&[][..], Vec::as_slice);
        let Some(words) = Words::of(gold).filter(|_| said.iter().any(|mark| mark.score.is_some())) else {
            return this;
        };
        let over = |marks: &'e [Mark], at: usize| {
            let words = words.under(evaluation.gold.range(&marks[at])?);
            (!words.is_empty()).then_some(Over { at, mark: &marks[at], words })
        };
        let taken = evaluation.taken(document);
        this.gold = taken.gold_at.iter().filter_map(|at| over(&gold.spans, *at)).collect();
        this.predictions = taken.predictions_at.iter().filter_map(|at| over(said, *at)).collect();
        this.predictions.retain(|over| over.mark.score.is_some_and(|score| !score.is_nan()));
        this.predictions.sort_by(|a, b| score(b).total_cmp(&score(a)));
        let mut given: Vec<Option<usize>> = vec![Some(0); words.len()];
        let counted: HashSet<usize> = taken.gold_at.iter().copied().collect();
        let uncounted = (0..gold.spans.len()).filter(|at| !counted.contains(at));
        uncounted.filter_map(|at| over(&gold.spans, at)).for_each(|over| given[over.words].fill(None));
        // The widest first, so that a word inside nested spans is of the innermost.
        let mut widest: Vec<&Over> = this.gold.iter().collect();
        widest.sort_by_key(|over| std::cmp::Reverse(over.words.len()));
        widest.iter().for_each(|over| given[over.words.clone()].fill(Some(class(over.mark))));
        let classes = evaluation.gold.labels.names().len() + 1;
        let mut probabilities = vec![vec![0.0; classes]; words.len()];
        for over in &this.predictions {
            for word in over.words.clone() {
                let of_label = &mut probabilities[word][class(over.mark)];
                *of_label = f64::max(*of_label, score(over));
            }
        }
        let token = |(given, mut probabilities): (Option<usize>, Vec<f64>)| {
            let given = given?;
            probabilities[0] = 1.0 - probabilities.iter().copied().fold(0.0, f64::max);
            let sum: f64 = probabilities.iter().sum();
            probabilities.iter_mut().for_each(|p| *p /= sum);
            Some(Token { given, probabilities })
        };
        this.tokens = given.into_iter().zip(probabilities).map(token).collect();
        this
    }

    fn errors(&self, confidence: &Confidence) -> Vec<LabelError> {
        let contradicted: Vec<Option<usize>> =
            self.tokens.iter().map(|token| token.as_ref().and_then(|token| confidence.contradicts(token))).collect();
        let mut errors: Vec<LabelError> =
            self.gold.iter().filter_map(|gold| self.error_in_gold(gold, &contradicted)).collect();
        // Where there is no gold: the surest predictions that do not overlap, each a place.
        let mut places: Vec<&Over> = Vec::new();
        for said in &self.predictions {
            let own = class(said.mark);
            let free = self.words(said).all(|token| token.given == 0);
            let sure = said.words.clone().any(|word| contradicted[word] == Some(own));
            let apart = places.iter().all(|other| !meet(other, said));
            if free && sure && apart {
                places.push(said);
                errors.push(LabelError {
                    pair: Pair { document: self.document, gold: None, prediction: Some(said.at) },
                    given: None,
                    suggested: Some(said.mark.label),
                    quality: self.words(said).map(Token::quality).fold(1.0, f64::min),
                    surety: self.words(said).map(|token| token.probabilities[own]).fold(0.0, f64::max),
                });
            }
        }
        errors
    }

    fn error_in_gold(&self, gold: &Over, contradicted: &[Option<usize>]) -> Option<LabelError> {
        let own = class(gold.mark);
        let quality = |word: usize| self.tokens[word].as_ref().map_or(1.0, |token| token.probabilities[own]);
        let worst = gold
            .words
            .clone()
            .filter(|word| contradicted[*word].is_some_and(|class| class != own))
            .min_by(|a, b| quality(*a).total_cmp(&quality(*b)))?;
        let suggested = contradicted[worst].and_then(|class| class.checked_sub(1)).map(|label| label as u32);
        // The surest first: what the model would put there.
        let prediction = suggested.and_then(|label| {
            self.predictions.iter().find(|said| said.mark.label == label && said.words.contains(&worst))
        });
        Some(LabelError {
            pair: Pair { document: self.document, gold: Some(gold.at), prediction: prediction.map(|said| said.at) },
            given: Some(gold.mark.label),
            suggested,
            quality: gold.words.clone().map(quality).fold(1.0, f64::min),
            surety: contradicted[worst]
                .zip(self.tokens[worst].as_ref())
                .map_or(0.0, |(class, token)| token.probabilities[class]),
        })
    }

    fn words(&self, over: &Over) -> impl Iterator<Item = &Token> {
        self.tokens[over.words.clone()].iter().flatten()
    }
}

/// Class 0 is no label.
fn class(mark: &Mark) -> usize {
    mark.label as usize + 1
}

fn score(over: &Over) -> f64 {
    over.mark.score.map_or(0.0, |score| f64::from(score).clamp(0.0, 1.0))
}

fn meet(a: &Over, b: &Over) -> bool {
    a.words.start < b.words.end && b.words.start < a.words.end
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;

    use super::super::{Gold, GoldDocument, LabelIndex, Options, Predictions, Thresholds};
    use super::*;

    fn mark(label: u32, start: i64, end: i64, score: Option<f32>) -> Mark {
        Mark { label, start, end, score }
    }

    /// Brands (0) and prices (1), twenty times annotated as the model says; then the documents given.
    fn evaluation(text: &str, gold: &[Mark], said: &[Mark], thresholds: Option<Thresholds>) -> Evaluation {
        let mut labels = LabelIndex::default();
        for name in ["brand", "price"] {
            labels.number(name);
        }
        let mut documents = Vec::new();
        let mut predictions = Vec::new();
        for _ in 0..20 {
            let spans = vec![mark(0, 0, 5, None), mark(1, 10, 17, None)];
            predictions.push(vec![mark(0, 0, 5, Some(0.9)), mark(1, 10, 17, Some(0.8))]);
            documents.push(GoldDocument {
                text: Some("Omega for 500 CHF today.".into()),
                spans,
                ..GoldDocument::default()
            });
        }
        documents.push(GoldDocument { text: Some(text.into()), spans: gold.to_vec(), ..GoldDocument::default() });
        predictions.push(said.to_vec());
        let gold = Gold { labels, documents, ..Gold::default() };
        let predictions = Predictions { documents: predictions, ..Predictions::default() };
        Evaluation::new(Arc::new(gold), Arc::new(predictions), Options { thresholds, ..Options::default() })
    }

    #[test]
    fn what_the_model_is_sure_of_and_gold_is_not_comes_first() {
        let text = "Seiko sold it to Rolex for 90 CHF.";
        // Seiko is called a price; Rolex is not marked; `it` is marked, and the model sees nothing there.
        let gold = [mark(1, 0, 5, None), mark(0, 11, 13, None), mark(1, 27, 33, None)];
        let said = [mark(0, 0, 5, Some(0.97)), mark(0, 17, 22, Some(0.95)), mark(1, 27, 33, Some(0.9))];
        let strict = Some(Thresholds { all: 0.96, of_label: Vec::new() });
        let errors = label_errors(&evaluation(text, &gold, &said, strict));
        let seen: Vec<_> = errors.iter().map(|e| (e.given, e.suggested, e.pair.gold, e.pair.prediction)).collect();
        assert_eq!(seen.len(), 3, "{errors:?}");
        assert!(seen.contains(&(Some(1), Some(0), Some(0), Some(0))), "{seen:?}");
        assert!(seen.contains(&(None, Some(0), None, Some(1))), "{seen:?}");
        assert!(seen.contains(&(Some(0), None, Some(1), None)), "{seen:?}");
        assert!(errors.iter().all(|e| e.pair.document == 20 && e.quality < 0.1));
        assert!(errors.is_sorted_by(|a, b| a.quality <= b.quality));
    }

    #[test]
    fn where_both_say_the_same_or_nobody_can_tell_nothing_is_suspected() {
        let gold = [mark(0, 0, 5, None)];
        assert!(label_errors(&evaluation("Seiko sold it.", &gold, &[mark(0, 0, 5, Some(0.9))], None)).is_empty());
        let unsure = [mark(1, 0, 5, Some(0.5))];
        let found = label_errors(&evaluation("Seiko sold it.", &gold, &unsure, None));
        assert!(found.is_empty(), "0.5 is less than prices reach: {found:?}");
        let silent = label_errors(&evaluation("Seiko sold it.", &gold, &[mark(1, 0, 5, None)], None));
        assert!(silent.is_empty(), "no score says how sure: {silent:?}");
    }
}
