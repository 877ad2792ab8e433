//! What this program is made of.

use std::env::consts;
use std::sync::LazyLock;

use crate::nn::kernels::{Level, level};
use crate::store::sqlite_version;

/// The version and what was built in, a line each: what `--version` prints.
pub(crate) static LONG: LazyLock<String> = LazyLock::new(|| {
    let lines = features().into_iter().map(|(name, value)| format!("{name}: {value}"));
    std::iter::once(env!("CARGO_PKG_VERSION").to_owned()).chain(lines).collect::<Vec<_>>().join("\n")
});

/// What was built in, by name.
pub(crate) fn features() -> Vec<(&'static str, String)> {
    let kernels = match level() {
        Level::Avx512 => "avx512 (compiled for avx512, avx2, plain)",
        Level::Avx2 => "avx2 (compiled for avx512, avx2, plain)",
        Level::Plain if cfg!(target_arch = "x86_64") => "plain (compiled for avx512, avx2, plain)",
        Level::Plain => "plain",
    };
    let build = if cfg!(debug_assertions) { "debug" } else { "release" };
    vec![
        ("model", "gleaner-mini, built in".to_owned()),
        ("kernels", kernels.to_owned()),
        ("sqlite", format!("{}, built in", sqlite_version())),
        ("target", format!("{}-{}, {build}", consts::ARCH, consts::OS)),
    ]
}
