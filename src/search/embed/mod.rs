//! Texts as vectors: near in meaning, near in direction.
//!
//! The embedded embedder has a vector for every word piece of BERT's vocabulary, and the vector of a text is their sum,
//! turned to length 1. That is the method of Model2Vec (github.com/MinishLab/model2vec); the table was then moved, as
//! tokenlearn (github.com/MinishLab/tokenlearn) does, until such sums point where the transformer all-MiniLM-L6-v2 does.
//! `tests/official/make_embedder.py` makes it.

mod letters;
mod pieces;
mod table;

use std::borrow::Cow;
use std::sync::OnceLock;

use rayon::prelude::*;

use super::SearchError;
use pieces::Pieces;
use table::Table;

/// A file of `data/models/minilm-static`, inside the binary once.
macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/models/minilm-static/", $name))
    };
}

static VOCABULARY: &[u8] = file!("vocabulary.txt");
static TABLE: &[u8] = file!("table.bin");

/// Texts that are embedded by one thread without asking for the next.
const AT_ONCE: usize = 64;

/// Makes vectors of texts. The embedded one needs no file and no network.
#[derive(Debug)]
pub struct Embedder {
    name: String,
    pieces: Pieces,
    table: Table,
}

impl Embedder {
    /// The embedded one, shared by all; made ready by the first call, in some milliseconds.
    pub fn embedded() -> &'static Self {
        static EMBEDDED: OnceLock<Embedder> = OnceLock::new();
        // What is inside the binary is read in every test; were it damaged all the same, no word would be known.
        EMBEDDED.get_or_init(|| Self::read(VOCABULARY, TABLE).unwrap_or_else(|_| Self::unknowing()))
    }

    /// Reads an embedder. `vocabulary`: a word piece a line, in the order of the rows, those that go on a word with `##`
    /// before them. `table`: as `tests/official/make_embedder.py` writes it.
    ///
    /// # Errors
    /// When either is damaged or they do not belong together.
    pub fn read(vocabulary: &[u8], table: impl Into<Cow<'static, [u8]>>) -> Result<Self, SearchError> {
        let table = Table::read(vocabulary, table.into())?;
        let pieces = Pieces::read(vocabulary, table.rows())?;
        Ok(Self { name: format!("minilm-static-{:08x}", table.checksum()), pieces, table })
    }

    /// One that knows no word.
    fn unknowing() -> Self {
        Self { name: "none".to_owned(), pieces: Pieces::default(), table: Table::default() }
    }

    /// What it is called; an index made with another one is made again.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Numbers of a vector.
    pub fn dims(&self) -> usize {
        self.table.dims()
    }

    /// The vector of a text, of length 1; all zero when no word of it is known.
    pub fn embed(&self, text: &str) -> Vec<f32> {
        let mut vector = vec![0.0; self.dims()];
        self.embed_into(text, &mut vector, &mut Vec::new());
        vector
    }

    /// The vectors of many texts one after another, `texts.len() × dims` numbers, made on all cores.
    pub fn embed_many<T: AsRef<str> + Sync>(&self, texts: &[T]) -> Vec<f32> {
        let dims = self.dims();
        let mut vectors = vec![0.0; texts.len() * dims];
        let parts = vectors.par_chunks_mut(dims * AT_ONCE).zip(texts.par_chunks(AT_ONCE));
        parts.for_each_init(Vec::new, |word, (vectors, texts)| {
            for (vector, text) in vectors.chunks_exact_mut(dims).zip(texts) {
                self.embed_into(text.as_ref(), vector, word);
            }
        });
        vectors
    }

    /// The rows of the table that a text adds up, in its order; words that are not known add none.
    pub fn rows(&self, text: &str) -> Vec<u32> {
        let mut rows = Vec::new();
        self.pieces.each(text, &mut Vec::new(), |row| rows.push(row));
        rows
    }

    /// `vector` is all zero; `word` is room for a word.
    fn embed_into(&self, text: &str, vector: &mut [f32], word: &mut Vec<u8>) {
        self.pieces.each(text, word, |row| self.table.add(row, vector));
        let length = vector.iter().map(|x| x * x).sum::<f32>().sqrt();
        if length > 0.0 {
            vector.iter_mut().for_each(|x| *x /= length);
        }
    }
}
