//! `gleaner gold diff PROJECT NAME`: a frozen set beside what is submitted today.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cli::out::{counted, visible};
use crate::cli::{Outcome, open, out};
use crate::evaluate::{Difference, Gold, GoldDocument, Mark, differences};
use crate::jobs::evaluation::{GoldFrom, gold};
use crate::text::{CharRange, OffsetMap};

/// Arguments of `gleaner gold diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The set
    name: String,
    /// Beside this annotator's responses [default: the only submitted one of each document]
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let frozen = gold(&project, &GoldFrom::Set(args.name.clone()))?;
    let today = gold(&project, &GoldFrom::Responses { annotator: args.annotator.clone() })?;
    let answers: HashMap<_, _> = today.documents.iter().map(|d| (d.document, d)).collect();
    let mut changed: Vec<(&GoldDocument, Vec<Difference>)> = Vec::new();
    let mut unanswered = 0;
    for document in &frozen.documents {
        match answers.get(&document.document) {
            None => unanswered += 1,
            Some(now) => changed.push((document, differences(&document.spans, &now.spans))),
        }
    }
    let same = changed.iter().filter(|(_, differences)| differences.is_empty()).count();
    changed.retain(|(_, differences)| !differences.is_empty());
    let mut stdout = out::stdout();
    if args.json {
        let documents: Vec<_> = changed.iter().map(|(d, found)| document_json(&frozen, d, found)).collect();
        let answer = json!({"name": args.name, "same": same, "unanswered": unanswered, "changed": documents});
        serde_json::to_writer_pretty(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        for (document, found) in &changed {
            writeln!(stdout, "── {}", visible(&document.name))?;
            for difference in found {
                writeln!(stdout, "  {}", visible(&in_words(&frozen, document, difference)))?;
            }
        }
        let total = |word: &str| changed.iter().flat_map(|(_, f)| f).filter(|d| d.word() == word).count();
        let (added, gone) = (total("added"), total("gone"));
        let (relabelled, moved) = (total("relabelled"), total("moved"));
        writeln!(
            stdout,
            "{} of {} changed: {} added, {gone} gone, {relabelled} relabelled, {moved} moved",
            changed.len(),
            counted(frozen.documents.len() as u64, "document"),
            counted(added as u64, "span"),
        )?;
        if unanswered > 0 {
            let one = "no submitted response today, or several with nothing to choose between them";
            writeln!(stdout, "{} with {one}: not compared", counted(unanswered, "document"))?;
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// The text under a span, shown on one line.
fn text_of(document: &GoldDocument, mark: &Mark) -> String {
    let text = document.text.as_deref().unwrap_or_default();
    let (map, range) = (OffsetMap::new(text), CharRange::new(mark.start as usize, mark.end as usize));
    // A text that was changed meanwhile may be shorter.
    if map.contains(range) { map.slice(text, range).replace('\n', "␊") } else { String::new() }
}

fn in_words(gold: &Gold, document: &GoldDocument, difference: &Difference) -> String {
    let span = |m: &Mark| format!("[{}]({})", text_of(document, m), gold.labels.name(m.label));
    let word = difference.word();
    match difference {
        Difference::Added(mark) | Difference::Gone(mark) => format!("{word:<10}  {}  at {}", span(mark), mark.start),
        Difference::Relabelled(before, after) | Difference::Moved(before, after) => {
            format!("{word:<10}  {} → {}  at {}", span(before), span(after), before.start)
        }
    }
}

fn document_json(gold: &Gold, document: &GoldDocument, found: &[Difference]) -> Value {
    let span = |m: &Mark| json!({"start": m.start, "end": m.end, "label": gold.labels.name(m.label), "text": text_of(document, m)});
    let difference = |d: &Difference| match d {
        Difference::Added(mark) => json!({"what": d.word(), "after": span(mark)}),
        Difference::Gone(mark) => json!({"what": d.word(), "before": span(mark)}),
        Difference::Relabelled(before, after) | Difference::Moved(before, after) => {
            json!({"what": d.word(), "before": span(before), "after": span(after)})
        }
    };
    json!({"id": document.name, "differences": found.iter().map(difference).collect::<Vec<_>>()})
}
