//! The span head, factored: what depends on one word is computed once per word, what depends on a label once per label.
//!
//! Published code makes a vector for every span: W₂·relu(W₁·relu(a ‖ b) + b₁) + b₂, then its product with each label q.
//! W₁·relu(a ‖ b) = W₁ₛ·relu(a) + W₁ₑ·relu(b), and ⟨q, W₂h + b₂⟩ = ⟨W₂ᵀq, h⟩ + ⟨q, b₂⟩: per span there remain one addition,
//! one ReLU and a product with each folded label. In `marker` mode there is no inner layer, and nothing but one addition
//! remains per span and label. Exact up to rounding.

use super::pairs::score_pairs;
use super::spec::SpanMode;
use crate::gliner::encoded::Logits;
use crate::nn::linear::{Linear, Precision};
use crate::nn::mlp::Mlp;
use crate::nn::parameters::{ANY, ParameterError, Parameters};
use crate::nn::product::{View, ViewMut, multiply};

/// The layers from words and labels to scores.
#[derive(Clone, Debug)]
pub(super) struct SpanHead {
    start: Mlp,
    end: Mlp,
    labels: Mlp,
    out: Out,
    width: usize,
}

/// `out_project`, split at the seam between start and end.
#[derive(Clone, Debug)]
enum Out {
    /// markerV0: `start` carries the inner bias, `end` none; `outer` `[D, 4D]` with its bias.
    Mlp { start: Linear, end: Linear, outer: Linear },
    /// marker: one layer; `start` carries the bias.
    Linear { start: Linear, end: Linear },
}

impl SpanHead {
    pub(super) fn take(
        from: &mut Parameters,
        mode: SpanMode,
        width: usize,
        precision: Precision,
    ) -> Result<Self, ParameterError> {
        let of = |what: &str| format!("span_rep_layer.span_rep_layer.{what}");
        let out = match mode {
            SpanMode::MarkerV0 => {
                let inner = Linear::take(from, &of("out_project.0"), ANY, 2 * width)?;
                let outer = Linear::take(from, &of("out_project.3"), width, inner.outputs)?;
                let (start, end) = halves(&inner);
                Out::Mlp { start: start.packed(precision), end: end.packed(precision), outer }
            }
            SpanMode::Marker => {
                let (start, end) = halves(&Linear::take(from, &of("out_project"), width, 2 * width)?);
                Out::Linear { start, end }
            }
        };
        Ok(Self {
            start: Mlp::take(from, &of("project_start"), width, width, precision)?,
            end: Mlp::take(from, &of("project_end"), width, width, precision)?,
            labels: Mlp::take(from, "prompt_rep_layer", width, width, precision)?,
            out,
            width,
        })
    }

    /// Scores of every sequence: `labels[·, D]` and `words[·, D]` with the borders of the sequences.
    pub(super) fn logits(
        &self,
        labels: &[f32],
        label_bounds: &[usize],
        words: &[f32],
        word_bounds: &[usize],
        widths: usize,
        threads: usize,
    ) -> Vec<Logits> {
        let (label_count, word_count) = (labels.len() / self.width, words.len() / self.width);
        let q = self.labels.forward(labels, label_count, threads);
        let start = self.start.forward_relu(words, word_count, threads);
        let end = self.end.forward_relu(words, word_count, threads);
        let scorer = match &self.out {
            Out::Mlp { start: from_start, end: from_end, outer } => {
                let inner = from_start.outputs;
                let mut u = vec![0.0; word_count * inner];
                from_start.forward(&start, word_count, &mut u, threads);
                let mut v = vec![0.0; word_count * inner];
                from_end.forward(&end, word_count, &mut v, threads);
                Scorer { u, v, inner, q: fold(&q, label_count, outer), offsets: offsets(&q, outer), hidden: true }
            }
            Out::Linear { start: from_start, end: from_end } => Scorer {
                u: start,
                v: end,
                inner: self.width,
                q: [fold(&q, label_count, from_start), fold(&q, label_count, from_end)].concat(),
                offsets: offsets(&q, from_start),
                hidden: false,
            },
        };
        let mut out = Vec::with_capacity(word_bounds.len().saturating_sub(1));
        for (labels, words) in label_bounds.windows(2).zip(word_bounds.windows(2)) {
            let (classes, words_here) = (labels[1] - labels[0], words[1] - words[0]);
            let mut values = vec![0.0; words_here * widths * classes];
            if !values.is_empty() {
                scorer.score(labels[0]..labels[1], words[0]..words[1], widths, label_count, &mut values);
            }
            out.push(Logits { words: words_here, widths, classes, values });
        }
        out
    }
}

