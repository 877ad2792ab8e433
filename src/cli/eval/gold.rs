//! What is taken as the truth: a file, the answers in a project, or one of its frozen sets.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::super::open;
use super::super::out::{counted, note};
use super::file::{self, Reading, Whose, shown};
use super::pair::Key;
use crate::dataset::Status;
use crate::evaluate::{About, Ends, Gold, GoldDocument, LabelIndex};
use crate::jobs::evaluation::{self, GoldFrom};
use crate::store::Project;

/// Gold with what is needed to bring predictions to it.
pub(super) struct Truth {
    /// What is counted against; labels of predictions are added to its own.
    pub(super) gold: Gold,
    /// Documents of gold before any was left out for what is judged: what is known about gold is about all of them.
    pub(super) documents: usize,
    /// Every document of the source, answered or not.
    pub(super) keys: Vec<Key>,
    /// The line of each document of gold; empty for a project.
    pub(super) lines: Vec<u64>,
    /// How many labels are gold's own: the rest came with predictions.
    pub(super) own_labels: usize,
    /// Where it comes from.
    pub(super) source: Source,
    /// False when nobody says how its ends are meant: they are taken as they stand.
    pub(super) ends_known: bool,
    /// Whether a file was read whose format leaves open what ends are.
    pub(super) hears_ends: bool,
}

/// Where gold comes from.
pub(super) enum Source {
    /// A file.
    File(PathBuf),
    /// A project.
    Project(Project),
}

impl Truth {
    /// The project, when gold is one's.
    pub(super) fn project(&self) -> Option<&Project> {
        match &self.source {
            Source::File(_) => None,
            Source::Project(project) => Some(project),
        }
    }
}

/// Where a document stands: in its line, if that is known.
pub(super) fn place(source: &str, lines: &[u64], document: usize, name: &str) -> String {
    match lines.get(document) {
        Some(line) if *line > 0 => format!("{source}:{line}"),
        _ => format!("{source}, document {name}"),
    }
}

/// Reads gold: `FILE`, `PROJECT` or `PROJECT:SET`. Labels that were asked for come first, in their order.
///
/// # Errors
/// When it cannot be read, or nobody can say which of several answers counts.
pub(super) fn read(given: &str, annotator: Option<&str>, reading: Reading, asked: &[String]) -> anyhow::Result<Truth> {
    let path = Path::new(given);
    if given == "-" || (path.exists() && !Project::exists(path)) {
        return of_file(path, annotator, reading, asked);
    }
    let (dir, set) = match given.rsplit_once(':') {
        Some((dir, set)) if !path.exists() && Project::exists(Path::new(dir)) => (Path::new(dir), Some(set)),
        _ => (path, None),
    };
    anyhow::ensure!(
        Project::exists(dir),
        "--gold {given}: there is no such file, and no project there; give a file with spans, a project folder, or \
         PROJECT:SET for a frozen set"
    );
    of_project(open::project(dir)?, given, set, annotator, asked)
}

fn of_file(path: &Path, annotator: Option<&str>, reading: Reading, asked: &[String]) -> anyhow::Result<Truth> {
    let mut labels = LabelIndex::default();
    for label in asked {
        labels.number(label);
    }
    let read = file::read(path, reading, Whose::Answer(annotator), &mut labels, None)?;
    let mut about = About { name: shown(path), ..About::default() };
    let (mut documents, mut lines, mut keys) = (Vec::new(), Vec::new(), Vec::new());
    let (ends_known, hears_ends) = (read.ends.is_some(), read.hears_ends);
    for (at, entry) in read.documents.into_iter().enumerate() {
        let name = entry.id.clone().unwrap_or_else(|| (at + 1).to_string());
        let text: Option<Arc<str>> = entry.text.map(Arc::from);
        let line = if entry.line > 0 { format!("{}:{}", about.name, entry.line) } else { format!("document {name}") };
        keys.push(Key { id: entry.id, text: text.clone(), place: line, answered: entry.spans.is_some() });
        if let Some(spans) = entry.spans {
            about.spans += spans.len() as u64;
            lines.push(entry.line);
            documents.push(GoldDocument { name, text, spans, coverage: entry.coverage, ..GoldDocument::default() });
        }
    }
    let silent = keys.len() - documents.len();
    if silent > 0 {
        note(&format!(
            "note: {} of {} without a submitted answer, left out",
            counted(silent as u64, "document"),
            about.name
        ));
    }
    // What nobody states is taken as it stands, which the rules read as inclusive.
    let ends = read.ends.unwrap_or(Ends::Inclusive);
    let own_labels = labels.names().len();
    let whole = documents.len();
    let gold = Gold { labels, ends, documents, about };
    Ok(Truth {
        gold,
        documents: whole,
        keys,
        lines,
        own_labels,
        source: Source::File(path.to_owned()),
        ends_known,
        hears_ends,
    })
}

fn of_project(
    project: Project,
    name: &str,
    set: Option<&str>,
    annotator: Option<&str>,
    asked: &[String],
) -> anyhow::Result<Truth> {
    let labels = project.labels()?;
    if let Some(unknown) = asked.iter().find(|name| !labels.iter().any(|l| l.name == **name)) {
        let names: Vec<&str> = labels.iter().map(|l| l.name.as_str()).collect();
        anyhow::bail!("no label '{unknown}' in this project; it has {}", names.join(", "));
    }
    let people = project.annotators(&[Status::Submitted])?;
    let list = || {
        let named: Vec<String> = people.iter().map(|(who, n)| format!("{who} ({n})")).collect();
        if named.is_empty() { "nobody".to_owned() } else { named.join(", ") }
    };
    if let (Some(set), Some(who)) = (set, annotator) {
        anyhow::bail!(
            "--annotator {who} chooses among today's responses, and {name} is a frozen set, with one answer a document; \
             leave --annotator out, or `:{set}`"
        );
    }
    let from = match (set, annotator) {
        (Some(set), _) => GoldFrom::Set(set.to_owned()),
        (None, annotator) => GoldFrom::Responses { annotator: annotator.map(str::to_owned) },
    };
    if let Some(who) = annotator.filter(|who| set.is_none() && !people.iter().any(|(name, _)| name == who)) {
        anyhow::bail!("no submitted response by '{who}' in {name}; there are some by {}", list());
    }
    let mut gold = evaluation::gold(&project, &from)?;
    name.clone_into(&mut gold.about.name);
    anyhow::ensure!(
        gold.about.undecided == 0 || annotator.is_some(),
        "{} of {name} with submitted responses of several annotators: {}; choose with --annotator",
        counted(gold.about.undecided, "document"),
        list()
    );
    let key = |d: &GoldDocument| Key {
        id: Some(d.name.clone()),
        text: d.text.clone(),
        place: format!("document {}", d.name),
        answered: true,
    };
    let keys = gold.documents.iter().map(key).collect();
    let own_labels = gold.labels.names().len();
    let source = Source::Project(project);
    let documents = gold.documents.len();
    Ok(Truth { gold, documents, keys, lines: Vec::new(), own_labels, source, ends_known: true, hears_ends: false })
}
