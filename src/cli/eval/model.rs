//! What a model says of gold's texts, and how long it takes.

use super::super::interrupt::Interrupt;
use super::super::model;
use super::super::out::note;
use super::super::progress::Progress;
use super::Args;
use super::gold::Truth;
use super::said::{Said, Speed};
use crate::config::Settings;
use crate::dataset::{Label, LabelId};
use crate::evaluate::{Predictions, Thresholds};
use crate::gliner::FLOOR;
use crate::jobs::evaluation;
use crate::suggest::Suggester;

/// Asks a model for the labels of gold, or those of them that were chosen.
///
/// # Errors
/// When the model or the texts are missing, or somebody stops it.
pub(super) fn suggest(name: &str, truth: &Truth, args: &Args, interrupt: &Interrupt) -> anyhow::Result<Said> {
    let gold = &truth.gold;
    anyhow::ensure!(
        gold.documents.iter().all(|d| d.text.is_some()),
        "{} holds no texts a model could read; give gold in a format that does",
        gold.about.name
    );
    let labels = labels(truth, args)?;
    let settings = Settings::layered(truth.project().map(|p| p.dir()), &[])?;
    let thresholds = thresholds(truth, args, &labels, settings.threshold);
    let lowest = |t: &Thresholds| t.of_label.iter().flatten().copied().fold(t.all, f32::min);
    let floor = thresholds.iter().map(lowest).fold(FLOOR, f32::min);
    let mut suggester = Suggester::new(model::open(name, args.backbone.as_deref(), args.threads)?, false).above(floor);
    if let Some(project) = truth.project() {
        suggester = suggester.remembering(project.dir());
    }
    let weights = suggester.model().weights_bytes()?;
    let total = gold.documents.len();
    let mut progress = Progress::new("suggest", Some(total as u64));
    // What scores lower is left out at each threshold in turn, which is what deciding anew would come to.
    let found = evaluation::suggest_on(&mut suggester, gold, &labels, floor, &interrupt.flag(), |done| {
        progress.at(done, || format!("{name}: {done} of {total} documents"));
    });
    drop(progress);
    let (predictions, seconds) = found?;
    let speed = Speed { documents: suggester.asked(), seconds, weights };
    // Who is asked for B and has A counted as B is asked for A too.
    let mut asked = predictions.asked.unwrap_or_default();
    let mapped = args.map.iter().filter_map(|m| m.split_once('='));
    let mapped: Vec<u32> = mapped
        .filter(|(_, to)| gold.labels.find(to).is_some_and(|to| asked.contains(&to)))
        .filter_map(|(from, _)| gold.labels.find(from))
        .collect();
    asked.extend(mapped);
    let predictions = Predictions { name: name.to_owned(), asked: Some(asked), ..predictions };
    Ok(Said { predictions, thresholds, speed: Some(speed), ..Said::default() })
}

/// The labels to ask for: the project's with their prompts, or gold's, in their order.
fn labels(truth: &Truth, args: &Args) -> anyhow::Result<Vec<Label>> {
    let asked = args.labels.folded().labels;
    let mapped: Vec<&str> = args.map.iter().filter_map(|m| m.split_once('=')).map(|(from, _)| from).collect();
    let wanted = |name: &str| (asked.is_empty() || asked.iter().any(|a| a == name)) && !mapped.contains(&name);
    let labels: Vec<Label> = match truth.project() {
        Some(project) => project.labels()?.into_iter().filter(|l| !l.archived && wanted(&l.name)).collect(),
        None => {
            let names = truth.gold.labels.names()[..truth.own_labels].iter().filter(|name| wanted(name));
            names.enumerate().map(|(at, name)| Label::named(LabelId(at as i64), name, at as i64)).collect()
        }
    };
    anyhow::ensure!(!labels.is_empty(), "no labels to ask a model for: {} has none", truth.gold.about.name);
    if let Some(blank) = labels.iter().find(|l| l.prompt().trim().is_empty()) {
        anyhow::bail!("the label '{}' is blank; choose others with --label", blank.name);
    }
    Ok(labels)
}

/// Those that were given, for all labels; else what `gleaner suggest` would take, the labels' own included.
fn thresholds(truth: &Truth, args: &Args, labels: &[Label], setting: Option<f32>) -> Vec<Thresholds> {
    if !args.threshold.is_empty() {
        return args.threshold.iter().map(|all| Thresholds { all: *all, of_label: Vec::new() }).collect();
    }
    let mut of_label = vec![None; truth.gold.labels.names().len()];
    let mut own = Vec::new();
    for label in labels.iter().filter(|l| l.threshold.is_some()) {
        if let Some(number) = truth.gold.labels.find(&label.name) {
            of_label[number as usize] = label.threshold;
            own.push(label.name.as_str());
        }
    }
    if !own.is_empty() {
        note(&format!("note: labels with a threshold of their own: {}; --threshold goes before it", own.join(", ")));
    }
    vec![Thresholds { all: setting.unwrap_or(0.5), of_label }]
}
