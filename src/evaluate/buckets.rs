//! Where the errors are: spans grouped by how long they are, how often their form occurs in gold, and whether training
//! has seen it. Every span that is counted stands in exactly one bucket, so the buckets' counts add up to the row of all
//! labels.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::words::{Surfaces, Words};
use super::{Booking, Class, Counts, Evaluation, Mark, Mode, Pair};

/// What spans are grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Their length in words; in characters where the document has no text.
    Length,
    /// How often their surface form occurs in gold with their label.
    Frequency,
    /// Whether their surface form occurs in training.
    Seen,
}

impl Grouping {
    /// All three, in the order they are shown.
    pub const ALL: [Grouping; 3] = [Grouping::Length, Grouping::Frequency, Grouping::Seen];

    /// The word used on the command line and on the screen.
    pub const fn as_str(self) -> &'static str {
        match self {
            Grouping::Length => "length",
            Grouping::Frequency => "frequency",
            Grouping::Seen => "seen",
        }
    }
}

/// Spans that have something in common.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bucket {
    /// What: `2 words`, `5–9 times in gold`, `not in training`.
    pub name: String,
    /// How many of each class.
    pub counts: Counts,
    /// Which ones: as many as were counted.
    pub pairs: Vec<(Class, Pair)>,
}

/// The buckets that are not empty, in order. A span of gold goes by itself, whatever was predicted for it; a spurious
/// prediction by its own form. `training` holds the forms of training as [`super::surface_form`] writes them; without
/// it there is nothing to say by [`Grouping::Seen`], and no bucket.
pub fn buckets(
    evaluation: &Evaluation,
    grouping: Grouping,
    mode: Mode,
    training: Option<&HashSet<String>>,
) -> Vec<Bucket> {
    let frequency = match (grouping, training) {
        (Grouping::Seen, None) => return Vec::new(),
        (Grouping::Frequency, _) => frequency(evaluation),
        _ => HashMap::new(),
    };
    let mut found: BTreeMap<(u8, &'static str), Bucket> = BTreeMap::new();
    for document in 0..evaluation.gold.documents.len() {
        let place = Placed::of(evaluation, document, grouping == Grouping::Length);
        evaluation.book_row(document, None, mode, |booking| {
            let Some(mark) = place.mark(&booking) else { return };
            let key = match grouping {
                Grouping::Length => place.length(mark),
                Grouping::Frequency => place.form(mark).map_or(NO_TEXT, |form| {
                    by_frequency(frequency.get(&(form, mark.label)).copied().unwrap_or_default())
                }),
                Grouping::Seen => place
                    .form(mark)
                    .map_or(NO_TEXT, |form| by_training(training.is_some_and(|forms| forms.contains(&form)))),
            };
            let bucket = found.entry(key).or_default();
            bucket.counts.add(booking.class);
            let pair = Pair { document, gold: booking.gold, prediction: booking.prediction };
            bucket.pairs.push((booking.class, pair));
        });
    }
    let named = |((_, name), bucket): ((u8, &str), Bucket)| Bucket { name: name.to_owned(), ..bucket };
    found.into_iter().map(named).collect()
}

/// How often each form occurs in gold with each label.
fn frequency(evaluation: &Evaluation) -> HashMap<(String, u32), u64> {
    let mut frequency = HashMap::new();
    for document in 0..evaluation.gold.documents.len() {
        let place = Placed::of(evaluation, document, false);
        for at in evaluation.taken(document).gold_at {
            let mark = &evaluation.gold.documents[document].spans[at];
            if let Some(form) = place.form(mark) {
                *frequency.entry((form, mark.label)).or_default() += 1;
            }
        }
    }
    frequency
}

/// A document with what its spans are measured by.
struct Placed<'e> {
    evaluation: &'e Evaluation,
    document: usize,
    /// `None` too where only forms are asked for.
    words: Option<Words>,
    surfaces: Option<Surfaces<'e>>,
}

impl<'e> Placed<'e> {
    fn of(evaluation: &'e Evaluation, document: usize, in_words: bool) -> Self {
        let gold = &evaluation.gold.documents[document];
        Self {
            evaluation,
            document,
            words: if in_words { Words::of(gold) } else { None },
            surfaces: Surfaces::of(gold),
        }
    }

