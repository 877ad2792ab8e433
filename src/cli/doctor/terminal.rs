//! What the terminal can do, and why gleaner thinks so.

use std::sync::Arc;

use super::report::Report;
use crate::cli::annotate;
use crate::config::Settings;
use crate::tui::terminal::{TerminalError, probe};
use crate::tui::theme::{ColourDepth, Theme, Underlines};

/// Looks at the terminal and at what the environment says of it.
pub(super) fn look(report: &mut Report, settings: &Settings) {
    report.section("terminal");
    let env = |name: &str| std::env::var(name).ok();
    let set = |name: &str| env(name).filter(|v| !v.is_empty());
    match probe() {
        Ok((columns, rows)) => {
            report.fact("size", format!("{columns} columns, {rows} rows"));
            if columns < 60 || rows < 15 {
                report.problem(
                    format!("{columns}×{rows} is too small for the screen"),
                    "make the window at least 60 columns by 15 rows, or review with `gleaner PROJECT --plain`",
                );
            }
        }
        // Doctor itself may well run in a pipe.
        Err(TerminalError::NoTerminal) => report.fact("size", "none: there is no terminal here"),
        Err(error) => report.fact("size", format!("none: {error}")),
    }
    report.fact("TERM", set("TERM").unwrap_or_else(|| "not set".into()));
    let (depth, why) = ColourDepth::decide(settings.color.as_deref(), env);
    let colours = match depth {
        ColourDepth::Mono => "none",
        ColourDepth::Basic => "16",
        ColourDepth::Indexed => "256",
        ColourDepth::True => "24 bit",
    };
    report.fact("colours", format!("{colours}: {why}"));
    // A theme that is wrong is a problem of its own, told elsewhere.
    let theme =
        annotate::theme(settings).unwrap_or_else(|_| Theme::detect(settings.color.as_deref(), Arc::default(), env));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| Some((name, set(name)?)));
    let locale =
        locale.map_or_else(|| "none set, taken for UTF-8".into(), |(name, value)| format!("{name} is {value}"));
    report.fact("locale", locale);
    report.fact("signs", if theme.ascii() { "ASCII only" } else { "Unicode" });
    report.fact("underlines", if theme.underlines == Underlines::Dotted { "dotted" } else { "plain" });
    let inside = [("TMUX", "tmux"), ("STY", "screen")].into_iter().filter(|(v, _)| set(v).is_some()).map(|(_, n)| n);
    let inside: Vec<&str> = inside.collect();
    report.fact("multiplexer", if inside.is_empty() { "none".into() } else { inside.join(" inside ") });
    let remote = set("SSH_CONNECTION").is_some() || set("SSH_TTY").is_some();
    report.fact("ssh", if remote { "yes" } else { "no" });
    report.fact("clipboard", clipboard(inside.first().copied(), remote));
}

/// The way copied text takes.
fn clipboard(inside: Option<&str>, remote: bool) -> String {
    let way = "through the terminal (OSC 52)";
    match inside {
        Some("tmux") => format!("{way}; tmux passes it on with `set -s set-clipboard on`"),
        Some(_) => format!("{way}; screen may not pass it on"),
        None if remote => format!("{way}, which reaches the machine you sit at"),
        None => way.to_owned(),
    }
}
