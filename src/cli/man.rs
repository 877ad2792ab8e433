//! `gleaner man [DIR]`: the manual pages, made from the same description as `--help`.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Cli, Outcome, out};

/// Arguments of `gleaner man`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Write a page for each command into this folder, made if missing [default: gleaner(1) on standard output]
    dir: Option<PathBuf>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut whole = Cli::command();
    whole.build();
    let Some(dir) = &args.dir else {
        let mut stdout = out::stdout();
        Man::new(whole).render(&mut stdout)?;
        stdout.flush()?;
        return Ok(Outcome::Done);
    };
    std::fs::create_dir_all(dir).with_context(|| format!("{}: cannot be made", dir.display()))?;
    let pages = write_pages(&whole, "gleaner", dir)?;
    out::note(&format!(
        "{} written; `man -l {}/gleaner.1` shows the first",
        out::counted(pages, "page"),
        dir.display()
    ));
    Ok(Outcome::Done)
}

/// Writes the page of a command and those of the commands under it, and counts them.
fn write_pages(command: &Command, name: &str, dir: &Path) -> anyhow::Result<u64> {
    let mut page = Vec::new();
    // Building it has given every command its whole name, such as gleaner-suggest.
    Man::new(command.clone()).render(&mut page)?;
    let path = dir.join(format!("{name}.1"));
    std::fs::write(&path, page).with_context(|| format!("{}: cannot be written", path.display()))?;
    let mut pages = 1;
    for under in command.get_subcommands().filter(|c| c.get_name() != "help") {
        pages += write_pages(under, &format!("{name}-{}", under.get_name()), dir)?;
    }
    Ok(pages)
}
