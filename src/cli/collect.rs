//! `gleaner collect PROJECT --from SOURCE --query …`: the texts of one's domain, out of a large data set.

mod report;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Map, Value, json};

use self::report::Report;
use super::interrupt::Interrupt;
use super::out::{counted, note};
use super::progress::Progress;
use super::{Outcome, open};
use crate::corpus::{
    Collected, Collector, Kept, Position, Queries, Settings, Source, SourceOptions, Why, differences, load_pass,
    save_pass,
};
use crate::dataset::{Provenance, Record, RecordResponse, Status, TaskCard, TextHash};
use crate::search::embed::Embedder;
use crate::store::{ImportOptions, ImportReport, Project};

/// The long help, under the flags.
pub(crate) const HELP: &str = "\
Example: gleaner collect watches --from nuner.parquet --query 'wrist watches' -k 1000

A source is a file or a folder: JSONL, CSV, TSV, parquet, Arrow (also a folder that save_to_disk wrote), .txt; JSON, CSV
and text also as .gz and .zst. A text file alone is a text a line, in a folder a text a file. The column with the texts is
found by its name (text, content, body, input, …), else by the length of its strings; --text-column says it. Rows that
cannot be read are counted and left out.

A row's score is the best cosine of any --query or --like with it; a row that is nearer to a --not than to every query is
left out. Of equal texts the first row counts; --dedup also leaves out those that share four fifths of their word triples
with a better one. Memory does not grow with the source.

Documents get the id FILE#ROW (or that of --id-column) and the field \"collected\": query, rank, score. Collecting the same
again adds nothing. --dry-run prints the report, to choose -k or --min-score by, and writes nothing.

Ctrl-C ends the pass and keeps what was found so far; the same command with --resume goes on where it stopped.";

/// Arguments of `gleaner collect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder; made when it is not there
    project: PathBuf,
    /// Where the texts come from: a file or a folder
    #[arg(long, value_name = "SOURCE")]
    from: PathBuf,
    /// What the texts are about, in words; repeat for more: the best counts
    #[arg(long, value_name = "WORDS")]
    query: Vec<String>,
    /// Texts like this one: a file, or a document of the project by its id; repeat for more
    #[arg(long, value_name = "FILE|DOC")]
    like: Vec<String>,
    /// Not texts like these words; repeat for more
    #[arg(long, value_name = "WORDS")]
    not: Vec<String>,
    /// How many at most [default: 1000, without --min-score]
    #[arg(short = 'k', long = "top", value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    top: Option<u32>,
    /// Only texts that score at least this (cosine, −1 to 1)
    #[arg(long, value_name = "SCORE", value_parser = cosine, allow_negative_numbers = true)]
    min_score: Option<f32>,
    /// Keep no more than this, whatever the score
    #[arg(long, value_name = "N", default_value_t = 100_000)]
    most: u32,
    /// So many rows besides, taken at random
    #[arg(long, value_name = "N", default_value_t = 0)]
    sample: u32,
    /// Where the random sample begins
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// Leave out texts that are nearly one that scores better
    #[arg(long)]
    dedup: bool,
    /// Leave out shorter texts
    #[arg(long, value_name = "N", default_value_t = 1)]
    min_chars: usize,
    /// Leave out longer texts
    #[arg(long, value_name = "N")]
    max_chars: Option<usize>,
    /// The column with the texts
    #[arg(long, value_name = "NAME")]
    text_column: Option<String>,
    /// The column whose values become the documents' ids
    #[arg(long, value_name = "NAME")]
    id_column: Option<String>,
    /// Names of integer tags, in order, where the source does not say
    #[arg(long, value_name = "A,B,…", value_delimiter = ',', requires = "with_spans")]
    tag_names: Vec<String>,
    /// Bring the spans of the source along, as submitted responses of an annotator called like it
    #[arg(long)]
    with_spans: bool,
    /// Print the report and write nothing
    #[arg(long, conflicts_with = "resume")]
    dry_run: bool,
    /// Go on with the pass of this name where it was stopped
    #[arg(long)]
    resume: bool,
    /// What this pass is called, for --resume
    #[arg(long, value_name = "NAME", default_value = "collect", value_parser = plain_name)]
    name: String,
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
}

