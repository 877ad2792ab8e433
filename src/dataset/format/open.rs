//! A file on disk → records: opens it (zstd too), tells its format, and judges it first where a format needs that.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::bad_record::Records;
use super::gliner_judge::{GlinerVerdict, judge_gliner};
use super::lines::Input;
use super::options::ReadOptions;
use super::{Format, brat, detect, read};

/// Why a file cannot be opened as records.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file system.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What it said.
        source: io::Error,
    },
    /// Neither name nor content say what it is.
    #[error("{}: cannot tell the format; say it with --format {}", .0.display(), Format::names())]
    Unknown(PathBuf),
    /// The file of texts.
    #[error("{0}")]
    Texts(String),
    /// A GLiNER file that nobody may read as it stands.
    #[error("{}: {verdict}", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why, in numbers and words.
        verdict: Box<GlinerVerdict>,
    },
}

/// An open file.
pub struct Opened {
    /// The format it is read as.
    pub format: Format,
    /// Its records.
    pub records: Records,
    /// What was found about a GLiNER file; worth telling when it [is a repair](GlinerVerdict::is_repair).
    pub verdict: Option<GlinerVerdict>,
    /// Bytes of the file read so far, for progress; `None` for folders.
    pub read: Option<Arc<AtomicU64>>,
}

/// Opens `path` as `format`, or as what it looks like.
pub fn open(path: &Path, format: Option<Format>, options: &ReadOptions) -> Result<Opened, OpenError> {
    let failed = |source| OpenError::Io { path: path.to_owned(), source };
    if path.is_dir() && format.is_none_or(|f| f == Format::Brat) {
        return Ok(Opened {
            format: Format::Brat,
            records: brat_folder(path).map_err(failed)?,
            verdict: None,
            read: None,
        });
    }
    let format = match format {
        Some(format) => format,
        None => {
            let mut start = Vec::new();
            input_of(path).and_then(|input| input.take(65536).read_to_end(&mut start)).map_err(failed)?;
            match detect(path, &start) {
                Some(format) => format,
                // Nothing in it, nothing to tell apart.
                None if start.is_empty() => Format::Text,
                None => return Err(OpenError::Unknown(path.to_owned())),
            }
        }
    };
    let source = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut options = options.clone();
    let mut verdict = None;
    let mut path = path.to_owned();
    if format == Format::Gliner {
        let judged = judge_gliner(&path, &options)?;
        if judged.indices.is_none() {
            return Err(OpenError::Refused { path, verdict: Box::new(judged) });
        }
        options.indices = judged.indices;
        verdict = Some(judged);
    }
    if format == Format::Brat {
        options.texts = options.texts.or_else(|| Some(path.with_extension("txt")));
        path = path.with_extension("ann");
    }
    let count = Arc::new(AtomicU64::new(0));
    let input = counted_input_of(&path, &count).map_err(|source| OpenError::Io { path, source })?;
    Ok(Opened { format, records: read(format, input, &source, &options), verdict, read: Some(count) })
}

/// The bytes of a file, unpacked when its name ends in `.zst` or `.gz`.
pub fn input_of(path: &Path) -> io::Result<Input> {
    counted_input_of(path, &Arc::default())
}

/// The same; `count` goes up with the bytes read of the file itself.
pub fn counted_input_of(path: &Path, count: &Arc<AtomicU64>) -> io::Result<Input> {
    let file = Counted { file: File::open(path)?, count: Arc::clone(count) };
    if path.extension().is_some_and(|e| e == "zst") {
        return Ok(Box::new(BufReader::new(zstd::Decoder::new(file)?)));
    }
    if path.extension().is_some_and(|e| e == "gz") {
        return Ok(Box::new(BufReader::new(flate2::read::MultiGzDecoder::new(file))));
    }
    Ok(Box::new(BufReader::with_capacity(1 << 16, file)))
}

/// A file that says how much of it was read.
struct Counted {
    file: File,
    count: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.count.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// All `.ann` files of a folder, by name.
fn brat_folder(folder: &Path) -> io::Result<Records> {
    let entries = std::fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "ann"));
    files.sort();
    Ok(Box::new(files.into_iter().flat_map(|path| {
        let source = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match input_of(&path) {
            Ok(input) => brat::read(input, Some(&path.with_extension("txt")), &source),
            Err(error) => super::bad_record::nothing_but(super::BadRecord::new(0, format!("{source}: {error}"))),
        }
    })))
}
