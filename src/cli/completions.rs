//! `gleaner completions SHELL`: what the shell completes.

use std::io::Write;

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, Outcome, out};

/// Arguments of `gleaner completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell
    shell: Shell,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gleaner", &mut script);
    let mut stdout = out::stdout();
    stdout.write_all(&script)?;
    stdout.flush()?;
    Ok(Outcome::Done)
}
