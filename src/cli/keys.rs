//! `gleaner keys`: the keys as they are, your own ones included.

use std::io::Write;

use super::{Outcome, annotate, out};
use crate::config::{Key, Settings};
use crate::tui::keymap::{Keymap, Mode};

/// Arguments of `gleaner keys`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// As Markdown tables
    #[arg(long)]
    markdown: bool,
    /// The built-in keys, without your own keymap.toml
    #[arg(long)]
    built_in: bool,
    /// The keymap to start from: default, vim or arrows [default: the setting `keymap`, else default]
    #[arg(long, value_name = "NAME", conflicts_with = "built_in")]
    keymap: Option<String>,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let keymap = if args.built_in {
        Keymap::embedded()
    } else {
        let flags: Vec<(Key, String)> = args.keymap.iter().map(|name| (Key::Keymap, name.clone())).collect();
        annotate::keymap(&Settings::layered(None, &flags)?)?
    };
    let mut stdout = out::stdout();
    for mode in Mode::ALL {
        let mut rows: Vec<(Vec<String>, &str, &str, String)> = Vec::new();
        for (keys, command, place) in keymap.mode(mode).bindings() {
            let command = command.get();
            match rows.iter_mut().find(|row| row.1 == command.name) {
                Some(row) => row.0.push(keys),
                None => rows.push((vec![keys], command.name, command.help, place.to_string())),
            }
        }
        if rows.is_empty() {
            continue;
        }
        if args.markdown {
            writeln!(stdout, "**{}**\n\n| keys | what | command |\n|---|---|---|", title(mode))?;
            for (keys, name, help, _) in rows {
                let keys: Vec<String> = keys.iter().map(|k| format!("`{}`", k.replace('|', "\\|"))).collect();
                writeln!(stdout, "| {} | {help} | `{name}` |", keys.join(" "))?;
            }
            writeln!(stdout)?;
        } else {
            writeln!(stdout, "{}", title(mode))?;
            for (keys, name, help, place) in rows {
                writeln!(stdout, "  {:<20} {help}  ({name}, {place})", keys.join("  "))?;
            }
            writeln!(stdout)?;
        }
    }
    stdout.flush()?;
    Ok(Outcome::Done)
}

/// The heading over a mode's keys.
fn title(mode: Mode) -> &'static str {
    match mode {
        Mode::Global => "Everywhere",
        Mode::Documents => "Documents",
        Mode::Annotate => "Annotate",
        Mode::Pane => "Side pane",
        Mode::Labels => "Labels",
        Mode::Review => "Review",
        Mode::Project => "Project",
        Mode::Evaluate => "Evaluate",
        Mode::Search => "Search",
    }
}
