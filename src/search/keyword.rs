//! The index of words, on tantivy: which documents answer the words of a query, best first.
//!
//! It holds no texts, only terms, the documents' numbers and the versions of their texts, so it can always be made again
//! from the store. Each text is indexed twice: as English stems, for plain words, and as plain words with their
//! positions, for phrases, beginnings and patterns.
//!
//! Bounds: of a query's words and phrases the first [`MOST_CLAUSES`](super::clauses::MOST_CLAUSES) count; the last word of
//! a phrase that may be a beginning stands for at most [`EXPANSIONS`] words of a segment, in the order of the alphabet; a
//! pattern whose automaton grows past the engine's limit is refused.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use tantivy::collector::TopDocs;
use tantivy::directory::error::OpenReadError;
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::indexer::IndexWriterOptions;
use tantivy::query::{
    AllQuery, BooleanQuery, DisjunctionMaxQuery, EnableScoring, FuzzyTermQuery, Occur, PhrasePrefixQuery, PhraseQuery,
    Query as IndexQuery, RegexQuery, TermQuery,
};
use tantivy::schema::{FAST, Field, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{
    Index, IndexReader, IndexWriter, ReloadPolicy, Searcher, SegmentReader, TantivyDocument, TantivyError, Term,
};

use super::SearchError;
use super::clauses::{Clause, Demand, Test, clauses};
use super::excluded::Excluded;
use super::query::{Query, for_terms};
use super::tokens;
use crate::dataset::DocumentId;

/// Memory of the thread that indexes, in bytes; what is in it is written out when it is full.
const MEMORY: usize = 50_000_000;

/// How many words of a segment a beginning at the end of a phrase stands for.
const EXPANSIONS: u32 = 2000;

/// The file that says that the index was found to be damaged while it was in use.
const DAMAGED: &str = "damaged";

/// The index of words of one project.
pub struct KeywordIndex {
    dir: PathBuf,
    index: Index,
    reader: IndexReader,
    fields: Fields,
    writer: Option<Writer>,
    set_aside: Option<String>,
}

/// What is being written, and which documents were added since the last commit.
struct Writer {
    writer: IndexWriter,
    added: HashSet<DocumentId>,
}

#[derive(Clone, Copy)]
struct Fields {
    document: Field,
    version: Field,
    english: Field,
    plain: Field,
}

impl fmt::Debug for KeywordIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeywordIndex").field("dir", &self.dir).field("writing", &self.writer.is_some()).finish()
    }
}

impl KeywordIndex {
    /// Opens the index in the folder `dir`, or makes an empty one. An index that is damaged or of another version of the
    /// program is removed and an empty one is made; [`KeywordIndex::set_aside`] then says why.
    ///
    /// # Errors
    /// When the folder cannot be made, read or written, or another process writes to an index that is to be removed.
    pub fn open(dir: &Path) -> Result<Self, SearchError> {
        let (schema, fields) = schema();
        match quietly(|| open(dir, &schema)) {
            Ok(Ok((index, reader))) => Ok(Self::new(dir, index, reader, fields, None)),
            Ok(Err(Failure::Damage(why))) => Self::anew(dir, &schema, fields, why),
            Ok(Err(Failure::Other(error))) => Err(error),
            Err(why) => Self::anew(dir, &schema, fields, why),
        }
    }

    fn new(dir: &Path, index: Index, reader: IndexReader, fields: Fields, set_aside: Option<String>) -> Self {
        Self { dir: dir.to_owned(), index, reader, fields, writer: None, set_aside }
    }

