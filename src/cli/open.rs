//! Opening a project for a command.

use std::path::Path;

use anyhow::Context;

use super::out;
use crate::config::Settings;
use crate::store::{GOLD_SET, Project};

/// Opens the project and prints what the person should know about it.
pub(crate) fn project(dir: &Path) -> anyhow::Result<Project> {
    let project = Project::open(dir)?;
    for notice in project.notices() {
        out::note(&format!("note: {notice}"));
    }
    Ok(project)
}

/// Who is annotating: `--as`, else the settings, else `$USER`, else `me`.
pub(crate) fn annotator(flag: Option<&str>) -> anyhow::Result<String> {
    let name = Settings::load()?.annotator(flag);
    check_annotator(&name)?;
    Ok(name)
}

/// A name can stand on one line of a screen, or an error that says what to give instead.
pub(crate) fn check_annotator(name: &str) -> anyhow::Result<()> {
    anyhow::ensure!(!name.trim().is_empty(), "the annotator's name is empty; give one with --as NAME");
    let seen = !name.chars().any(char::is_control);
    anyhow::ensure!(seen, "the annotator's name holds control characters; give another with --as NAME");
    let reserved = name.starts_with(GOLD_SET);
    anyhow::ensure!(
        !reserved,
        "nobody can be called '{name}': names of frozen gold sets begin so; give another with --as NAME"
    );
    Ok(())
}

/// The file or folder `path` can be read, or an error that names it.
pub(crate) fn readable(path: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| format!("{}: cannot be read", path.display()))
}
