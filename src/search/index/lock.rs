//! One process at a time writes the index; the others are told which.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::search::SearchError;

/// Held while the index is written. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the index in `dir`, or says which process has it (0 where that is not known).
    pub fn take(dir: &Path) -> Result<Result<Self, u32>, SearchError> {
        let path = dir.join("writing");
        let io = |source| SearchError::Io { path: path.clone(), source };
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut who = String::new();
                // Only words for the person: who cannot be read is not known.
                let _ = Read::by_ref(&mut file).take(20).read_to_string(&mut who);
                return Ok(Err(who.trim().parse().unwrap_or(0)));
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        // Shorter than what may stand there, so padded rather than cut: a reader never finds nothing.
        file.seek(SeekFrom::Start(0)).map_err(io)?;
        write!(file, "{:<12}", std::process::id()).map_err(io)?;
        Ok(Ok(Self { _file: file }))
    }
}