/// The columns for the start and those for the end; the bias stays with the start.
fn halves(layer: &Linear) -> (Linear, Linear) {
    let inputs = layer.inputs / 2;
    let side = |second: usize| {
        let rows = layer.weight.chunks_exact(layer.inputs);
        rows.flat_map(|row| &row[second * inputs..(second + 1) * inputs]).copied().collect::<Vec<f32>>()
    };
    let second = vec![0.0; layer.outputs];
    (Linear::new(side(0), layer.bias.clone(), inputs), Linear::new(side(1), second, inputs))
}

/// `q·W`: a label as the layer's inputs see it, `[labels, inputs]`.
fn fold(q: &[f32], labels: usize, layer: &Linear) -> Vec<f32> {
    let mut out = vec![0.0; labels * layer.inputs];
    multiply(
        &mut ViewMut::new(&mut out, labels, layer.inputs),
        0.0,
        1.0,
        View::new(q, labels, layer.outputs),
        View::new(&layer.weight, layer.outputs, layer.inputs),
        1,
    );
    out
}

/// `⟨q, bias⟩` of each label.
fn offsets(q: &[f32], layer: &Linear) -> Vec<f32> {
    q.chunks_exact(layer.outputs).map(|q| q.iter().zip(&layer.bias).map(|(a, b)| a * b).sum()).collect()
}

/// Per-word and per-label parts of a group.
struct Scorer {
    u: Vec<f32>,
    v: Vec<f32>,
    inner: usize,
    /// `[labels, inner]`; without a hidden layer twice, for starts and for ends.
    q: Vec<f32>,
    offsets: Vec<f32>,
    hidden: bool,
}

impl Scorer {
    /// One sequence: `values[words, widths, labels]`; spans past the last word keep what is there.
    fn score(
        &self,
        labels: std::ops::Range<usize>,
        words: std::ops::Range<usize>,
        widths: usize,
        all_labels: usize,
        values: &mut [f32],
    ) {
        let rows = |of: &'_ [f32], range: &std::ops::Range<usize>| {
            of[range.start * self.inner..range.end * self.inner].to_vec()
        };
        let offsets = &self.offsets[labels.clone()];
        let (u, v) = (rows(&self.u, &words), rows(&self.v, &words));
        if self.hidden {
            score_pairs(&u, &v, &rows(&self.q, &labels), offsets, self.inner, widths, values);
            return;
        }
        let (words, classes) = (words.len(), labels.len());
        let second = labels.start + all_labels..labels.end + all_labels;
        let [starts, ends] = [(&u, &labels), (&v, &second)].map(|(side, labels)| {
            let mut out = vec![0.0; words * classes];
            multiply(
                &mut ViewMut::new(&mut out, words, classes),
                0.0,
                1.0,
                View::new(side, words, self.inner),
                View::new(&rows(&self.q, labels), classes, self.inner).transposed(),
                1,
            );
            out
        });
        for (start, spans) in values.chunks_exact_mut(widths * classes).enumerate() {
            let starts = &starts[start * classes..(start + 1) * classes];
            for (span, ends) in spans.chunks_exact_mut(classes).zip(ends.chunks_exact(classes).skip(start)) {
                for (((out, s), e), offset) in span.iter_mut().zip(starts).zip(ends).zip(offsets) {
                    *out = s + e + offset;
                }
            }
        }
    }
}
