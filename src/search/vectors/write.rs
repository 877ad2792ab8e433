//! Changing a file of vectors: one process at a time, which whoever calls sees to.

use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::head::Head;
use super::layout::{BLOCK, Layout};
use super::quantise::Kept;
use super::{Unreadable, Vectors, set_aside};
use crate::dataset::DocumentId;
use crate::search::SearchError;

/// The file of vectors, open for writing. What is added counts from the next commit on.
#[derive(Debug)]
pub struct VectorWriter {
    path: PathBuf,
    file: File,
    head: Head,
    layout: Layout,
    /// By document: its number, the version of its text, its row, committed or not.
    rows: Vec<(DocumentId, u32, u32)>,
    /// The block that is being filled, its first row, and how many of its rows are in the file.
    block: Vec<u8>,
    begun: u32,
    written: usize,
    /// The row that comes next.
    next: u32,
    /// Rows that die with the next commit.
    dying: Vec<u32>,
}

impl VectorWriter {
    /// Opens the file, or makes an empty one: where there is none, where another embedder made it, and where it is
    /// damaged or of a later program; it is set aside then, and the second value says so in words.
    ///
    /// # Errors
    /// When the file cannot be read or made.
    pub fn open(path: &Path, embedder: &str, dims: usize) -> Result<(Self, Option<String>), SearchError> {
        let mut notice = None;
        let vectors = match Vectors::open(path, embedder, dims) {
            Ok(vectors) => vectors,
            Err(unreadable) => {
                match unreadable {
                    Unreadable::Io(source) => return Err(SearchError::Io { path: path.to_owned(), source }),
                    Unreadable::Damaged(why) => {
                        let aside = set_aside(path)?;
                        let (path, aside) = (path.display(), aside.display());
                        notice = Some(format!("{path}: {why}; it was set aside as {aside} and is made again"));
                    }
                    Unreadable::Missing | Unreadable::OtherEmbedder => {}
                }
                create(path, &Head::new(embedder, dims))?;
                Vectors::none(embedder, dims)
            }
        };
        Ok((Self::over(path, &vectors)?, notice))
    }

    fn over(path: &Path, vectors: &Vectors) -> Result<Self, SearchError> {
        let io = |source| SearchError::Io { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).write(true).open(path).map_err(io)?;
        let (head, layout) = (vectors.head.clone(), vectors.layout);
        let next = head.rows as u32;
        let written = next as usize % BLOCK;
        let begun = next - written as u32;
        let mut block = vec![0; layout.block()];
        if written > 0 {
            let from = vectors.bytes(layout.document(begun), layout.block());
            block[..from.len()].copy_from_slice(from);
        }
        let rows = vectors.rows.clone();
        Ok(Self { path: path.to_owned(), file, head, layout, rows, block, begun, written, next, dying: Vec::new() })
    }