    /// Removes what is in the folder and makes an empty index there.
    fn anew(dir: &Path, schema: &Schema, fields: Fields, why: String) -> Result<Self, SearchError> {
        let io = |source| SearchError::Io { path: dir.to_owned(), source };
        if dir.is_dir() {
            // Held until the folder is gone, so that nobody begins to write in it.
            let directory = MmapDirectory::open(dir).map_err(|e| other(dir, &e.into()))?;
            let _lock = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|_| busy(dir))?;
            std::fs::remove_dir_all(dir).map_err(io)?;
        } else if dir.exists() {
            std::fs::remove_file(dir).map_err(io)?;
        }
        match open(dir, schema) {
            Ok((index, reader)) => Ok(Self::new(dir, index, reader, fields, Some(why))),
            Err(Failure::Other(error)) => Err(error),
            Err(Failure::Damage(why)) => Err(SearchError::Keyword { path: dir.to_owned(), why }),
        }
    }

    /// Why the index that was there before was removed, if it was.
    pub fn set_aside(&self) -> Option<&str> {
        self.set_aside.as_deref()
    }

    /// True when no document is in it, as of the last commit.
    pub fn is_empty(&self) -> bool {
        self.reader.searcher().num_docs() == 0
    }

    /// The documents in it and which versions of their texts, by document, as of the last commit.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn versions(&self) -> Result<Vec<(DocumentId, u32)>, SearchError> {
        self.guarded(|| {
            let searcher = self.reader.searcher();
            let mut versions = Vec::new();
            for segment in searcher.segment_readers() {
                let documents = segment.fast_fields().i64("document")?.first_or_default_col(0);
                let texts = segment.fast_fields().u64("version")?.first_or_default_col(0);
                let one = |doc| (DocumentId(documents.get_val(doc)), u32::try_from(texts.get_val(doc)).unwrap_or(0));
                versions.extend(segment.doc_ids_alive().map(one));
            }
            versions.sort_unstable();
            Ok(versions)
        })
    }

    /// Takes a document in, in the place of an earlier version of it. It is found after the next commit.
    ///
    /// # Errors
    /// When another process writes to the index, or it cannot be written.
    pub fn add(&mut self, document: DocumentId, version: u32, text: &str) -> Result<(), SearchError> {
        let fields = self.fields;
        let term = Term::from_field_i64(fields.document, document.0);
        let known = self.reader.searcher();
        self.write(|Writer { writer, added }| {
            // Most documents are new, and removing what is not there costs as much as adding it.
            if !added.insert(document) || known.doc_freq(&term)? > 0 {
                writer.delete_term(term);
            }
            let mut entry = TantivyDocument::new();
            entry.add_i64(fields.document, document.0);
            entry.add_u64(fields.version, u64::from(version));
            entry.add_text(fields.english, text);
            entry.add_text(fields.plain, text);
            writer.add_document(entry).map(|_| ())
        })
    }

    /// Takes a document out; after the next commit it is found no more.
    ///
    /// # Errors
    /// As [`KeywordIndex::add`].
    pub fn remove(&mut self, document: DocumentId) -> Result<(), SearchError> {
        let term = Term::from_field_i64(self.fields.document, document.0);
        self.write(|Writer { writer, .. }| {
            writer.delete_term(term);
            Ok(())
        })
    }

    /// Makes what was added and removed permanent and visible to searches. After a kill the index is as it was at the
    /// last commit.
    ///
    /// # Errors
    /// When the index cannot be written; what was there at the last commit still is.
    pub fn commit(&mut self) -> Result<(), SearchError> {
        if self.writer.is_none() {
            return Ok(());
        }
        self.write(|Writer { writer, added }| {
            added.clear();
            writer.commit().map(|_| ())
        })?;
        self.reload()
    }

    /// Ends writing: what was not committed is dropped, segments that are being merged are waited for, and other
    /// processes may write.
    ///
    /// # Errors
    /// When merging failed; the index is as it was at the last commit.
    pub fn release(&mut self) -> Result<(), SearchError> {
        let Some(Writer { writer, .. }) = self.writer.take() else { return Ok(()) };
        self.guarded(|| writer.wait_merging_threads())?;
        self.reload()
    }

    /// Makes what another process has committed visible to searches.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn reload(&self) -> Result<(), SearchError> {
        self.guarded(|| self.reader.reload())
    }

    /// The documents that answer the words of a query, best first, at most `limit`, and how many there are in all.
    ///
    /// Those with all plain words come first, then those with any; within each by BM25, and scores never rise down the
    /// list. Filters of the query are not looked at: `allowed` says of a document whether it may be found. A query that
    /// asks nothing of the words finds all that are allowed.
    ///
    /// # Errors
    /// When the index cannot be read, or a regular expression is none or grows too big.
    pub fn search(
        &self,
        query: &Query,
        limit: usize,
        allowed: Option<&dyn Fn(DocumentId) -> bool>,
    ) -> Result<(Vec<(DocumentId, f32)>, u64), SearchError> {
        let asked = clauses(query);
        if asked.is_empty() && query.pieces.iter().any(|p| !p.excluded && p.asks_for_words()) {
            // There was something to look for, but no word in it.
            return Ok((Vec::new(), 0));
        }
        let searcher = self.reader.searcher();
        self.guarded(|| {
            let any = self.query(&asked, Occur::Should)?;
            let several = asked.iter().filter(|c| c.demand == Demand::May).count() > 1;
            if !several {
                return self.best(&searcher, any.as_ref(), limit, allowed);
            }
            let all = self.query(&asked, Occur::Must)?;
            let (mut found, _) = self.best(&searcher, all.as_ref(), limit, allowed)?;
            if found.len() >= limit && allowed.is_none() {
                return Ok((found, any.count(&searcher)? as u64));
            }
            let (some, total) = self.best(&searcher, any.as_ref(), limit, allowed)?;
            let with_all: HashSet<DocumentId> = found.iter().map(|(document, _)| *document).collect();
            let rest: Vec<_> = some.into_iter().filter(|(document, _)| !with_all.contains(document)).collect();
            if let (Some((_, worst)), Some((_, best))) = (found.last(), rest.first()) {
                let step = (best - worst).max(0.0);
                found.iter_mut().for_each(|(_, score)| *score += step);
            }
            found.extend(rest);
            found.truncate(limit);
            Ok((found, total))
        })
    }

    /// All documents that answer the words of a query, without an order; filters of it are not looked at.
    ///
    /// # Errors
    /// As [`KeywordIndex::search`].
    pub fn all(&self, query: &Query) -> Result<Vec<DocumentId>, SearchError> {
        let asked = clauses(query);
        if asked.is_empty() && query.pieces.iter().any(|p| !p.excluded && p.asks_for_words()) {
            return Ok(Vec::new());
        }
        let searcher = self.reader.searcher();
        self.guarded(|| {
            let query = self.query(&asked, Occur::Should)?;
            let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher))?;
            let mut found = Vec::new();
            for segment in searcher.segment_readers() {
                let documents = document_numbers(segment)?;
                let alive = segment.alive_bitset();
                weight.for_each_no_score(segment, &mut |docs| {
                    let living = docs.iter().filter(|doc| alive.is_none_or(|alive| alive.is_alive(**doc)));
                    found.extend(living.map(|doc| DocumentId(documents.get_val(*doc))));
                })?;
            }
            Ok(found)
        })
    }

    /// The best by score and how many there are.
    fn best(
        &self,
        searcher: &Searcher,
        query: &dyn IndexQuery,
        limit: usize,
        allowed: Option<&dyn Fn(DocumentId) -> bool>,
    ) -> tantivy::Result<(Vec<(DocumentId, f32)>, u64)> {
        let limit = limit.min(searcher.num_docs() as usize);
        let Some(allowed) = allowed else {
            let total = query.count(searcher)? as u64;
            let top = match limit {
                0 => Vec::new(),
                some => searcher.search(query, &TopDocs::with_limit(some).order_by_score())?,
            };
            let documents: Vec<_> =
                searcher.segment_readers().iter().map(document_numbers).collect::<tantivy::Result<_>>()?;
            let number = |segment: u32, doc| DocumentId(documents[segment as usize].get_val(doc));
            let mut found: Vec<_> =
                top.into_iter().map(|(score, at)| (number(at.segment_ord, at.doc_id), score)).collect();
            found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            return Ok((found, total));
        };
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
        let mut heap: BinaryHeap<Reverse<Ranked>> = BinaryHeap::new();
        let mut total = 0;
        for segment in searcher.segment_readers() {
            let documents = document_numbers(segment)?;
            let alive = segment.alive_bitset();
            weight.for_each(segment, &mut |doc, score| {
                let document = DocumentId(documents.get_val(doc));
                if alive.is_some_and(|alive| !alive.is_alive(doc)) || !allowed(document) {
                    return;
                }
                total += 1;
                heap.push(Reverse(Ranked { score, document: Reverse(document) }));
                if heap.len() > limit {
                    heap.pop();
                }
            })?;
        }
        let ranked = heap.into_sorted_vec();
        Ok((ranked.into_iter().map(|Reverse(r)| (r.document.0, r.score)).collect(), total))
    }

    /// What is asked, in tantivy's terms. `words`: whether of the plain words all must be there or any.
    fn query(&self, asked: &[Clause], words: Occur) -> tantivy::Result<Box<dyn IndexQuery>> {
        let mut parts: Vec<(Occur, Box<dyn IndexQuery>)> = Vec::new();
        for clause in asked {
            let mut tests: Vec<Box<dyn IndexQuery>> =
                clause.tests.iter().map(|test| self.test(test)).collect::<tantivy::Result<_>>()?;
            let test = match tests.pop() {
                Some(only) if tests.is_empty() => only,
                Some(last) => {
                    tests.push(last);
                    Box::new(DisjunctionMaxQuery::new(tests))
                }
                None => continue,
            };
            let occur = match clause.demand {
                Demand::May => words,
                Demand::Must => Occur::Must,
                Demand::Never => Occur::MustNot,
            };
            let test = if occur == Occur::MustNot { Box::new(Excluded(test)) } else { test };
            parts.push((occur, test));
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        Ok(match parts.pop() {
            Some((_, only)) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                Box::new(BooleanQuery::new(parts))
            }
            None => Box::new(AllQuery),
        })
    }

    fn test(&self, test: &Test) -> tantivy::Result<Box<dyn IndexQuery>> {
        let plain = |text: &str| Term::from_field_text(self.fields.plain, text);
        let terms = |words: &[(usize, String)]| words.iter().map(|(at, word)| (*at, plain(word))).collect::<Vec<_>>();
        let one = |term| Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs));
        Ok(match test {
            Test::Stem(stem) => one(Term::from_field_text(self.fields.english, stem)),
            Test::Sequence(words) => match words.as_slice() {
                [(_, word)] => one(plain(word)),
                words => Box::new(PhraseQuery::new_with_offset(terms(words))),
            },
            Test::SequencePrefix(words) => {
                let mut query = PhrasePrefixQuery::new_with_offset(terms(words));
                query.set_max_expansions(EXPANSIONS);
                Box::new(query)
            }
            Test::Prefix(begin) => Box::new(FuzzyTermQuery::new_prefix(plain(begin), 0, true)),
            Test::Fuzzy(word, letters) => Box::new(FuzzyTermQuery::new(plain(word), *letters, true)),
            Test::Regex(pattern) => Box::new(RegexQuery::from_pattern(&for_terms(pattern), self.fields.plain)?),
        })
    }

    /// Writes something; begins to write when nobody does. After an error the writer is given up: what it had not
    /// committed is lost and can be added again.
    fn write(&mut self, work: impl FnOnce(&mut Writer) -> tantivy::Result<()>) -> Result<(), SearchError> {
        let mut writer = match self.writer.take() {
            Some(writer) => writer,
            None => {
                let options = IndexWriterOptions::builder()
                    .memory_budget_per_thread(MEMORY)
                    .num_worker_threads(1)
                    .num_merge_threads(1)
                    .build();
                let writer = self.guarded(|| self.index.writer_with_options(options))?;
                // Another process may have written before.
                self.reload()?;
                Writer { writer, added: HashSet::new() }
            }
        };
        self.guarded(|| work(&mut writer))?;
        self.writer = Some(writer);
        Ok(())
    }

    /// Runs something of the index: a panic in it is an error, and damage is remembered, so that the next program that
    /// opens the index makes it anew.
    fn guarded<T>(&self, work: impl FnOnce() -> tantivy::Result<T>) -> Result<T, SearchError> {
        let why = match quietly(work) {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => match failure(&self.dir, &error) {
                Failure::Other(error) => return Err(error),
                Failure::Damage(why) => why,
            },
            Err(why) => why,
        };
        // It may be the engine's fault; an index whose files are as they were written is kept.
        let is_whole = matches!(quietly(|| self.index.validate_checksum()), Ok(Ok(broken)) if broken.is_empty());
        if is_whole {
            let why = format!("the search engine cannot do this ({why})");
            return Err(SearchError::Keyword { path: self.dir.clone(), why });
        }
        let damage = format!("it is damaged ({why}) and is made anew when it is opened next");
        // Where it cannot be noted the damage is found again.
        let _ = std::fs::write(self.dir.join(DAMAGED), &damage);
        Err(SearchError::Keyword { path: self.dir.clone(), why: damage })
    }
}

