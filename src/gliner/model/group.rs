//! One group of sequences through the whole model.

use super::SpanModel;
use crate::gliner::encoded::{Encoded, Logits};
use crate::nn::encoder::{Asked, Scratch};

/// Which rows of a group are read after the encoder, and as what.
pub(super) struct Plan {
    /// All subtokens, sequence after sequence.
    pub ids: Vec<u32>,
    /// Where each sequence begins in `ids`.
    pub bounds: Vec<usize>,
    /// The rows that are read.
    pub asked: Asked,
    /// Where each sequence's labels begin.
    pub label_bounds: Vec<usize>,
    /// The asked row of each label.
    pub labels: Vec<usize>,
    /// Where each sequence's words begin.
    pub word_bounds: Vec<usize>,
    /// The asked row of each word; `None` for a word no subtoken points to: a zero vector.
    pub words: Vec<Option<usize>>,
}

impl Plan {
    pub(super) fn new(group: &[Encoded], class_token: u32, embed_ent_token: bool) -> Self {
        let mut plan = Self {
            ids: Vec::new(),
            bounds: vec![0],
            asked: Asked { bounds: vec![0], positions: Vec::new() },
            label_bounds: vec![0],
            labels: Vec::new(),
            word_bounds: vec![0],
            words: Vec::new(),
        };
        for sequence in group {
            let ids = &sequence.input_ids;
            for at in (0..ids.len()).filter(|&at| ids[at] == class_token) {
                plan.labels.push(plan.asked.positions.len());
                plan.asked.positions.push(if embed_ent_token { at } else { (at + 1).min(ids.len() - 1) });
            }
            let first_word = plan.words.len();
            plan.words.resize(first_word + sequence.words, None);
            for (at, &mark) in sequence.words_mask.iter().enumerate().take(ids.len()) {
                let Some(word) = (mark as usize).checked_sub(1).filter(|&w| w < sequence.words) else { continue };
                match plan.words[first_word + word] {
                    // A word marked twice: the last mark holds.
                    Some(row) => plan.asked.positions[row] = at,
                    None => {
                        plan.words[first_word + word] = Some(plan.asked.positions.len());
                        plan.asked.positions.push(at);
                    }
                }
            }
            plan.ids.extend(ids);
            plan.bounds.push(plan.ids.len());
            plan.asked.bounds.push(plan.asked.positions.len());
            plan.label_bounds.push(plan.labels.len());
            plan.word_bounds.push(plan.words.len());
        }
        plan
    }
}

impl SpanModel {
    /// Scores of one group, on `threads` threads of the current pool.
    pub(super) fn group_logits(&self, group: &[Encoded], scratch: &mut Scratch, threads: usize) -> Vec<Logits> {
        let plan = Plan::new(group, self.spec.class_token, self.spec.embed_ent_token);
        let (labels, words) = self.vectors(&plan, scratch, threads);
        self.parts.head.logits(&labels, &plan.label_bounds, &words, &plan.word_bounds, self.spec.max_width, threads)
    }

    /// Label vectors before and word vectors after what stands between encoder and head: `[labels, D]`, `[words, D]`.
    pub(super) fn vectors(&self, plan: &Plan, scratch: &mut Scratch, threads: usize) -> (Vec<f32>, Vec<f32>) {
        let mut rows = self.parts.encoder.forward(&plan.ids, &plan.bounds, &plan.asked, scratch, threads);
        let mut width = self.parts.encoder.width;
        if let Some(projection) = &self.parts.projection {
            let mut out = vec![0.0; plan.asked.positions.len() * projection.outputs];
            projection.forward(&rows, plan.asked.positions.len(), &mut out, threads);
            (rows, width) = (out, projection.outputs);
        }
        let row = |at: usize| &rows[at * width..(at + 1) * width];
        let labels: Vec<f32> = plan.labels.iter().flat_map(|&at| row(at)).copied().collect();
        let mut words = vec![0.0; plan.words.len() * width];
        for (out, &at) in words.chunks_exact_mut(width).zip(&plan.words) {
            if let Some(at) = at {
                out.copy_from_slice(row(at));
            }
        }
        if let Some(lstm) = &self.parts.lstm {
            words = lstm.forward(&words, &plan.word_bounds, threads);
        }
        (labels, words)
    }
}
