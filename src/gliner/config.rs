//! `gliner_config.json`: what a model is, and the families that are refused.
//!
//! The JSON comes in, a [`Config`] with the official package's defaults goes out. Unknown keys are ignored. The encoder
//! is described inside (`encoder_config`) or by the backbone's own `config.json` (see `backbone`). Widths and layer counts
//! are not read at all: the tensors' shapes decide.

use std::path::Path;

use serde_json::{Map, Value};

use super::error::OpenError;
use super::model::{EncoderKind, EncoderSpec, RelativeSpec, SpanMode};

/// A model's settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The name the model gives itself.
    pub name: String,
    /// The backbone, as a folder name or a Hugging Face id.
    pub model_name: String,
    /// K: the longest span, in words.
    pub max_width: usize,
    /// The official package cuts a text after so many words.
    pub max_len: usize,
    /// Words gleaner gives the model at once: `gleaner_window`, else `max_len`.
    pub window: usize,
    /// The span head.
    pub span_mode: SpanMode,
    /// A label's vector is the hidden state at its marker (true) or just after it (false).
    pub embed_ent_token: bool,
    /// Id of the label marker, when the file gives it.
    pub class_token_index: Option<u32>,
    /// The label marker.
    pub ent_token: String,
    /// The marker between labels and text.
    pub sep_token: String,
    /// The encoder; `None` when the backbone's own config.json must be read.
    pub encoder: Option<EncoderSpec>,
}

impl Config {
    /// Reads the text of a `gliner_config.json`; `path` is for messages.
    pub fn parse(text: &str, path: &Path) -> Result<Self, OpenError> {
        let value: Value = serde_json::from_str(text).map_err(|e| OpenError::damaged(path, e))?;
        let fields = Fields::of(&value, path)?;
        refuse_other_families(&fields)?;
        let span_mode = match fields.text("span_mode", "markerV0")? {
            "markerV0" => SpanMode::MarkerV0,
            "marker" => SpanMode::Marker,
            "token_level" => return Err(fields.unsupported("a token-level model (span_mode \"token_level\")")),
            other => return Err(fields.unsupported(format!("span_mode {other:?}"))),
        };
        let encoder = match fields.get("encoder_config") {
            None => None,
            Some(value) => Some(encoder(&Fields::of(value, path)?)?),
        };
        let max_len = fields.size("max_len", 384)?;
        Ok(Self {
            name: fields.text("name", "gliner")?.to_owned(),
            model_name: fields.text("model_name", "microsoft/deberta-v3-small")?.to_owned(),
            max_width: max_width(&fields)?,
            max_len,
            window: fields.size("gleaner_window", max_len)?,
            span_mode,
            embed_ent_token: fields.flag("embed_ent_token", true)?,
            class_token_index: fields.index("class_token_index")?,
            ent_token: fields.text("ent_token", "<<ENT>>")?.to_owned(),
            sep_token: fields.text("sep_token", "<<SEP>>")?.to_owned(),
            encoder,
        })
    }
}

/// K; scores take memory in proportion, and nobody annotates spans of a thousand words.
fn max_width(fields: &Fields<'_>) -> Result<usize, OpenError> {
    match fields.size("max_width", 12)? {
        width if width <= 1000 => Ok(width),
        _ => Err(fields.wrong("max_width", "at most 1000")),
    }
}

