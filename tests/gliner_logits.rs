//! Scores of the native engine against those of the official package, on its own ids and masks.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gleaner::gliner::encoded::{Encoded, Logits};
use gleaner::gliner::model::{
    Embedding, EncoderKind, EncoderSpec, ModelError, ModelSpec, Options, Precision, RelativeSpec, SpanMode, SpanModel,
    Table,
};
use gleaner::gliner::weights::{Tensor, Weights};
use gleaner::nn::encoder::{Asked, Encoder, Scratch};
use gleaner::nn::linear::Linear;
use gleaner::nn::lstm::Lstm;
use gleaner::nn::mlp::Mlp;
use gleaner::nn::parameters::{ANY, Array, Parameters};
use safetensors::SafeTensors;
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/gliner")
}

fn json(path: PathBuf) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn tensors(path: PathBuf) -> BTreeMap<String, Tensor> {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let floats = file.iter().filter(|(_, view)| view.dtype() == safetensors::Dtype::F32);
    floats
        .map(|(name, view)| {
            let data = view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
            (name.to_owned(), Tensor { shape: view.shape().to_vec(), data })
        })
        .collect()
}

fn integers(path: PathBuf) -> BTreeMap<String, Vec<u32>> {
    let bytes = std::fs::read(path).unwrap();
    let file = SafeTensors::deserialize(&bytes).unwrap();
    let integers = file.iter().filter(|(_, view)| view.dtype() == safetensors::Dtype::I64);
    let word = |b: &[u8]| i64::from_le_bytes(b.try_into().unwrap()) as u32;
    integers.map(|(name, view)| (name.to_owned(), view.data().chunks_exact(8).map(word).collect())).collect()
}

fn spec(model: &str, threads: usize) -> ModelSpec {
    let config = json(fixtures().join(format!("models/{model}/gliner_config.json")));
    let backbone = &config["encoder_config"];
    let number = |from: &Value, key: &str| from[key].as_i64().unwrap();
    let kind = match backbone["model_type"].as_str().unwrap() {
        "bert" => EncoderKind::Bert,
        _ => EncoderKind::DebertaV2(RelativeSpec {
            share_att_key: backbone["share_att_key"].as_bool().unwrap(),
            position_buckets: number(backbone, "position_buckets"),
            max_relative_positions: number(backbone, "max_relative_positions"),
            max_position_embeddings: number(backbone, "max_position_embeddings") as usize,
            ..RelativeSpec::default()
        }),
    };
    ModelSpec {
        encoder: EncoderSpec {
            kind,
            heads: number(backbone, "num_attention_heads") as usize,
            head_width: None,
            epsilon: backbone["layer_norm_eps"].as_f64().unwrap() as f32,
            activation: "gelu".into(),
        },
        max_width: number(&config, "max_width") as usize,
        span_mode: if config["span_mode"] == "marker" { SpanMode::Marker } else { SpanMode::MarkerV0 },
        class_token: number(&config, "class_token_index") as u32,
        embed_ent_token: config["embed_ent_token"].as_bool().unwrap(),
        threads,
    }
}

fn weights(model: &str) -> Weights {
    Weights { tensors: tensors(fixtures().join(format!("models/{model}/model.safetensors"))) }
}

fn load(model: &str, threads: usize) -> SpanModel {
    SpanModel::load(&spec(model, threads), weights(model)).unwrap()
}

/// The sequences of a record, without their padding, and its id.
fn sequences(record: &Value) -> Vec<Encoded> {
    let row = |key: &str, i: usize| -> Vec<u32> {
        record[key][i].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as u32).collect()
    };
    let count = record["input_ids"].as_array().unwrap().len();
    (0..count)
        .map(|i| {
            let length = row("attention_mask", i).iter().filter(|&&m| m == 1).count();
            let words = record["kept_words"][i].as_u64().unwrap() as usize;
            let (input_ids, words_mask) = (row("input_ids", i), row("words_mask", i));
            Encoded { input_ids: input_ids[..length].into(), words_mask: words_mask[..length].into(), words }
        })
        .collect()
}

fn records(model: &str) -> Vec<Value> {
    let file = json(fixtures().join(format!("inference/{model}.json")));
    let all = ["cases", "batches"].iter().flat_map(|part| file[part].as_array().unwrap().clone());
    all.filter(|record| record.get("input_ids").is_some()).collect()
}