/// By score, then by document, the first one best.
#[derive(PartialEq)]
struct Ranked {
    score: f32,
    document: Reverse<DocumentId>,
}

impl Eq for Ranked {}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.score.total_cmp(&other.score).then(self.document.cmp(&other.document))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

fn document_numbers(
    segment: &SegmentReader,
) -> tantivy::Result<std::sync::Arc<dyn tantivy::columnar::ColumnValues<i64>>> {
    Ok(segment.fast_fields().i64("document")?.first_or_default_col(0))
}

/// The fields. The tokenizers' names carry their versions, so an index of another version has another schema.
fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer: &str, option| {
        let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        document: builder.add_i64_field("document", INDEXED | FAST),
        version: builder.add_u64_field("version", FAST),
        english: builder.add_text_field("english", text(tokens::ENGLISH, IndexRecordOption::WithFreqs)),
        plain: builder.add_text_field("plain", text(tokens::PLAIN, IndexRecordOption::WithFreqsAndPositions)),
    };
    (builder.build(), fields)
}

/// Why something with the index did not work.
enum Failure {
    /// What is on the disk is no index of this version.
    Damage(String),
    /// Anything else; the index may be good.
    Other(SearchError),
}

fn open(dir: &Path, schema: &Schema) -> Result<(Index, IndexReader), Failure> {
    let io = |source| Failure::Other(SearchError::Io { path: dir.to_owned(), source });
    if dir.exists() && !dir.is_dir() {
        return Err(Failure::Damage("a file stands where the folder of the index belongs".to_owned()));
    }
    std::fs::create_dir_all(dir).map_err(io)?;
    if dir.join(DAMAGED).exists() {
        return Err(Failure::Damage("it was found to be damaged when it was last used".to_owned()));
    }
    let failed = |error: TantivyError| failure(dir, &error);
    let directory = MmapDirectory::open(dir).map_err(|e| failed(e.into()))?;
    let index = if Index::exists(&directory).map_err(|e| failed(e.into()))? {
        Index::open(directory).map_err(failed)?
    } else {
        Index::builder().schema(schema.clone()).open_or_create(directory).map_err(failed)?
    };
    if index.schema() != *schema {
        return Err(Failure::Damage("it was made by another version of gleaner".to_owned()));
    }
    index.tokenizers().register(tokens::PLAIN, tokens::plain());
    index.tokenizers().register(tokens::ENGLISH, tokens::english());
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(failed)?;
    Ok((index, reader))
}