/// A cosine.
fn cosine(word: &str) -> Result<f32, String> {
    let number: f32 = word.parse().map_err(|_| format!("'{word}' is not a number"))?;
    if (-1.0..=1.0).contains(&number) { Ok(number) } else { Err("it must be between -1 and 1".to_owned()) }
}

/// A name that is a file's name on any system.
fn plain_name(word: &str) -> Result<String, String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    if !word.is_empty() && word.len() <= 64 && word.chars().all(fits) {
        Ok(word.to_owned())
    } else {
        Err("use letters, digits, - and _".to_owned())
    }
}

/// How often the pass is written down, at least.
const SAVE_EVERY: Duration = Duration::from_secs(3);
/// Writing it down takes at most this share of the time.
const SAVE_SHARE: u32 = 20;

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let searching = !args.query.is_empty() || !args.like.is_empty();
    anyhow::ensure!(
        searching || args.sample > 0,
        "say what the texts are about with --query WORDS, or take some at random with --sample N"
    );
    anyhow::ensure!(searching || args.not.is_empty(), "--not needs a --query or --like that it is weighed against");
    let embedder = Embedder::embedded();
    let (queries, settings, command) = asked_for(args, embedder)?;
    let options = SourceOptions {
        text_column: args.text_column.clone(),
        id_column: args.id_column.clone(),
        tag_names: args.tag_names.clone(),
    };
    let source = Source::open(&args.from, options)?;
    note(&source.described());
    let interrupt = Interrupt::listen()?;
    let file = args.project.join("collect").join(format!("{}.json", args.name));
    let earlier = earlier(args, &file, &command)?;
    // Everything that can be wrong with the question is said before a project is made.
    let mut project = if args.dry_run { None } else { Some(project_of(&args.project)?) };
    let mut collector = match earlier {
        Some(pass) => Collector::resume(settings, queries, pass),
        None => Collector::new(settings, queries),
    };
    let begun = Instant::now();
    let rows_before = collector.counts().rows;
    let finished = read(args, source, &mut collector, &file, &command, &interrupt)?;
    let seconds = begun.elapsed().as_secs_f64();
    let read = collector.counts().rows - rows_before;
    for (place, why) in &collector.counts().problems {
        note(&format!("{place}: {why}; left out"));
    }
    let collected = collector.collected();
    let report = Report {
        args,
        collector: &collector,
        collected: &collected,
        finished,
        rows_per_second: read as f64 / seconds.max(1e-9),
    };
    let imported = match &mut project {
        None => None,
        Some(project) => Some(import(args, project, &collected)?),
    };
    report.print(imported.as_ref())?;
    if let Some(imported) = &imported {
        for (place, why) in imported.problems.iter().take(20) {
            note(&format!("{place}: {why}; left out"));
        }
    }
    if !finished {
        note(&if args.dry_run {
            "interrupted: the report is of the rows read so far".to_owned()
        } else {
            format!(
                "interrupted after {}: what was found so far is in the project; the same command with --resume goes on",
                counted(collector.counts().rows, "row")
            )
        });
        return Ok(Outcome::Interrupted);
    }
    if !args.dry_run {
        // A pass that is done is nothing to go on with.
        let _ = std::fs::remove_file(&file);
    }
    let counts = collector.counts();
    let problems = imported.map_or(0, |i| i.problems.len());
    Ok(if counts.unreadable + counts.cut > 0 || problems > 0 { Outcome::Partly } else { Outcome::Done })
}

