//! `gleaner show PROJECT [ID]`: documents with their spans marked.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::marked::marked;
use super::out::visible;
use super::{Outcome, open, out};
use crate::dataset::{Document, DocumentId, PlacedNote, Span, Status};
use crate::store::{Project, ResponseBody, gold_set_of};
use crate::text::OffsetMap;

/// Arguments of `gleaner show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder
    project: PathBuf,
    /// Only the document with this id (or number)
    id: Option<String>,
    /// Only responses of this annotator
    #[arg(long, value_name = "NAME")]
    annotator: Option<String>,
    /// The predictions of this run instead of responses
    #[arg(long, value_name = "RUN", conflicts_with = "annotator")]
    run: Option<String>,
    /// One JSON object a line
    #[arg(long)]
    json: bool,
}

/// Documents read at a time.
const PAGE: usize = 200;

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let project = open::project(&args.project)?;
    let mut stdout = out::stdout();
    if let Some(id) = &args.id {
        let document = project.find_document(id)?.with_context(|| {
            format!("no document '{id}' in {}; `gleaner show {0}` lists them", args.project.display())
        })?;
        print(&project, &document, args, &mut stdout)?;
    } else {
        let mut after = DocumentId(0);
        loop {
            let page = project.documents_after(after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = last.id;
            for document in &page {
                print(&project, document, args, &mut stdout)?;
            }
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

impl Args {
    /// True when what `annotator` says is asked for; a frozen gold set is nobody, and shown only by its name.
    fn wants(&self, annotator: &str) -> bool {
        match &self.annotator {
            Some(name) => name == annotator,
            None => gold_set_of(annotator).is_none(),
        }
    }
}

fn print(project: &Project, document: &Document, args: &Args, out: &mut impl Write) -> anyhow::Result<()> {
    let names = project.label_names()?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    // Who says it, as a heading and as JSON keys; and what.
    let mut versions: Vec<(String, serde_json::Value, Vec<Span>)> = Vec::new();
    if let Some(run) = &args.run {
        let predictions = project.predictions(project.run(run)?.id, document.id)?;
        let span = |p: &crate::dataset::Prediction| Span {
            range: p.key.range,
            label: name(p.key.label),
            score: Some(p.score),
        };
        versions.push((format!("run {run}"), json!({"run": run}), predictions.iter().map(span).collect()));
    } else {
        for (annotator, body) in project.responses(document.id)? {
            let wanted = args.wants(&annotator);
            if wanted && body.status != Status::Pending {
                let status = body.status.as_str();
                let keys = json!({"annotator": annotator, "status": status});
                versions.push((format!("{status} by {annotator}"), keys, spans(&body, name)));
            }
        }
    }
    let id = document.external_id.clone().unwrap_or_else(|| document.id.to_string());
    if args.json {
        let response = |(_, mut keys, spans): (_, serde_json::Value, Vec<Span>)| {
            keys["spans"] = json!(spans);
            keys
        };
        let responses: Vec<_> = versions.into_iter().map(response).collect();
        let notes: Vec<_> = notes(project, document, args)?.iter().map(|(who, note)| note_json(who, note)).collect();
        let mut line = json!({"id": id, "text": document.text, "responses": responses});
        if !notes.is_empty() {
            line["notes"] = json!(notes);
        }
        if let Some(collected) = document.metadata.get("collected") {
            line["collected"] = collected.clone();
        }
        serde_json::to_writer(&mut *out, &line)?;
        writeln!(out)?;
        return Ok(());
    }
    if versions.is_empty() {
        versions.push(("pending".to_owned(), json!({}), Vec::new()));
    }
    for (who, _, spans) in versions {
        writeln!(out, "── {} · {}", visible(&id), visible(&who))?;
        writeln!(out, "{}\n", marked(&document.text, &spans))?;
    }
    if let Some(reason) = reason(document) {
        writeln!(out, "   {}", visible(&reason))?;
    }
    for (annotator, noted) in notes(project, document, args)? {
        let flag = if noted.note.flag { "! " } else { "" };
        let map = OffsetMap::new(&document.text);
        let on = match noted.place.filter(|place| map.contains(*place)) {
            Some(place) => format!(" on [{}]", visible(map.slice(&document.text, place))),
            None => String::new(),
        };
        writeln!(out, "   {flag}note{on} by {}: {}", visible(&annotator), visible(&noted.note.text))?;
    }
    for (annotator, label, range, text) in project.unaligned(document.id)? {
        let (label, text) = (name(label), visible(&text).into_owned());
        writeln!(
            out,
            "   no place in the new text: [{text}]({label}) by {}, was {}..{}",
            visible(&annotator),
            range.start,
            range.end
        )?;
    }
    Ok(())
}

/// Why `gleaner collect` brought the document.
fn reason(document: &Document) -> Option<String> {
    let collected = document.metadata.get("collected")?.as_object()?;
    if let Some(query) = collected.get("query").and_then(serde_json::Value::as_str) {
        let said = |key: &str| collected.get(key).map(ToString::to_string).unwrap_or_default();
        return Some(format!("collected for '{query}': rank {}, score {}", said("rank"), said("score")));
    }
    collected.contains_key("sample").then(|| "collected at random".to_owned())
}

/// The notes to print: none beside a run's predictions.
fn notes(project: &Project, document: &Document, args: &Args) -> anyhow::Result<Vec<(String, PlacedNote)>> {
    if args.run.is_some() {
        return Ok(Vec::new());
    }
    Ok(project.all_notes(document.id)?.into_iter().filter(|(who, _)| args.wants(who)).collect())
}

fn note_json(annotator: &str, noted: &PlacedNote) -> serde_json::Value {
    let mut json = json!({"annotator": annotator, "text": noted.note.text, "flag": noted.note.flag});
    if let Some(place) = noted.place {
        (json["start"], json["end"]) = (json!(place.start), json!(place.end));
    }
    json
}

fn spans(body: &ResponseBody, name: impl Fn(crate::dataset::LabelId) -> String) -> Vec<Span> {
    body.spans.iter().map(|s| Span { range: s.range, label: name(s.label), score: None }).collect()
}
