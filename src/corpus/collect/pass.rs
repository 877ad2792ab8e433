//! A pass on disk: how far it is and what it found, so that it can go on after a stop.

use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Collector, Counts, Histogram, Kept, Position, Queries, Settings, pool};
use crate::corpus::error::{CorpusError, Result};

/// The form of the file.
const VERSION: u32 = 1;

/// A pass that was written down.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    version: u32,
    /// What was asked for; another question cannot go on with it.
    pub command: Map<String, Value>,
    position: Position,
    counts: Counts,
    histogram: Histogram,
    turned_away: u64,
    hits: Vec<Kept>,
    sample: Vec<Kept>,
}

/// The same, borrowed.
#[derive(Serialize)]
struct Written<'a> {
    version: u32,
    command: &'a Map<String, Value>,
    position: Position,
    counts: &'a Counts,
    histogram: &'a Histogram,
    turned_away: u64,
    hits: Vec<&'a Kept>,
    sample: Vec<&'a Kept>,
}

/// Writes a pass down: whole or not at all.
///
/// # Errors
/// When the file cannot be written; an earlier one is still there then.
pub fn save_pass(path: &Path, collector: &Collector, command: &Map<String, Value>) -> Result<()> {
    let written = Written {
        version: VERSION,
        command,
        position: collector.position,
        counts: &collector.counts,
        histogram: &collector.histogram,
        turned_away: collector.hits.turned_away(),
        hits: collector.hits.ranked(),
        sample: collector.sample.ranked(),
    };
    let part = path.with_extension("json.part");
    let write = || -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = std::io::BufWriter::new(std::fs::File::create(&part)?);
        serde_json::to_writer(&mut file, &written)?;
        file.flush()?;
        file.get_ref().sync_data()?;
        std::fs::rename(&part, path)
    };
    write().map_err(|source| {
        let _ = std::fs::remove_file(&part);
        CorpusError::io(path, source)
    })
}

/// The pass written down in a file; `None` when there is none.
///
/// # Errors
/// When it cannot be read, is damaged or of a newer version.
pub fn load_pass(path: &Path) -> Result<Option<Pass>> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CorpusError::io(path, source)),
    };
    let anew = "run it again without --resume to begin anew";
    let version = serde_json::from_slice::<Value>(&bytes).ok().and_then(|v| v.get("version")?.as_u64());
    if version.is_some_and(|v| v > u64::from(VERSION)) {
        return Err(CorpusError::Refused(format!("{}: written by a newer gleaner; {anew}", path.display())));
    }
    match serde_json::from_slice::<Pass>(&bytes) {
        Ok(pass) if pass.histogram.is_whole() => Ok(Some(pass)),
        _ => Err(CorpusError::Refused(format!("{}: is damaged; {anew}", path.display()))),
    }
}

/// What differs between two commands, for people: `k was 1000 and is 50`.
pub fn differences(before: &Map<String, Value>, now: &Map<String, Value>) -> Vec<String> {
    let mut keys: Vec<&String> = before.keys().collect();
    keys.extend(now.keys().filter(|key| !before.contains_key(*key)));
    let said = |value: Option<&Value>| match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(value) => value.to_string(),
    };
    let differ = keys.into_iter().filter(|key| before.get(*key) != now.get(*key));
    differ.map(|key| format!("{key} was {} and is {}", said(before.get(key)), said(now.get(key)))).collect()
}

impl Collector {
    /// A collector that goes on where the pass stopped.
    pub fn resume(settings: Settings, queries: Queries, pass: Pass) -> Self {
        let mut collector = Self::new(settings, queries);
        for kept in pass.hits {
            collector.hashes.insert(kept.hash());
            collector.hits.put(kept.score(), kept.order, kept);
        }
        for kept in pass.sample {
            let draw = pool::draw(collector.settings.seed, kept.order);
            collector.sample.put(draw, kept.order, kept);
        }
        collector.hits.restore(pass.turned_away);
        (collector.position, collector.counts, collector.histogram) = (pass.position, pass.counts, pass.histogram);
        collector
    }
}
