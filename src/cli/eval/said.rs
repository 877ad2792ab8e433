//! What is judged: the spans of a file, of a run or of an annotator, at one or several thresholds.

use std::collections::HashSet;
use std::path::Path;

use super::super::args;
use super::super::out::{counted, note};
use super::file::{self, Ahead, Reading, SpanFile, Whose, shown};
use super::gold::{Source, Truth};
use super::pair::pair;
use crate::config::Settings;
use crate::dataset::{DocumentId, Status};
use crate::evaluate::{Ends, Mark, Predictions, Thresholds};
use crate::jobs::evaluation::{self, GoldFrom};
use crate::store::Project;

/// Predictions beside what was said about them.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// The spans.
    pub(super) predictions: Predictions,
    /// The line of each document; empty where there are none.
    pub(super) lines: Vec<u64>,
    /// The thresholds it is judged at; empty: as those that are given for all.
    pub(super) thresholds: Vec<Thresholds>,
    /// Where none are given either; `None`: all it holds.
    pub(super) usual: Option<Thresholds>,
    /// What making them took.
    pub(super) speed: Option<Speed>,
    /// Whether a file was read whose format leaves open what ends are.
    pub(super) hears_ends: bool,
    /// Whether nobody says how its ends are meant.
    pub(super) ends_unknown: bool,
}

/// What running a model took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speed {
    /// Documents the model read; the others were remembered.
    pub(super) documents: u64,
    /// Seconds for all of them.
    pub(super) seconds: f64,
    /// Bytes of the weights.
    pub(super) weights: u64,
}

impl Speed {
    /// Documents a second; `None` when all of them were remembered.
    pub(super) fn pace(&self) -> Option<f64> {
        (self.documents > 0).then(|| self.documents as f64 / self.seconds.max(1e-9))
    }

    /// Size of the weights in millions of bytes.
    pub(super) fn megabytes(&self) -> f64 {
        self.weights as f64 / 1e6
    }

    /// All of it in words.
    pub(super) fn words(&self) -> String {
        let pace = match self.pace() {
            Some(pace) => format!("{pace:.1} documents/s, {:.1} s", self.seconds),
            None => "all remembered from before".to_owned(),
        };
        format!("{pace}, weights {:.1} MB", self.megabytes())
    }
}

/// Where a name leads.
enum Found {
    File {
        /// Whether a run has the name too.
        run: bool,
    },
    Annotator(String),
    Run,
}

/// Leaves out of gold the documents that an annotator among those judged has not answered, or that are gold by that
/// annotator's own answer, and those whose text has changed since a run among them read it. It is done for all at once, so that all are judged by the same documents.
///
/// # Errors
/// When the project cannot be read, or no document is left.
pub(super) fn leave_out(given: &[String], truth: &mut Truth) -> anyhow::Result<()> {
    let (mut people, mut runs) = (Vec::new(), Vec::new());
    for given in given {
        let (name, found, _) = cut(given, truth)?;
        match found {
            Some(Found::Annotator(who)) if !people.contains(&who) => people.push(who),
            Some(Found::Run) if !runs.contains(&name) => runs.push(name),
            _ => {}
        }
    }
    let Source::Project(project) = &truth.source else { return Ok(()) };
    let ids: Vec<Option<DocumentId>> = truth.gold.documents.iter().map(|d| d.document).collect();
    for who in &people {
        require_answers(project, who)?;
        let theirs = evaluation::gold(project, &GoldFrom::Responses { annotator: Some(who.clone()) })?;
        let left = evaluation::keep_answered(&mut truth.gold, &theirs);
        let mut why = Vec::new();
        if left.unanswered > 0 {
            why.push(format!("{} without a submitted response by {who}", counted(left.unanswered, "document")));
        }
        if left.own > 0 {
            why.push(format!("{} in which gold is {who}'s own response", counted(left.own, "document")));
        }
        let why = why.join(", ");
        anyhow::ensure!(
            !truth.gold.documents.is_empty() || ids.is_empty(),
            "nothing is left to judge annotator:{who} by: {why}; take another --gold, or another person's responses \
             with --annotator"
        );
        if !why.is_empty() {
            note(&format!("note: left out: {why}"));
        }
    }
    for name in runs {
        let outdated = evaluation::leave_outdated(project, &mut truth.gold, &project.run(name)?)?;
        if outdated > 0 {
            note(&format!("note: left out: {} with a newer text than {name} has read", counted(outdated, "document")));
        }
        anyhow::ensure!(
            !truth.gold.documents.is_empty() || ids.is_empty(),
            "nothing is left to judge {name} by: all texts have changed since it read them; run `gleaner suggest` again"
        );
    }
    let left: HashSet<DocumentId> = truth.gold.documents.iter().filter_map(|d| d.document).collect();
    for (key, id) in truth.keys.iter_mut().zip(ids) {
        key.answered = id.is_some_and(|id| left.contains(&id));
    }
    Ok(())
}

fn require_answers(project: &Project, who: &str) -> anyhow::Result<()> {
    let people = project.annotators(&[Status::Submitted])?;
    if !people.iter().any(|(name, _)| name == who) {
        let names: Vec<&str> = people.iter().map(|(name, _)| name.as_str()).collect();
        anyhow::bail!("no submitted response by '{who}'; there are some by {}", names.join(", "));
    }
    Ok(())
}

