//! Asking the model about the documents of gold, to be evaluated: a few documents at a time on the model's thread, so that
//! whoever annotates meanwhile is answered in between. Becomes a run when all are done; until then nobody sees it.

use std::collections::VecDeque;
use std::path::Path;

use serde_json::json;

use super::screen::evaluate::GoldChoice;
use super::suggester::Suggester;
use crate::annotate::{Settings, on_characters};
use crate::dataset::{DocumentId, Label, Prediction, PredictionKey, RunId};
use crate::gliner::{self, DecodeOptions, FLOOR};
use crate::jobs::evaluation::gold;
use crate::store::{Project, Result};

/// Documents asked about at a time at most.
const PIECE: usize = 4;
/// Characters at a time at most, beyond the first document.
const PIECE_CHARS: usize = 8_000;

/// What is to be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// Counts runs.
    pub number: u64,
    /// About the documents of this gold.
    pub gold: GoldChoice,
    /// What to look for, in the project's order.
    pub labels: Vec<Label>,
    /// Whether predictions may be nested, and have several labels.
    pub settings: Settings,
}

/// What the model's thread is to do about it.
#[derive(Clone, Debug, PartialEq)]
pub enum FillOrder {
    /// Begin, in place of another one.
    Begin(Fill),
    /// The next few documents.
    GoOn(u64),
    /// Forget it.
    Stop,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filled {
    /// Which.
    pub number: u64,
    /// Documents asked about.
    pub done: u64,
    /// Of so many.
    pub total: u64,
    /// The run's name, once it can be seen.
    pub run: Option<String>,
}

/// A run that is being made.
pub struct Filling {
    fill: Fill,
    todo: VecDeque<DocumentId>,
    total: u64,
    run: Option<(RunId, String)>,
}

impl Filling {
    /// Finds out what is to be asked about.
    ///
    /// # Errors
    /// Why not, in words.
    pub fn begin(project: &Project, fill: Fill) -> std::result::Result<Self, String> {
        let from = fill.gold.source();
        let documents = gold(project, &from).map_err(|e| e.to_string())?.documents;
        let todo: VecDeque<DocumentId> = documents.into_iter().filter_map(|d| d.document).collect();
        if todo.is_empty() {
            return Err(format!("{} has no documents: submit some first", fill.gold.name()));
        }
        Ok(Self { total: todo.len() as u64, fill, todo, run: None })
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        self.fill.number
    }

    /// The next few documents.
    ///
    /// # Errors
    /// Why not, in words; the run is to be dropped then.
    pub fn step(
        &mut self,
        project: &mut Project,
        suggester: &mut dyn Suggester,
    ) -> std::result::Result<Filled, String> {
        let mut found = Vec::new();
        let mut chars = 0;
        while found.len() < PIECE && (found.is_empty() || chars < PIECE_CHARS) {
            let Some(id) = self.todo.pop_front() else { break };
            // One that was removed meanwhile is not asked about.
            let Some(document) = project.document(id).map_err(|e| e.to_string())? else { continue };
            chars += document.text.chars().count();
            let candidates = suggester.suggest(&document.text, &self.fill.labels)?;
            found.push((id, self.kept(&document.text, candidates)));
        }
        let name = self.keep(project, suggester, found).map_err(|e| e.to_string())?;
        let over = self.todo.is_empty();
        if let Some((run, _)) = self.run.as_ref().filter(|_| over) {
            project.finish_run(*run).map_err(|e| e.to_string())?;
        }
        let done = self.total - self.todo.len() as u64;
        Ok(Filled { number: self.fill.number, done, total: self.total, run: over.then_some(name) })
    }

    /// The greedy step at the floor: what it keeps at any higher threshold is among what it keeps here.
    fn kept(&self, text: &str, candidates: Vec<crate::annotate::Candidate>) -> Vec<(PredictionKey, f32)> {
        let text = crate::annotate::OpenText::new(text);
        let candidates: Vec<gliner::Candidate> = on_characters(&text, candidates)
            .into_iter()
            .filter(|c| text.map().contains(c.range) && c.range.start < c.range.end)
            .filter_map(|c| {
                let class = self.fill.labels.iter().position(|l| l.id == c.label)?;
                // Words are only compared there, so places in the text do as well.
                let (first_word, last_word) = (c.range.start, c.range.end - 1);
                Some(gliner::Candidate { range: c.range, first_word, last_word, class, score: c.score })
            })
            .collect();
        let kept = gliner::decode(&candidates, &self.decode());
        let key = |c: &gliner::Candidate| {
            let label = self.fill.labels[c.class].id;
            (PredictionKey { run: RunId(0), range: c.range, label }, c.score)
        };
        kept.iter().map(key).collect()
    }

    fn decode(&self) -> DecodeOptions {
        let Settings { nested, multi_label, .. } = self.fill.settings;
        DecodeOptions { threshold: FLOOR, class_thresholds: Vec::new(), nested, multi_label }
    }

    /// Writes what was found; the run is begun with the first of it, when the model's name is known.
    fn keep(
        &mut self,
        project: &mut Project,
        suggester: &dyn Suggester,
        found: Vec<(DocumentId, Vec<(PredictionKey, f32)>)>,
    ) -> Result<String> {
        let (run, name) = match &self.run {
            Some((run, name)) => (*run, name.clone()),
            None => {
                let mut spec = suggester.run_spec(&self.fill.labels);
                let decode = self.decode();
                spec.parameters.insert("threshold".into(), json!(decode.threshold));
                spec.parameters.insert("nested".into(), json!(decode.nested));
                spec.parameters.insert("multi_label".into(), json!(decode.multi_label));
                if spec.labels.is_empty() {
                    spec.labels = self.fill.labels.iter().map(|l| (l.id, l.prompt().to_owned())).collect();
                }
                let name = free_name(project, &format!("{} on {}", spec.model, short_name(&self.fill.gold)))?;
                let run = project.begin_run(&name, &spec)?;
                self.run = Some((run, name.clone()));
                (run, name)
            }
        };
        let prediction =
            |(key, score): &(PredictionKey, f32)| Prediction { key: PredictionKey { run, ..*key }, score: *score };
        let batch: Vec<(DocumentId, Vec<Prediction>)> =
            found.iter().map(|(id, kept)| (*id, kept.iter().map(prediction).collect())).collect();
        project.add_predictions(run, &batch)?;
        Ok(name)
    }

    /// Takes back what was written; nobody has seen it.
    pub fn drop_run(self, project: &mut Project) {
        if let Some((run, _)) = self.run {
            // What cannot be deleted stays invisible.
            let _ = project.drop_run(run);
        }
    }
}

fn short_name(gold: &GoldChoice) -> String {
    match gold {
        GoldChoice::Sole => "answers".to_owned(),
        GoldChoice::Annotator(name) | GoldChoice::Set(name) => name.clone(),
    }
}

/// The name, with a number when a run has it.
fn free_name(project: &Project, name: &str) -> Result<String> {
    let runs = project.runs()?;
    let taken = |name: &str| runs.iter().any(|run| run.name == name);
    let numbered = (2..).map(|n| format!("{name} ({n})"));
    Ok(std::iter::once(name.to_owned()).chain(numbered).find(|n| !taken(n)).unwrap_or_default())
}

/// The project of a folder, opened for writing when it is first needed.
pub(super) fn open<'p>(project: &'p mut Option<Project>, dir: &Path) -> std::result::Result<&'p mut Project, String> {
    match project {
        Some(project) => Ok(project),
        none => Ok(none.insert(Project::open(dir).map_err(|e| e.to_string())?)),
    }
}
