//! `gleaner doctor`: whether everything is as it should be, and what to do where it is not. Needs no terminal.

mod machine;
mod places;
mod report;
mod store;
mod terminal;

use std::io::Write;
use std::path::PathBuf;

use report::Report;

use super::args::ScreenArgs;
use super::model::ModelArgs;
use super::{Outcome, out, version};
use crate::config::Key;

/// Arguments of `gleaner doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A project folder to look at too
    project: Option<PathBuf>,
    /// Rebuild every view of the project from its edits and compare (slow on large projects)
    #[arg(long, requires = "project")]
    verify: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: ModelArgs,
    #[command(flatten)]
    screen: ScreenArgs,
}

pub(crate) fn run(args: &Args, who: Option<&str>, verbose: u8) -> anyhow::Result<Outcome> {
    let mut report = Report::default();
    report.section("version");
    report.fact("gleaner", env!("CARGO_PKG_VERSION"));
    for (name, value) in version::features() {
        report.fact(name, value);
    }
    let who = who.map(|name| (Key::Annotator, name.to_owned()));
    let flags = [who.into_iter().collect(), args.model.given(), args.screen.given()].concat();
    let settings = places::settings(&mut report, args.project.as_deref(), &flags);
    places::paths(&mut report, &settings, verbose);
    terminal::look(&mut report, &settings);
    machine::look(&mut report, &settings);
    if let Some(dir) = &args.project {
        store::look(&mut report, dir, args.verify);
    }
    let mut stdout = out::stdout();
    if args.json {
        serde_json::to_writer_pretty(&mut stdout, &report.json())?;
        writeln!(stdout)?;
    } else {
        report.print(&mut stdout)?;
    }
    stdout.flush()?;
    Ok(if report.is_sound() { Outcome::Done } else { Outcome::Partly })
}
