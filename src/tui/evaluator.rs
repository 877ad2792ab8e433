//! Counting for the Evaluate screen, on a thread with a connection of its own: keys never wait for it.
//!
//! What was read is kept, and what was counted on the same terms too, so that another view or another threshold does not
//! read the project again. Only the newest question counts.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::screen::evaluate::sheet::{Behind, Sheet};
use super::screen::evaluate::{GoldChoice, Head, Predictor, Side, Sources, Study, Terms, View, label_ids, sheets};
use super::walk::Walk;
use crate::dataset::{DocumentId, Label, RunId, Status};
use crate::evaluate::{Evaluation, Gold, Options, Predictions, Thresholds, surface_form};
use crate::jobs::evaluation::{GoldFrom, gold, keep_answered, leave_outdated, of_annotator, of_run};
use crate::jobs::{Latest, Work};
use crate::store::{GroupId, Project, Result, TEXT_MATCHES};

/// Something to be counted.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Counts questions; comes back with the answer.
    pub number: u64,
    /// The project has changed: it is read again where that touches what is counted.
    pub fresh: bool,
    /// A person wants it read again, whatever has changed.
    pub again: bool,
    /// On which terms.
    pub terms: Terms,
    /// All labels, with their thresholds.
    pub labels: Vec<Label>,
    /// The threshold of labels without one of their own.
    pub threshold: f32,
    /// What is wanted.
    pub want: Want,
}

/// What is wanted.
#[derive(Clone, Debug, PartialEq)]
pub enum Want {
    /// A view; the curve is that of the label of this name, or of all.
    Sheet(View, Option<String>),
    /// The places behind a cell, what to call them, and the number of the study the cell is of.
    Walk(Behind, String, u64),
}

/// What came out.
#[derive(Clone, Debug)]
pub enum Given {
    /// A view.
    Sheet(Box<GivenSheet>),
    /// The places behind a cell; none when there is nothing to go to.
    Walk(Option<Walk>),
    /// No places: the cell is of a study that is over, and there may stand something else by now.
    Over,
}

/// A view, and what it is about.
#[derive(Clone, Debug)]
pub struct GivenSheet {
    /// Which view.
    pub view: View,
    /// The terms as they were settled.
    pub terms: Terms,
    /// What there is to choose from.
    pub sources: Sources,
    /// What gold is.
    pub head: Head,
    /// The view.
    pub sheet: Sheet,
    /// The number of the study it is of.
    pub study: u64,
}

/// An answer with the number of its question; nothing when it was stopped.
pub type Evaluated = (u64, Option<std::result::Result<Given, String>>);

/// The thread.
pub struct Evaluator {
    thread: Latest<Question>,
    /// Number of the question that counts.
    newest: Arc<AtomicU64>,
}

impl Evaluator {
    /// Starts the thread for the project in `dir`; `tell` takes each answer and says whether anybody still listens.
    pub fn start(dir: PathBuf, tell: impl Fn(Evaluated) -> bool + Send + 'static) -> Self {
        let newest = Arc::new(AtomicU64::new(0));
        let work = Evaluating {
            dir,
            newest: Arc::clone(&newest),
            project: None,
            read: None,
            study: None,
            studies: 0,
            sheets: HashMap::new(),
        };
        Self { thread: Latest::start(work, tell), newest }
    }

    /// Asks, in place of what was asked before.
    pub fn ask(&self, question: Question) {
        self.newest.store(question.number, Ordering::Relaxed);
        self.thread.ask(question);
    }

    /// The answer is not wanted any more.
    pub fn stop(&self) {
        self.newest.store(0, Ordering::Relaxed);
    }
}

impl Drop for Evaluator {
    fn drop(&mut self) {
        self.stop();
    }
}

/// What was read for gold and predictors.
struct Read {
    /// The last edit and the numbers of runs and of finished imports then: while they stay, nothing else has changed that is counted.
    mark: Mark,
    gold_choice: Option<GoldChoice>,
    predictors: Vec<Predictor>,
    sources: Sources,
    gold: Arc<Gold>,
    /// Documents of gold before those were left out that a person who predicts has not answered.
    documents: usize,
    sides: Vec<(Predictor, OfModel, Arc<Predictions>)>,
}

