//! The statistics are those of the packages people know them from: scikit-learn, scipy, krippendorff and cleanlab, on
//! data made with `tests/official/make_statistics.py`.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::sync::Arc;

use gleaner::evaluate::agreement::{alpha, cohens_kappa, nominal_alpha, unitizing};
use gleaner::evaluate::bootstrap::{p_value, percentile};
use gleaner::evaluate::calibration::of_judged;
use gleaner::evaluate::label_errors::{Confidence, Token};
use gleaner::evaluate::sweep::{Judged, Sweep};
use gleaner::evaluate::{Evaluation, Gold, GoldDocument, LabelIndex, Mark, Mode, Options, Pair, Predictions};
use serde::Deserialize;

fn fixture<T: serde::de::DeserializeOwned>(package: &str) -> T {
    let file = format!("{}/tests/fixtures/statistics/{package}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap()
}

#[track_caller]
fn close(ours: f64, theirs: f64, what: &str) {
    assert!((ours - theirs).abs() < 1e-9, "{what}: {ours} is not {theirs}");
}

#[derive(Deserialize)]
struct ScikitLearn {
    labelled: Vec<Labelled>,
    scored: Vec<Scored>,
    kappa: Vec<Kappa>,
}

/// Slots with a label of gold and one predicted; 0 is none.
#[derive(Deserialize)]
struct Labelled {
    labels: u32,
    gold: Vec<Vec<u32>>,
    predicted: Vec<Vec<u32>>,
    micro: [f64; 3],
    #[serde(rename = "macro")]
    mean: [f64; 3],
    by_label: [Vec<f64>; 3],
    confusion: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
struct Scored {
    scores: Vec<f32>,
    right: Vec<u8>,
    gold: u64,
    average_precision: f64,
    calibration: Vec<Binned>,
}

#[derive(Deserialize)]
struct Binned {
    bins: usize,
    sizes: Vec<u64>,
    /// Of the bins that are not empty.
    accuracy: Vec<f64>,
    confidence: Vec<f64>,
    error: f64,
}

#[derive(Deserialize)]
struct Kappa {
    a: Vec<u32>,
    b: Vec<u32>,
    kappa: f64,
}

fn marks(slots: &[u32]) -> Vec<Mark> {
    let filled = slots.iter().enumerate().filter(|(_, label)| **label > 0);
    filled
        .map(|(at, label)| Mark { label: label - 1, start: at as i64 * 10, end: at as i64 * 10 + 5, score: None })
        .collect()
}

fn evaluation(set: &Labelled) -> Evaluation {
    let mut labels = LabelIndex::default();
    for label in 0..set.labels {
        labels.number(&label.to_string());
    }
    let document = |slots: &Vec<u32>| GoldDocument { spans: marks(slots), ..GoldDocument::default() };
    let gold = Gold { labels, documents: set.gold.iter().map(document).collect(), ..Gold::default() };
    let documents = set.predicted.iter().map(|slots| marks(slots)).collect();
    let predictions = Predictions { documents, ..Predictions::default() };
    Evaluation::new(Arc::new(gold), Arc::new(predictions), Options::default())
}

#[test]
fn micro_macro_and_labels_are_scikit_learns() {
    let sets = fixture::<ScikitLearn>("scikit_learn").labelled;
    assert_eq!(sets.len(), 3);
    for set in &sets {
        let found = evaluation(set);
        let micro = found.overall(Mode::Strict);
        let ours = [micro.precision(Mode::Strict), micro.recall(Mode::Strict), micro.f1(Mode::Strict)];
        ours.iter().zip(set.micro).for_each(|(ours, theirs)| close(*ours, theirs, "micro"));
        let (precision, recall, f1) = found.macro_average(Mode::Strict).unwrap();
        [precision, recall, f1].iter().zip(set.mean).for_each(|(ours, theirs)| close(*ours, theirs, "macro"));
        for label in 0..set.labels {
            let counts = found.label(label, Mode::Strict);
            let of = |which: usize| set.by_label[which][label as usize];
            close(counts.precision(Mode::Strict), of(0), "precision of a label");
            close(counts.recall(Mode::Strict), of(1), "recall of a label");
            close(counts.f1(Mode::Strict), of(2), "F1 of a label");
        }
    }
}

#[test]
fn the_confusion_matrix_is_scikit_learns() {
    for set in &fixture::<ScikitLearn>("scikit_learn").labelled {
        let matrix = evaluation(set).confusion();
        let class = |at: usize| at.checked_sub(1).map(|label| label as u32);
        for (gold, row) in set.confusion.iter().enumerate() {
            // Nothing where there is nothing is no span.
            for (predicted, theirs) in row.iter().enumerate().filter(|(predicted, _)| gold + predicted > 0) {
                let ours = matrix.field(class(gold), class(predicted)).len();
                assert_eq!(ours, *theirs, "gold {gold}, predicted {predicted}");
            }
        }
    }
}

#[test]
fn average_precision_and_calibration_are_scikit_learns() {
    let sets = fixture::<ScikitLearn>("scikit_learn").scored;
    assert_eq!(sets.len(), 4);
    for set in &sets {
        let judged: Vec<Judged> = set
            .scores
            .iter()
            .zip(&set.right)
            .map(|(score, right)| Judged { score: *score, right: *right > 0 })
            .collect();
        close(Sweep::new(judged.clone(), set.gold).average_precision, set.average_precision, "average precision");
        for binned in &set.calibration {
            let none = Pair { document: 0, gold: None, prediction: None };
            let found = of_judged(judged.iter().map(|judged| (*judged, none)), binned.bins);
            assert_eq!(found.bins.iter().map(|bin| bin.predicted).collect::<Vec<_>>(), binned.sizes);
            let filled: Vec<_> = found.bins.iter().filter(|bin| bin.predicted > 0).collect();
            assert_eq!(filled.len(), binned.accuracy.len());
            for ((bin, accuracy), confidence) in filled.iter().zip(&binned.accuracy).zip(&binned.confidence) {
                close(bin.accuracy, *accuracy, "accuracy of a bin");
                close(bin.confidence, *confidence, "confidence of a bin");
            }
            close(found.error, binned.error, "calibration error");
        }
    }
}

#[test]
fn kappa_is_scikit_learns() {
    let sets = fixture::<ScikitLearn>("scikit_learn").kappa;
    assert_eq!(sets.len(), 4);
    for set in sets {
        close(cohens_kappa(set.a.into_iter().zip(set.b)).unwrap(), set.kappa, "kappa");
    }
}

#[derive(Deserialize)]
struct Scipy {
    draws: Vec<Draws>,
}

#[derive(Deserialize)]
struct Draws {
    observed: f64,
    differences: Vec<f64>,
    p_value: f64,
    low: f64,
    high: f64,
    quantile: f64,
}

#[test]
fn the_percentiles_and_the_p_value_of_given_draws_are_scipys() {
    let sets = fixture::<Scipy>("scipy").draws;
    assert_eq!(sets.len(), 4);
    for set in sets {
        close(p_value(set.observed, set.differences.iter().copied()), set.p_value, "p-value");
        let mut sorted = set.differences;
        sorted.sort_by(f64::total_cmp);
        close(percentile(&sorted, 0.025), set.low, "2.5th percentile");
        close(percentile(&sorted, 0.975), set.high, "97.5th percentile");
        close(percentile(&sorted, 0.025), set.quantile, "quantile");
    }
}

#[derive(Deserialize)]
struct Krippendorff {
    nominal: Vec<Nominal>,
    continua: Vec<Continuum>,
}

#[derive(Deserialize)]
struct Nominal {
    coders: Vec<Vec<Option<u32>>>,
    alpha: f64,
}

#[derive(Deserialize)]
struct Continuum {
    length: u64,
    annotators: Vec<Vec<(u64, u64)>>,
    observed: f64,
    expected: f64,
}

#[test]
fn nominal_alpha_is_the_krippendorff_packages() {
    let sets = fixture::<Krippendorff>("krippendorff").nominal;
    assert_eq!(sets.len(), 3);
    for set in sets {
        let units: Vec<Vec<u32>> =
            (0..set.coders[0].len()).map(|unit| set.coders.iter().filter_map(|coder| coder[unit]).collect()).collect();
        close(nominal_alpha(&units).unwrap(), set.alpha, "alpha");
    }
}

#[test]
fn unitizing_alpha_is_what_its_definition_gives() {
    let sets = fixture::<Krippendorff>("krippendorff").continua;
    assert_eq!(sets.len(), 4);
    for set in sets {
        let found = unitizing(set.length, &set.annotators).unwrap();
        close(found.observed, set.observed, "observed disagreement");
        close(found.expected, set.expected, "expected disagreement");
        close(alpha(&[found]).unwrap(), 1.0 - set.observed / set.expected, "alpha");
    }
}

#[derive(Deserialize)]
struct Cleanlab {
    noisy: Vec<Noisy>,
}

#[derive(Deserialize)]
struct Noisy {
    labels: Vec<Vec<usize>>,
    probabilities: Vec<Vec<Vec<f64>>>,
    thresholds: Vec<f64>,
    token_quality: Vec<Vec<f64>>,
    sentence_quality: Vec<f64>,
    /// Sentence and token.
    issues: Vec<(usize, usize)>,
}

#[test]
fn label_errors_are_those_cleanlab_finds() {
    let sets = fixture::<Cleanlab>("cleanlab").noisy;
    assert_eq!(sets.len(), 2);
    for set in sets {
        let token =
            |(given, probabilities): (&usize, &Vec<f64>)| Token { given: *given, probabilities: probabilities.clone() };
        let sentences: Vec<Vec<Token>> = set
            .labels
            .iter()
            .zip(&set.probabilities)
            .map(|(labels, probabilities)| labels.iter().zip(probabilities).map(token).collect())
            .collect();
        let confidence = Confidence::of(sentences.iter().flatten());
        for (class, theirs) in set.thresholds.iter().enumerate() {
            close(confidence.least(class).unwrap(), *theirs, "threshold of a class");
        }
        let mut issues = Vec::new();
        for (at, sentence) in sentences.iter().enumerate() {
            let qualities: Vec<f64> = sentence.iter().map(Token::quality).collect();
            qualities.iter().zip(&set.token_quality[at]).for_each(|(ours, theirs)| close(*ours, *theirs, "a word"));
            let worst = qualities.iter().copied().fold(f64::INFINITY, f64::min);
            close(worst, set.sentence_quality[at], "the worst word of a sentence");
            let contradicted = sentence.iter().enumerate().filter(|(_, token)| confidence.contradicts(token).is_some());
            issues.extend(contradicted.map(|(word, _)| (at, word)));
        }
        assert!(!issues.is_empty());
        assert_eq!(issues, set.issues);
    }
}
