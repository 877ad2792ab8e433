//! `gleaner PROJECT`: the terminal on a project.

use std::path::Path;

use super::model::ModelArgs;
use super::{Outcome, open};
use crate::config::{Settings, config_dir};
use crate::store::Project;
use crate::tui::keymap::Keymap;
use crate::tui::terminal::{Signal, TerminalOptions};
use crate::tui::theme::{AUTO, ColourDepth, Theme, Themes};
use crate::tui::{self, End, LiveSuggester, Options, Suggester};

/// Opens the terminal on the project in `dir`.
pub(crate) fn run(dir: &Path, who: Option<&str>, model: &ModelArgs) -> anyhow::Result<Outcome> {
    show(Project::open(dir)?, open::annotator(who)?, model)
}

/// Opens the terminal on a project that is open.
pub(crate) fn show(project: Project, annotator: String, model: &ModelArgs) -> anyhow::Result<Outcome> {
    let settings = Settings::load()?;
    let env = |name: &str| std::env::var(name).ok();
    let (theme_name, themes) = (settings.theme.clone().unwrap_or_else(|| AUTO.to_owned()), themes()?);
    let background = guessed_background(env);
    let palette = themes.find(&theme_name, background).map_err(anyhow::Error::msg)?;
    let theme = Theme::detect(settings.color.as_deref(), palette, env);
    // The Linux console and its like would print the question.
    let answers = !matches!(env("TERM").as_deref(), None | Some("dumb" | "linux" | "vt100" | "cons25"));
    let terminal = TerminalOptions {
        mouse: settings.mouse == Some(true),
        ask_background: answers && theme.depth > ColourDepth::Mono,
        ..TerminalOptions::default()
    };
    let (keymap, threshold) = (keymap(&settings)?, settings.threshold);
    let options = Options { keymap, theme, theme_name, themes, background, terminal, threshold };
    let model = model.clone();
    let open = Box::new(move || model.open().map_err(|e| format!("{e:#}")));
    let suggester: Box<dyn Suggester> = Box::new(LiveSuggester::new(project.dir().to_path_buf(), open));
    Ok(match tui::run(project, annotator, Some(suggester), options)? {
        End::Quit => Outcome::Done,
        End::Asked(Signal::Hangup) => Outcome::Signalled(1),
        End::Asked(Signal::Terminate) => Outcome::Signalled(15),
        End::Asked(_) => Outcome::Interrupted,
    })
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
        anyhow::bail!("config.toml: there is no keymap '{name}'; there are {names}");
    };
    let path = config_dir().join("keymap.toml");
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