/// Largest difference on spans inside the text and classes of the sequence; the number of scores compared.
fn difference(got: &Logits, want: &Tensor, row: usize) -> (f32, usize) {
    let [_, words, widths, classes] = want.shape[..] else { panic!("shape {:?}", want.shape) };
    assert_eq!(got.widths, widths);
    assert!(got.words <= words && got.classes <= classes);
    let (mut worst, mut count) = (0.0f32, 0);
    for start in 0..got.words {
        for width in 0..widths.min(got.words - start) {
            for class in 0..got.classes {
                let score = got.values[(start * widths + width) * got.classes + class];
                let other = want.data[((row * words + start) * widths + width) * classes + class];
                worst = worst.max(if score.is_finite() { (score - other).abs() } else { f32::INFINITY });
                count += 1;
            }
        }
    }
    (worst, count)
}

fn compare_all(model: &str) {
    let want = tensors(fixtures().join(format!("inference/{model}.safetensors")));
    for threads in [1, 3] {
        let engine = load(model, threads);
        let (mut worst, mut compared, mut used) = (0.0f32, 0, 0);
        for record in records(model) {
            let id = record["id"].as_str().unwrap();
            let Some(want) = want.get(&format!("{id}/logits")) else { continue };
            used += 1;
            let sequences = sequences(&record);
            for (row, got) in engine.logits(&sequences).iter().enumerate() {
                let classes: usize = match &record["entity_types"][0] {
                    Value::Array(_) => record["entity_types"][row].as_array().unwrap().len(),
                    _ => record["entity_types"].as_array().unwrap().len(),
                };
                assert_eq!((got.words, got.classes), (sequences[row].words, classes), "{model} {id}");
                let (difference, count) = difference(got, want, row);
                assert!(difference <= 1e-4, "{model} {id} text {row}: scores differ by {difference}");
                worst = worst.max(difference);
                compared += count;
            }
        }
        eprintln!("{model}, {threads} threads: {used} records, {compared} scores, largest difference {worst:e}");
        assert_eq!(used, want.len());
        assert!(compared > 10_000);
    }
}

#[test]
fn bert_with_lstm_and_projection() {
    compare_all("span_bert");
}

#[test]
fn deberta_with_lstm_and_projection() {
    compare_all("span_deberta_lstm");
}

#[test]
fn deberta_with_its_own_position_projections_and_marker_head() {
    compare_all("span_deberta_marker");
}

#[test]
fn a_batch_gives_what_its_sequences_give_alone() {
    for model in ["span_bert", "span_deberta_lstm", "span_deberta_marker"] {
        let engine = load(model, 2);
        let batch: Vec<Encoded> = records(model).iter().flat_map(sequences).collect();
        for (sequence, together) in batch.iter().zip(engine.logits(&batch)) {
            let alone = engine.logits(std::slice::from_ref(sequence)).remove(0);
            let pairs = alone.values.iter().zip(&together.values);
            assert_eq!(alone.values.len(), together.values.len());
            assert!(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max) < 2e-5, "{model}");
        }
    }
}

#[test]
fn sequences_without_words_or_labels_give_nothing() {
    let engine = load("span_deberta_lstm", 1);
    let only_separators = Encoded { input_ids: vec![1, 359, 2], words_mask: vec![0; 3], words: 0 };
    let words_without_labels = Encoded { input_ids: vec![1, 359, 7, 2], words_mask: vec![0, 0, 1, 0], words: 1 };
    let label_without_words = Encoded { input_ids: vec![1, 358, 9, 359, 2], words_mask: vec![0; 5], words: 0 };
    let out = engine.logits(&[only_separators, words_without_labels, Encoded::default(), label_without_words]);
    let shapes: Vec<_> = out.iter().map(|l| (l.words, l.classes, l.values.len())).collect();
    assert_eq!(shapes, [(0, 0, 0), (1, 0, 0), (0, 0, 0), (0, 1, 0)]);
    assert!(engine.logits(&[]).is_empty());
}

