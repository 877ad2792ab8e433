//! What was counted, ready to be written: one entry for each set of predictions at each threshold.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::super::out::note;
use super::gold::Truth;
use super::said::{Said, Speed};
use crate::evaluate::bootstrap::{Interval, draws, f1_interval};
use crate::evaluate::{
    About, Counts, Ends, Entity, Evaluation, Gold, Mark, Mode, Options, Predictions, Schema, Standing, Thresholds,
    compare,
};

/// Everything that is written.
pub(super) struct Report {
    /// What was counted against.
    pub(super) gold: Arc<Gold>,
    /// Documents of gold before any was left out for what is judged.
    pub(super) documents: usize,
    /// In which mode labels are shown.
    pub(super) mode: Mode,
    /// By whose rules.
    pub(super) schema: Schema,
    /// Percentage of a gold span that counts as overlap.
    pub(super) least_overlap: f64,
    /// False when nobody says how ends are meant.
    pub(super) ends_known: bool,
    /// In what order labels stand.
    pub(super) order: &'static str,
    /// Seed of the draws.
    pub(super) seed: u64,
    /// Surface forms that training has seen, where they are known.
    pub(super) training: Option<HashSet<String>>,
    /// Each set of predictions, in the order given.
    pub(super) scored: Vec<Scored>,
}

/// One set of predictions at one threshold.
pub(super) struct Scored {
    /// What it is called, with its threshold where there are several.
    pub(super) name: String,
    /// Its spans before any threshold.
    pub(super) spans: u64,
    /// Its spans above the threshold.
    pub(super) above: u64,
    /// What scores must be above; `None`: everything counts.
    pub(super) threshold: Option<f32>,
    /// Labels go by thresholds of their own.
    pub(super) own_thresholds: bool,
    /// The counts.
    pub(super) evaluation: Evaluation,
    /// The counts of each document in the mode asked for.
    pub(super) by_document: Vec<Counts>,
    /// The 95 % interval of F1 in that mode.
    pub(super) interval: Option<Interval>,
    /// How it compares with the first one.
    pub(super) against: Option<Against>,
    /// What making it took.
    pub(super) speed: Option<Speed>,
    /// What nervaluate says of the numbers as they stand, where that is something else.
    pub(super) as_they_stand: Option<AsTheyStand>,
}

/// A set of predictions beside the first, in the mode asked for.
#[derive(Clone, Debug)]
pub(super) struct Against {
    /// Its F1 less that of the first; `None` when there is no label that both were asked for.
    pub(super) difference: Option<f64>,
    /// That in every mode, in the order of [`Mode::ALL`].
    pub(super) modes: [f64; 4],
    /// That of the mean of labels.
    pub(super) mean: Option<f64>,
    /// That of each label that both were asked for.
    pub(super) labels: HashMap<u32, f64>,
    /// How likely such a difference is between equals.
    pub(super) p: Option<f64>,
    /// Gold spans that are right here and not there.
    pub(super) fixed: u64,
    /// Gold spans that are right there and not here.
    pub(super) broken: u64,
    /// Only on the labels that both were asked for, which are not all.
    pub(super) partly: bool,
}

/// Other numbers, and why they differ.
#[derive(Clone, Debug)]
pub(super) struct AsTheyStand {
    /// F1, strict.
    pub(super) strict: f64,
    /// F1, partial.
    pub(super) partial: f64,
    /// Pairs of a gold span and a prediction that touch without sharing a character.
    pub(super) touching: u64,
}

/// How to count, apart from thresholds.
pub(super) struct How {
    pub(super) mode: Mode,
    pub(super) schema: Schema,
    pub(super) least_overlap: f64,
    pub(super) only: Option<Vec<u32>>,
    /// For predictions that bring none of their own.
    pub(super) thresholds: Vec<f32>,
    pub(super) seed: u64,
}

/// Counts everything.
pub(super) fn score(truth: Truth, said: Vec<Said>, how: &How) -> Report {
    let order = if truth.project().is_some() { "the project's" } else { "first seen" };
    let ends_known = truth.ends_known;
    let (documents, gold) = (truth.documents, Arc::new(truth.gold));
    let mut scored: Vec<Scored> = Vec::new();
    for said in said {
        let predictions = Arc::new(said.predictions);
        let thresholds: Vec<Option<Thresholds>> = if !said.thresholds.is_empty() {
            said.thresholds.into_iter().map(Some).collect()
        } else if !how.thresholds.is_empty() {
            how.thresholds.iter().map(|all| Some(Thresholds { all: *all, of_label: Vec::new() })).collect()
        } else {
            vec![said.usual]
        };
        let several = thresholds.len() > 1;
        for thresholds in thresholds {
            let mut one = one(&gold, &predictions, thresholds, how);
            if several && let Some(threshold) = one.threshold {
                one.name = format!("{}@{threshold}", one.name);
            }
            one.speed = said.speed;
            one.against = scored.first().map(|first| against(first, &one, how));
            scored.push(one);
        }
    }
    let How { mode, schema, least_overlap, seed, .. } = *how;
    Report { gold, documents, mode, schema, least_overlap, ends_known, order, seed, training: None, scored }
}