/// The run and its model, where a model predicted.
type OfModel = Option<(RunId, String)>;

/// How far the project was.
type Mark = (Option<GroupId>, usize, u64);

/// On which terms a study was counted.
type Counted = (Terms, Thresholds);

struct Evaluating {
    dir: PathBuf,
    newest: Arc<AtomicU64>,
    project: Option<Project>,
    read: Option<Read>,
    study: Option<(Counted, Study)>,
    /// Counts studies.
    studies: u64,
    /// The views of the study that were asked for.
    sheets: HashMap<(View, Option<u32>), Sheet>,
}

impl Work for Evaluating {
    type Question = Question;
    type Answer = Evaluated;

    fn answer(&mut self, question: Question) -> Evaluated {
        let number = question.number;
        let given = self.give(question);
        let given = if self.newest.load(Ordering::Relaxed) == number { given } else { Ok(None) };
        (number, given.map_err(|e| e.to_string()).transpose())
    }

    fn rest(&mut self) -> Option<Evaluated> {
        None
    }
}

impl Evaluating {
    fn give(&mut self, question: Question) -> Result<Option<Given>> {
        let Question { number, fresh, again, terms, labels, threshold, want } = question;
        let project = match &mut self.project {
            Some(project) => project,
            none => none.insert(Project::open(&self.dir)?),
        };
        // What suggestions are made ahead of time changes nothing here.
        let still = match &self.read {
            Some(read) if read.gold_choice == terms.gold && read.predictors == terms.predictors => {
                !again && (!fresh || read.mark == mark(project)?)
            }
            _ => false,
        };
        if !still {
            self.study = None;
            let newest = Arc::clone(&self.newest);
            let over = move || newest.load(Ordering::Relaxed) != number;
            self.read = project.unless(over, |project| read(project, &terms))?;
        }
        let Some(read) = &self.read else { return Ok(None) };
        let terms = Terms { gold: read.gold_choice.clone(), predictors: read.predictors.clone(), ..terms };
        let of_label = |name: &String| labels.iter().find(|l| l.name == *name).and_then(|l| l.threshold);
        let of_label = read.gold.labels.names().iter().map(of_label).collect();
        let counted = (terms.clone(), Thresholds { all: threshold, of_label });
        if self.study.as_ref().is_none_or(|(before, _)| *before != counted) {
            let Some(study) = study(read, &counted, &labels, || self.newest.load(Ordering::Relaxed) != number) else {
                return Ok(None);
            };
            self.study = Some((counted, study));
            self.studies += 1;
            self.sheets.clear();
        }
        let Some((_, study)) = &mut self.study else { return Ok(None) };
        let (view, row) = match want {
            Want::Walk(behind, _, of) if behind.is_by_place() && of != self.studies => return Ok(Some(Given::Over)),
            Want::Walk(behind, title, _) => {
                forms_for(study, &behind, &self.project)?;
                return Ok(Some(Given::Walk(study.walk(title, &behind))));
            }
            Want::Sheet(view, row) => (view, row),
        };
        if view == View::Buckets {
            forms(study, &self.project)?;
        }
        let row = row.and_then(|name| study.label(&name));
        let sheet = match self.sheets.get(&(view, row)) {
            Some(sheet) => sheet.clone(),
            None if study.gold.documents.is_empty() || study.sides.is_empty() => Sheet::default(),
            None => {
                let sheet = sheets::sheet(study, view, row);
                self.sheets.insert((view, row), sheet.clone());
                sheet
            }
        };
        let head = Head::new(&study.gold, &study.sides, read.documents);
        let (sources, study) = (read.sources.clone(), self.studies);
        Ok(Some(Given::Sheet(Box::new(GivenSheet { view, terms, sources, head, sheet, study }))))
    }
}

fn mark(project: &Project) -> Result<Mark> {
    let last = project.history(1)?.first().map(|line| line.id);
    // An import is in the history from its beginning, and in the project from its end.
    Ok((last, project.runs()?.len(), project.finished_imports()?))
}

