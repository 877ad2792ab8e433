//! `gleaner bench search`: how long a project takes to index, and how long a query takes, by words, by meaning and both.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use crate::cli::{Outcome, open, out};
use crate::dataset::DocumentId;
use crate::search::{Mode, Query, Request, SearchIndex};
use crate::store::Project;
use crate::text::words;

/// Arguments of `gleaner bench search`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project whose documents are indexed, in a folder of their own that goes afterwards
    project: PathBuf,
    /// Queries in each mode: two words of a document each
    #[arg(long, value_name = "N", default_value_t = 200)]
    queries: usize,
    /// Hits that a query asks for
    #[arg(short = 'k', long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// A folder that goes when it is dropped.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let folder = Folder(std::env::temp_dir().join(format!("gleaner-bench-search-{}", std::process::id())));
    let mut index = SearchIndex::open(&folder.0)?;
    let mut out = out::stdout();

    let begun = Instant::now();
    let done = index.refresh(&project, &mut |_, _| true)?;
    let seconds = begun.elapsed().as_secs_f64();
    let bytes = size(&folder.0);
    writeln!(
        out,
        "index    {} documents in {seconds:.1} s ({:.0} a second), {:.1} MB",
        done.added,
        done.added as f64 / seconds,
        bytes as f64 / 1e6
    )?;
    let begun = Instant::now();
    index.refresh(&project, &mut |_, _| true)?;
    writeln!(out, "refresh  {:.1} ms with nothing new", begun.elapsed().as_secs_f64() * 1e3)?;
    out.flush()?;

    let queries = queries(&project, args.queries)?;
    anyhow::ensure!(!queries.is_empty(), "there are no words in this project to search for");
    for mode in Mode::ALL {
        let mut times = Vec::with_capacity(queries.len());
        for query in &queries {
            let request = Request { query: Query::parse_leniently(query), like: None, mode, limit: args.limit };
            let begun = Instant::now();
            index.search(&project, "bench", &request)?;
            times.push(begun.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let at = |share: f64| times[((times.len() - 1) as f64 * share).round() as usize];
        let (half, most, last) = (at(0.5), at(0.99), at(1.0));
        writeln!(out, "{:<8} p50 {half:.2} ms, p99 {most:.2} ms, slowest {last:.2} ms", mode.as_str())?;
    }
    if let Some(megabytes) = super::peak_memory() {
        writeln!(out, "memory   {megabytes:.0} MB at most")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Two words each of documents all over the project.
fn queries(project: &Project, many: usize) -> anyhow::Result<Vec<String>> {
    let mut ids = Vec::new();
    project.versions(|id, _| ids.push(id))?;
    let picked: Vec<DocumentId> = (0..many).filter_map(|n| ids.get(n * ids.len() / many.max(1)).copied()).collect();
    let texts = project.texts_of(&picked, usize::MAX)?;
    let two = |text: &str| {
        let words: Vec<&str> = words(text).into_iter().map(|w| w.text).filter(|w| w.chars().count() > 3).collect();
        match words.len() {
            0 => None,
            n => Some(format!("{} {}", words[n / 3], words[2 * n / 3])),
        }
    };
    Ok(texts.iter().filter_map(|(_, _, text)| two(text)).collect())
}

/// Bytes of all files below a folder.
fn size(folder: &std::path::Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let of = |entry: std::fs::DirEntry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => size(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    };
    entries.flatten().map(of).sum()
}
