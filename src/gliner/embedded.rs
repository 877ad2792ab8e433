//! gleaner-mini, compiled into the binary: works offline, without a single file.
//!
//! `data/models/gleaner-mini` is an ordinary model folder made by `quantise`; here its files are bytes of the program.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::config::Config;
use super::error::OpenError;
use super::open::{self, Opened, Sources};
use super::tokenizer::Unmarked;
use super::weights;

macro_rules! file {
    ($name:literal) => {
        include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/models/gleaner-mini/", $name))
    };
}

static CONFIG: &[u8] = file!("gliner_config.json");
static TOKENIZER: &[u8] = file!("tokenizer.json");
static TOKENIZER_CONFIG: &[u8] = file!("tokenizer_config.json");
static WEIGHTS: &[u8] = file!("model.safetensors");
static HASH: &[u8] = file!("model.sha256");

/// SHA-256 of the weights, computed when they were quantised.
pub(super) fn weights_hash() -> String {
    String::from_utf8_lossy(HASH).trim().to_owned()
}

/// Size of the weights.
pub(super) fn weights_bytes() -> u64 {
    WEIGHTS.len() as u64
}

/// True when the weights in the program are those that were put there: they have the hash they were given.
pub fn is_whole() -> bool {
    weights_hash() == format!("{:x}", Sha256::digest(WEIGHTS))
}

/// Opens the embedded model.
pub(super) fn open(threads: usize) -> Result<Opened, OpenError> {
    // The paths are for messages only, which a test keeps from ever being seen.
    let path = |name: &str| Path::new("(embedded)/gleaner-mini").join(name);
    let config_path = path("gliner_config.json");
    let config = Config::parse(&String::from_utf8_lossy(CONFIG), &config_path)?;
    let encoder = config.encoder.clone();
    let encoder = encoder.ok_or_else(|| OpenError::damaged(&config_path, "there is no encoder_config"))?;
    let model_max_length = open::parse_model_max_length(&String::from_utf8_lossy(TOKENIZER_CONFIG))
        .map_err(|why| OpenError::damaged(&path("tokenizer_config.json"), why))?;
    let (tokenizer_path, weights_path): (PathBuf, PathBuf) = (path("tokenizer.json"), path("model.safetensors"));
    let (tokenizer, weights) = rayon::join(
        || Unmarked::from_json(TOKENIZER, &tokenizer_path),
        || weights::parse_safetensors(WEIGHTS, Some(open::WORD_TABLE), &weights_path),
    );
    let sources = Sources { tokenizer: &tokenizer_path, weights: &weights_path };
    let (tokenizer, model) = open::assemble(&config, encoder, tokenizer?, weights?, threads, sources)?;
    Ok(Opened { config, tokenizer, model, model_max_length, weights: weights_path, tokenizer_path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_hash_is_that_of_the_weights() {
        assert!(is_whole());
    }
}
