//! A model folder → a model that runs.
//!
//! Finds the files (in the folder, or the backbone's), reads the tokenizer and the weights side by side, and checks that
//! they belong together before anything is computed.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::backbone;
use super::config::{self, Config};
use super::error::OpenError;
use super::model::{Embedding, EncoderSpec, ModelSpec, Options, SpanModel, Table};
use super::tokenizer::{Markers, Tokenizer, Unmarked};
use super::weights::int8::ByteRows;
use super::weights::{self, Weights};

/// The settings file of every GLiNER model.
pub(super) const CONFIG: &str = "gliner_config.json";
/// Weights, best first.
const WEIGHTS: [&str; 4] =
    ["model.safetensors", "pytorch_model.bin", "model.fp16.safetensors", "model.bf16.safetensors"];
/// The table whose rows are the vocabulary.
pub(super) const WORD_TABLE: &str = "token_rep_layer.bert_layer.model.embeddings.word_embeddings.weight";

/// Everything a model needs to run.
pub(super) struct Opened {
    pub config: Config,
    pub tokenizer: Tokenizer,
    pub model: SpanModel,
    /// Most subtokens the official package hands to the model, when its tokenizer has a limit.
    pub model_max_length: Option<usize>,
    pub weights: PathBuf,
    pub tokenizer_path: PathBuf,
}

/// Opens the model in `dir`; what it lacks is looked for in `backbone` too. `threads` 0: as many as the machine has.
pub(super) fn open(dir: &Path, backbone: Option<&Path>, threads: usize) -> Result<Opened, OpenError> {
    let path = dir.join(CONFIG);
    let text = match std::fs::read_to_string(&path) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Err(no_config(dir)),
        read => read.map_err(|e| OpenError::io(&path, e))?,
    };
    let config = Config::parse(&text, &path)?;
    let folders = backbone::folders(dir, &config.model_name, backbone);
    let encoder = match &config.encoder {
        Some(encoder) => encoder.clone(),
        None => {
            let path =
                encoder_settings(&folders)?.ok_or_else(|| no_backbone(dir, &config, "the settings (config.json)"))?;
            let text = std::fs::read_to_string(&path).map_err(|e| OpenError::io(&path, e))?;
            config::parse_encoder(&text, &path)?
        }
    };
    let weights = WEIGHTS.iter().map(|name| dir.join(name)).find(|path| path.exists());
    let weights = weights.ok_or_else(|| no_weights(dir))?;
    let tokenizer_path = backbone::find(&folders, &["tokenizer.json", "spm.model"])
        .ok_or_else(|| no_backbone(dir, &config, "the tokenizer (tokenizer.json or spm.model)"))?;
    let model_max_length = model_max_length(&tokenizer_path)?;
    let parts = || -> Result<Unmarked, OpenError> {
        let bytes = std::fs::read(&tokenizer_path).map_err(|e| OpenError::io(&tokenizer_path, e))?;
        match tokenizer_path.extension() {
            Some(extension) if extension == "json" => Unmarked::from_json(&bytes, &tokenizer_path),
            _ => Unmarked::from_sentencepiece(&bytes, &tokenizer_path),
        }
    };
    let (parts, tensors) = rayon::join(parts, || weights::read_keeping(&weights, Some(WORD_TABLE)));
    let sources = Sources { tokenizer: &tokenizer_path, weights: &weights };
    let (tokenizer, model) = assemble(&config, encoder, parts?, tensors?, threads, sources)?;
    Ok(Opened { config, tokenizer, model, model_max_length, weights, tokenizer_path })
}

/// Where parts came from, for messages.
#[derive(Clone, Copy)]
pub(super) struct Sources<'p> {
    pub tokenizer: &'p Path,
    pub weights: &'p Path,
}

