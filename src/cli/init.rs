//! `gleaner init DIR`: the task card, by flags or by asking.

use std::io::{self, BufRead, IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Context;

use super::args::LabelArgs;
use super::{Outcome, out};
use crate::dataset::{Label, LabelId, TaskCard};
use crate::store::{Change, Group, Project};

/// Arguments of `gleaner init`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The project folder to make
    dir: PathBuf,
    /// Name of the project [default: the folder's name]
    #[arg(long)]
    name: Option<String>,
    /// What the texts are about
    #[arg(long)]
    domain: Option<String>,
    /// What the model is wanted for
    #[arg(long)]
    problem: Option<String>,
    #[command(flatten)]
    labels: LabelArgs,
    /// What a label means; repeat for more
    #[arg(long = "describe", value_name = "LABEL=TEXT")]
    describe: Vec<String>,
    /// A Markdown file with the annotation guidelines
    #[arg(long, value_name = "FILE")]
    guidelines: Option<PathBuf>,
}

/// Who makes the first labels: not the annotator, so that their undo never takes the label set away.
pub(crate) const MAKER: &str = "gleaner";

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    if Project::exists(&args.dir) {
        anyhow::bail!(crate::store::StoreError::ProjectExists(args.dir.clone()));
    }
    anyhow::ensure!(
        !args.dir.exists() || args.dir.is_dir(),
        "{}: is a file; a project is a folder: name one that is new or empty",
        args.dir.display()
    );
    let ask = io::stdin().is_terminal() && io::stderr().is_terminal();
    let folded = args.labels.folded();
    for label in &folded.twice {
        out::note(&format!("note: label '{label}' was given twice; kept once"));
    }
    let mut labels: Vec<(String, String)> = folded.labels.into_iter().map(|n| (n, String::new())).collect();
    for pair in &args.describe {
        let (name, text) = pair.split_once('=').with_context(|| format!("--describe '{pair}': write LABEL=TEXT"))?;
        let label = labels.iter_mut().find(|(n, _)| n == name);
        label.with_context(|| format!("--describe '{pair}': there is no --label '{name}'"))?.1 = text.to_owned();
    }
    let guidelines = match &args.guidelines {
        None => String::new(),
        Some(path) => std::fs::read_to_string(path).with_context(|| format!("{}: cannot be read", path.display()))?,
    };
    let folder = args.dir.file_name().map(|n| n.to_string_lossy().into_owned());
    let mut card = TaskCard {
        name: args.name.clone().or(folder).unwrap_or_default(),
        domain: args.domain.clone().unwrap_or_default(),
        problem: args.problem.clone().unwrap_or_default(),
        guidelines,
    };
    if ask {
        ask_for(&mut card, &mut labels, args)?;
    }
    if let Some((empty, _)) = labels.iter().find(|(n, _)| n.trim().is_empty()) {
        anyhow::bail!("'{empty}' is no label: a label needs a name");
    }
    let mut project = Project::create(&args.dir, &card)?;
    add_labels(&mut project, &labels)?;
    let mut stdout = out::stdout();
    let names: Vec<&str> = labels.iter().map(|(n, _)| n.as_str()).collect();
    let list = if names.is_empty() { "no labels yet".to_owned() } else { format!("labels {}", names.join(", ")) };
    let dir = args.dir.display().to_string();
    let dir = out::visible(&dir);
    writeln!(stdout, "made {dir} ({})", out::visible(&list))?;
    writeln!(stdout, "next: gleaner import {dir} FILE…   then: gleaner {dir}")?;
    if names.is_empty() {
        writeln!(stdout, "e adds labels there")?;
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// Adds labels with their descriptions at the end of the project's order; names that are there already are left alone.
pub(crate) fn add_labels(project: &mut Project, labels: &[(String, String)]) -> anyhow::Result<()> {
    let there = project.labels()?;
    let mut id = project.new_label_id()?.0;
    let mut position = there.iter().map(|l| l.position).max().unwrap_or(0);
    let mut changes = Vec::new();
    for (name, description) in labels {
        if there.iter().any(|l| l.name == *name) {
            continue;
        }
        position += 1;
        let mut label = Label::named(LabelId(id), name.as_str(), position);
        label.description.clone_from(description);
        changes.push(Change::Label { id: LabelId(id), before: None, after: Some(label) });
        id += 1;
    }
    if !changes.is_empty() {
        project.commit(&Group { actor: MAKER.into(), reason: "make labels".into(), changes })?;
    }
    Ok(())
}

/// Asks for what no flag gave. An empty answer leaves a field empty.
fn ask_for(card: &mut TaskCard, labels: &mut Vec<(String, String)>, args: &Args) -> anyhow::Result<()> {
    let mut lines = io::stdin().lock().lines();
    let mut question = |text: &str| -> anyhow::Result<Option<String>> {
        write!(io::stderr(), "{text}")?;
        io::stderr().flush()?;
        Ok(lines.next().transpose()?.map(|l| l.trim().to_owned()))
    };
    if args.domain.is_none() {
        card.domain = question("What are the texts about (domain)? ")?.unwrap_or_default();
    }
    if args.problem.is_none() {
        card.problem = question("What should the model solve (problem)? ")?.unwrap_or_default();
    }
    if labels.is_empty() {
        out::note("Labels, one a line: `name`, or `name: what it means`; an empty line ends them.");
        while let Some(line) = question("label: ")?.filter(|l| !l.is_empty()) {
            let (name, description) = line.split_once(':').unwrap_or((&line, ""));
            let name = name.trim().to_owned();
            if labels.iter().any(|(n, _)| *n == name) {
                out::note(&format!("'{name}' is in the list already"));
            } else {
                labels.push((name, description.trim().to_owned()));
            }
        }
    }
    Ok(())
}