/// The queries as vectors, the settings, and the same as a pass remembers it.
fn asked_for(args: &Args, embedder: &Embedder) -> anyhow::Result<(Queries, Settings, Map<String, Value>)> {
    let mut wanted: Vec<(String, String)> = args.query.iter().map(|q| (q.clone(), q.clone())).collect();
    for like in &args.like {
        wanted.push((format!("like {like}"), text_of(args, like)?));
    }
    if let Some((name, _)) = wanted.iter().find(|(_, text)| text.trim().is_empty()) {
        anyhow::bail!("'{name}' is empty: say what the texts are about");
    }
    let queries = Queries::embed(embedder, &wanted, &args.not)?;
    let settings = Settings {
        top: args.top.map(|k| k as usize).or_else(|| args.min_score.is_none().then_some(1000)),
        min_score: args.min_score,
        most: args.most as usize,
        sample: args.sample as usize,
        seed: args.seed,
        dedup: args.dedup,
        min_chars: args.min_chars,
        max_chars: args.max_chars.unwrap_or(usize::MAX),
    };
    let texts: Vec<Value> = wanted.iter().map(|(name, text)| json!([name, TextHash::of(text)])).collect();
    let bytes = std::fs::metadata(&args.from).map_or(0, |m| m.len());
    let command = json!({
        "from": args.from.display().to_string(), "bytes": bytes, "embedder": embedder.name(), "queries": texts,
        "not": args.not, "k": settings.top, "min_score": args.min_score, "most": args.most, "sample": args.sample,
        "seed": args.seed, "dedup": args.dedup, "min_chars": args.min_chars, "max_chars": args.max_chars,
        "text_column": args.text_column, "id_column": args.id_column, "tag_names": args.tag_names,
    });
    let Value::Object(command) = command else { anyhow::bail!("the command cannot be written down") };
    Ok((queries, settings, command))
}

/// The text that `--like` names: a document of the project, else a file.
fn text_of(args: &Args, like: &str) -> anyhow::Result<String> {
    if Project::exists(&args.project)
        && let Some(document) = open::project(&args.project)?.find_document(like)?
    {
        return Ok(document.text);
    }
    let path = Path::new(like);
    anyhow::ensure!(path.is_file(), "--like {like}: there is no such document in the project and no such file");
    let bytes = std::fs::read(path).with_context(|| format!("{like}: cannot be read"))?;
    String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("--like {like}: is not UTF-8 text"))
}

/// The project, made when it is not there.
fn project_of(dir: &Path) -> anyhow::Result<Project> {
    if Project::exists(dir) {
        return open::project(dir);
    }
    anyhow::ensure!(
        !dir.exists() || dir.is_dir(),
        "{}: is a file; a project is a folder: name one that is new or empty",
        dir.display()
    );
    let name = dir.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Project::create(dir, &TaskCard { name, ..TaskCard::default() })?)
}

/// The pass to go on with, when that was asked for.
fn earlier(args: &Args, file: &Path, command: &Map<String, Value>) -> anyhow::Result<Option<crate::corpus::Pass>> {
    if !args.resume {
        if !args.dry_run && file.exists() {
            note(&format!(
                "note: begins anew; the pass '{}' that was stopped is given up (--resume goes on)",
                args.name
            ));
        }
        return Ok(None);
    }
    let Some(pass) = load_pass(file)? else {
        anyhow::bail!(
            "there is no pass '{}' to go on with in {}: run it without --resume",
            args.name,
            args.project.display()
        );
    };
    let differ = differences(&pass.command, command);
    anyhow::ensure!(
        differ.is_empty(),
        "the pass '{}' was another one: {}; give the same command, or begin anew without --resume",
        args.name,
        differ.join("; ")
    );
    Ok(Some(pass))
}

