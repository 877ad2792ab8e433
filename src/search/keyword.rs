//! Documents by their words.

use std::collections::BTreeMap;
use std::path::Path;

use super::SearchError;
use super::query::{Query, What};
use crate::dataset::DocumentId;

/// The keyword index.
#[derive(Debug, Default)]
pub struct KeywordIndex {
    texts: BTreeMap<DocumentId, (u32, String)>,
}

impl KeywordIndex {
    /// Opens.
    ///
    /// # Errors
    /// Never yet.
    pub fn open(_dir: &Path) -> Result<Self, SearchError> {
        Ok(Self::default())
    }

    /// Versions.
    ///
    /// # Errors
    /// Never yet.
    pub fn versions(&self) -> Result<Vec<(DocumentId, u32)>, SearchError> {
        Ok(self.texts.iter().map(|(id, (version, _))| (*id, *version)).collect())
    }

    /// Adds.
    ///
    /// # Errors
    /// Never yet.
    pub fn add(&mut self, id: DocumentId, version: u32, text: &str) -> Result<(), SearchError> {
        self.texts.insert(id, (version, text.to_lowercase()));
        Ok(())
    }

    /// Removes.
    ///
    /// # Errors
    /// Never yet.
    pub fn remove(&mut self, id: DocumentId) -> Result<(), SearchError> {
        self.texts.remove(&id);
        Ok(())
    }

    /// Commits.
    ///
    /// # Errors
    /// Never yet.
    pub fn commit(&mut self) -> Result<(), SearchError> {
        Ok(())
    }

    /// Searches.
    ///
    /// # Errors
    /// Never yet.
    pub fn search(
        &self,
        query: &Query,
        limit: usize,
        allowed: Option<&dyn Fn(DocumentId) -> bool>,
    ) -> Result<(Vec<(DocumentId, f32)>, u64), SearchError> {
        let mut found = Vec::new();
        for (id, (_, text)) in &self.texts {
            if allowed.is_some_and(|allowed| !allowed(*id)) {
                continue;
            }
            let has = |what: &What| match what {
                What::Word(w) | What::Prefix(w) | What::Fuzzy(w, _) | What::Phrase(w) => {
                    text.contains(&w.to_lowercase())
                }
                _ => true,
            };
            let holds = query
                .pieces
                .iter()
                .all(|p| matches!(p.what, What::Word(_)) && !p.excluded || has(&p.what) != p.excluded);
            let words = query.pieces.iter().filter(|p| !p.excluded && matches!(p.what, What::Word(_)));
            let (n, all) = words.fold((0, 0), |(n, all), p| (n + usize::from(has(&p.what)), all + 1));
            if holds && (n > 0 || all == 0) {
                found.push((*id, 1.0 + n as f32));
            }
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let total = found.len() as u64;
        found.truncate(limit);
        Ok((found, total))
    }
}
