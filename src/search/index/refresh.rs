//! The index follows the store: by number and version of each document's text.

use std::time::{Duration, Instant};

use super::lock::Lock;
use super::{Refreshed, SearchIndex, VECTORS};
use crate::dataset::DocumentId;
use crate::search::SearchError;
use crate::search::embed::Embedder;
use crate::search::vectors::VectorWriter;
use crate::store::Project;

/// Documents and bytes that are read and embedded at a time.
const BATCH: usize = 1000;
const BATCH_BYTES: usize = 4 << 20;
/// What is done counts after so long: a kill loses no more.
const COMMIT: Duration = Duration::from_secs(5);

/// A document of which a part of the index knows nothing yet, or something older.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stale {
    document: DocumentId,
    keyword: bool,
    vector: bool,
}

/// What has to be done.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    stale: Vec<Stale>,
    /// In the index, but not in the store any more.
    gone: Vec<DocumentId>,
}

impl Plan {
    /// From what is in the store, in the keyword index and among the vectors, each ascending.
    fn of(store: &[(DocumentId, u32)], keyword: &[(DocumentId, u32)], vectors: &[(DocumentId, u32)]) -> Self {
        let mut plan = Plan::default();
        let (mut keyword, mut vectors) = (Known::new(keyword), Known::new(vectors));
        for (document, version) in store {
            let (in_keyword, in_vectors) =
                (keyword.upto(*document, &mut plan.gone), vectors.upto(*document, &mut plan.gone));
            let stale = Stale {
                document: *document,
                keyword: in_keyword != Some(*version),
                vector: in_vectors != Some(*version),
            };
            if stale.keyword || stale.vector {
                plan.stale.push(stale);
            }
        }
        keyword.rest(&mut plan.gone);
        vectors.rest(&mut plan.gone);
        plan.gone.sort_unstable();
        plan.gone.dedup();
        plan
    }
}

/// A list that is walked beside another one.
struct Known<'a> {
    left: &'a [(DocumentId, u32)],
}

impl<'a> Known<'a> {
    fn new(left: &'a [(DocumentId, u32)]) -> Self {
        Self { left }
    }

    /// The version of a document, if it is there; those before it are gone.
    fn upto(&mut self, document: DocumentId, gone: &mut Vec<DocumentId>) -> Option<u32> {
        while let Some(((id, version), rest)) = self.left.split_first().filter(|((id, _), _)| *id <= document) {
            self.left = rest;
            if *id == document {
                return Some(*version);
            }
            gone.push(*id);
        }
        None
    }

    fn rest(self, gone: &mut Vec<DocumentId>) {
        gone.extend(self.left.iter().map(|(id, _)| *id));
    }
}

impl SearchIndex {
    /// Takes in what has changed in the store since. `progress` hears how many documents of how many are done, and stops
    /// it by returning false.
    ///
    /// # Errors
    /// When the store or the index cannot be read or written; what was indexed before is still there.
    pub fn refresh(
        &mut self,
        project: &Project,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Refreshed, SearchError> {
        let _lock = match Lock::take(&self.dir)? {
            Ok(lock) => lock,
            Err(process) => return Ok(Refreshed { elsewhere: Some(process), ..Refreshed::default() }),
        };
        let refreshed = self.follow(project, progress);
        // Whatever came of it, other processes may write from here on.
        let released = self.keyword.release();
        let refreshed = refreshed?;
        released.map(|()| refreshed)
    }

    /// Takes in what has changed; the lock is held.
    fn follow(
        &mut self,
        project: &Project,
        progress: &mut dyn FnMut(u64, u64) -> bool,
    ) -> Result<Refreshed, SearchError> {
        let embedder = Embedder::embedded();
        let (mut vectors, notice) = VectorWriter::open(&self.dir.join(VECTORS), embedder.name(), embedder.dims())?;
        self.notices.extend(notice);
        let mut store = Vec::new();
        project.versions(|document, version| store.push((document, version)))?;
        self.keyword.reload()?;
        let plan = Plan::of(&store, &self.keyword.versions()?, &vectors.versions().collect::<Vec<_>>());
        if plan == Plan::default() {
            return Ok(Refreshed::default());
        }
        for document in &plan.gone {
            self.keyword.remove(*document)?;
            vectors.remove(*document);
        }
        let mut done = Refreshed { removed: plan.gone.len() as u64, ..Refreshed::default() };
        let total = plan.stale.len() as u64;
        let mut left = &plan.stale[..];
        let mut committed = Instant::now();
        while !left.is_empty() {
            if !progress(total - left.len() as u64, total) {
                done.stopped = true;
                break;
            }
            let batch = &left[..left.len().min(BATCH)];
            let ids: Vec<DocumentId> = batch.iter().map(|stale| stale.document).collect();
            let texts = project.texts_of(&ids, BATCH_BYTES)?;
            let embedded = embedder.embed_many(&texts.iter().map(|(_, _, text)| text).collect::<Vec<_>>());
            let mut read = 0;
            for ((document, version, text), vector) in texts.iter().zip(embedded.chunks_exact(embedder.dims())) {
                // Those that were removed since the plan was made are passed over.
                read += batch[read..].iter().take_while(|stale| stale.document != *document).count();
                let Some(stale) = batch.get(read) else { break };
                if stale.keyword {
                    self.keyword.add(*document, *version, text)?;
                }
                if stale.vector {
                    vectors.add(*document, *version, vector)?;
                }
                done.added += 1;
                read += 1;
            }
            left = &left[if texts.is_empty() { batch.len() } else { read }..];
            if committed.elapsed() > COMMIT {
                self.keyword.commit()?;
                vectors.commit()?;
                committed = Instant::now();
            }
        }
        self.keyword.commit()?;
        vectors.commit()?;
        if !done.stopped {
            progress(total, total);
        }
        Ok(done)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(pairs: &[(i64, u32)]) -> Vec<(DocumentId, u32)> {
        pairs.iter().map(|(id, version)| (DocumentId(*id), *version)).collect()
    }

    #[test]
    fn what_is_new_older_or_gone_is_found_in_each_part() {
        let store = list(&[(1, 1), (2, 2), (4, 1), (6, 1)]);
        let plan = Plan::of(&store, &list(&[(1, 1), (2, 1), (3, 1), (6, 1)]), &list(&[(1, 1), (2, 2), (5, 1), (7, 1)]));
        let stale = |id, keyword, vector| Stale { document: DocumentId(id), keyword, vector };
        assert_eq!(plan.stale, [stale(2, true, false), stale(4, true, true), stale(6, false, true)]);
        assert_eq!(plan.gone, [3, 5, 7].map(DocumentId));
        assert_eq!(Plan::of(&store, &store, &store), Plan::default());
        assert_eq!(Plan::of(&[], &[], &[]), Plan::default());
    }
}