fn one(gold: &Arc<Gold>, predictions: &Arc<Predictions>, thresholds: Option<Thresholds>, how: &How) -> Scored {
    let threshold = thresholds.as_ref().map(|t| t.all);
    let own_thresholds = thresholds.as_ref().is_some_and(|t| t.of_label.iter().any(Option::is_some));
    if let (Some(threshold), Some(floor)) = (threshold, predictions.floor.filter(|f| threshold.is_some_and(|t| t < *f)))
    {
        note(&format!(
            "note: {} holds no scores of {floor} or less, so threshold {threshold} counts no more than {floor} does",
            predictions.name
        ));
    }
    let mut marks = predictions.documents.iter().flatten();
    if threshold.is_some() && marks.clone().next().is_some() && marks.all(|m| m.score.is_none()) {
        note(&format!("note: the spans of {} have no scores: all of them count at any threshold", predictions.name));
    }
    let passes = |m: &&Mark| thresholds.as_ref().is_none_or(|t| t.pass(m));
    let above = predictions.documents.iter().flatten().filter(passes).count() as u64;
    let options = Options { schema: how.schema, least_overlap: how.least_overlap, only: how.only.clone(), thresholds };
    let (evaluation, by_document) =
        Evaluation::with_documents(Arc::clone(gold), Arc::clone(predictions), options, how.mode);
    Scored {
        name: predictions.name.clone(),
        spans: predictions.documents.iter().map(|d| d.len() as u64).sum(),
        above,
        threshold,
        own_thresholds,
        interval: f1_interval(&by_document, how.mode, draws(by_document.len()), how.seed),
        as_they_stand: as_they_stand(&evaluation),
        by_document,
        against: None,
        speed: None,
        evaluation,
    }
}

fn against(first: &Scored, one: &Scored, how: &How) -> Against {
    let found = compare(&first.evaluation, &one.evaluation, how.mode, how.seed);
    let counted = |s: &Scored| {
        let asked = |label: &u32| s.evaluation.standing(*label) != Standing::NotAsked;
        s.evaluation.rows().iter().filter(|l| asked(l)).count()
    };
    Against {
        difference: (!found.labels.is_empty()).then_some(found.overall.f1),
        modes: found.modes,
        mean: found.means.map(|m| m.f1),
        labels: found.labels.iter().map(|(label, delta)| (*label, delta.f1)).collect(),
        p: found.p_value,
        fixed: found.fixed.len() as u64,
        broken: found.broken.len() as u64,
        partly: found.labels.len() < counted(first).max(counted(one)),
    }
}

/// Counts again by nervaluate 1.2.1, where our numbers are not its own.
fn as_they_stand(evaluation: &Evaluation) -> Option<AsTheyStand> {
    if evaluation.options.schema != Schema::Gleaner {
        return None;
    }
    let options = Options { schema: Schema::Nervaluate1_2_1, ..evaluation.options.clone() };
    let theirs = Evaluation::new(Arc::clone(&evaluation.gold), Arc::clone(&evaluation.predictions), options);
    if Mode::ALL.iter().all(|mode| evaluation.overall(*mode) == theirs.overall(*mode)) {
        return None;
    }
    let touching = match evaluation.gold.ends {
        Ends::Inclusive => 0,
        Ends::Exclusive => (0..evaluation.gold.documents.len())
            .map(|document| {
                let taken = theirs.taken(document);
                let touch = |g: &&Entity| {
                    taken.predictions.iter().filter(|p| p.end == g.start || g.end == p.start).count() as u64
                };
                taken.gold.iter().map(|g| touch(&g)).sum::<u64>()
            })
            .sum(),
    };
    let f1 = |mode: Mode| theirs.overall(mode).f1(mode);
    Some(AsTheyStand { strict: f1(Mode::Strict), partial: f1(Mode::Partial), touching })
}

impl Report {
    /// Gold spans of the documents that count.
    pub(super) fn spans(&self) -> u64 {
        self.gold.documents.iter().map(|d| d.spans.len() as u64).sum()
    }
}

impl AsTheyStand {
    /// In words, as one line.
    pub(super) fn words(&self) -> String {
        let why = match self.touching {
            0 => "because it counts what stands there twice as two, or ends as inside".to_owned(),
            1 => "because 1 pair of spans touches".to_owned(),
            n => format!("because {n} pairs of spans touch"),
        };
        format!(
            "nervaluate 1.2.1 on the numbers as they stand: strict F1 {:.4}, partial F1 {:.4}, {why}",
            self.strict, self.partial
        )
    }
}

/// How far gold can be trusted, in sentences.
pub(super) fn trust(about: &About, documents: usize) -> Vec<String> {
    let share = |part: u64, whole: u64| if whole == 0 { 0.0 } else { 100.0 * part as f64 / whole as f64 };
    let mut said: Vec<String> = about
        .prefilled
        .iter()
        .map(|p| {
            let percent = share(p.spans, about.spans);
            format!("this gold was prefilled by {} in {percent:.0} % of its spans: its score is flattered", p.model)
        })
        .collect();
    if about.bulk > 0 {
        said.push(format!("{:.0} % of its spans came many at a time", share(about.bulk, about.spans)));
    }
    if about.blind > 0 {
        let all = if about.blind == documents as u64 { "all".to_owned() } else { about.blind.to_string() };
        said.push(format!("{all} of its {documents} documents were answered without a suggestion having been seen"));
    }
    said
}

/// A difference with its direction.
pub(super) fn change(difference: f64) -> String {
    match difference {
        d if d >= 0.00005 => format!("↑{d:+.4}"),
        d if d <= -0.00005 => format!("↓−{:.4}", -d),
        _ => "=".to_owned(),
    }
}

/// A probability; what is too small to be told from none is said to be small.
pub(super) fn chance(p: Option<f64>) -> String {
    match p {
        None => "–".to_owned(),
        Some(p) if p < 0.001 => "<0.001".to_owned(),
        Some(p) => format!("{p:.3}"),
    }
}