#[test]
fn ids_outside_the_vocabulary_and_wild_masks_do_not_panic() {
    for model in ["span_bert", "span_deberta_lstm", "span_deberta_marker"] {
        let engine = load(model, 1);
        let class = spec(model, 1).class_token;
        let ids = (0..200).map(|i| if i % 50 == 49 { u32::MAX } else { class }).collect();
        let wild = Encoded { input_ids: ids, words_mask: (0..300).collect(), words: 100 };
        let out = engine.logits(&[wild]);
        assert_eq!((out[0].words, out[0].classes), (100, 196));
        assert!(out[0].values.iter().all(|v| v.is_finite()));
    }
}

#[test]
fn a_missing_or_misshapen_tensor_is_named() {
    let whole = weights("span_deberta_lstm");
    let load = |weights: Weights| SpanModel::load(&spec("span_deberta_lstm", 1), weights).map(|_| ());
    for name in whole.tensors.keys() {
        let mut broken = whole.clone();
        broken.tensors.remove(name);
        let error = load(broken).unwrap_err().to_string();
        // Without its weight the projection counts as absent, and the next layer's width does not fit.
        assert!(error.contains(name.as_str()) || name == "token_rep_layer.projection.weight", "{name}: {error}");
        let mut broken = whole.clone();
        let tensor = broken.tensors.get_mut(name).unwrap();
        tensor.shape = vec![tensor.data.len() + 1];
        let error = load(broken).unwrap_err();
        assert!(matches!(error, ModelError::Parameter(_)), "{name}: {error}");
    }
    let mut more = whole.clone();
    more.tensors.insert("scorer.proj.weight".into(), Tensor { shape: vec![1], data: vec![0.0] });
    assert_eq!(load(more).unwrap_err(), ModelError::Unknown("scorer.proj.weight".into()));
}

#[test]
fn a_wrapped_model_loads_too() {
    let wrapped = weights("span_bert").tensors.into_iter().map(|(n, t)| (format!("model.{n}"), t)).collect();
    assert!(SpanModel::load(&spec("span_bert", 1), Weights { tensors: wrapped }).is_ok());
}

#[test]
fn a_word_table_in_bytes_gives_what_the_same_values_in_full_give() {
    let name = "token_rep_layer.bert_layer.model.embeddings.word_embeddings.weight";
    let mut whole = weights("span_bert");
    let table = whole.tensors.get_mut(name).unwrap();
    let width = table.shape[1];
    let (mut values, mut scales) = (Vec::new(), Vec::new());
    for row in table.data.chunks_exact_mut(width) {
        let scale = row.iter().fold(0.0f32, |a, v| a.max(v.abs())) / 127.0;
        let bytes: Vec<i8> = row.iter().map(|v| (v / scale).round() as i8).collect();
        row.iter_mut().zip(&bytes).for_each(|(v, &b)| *v = f32::from(b) * scale);
        values.extend(bytes);
        scales.push(scale);
    }
    let spec = spec("span_bert", 1);
    let full = SpanModel::load(&spec, whole.clone()).unwrap();
    let words = |values| Some(Embedding { width, table: Table::Bytes { values, scales: scales.clone() } });
    let options = Options { words: words(values.clone()), ..Options::default() };
    let bytes = SpanModel::load_with(&spec, whole.clone(), options).unwrap();
    let sequences = sequences(&records("span_bert")[0]);
    assert_eq!(full.logits(&sequences), bytes.logits(&sequences));
    whole.tensors.remove(name);
    let options = Options { words: words(values.clone()), ..Options::default() };
    let bytes = SpanModel::load_with(&spec, whole.clone(), options).unwrap();
    assert_eq!(full.logits(&sequences), bytes.logits(&sequences));
    values.pop();
    let torn = SpanModel::load_with(&spec, whole, Options { words: words(values), ..Options::default() });
    assert!(torn.is_err());
}

