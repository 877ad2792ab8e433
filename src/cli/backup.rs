//! `gleaner backup PROJECT FILE`: a consistent copy, taken while the project may be open.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::out::{counted, visible};
use super::{Outcome, open, out};

/// Arguments of `gleaner backup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The file to write; it must not be there yet
    file: PathBuf,
    /// What was written as JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    anyhow::ensure!(!args.file.is_dir(), "{}: is a folder; name a file in it", args.file.display());
    let backup = project.backup(&args.file)?;
    let mut stdout = out::stdout();
    if args.json {
        let done = json!({
            "file": args.file, "bytes": backup.bytes, "documents": backup.documents, "edits": backup.edits,
        });
        writeln!(stdout, "{done}")?;
    } else {
        writeln!(
            stdout,
            "{}: {} with {} and {}, checked",
            visible(&args.file.display().to_string()),
            size(backup.bytes),
            counted(backup.documents, "document"),
            counted(backup.edits, "edit")
        )?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// A size as people say it: 312 kB, 4.1 MB.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}
