//! A request answered: filters by the store, words by the keyword index, meaning by the vectors.

use std::collections::HashSet;

use super::{Hit, Hits, Like, Mode, Request, SearchIndex, View};
use crate::dataset::DocumentId;
use crate::search::embed::Embedder;
use crate::search::hybrid::{POOL, fuse};
use crate::search::query::{Piece, Query, What};
use crate::search::{DocumentSet, SearchError, filter};
use crate::store::Project;
use crate::text::words;

/// Words of a text that is searched by its words: its longest, which are its rarest more often than not.
const LIKE_WORDS: usize = 32;

impl SearchIndex {
    /// Finds documents. `annotator`: whose spans and status the filters mean.
    ///
    /// Phrases, beginnings, fuzzy words and regular expressions must be there and exclusions must not, however documents
    /// are found. Without a word to rank by, all that pass come in their order, with a score of 0; nothing comes for an
    /// empty request. With [`Request::like`], a document passes that has one of the plain words of the query.
    ///
    /// # Errors
    /// When the store or the index cannot be read, a label is not known, or a regular expression is none.
    pub fn search(&self, project: &Project, annotator: &str, request: &Request) -> Result<Hits, SearchError> {
        if request.query.is_empty() && request.like.is_none() {
            return Ok(Hits { hits: Vec::new(), total: Some(0) });
        }
        let view = self.view()?;
        let filtered = filter::passing(project, annotator, &request.query, &view.documents, || self.sources(project))?;
        let asked = Asked { index: self, view: &view, query: &request.query, filtered, limit: request.limit };
        let mut hits = match &request.like {
            Some(like) => asked.like(project, like, request.mode)?,
            None if !asked.query.pieces.iter().any(finds) => asked.in_order(asked.passing(Must::All)?),
            None => match request.mode {
                Mode::Keyword => asked.by_words(&request.query, &asked.filtered)?,
                Mode::Semantic => asked.by_meaning()?,
                Mode::Hybrid => asked.by_both()?,
            },
        };
        // The index may be behind the store: what was removed since is not shown.
        let ids: Vec<DocumentId> = hits.hits.iter().map(|hit| hit.document).collect();
        let shown: HashSet<DocumentId> = project.shown(&ids)?.into_iter().collect();
        hits.hits.retain(|hit| shown.contains(&hit.document));
        hits.total = hits.total.map(|total| total - (ids.len() - hits.hits.len()) as u64);
        Ok(hits)
    }
}

/// True for a piece that ranks or limits what the keyword index finds.
fn finds(piece: &Piece) -> bool {
    !piece.excluded && !matches!(piece.what, What::Filter(_))
}

/// What a document has to have to pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Must {
    /// All that is not a plain word.
    Musts,
    /// And one of the plain words, if there are any.
    All,
}

/// A request, with what passes its filters.
struct Asked<'a> {
    index: &'a SearchIndex,
    view: &'a View,
    query: &'a Query,
    /// `None`: it has no filters.
    filtered: Option<DocumentSet>,
    limit: usize,
}

