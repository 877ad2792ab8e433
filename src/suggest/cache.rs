//! Candidates that a model gave, by everything that decides them.
//!
//! One SQLite file beside the project, which can be thrown away: nothing in it is anybody's work. A file that cannot be
//! read is made anew; a file that cannot be written is done without.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use crate::dataset::TextHash;
use crate::gliner::Candidate;
use crate::text::CharRange;

/// Counts up when the same input may give other candidates than before.
const ENGINE: &str = "native-1";

/// What decides a text's candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheKey([u8; 32]);

impl CacheKey {
    /// The key of a text under a model (hash of its weights file, which says its precision too), its prompts in their
    /// order, and the words it reads at once.
    pub fn new(text: &TextHash, weights: &str, prompts: &[String], window: usize, compat: bool) -> Self {
        let mut hasher = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hasher.update((bytes.len() as u64).to_le_bytes());
            hasher.update(bytes);
        };
        part(ENGINE.as_bytes());
        part(text.0.as_bytes());
        part(weights.as_bytes());
        part(&(window as u64).to_le_bytes());
        part(&[u8::from(compat)]);
        for prompt in prompts {
            part(prompt.as_bytes());
        }
        Self(hasher.finalize().into())
    }
}

/// The cache of one project.
#[derive(Debug)]
pub struct Cache {
    connection: Connection,
}

/// The shape of the file; another one is thrown away.
const FORMAT: i64 = 1;

impl Cache {
    /// Opens the cache in `file`, making it when it is missing, of another format, or not readable as one. `None` when
    /// even that fails: then everything is computed.
    pub fn open(file: &Path) -> Option<Self> {
        if let Some(parent) = file.parent() {
            std::fs::create_dir_all(parent).ok()?;
        }
        Self::connect(file)
            .or_else(|_| {
                for end in ["", "-wal", "-shm"] {
                    let mut name = file.as_os_str().to_owned();
                    name.push(end);
                    let _ = std::fs::remove_file(name);
                }
                Self::connect(file)
            })
            .ok()
    }

    fn connect(file: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(file)?;
        connection.busy_timeout(Duration::from_secs(2))?;
        connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        // Losing the last entries to a power cut costs a second of computing.
        connection.pragma_update(None, "synchronous", "OFF")?;
        let format: i64 = connection.pragma_query_value(None, "user_version", |r| r.get(0))?;
        if format != FORMAT {
            connection.execute_batch(&format!(
                "DROP TABLE IF EXISTS candidates;
                 CREATE TABLE candidates (key BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
                 PRAGMA user_version = {FORMAT};"
            ))?;
        }
        connection.prepare("SELECT body FROM candidates WHERE key = ?1")?;
        Ok(Self { connection })
    }

    /// The candidates kept for a key.
    pub fn get(&self, key: &CacheKey) -> Option<Vec<Candidate>> {
        let body: Vec<u8> = self
            .connection
            .prepare_cached("SELECT body FROM candidates WHERE key = ?1")
            .and_then(|mut s| s.query_row([&key.0[..]], |r| r.get(0)).optional())
            .ok()
            .flatten()?;
        decode(&body)
    }

    /// Keeps candidates, in one transaction. What cannot be written is forgotten.
    pub fn put<'a>(&mut self, entries: impl IntoIterator<Item = (&'a CacheKey, &'a [Candidate])>) {
        let Ok(tx) = self.connection.transaction() else { return };
        for (key, candidates) in entries {
            let write = tx
                .prepare_cached("INSERT OR REPLACE INTO candidates VALUES (?1, ?2)")
                .and_then(|mut s| s.execute(params![&key.0[..], encode(candidates)]));
            if write.is_err() {
                return;
            }
        }
        let _ = tx.commit();
    }
}

/// Six little-endian words a candidate.
const BYTES: usize = 24;

fn encode(candidates: &[Candidate]) -> Vec<u8> {
    let mut body = Vec::with_capacity(candidates.len() * BYTES);
    for c in candidates {
        for n in [c.range.start, c.range.end, c.first_word, c.last_word, c.class] {
            body.extend((n as u32).to_le_bytes());
        }
        body.extend(c.score.to_le_bytes());
    }
    body
}

/// `None` for a body that is not one: it is computed anew.
fn decode(body: &[u8]) -> Option<Vec<Candidate>> {
    if !body.len().is_multiple_of(BYTES) {
        return None;
    }
    let candidate = |chunk: &[u8]| {
        let mut words = chunk.chunks_exact(4).map(|b| [b[0], b[1], b[2], b[3]]);
        let mut next = || words.next().map(u32::from_le_bytes);
        Some(Candidate {
            range: CharRange::new(next()? as usize, next()? as usize),
            first_word: next()? as usize,
            last_word: next()? as usize,
            class: next()? as usize,
            score: f32::from_bits(next()?),
        })
    };
    body.chunks_exact(BYTES).map(candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn some() -> Vec<Candidate> {
        vec![Candidate { range: CharRange::new(3, 9), first_word: 1, last_word: 2, class: 4, score: 0.75 }]
    }

    #[test]
    fn what_is_kept_comes_back_and_other_keys_do_not() {
        let dir = tempfile::tempdir().unwrap();
        let mut cache = Cache::open(&dir.path().join("c/suggestions.db")).unwrap();
        let text = TextHash::of("Omega");
        let key = |prompts: &[&str]| {
            let prompts: Vec<String> = prompts.iter().map(|p| (*p).to_owned()).collect();
            CacheKey::new(&text, "w", &prompts, 120, false)
        };
        cache.put([(&key(&["a", "b"]), some().as_slice()), (&key(&["x"]), &[][..])]);
        assert_eq!(cache.get(&key(&["a", "b"])), Some(some()));
        assert_eq!(cache.get(&key(&["x"])), Some(vec![]), "nothing found is an answer too");
        assert_eq!(cache.get(&key(&["b", "a"])), None, "the order of labels matters");
        assert_eq!(cache.get(&key(&["ab"])), None);
    }

    #[test]
    fn a_damaged_file_is_made_anew() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("suggestions.db");
        std::fs::write(&file, vec![b'x'; 5000]).unwrap();
        let mut cache = Cache::open(&file).unwrap();
        let key = CacheKey::new(&TextHash::of(""), "w", &[], 1, false);
        cache.put([(&key, some().as_slice())]);
        assert_eq!(Cache::open(&file).unwrap().get(&key), Some(some()));
    }
}
