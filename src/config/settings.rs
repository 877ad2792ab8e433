//! What a person has set, from four layers; a later one wins: `config.toml`, the project's `gleaner.toml`, `GLEANER_*`
//! variables, flags.
//!
//! A project's file may come from a stranger: it can name nothing outside the project's folder and nobody to annotate
//! as, and what was taken from it is told ([`Settings::taken_from_project`]).

use std::env;
use std::path::{Path, PathBuf};

use super::file::{self, Owner};
use super::origin::{Key, Origin};

/// The name of a project's settings file.
pub const PROJECT_FILE: &str = "gleaner.toml";

/// What a person has set; everything has a default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Who you are, when `--as` does not say.
    pub annotator: Option<String>,
    /// The model that suggests: `mini` or a folder.
    pub model: Option<String>,
    /// Suggestions need a score above this, 0.05 to 0.95.
    pub threshold: Option<f32>,
    /// Name of the keymap to start from: `default`, `vim` or `arrows`.
    pub keymap: Option<String>,
    /// `auto`, `true` (24 bit), `256`, `16` or `none`.
    pub color: Option<String>,
    /// `auto`, `dark`, `light`, `high-contrast`, or a file `themes/NAME.toml` beside the person's settings.
    pub theme: Option<String>,
    /// Report the mouse; the terminal then no longer selects text by itself.
    pub mouse: Option<bool>,
    origins: [Origin; Key::ALL.len()],
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Something is not what it should be.
    #[error("{origin}: {what}")]
    Wrong {
        /// Where: `file:line`, the variable or the flag.
        origin: Origin,
        /// What is wrong there.
        what: String,
    },
}

impl Settings {
    /// The person's settings outside any project, without flags.
    ///
    /// # Errors
    /// When a file cannot be read, or anything in it or in a variable is unknown.
    pub fn load() -> Result<Self, SettingsError> {
        Self::layered(None, &[])
    }

    /// All layers: the person's file, that of the project in `project`, variables, and what flags say.
    ///
    /// # Errors
    /// As [`Settings::load`], and when a flag's value is unknown.
    pub fn layered(project: Option<&Path>, flags: &[(Key, String)]) -> Result<Self, SettingsError> {
        let path = config_file();
        let person = file::read(&path, Owner::Person)?;
        if person.is_none() && env::var_os("GLEANER_CONFIG").is_some_and(|v| !v.is_empty()) {
            let what = format!("there is no file {}", path.display());
            return Err(SettingsError::Wrong { origin: Origin::Variable("GLEANER_CONFIG"), what });
        }
        let mut layers = person.unwrap_or_default();
        if let Some(dir) = project {
            layers.extend(file::read(&dir.join(PROJECT_FILE), Owner::Project)?.unwrap_or_default());
        }
        for key in Key::ALL {
            if let Some(value) = variable(key)? {
                layers.push((key, value, Origin::Variable(key.variable())));
            }
        }
        layers.extend(flags.iter().map(|(key, value)| (*key, value.clone(), Origin::Flag(key.flag()))));
        let mut settings = Self::default();
        for (key, value, origin) in layers {
            settings.set(key, &value, origin)?;
        }
        Ok(settings)
    }

    /// Where the value of a setting came from.
    pub fn origin(&self, key: Key) -> &Origin {
        &self.origins[key as usize]
    }

    /// The value of a setting in words; `None` when nobody set it.
    pub fn value(&self, key: Key) -> Option<String> {
        match key {
            Key::Annotator => self.annotator.clone(),
            Key::Model => self.model.clone(),
            Key::Threshold => self.threshold.map(|t| t.to_string()),
            Key::Keymap => self.keymap.clone(),
            Key::Theme => self.theme.clone(),
            Key::Color => self.color.clone(),
            Key::Mouse => self.mouse.map(|m| m.to_string()),
        }
    }

    /// Who is annotating: the flag, else the settings, else `$USER`, else `me`.
    pub fn annotator(&self, flag: Option<&str>) -> String {
        let user = || env::var("USER").ok().filter(|u| !u.trim().is_empty());
        flag.map(str::to_owned).or_else(|| self.annotator.clone()).or_else(user).unwrap_or_else(|| "me".to_owned())
    }

    /// What the project's file decided, in words, as `model models/watches, threshold 0.3`; `None` when nothing.
    pub fn taken_from_project(&self) -> Option<String> {
        let taken = Key::ALL.into_iter().filter(|key| matches!(self.origin(*key), Origin::Project { .. }));
        let said: Vec<String> = taken.filter_map(|key| Some(format!("{} {}", key.name(), self.value(key)?))).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }

    /// True when the person asked for this value now, with a flag or a variable, rather than in a file some day.
    pub fn insists_on(&self, key: Key) -> bool {
        matches!(self.origin(key), Origin::Flag(_) | Origin::Variable(_))
    }

