//! Encoded text in, a score for every span and label out: uni-encoder span models, forward only.
//!
//! Sequences of a batch are concatenated, never padded. They pass in groups: one group per thread while there are enough
//! sequences, several threads in one group when there are not. A group goes: encoder (its last layer only for rows
//! somebody reads) → projection → label vectors and word vectors → LSTM over words → span head.

mod error;
mod group;
mod head;
mod pairs;
mod spec;

use std::sync::Mutex;

use rayon::prelude::*;

use super::encoded::{Encoded, Logits};
use super::weights::Weights;
pub use crate::nn::embedding::{Embedding, Table};
use crate::nn::encoder::{Encoder, Scratch};
use crate::nn::linear::Linear;
use crate::nn::lstm::Lstm;
use crate::nn::parameters::{ANY, Array, Parameters};
pub use error::ModelError;
use head::SpanHead;
pub use spec::{EncoderKind, EncoderSpec, ModelSpec, Options, Precision, RelativeSpec, SpanMode};

/// A group of sequences has about this many subtokens: enough rows for fast products, little enough memory.
const GROUP_TOKENS: usize = 1024;

/// Where the backbone's tensors are.
const BACKBONE: &str = "token_rep_layer.bert_layer.model";

/// A loaded model.
#[derive(Debug)]
pub struct SpanModel {
    parts: Parts,
    spec: ModelSpec,
    threads: usize,
    pool: Option<rayon::ThreadPool>,
    scratch: Mutex<Vec<Scratch>>,
}

/// The layers.
#[derive(Debug)]
struct Parts {
    encoder: Encoder,
    projection: Option<Linear>,
    lstm: Option<Lstm>,
    head: SpanHead,
}

impl SpanModel {
    /// Builds the model; every tensor it needs must be there in a shape that fits the others.
    pub fn load(spec: &ModelSpec, weights: Weights) -> Result<Self, ModelError> {
        Self::load_with(spec, weights, Options::default())
    }

    /// [`Self::load`], otherwise than by default.
    pub fn load_with(spec: &ModelSpec, weights: Weights, options: Options) -> Result<Self, ModelError> {
        let threads = match spec.threads {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            threads => threads,
        };
        let pool = match threads {
            1 => None,
            _ => Some(
                rayon::ThreadPoolBuilder::new()
                    .num_threads(threads)
                    .thread_name(|i| format!("model-{i}"))
                    .build()
                    .map_err(|e| ModelError::Threads(e.to_string()))?,
            ),
        };
        let build = || Parts::take(spec, weights, options);
        let parts = match &pool {
            Some(pool) => pool.install(build)?,
            None => build()?,
        };
        Ok(Self { parts, spec: spec.clone(), threads, pool, scratch: Mutex::default() })
    }

    /// K: the longest span has this many words.
    pub fn max_width(&self) -> usize {
        self.spec.max_width
    }

    /// Rows of the word table: every id must be below.
    pub fn vocabulary(&self) -> usize {
        self.parts.encoder.vocabulary()
    }

    /// Longest sequence in subtokens; `None` when positions are relative.
    pub fn max_tokens(&self) -> Option<usize> {
        self.parts.encoder.max_length()
    }

    /// Threads in use.
    pub fn threads(&self) -> usize {
        self.threads
    }

    /// Scores of every sequence, in order.
    ///
    /// Sequences may have any lengths; with like lengths the threads share the work more evenly. Ids at or past
    /// [`Self::vocabulary`] read as zero vectors, and positions past [`Self::max_tokens`] as the last one.
    pub fn logits(&self, batch: &[Encoded]) -> Vec<Logits> {
        let groups = self.groups(batch);
        let threads = (self.threads / groups.len().max(1)).max(1);
        let run = |group: &&[Encoded]| {
            let mut scratch =
                self.scratch.lock().map_or_else(|e| e.into_inner().pop(), |mut s| s.pop()).unwrap_or_default();
            let logits = self.group_logits(group, &mut scratch, threads);
            if let Ok(mut kept) = self.scratch.lock() {
                kept.push(scratch);
            }
            logits
        };
        match &self.pool {
            Some(pool) if groups.len() > 1 => pool.install(|| groups.par_iter().map(run).collect::<Vec<_>>()).concat(),
            Some(pool) => pool.install(|| groups.iter().flat_map(run).collect()),
            None => groups.iter().flat_map(run).collect(),
        }
    }

    /// Consecutive sequences, each group about as large as the others and none much over [`GROUP_TOKENS`].
    fn groups<'a>(&self, batch: &'a [Encoded]) -> Vec<&'a [Encoded]> {
        let total: usize = batch.iter().map(|e| e.input_ids.len()).sum();
        // As many groups as keep every thread busy to the end.
        let rounds = total.div_ceil(GROUP_TOKENS * self.threads).max(1);
        let target = total.div_ceil(rounds * self.threads).max(1);
        let mut groups = Vec::new();
        let (mut start, mut passed, mut border) = (0, 0, target);
        for (i, sequence) in batch.iter().enumerate() {
            let length = sequence.input_ids.len();
            // A sequence belongs to the group in which most of it lies.
            if i > start && passed + length / 2 >= border {
                groups.push(&batch[start..i]);
                start = i;
                while passed + length / 2 >= border {
                    border += target;
                }
            }
            passed += length;
        }
        if start < batch.len() {
            groups.push(&batch[start..]);
        }
        groups
    }
}

impl Parts {
    fn take(spec: &ModelSpec, weights: Weights, options: Options) -> Result<Self, ModelError> {
        let Options { precision, words } = options;
        if spec.max_width == 0 {
            return Err(ModelError::Inconsistent("max_width is 0".into()));
        }
        let strip = |name: String| name.strip_prefix("model.").map_or(name.clone(), str::to_owned);
        let arrays = weights.tensors.into_iter();
        let mut from =
            Parameters::new(arrays.map(|(n, t)| (strip(n), Array { shape: t.shape, data: t.data })).collect());
        let encoder = Encoder::take(&mut from, BACKBONE, &spec.encoder, words, precision)?;
        let projection = match from.has("token_rep_layer.projection.weight") {
            true => Some(Linear::take(&mut from, "token_rep_layer.projection", ANY, encoder.width)?.packed(precision)),
            false => None,
        };
        let width = projection.as_ref().map_or(encoder.width, |p| p.outputs);
        let lstm = Lstm::take(&mut from, "rnn.lstm", width)?;
        if let Some(lstm) = lstm.as_ref().filter(|l| l.outputs() != width) {
            let what = format!("its LSTM makes vectors of width {}, the label vectors have {width}", lstm.outputs());
            return Err(ModelError::Inconsistent(what));
        }
        let head = SpanHead::take(&mut from, spec.span_mode, width, precision)?;
        // Saved with the model, never used: BERT's pooler, and buffers old versions wrote.
        let unused = |name: &&str| !name.contains(".pooler.") && !name.ends_with(".position_ids");
        if let Some(name) = from.names().find(unused) {
            return Err(ModelError::Unknown(name.to_owned()));
        }
        Ok(Self { encoder, projection, lstm, head })
    }
}