/// Puts tokenizer and weights together.
pub(super) fn assemble(
    config: &Config,
    encoder: EncoderSpec,
    tokenizer: Unmarked,
    (weights, words): (Weights, Option<ByteRows>),
    threads: usize,
    sources: Sources<'_>,
) -> Result<(Tokenizer, SpanModel), OpenError> {
    let table = weights.tensors.get(WORD_TABLE).and_then(|table| table.shape.first().copied());
    let Some(rows) = words.as_ref().map(|words| words.scales.len()).or(table) else {
        let known = weights.tensors.keys().next().map_or("nothing", String::as_str);
        let why = format!("there is no tensor `{WORD_TABLE}` (the first one is `{known}`): not a GLiNER span model");
        return Err(OpenError::damaged(sources.weights, why));
    };
    let markers =
        Markers { ent: &config.ent_token, sep: &config.sep_token, class_token_index: config.class_token_index };
    let tokenizer = tokenizer.mark(markers, rows, sources.tokenizer)?;
    let spec = ModelSpec {
        encoder,
        max_width: config.max_width,
        span_mode: config.span_mode,
        class_token: tokenizer.ent,
        embed_ent_token: config.embed_ent_token,
        threads,
    };
    // Rows are looked up one by one: in int8 the table takes a quarter of the memory and no time to load.
    let words = words.map(|w| Embedding { width: w.width, table: Table::Bytes { values: w.values, scales: w.scales } });
    let model = SpanModel::load_with(&spec, weights, Options { words, ..Options::default() })
        .map_err(|source| OpenError::Model { path: sources.weights.to_owned(), source })?;
    Ok((tokenizer, model))
}

/// The first `config.json` that describes an encoder.
pub(super) fn encoder_settings(folders: &[PathBuf]) -> Result<Option<PathBuf>, OpenError> {
    for path in folders.iter().map(|folder| folder.join("config.json")).filter(|path| path.is_file()) {
        let text = std::fs::read_to_string(&path).map_err(|e| OpenError::io(&path, e))?;
        let value: Value = serde_json::from_str(&text).map_err(|e| OpenError::damaged(&path, e))?;
        // A converted model's own config.json may hold nothing but its type.
        if ["hidden_size", "d_model", "n_embd"].iter().any(|key| !value[key].is_null()) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// `model_max_length` of the tokenizer_config.json beside the tokenizer; `None` when there is no limit.
fn model_max_length(tokenizer: &Path) -> Result<Option<usize>, OpenError> {
    let path = tokenizer.with_file_name("tokenizer_config.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(OpenError::io(&path, e)),
    };
    parse_model_max_length(&text).map_err(|why| OpenError::damaged(&path, why))
}

/// `model_max_length` in the text of a tokenizer_config.json.
pub(super) fn parse_model_max_length(text: &str) -> Result<Option<usize>, String> {
    let value: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
    // "No limit" is written as 1e30.
    Ok(value["model_max_length"].as_f64().filter(|n| (1.0..1e12).contains(n)).map(|n| n as usize))
}

fn no_backbone(dir: &Path, config: &Config, what: &'static str) -> OpenError {
    OpenError::NoBackbone { dir: dir.to_owned(), model_name: config.model_name.clone(), what }
}

/// A folder without a gliner_config.json: says what it is, when that can be seen.
fn no_config(dir: &Path) -> OpenError {
    if !dir.is_dir() {
        return OpenError::Missing { dir: dir.to_owned(), what: "there is no such folder".to_owned() };
    }
    let path = dir.join("config.json");
    let other: Option<Value> = std::fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    match other.as_ref().and_then(|config| config["model_type"].as_str()) {
        Some("extractor") => OpenError::Unsupported { path, what: "a GLiNER2 model".to_owned() },
        Some("GLiClass" | "gliclass") => OpenError::Unsupported { path, what: "a GLiClass model".to_owned() },
        Some(kind) => {
            let kind: String = kind.chars().take(40).collect();
            OpenError::Unsupported { path, what: format!("a plain model of type {kind:?}, without {CONFIG},") }
        }
        None => {
            OpenError::Missing { dir: dir.to_owned(), what: format!("there is no {CONFIG}: not a GLiNER model folder") }
        }
    }
}

fn no_weights(dir: &Path) -> OpenError {
    let onnx = dir.join("model.onnx").exists() || dir.join("onnx").is_dir();
    let what = match onnx {
        true => {
            "holds only ONNX weights, which are not read yet; fetch model.safetensors or pytorch_model.bin".to_owned()
        }
        false => format!("there are no weights ({}); is the download complete?", WEIGHTS[..2].join(" or ")),
    };
    OpenError::Missing { dir: dir.to_owned(), what }
}