/// Reads the source to its end, or until the person stops it; writes the pass down now and then.
fn read(
    args: &Args,
    source: Source,
    collector: &mut Collector,
    file: &Path,
    command: &Map<String, Value>,
    interrupt: &Interrupt,
) -> anyhow::Result<bool> {
    let (bytes, begun) = (source.bytes(), Instant::now());
    let rows_before = collector.counts().rows;
    let position: Position = collector.position();
    let rows = source.read(position);
    let read = rows.bytes_read();
    let mut progress = Progress::new("collect", Some(bytes));
    let (mut saved, mut took) = (Instant::now(), Duration::ZERO);
    let mut failed = None;
    let finished = collector.run(rows, Embedder::embedded(), |so_far| {
        let rows = so_far.counts().rows;
        let rate = (rows - rows_before) as f64 / begun.elapsed().as_secs_f64().max(1e-9);
        progress.at(read.load(Ordering::Relaxed), || format!("{rows} rows, {rate:.0} rows/s, {} kept", so_far.len()));
        let stop = interrupt.asked();
        let due = saved.elapsed() >= SAVE_EVERY.max(took * SAVE_SHARE);
        if !args.dry_run && (stop || due) {
            let writing = Instant::now();
            if let Err(error) = save_pass(file, so_far, command) {
                failed = Some(error);
            }
            (saved, took) = (Instant::now(), writing.elapsed());
        }
        !stop
    });
    drop(progress);
    if let Some(error) = failed {
        note(&format!("note: the pass could not be written down, so --resume would begin earlier: {error}"));
    }
    Ok(finished)
}

/// Brings what was found into the project.
fn import(args: &Args, project: &mut Project, collected: &Collected) -> anyhow::Result<ImportReport> {
    let from = args.from.display().to_string();
    let stem = args.from.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_else(|| "source".to_owned());
    let ids = ids(args, project, &collected.kept)?;
    let mut import =
        project.import(ImportOptions { source: from, annotator: stem, as_predictions: None, overwrite: false })?;
    for (rank, (kept, id)) in collected.kept.iter().zip(ids).enumerate() {
        import.add(record(args, kept, rank + 1, id))?;
    }
    Ok(import.finish()?)
}

/// The id of each document. An id that stands for another text already (two files of one name) gets the text's hash.
fn ids(args: &Args, project: &Project, kept: &[Kept]) -> anyhow::Result<Vec<String>> {
    let mut given = std::collections::HashSet::new();
    let (mut ids, mut missing) = (Vec::with_capacity(kept.len()), 0u64);
    for row in kept {
        let place = if row.number > 0 { format!("{}#{}", row.file, row.number) } else { row.file.clone() };
        missing += u64::from(args.id_column.is_some() && row.id.is_none());
        let mut id = row.id.clone().unwrap_or(place);
        let hash = TextHash::of(&row.text);
        let other = project
            .find_document(&id)?
            .is_some_and(|d| d.external_id.as_deref() == Some(id.as_str()) && d.text_hash != hash);
        if other || given.contains(&id) {
            id = format!("{id}~{}", hash.0.get(..8).unwrap_or_default());
        }
        given.insert(id.clone());
        ids.push(id);
    }
    if missing > 0 {
        let column = args.id_column.as_deref().unwrap_or_default();
        note(&format!("note: {} without a value in column {column:?} got the id FILE#ROW", counted(missing, "row")));
    }
    Ok(ids)
}

/// A row as a document, with the reason why it is here.
fn record(args: &Args, kept: &Kept, rank: usize, id: String) -> Record {
    let mut metadata = kept.metadata.clone();
    let reason = match &kept.why {
        Why::Query { query, score } => json!({"query": query, "rank": rank, "score": rounded(*score)}),
        Why::Sample => json!({"sample": true, "seed": args.seed}),
    };
    metadata.insert("collected".to_owned(), reason);
    let responses = match &kept.spans {
        Some(spans) if args.with_spans => {
            vec![RecordResponse { status: Status::Submitted, spans: spans.clone(), ..RecordResponse::default() }]
        }
        _ => Vec::new(),
    };
    let line = (kept.number > 0).then_some(kept.number);
    Record {
        id: Some(id),
        text: kept.text.clone(),
        metadata,
        responses,
        provenance: Provenance { source: kept.file.clone(), line, parent: None },
        ..Record::default()
    }
}

/// A score as people read it: four digits.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}