    /// The documents that have a vector and the version of the text it was made of, by number.
    pub fn versions(&self) -> impl Iterator<Item = (DocumentId, u32)> + '_ {
        self.rows.iter().map(|(id, version, _)| (*id, *version))
    }

    /// Gives a document this vector, instead of the one it has.
    ///
    /// # Errors
    /// When the file cannot be written; what was committed is as it was.
    ///
    /// # Panics
    /// When the vector is not of the length the file was opened for.
    pub fn add(&mut self, document: DocumentId, version: u32, vector: &[f32]) -> Result<(), SearchError> {
        assert_eq!(vector.len(), self.layout.dims, "the vector is of the embedder's length");
        if self.next == u32::MAX {
            return Err(SearchError::Refused("the index is full: it holds four thousand million texts".to_owned()));
        }
        let (row, kept) = (self.next, Kept::of(vector));
        match self.rows.binary_search_by_key(&document, |(id, _, _)| *id) {
            Ok(at) => {
                self.dying.push(self.rows[at].2);
                self.rows[at] = (document, version, row);
            }
            Err(at) => self.rows.insert(at, (document, version, row)),
        }
        let bytes: Vec<u8> = kept.bytes.iter().map(|b| b.cast_unsigned()).collect();
        let halves: Vec<u8> = kept.halves.iter().flat_map(|h| h.to_le_bytes()).collect();
        let start = self.layout.document(self.begun);
        let mut put = |at: usize, bytes: &[u8]| self.block[at - start..at - start + bytes.len()].copy_from_slice(bytes);
        put(self.layout.document(row), &document.0.to_le_bytes());
        put(self.layout.version(row), &version.max(1).to_le_bytes());
        put(self.layout.scale(row), &kept.scale.to_le_bytes());
        put(self.layout.error(row), &kept.error.to_le_bytes());
        put(self.layout.bytes(row), &bytes);
        put(self.layout.halves(row), &halves);
        self.next += 1;
        if self.next - self.begun == BLOCK as u32 { self.flush() } else { Ok(()) }
    }

    /// Takes a document's vector away.
    pub fn remove(&mut self, document: DocumentId) {
        if let Ok(at) = self.rows.binary_search_by_key(&document, |(id, _, _)| *id) {
            self.dying.push(self.rows.remove(at).2);
        }
    }

    /// Makes what was done since the last commit count, whole or, if the process is killed in the middle, not at all.
    ///
    /// # Errors
    /// When the file cannot be written; what was committed before is as it was.
    pub fn commit(&mut self) -> Result<(), SearchError> {
        if self.next as u64 == self.head.rows && self.dying.is_empty() {
            return Ok(());
        }
        self.flush()?;
        let synced = self.file.sync_data();
        synced.map_err(|e| self.io(e))?;
        self.head.rows = self.next.into();
        self.head.generation += 1;
        let (at, head) = self.head.bytes();
        self.put(at, &head)?;
        // Only now: a document whose new row does not count yet must keep its old one.
        for row in std::mem::take(&mut self.dying) {
            self.put(self.layout.version(row) as u64, &0u32.to_le_bytes())?;
            if row >= self.begun {
                let at = self.layout.version(row) - self.layout.document(self.begun);
                self.block[at..at + 4].fill(0);
            }
        }
        let synced = self.file.sync_data();
        synced.map_err(|e| self.io(e))?;
        let dead = u64::from(self.next) - self.rows.len() as u64;
        if dead * 3 > self.next.into() && dead > BLOCK as u64 { self.compact() } else { Ok(()) }
    }

    /// Writes the living rows into a new file and puts it in the place of this one.
    fn compact(&mut self) -> Result<(), SearchError> {
        let old = match Vectors::open(&self.path, &self.head.embedder, self.layout.dims) {
            Ok(vectors) => vectors,
            // Nothing is lost by leaving it as it is.
            Err(_) => return Ok(()),
        };
        let beside = self.path.with_extension("new");
        let head = Head { rows: 0, generation: self.head.generation + 1, ..self.head.clone() };
        create(&beside, &head)?;
        let empty = Vectors { head, ..Vectors::none(&self.head.embedder, self.layout.dims) };
        let mut new = Self::over(&beside, &empty)?;
        for (document, version, _) in &old.rows {
            if let Some(vector) = old.get(*document) {
                new.add(*document, *version, &vector)?;
            }
        }
        new.commit()?;
        std::fs::rename(&beside, &self.path).map_err(|e| self.io(e))?;
        new.path = std::mem::take(&mut self.path);
        *self = new;
        Ok(())
    }

    /// Writes what is new of the block, and begins another when it is full.
    fn flush(&mut self) -> Result<(), SearchError> {
        let filled = (self.next - self.begun) as usize;
        if filled == self.written {
            return Ok(());
        }
        let start = self.layout.document(self.begun) as u64;
        // The whole block at once, so that the file never ends within what the head may count.
        let length = start + self.layout.block() as u64;
        let grown =
            self.file.metadata().and_then(|m| if m.len() < length { self.file.set_len(length) } else { Ok(()) });
        grown.map_err(|e| self.io(e))?;
        for (part, size) in self.layout.parts() {
            let (from, to) = (part + self.written * size, part + filled * size);
            self.file.seek(SeekFrom::Start(start + from as u64)).map_err(|e| io(&self.path, e))?;
            self.file.write_all(&self.block[from..to]).map_err(|e| io(&self.path, e))?;
        }
        self.written = filled;
        if filled == BLOCK {
            self.block.fill(0);
            (self.begun, self.written) = (self.next, 0);
        }
        Ok(())
    }

    fn put(&mut self, at: u64, bytes: &[u8]) -> Result<(), SearchError> {
        let done = self.file.seek(SeekFrom::Start(at)).and_then(|_| self.file.write_all(bytes));
        done.map_err(|e| self.io(e))
    }

    fn io(&self, source: std::io::Error) -> SearchError {
        io(&self.path, source)
    }
}

fn io(path: &Path, source: std::io::Error) -> SearchError {
    SearchError::Io { path: path.to_owned(), source }
}

/// Makes a file without rows, whole or not at all.
fn create(path: &Path, head: &Head) -> Result<(), SearchError> {
    let beside = path.with_extension("making");
    let mut bytes = vec![0; super::layout::HEAD];
    let (at, head) = head.bytes();
    bytes[at as usize..at as usize + head.len()].copy_from_slice(&head);
    std::fs::write(&beside, bytes).and_then(|()| std::fs::rename(&beside, path)).map_err(|e| io(path, e))
}