    /// The span a booking goes by.
    fn mark(&self, booking: &Booking) -> Option<&'e Mark> {
        let gold = booking.gold.and_then(|at| self.evaluation.gold.documents[self.document].spans.get(at));
        gold.or_else(|| self.evaluation.predictions.documents.get(self.document)?.get(booking.prediction?))
    }

    fn form(&self, mark: &Mark) -> Option<String> {
        self.surfaces.as_ref()?.form(self.evaluation.gold.range(mark)?)
    }

    fn length(&self, mark: &Mark) -> (u8, &'static str) {
        match (self.evaluation.gold.range(mark), &self.words) {
            (Some(range), Some(words)) => by_words(words.under(range).len()),
            (Some(range), None) => by_characters(range.len()),
            (None, _) => (100, "empty or reversed"),
        }
    }
}

/// A bucket's place in the order, and its name.
type Key = (u8, &'static str);

const NO_TEXT: Key = (100, "no text");

fn by_words(words: usize) -> Key {
    match words {
        0 => (99, "no word"),
        1 => (1, "1 word"),
        2 => (2, "2 words"),
        3 => (3, "3 words"),
        4 => (4, "4 words"),
        5..=6 => (5, "5–6 words"),
        7..=12 => (6, "7–12 words"),
        _ => (7, "13 or more words"),
    }
}

fn by_characters(characters: usize) -> Key {
    match characters {
        0..=4 => (11, "1–4 characters"),
        5..=9 => (12, "5–9 characters"),
        10..=19 => (13, "10–19 characters"),
        20..=39 => (14, "20–39 characters"),
        _ => (15, "40 or more characters"),
    }
}

fn by_frequency(times: u64) -> Key {
    match times {
        // Only of spurious predictions.
        0 => (0, "not in gold"),
        1 => (1, "once in gold"),
        2..=4 => (2, "2–4 times in gold"),
        5..=9 => (3, "5–9 times in gold"),
        _ => (4, "10 or more times in gold"),
    }
}

fn by_training(seen: bool) -> Key {
    if seen { (1, "in training") } else { (2, "not in training") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Gold, GoldDocument, LabelIndex, Options, Predictions};
    use super::*;

    /// "Omega" three times as a brand, once predicted; a long price, found; "Bern" predicted and in no gold.
    fn evaluation(text: Option<&str>) -> Evaluation {
        let mut labels = LabelIndex::default();
        for name in ["brand", "price"] {
            labels.number(name);
        }
        let mark = |label, start, end| Mark { label, start, end, score: None };
        let spans = vec![mark(0, 0, 5), mark(0, 6, 11), mark(0, 12, 17), mark(1, 18, 35)];
        let documents = vec![GoldDocument { text: text.map(Into::into), spans, ..GoldDocument::default() }];
        let said = vec![vec![mark(0, 0, 5), mark(1, 18, 35), mark(0, 39, 43)]];
        let gold = Gold { labels, documents, ..Gold::default() };
        let predictions = Predictions { documents: said, ..Predictions::default() };
        Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default())
    }

    fn shown(evaluation: &Evaluation, grouping: Grouping, training: &[&str]) -> Vec<(String, u64, u64)> {
        let training: HashSet<String> = training.iter().map(|form| (*form).to_owned()).collect();
        let found = buckets(evaluation, grouping, Mode::Strict, Some(&training));
        found.into_iter().map(|b| (b.name, b.counts.of(Class::Correct), b.counts.possible())).collect()
    }

    fn row(name: &str, correct: u64, possible: u64) -> (String, u64, u64) {
        (name.to_owned(), correct, possible)
    }

    const TEXT: &str = "Omega OMEGA omega five hundred euro  in Bern";

    #[test]
    fn spans_are_grouped_by_words_by_how_often_they_occur_and_by_training() {
        let found = evaluation(Some(TEXT));
        assert_eq!(shown(&found, Grouping::Length, &[]), [row("1 word", 1, 3), row("3 words", 1, 1)]);
        assert_eq!(
            shown(&found, Grouping::Frequency, &[]),
            [row("not in gold", 0, 0), row("once in gold", 1, 1), row("2–4 times in gold", 1, 3)]
        );
        assert_eq!(shown(&found, Grouping::Seen, &["omega"]), [row("in training", 1, 3), row("not in training", 1, 1)]);
        assert!(buckets(&found, Grouping::Seen, Mode::Strict, None).is_empty(), "nobody knows");
    }

    #[test]
    fn without_a_text_characters_are_counted() {
        let found = evaluation(None);
        assert_eq!(
            shown(&found, Grouping::Length, &[]),
            [row("1–4 characters", 0, 0), row("5–9 characters", 1, 3), row("10–19 characters", 1, 1)]
        );
        assert_eq!(shown(&found, Grouping::Frequency, &[]), [row("no text", 2, 4)]);
    }
}
