//! A settings file: `name = value` lines, each told with its line when it is wrong.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};

use super::origin::{Key, Origin};
use super::settings::SettingsError;

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    /// The person at the keyboard.
    Person,
    /// Whoever made the project: perhaps a stranger.
    Project,
}

/// What one source sets: the setting, its value as a variable or flag would give it, and where that stands.
pub(super) type Layer = Vec<(Key, String, Origin)>;

/// Settings fit into this many bytes; a larger "file" is something else.
const LARGEST: u64 = 64 * 1024;

/// What the file sets, in its order; `None` when it is not there.
pub(super) fn read(path: &Path, owner: Owner) -> Result<Option<Layer>, SettingsError> {
    let Some(text) = text_of(path)? else { return Ok(None) };
    let origin = |at: usize| {
        let (path, line) = (path.to_path_buf(), text.get(..at).map_or(1, |before| before.matches('\n').count() + 1));
        match owner {
            Owner::Person => Origin::File { path, line },
            Owner::Project => Origin::Project { path, line },
        }
    };
    let wrong = |at: usize, what: String| SettingsError::Wrong { origin: origin(at), what };
    let table =
        DeTable::parse(&text).map_err(|e| wrong(e.span().map_or(0, |s| s.start), e.message().trim().to_owned()))?;
    let mut found = Vec::new();
    for (name, value) in table.get_ref() {
        let at = name.span().start;
        let key = Key::ALL.into_iter().find(|k| k.name() == name.get_ref().as_ref()).ok_or_else(|| {
            let known = Key::ALL.iter().filter(|k| owner == Owner::Person || **k != Key::Annotator);
            let known = known.map(|k| k.name()).collect::<Vec<_>>().join(", ");
            wrong(at, format!("there is no setting '{}'; there are {known}", name.get_ref()))
        })?;
        if owner == Owner::Project && key == Key::Annotator {
            let what = "annotator is who you are, not what the project is; set it in your own config.toml, with \
                        GLEANER_ANNOTATOR or with --as";
            return Err(wrong(at, what.into()));
        }
        let value = scalar(key, value.get_ref()).map_err(|what| wrong(at, what))?;
        let value = if key == Key::Model { model(path, owner, value).map_err(|what| wrong(at, what))? } else { value };
        found.push((at, key, value));
    }
    found.sort_by_key(|(at, ..)| *at);
    Ok(Some(found.into_iter().map(|(at, key, value)| (key, value, origin(at))).collect()))
}

/// The text of a settings file. A pipe, a device or something huge is refused, not read.
fn text_of(path: &Path) -> Result<Option<String>, SettingsError> {
    let read = |source| SettingsError::Read { path: path.to_path_buf(), source };
    match std::fs::metadata(path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(read(e)),
        Ok(about) if !about.is_file() || about.len() > LARGEST => {
            return Err(read(std::io::Error::other("is not a settings file of at most 64 kB")));
        }
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(read)?.take(LARGEST).read_to_end(&mut bytes).map_err(read)?;
    String::from_utf8(bytes).map(Some).map_err(|_| read(std::io::Error::other("is not UTF-8 text")))
}

/// A value as the text a variable or a flag would give; its type is that of the setting.
fn scalar(key: Key, value: &DeValue<'_>) -> Result<String, String> {
    match (key, value) {
        (Key::Threshold, DeValue::Float(n)) => Ok(n.as_str().to_owned()),
        (Key::Threshold | Key::Color, DeValue::Integer(n)) => Ok(n.as_str().to_owned()),
        (Key::Mouse | Key::Color, DeValue::Boolean(b)) => Ok(b.to_string()),
        (Key::Threshold, _) => Err("threshold is a number between 0.05 and 0.95, without quotes".into()),
        (Key::Mouse, _) => Err("mouse is true or false, without quotes".into()),
        (_, DeValue::String(text)) => Ok(text.to_string()),
        (key, _) => Err(format!("{} is a text in quotes", key.name())),
    }
}

/// A model's folder is named from the folder of the file. A project's file may only name one inside the project.
fn model(file: &Path, owner: Owner, value: String) -> Result<String, String> {
    use std::path::Component;

    if value == "mini" || value.is_empty() {
        return Ok(value);
    }
    let named = PathBuf::from(&value);
    if owner == Owner::Project {
        let inside = named.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        if !inside {
            return Err(format!(
                "model '{value}' is not inside the project's folder; a project may only name `mini` or a folder of its \
                 own: name others in your own config.toml, with GLEANER_MODEL or with --model"
            ));
        }
    }
    let home = || std::env::var_os("HOME").map(PathBuf::from);
    let named = match (named.strip_prefix("~"), home()) {
        (Ok(rest), Some(home)) if owner == Owner::Person => home.join(rest),
        _ => named,
    };
    // Joining to an absolute path gives that path.
    let folder = file.parent().unwrap_or(Path::new(""));
    Ok(folder.join(named).to_string_lossy().into_owned())
}
