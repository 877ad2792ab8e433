//! A vector for each document, in one file, and the nearest of them: exactly, not nearly.
//!
//! - `layout`: what stands where in the file; `head`: its head, twice; `quantise`: a vector in eight bits and in sixteen.
//! - `kernel`: products of bytes, the one hot loop.
//! - `write`: [`VectorWriter`], the one process that changes the file; `nearest`: the search.
//!
//! Rows are only ever added, and marked when they are dead. A row counts once the head says so, and the head is written
//! last: whatever kills the process, the file is what it was at the last commit. When a third of it is dead it is written
//! anew beside itself and moved into place. Whoever has the old one open goes on with it.

mod head;
mod kernel;
mod layout;
mod nearest;
mod quantise;
#[cfg(test)]
mod tests;
mod write;

use std::fs::File;
use std::path::{Path, PathBuf};

use half::f16;
use memmap2::Mmap;

use self::head::{Head, HeadError};
use self::layout::Layout;
use super::SearchError;
use crate::dataset::DocumentId;

pub use write::VectorWriter;

/// The vectors of a project as they were when this was opened; nothing in it changes.
#[derive(Debug)]
pub struct Vectors {
    map: Option<Mmap>,
    head: Head,
    layout: Layout,
    /// The living rows, by document: its number, the version of its text, its row.
    rows: Vec<(DocumentId, u32, u32)>,
    /// The largest error that eight bits make in any row.
    largest_error: f32,
    /// What tells this file from one that has taken its place.
    identity: u64,
}

/// Why there is nothing to read in a file.
#[derive(Debug)]
pub(super) enum Unreadable {
    /// There is none.
    Missing,
    /// It was made with another embedder.
    OtherEmbedder,
    /// It is damaged, or of a later program; in words.
    Damaged(String),
    /// The system says no.
    Io(std::io::Error),
}

impl Vectors {
    /// None at all.
    pub fn none(embedder: &str, dims: usize) -> Self {
        let head = Head::new(embedder, dims);
        let layout = Layout::new(dims);
        Self { map: None, head, layout, rows: Vec::new(), largest_error: 0.0, identity: 0 }
    }

    /// Opens what `embedder` made.
    pub(super) fn open(path: &Path, embedder: &str, dims: usize) -> Result<Self, Unreadable> {
        let file = match File::open(path) {
            Ok(file) => file,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(Unreadable::Missing),
            Err(e) => return Err(Unreadable::Io(e)),
        };
        let metadata = file.metadata().map_err(Unreadable::Io)?;
        if metadata.len() < layout::HEAD as u64 {
            return Err(Unreadable::Damaged("it is cut short".to_owned()));
        }
        // SAFETY: the map is read only. Nobody cuts the file short: it grows, and a new one takes its place by a move.
        // A row that is being written is not looked at before the head counts it, and a mark of death is one aligned
        // word. Every byte is a valid value, and nothing here trusts what it says.
        let map = unsafe { Mmap::map(&file) }.map_err(Unreadable::Io)?;
        let head = Head::read(&map).map_err(|e| match e {
            HeadError::Newer(found) => {
                Unreadable::Damaged(format!("it was written by a newer gleaner (format {found})"))
            }
            HeadError::Damaged => Unreadable::Damaged("its head is damaged".to_owned()),
        })?;
        if head != (Head { rows: head.rows, generation: head.generation, ..Head::new(embedder, dims) }) {
            return Err(Unreadable::OtherEmbedder);
        }
        let layout = Layout::new(dims);
        if u32::try_from(head.rows).is_err() || layout.length(head.rows).is_none_or(|length| length > map.len() as u64)
        {
            return Err(Unreadable::Damaged("it is cut short".to_owned()));
        }
        let mut vectors =
            Self { map: Some(map), head, layout, rows: Vec::new(), largest_error: 0.0, identity: identity(&metadata) };
        vectors.list();
        Ok(vectors)
    }

    /// Lists the living rows. Where a document has two, the process ended between writing one and marking the other: the
    /// later one is it.
    fn list(&mut self) {
        let mut rows = Vec::with_capacity(self.head.rows as usize);
        let mut largest: f32 = 0.0;
        for row in 0..self.head.rows as u32 {
            let version = self.version(row);
            if version > 0 {
                rows.push((self.document(row), version, row));
                let error = self.error(row);
                largest = if error.is_finite() { largest.max(error) } else { largest };
            }
        }
        rows.sort_by_key(|(id, _, row)| (*id, std::cmp::Reverse(*row)));
        rows.dedup_by_key(|(id, _, _)| *id);
        (self.rows, self.largest_error) = (rows, largest);
    }

    /// How many documents have a vector.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// True when no document has one.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The documents that have a vector and the version of the text it was made of, by number.
    pub fn versions(&self) -> impl Iterator<Item = (DocumentId, u32)> + '_ {
        self.rows.iter().map(|(id, version, _)| (*id, *version))
    }

    /// The vector of a document: of length 1, or all zero.
    pub fn get(&self, document: DocumentId) -> Option<Vec<f32>> {
        let row = self.row_of(document)?;
        Some(self.halves(row).chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect())
    }

    /// True when the file at `path` is not what was opened: it has grown, or another one is there.
    pub(super) fn is_stale(&self, path: &Path) -> bool {
        let Ok(metadata) = std::fs::metadata(path) else { return self.map.is_some() };
        let Some(map) = &self.map else { return true };
        identity(&metadata) != self.identity
            || Head::read(map).is_ok_and(|head| head.generation != self.head.generation)
    }

    fn row_of(&self, document: DocumentId) -> Option<u32> {
        let at = self.rows.binary_search_by_key(&document, |(id, _, _)| *id).ok()?;
        Some(self.rows[at].2)
    }

    fn bytes(&self, from: usize, length: usize) -> &[u8] {
        self.map.as_ref().and_then(|map| map.get(from..from + length)).unwrap_or_default()
    }

    fn word<const N: usize>(&self, at: usize) -> [u8; N] {
        self.bytes(at, N).try_into().unwrap_or([0; N])
    }

    fn document(&self, row: u32) -> DocumentId {
        DocumentId(i64::from_le_bytes(self.word(self.layout.document(row))))
    }

    fn version(&self, row: u32) -> u32 {
        u32::from_le_bytes(self.word(self.layout.version(row)))
    }

    fn scale(&self, row: u32) -> f32 {
        f32::from_le_bytes(self.word(self.layout.scale(row)))
    }

    fn error(&self, row: u32) -> f32 {
        f32::from_le_bytes(self.word(self.layout.error(row)))
    }

    fn halves(&self, row: u32) -> &[u8] {
        self.bytes(self.layout.halves(row), 2 * self.layout.dims)
    }
}

/// Which file it is, where the system says. The map keeps it, so no other gets its number meanwhile.
fn identity(metadata: &std::fs::Metadata) -> u64 {
    #[cfg(unix)]
    return std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    {
        let _ = metadata;
        0
    }
}

/// Moves a file that cannot be used out of the way, over one that was moved before.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf, SearchError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".damaged");
    let aside = PathBuf::from(name);
    std::fs::rename(path, &aside).map_err(|source| SearchError::Io { path: path.to_owned(), source })?;
    Ok(aside)
}
