//! What to say of a command with a slip in its name, which looks like the name of a project folder.

use std::path::Path;

use clap::error::{Error, ErrorKind};

use super::out;
use crate::tui::commands;

/// Letters that a slip changes at most.
const SLIP: usize = 2;

/// Says what is wrong with the command line, and ends.
pub(super) fn exit(cli: &clap::Command, error: &Error) -> ! {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let said = match words.split_first() {
        Some((first, _)) if meant(cli, Path::new(first)).is_some() => no_command(cli, Path::new(first)),
        Some((project, rest)) if error.kind() == ErrorKind::ArgumentConflict && Path::new(project).is_dir() => {
            match rest.first().filter(|word| cli.find_subcommand(word).is_some()) {
                Some(command) => format!("the command comes first: `gleaner {command} {project} …`"),
                None => error.exit(),
            }
        }
        _ => error.exit(),
    };
    out::complain(&anyhow::anyhow!(said));
    std::process::exit(2)
}

/// The command that `word` was meant to be; nothing where it is a folder, or like no command.
pub(super) fn meant(cli: &clap::Command, word: &Path) -> Option<String> {
    let name = word.to_str().filter(|name| name.len() > SLIP && !name.starts_with('-'))?;
    let known = cli.get_subcommands().map(clap::Command::get_name);
    let nearest = commands::nearest_of(name, known);
    (nearest != name && commands::distance(nearest, name) <= SLIP && !word.exists()).then(|| nearest.to_owned())
}

/// That there is neither.
pub(super) fn no_command(cli: &clap::Command, word: &Path) -> String {
    let nearest = meant(cli, word).unwrap_or_default();
    format!("there is no command and no folder '{}'; did you mean `gleaner {nearest}`?", word.display())
}