/// Reads gold and what was predicted for it. Where a person predicts, documents they have not submitted are left out.
fn read(project: &Project, terms: &Terms) -> Result<Read> {
    let (mark, sources) = (mark(project)?, sources(project)?);
    let terms = sources.settle(terms);
    let from = terms.gold.clone().unwrap_or_default().source();
    let mut truth = gold(project, &from)?;
    let documents = truth.documents.len();
    let runs = project.runs()?;
    for predictor in &terms.predictors {
        match predictor {
            Predictor::Annotator(name) => {
                keep_answered(&mut truth, &gold(project, &GoldFrom::Responses { annotator: Some(name.clone()) })?);
            }
            Predictor::Run(name) => {
                if let Some(run) = runs.iter().find(|run| run.name == *name) {
                    leave_outdated(project, &mut truth, run)?;
                }
            }
        }
    }
    let mut sides = Vec::new();
    for predictor in &terms.predictors {
        let (run, predictions) = match predictor {
            Predictor::Annotator(name) => (None, of_annotator(project, &truth, name)?),
            Predictor::Run(name) => match runs.iter().find(|run| run.name == *name) {
                Some(run) => (Some((run.id, run.spec.model.clone())), of_run(project, &truth, run)?),
                None => continue,
            },
        };
        sides.push((predictor.clone(), run, Arc::new(predictions)));
    }
    let Terms { gold: gold_choice, predictors, .. } = terms;
    Ok(Read { mark, gold_choice, predictors, sources, gold: Arc::new(truth), documents, sides })
}

fn sources(project: &Project) -> Result<Sources> {
    let annotators = project.annotators(&[Status::Submitted])?;
    // What was only suggested on the screen is not kept whole, and places of a text are no model's.
    let whole = |run: &crate::store::Run| !run.live && run.spec.model != TEXT_MATCHES;
    let runs = project.runs()?.into_iter().filter(whole).map(|run| run.name).collect();
    Ok(Sources { sets: project.gold_set_names_by_age()?, annotators, runs })
}

/// Counts; `None` when nobody waits for it any more.
fn study(read: &Read, (terms, thresholds): &Counted, labels: &[Label], over: impl Fn() -> bool) -> Option<Study> {
    let mut sides = Vec::new();
    for (who, run, predictions) in &read.sides {
        if over() {
            return None;
        }
        let thresholds = Some(thresholds.clone());
        let options = Options { schema: terms.schema, thresholds, ..Options::default() };
        let evaluation = Evaluation::new(Arc::clone(&read.gold), Arc::clone(predictions), options);
        let (run, model) = run.clone().unzip();
        sides.push(Side { who: who.clone(), run, model, evaluation });
    }
    let labels = label_ids(&read.gold, labels);
    let (training, comparisons) = (None, OnceLock::new());
    Some(Study { gold: Arc::clone(&read.gold), labels, sides, mode: terms.mode, training, comparisons })
}

fn forms_for(study: &mut Study, behind: &Behind, project: &Option<Project>) -> Result<()> {
    if matches!(behind, Behind::Bucket(..)) { forms(study, project) } else { Ok(()) }
}

/// The surface forms of submitted answers that are not gold: what a model could have been trained on.
fn forms(study: &mut Study, project: &Option<Project>) -> Result<()> {
    let Some(project) = project.as_ref().filter(|_| study.training.is_none()) else { return Ok(()) };
    let judged: HashSet<DocumentId> = study.gold.documents.iter().filter_map(|d| d.document).collect();
    let answers = gold(project, &GoldFrom::Responses { annotator: None })?;
    let others = answers.documents.iter().filter(|d| d.document.is_some_and(|id| !judged.contains(&id)));
    let mut forms = HashSet::new();
    for document in others {
        let Some(text) = document.text.as_deref() else { continue };
        let map = crate::text::OffsetMap::new(text);
        forms.extend(document.spans.iter().filter_map(|mark| {
            let range = answers.range(mark).filter(|range| map.contains(*range))?;
            Some(surface_form(map.slice(text, range)))
        }));
    }
    study.training = Some(forms);
    Ok(())
}
