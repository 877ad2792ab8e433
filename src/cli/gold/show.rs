//! `gleaner gold show PROJECT NAME`.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::set_json;
use crate::annotate::gold_set_lines;
use crate::cli::out::visible;
use crate::cli::{Outcome, open, out};
use crate::jobs::evaluation::{GoldFrom, gold};

/// Arguments of `gleaner gold show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// The set
    name: String,
    /// As JSON
    #[arg(long)]
    json: bool,
}

/// Documents named before the others are counted.
const NAMED: usize = 10;

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let set = project.gold_set(&args.name)?;
    let gold = gold(&project, &GoldFrom::Set(args.name.clone()))?;
    // Of each label: its spans, and the documents in which nobody looked for it.
    let mut labels = vec![(0_u64, 0_u64); gold.labels.names().len()];
    for document in &gold.documents {
        for mark in &document.spans {
            labels[mark.label as usize].0 += 1;
        }
        if let Some(looked_for) = &document.coverage {
            let missing = (0..labels.len() as u32).filter(|label| looked_for.binary_search(label).is_err());
            missing.for_each(|label| labels[label as usize].1 += 1);
        }
    }
    let named: Vec<_> = gold.labels.names().iter().zip(&labels).collect();
    let mut stdout = out::stdout();
    if args.json {
        let mut answer = set_json(&set);
        let label = |(name, (spans, not)): &(&String, &(u64, u64))| json!({"name": name, "spans": spans, "not_looked_for_in": not});
        answer["labels"] = named.iter().map(label).collect();
        answer["ids"] = gold.documents.iter().map(|d| d.name.as_str()).collect();
        serde_json::to_writer_pretty(&mut stdout, &answer)?;
        writeln!(stdout)?;
    } else {
        writeln!(stdout, "{}", visible(&set.name))?;
        for line in gold_set_lines(&set) {
            writeln!(stdout, "  {}", visible(&line))?;
        }
        for (name, (spans, not)) in named {
            let not = match *not {
                0 => String::new(),
                n if n == gold.documents.len() as u64 => "  looked for nowhere".to_owned(),
                n => format!("  not looked for in {n}"),
            };
            writeln!(stdout, "{spans:>8}  {}{not}", visible(name))?;
        }
        let ids: Vec<&str> = gold.documents.iter().take(NAMED).map(|d| d.name.as_str()).collect();
        let more = match gold.documents.len().saturating_sub(NAMED) {
            0 => String::new(),
            n => format!(" and {n} more (--json names all)"),
        };
        writeln!(stdout, "documents: {}{more}", visible(&ids.join(", ")))?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}