#[test]
fn bfloat16_stays_near() {
    for model in ["span_bert", "span_deberta_lstm", "span_deberta_marker"] {
        let exact = load(model, 1);
        let options = Options { precision: Precision::Brain, ..Options::default() };
        let near = SpanModel::load_with(&spec(model, 1), weights(model), options).unwrap();
        let batch: Vec<Encoded> = records(model).iter().flat_map(sequences).collect();
        let probability = |logit: f32| 1.0 / (1.0 + (-logit).exp());
        let (exact, near) = (exact.logits(&batch), near.logits(&batch));
        let pairs = exact.iter().zip(&near).flat_map(|(a, b)| a.values.iter().zip(&b.values));
        let differences: Vec<f32> = pairs.map(|(&a, &b)| (probability(a) - probability(b)).abs()).collect();
        let mean = differences.iter().sum::<f32>() / differences.len() as f32;
        eprintln!("{model}: probabilities in bfloat16 differ by {mean} on average");
        // These tiny models have large random weights: trained ones stay much nearer.
        assert!(mean < 0.01, "{model}: {mean}");
    }
}

fn near(what: &str, got: &[f32], want: &Tensor, allowed: f32) {
    assert_eq!(got.len(), want.data.len(), "{what}");
    let worst = got.iter().zip(&want.data).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(worst <= allowed, "{what}: {worst}");
}

/// Layer by layer against the official package's hidden states: says where a difference begins.
#[test]
fn the_trace_of_every_layer() {
    for model in ["span_bert", "span_deberta_lstm", "span_deberta_marker"] {
        let want = tensors(fixtures().join(format!("inference/{model}.trace.safetensors")));
        let ids = integers(fixtures().join(format!("inference/{model}.trace.safetensors")));
        let arrays = weights(model).tensors.into_iter();
        let arrays = arrays.map(|(name, t)| (name, Array { shape: t.shape, data: t.data })).collect();
        let mut from = Parameters::new(arrays);
        let backbone = &spec(model, 1).encoder;
        let encoder = Encoder::take(&mut from, "token_rep_layer.bert_layer.model", backbone, None, Precision::Full);
        let encoder = encoder.unwrap();
        let projection = Linear::take(&mut from, "token_rep_layer.projection", ANY, encoder.width).ok();
        let width = projection.as_ref().map_or(encoder.width, |p| p.outputs);
        let lstm = Lstm::take(&mut from, "rnn.lstm", width).unwrap();
        let labels = Mlp::take(&mut from, "prompt_rep_layer", width, width, Precision::Full).unwrap();
        for text in ["a", "b"] {
            let of = |name: &str| &want[&format!("{text}/{name}")];
            let ids = &ids[&format!("{text}/input_ids")];
            let bounds = [0, ids.len()];
            let mut x = encoder.embed(ids, &bounds);
            near("embeddings", &x, of("encoder.embeddings"), 1e-5);
            for (number, layer) in encoder.layers.iter().enumerate() {
                layer.forward(&mut x, &bounds, &Asked::all(&bounds), &mut Scratch::default(), 1);
                near("layer", &x, of(&format!("encoder.layer.{number}")), 5e-5);
            }
            if let Some(projection) = &projection {
                let mut out = vec![0.0; ids.len() * width];
                projection.forward(&x, ids.len(), &mut out, 1);
                x = out;
            }
            near("token_rep", &x, of("token_rep"), 5e-5);
            if let Some(lstm) = &lstm {
                let words = of("words_before_rnn");
                let out = lstm.forward(&words.data, &[0, words.shape[1]], 1);
                near("words_after_rnn", &out, of("words_after_rnn"), 2e-6);
            }
            let prompts = of("prompts_before_projection");
            let out = labels.forward(&prompts.data, prompts.shape[1], 1);
            near("prompts_after_projection", &out, of("prompts_after_projection"), 2e-6);
        }
    }
}

#[test]
fn spans_are_counted_as_the_package_counts_them() {
    let path = fixtures().join("tables/span_idx.json");
    if !path.exists() {
        return eprintln!("skipped: {} is missing", path.display());
    }
    for table in json(path).as_array().unwrap() {
        let widths = table["max_width"].as_u64().unwrap() as usize;
        let spans = table["span_idx"].as_array().unwrap();
        assert_eq!(spans.len(), table["num_tokens"].as_u64().unwrap() as usize * widths);
        for (index, span) in spans.iter().enumerate() {
            // Entry `start * widths + width` of `Logits` is the span from `start` to `start + width`.
            let (start, width) = (index / widths, index % widths);
            assert_eq!([span[0].as_u64().unwrap(), span[1].as_u64().unwrap()], [start as u64, (start + width) as u64]);
        }
    }
}