/// Names the families of GLiNER that need another program.
fn refuse_other_families(fields: &Fields<'_>) -> Result<(), OpenError> {
    for (key, family) in [
        ("labels_encoder", "a bi-encoder (labels_encoder)"),
        ("labels_decoder", "a model with a label decoder (labels_decoder)"),
        ("relations_layer", "a relation extraction model (relations_layer)"),
        ("label_token", "a streaming model (label_token)"),
        ("span_encoder_config", "a second encoder for spans (span_encoder_config)"),
        ("precomputed_prompts_mode", "precomputed_prompts_mode"),
    ] {
        if fields.get(key).is_some_and(|v| v != &Value::Bool(false)) {
            return Err(fields.unsupported(family));
        }
    }
    if let Some(kind) = fields.get("model_type").and_then(Value::as_str)
        && !matches!(kind, "gliner" | "gliner_uni_encoder_span")
    {
        return Err(fields.unsupported(format!("model_type {kind:?}")));
    }
    if fields.flag("fuse_layers", false)? {
        return Err(fields.unsupported("fuse_layers"));
    }
    let schema = fields.text("post_fusion_schema", "")?;
    if !schema.is_empty() {
        return Err(fields.unsupported(format!("post_fusion_schema {schema:?}")));
    }
    let splitter = fields.text("words_splitter_type", "whitespace")?;
    if splitter != "whitespace" {
        return Err(fields.unsupported(format!("the word splitter {splitter:?} (only \"whitespace\" is built in)")));
    }
    let pooling = fields.text("subtoken_pooling", "first")?;
    if pooling != "first" {
        return Err(fields.unsupported(format!("subtoken_pooling {pooling:?}")));
    }
    Ok(())
}

/// Reads the text of a backbone's `config.json`; `path` is for messages.
pub fn parse_encoder(text: &str, path: &Path) -> Result<EncoderSpec, OpenError> {
    let value: Value = serde_json::from_str(text).map_err(|e| OpenError::damaged(path, e))?;
    encoder(&Fields::of(&value, path)?)
}

fn encoder(fields: &Fields<'_>) -> Result<EncoderSpec, OpenError> {
    let (kind, epsilon) = match fields.text("model_type", "deberta-v2")? {
        "bert" => (bert(fields)?, 1e-12),
        "deberta-v2" => (EncoderKind::DebertaV2(relative(fields)?), 1e-7),
        other => return Err(fields.unsupported(format!("a backbone of type {other:?}"))),
    };
    let activation = fields.text("hidden_act", "gelu")?;
    if activation != "gelu" {
        return Err(fields.unsupported(format!("hidden_act {activation:?} in the backbone")));
    }
    Ok(EncoderSpec {
        kind,
        heads: fields.size("num_attention_heads", 12)?,
        head_width: fields.index("attention_head_size")?.filter(|&h| h > 0).map(|h| h as usize),
        epsilon: fields.number("layer_norm_eps", epsilon)? as f32,
        activation: activation.to_owned(),
    })
}

fn bert(fields: &Fields<'_>) -> Result<EncoderKind, OpenError> {
    let positions = fields.text("position_embedding_type", "absolute")?;
    if positions != "absolute" {
        return Err(fields.unsupported(format!("position_embedding_type {positions:?} in the backbone")));
    }
    Ok(EncoderKind::Bert)
}

fn relative(fields: &Fields<'_>) -> Result<RelativeSpec, OpenError> {
    if fields.get("conv_kernel_size").and_then(Value::as_f64).unwrap_or(0.0) > 0.0 {
        return Err(fields.unsupported("a DeBERTa backbone with a convolution (conv_kernel_size)"));
    }
    if !fields.flag("relative_attention", false)? {
        return Err(fields.unsupported("a DeBERTa backbone without relative_attention"));
    }
    // A list in new files, `"p2c|c2p"` in old ones.
    let terms: Vec<&str> = match fields.get("pos_att_type") {
        None => Vec::new(),
        Some(Value::String(joined)) => joined.split('|').collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect(),
        Some(_) => return Err(fields.wrong("pos_att_type", "a list of names")),
    };
    Ok(RelativeSpec {
        relative_attention: true,
        c2p: terms.contains(&"c2p"),
        p2c: terms.contains(&"p2c"),
        share_att_key: fields.flag("share_att_key", false)?,
        position_buckets: fields.index("position_buckets")?.map_or(-1, i64::from),
        max_relative_positions: fields.index("max_relative_positions")?.map_or(-1, i64::from),
        max_position_embeddings: fields.size("max_position_embeddings", 512)?,
        norm_rel_ebd: fields.text("norm_rel_ebd", "none")?.contains("layer_norm"),
        position_biased_input: fields.flag("position_biased_input", true)?,
        conv_kernel_size: 0,
    })
}

/// A JSON object read with defaults; `null` is the same as absent.
struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: &'a Path,
}