/// Tells damage from everything else that can go wrong.
fn failure(dir: &Path, error: &TantivyError) -> Failure {
    let told_by_system = |e: &std::io::Error| e.raw_os_error().is_some();
    match error {
        TantivyError::LockFailure(..) => Failure::Other(busy(dir)),
        TantivyError::InvalidArgument(why) => {
            Failure::Other(SearchError::Refused(why.lines().last().unwrap_or_default().trim().to_owned()))
        }
        TantivyError::IoError(e) | TantivyError::OpenReadError(OpenReadError::IoError { io_error: e, .. })
            if told_by_system(e) =>
        {
            Failure::Other(other(dir, error))
        }
        TantivyError::OpenDirectoryError(_)
        | TantivyError::OpenWriteError(_)
        | TantivyError::SystemError(_)
        | TantivyError::ErrorInThread(_)
        | TantivyError::Poisoned => Failure::Other(other(dir, error)),
        TantivyError::IncompatibleIndex(_) | TantivyError::OpenReadError(OpenReadError::IncompatibleIndex(_)) => {
            Failure::Damage("it was made by another version of the search engine".to_owned())
        }
        damage => Failure::Damage(damage.to_string()),
    }
}

fn other(dir: &Path, error: &TantivyError) -> SearchError {
    SearchError::Keyword { path: dir.to_owned(), why: error.to_string() }
}

fn busy(dir: &Path) -> SearchError {
    let why =
        "another gleaner is writing to it; searching works, and it can be brought up to date when that one is done";
    SearchError::Keyword { path: dir.to_owned(), why: why.to_owned() }
}

/// Runs something whose panics are to be errors; the error is what the panic said.
fn quietly<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        let said = panic.downcast_ref::<&str>().map(|s| (*s).to_owned()).or_else(|| panic.downcast_ref().cloned());
        said.unwrap_or_else(|| "the search engine stopped".to_owned())
    })
}
