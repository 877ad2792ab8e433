//! `gleaner gold queue PROJECT`.

use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use crate::cli::out::visible;
use crate::cli::{Outcome, open, out};
use crate::dataset::Status;
use crate::store::{Anchor, GOLD_ORDER, Query};

/// Arguments of `gleaner gold queue`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// How many documents
    #[arg(long, value_name = "N", default_value_t = 10)]
    next: usize,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let annotator = open::annotator(who)?;
    let query = Query { status: Some(Status::Pending), order: GOLD_ORDER, ..Query::default() };
    let rows = project.page(&annotator, &query, Anchor::Start, args.next)?;
    let name = |row: &crate::store::Row| row.external_id.clone().unwrap_or_else(|| row.id.to_string());
    let mut stdout = out::stdout();
    if args.json {
        let ids: Vec<String> = rows.iter().map(name).collect();
        writeln!(stdout, "{}", json!({"annotator": annotator, "next": ids}))?;
    } else if rows.is_empty() {
        out::note(&format!("nothing is left to annotate for {annotator}"));
    } else {
        for row in &rows {
            writeln!(stdout, "{}", visible(&name(row)))?;
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}
