//! `config.toml`, one level of plain settings.

use std::env;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// What a person has set; everything has a default.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Who you are, when `--as` does not say.
    pub annotator: Option<String>,
    /// The model that suggests: `mini` or a folder.
    pub model: Option<String>,
    /// Suggestions need a score above this, 0 to 1.
    pub threshold: Option<f32>,
    /// Name of the keymap to start from: `default`, `vim` or `arrows`.
    pub keymap: Option<String>,
    /// `auto`, `true` (24 bit), `256`, `16` or `none`.
    pub color: Option<String>,
    /// `auto`, `dark`, `light`, `high-contrast`, or a file `themes/NAME.toml` beside this one.
    pub theme: Option<String>,
    /// Report the mouse; the terminal then no longer selects text by itself.
    pub mouse: Option<bool>,
}

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// It cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is not what it should be.
    #[error("{}:{line}: {what}", path.display())]
    Parse {
        /// The file.
        path: PathBuf,
        /// 1-based line.
        line: usize,
        /// What is wrong there.
        what: String,
    },
}

impl Settings {
    /// The person's settings; the defaults when there is no file.
    ///
    /// # Errors
    /// When the file cannot be read or has something unknown in it.
    pub fn load() -> Result<Self, SettingsError> {
        let path = env::var_os("GLEANER_CONFIG").map_or_else(|| super::config_dir().join("config.toml"), PathBuf::from);
        let mut settings = Self::read(&path)?;
        let set = |name: &str| env::var(name).ok().filter(|v| !v.is_empty());
        settings.annotator = set("GLEANER_ANNOTATOR").or(settings.annotator);
        settings.model = set("GLEANER_MODEL").or(settings.model);
        Ok(settings)
    }

    fn read(path: &Path) -> Result<Self, SettingsError> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(SettingsError::Read { path: path.to_path_buf(), source }),
        };
        let wrong = |at: usize, what: String| {
            let line = text.get(..at).map_or(1, |before| before.matches('\n').count() + 1);
            SettingsError::Parse { path: path.to_path_buf(), line, what }
        };
        let settings: Self =
            toml::from_str(&text).map_err(|e| wrong(e.span().map_or(0, |s| s.start), e.message().to_owned()))?;
        match settings.threshold {
            Some(t) if !(0.05..=0.95).contains(&t) => {
                let what = format!("threshold {t} is not between 0.05 and 0.95");
                Err(wrong(text.find("threshold").unwrap_or(0), what))
            }
            _ => Ok(settings),
        }
    }

    /// Who is annotating: the flag, else the settings, else `$USER`, else `me`.
    pub fn annotator(&self, flag: Option<&str>) -> String {
        let user = || env::var("USER").ok().filter(|u| !u.trim().is_empty());
        flag.map(str::to_owned).or_else(|| self.annotator.clone()).or_else(user).unwrap_or_else(|| "me".to_owned())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        std::fs::write(&path, "annotator = \"ada\"\n\nthreshhold = 0.4\n").unwrap();
        let error = Settings::read(&path).unwrap_err().to_string();
        assert!(error.contains("config.toml:3:") && error.contains("threshhold"), "{error}");
        std::fs::write(&path, "threshold = 4.0").unwrap();
        let error = Settings::read(&path).unwrap_err().to_string();
        assert!(error.contains("config.toml:1: threshold 4 is not between"), "{error}");
        assert_eq!(Settings::read(&dir.path().join("none")).unwrap(), Settings::default());
    }
}
