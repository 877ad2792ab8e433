//! `gleaner search PROJECT "query"`: documents by their words, by their meaning, or both.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::interrupt::Interrupt;
use super::out::{counted, note, visible};
use super::progress::Progress;
use super::{Outcome, open, out};
use crate::dataset::Document;
use crate::search::{Hit, Hits, Like, Mode, Query, Request, SearchIndex, Snippet, highlights, snippet};
use crate::store::Project;
use crate::text::CharRange;

/// Arguments of `gleaner search`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// What to look for; --help says how it is written
    #[arg(required_unless_present = "like")]
    query: Option<String>,
    /// By their words only
    #[arg(long, conflicts_with_all = ["semantic", "hybrid"])]
    keyword: bool,
    /// By their meaning only
    #[arg(long, conflicts_with = "hybrid")]
    semantic: bool,
    /// By both, which is the default
    #[arg(long)]
    hybrid: bool,
    /// At most so many documents
    #[arg(short = 'k', long, value_name = "N", default_value_t = 20)]
    limit: usize,
    /// Documents like this one: an id (or number) in the project, else a file, or - for standard input
    #[arg(long, value_name = "ID|FILE")]
    like: Option<String>,
    /// Search what is indexed, without looking for what has changed since
    #[arg(long)]
    no_refresh: bool,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// The query language and what `--json` holds, for `--help`.
pub(crate) const HELP: &str = "\
Example: gleaner search watches 'automatic \"sapphire glass\" -quartz status:pending'

The query:
  word              may be missing; documents with more of the words come first
  \"exact phrase\"    words one after another
  begin*            words that begin so
  fuzzy~  fuzzy~2   words that are one letter off, or two
  /regex/           words that match as a whole
  label:drug        --as has a span with this label; label:\"two words\"
  status:pending    pending, draft, submitted or discarded, for --as
  score:<0.6        a suggestion scores so (<, <=, >, >=, =, 0.4..0.6), to a twentieth
  length:>200       so many characters
  source:news       the source contains this
  -anything         documents with it are left out
All but plain words must hold, in every mode. A query of filters alone lists what passes.

--json, a line a document: rank, id, document (its number), score, keyword and semantic (its ranks
there, null where it was not found so), highlights ([start, end] in code points of the text),
snippet {text, highlights, before, after}. The score is BM25 with --keyword, the cosine with
--semantic, else the sum of 1 / (60 + rank) over both.

The index is in the project's folder search, follows the project by itself, and can be deleted.
Ends with 1 when nothing is found.";

/// Code points of a snippet.
const SNIPPET: usize = 160;

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let typed = args.query.as_deref().unwrap_or_default();
    let query = Query::parse(typed).with_context(|| format!("the query {typed:?} is not understood"))?;
    let project = open::project(&args.project)?;
    let annotator = open::annotator(who)?;
    let like = args.like.as_deref().map(|like| self::like(&project, like)).transpose()?;
    let mut index = SearchIndex::open(&args.project)?;
    if !args.no_refresh && !refresh(&mut index, &project)? {
        return Ok(Outcome::Interrupted);
    }
    for notice in index.notices() {
        note(&format!("note: {notice}"));
    }
    let mode = match (args.keyword, args.semantic) {
        (true, _) => Mode::Keyword,
        (_, true) => Mode::Semantic,
        _ => Mode::Hybrid,
    };
    let request = Request { query, like, mode, limit: args.limit };
    let hits = index.search(&project, &annotator, &request)?;
    if args.json {
        print_json(&project, &request, &hits)?;
    } else {
        print(&project, &request, &hits)?;
    }
    if hits.hits.is_empty() && hits.total.unwrap_or(0) == 0 {
        note(&nothing(args, &project, &index)?);
        return Ok(Outcome::Partly);
    }
    if !args.json {
        let shown = hits.hits.len() as u64;
        note(&match hits.total {
            Some(total) if total > shown => format!("{shown} of {}; -k shows more", counted(total, "document")),
            _ => counted(shown, "document"),
        });
    }
    Ok(Outcome::Done)
}

/// Brings the index up to date; false when the person stopped it. What is indexed can be searched where it cannot be
/// written.
fn refresh(index: &mut SearchIndex, project: &Project) -> anyhow::Result<bool> {
    let interrupt = Interrupt::listen()?;
    let mut line: Option<Progress> = None;
    let refreshed = index.refresh(project, &mut |done, total| {
        let line = line.get_or_insert_with(|| Progress::new("indexing", Some(total)));
        line.at(done, || format!("{done} of {}", counted(total, "document")));
        !interrupt.asked()
    });
    drop(line);
    match refreshed {
        Ok(done) if done.stopped => {
            note(&format!("stopped; {} indexed, the next search goes on from there", counted(done.added, "document")));
            return Ok(false);
        }
        Ok(done) => {
            if let Some(process) = done.elsewhere {
                let who = if process == 0 { "another process".to_owned() } else { format!("process {process}") };
                note(&format!("note: {who} is writing the index now; this searches what is there already"));
            }
        }
        Err(error) => {
            note(&format!("note: the index could not be brought up to date, and what is there is searched: {error}"));
        }
    }
    Ok(true)
}

