//! Where things lie and how they are set.
//!
//! Settings come in layers, and a later one wins: `config.toml` in the configuration folder, `gleaner.toml` in the
//! project's, `GLEANER_*` variables, flags.

mod file;
mod origin;
mod paths;
mod settings;

pub use origin::{Key, Origin};
pub use paths::{cache_dir, config_dir, log_file, state_dir};
pub use settings::{PROJECT_FILE, Settings, SettingsError, config_file};
