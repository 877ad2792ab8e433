//! A project: looked at without changing it, and rebuilt from its edits when asked.

use std::path::Path;

use super::report::Report;
use crate::cli::backup::size;
use crate::store::{Project, StoreError, inspect};

/// Looks at the project in `dir`.
pub(super) fn look(report: &mut Report, dir: &Path, verify: bool) {
    report.section("project");
    let found = match inspect(dir) {
        Ok(found) => found,
        Err(error) => {
            let next = match &error {
                StoreError::NoProject(_) => format!("name another folder, or make one: gleaner init {}", dir.display()),
                StoreError::Newer { .. } => "update gleaner".into(),
                StoreError::Damaged { .. } => "copy the folder away first; then restore a backup".into(),
                _ => format!("see that {} is yours to read and write", dir.display()),
            };
            return report.problem(error.to_string(), next);
        }
    };
    let (format, newest) = found.format;
    let age = if format < newest {
        format!(", older than this gleaner's {newest}: opening it brings it up to date")
    } else {
        String::new()
    };
    report.fact("file", format!("{}  ({})", found.file.display(), size(found.bytes.0)));
    report.fact("format", format!("{format}{age}"));
    let network = found.network.map_or_else(String::new, |kind| format!(", on a network file system ({kind})"));
    report.fact("journal", format!("{}{network}", found.journal_mode));
    if found.bytes.1 > 0 {
        report.fact("write-ahead log", size(found.bytes.1));
    }
    if found.network.is_some() && found.journal_mode == "wal" {
        report.problem(
            "a write-ahead log is not safe on a network file system",
            format!("open it once with `gleaner {}`: it goes over to a rollback journal", dir.display()),
        );
    }
    for (what, n) in &found.counts {
        report.fact(*what, *n);
    }
    leftovers(report, dir, found.unfinished_imports, found.unfinished_runs);
    if verify {
        rebuild(report, dir);
    }
}

/// What commands that were killed left: harmless, but worth knowing.
fn leftovers(report: &mut Report, dir: &Path, imports: u64, runs: u64) {
    let parts = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let parts = parts.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut parts: Vec<String> = parts.filter(|name| name.ends_with(".part")).collect();
    parts.sort();
    let mut said = Vec::new();
    if imports > 0 {
        said.push(format!(
            "{imports} import under way or interrupted: nothing of it shows, the next opening clears it"
        ));
    }
    if runs > 0 {
        said.push(format!("{runs} run under way or interrupted: nothing of it shows"));
    }
    if !parts.is_empty() {
        said.push(format!("{}: may be removed", parts.join(", ")));
    }
    report.fact("leftovers", if said.is_empty() { "none".to_owned() } else { said.join("; ") });
}

/// Rebuilds every view and compares.
fn rebuild(report: &mut Report, dir: &Path) {
    match Project::open(dir).and_then(|project| project.verify()) {
        Ok(found) => {
            report.fact("edits replayed", found.edits);
            for problem in found.problems {
                report.problem(
                    problem,
                    format!("back it up (gleaner backup {} FILE), keep the copy, and report this", dir.display()),
                );
            }
        }
        Err(error) => report.problem(error.to_string(), "correct this, then verify again"),
    }
}
