//! Which model a command runs, and `gleaner model`.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::{Outcome, out};
use crate::config::{Key, Origin, Settings};
use crate::gliner::{Gliner, quantise};

/// The model and how it runs.
#[derive(Clone, Debug, Default, clap::Args)]
pub(crate) struct ModelArgs {
    /// `mini`, which is built in, or a model folder [default: the setting `model`, else mini]
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
    /// What these flags set.
    pub(crate) fn given(&self) -> Vec<(Key, String)> {
        self.model.iter().map(|name| (Key::Model, name.clone())).collect()
    }

    /// Opens the model that the flags name, else the settings: those of the project too, if one is named.
    pub(crate) fn open(&self, project: Option<&Path>) -> anyhow::Result<Gliner> {
        let settings = Settings::layered(project, &self.given())?;
        let opened = open(settings.model.as_deref().unwrap_or("mini"), self.backbone.as_deref(), self.threads);
        match settings.origin(Key::Model) {
            Origin::Default | Origin::Flag(_) => opened,
            elsewhere => opened.with_context(|| elsewhere.to_string()),
        }
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
    #[command(after_help = "Example: gleaner model quantize gliner_small gliner_small_int8")]
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
