//! Collecting: of a stream of rows, those nearest in meaning to some queries.
//!
//! A row's score is the best cosine of any query with it. A row that is nearer to a negative than to every query is left
//! out. What is kept is bounded (the best `most`, a reservoir for the sample), so memory does not grow with the source.
//! Of equal texts the first counts: the hashes of what is kept are enough to see that, because equal texts score the same.

mod histogram;
mod near;
mod pass;
mod pool;
mod run;

use std::collections::HashSet;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

pub use self::histogram::{BINS, Histogram};
pub use self::pass::{Pass, differences, load_pass, save_pass};
use self::pool::{Pool, Ranked};
use super::error::{CorpusError, Result};
use super::source::{BadRow, Left, Position, Row};
use crate::dataset::{Metadata, Span, TextHash};
use crate::search::embed::Embedder;

/// What is kept of what is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Only so many, the best; all of them without it.
    pub top: Option<usize>,
    /// Only those that score at least this.
    pub min_score: Option<f32>,
    /// Never more than this in memory.
    pub most: usize,
    /// So many rows besides, taken at random.
    pub sample: usize,
    /// Where the sample begins.
    pub seed: u64,
    /// Texts that are nearly one that scores better are left out.
    pub dedup: bool,
    /// Texts shorter than this are left out, in characters.
    pub min_chars: usize,
    /// Texts longer than this are left out, in characters.
    pub max_chars: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            top: Some(1000),
            min_score: None,
            most: 100_000,
            sample: 0,
            seed: 0,
            dedup: false,
            min_chars: 1,
            max_chars: usize::MAX,
        }
    }
}

/// What is looked for, as vectors.
#[derive(Clone, Debug, Default)]
pub struct Queries {
    wanted: Vec<(String, Vec<f32>)>,
    unwanted: Vec<Vec<f32>>,
}

impl Queries {
    /// Embeds what is looked for (each with the name it is called by) and what is not.
    ///
    /// # Errors
    /// When no word of one of them is known to the embedder: it would be equally far from everything.
    pub fn embed(embedder: &Embedder, wanted: &[(String, String)], unwanted: &[String]) -> Result<Self> {
        let vector = |text: &str| {
            let vector = embedder.embed(text);
            if vector.iter().all(|x| *x == 0.0) {
                let start: String = text.chars().take(60).collect();
                return Err(CorpusError::Refused(format!(
                    "no word of '{start}' is known to the embedder {}; say it in other words",
                    embedder.name()
                )));
            }
            Ok(vector)
        };
        let wanted = wanted.iter().map(|(name, text)| Ok((name.clone(), vector(text)?))).collect::<Result<_>>()?;
        let unwanted = unwanted.iter().map(|text| vector(text)).collect::<Result<_>>()?;
        Ok(Self { wanted, unwanted })
    }

    /// The nearest query and its cosine, and whether a negative is nearer.
    fn score(&self, vector: &[f32]) -> Scored {
        let cosine = |query: &[f32]| query.iter().zip(vector).map(|(a, b)| a * b).sum::<f32>();
        let mut best = Scored { query: 0, score: f32::NEG_INFINITY, unwanted: false };
        for (query, (_, wanted)) in self.wanted.iter().enumerate() {
            let score = cosine(wanted);
            if score > best.score {
                best = Scored { query, score, ..best };
            }
        }
        if !best.score.is_finite() {
            best.score = 0.0;
        }
        best.unwanted = self.unwanted.iter().any(|unwanted| cosine(unwanted) >= best.score);
        best
    }
}

#[derive(Clone, Copy)]
struct Scored {
    query: usize,
    score: f32,
    unwanted: bool,
}

/// Why a row was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It is near a query.
    Query {
        /// What the query is called.
        query: String,
        /// Cosine with it.
        score: f32,
    },
    /// It was taken at random.
    Sample,
}

/// A row that was kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// Number of the row in the whole source, from 0; of equal scores the earlier row goes first.
    pub order: u64,
    /// Why it is here.
    pub why: Why,
    /// Its file.
    pub file: String,
    /// Its line or row there; 0 when the file is the text.
    pub number: u64,
    /// Its id, when a column of ids was named.
    pub id: Option<String>,
    /// The text.
    pub text: String,
    /// Its short scalar columns.
    pub metadata: Metadata,
    /// What the source says of it.
    pub spans: Option<Vec<Span>>,
}

impl Kept {
    /// Cosine with its query; 0 when it was taken at random.
    pub fn score(&self) -> f32 {
        match self.why {
            Why::Query { score, .. } => score,
            Why::Sample => 0.0,
        }
    }

    fn hash(&self) -> [u8; 16] {
        let digest = TextHash::digest(&self.text);
        let mut hash = [0; 16];
        hash.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
        hash
    }
}

/// What was seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows read, those left out too.
    pub rows: u64,
    /// Rows without text.
    pub empty: u64,
    /// Rows that cannot be read.
    pub unreadable: u64,
    /// Files whose rest could not be read.
    pub cut: u64,
    /// Rows shorter or longer than asked.
    pub length: u64,
    /// Rows nearer to a negative than to every query.
    pub unwanted: u64,
    /// Rows that are, letter for letter, one that is kept.
    pub equal: u64,
    /// The first rows that were left out as unreadable: where, and why.
    pub problems: Vec<(String, String)>,
}

/// Unreadable rows that are told one by one.
const TOLD: usize = 20;

/// What a pass found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Collected {
    /// The rows, the best first, those taken at random last.
    pub kept: Vec<Kept>,
    /// Rows left out because they are nearly one that is kept.
    pub near: u64,
    /// Rows near enough that there was no room for.
    pub beyond: u64,
}