impl<'a> Fields<'a> {
    fn of(value: &'a Value, path: &'a Path) -> Result<Self, OpenError> {
        let map = value.as_object().ok_or_else(|| OpenError::damaged(path, "a JSON object was expected"))?;
        Ok(Self { map, path })
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key).filter(|v| !v.is_null())
    }

    fn text(&self, key: &str, default: &'static str) -> Result<&'a str, OpenError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_str().ok_or_else(|| self.wrong(key, "a string"))
    }

    fn flag(&self, key: &str, default: bool) -> Result<bool, OpenError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_bool().ok_or_else(|| self.wrong(key, "true or false"))
    }

    fn number(&self, key: &str, default: f64) -> Result<f64, OpenError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        value.as_f64().filter(|n| n.is_finite()).ok_or_else(|| self.wrong(key, "a number"))
    }

    /// A dimension: at least 1, and small enough that products of a few cannot overflow.
    fn size(&self, key: &str, default: usize) -> Result<usize, OpenError> {
        let Some(value) = self.get(key) else { return Ok(default) };
        let size = value.as_u64().filter(|n| (1..=1 << 24).contains(n));
        size.map(|n| n as usize).ok_or_else(|| self.wrong(key, "a positive whole number"))
    }

    /// An id, where a negative number stands for "not given".
    fn index(&self, key: &str) -> Result<Option<u32>, OpenError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.as_i64().ok_or_else(|| self.wrong(key, "a whole number"))?;
        if number < 0 {
            return Ok(None);
        }
        u32::try_from(number).map(Some).map_err(|_| self.wrong(key, "a smaller number"))
    }

    fn wrong(&self, key: &str, expected: &str) -> OpenError {
        let found = self.map.get(key).map(ToString::to_string).unwrap_or_default();
        let found: String = found.chars().take(60).collect();
        OpenError::damaged(self.path, format!("`{key}` should be {expected}, found {found}"))
    }

    fn unsupported(&self, what: impl Into<String>) -> OpenError {
        OpenError::Unsupported { path: self.path.to_owned(), what: what.into() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn parse(text: &str) -> Result<Config, OpenError> {
        Config::parse(text, Path::new("m/gliner_config.json"))
    }

    #[test]
    fn an_empty_file_has_the_packages_defaults() {
        let config = parse("{}").unwrap();
        assert_eq!((config.max_width, config.max_len, config.window), (12, 384, 384));
        assert_eq!((config.span_mode, config.embed_ent_token), (SpanMode::MarkerV0, true));
        assert_eq!((config.class_token_index, config.encoder), (None, None));
        assert_eq!(parse(r#"{"class_token_index": -1, "gleaner_window": 120}"#).unwrap().window, 120);
    }

    #[test]
    fn other_families_are_refused_by_name() {
        for (text, name) in [
            (r#"{"span_mode": "token_level"}"#, "token-level"),
            (r#"{"span_mode": "markerV2"}"#, "markerV2"),
            (r#"{"labels_encoder": "BAAI/bge"}"#, "bi-encoder"),
            (r#"{"labels_decoder": "gpt2"}"#, "decoder"),
            (r#"{"relations_layer": "biaffine"}"#, "relation"),
            (r#"{"fuse_layers": true}"#, "fuse_layers"),
            (r#"{"words_splitter_type": "jieba"}"#, "jieba"),
            (r#"{"subtoken_pooling": "mean"}"#, "subtoken_pooling"),
            (r#"{"encoder_config": {"model_type": "modernbert"}}"#, "modernbert"),
            (r#"{"model_type": "gliner_streaming_span"}"#, "gliner_streaming_span"),
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.contains(name) && message.contains("gleaner runs"), "{message}");
        }
    }

    #[test]
    fn a_setting_of_the_wrong_kind_is_named() {
        for text in [
            r#"{"max_width": 0}"#,
            r#"{"max_width": "12"}"#,
            r#"{"max_width": 1e30}"#,
            r#"{"max_width": 1001}"#,
            "[]",
            "{",
        ] {
            let message = parse(text).unwrap_err().to_string();
            assert!(message.starts_with("m/gliner_config.json: "), "{message}");
        }
    }
}
