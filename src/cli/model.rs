//! Which model a command runs, and `gleaner model`.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Outcome, out};
use crate::config::Settings;
use crate::gliner::{Gliner, quantise};

/// The model and how it runs.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct ModelArgs {
    /// `mini`, which is built in, or a model folder [default: `model` in config.toml, else mini]
    #[arg(long, value_name = "mini|DIR")]
    model: Option<String>,
    /// Where the backbone's tokenizer and configuration are, when the model folder has none
    #[arg(long, value_name = "DIR")]
    backbone: Option<PathBuf>,
    /// Threads [default: one a core]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    threads: usize,
}

impl ModelArgs {
    /// Opens the model.
    pub(crate) fn open(&self) -> anyhow::Result<Gliner> {
        let named = match &self.model {
            Some(name) => Some(name.clone()),
            None => Settings::load()?.model,
        };
        open(named.as_deref().unwrap_or("mini"), self.backbone.as_deref(), self.threads)
    }
}

/// Opens a model by name or folder.
pub(crate) fn open(name: &str, backbone: Option<&Path>, threads: usize) -> anyhow::Result<Gliner> {
    if name == "mini" {
        return Ok(Gliner::embedded(threads)?);
    }
    let dir = Path::new(name);
    anyhow::ensure!(
        dir.exists(),
        "no model '{name}': give `mini` or a folder with gliner_config.json (models of the hub come with a later version)"
    );
    anyhow::ensure!(dir.is_dir(), "model {name}: is a file; give the folder it lies in");
    Gliner::open(dir, backbone, threads).with_context(|| format!("model {name}"))
}

/// Arguments of `gleaner model`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a model folder with int8 weights, a quarter of the size
    Quantize {
        /// The model folder
        dir: PathBuf,
        /// The folder to write
        out: PathBuf,
        /// Where the backbone's tokenizer and configuration are
        #[arg(long, value_name = "DIR")]
        backbone: Option<PathBuf>,
    },
}

pub(crate) fn run(args: &Args) -> anyhow::Result<Outcome> {
    let What::Quantize { dir, out: to, backbone } = &args.what;
    quantise::quantise(dir, backbone.as_deref(), to)?;
    out::note(&format!("{} written; `gleaner suggest --model {0}` runs it", to.display()));
    Ok(Outcome::Done)
}