/// A document of the project, else a file.
fn like(project: &Project, name: &str) -> anyhow::Result<Like> {
    if let Some(document) = project.find_document(name)? {
        return Ok(Like::Document(document.id));
    }
    let bytes = match name {
        "-" => {
            let mut bytes = Vec::new();
            io::Read::read_to_end(&mut io::stdin(), &mut bytes).context("standard input cannot be read")?;
            bytes
        }
        file if Path::new(file).is_file() => std::fs::read(file).with_context(|| format!("{file}: cannot be read"))?,
        _ => anyhow::bail!("--like {name}: there is no document with this id in the project, and no such file"),
    };
    let text = String::from_utf8(bytes).with_context(|| format!("--like {name}: this is not UTF-8 text"))?;
    anyhow::ensure!(!text.trim().is_empty(), "--like {name}: there is no text in it");
    Ok(Like::Text(text))
}

fn nothing(args: &Args, project: &Project, index: &SearchIndex) -> anyhow::Result<String> {
    Ok(if project.counts("")?.documents == 0 {
        format!(
            "nothing found: the project has no documents; `gleaner import {} FILE` brings some",
            args.project.display()
        )
    } else if index.is_empty()? {
        "nothing found: nothing is indexed yet".to_owned()
    } else {
        "nothing found".to_owned()
    })
}

/// A hit with its document and what of it is shown.
struct Shown {
    document: Document,
    found: Vec<CharRange>,
    snippet: Snippet,
}

fn shown(project: &Project, request: &Request, hit: &Hit) -> anyhow::Result<Option<Shown>> {
    // Removed since it was found: nothing to show.
    let Some(document) = project.document(hit.document)? else { return Ok(None) };
    let found = highlights(&request.query, &document.text);
    let snippet = snippet(&document.text, &found, SNIPPET);
    Ok(Some(Shown { document, found, snippet }))
}

fn name(document: &Document) -> String {
    document.external_id.clone().unwrap_or_else(|| document.id.to_string())
}

fn print_json(project: &Project, request: &Request, hits: &Hits) -> anyhow::Result<()> {
    let mut stdout = out::stdout();
    let pairs = |ranges: &[CharRange]| ranges.iter().map(|r| json!([r.start, r.end])).collect::<Vec<_>>();
    for (hit, rank) in hits.hits.iter().zip(1..) {
        let Some(Shown { document, found, snippet }) = shown(project, request, hit)? else { continue };
        let line = json!({
            "rank": rank, "id": name(&document), "document": document.id, "score": hit.score,
            "keyword": hit.keyword, "semantic": hit.semantic, "highlights": pairs(&found),
            "snippet": {
                "text": snippet.text, "highlights": pairs(&snippet.found),
                "before": snippet.before, "after": snippet.after,
            },
        });
        serde_json::to_writer(&mut stdout, &line)?;
        writeln!(stdout)?;
    }
    stdout.flush()?;
    Ok(())
}

fn print(project: &Project, request: &Request, hits: &Hits) -> anyhow::Result<()> {
    // Not `out::stdout`: it would show the bold as what it is made of. All that is somebody's text goes through `visible`.
    let bold = io::stdout().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    let ranks = hits.hits.len().to_string().len();
    for (hit, rank) in hits.hits.iter().zip(1..) {
        let Some(Shown { document, snippet, .. }) = shown(project, request, hit)? else { continue };
        let score = if hit.score == 0.0 { String::new() } else { format!("  {:.4}", hit.score) };
        writeln!(stdout, "{rank:>ranks$}  {}{score}", one_line(&name(&document)))?;
        writeln!(stdout, "{:ranks$}  {}", "", marked(&snippet, bold))?;
    }
    stdout.flush()?;
    Ok(())
}

/// The snippet on one line, with what was found in bold where the terminal has it.
fn marked(snippet: &Snippet, bold: bool) -> String {
    let (begin, end) = if bold { ("\x1b[1m", "\x1b[22m") } else { ("", "") };
    let chars: Vec<char> = snippet.text.chars().collect();
    let part = |from: usize, to: usize| one_line(&chars[from..to].iter().collect::<String>());
    let mut line = String::from(if snippet.before { "… " } else { "" });
    let mut at = 0;
    for range in snippet.found.iter().filter(|r| r.end <= chars.len()) {
        if range.start >= at && range.start < range.end {
            line.push_str(&format!("{}{begin}{}{end}", part(at, range.start), part(range.start, range.end)));
            at = range.end;
        }
    }
    line.push_str(&part(at, chars.len()));
    line.push_str(if snippet.after { " …" } else { "" });
    line
}

fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_bold_on_a_terminal_and_controls_are_not_sent() {
        let snippet = Snippet {
            text: "an Ömega\x1b[31m\nwatch".into(),
            found: vec![CharRange::new(3, 8), CharRange::new(14, 19)],
            before: true,
            after: false,
        };
        assert_eq!(marked(&snippet, false), "… an Ömega␛[31m watch");
        assert_eq!(marked(&snippet, true), "… an \x1b[1mÖmega\x1b[22m␛[31m \x1b[1mwatch\x1b[22m");
    }
}