    fn set(&mut self, key: Key, value: &str, origin: Origin) -> Result<(), SettingsError> {
        let one_of = |known: &[&str]| {
            let fits = known.contains(&value);
            if fits {
                Ok(Some(value.to_owned()))
            } else {
                Err(format!("{} '{value}' is none of {}", key.name(), known.join(", ")))
            }
        };
        let text = || {
            let fits = !value.trim().is_empty() && !value.chars().any(char::is_control);
            if fits {
                Ok(Some(value.to_owned()))
            } else {
                Err(format!("{} is empty or holds control characters", key.name()))
            }
        };
        let done = match key {
            Key::Annotator => text().map(|v| self.annotator = v),
            Key::Model => text().map(|v| self.model = v),
            // Whether there is such a keymap or theme is for those to say who have them; a path is neither.
            Key::Keymap => name(key, value).map(|v| self.keymap = Some(v)),
            Key::Theme => name(key, value).map(|v| self.theme = Some(v)),
            Key::Color => one_of(&["auto", "true", "256", "16", "none"]).map(|v| self.color = v),
            Key::Mouse => one_of(&["true", "false"]).map(|v| self.mouse = v.map(|v| v == "true")),
            Key::Threshold => match value.parse::<f32>() {
                Ok(t) if (0.05..=0.95).contains(&t) => {
                    self.threshold = Some(t);
                    Ok(())
                }
                _ => Err(format!("threshold {value} is not a number between 0.05 and 0.95")),
            },
        };
        done.map_err(|what| SettingsError::Wrong { origin: origin.clone(), what })?;
        self.origins[key as usize] = origin;
        Ok(())
    }
}

/// The person's settings file: what `GLEANER_CONFIG` says, else `config.toml` in the configuration folder.
pub fn config_file() -> PathBuf {
    let set = env::var_os("GLEANER_CONFIG").filter(|v| !v.is_empty());
    set.map_or_else(|| super::config_dir().join("config.toml"), PathBuf::from)
}

/// What the variable of a setting says; an empty one says nothing.
fn variable(key: Key) -> Result<Option<String>, SettingsError> {
    match env::var(key.variable()) {
        Ok(value) => Ok(Some(value).filter(|v| !v.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => {
            Err(SettingsError::Wrong { origin: Origin::Variable(key.variable()), what: "is not UTF-8 text".into() })
        }
    }
}

/// A name of a keymap or theme: never a path.
fn name(key: Key, value: &str) -> Result<String, String> {
    let fits = !value.is_empty() && value.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if fits { Ok(value.to_owned()) } else { Err(format!("{} '{value}' is not a name", key.name())) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn error(owner: Owner, text: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        let read = file::read(&path, owner).map(Option::unwrap).and_then(|entries| {
            let mut settings = Settings::default();
            entries.into_iter().try_for_each(|(key, value, origin)| settings.set(key, &value, origin))
        });
        read.unwrap_err().to_string()
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        for (text, said) in [
            ("annotator = \"ada\"\n\nthreshhold = 0.4\n", "config.toml:3: there is no setting 'threshhold'"),
            ("threshold = 4.0", "config.toml:1: threshold 4.0 is not a number between"),
            ("\nthreshold = \"0.4\"", "config.toml:2: threshold is a number"),
            ("theme = \"../../etc\"", "config.toml:1: theme '../../etc' is not a name"),
            ("color = \"blue\"", "config.toml:1: color 'blue' is none of auto, true, 256, 16, none"),
            ("mouse = \"yes\"", "config.toml:1: mouse is true or false"),
            ("annotator = [", "config.toml:1: "),
            ("annotator = \"\"", "config.toml:1: annotator is empty"),
        ] {
            let error = error(Owner::Person, text);
            assert!(error.contains(said), "{said:?} is not in {error}");
        }
    }

    #[test]
    fn a_project_cannot_name_a_model_outside_itself_or_who_you_are() {
        for model in ["/models/x", "../x", "a/../../x"] {
            let error = error(Owner::Project, &format!("model = \"{model}\""));
            assert!(error.contains("config.toml:1: ") && error.contains("not inside the project's folder"), "{error}");
        }
        assert!(error(Owner::Project, "annotator = \"bob\"").contains("who you are"));
    }

    #[test]
    fn a_model_is_named_from_the_folder_of_the_file_and_a_missing_file_sets_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(PROJECT_FILE);
        assert!(file::read(&path, Owner::Project).unwrap().is_none());
        std::fs::write(&path, "model = \"models/x\"\ncolor = 256\n").unwrap();
        let entries = file::read(&path, Owner::Project).unwrap().unwrap();
        assert_eq!(entries[0].1, dir.path().join("models/x").to_string_lossy());
        assert_eq!((entries[1].1.as_str(), entries[1].2.to_string()), ("256", format!("{}:2", path.display())));
    }
}
