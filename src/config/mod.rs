//! Where things lie and how they are set.
//!
//! Settings come from `config.toml` in the configuration folder, are overridden by `GLEANER_*` variables, and those by
//! flags.

mod paths;
mod settings;

pub use paths::{cache_dir, config_dir, state_dir};
pub use settings::{Settings, SettingsError};
