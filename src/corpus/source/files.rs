//! Which files a source is made of, and what each of them is.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::corpus::error::{CorpusError, Result};
use crate::dataset::format::input_of;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A text a line.
    Lines,
    /// JSON values.
    Json,
    Csv,
    Tsv,
    Parquet,
    /// Arrow IPC as `save_to_disk` writes it.
    ArrowStream,
    /// Arrow IPC with a footer (feather).
    ArrowFile,
}

impl Kind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Kind::Text => "a text a file",
            Kind::Lines => "a text a line",
            Kind::Json => "JSON",
            Kind::Csv => "CSV",
            Kind::Tsv => "TSV",
            Kind::Parquet => "parquet",
            Kind::ArrowStream | Kind::ArrowFile => "Arrow",
        }
    }
}

/// A file of a source.
#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) path: PathBuf,
    /// How places and ids name it: its path within the folder that was given, else its name.
    pub(super) name: String,
    pub(super) kind: Kind,
}

/// The files of `from` in the order they are read, and how many of a folder are no data.
pub(super) fn list(from: &Path) -> Result<(Vec<File>, usize)> {
    let metadata = std::fs::metadata(from).map_err(|source| CorpusError::io(from, source))?;
    if !metadata.is_dir() {
        let Some(kind) = kind_of(from, false)? else {
            return Err(CorpusError::Refused(format!(
                "{}: neither name nor content say what it is; these can be read: JSONL, CSV, TSV, parquet, Arrow, .txt, \
                 also as .gz and .zst",
                from.display()
            )));
        };
        let name = from.file_name().map_or_else(|| from.to_string_lossy(), |n| n.to_string_lossy()).into_owned();
        return Ok((vec![File { path: from.to_owned(), name, kind }], 0));
    }
    if let Some(splits) = splits(from) {
        return Err(CorpusError::Refused(format!(
            "{}: holds several splits: name the folder of one of them: {splits}",
            from.display()
        )));
    }
    let saved = saved_files(from);
    let paths = if saved.is_empty() {
        let mut paths = Vec::new();
        walk(from, 0, &mut paths)?;
        paths
    } else {
        saved
    };
    let (mut files, mut ignored) = (Vec::new(), 0);
    for path in paths {
        let name = path.strip_prefix(from).unwrap_or(&path).to_string_lossy().into_owned();
        match kind_of(&path, true)? {
            Some(kind) => files.push(File { path, name, kind }),
            None => ignored += 1,
        }
    }
    // Texts beside tables describe them.
    if files.iter().any(|file| file.kind != Kind::Text) {
        let all = files.len();
        files.retain(|file| file.kind != Kind::Text);
        ignored += all - files.len();
    }
    if files.is_empty() {
        return Err(CorpusError::Refused(format!(
            "{}: there is no file in it that can be read (JSONL, CSV, TSV, parquet, Arrow, .txt, also as .gz and .zst)",
            from.display()
        )));
    }
    Ok((files, ignored))
}

/// Names of the splits of a saved data set that has several.
fn splits(folder: &Path) -> Option<String> {
    let text = std::fs::read_to_string(folder.join("dataset_dict.json")).ok()?;
    let value: serde_json::Value = serde_json::from_str(&text).ok()?;
    let names: Vec<&str> = value.get("splits")?.as_array()?.iter().filter_map(serde_json::Value::as_str).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// The data files of a folder as `save_to_disk` writes it, in the order its `state.json` gives.
fn saved_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(text) = std::fs::read_to_string(folder.join("state.json")) else { return Vec::new() };
    let Ok(value) = serde_json::from_str::<serde_json::Value>(&text) else { return Vec::new() };
    let files = value.get("_data_files").and_then(serde_json::Value::as_array).into_iter().flatten();
    let names = files.filter_map(|file| file.get("filename").and_then(serde_json::Value::as_str));
    // A name that leads out of the folder is nobody's data file.
    names.filter_map(|name| Path::new(name).file_name()).map(|name| folder.join(name)).collect()
}

/// All files below a folder by name; hidden ones are passed over.
fn walk(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<std::io::Result<Vec<_>>>());
    let mut paths: Vec<PathBuf> =
        entries.map_err(|source| CorpusError::io(folder, source))?.into_iter().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let hidden = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if path.is_dir() {
            if depth < 8 {
                walk(&path, depth + 1, found)?;
            }
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// What a file is, by its name, else by its first bytes. In a folder a text is a file, alone it is a line, and files that
/// only describe the others are no data.
fn kind_of(path: &Path, in_folder: bool) -> Result<Option<Kind>> {
    let name = path.file_name().map(|n| n.to_string_lossy().to_lowercase()).unwrap_or_default();
    if in_folder && matches!(&*name, "state.json" | "dataset_info.json" | "dataset_dict.json" | "readme.md" | "license")
    {
        return Ok(None);
    }
    let packed = name.ends_with(".gz") || name.ends_with(".zst");
    let bare = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
    let extension = bare.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    let kind = match extension {
        "jsonl" | "json" | "ndjson" | "jsonlines" => Some(Kind::Json),
        "csv" => Some(Kind::Csv),
        "tsv" | "tab" => Some(Kind::Tsv),
        "txt" | "text" | "md" => Some(if in_folder { Kind::Text } else { Kind::Lines }),
        "parquet" | "pq" | "arrow" | "feather" | "ipc" if packed => {
            return Err(CorpusError::Refused(format!(
                "{}: a packed {extension} file cannot be read in pieces: unpack it first",
                path.display()
            )));
        }
        "parquet" | "pq" => Some(Kind::Parquet),
        _ => None,
    };
    if kind.is_some() || (in_folder && !matches!(extension, "arrow" | "feather" | "ipc")) {
        return Ok(kind);
    }
    let mut start = Vec::new();
    let read = input_of(path).and_then(|input| input.take(4096).read_to_end(&mut start));
    read.map_err(|source| CorpusError::io(path, source))?;
    Ok(match &start[..] {
        [b'P', b'A', b'R', b'1', ..] => Some(Kind::Parquet),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => Some(Kind::ArrowFile),
        _ if matches!(extension, "arrow" | "feather" | "ipc") => Some(Kind::ArrowStream),
        other => {
            let first = other.iter().find(|b| !b.is_ascii_whitespace());
            matches!(first, Some(b'{' | b'[')).then_some(Kind::Json)
        }
    })
}
