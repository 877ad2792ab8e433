//! `gleaner gold`: named sets of answers that scores go by, frozen so that what is annotated later does not change them.

mod diff;
mod export;
mod freeze;
mod list;
mod queue;
mod remove;
mod show;

use serde_json::json;

use super::Outcome;
use crate::store::GoldSet;

/// Arguments of `gleaner gold`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Freeze what is submitted, under a name (undoable)
    #[command(after_help = "Example: gleaner gold freeze watches blind-50 --annotator ada --sample 50 --seed 7")]
    Freeze(freeze::Args),
    /// Print the frozen sets
    #[command(after_help = "Example: gleaner gold list watches")]
    List(list::Args),
    /// Print what a set is made of and how far a score on it can be trusted
    #[command(after_help = "Example: gleaner gold show watches blind-50")]
    Show(show::Args),
    /// Print what today's responses say otherwise
    #[command(after_help = "Example: gleaner gold diff watches blind-50")]
    Diff(diff::Args),
    /// Write a set in a format that trainers and tools read
    #[command(after_help = "Example: gleaner gold export watches blind-50 --format gliner -o gold.json")]
    Export(export::Args),
    /// Remove a set (undoable); the responses it was made from stay
    #[command(after_help = "Example: gleaner gold remove watches blind-50")]
    Remove(remove::Args),
    /// Print which documents to annotate next for gold: a random order that is always the same
    #[command(after_help = "\
Example: gleaner gold queue watches --next 20

Gold that is annotated in the order of the import says something about its beginning only.
Each annotator begins at another place of the order, so that two of them do not answer the
same documents. In the terminal: B on the list of documents.")]
    Queue(queue::Args),
}

pub(crate) fn run(args: &Args, who: Option<&str>) -> anyhow::Result<Outcome> {
    match &args.what {
        What::Freeze(args) => freeze::run(args, who),
        What::List(args) => list::run(args),
        What::Show(args) => show::run(args),
        What::Diff(args) => diff::run(args),
        What::Export(args) => export::run(args),
        What::Remove(args) => remove::run(args, who),
        What::Queue(args) => queue::run(args, who),
    }
}

/// A set as JSON: `frozen.at` in milliseconds since 1970.
pub(super) fn set_json(set: &GoldSet) -> serde_json::Value {
    json!({
        "name": set.name, "documents": set.documents, "spans": set.spans,
        "blind": set.blind, "bulk": set.bulk,
        "prefilled": set.prefilled.iter().map(|(model, n)| json!({"model": model, "spans": n})).collect::<Vec<_>>(),
        "frozen": set.frozen.as_ref().map(|f| json!({"by": f.actor, "at": f.at})),
        "corrected": set.corrected,
    })
}