impl Asked<'_> {
    /// By the words of `query`, among `allowed`.
    fn by_words(&self, query: &Query, allowed: &Option<DocumentSet>) -> Result<Hits, SearchError> {
        let (found, total) = self.keyword(query, self.limit, allowed.as_ref())?;
        let hit = |((document, score), rank)| Hit { document, score, keyword: Some(rank), semantic: None };
        Ok(Hits { hits: found.into_iter().zip(1..).map(hit).collect(), total: Some(total) })
    }

    fn by_meaning(&self) -> Result<Hits, SearchError> {
        let allowed = self.passing(Must::Musts)?;
        let text = self.query.words();
        let vector = Embedder::embedded().embed(&text);
        if vector.iter().all(|x| *x == 0.0) && self.has_musts() {
            // Nothing that has a meaning to rank by, a regular expression for one.
            return Ok(self.in_order(allowed));
        }
        Ok(nearest_hits(self.nearest(&vector, self.limit, allowed.as_ref())))
    }

    fn by_both(&self) -> Result<Hits, SearchError> {
        let pool = POOL.max(self.limit);
        let (keyword, total) = self.keyword(self.query, pool, self.filtered.as_ref())?;
        let text = self.query.words();
        if text.trim().is_empty() {
            return self.by_words(self.query, &self.filtered);
        }
        let allowed = self.passing(Must::Musts)?;
        let semantic = self.nearest(&Embedder::embedded().embed(&text), pool, allowed.as_ref());
        let total = semantic.is_empty().then_some(total);
        Ok(self.fused(&keyword, &semantic, total))
    }

    /// Like a document or a text, among what passes the query.
    fn like(&self, project: &Project, like: &Like, mode: Mode) -> Result<Hits, SearchError> {
        let (text, itself) = match like {
            Like::Text(text) => (text.clone(), None),
            Like::Document(id) => {
                let Some(document) = project.document(*id)? else {
                    return Err(SearchError::Refused(format!("document {id} is not in this project any more")));
                };
                (document.text, Some(*id))
            }
        };
        let mut allowed = self.passing(Must::All)?;
        if let Some(id) = itself {
            let all = allowed.as_ref().unwrap_or(&self.view.documents);
            allowed = Some(all.and(&DocumentSet::of(vec![id]), true));
        }
        let by_words = longest_words(&text);
        if mode == Mode::Keyword {
            return if by_words.is_empty() { Ok(Hits::default()) } else { self.by_words(&by_words, &allowed) };
        }
        let vector = Embedder::embedded().embed(&text);
        if mode == Mode::Semantic || by_words.is_empty() {
            return Ok(nearest_hits(self.nearest(&vector, self.limit, allowed.as_ref())));
        }
        let pool = POOL.max(self.limit);
        let keyword = self.keyword(&by_words, pool, allowed.as_ref())?.0;
        let semantic = self.nearest(&vector, pool, allowed.as_ref());
        Ok(self.fused(&keyword, &semantic, None))
    }

    /// All that pass, by number.
    fn in_order(&self, passing: Option<DocumentSet>) -> Hits {
        let all = passing.as_ref().unwrap_or(&self.view.documents);
        let hit = |document: &DocumentId| Hit { document: *document, score: 0.0, keyword: None, semantic: None };
        Hits { hits: all.ids().iter().take(self.limit).map(hit).collect(), total: Some(all.len() as u64) }
    }

    fn fused(&self, keyword: &[(DocumentId, f32)], semantic: &[(DocumentId, f32)], total: Option<u64>) -> Hits {
        let mut hits = fuse(keyword, semantic);
        hits.truncate(self.limit);
        Hits { hits, total }
    }

    /// What passes filters, musts and exclusions; `None`: everything.
    fn passing(&self, must: Must) -> Result<Option<DocumentSet>, SearchError> {
        let mut passing = self.filtered.clone();
        let wanted = |piece: &&Piece| finds(piece) && (must == Must::All || !matches!(piece.what, What::Word(_)));
        let musts = Query { pieces: self.query.pieces.iter().filter(wanted).cloned().collect() };
        if !musts.is_empty() {
            passing = Some(self.matching(&musts, passing.as_ref())?);
        }
        for piece in self.query.pieces.iter().filter(|p| p.excluded && !matches!(p.what, What::Filter(_))) {
            let with = Query { pieces: vec![Piece { excluded: false, what: piece.what.clone() }] };
            let with = self.matching(&with, None)?;
            passing = Some(passing.as_ref().unwrap_or(&self.view.documents).and(&with, true));
        }
        Ok(passing)
    }

    /// All documents that the keyword index finds for a query.
    fn matching(&self, query: &Query, allowed: Option<&DocumentSet>) -> Result<DocumentSet, SearchError> {
        let mut found = self.index.keyword.all(query)?;
        found.retain(|id| allowed.is_none_or(|set| set.contains(*id)));
        Ok(DocumentSet::of(found))
    }

    fn keyword(
        &self,
        query: &Query,
        limit: usize,
        allowed: Option<&DocumentSet>,
    ) -> Result<(Vec<(DocumentId, f32)>, u64), SearchError> {
        match allowed {
            Some(set) => self.index.keyword.search(query, limit, Some(&|id| set.contains(id))),
            None => self.index.keyword.search(query, limit, None),
        }
    }

    /// True when a document has to have something that is not a plain word.
    fn has_musts(&self) -> bool {
        self.query.pieces.iter().any(|piece| finds(piece) && !matches!(piece.what, What::Word(_)))
    }

    /// The nearest by meaning, without what has nothing to do with it; but what has to be there is reason enough.
    fn nearest(&self, vector: &[f32], limit: usize, allowed: Option<&DocumentSet>) -> Vec<(DocumentId, f32)> {
        let mut found = self.view.vectors.search(vector, limit, allowed);
        found.retain(|(_, cosine)| *cosine > 0.0 || self.has_musts());
        found
    }
}

fn nearest_hits(found: Vec<(DocumentId, f32)>) -> Hits {
    let hit = |((document, score), rank)| Hit { document, score, keyword: None, semantic: Some(rank) };
    Hits { hits: found.into_iter().zip(1..).map(hit).collect(), total: None }
}

/// A query of the longest words of a text, each once.
fn longest_words(text: &str) -> Query {
    let mut seen = HashSet::new();
    let mut longest: Vec<String> = words(text)
        .into_iter()
        .map(|word| word.text.to_lowercase())
        .filter(|word| word.chars().any(char::is_alphanumeric) && seen.insert(word.clone()))
        .collect();
    longest.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    longest.truncate(LIKE_WORDS);
    Query { pieces: longest.into_iter().map(|word| Piece { excluded: false, what: What::Word(word) }).collect() }
}