/// Reads `FILE`, `RUN` or `annotator:NAME`, each also with `@THRESHOLD` behind it; `ahead`: somebody has begun with the
/// file.
///
/// # Errors
/// When it is none of them, cannot be read, or does not fit gold.
pub(super) fn read(
    given: &str,
    truth: &mut Truth,
    reading: Reading,
    as_they_stand: bool,
    ahead: Option<Ahead<'_>>,
) -> anyhow::Result<Said> {
    let (name, found, threshold) = cut(given, truth)?;
    let mut said = match found {
        Some(Found::File { run }) => {
            if run {
                note(&format!(
                    "note: '{name}' is a file and a run; the file is taken. To take the run, leave the folder of the file"
                ));
            }
            of_file(Path::new(name), Whose::Whatever, truth, reading, as_they_stand, ahead)?
        }
        Some(Found::Annotator(who)) => of_annotator(&who, truth, reading, as_they_stand)?,
        Some(Found::Run) => of_run(name, truth)?,
        // A file of gold may hold runs too.
        None => match &truth.source {
            Source::File(path) => {
                let path = path.clone();
                of_file(&path, Whose::Run(name), truth, reading, as_they_stand, None)?
            }
            Source::Project(project) => match project.run(name) {
                Ok(_) => of_run(name, truth)?,
                Err(error) => anyhow::bail!("no file '{name}', and {error}"),
            },
        },
    };
    given.clone_into(&mut said.predictions.name);
    if given == "-" {
        said.predictions.name = shown(Path::new(given));
    }
    said.thresholds = threshold.map(|all| Thresholds { all, of_label: Vec::new() }).into_iter().collect();
    Ok(said)
}

/// The name in what was given, where it leads, and the threshold behind it.
fn cut<'a>(given: &'a str, truth: &Truth) -> anyhow::Result<(&'a str, Option<Found>, Option<f32>)> {
    let cut = given.rsplit_once('@').and_then(|(name, score)| Some((name, args::score(score).ok()?)));
    Ok(match (find(given, truth)?, cut) {
        (Some(found), _) => (given, Some(found), None),
        (None, Some((name, threshold))) => (name, find(name, truth)?, Some(threshold)),
        (None, None) => (given, None, None),
    })
}

fn find(name: &str, truth: &Truth) -> anyhow::Result<Option<Found>> {
    let run = match truth.project() {
        Some(project) => project.runs()?.iter().any(|r| r.name == name),
        None => false,
    };
    if name == "-" || Path::new(name).exists() {
        return Ok(Some(Found::File { run }));
    }
    if run {
        return Ok(Some(Found::Run));
    }
    Ok(name.strip_prefix("annotator:").map(|who| Found::Annotator(who.to_owned())))
}

fn of_file(
    path: &Path,
    whose: Whose<'_>,
    truth: &mut Truth,
    reading: Reading,
    as_they_stand: bool,
    ahead: Option<Ahead<'_>>,
) -> anyhow::Result<Said> {
    let mut file: SpanFile = file::read(path, reading, whose, &mut truth.gold.labels, ahead)?;
    // Numbers that are taken as they stand are not moved, unless somebody says what they are.
    let (ends, hears_ends) = (file.ends, file.hears_ends);
    let moved = if as_they_stand && reading.ends.is_none() { None } else { ends };
    let by = match (moved, truth.gold.ends) {
        (Some(Ends::Inclusive), Ends::Exclusive) => 1,
        (Some(Ends::Exclusive), Ends::Inclusive) => -1,
        _ => 0,
    };
    if by != 0 {
        let spans = file.documents.iter_mut().filter_map(|d| d.spans.as_mut()).flatten();
        spans.for_each(|span: &mut Mark| span.end = span.end.saturating_add(by));
    }
    let part = truth.project().is_some();
    let (documents, lines) = pair(&truth.keys, part, &truth.gold.about.name, file)?;
    let predictions = Predictions { documents, ..Predictions::default() };
    Ok(Said { predictions, lines, hears_ends, ends_unknown: ends.is_none(), ..Said::default() })
}

fn of_run(name: &str, truth: &Truth) -> anyhow::Result<Said> {
    let Some(project) = truth.project() else { anyhow::bail!("no project: no run '{name}'") };
    let predictions = evaluation::of_run(project, &truth.gold, &project.run(name)?)?;
    // As on the screen: what the project would not show as a suggestion does not count.
    let mut of_label = vec![None; truth.gold.labels.names().len()];
    for label in project.labels()? {
        if let Some(number) = truth.gold.labels.find(&label.name) {
            of_label[number as usize] = label.threshold;
        }
    }
    let all = Settings::layered(Some(project.dir()), &[])?.threshold.unwrap_or(0.5);
    Ok(Said { predictions, usual: Some(Thresholds { all, of_label }), ..Said::default() })
}

fn of_annotator(who: &str, truth: &mut Truth, reading: Reading, as_they_stand: bool) -> anyhow::Result<Said> {
    let project = match &truth.source {
        Source::File(path) => {
            let path = path.clone();
            return of_file(&path, Whose::Answer(Some(who)), truth, reading, as_they_stand, None);
        }
        Source::Project(project) => project,
    };
    require_answers(project, who)?;
    let predictions = evaluation::of_annotator(project, &truth.gold, who)?;
    Ok(Said { predictions, ..Said::default() })
}
