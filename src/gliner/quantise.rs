//! A model folder → the same model with int8 weights, a quarter of the size.
//!
//! The new folder has everything a model needs, the tokenizer included, and is opened like any other. This is how the
//! embedded model in `data/models` is made.

use std::path::Path;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::backbone;
use super::config::Config;
use super::error::OpenError;
use super::open;
use super::weights::{self, int8};

/// Holds the hex SHA-256 of `model.safetensors`.
pub const HASH_FILE: &str = "model.sha256";

/// Writes the model in `dir` to the folder `out` (made if missing) with int8 weights.
pub fn quantise(dir: &Path, backbone: Option<&Path>, out: &Path) -> Result<(), OpenError> {
    // A folder that cannot run is not worth converting, and this names what is wrong with it.
    let opened = open::open(dir, backbone, 1)?;
    std::fs::create_dir_all(out).map_err(|e| OpenError::io(out, e))?;
    let weights = weights::read(&opened.weights)?;
    // BERT's pooler is in every file and used by no model.
    let bytes = int8::write(&weights, &["pooler.dense.weight", "pooler.dense.bias"])
        .map_err(|why| OpenError::damaged(&opened.weights, why))?;
    save(&out.join("model.safetensors"), &bytes)?;
    save(&out.join(HASH_FILE), format!("{:x}\n", Sha256::digest(&bytes)).as_bytes())?;
    let folders = backbone::folders(dir, &opened.config.model_name, backbone);
    copy_settings(dir, &folders, &opened.config, out)?;
    for name in ["tokenizer.json", "spm.model", "tokenizer_config.json"] {
        let beside = opened.tokenizer_path.with_file_name(name);
        if beside.exists() {
            copy(&beside, &out.join(name))?;
        }
    }
    for name in ["README.md", "LICENSE", "MANIFEST.md"] {
        if dir.join(name).exists() {
            copy(&dir.join(name), &out.join(name))?;
        }
    }
    Ok(())
}

/// The configuration, with the encoder's settings inside even when they came from the backbone.
fn copy_settings(dir: &Path, folders: &[std::path::PathBuf], config: &Config, out: &Path) -> Result<(), OpenError> {
    let path = dir.join(open::CONFIG);
    let mut settings = read_json(&path)?;
    if config.encoder.is_none()
        && let Some(path) = open::encoder_settings(folders)?
    {
        settings["encoder_config"] = read_json(&path)?;
    }
    let text = serde_json::to_string_pretty(&settings).map_err(|e| OpenError::damaged(&path, e))?;
    save(&out.join(open::CONFIG), format!("{text}\n").as_bytes())
}

/// Copies a file; JSON loses its white space on the way (tokenizers are half white space).
fn copy(from: &Path, to: &Path) -> Result<(), OpenError> {
    if from.extension().is_some_and(|e| e == "json") {
        return save(to, read_json(from)?.to_string().as_bytes());
    }
    let bytes = std::fs::read(from).map_err(|e| OpenError::io(from, e))?;
    save(to, &bytes)
}

fn read_json(path: &Path) -> Result<Value, OpenError> {
    let text = std::fs::read_to_string(path).map_err(|e| OpenError::io(path, e))?;
    serde_json::from_str(&text).map_err(|e| OpenError::damaged(path, e))
}

fn save(path: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    std::fs::write(path, bytes).map_err(|e| OpenError::io(path, e))
}
