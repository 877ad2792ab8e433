//! A model with its memory.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use serde_json::json;

use super::cache::{Cache, CacheKey};
use crate::dataset::{Label, TextHash};
use crate::gliner::{Candidate, FLOOR, Gliner, OpenError, SuggestError, SuggestOptions};
use crate::store::RunSpec;

/// Why there are no suggestions.
#[derive(Debug, thiserror::Error)]
pub enum SuggesterError {
    /// The model cannot be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The request cannot be answered.
    #[error(transparent)]
    Suggest(#[from] SuggestError),
}

/// Proposes candidates for texts, asking the model only for what it has not said before.
pub struct Suggester {
    model: Gliner,
    cache: Option<Cache>,
    compat: bool,
    floor: f32,
    asked: u64,
}

impl Suggester {
    /// A suggester without a memory.
    pub fn new(model: Gliner, compat: bool) -> Self {
        Self { model, cache: None, compat, floor: FLOOR, asked: 0 }
    }

    /// Remembers in `cache/suggestions.db` of the project in `dir`.
    pub fn remembering(mut self, dir: &Path) -> Self {
        self.cache = Cache::open(&dir.join("cache").join("suggestions.db"));
        self
    }

    /// Gives candidates above `floor` when that is lower than the usual one. The cache knows nothing below the usual
    /// floor, so the model is asked each time.
    pub fn above(mut self, floor: f32) -> Self {
        self.floor = floor.min(FLOOR);
        self
    }

    /// The model.
    pub fn model(&self) -> &Gliner {
        &self.model
    }

    /// Texts the model was asked for so far; the others were remembered.
    pub fn asked(&self) -> u64 {
        self.asked
    }

    /// Every candidate above the floor for each text; `class` is the index in `labels`, which are taken in the
    /// order given (the project's).
    ///
    /// # Errors
    /// When the labels cannot be asked for, or `cancel` was set.
    pub fn candidates(
        &mut self,
        texts: &[&str],
        labels: &[Label],
        cancel: Option<&AtomicBool>,
    ) -> Result<Vec<Vec<Candidate>>, SuggesterError> {
        let prompts: Vec<String> = labels.iter().map(|l| l.prompt().to_owned()).collect();
        let options = SuggestOptions { compat: self.compat, floor: self.floor, cancel };
        let Some(cache) = self.cache.as_mut().filter(|_| self.floor >= FLOOR) else {
            self.asked += texts.len() as u64;
            return Ok(self.model.candidates(texts, &prompts, &options)?);
        };
        let (weights, window) = (self.model.weights_hash()?, self.model.window());
        let key = |text: &&str| CacheKey::new(&TextHash::of(text), weights, &prompts, window, self.compat);
        let keys: Vec<CacheKey> = texts.iter().map(key).collect();
        let mut found: Vec<Option<Vec<Candidate>>> = keys.iter().map(|k| cache.get(k)).collect();
        let missing: Vec<usize> = (0..texts.len()).filter(|i| found[*i].is_none()).collect();
        if !missing.is_empty() {
            let asked: Vec<&str> = missing.iter().map(|i| texts[*i]).collect();
            self.asked += asked.len() as u64;
            let answers = self.model.candidates(&asked, &prompts, &options)?;
            cache.put(missing.iter().zip(&answers).map(|(i, a)| (&keys[*i], a.as_slice())));
            for (i, answer) in missing.into_iter().zip(answers) {
                found[i] = Some(answer);
            }
        }
        Ok(found.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// What a run of this suggester with these labels is.
    ///
    /// # Errors
    /// When the model's file cannot be read.
    pub fn spec(&self, labels: &[Label]) -> Result<RunSpec, SuggesterError> {
        let mut parameters = serde_json::Map::new();
        parameters.insert("window".into(), json!(self.model.window()));
        parameters.insert("compat".into(), json!(self.compat));
        parameters.insert("gleaner".into(), json!(env!("CARGO_PKG_VERSION")));
        Ok(RunSpec {
            model: self.model.name().to_owned(),
            weights: self.model.weights_hash()?.to_owned(),
            labels: labels.iter().map(|l| (l.id, l.prompt().to_owned())).collect(),
            parameters,
        })
    }
}
