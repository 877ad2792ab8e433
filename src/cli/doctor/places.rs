//! Settings with where each came from, and the files and folders gleaner uses.

use std::path::Path;

use super::report::Report;
use crate::cli::{annotate, log_file as log};
use crate::config::{Key, PROJECT_FILE, Settings, cache_dir, config_dir, config_file, log_file, state_dir};

/// The settings as a command on this project would have them; the defaults when they are wrong.
pub(super) fn settings(report: &mut Report, project: Option<&Path>, flags: &[(Key, String)]) -> Settings {
    report.section("settings");
    let settings = match Settings::layered(project, flags) {
        Ok(settings) => settings,
        Err(error) => {
            report.problem(
                error.to_string(),
                "change or remove it there; until then no command runs with these settings",
            );
            return Settings::default();
        }
    };
    for key in Key::ALL {
        let user = settings.annotator(None);
        match (key, settings.value(key)) {
            (_, Some(value)) => report.setting(key.name(), &value, &settings.origin(key).to_string()),
            (Key::Annotator, None) if user != default(key) => report.setting(key.name(), &user, "USER"),
            (key, None) => report.setting(key.name(), default(key), "default"),
        }
    }
    if let (Some(taken), Some(dir)) = (settings.taken_from_project(), project) {
        report.setting("by the project", &taken, &dir.join(PROJECT_FILE).display().to_string());
    }
    for (name, wrong) in [("theme", annotate::theme(&settings).err()), ("keymap", annotate::keymap(&settings).err())] {
        if let Some(error) = wrong {
            report.problem(format!("{error:#}"), format!("name another {name} there, or correct the file it names"));
        }
    }
    for name in unknown_variables() {
        report.problem(
            format!("{name} is set, but is no variable of gleaner's"),
            format!("unset {name}, or correct its name"),
        );
    }
    settings
}

/// What holds when nobody sets it.
fn default(key: Key) -> &'static str {
    match key {
        Key::Annotator => "me",
        Key::Model => "mini",
        Key::Threshold => "0.5",
        Key::Keymap => "default",
        Key::Theme | Key::Color => "auto",
        Key::Mouse => "false",
    }
}

/// Variables that look like ours and are not: a mistyped one would be passed over in silence.
fn unknown_variables() -> Vec<String> {
    let known =
        |name: &str| Key::ALL.iter().any(|k| k.variable() == name) || name == "GLEANER_CONFIG" || name == log::VARIABLE;
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    let mut unknown: Vec<String> = names.filter(|n| n.starts_with("GLEANER_") && !known(n)).collect();
    unknown.sort();
    unknown
}

/// Every path with whether it is there and can be used.
pub(super) fn paths(report: &mut Report, settings: &Settings, verbose: u8) {
    report.section("paths");
    let config = config_file();
    report.fact("settings", said(&config, is_file(&config)));
    let keys = annotate::own_keys();
    // A keymap that cannot be read is a problem already.
    let wrong = annotate::keymap(settings).err().map(|e| format!("wrong: {e:#}"));
    let keys_state = if keys.exists() { wrong.unwrap_or_else(|| is_file(&keys)) } else { is_file(&keys) };
    report.fact("own keys", said(&keys, keys_state));
    for (name, dir, needed) in
        [("config", config_dir(), false), ("state", state_dir(), true), ("cache", cache_dir(), true)]
    {
        let state = folder(&dir);
        if let Err(why) = &state {
            let next =
                format!("make {} a folder that you can {}", dir.display(), if needed { "write to" } else { "read" });
            report.problem(format!("{}: {why}", dir.display()), next);
        }
        report.fact(name, said(&dir, state.unwrap_or_else(|why| format!("wrong: {why}"))));
    }
    let log = log_file();
    let level = log::level(verbose).map_or_else(|e| e.to_string(), |l| l.to_string().to_lowercase());
    let state = match std::fs::metadata(&log) {
        Ok(about) => format!("{}, level {level}", crate::cli::backup::size(about.len())),
        Err(_) => format!("not there yet, level {level}"),
    };
    report.fact("log", said(&log, state));
}

fn said(path: &Path, state: String) -> String {
    format!("{}  ({state})", path.display())
}

fn is_file(path: &Path) -> String {
    match std::fs::metadata(path) {
        Ok(about) if about.is_file() => "read".into(),
        Ok(_) => "wrong: not a file".into(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => "not there".into(),
        Err(e) => format!("wrong: {e}"),
    }
}

/// Whether a folder is there and can be written to; the nearest one above it when it is not there yet.
fn folder(path: &Path) -> Result<String, String> {
    match std::fs::metadata(path) {
        Ok(about) if !about.is_dir() => Err("is a file, not a folder".into()),
        Ok(_) if writable(path) => Ok("there, can be written".into()),
        Ok(_) => Err("cannot be written".into()),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            let above = path.ancestors().skip(1).find(|p| p.exists());
            match above {
                Some(above) if !writable(above) => {
                    Err(format!("is not there, and {} cannot be written", above.display()))
                }
                _ => Ok("not there; made when it is needed".into()),
            }
        }
        Err(e) => Err(e.to_string()),
    }
}

/// Asked of the system, without writing anything.
#[cfg(unix)]
fn writable(path: &Path) -> bool {
    use std::os::unix::ffi::OsStrExt;
    let Ok(path) = std::ffi::CString::new(path.as_os_str().as_bytes()) else { return false };
    // SAFETY: a C string that outlives the call.
    unsafe { libc::access(path.as_ptr(), libc::W_OK) == 0 }
}

#[cfg(not(unix))]
fn writable(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|m| !m.permissions().readonly())
}
