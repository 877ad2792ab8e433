//! `tokenizer.json` → a `tokenizers` object, read by our own hand.
//!
//! The crate's own reader aborts on some damaged files and is slow on large vocabularies. Here the vocabulary streams
//! straight into the model, and what the crate would trust is checked first. Padding, truncation, decoder and
//! post-processor are not handed on: the special tokens at both ends are read out of the latter.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use tokenizers::models::unigram::Unigram;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{AddedToken, ModelWrapper, Tokenizer};

use super::charsmap;

/// A tokenizer and the special tokens it puts around a sequence.
pub(super) struct Parts {
    pub tokenizer: Tokenizer,
    pub prefix: Vec<u32>,
    pub suffix: Vec<u32>,
    /// The largest id of any token.
    pub largest: u32,
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<Added>,
    normalizer: Option<Value>,
    pre_tokenizer: Option<Value>,
    post_processor: Option<Value>,
    model: Model,
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    #[serde(flatten)]
    token: AddedToken,
}

#[derive(Deserialize)]
struct Model {
    #[serde(rename = "type")]
    kind: Option<String>,
    vocab: Vocabulary,
    unk_id: Option<usize>,
    unk_token: Option<String>,
    #[serde(default)]
    byte_fallback: bool,
    continuing_subword_prefix: Option<String>,
    max_input_chars_per_word: Option<usize>,
}

/// Reads the bytes of a file.
pub(super) fn parse(bytes: &[u8]) -> Result<Parts, String> {
    let text = std::str::from_utf8(bytes).map_err(|e| e.to_string())?;
    let file: File = serde_json::from_str(text).map_err(|e| e.to_string())?;
    let pieces = match &file.model.vocab {
        Vocabulary::Scored(pieces) => pieces.len().saturating_sub(1) as u32,
        Vocabulary::Numbered(pieces) => pieces.iter().map(|(_, id)| *id).max().unwrap_or(0),
    };
    let added = file.added_tokens.iter().map(|added| added.id).max().unwrap_or(0);
    let mut tokenizer = Tokenizer::new(model(file.model)?);
    if let Some(normalizer) = &file.normalizer {
        check_charsmaps(normalizer)?;
        let normalizer = NormalizerWrapper::deserialize(normalizer).map_err(|e| format!("normalizer: {e}"))?;
        tokenizer.with_normalizer(Some(normalizer)).map_err(|e| e.to_string())?;
    }
    if let Some(splitter) = &file.pre_tokenizer {
        let splitter = PreTokenizerWrapper::deserialize(splitter).map_err(|e| format!("pre_tokenizer: {e}"))?;
        tokenizer.with_pre_tokenizer(Some(splitter));
    }
    for added in &file.added_tokens {
        tokenizer.add_tokens([added.token.clone()]).map_err(|e| e.to_string())?;
        if tokenizer.token_to_id(&added.token.content) != Some(added.id) {
            return Err(format!("the added token {:?} cannot have the id {}", added.token.content, added.id));
        }
    }
    let (prefix, suffix) = match &file.post_processor {
        Some(processor) => surroundings(processor)?,
        None => (Vec::new(), Vec::new()),
    };
    let ends = prefix.iter().chain(&suffix).copied().max().unwrap_or(0);
    Ok(Parts { tokenizer, prefix, suffix, largest: pieces.max(added).max(ends) })
}

fn model(model: Model) -> Result<ModelWrapper, String> {
    let kind = model.kind.as_deref();
    match (kind, model.vocab) {
        (Some("Unigram") | None, Vocabulary::Scored(pieces)) => {
            let model = Unigram::from(pieces, model.unk_id, model.byte_fallback).map_err(|e| e.to_string())?;
            Ok(model.into())
        }
        (Some("WordPiece") | None, Vocabulary::Numbered(pieces)) => {
            let unk = model.unk_token.unwrap_or_else(|| "[UNK]".to_owned());
            // The crate's own kind of map, which it does not export.
            let mut vocabulary = WordPiece::read_bytes(&[]).map_err(|e| e.to_string())?;
            vocabulary.extend(pieces);
            if !vocabulary.contains_key(&unk) {
                return Err(format!("the unknown token {unk:?} is not in the vocabulary"));
            }
            let wordpiece = WordPiece::builder()
                .vocab(vocabulary)
                .unk_token(unk)
                .continuing_subword_prefix(model.continuing_subword_prefix.unwrap_or_else(|| "##".to_owned()))
                .max_input_chars_per_word(model.max_input_chars_per_word.unwrap_or(100));
            Ok(wordpiece.build().map_err(|e| e.to_string())?.into())
        }
        (kind, _) => {
            let kind = kind.unwrap_or("without a name");
            Err(format!("a tokenizer of type {kind:?} (WordPiece and Unigram are read)"))
        }
    }
}

/// Finds character maps anywhere in a normaliser and checks them.
fn check_charsmaps(normalizer: &Value) -> Result<(), String> {
    if normalizer["type"] == "Precompiled" {
        let map = normalizer["precompiled_charsmap"].as_str().ok_or("a Precompiled normalizer without its map")?;
        charsmap::check(&charsmap::from_base64(map)?)?;
    }
    let parts = normalizer["normalizers"].as_array();
    parts.into_iter().flatten().try_for_each(check_charsmaps)
}

/// The ids before and after a sequence.
fn surroundings(processor: &Value) -> Result<(Vec<u32>, Vec<u32>), String> {
    let wrong = || "the post_processor is not one that is read (TemplateProcessing, BertProcessing)".to_owned();
    let id = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n).ok()).ok_or_else(wrong);
    match processor["type"].as_str() {
        Some("TemplateProcessing") => {
            let (mut prefix, mut suffix, mut inside) = (Vec::new(), Vec::new(), false);
            for piece in processor["single"].as_array().ok_or_else(wrong)? {
                if let Some(name) = piece["SpecialToken"]["id"].as_str() {
                    let ids = processor["special_tokens"][name]["ids"].as_array().ok_or_else(wrong)?;
                    let side = if inside { &mut suffix } else { &mut prefix };
                    for value in ids {
                        side.push(id(value)?);
                    }
                } else {
                    inside = true;
                }
            }
            Ok((prefix, suffix))
        }
        Some("BertProcessing" | "RobertaProcessing") => {
            Ok((vec![id(&processor["cls"][1])?], vec![id(&processor["sep"][1])?]))
        }
        _ => Err(wrong()),
    }
}

/// `{"piece": id}` (WordPiece) or `[["piece", score]]` (Unigram).
enum Vocabulary {
    Numbered(Vec<(String, u32)>),
    Scored(Vec<(String, f64)>),
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Vocabulary;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a vocabulary")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocabulary, A::Error> {
                let mut pieces = Vec::with_capacity(1 << 15);
                while let Some(piece) = map.next_entry()? {
                    pieces.push(piece);
                }
                Ok(Vocabulary::Numbered(pieces))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vocabulary, A::Error> {
                let mut pieces = Vec::with_capacity(1 << 15);
                while let Some(piece) = seq.next_element()? {
                    pieces.push(piece);
                }
                Ok(Vocabulary::Scored(pieces))
            }
        }
        deserializer.deserialize_any(Either)
    }
}
