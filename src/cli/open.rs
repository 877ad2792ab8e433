//! Opening a project for a command.

use std::path::Path;

use anyhow::Context;

use super::out;
use crate::config::Settings;
use crate::store::Project;

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
    anyhow::ensure!(!name.trim().is_empty(), "the annotator's name is empty; give one with --as NAME");
    Ok(name)
}

/// The file or folder `path` can be read, or an error that names it.
pub(crate) fn readable(path: &Path) -> anyhow::Result<std::fs::File> {
    std::fs::File::open(path).with_context(|| format!("{}: cannot be read", path.display()))
}
