//! `gleaner PROJECT`: the terminal on a project.

use std::path::Path;

use super::args::ScreenArgs;
use super::model::ModelArgs;
use super::{Outcome, open, plain};
use crate::config::{Key, PROJECT_FILE, Settings, config_dir};
use crate::store::Project;
use crate::tui::keymap::Keymap;
use crate::tui::terminal::{Signal, TerminalOptions};
use crate::tui::theme::{AUTO, ColourDepth, Theme, Themes, tells_background};
use crate::tui::{self, End, LiveSuggester, Options, Suggester, Tour};

/// Opens the terminal, or with `in_lines` the line-oriented review, on the project in `dir`.
pub(crate) fn run(
    dir: &Path,
    who: Option<&str>,
    model: &ModelArgs,
    screen: &ScreenArgs,
    in_lines: bool,
) -> anyhow::Result<Outcome> {
    show(Project::open(dir)?, open::annotator(who)?, model, screen, in_lines, None)
}

/// As [`run`], on a project that is open, with a tour or an offer of one.
pub(crate) fn show(
    project: Project,
    annotator: String,
    model: &ModelArgs,
    screen: &ScreenArgs,
    in_lines: bool,
    tour: Option<Tour>,
) -> anyhow::Result<Outcome> {
    let flags = [model.given(), screen.given()].concat();
    let settings = Settings::layered(Some(project.dir()), &flags)?;
    let taken = settings.taken_from_project().map(|taken| format!("set by the project's {PROJECT_FILE}: {taken}"));
    let place = std::path::absolute(project.dir()).unwrap_or_else(|_| project.dir().to_path_buf());
    log::info!("{} opens {}", env!("CARGO_PKG_VERSION"), place.display());
    let outcome = if in_lines {
        plain::run(project, annotator, model, &settings, taken)
    } else {
        on_screen(project, annotator, model, &settings, taken, tour)
    };
    if let Ok(how) = &outcome {
        log::info!("closed: {how:?}");
    }
    outcome
}

fn on_screen(
    project: Project,
    annotator: String,
    model: &ModelArgs,
    settings: &Settings,
    taken: Option<String>,
    tour: Option<Tour>,
) -> anyhow::Result<Outcome> {
    let look = look(settings)?;
    let terminal = TerminalOptions {
        mouse: settings.mouse.unwrap_or(false),
        ask_background: tells_background(env) && look.theme.depth > ColourDepth::Mono,
        ..TerminalOptions::default()
    };
    let options = Options {
        keymap: keymap(settings)?,
        theme: look.theme,
        theme_name: look.name,
        themes: look.themes,
        background: look.background,
        terminal,
        threshold: settings.threshold,
        threshold_now: settings.insists_on(Key::Threshold),
        notices: taken.into_iter().collect(),
        tour,
    };
    let (model, dir) = (model.clone(), project.dir().to_path_buf());
    let open = Box::new(move || model.open(Some(&dir)).map_err(|e| format!("{e:#}")));
    let suggester: Box<dyn Suggester> = Box::new(LiveSuggester::new(project.dir().to_path_buf(), open));
    Ok(match tui::run(project, annotator, Some(suggester), options)? {
        End::Quit => Outcome::Done,
        End::Asked(Signal::Hangup) => Outcome::Signalled(1),
        End::Asked(Signal::Terminate) => Outcome::Signalled(15),
        End::Asked(_) => Outcome::Interrupted,
    })
}

/// How the screen looks, and what it could look like instead.
struct Look {
    theme: Theme,
    name: String,
    themes: Themes,
    background: Option<(u8, u8, u8)>,
}

/// The theme that the settings name, for the terminal that the environment describes.
pub(crate) fn theme(settings: &Settings) -> anyhow::Result<Theme> {
    look(settings).map(|look| look.theme)
}

fn look(settings: &Settings) -> anyhow::Result<Look> {
    let (name, themes) = (settings.theme.clone().unwrap_or_else(|| AUTO.to_owned()), themes()?);
    let background = guessed_background(env);
    let palette =
        themes.find(&name, background).map_err(|e| anyhow::anyhow!("{}: {e}", settings.origin(Key::Theme)))?;
    Ok(Look { theme: Theme::detect(settings.color.as_deref(), palette, env), name, themes, background })
}

/// A variable of the environment, where it is set and is text.
fn env(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// gleaner's themes and the person's own.
fn themes() -> anyhow::Result<Themes> {
    let folder = config_dir().join("themes");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Themes::default()),
        Err(e) => return Err(anyhow::anyhow!("{}: {e}", folder.display())),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
        if let (Some(name), true) = (name, path.extension().is_some_and(|e| e == "toml")) {
            let text = std::fs::read_to_string(&path).map_err(|e| anyhow::anyhow!("{}: {e}", path.display()))?;
            files.push((name, path.display().to_string(), text));
        }
    }
    files.sort();
    Ok(Themes::with_own(files))
}

/// The background that some terminals tell in `COLORFGBG`, until the terminal itself answers: `15;0` is white on black.
fn guessed_background(env: impl Fn(&str) -> Option<String>) -> Option<(u8, u8, u8)> {
    let colours = env("COLORFGBG")?;
    match colours.rsplit(';').next()?.parse::<u8>().ok()? {
        7 | 9..=15 => Some((255, 255, 255)),
        _ => Some((0, 0, 0)),
    }
}

/// The embedded keymap that the settings name, with the person's own keys over it.
pub(crate) fn keymap(settings: &Settings) -> anyhow::Result<Keymap> {
    let name = settings.keymap.as_deref().unwrap_or("default");
    let Some(embedded) = Keymap::layers_named(name) else {
        let names = tui::keymap::NAMES.join(", ");
        anyhow::bail!("{}: there is no keymap '{name}'; there are {names}", settings.origin(Key::Keymap));
    };
    let path = own_keys();
    match std::fs::read_to_string(&path) {
        Ok(own) => {
            let name = path.display().to_string();
            let layers: Vec<(&str, &str)> = embedded.iter().copied().chain([(name.as_str(), own.as_str())]).collect();
            Ok(Keymap::from_layers(&layers)?)
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Keymap::from_layers(embedded)?),
        Err(e) => Err(anyhow::anyhow!("{}: {e}", path.display())),
    }
}

/// The file with the person's own keys.
pub(crate) fn own_keys() -> std::path::PathBuf {
    config_dir().join("keymap.toml")
}
