//! `gleaner PROJECT`: the terminal on a project.

use std::path::Path;

use super::model::ModelArgs;
use super::{Outcome, open};
use crate::config::{Settings, config_dir};
use crate::store::Project;
use crate::tui::keymap::Keymap;
use crate::tui::terminal::{Signal, TerminalOptions};
use crate::tui::theme::Theme;
use crate::tui::{self, End, LiveSuggester, Options, Suggester};

/// Opens the terminal on the project in `dir`.
pub(crate) fn run(dir: &Path, who: Option<&str>, model: &ModelArgs) -> anyhow::Result<Outcome> {
    show(Project::open(dir)?, open::annotator(who)?, model)
}

/// Opens the terminal on a project that is open.
pub(crate) fn show(project: Project, annotator: String, model: &ModelArgs) -> anyhow::Result<Outcome> {
    let settings = Settings::load()?;
    let options = Options {
        keymap: keymap(&settings)?,
        theme: Theme::detect(settings.color.as_deref(), settings.theme.as_deref() != Some("light"), |name| {
            std::env::var(name).ok()
        }),
        threshold: settings.threshold,
        terminal: TerminalOptions { mouse: settings.mouse == Some(true), ..TerminalOptions::default() },
    };
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
