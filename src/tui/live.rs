//! The model behind live suggestions: opened at the first question, so that the first frame does not wait for it.

use std::path::PathBuf;

use super::suggester::Suggester;
use crate::annotate::Candidate;
use crate::dataset::Label;
use crate::gliner::Gliner;
use crate::store::RunSpec;
use crate::suggest;

/// Opens a model, or says why not.
pub type OpenModel = Box<dyn FnMut() -> Result<Gliner, String> + Send>;

/// Suggests with a GLiNER model, remembering what it said in the project's cache.
pub struct LiveSuggester {
    open: OpenModel,
    project: PathBuf,
    opened: Option<suggest::Suggester>,
}

impl LiveSuggester {
    /// `open` runs on the suggester's own thread; after a failure it is tried again at the next question.
    pub fn new(project: PathBuf, open: OpenModel) -> Self {
        Self { open, project, opened: None }
    }

    fn suggester(&mut self) -> Result<&mut suggest::Suggester, String> {
        if self.opened.is_none() {
            let model = (self.open)()?;
            self.opened = Some(suggest::Suggester::new(model, false).remembering(&self.project));
        }
        self.opened.as_mut().ok_or_else(|| "the model is not open".to_owned())
    }
}

impl Suggester for LiveSuggester {
    fn suggest(&mut self, text: &str, labels: &[Label]) -> Result<Vec<Candidate>, String> {
        let found = self.suggester()?.candidates(&[text], labels, None).map_err(|e| e.to_string())?;
        let candidates = found.into_iter().flatten();
        Ok(candidates
            .filter_map(|c| Some(Candidate { range: c.range, label: labels.get(c.class)?.id, score: c.score }))
            .collect())
    }

    fn run_spec(&self, labels: &[Label]) -> RunSpec {
        self.opened.as_ref().and_then(|s| s.spec(labels).ok()).unwrap_or_default()
    }
}