/// Keeps the best of the rows it is offered.
#[derive(Debug)]
pub struct Collector {
    settings: Settings,
    queries: Queries,
    position: Position,
    counts: Counts,
    histogram: Histogram,
    hits: Pool<f32>,
    hashes: HashSet<[u8; 16]>,
    sample: Pool<u64>,
}

impl Collector {
    /// Nothing is kept yet.
    pub fn new(settings: Settings, queries: Queries) -> Self {
        let room = match settings.top {
            // Near-duplicates fall out at the end only: the pool holds more, so that enough are left.
            Some(top) if settings.dedup => (top.saturating_mul(2).saturating_add(64)).min(settings.most),
            Some(top) => top.min(settings.most),
            None => settings.most,
        };
        Self {
            hits: Pool::new(if queries.wanted.is_empty() { 0 } else { room }),
            sample: Pool::new(settings.sample),
            hashes: HashSet::new(),
            position: Position::default(),
            counts: Counts::default(),
            histogram: Histogram::default(),
            settings,
            queries,
        }
    }

    /// What was seen so far.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The scores of all rows that were scored and not unwanted.
    pub fn histogram(&self) -> &Histogram {
        &self.histogram
    }

    /// How many are kept now.
    pub fn len(&self) -> usize {
        self.hits.len() + self.sample.len()
    }

    /// True when nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How far the source was read.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Takes some rows, in the order of the source, and how far it is after them.
    pub fn offer(&mut self, rows: Vec<std::result::Result<Row, BadRow>>, position: Position, embedder: &Embedder) {
        let settings = &self.settings;
        let queries = &self.queries;
        let scored: Vec<_> = rows
            .into_par_iter()
            .map(|row| {
                row.map(|row| {
                    let fits = fits(&row.record.text, settings.min_chars, settings.max_chars);
                    let scored =
                        (fits && !queries.wanted.is_empty()).then(|| queries.score(&embedder.embed(&row.record.text)));
                    (row, fits, scored)
                })
            })
            .collect();
        for row in scored {
            match row {
                Ok((row, fits, scored)) => self.take(row, fits, scored),
                Err(bad) => self.leave(bad),
            }
        }
        self.position = position;
    }

    fn leave(&mut self, bad: BadRow) {
        self.counts.rows += bad.rows;
        match bad.left {
            Left::Empty => self.counts.empty += bad.rows,
            Left::Unreadable => self.counts.unreadable += bad.rows.max(1),
            Left::Rest => self.counts.cut += 1,
        }
        if bad.left != Left::Empty && self.counts.problems.len() < TOLD {
            self.counts.problems.push((bad.place, bad.reason));
        }
    }

    fn take(&mut self, row: Row, fits: bool, scored: Option<Scored>) {
        let order = self.counts.rows;
        self.counts.rows += 1;
        if !fits {
            self.counts.length += 1;
            return;
        }
        let draw = pool::draw(self.settings.seed, order);
        let sampled = self.sample.has_room_for(draw, order);
        let hit = match scored {
            Some(scored) if scored.unwanted => {
                self.counts.unwanted += 1;
                None
            }
            Some(scored) => {
                self.histogram.add(scored.score);
                let enough = self.settings.min_score.is_none_or(|least| scored.score >= least);
                (enough && self.hits.would_take(scored.score, order)).then_some(scored)
            }
            None => None,
        };
        if hit.is_none() && !sampled {
            return;
        }
        let kept = |why| kept_of(&row, order, why);
        if let Some(Scored { query, score, .. }) = hit {
            let query = self.queries.wanted.get(query).map(|(name, _)| name.clone()).unwrap_or_default();
            let kept = kept(Why::Query { query, score });
            let hash = kept.hash();
            if self.hashes.insert(hash) {
                if let Some(gone) = self.hits.put(score, order, kept) {
                    self.hashes.remove(&gone.hash());
                }
            } else {
                self.counts.equal += 1;
            }
        }
        if sampled {
            self.sample.put(draw, order, kept(Why::Sample));
        }
    }

    /// What was found so far, the best first: without near-duplicates and no more than was asked for.
    pub fn collected(&self) -> Collected {
        let hits = self.hits.ranked();
        let (hits, near) = if self.settings.dedup { near::without(hits) } else { (hits, 0) };
        let top = self.settings.top.unwrap_or(usize::MAX);
        let mut kept: Vec<Kept> = hits.into_iter().take(top).cloned().collect();
        let there: HashSet<[u8; 16]> = kept.iter().map(Kept::hash).collect();
        let mut fresh = there.clone();
        for sampled in self.sample.ranked() {
            if fresh.insert(sampled.hash()) {
                kept.push(sampled.clone());
            }
        }
        Collected { kept, near, beyond: self.hits.turned_away() }
    }
}

/// The text has between `least` and `most` characters; long texts are not counted to their end.
fn fits(text: &str, least: usize, most: usize) -> bool {
    let enough = least <= 1 || text.chars().nth(least - 1).is_some();
    enough && (text.len() <= most || text.chars().nth(most).is_none())
}

fn kept_of(row: &Row, order: u64, why: Why) -> Kept {
    let record = &row.record;
    Kept {
        order,
        why,
        file: record.provenance.source.clone(),
        number: record.provenance.line.unwrap_or(0),
        id: record.id.clone(),
        text: record.text.clone(),
        metadata: record.metadata.clone(),
        spans: record.responses.first().map(|response| response.spans.clone()),
    }
}

impl Ranked for f32 {
    fn better(self, other: Self) -> std::cmp::Ordering {
        self.total_cmp(&other)
    }
}

impl Ranked for u64 {
    fn better(self, other: Self) -> std::cmp::Ordering {
        self.cmp(&other)
    }
}
