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
    if let (Ok(from), Ok(to)) = (dir.canonicalize(), out.canonicalize())
        && from == to
    {
        let what = "this would overwrite the original weights; name another folder for the int8 model".to_owned();
        return Err(OpenError::Missing { dir: out.to_owned(), what });
    }
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

/// Writes a file whole or not at all.
fn save(path: &Path, bytes: &[u8]) -> Result<(), OpenError> {
    let part = path.with_extension("part");
    let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, path));
    written.map_err(|e| {
        let _ = std::fs::remove_file(&part);
        OpenError::io(path, e)
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::path::PathBuf;

    use super::*;
    use crate::gliner::{Gliner, SuggestOptions};

    fn fixture(model: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gliner/models").join(model)
    }

    #[test]
    fn the_new_folder_stands_alone_and_scores_almost_the_same() {
        let labels = ["person".to_owned(), "city".to_owned()];
        let text = "Maria Fontes runs the port office in Lisbon.";
        let options = SuggestOptions { floor: 0.0, ..SuggestOptions::default() };
        for model in ["span_bert", "span_deberta_marker", "legacy_layout/gliner"] {
            let out = tempfile::tempdir().unwrap();
            quantise(&fixture(model), None, out.path()).unwrap();
            let (before, after) =
                (Gliner::open(&fixture(model), None, 1).unwrap(), Gliner::open(out.path(), None, 1).unwrap());
            let run = |gliner: &Gliner| gliner.candidates(&[text], &labels, &options).unwrap().remove(0);
            let (a, b) = (run(&before), run(&after));
            assert_eq!(a.len(), b.len(), "{model}");
            // Small random weights are the hard case: a trained model's scores move less.
            let moved: f32 = a.iter().zip(&b).map(|(a, b)| (a.score - b.score).abs()).sum();
            assert!(moved / (a.len() as f32) < 0.03, "{model}: {}", moved / a.len() as f32);
            let hash = std::fs::read_to_string(out.path().join(HASH_FILE)).unwrap();
            assert_eq!(hash.trim(), after.weights_hash().unwrap());
        }
    }

    #[test]
    fn a_model_is_not_converted_onto_itself() {
        let error = quantise(&fixture("span_bert"), None, &fixture("span_bert")).unwrap_err();
        assert!(error.to_string().contains("overwrite"), "{error}");
    }
}
