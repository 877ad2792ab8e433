//! The folders of the XDG base directory specification; on macOS too, as terminal programs do.

use std::env;
use std::path::PathBuf;

/// Settings and keymaps: `$XDG_CONFIG_HOME/gleaner`, else `~/.config/gleaner`.
pub fn config_dir() -> PathBuf {
    base("XDG_CONFIG_HOME", ".config")
}

/// What a person would miss but not back up, such as the demo project: `$XDG_STATE_HOME/gleaner`, else
/// `~/.local/state/gleaner`.
pub fn state_dir() -> PathBuf {
    base("XDG_STATE_HOME", ".local/state")
}

/// What can be made again: `$XDG_CACHE_HOME/gleaner`, else `~/.cache/gleaner`.
pub fn cache_dir() -> PathBuf {
    base("XDG_CACHE_HOME", ".cache")
}

/// Where gleaner writes down what it did and what went wrong: `log` in the state folder.
pub fn log_file() -> PathBuf {
    state_dir().join("log")
}

fn base(variable: &str, fallback: &str) -> PathBuf {
    // The specification: a relative path in these variables is to be ignored.
    let set = env::var_os(variable).map(PathBuf::from).filter(|p| p.is_absolute());
    let home = || env::var_os("HOME").map_or_else(env::temp_dir, PathBuf::from);
    set.unwrap_or_else(|| home().join(fallback)).join("gleaner")
}
