//! The model as everybody else sees it: texts and labels in, candidates out.
//!
//! Texts become words, words become windows, windows become sequences; sequences of like length run together; their
//! candidates come back in the order of the texts, counted in the texts' own words and code points.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::decode::{self, Candidate, FLOOR};
use super::embedded;
use super::encode::{Pieces, encode, encode_compat};
use super::encoded::Encoded;
use super::error::{OpenError, SuggestError};
use super::model::SpanModel;
use super::open::{self, Opened};
use super::prompt::{Prompt, prompts};
use super::tokenizer::Tokenizer;
use super::windows::{self, Limits, windows};
use crate::text::{Word, is_blank, words};

/// Subtokens of a sequence where the model itself sets no limit: bounds the memory of attention.
const LONGEST_SEQUENCE: usize = 2048;
/// A compat sequence longer than this is refused.
const LONGEST_COMPAT: usize = 16_384;
/// Subtokens kept of a single word; only its first decides, and nothing readable has more.
const LONGEST_WORD: usize = 48;
/// Subtokens, and scores, of the sequences that run together.
const BATCH_TOKENS: usize = 8192;
const BATCH_SCORES: usize = 1 << 24;

/// A GLiNER model, ready to run. It can be shared between threads.
pub struct Gliner {
    name: String,
    ent_token: String,
    max_width: usize,
    max_len: usize,
    window: usize,
    /// Most subtokens of a sequence that is right.
    limit: usize,
    /// Where the official package cuts a sequence.
    compat_limit: Option<usize>,
    tokenizer: Tokenizer,
    model: SpanModel,
    source: Source,
    hash: OnceLock<String>,
}

enum Source {
    Embedded,
    File(PathBuf),
}

/// How to run a model.
#[derive(Clone, Copy, Debug)]
pub struct SuggestOptions<'a> {
    /// Reproduce the official package: its count of words, its truncation, one window, empty labels allowed.
    pub compat: bool,
    /// Candidates at or below this probability are left out.
    pub floor: f32,
    /// Looked at between batches: true stops with [`SuggestError::Cancelled`].
    pub cancel: Option<&'a AtomicBool>,
}

impl Default for SuggestOptions<'_> {
    fn default() -> Self {
        Self { compat: false, floor: FLOOR, cancel: None }
    }
}

/// One sequence for the model, and where its words stand.
#[derive(Clone, Debug)]
pub struct Sequence {
    /// Index of the text in the request.
    pub text: usize,
    /// Its first word, counted in the text.
    pub first_word: usize,
    /// Index of the prompt.
    pub prompt: usize,
    /// What the model reads.
    pub encoded: Encoded,
}

impl Gliner {
    /// gleaner-mini, which is part of the program. `threads` 0: as many as the machine has.
    pub fn embedded(threads: usize) -> Result<Self, OpenError> {
        let opened = embedded::open(threads)?;
        Ok(Self::new(opened.config.name.clone(), opened, Source::Embedded))
    }

    /// Opens a model folder. What the folder lacks of its backbone is looked for in `backbone` too, beside it and in the
    /// Hugging Face cache. `threads` 0: as many as the machine has.
    pub fn open(dir: &Path, backbone: Option<&Path>, threads: usize) -> Result<Self, OpenError> {
        let opened = open::open(dir, backbone, threads)?;
        let source = Source::File(opened.weights.clone());
        Ok(Self::new(name_of(dir), opened, source))
    }

    fn new(name: String, opened: Opened, source: Source) -> Self {
        let Opened { config, tokenizer, model, model_max_length, .. } = opened;
        let limit = match (model.max_tokens(), model_max_length) {
            (Some(positions), Some(length)) => positions.min(length),
            (Some(positions), None) => positions,
            // With relative positions the length the tokenizer states is a habit, not a limit; memory is one.
            (None, _) => LONGEST_SEQUENCE,
        };
        Self {
            name,
            ent_token: config.ent_token,
            max_width: config.max_width,
            max_len: config.max_len,
            window: config.window,
            limit,
            compat_limit: model_max_length,
            tokenizer,
            model,
            source,
            hash: OnceLock::new(),
        }
    }

    /// What to call it: its folder's name, or its repository's when it lies in the Hugging Face cache. (What published
    /// models call themselves in their own settings is mostly "correct".)
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The longest span, in words.
    pub fn max_width(&self) -> usize {
        self.max_width
    }

    /// Words read at once; longer texts go in overlapping windows.
    pub fn window(&self) -> usize {
        self.window
    }

    /// Threads in use.
    pub fn threads(&self) -> usize {
        self.model.threads()
    }

    /// SHA-256 of the weights file, in hex: part of a suggestion's identity. Read once, when first asked.
    pub fn weights_hash(&self) -> Result<&str, OpenError> {
        if let Some(hash) = self.hash.get() {
            return Ok(hash);
        }
        let hash = match &self.source {
            Source::Embedded => embedded::weights_hash(),
            Source::File(path) => {
                let mut file = std::fs::File::open(path).map_err(|e| OpenError::io(path, e))?;
                let mut hasher = Sha256::new();
                std::io::copy(&mut file, &mut hasher).map_err(|e| OpenError::io(path, e))?;
                format!("{:x}", hasher.finalize())
            }
        };
        Ok(self.hash.get_or_init(|| hash))
    }

    /// Bytes of the weights as they are kept: of the file, or of that part of the program.
    ///
    /// # Errors
    /// When the file cannot be looked at.
    pub fn weights_bytes(&self) -> Result<u64, OpenError> {
        match &self.source {
            Source::Embedded => Ok(embedded::weights_bytes()),
            Source::File(path) => std::fs::metadata(path).map(|m| m.len()).map_err(|e| OpenError::io(path, e)),
        }
    }

    /// How often a text is read for these labels: more than once only when the labels alone fill what the model reads.
    pub fn passes(&self, labels: &[String]) -> Result<usize, SuggestError> {
        self.prompts(labels, false).map(|prompts| prompts.len())
    }

    /// Every span above the floor, for each text, from before the choice between overlapping ones (see
    /// [`decode`](super::decode::decode)). `class` is the label's index in `labels`, of duplicates the first. No labels,
    /// or a text of white space: no candidates.
    pub fn candidates(
        &self,
        texts: &[&str],
        labels: &[String],
        options: &SuggestOptions<'_>,
    ) -> Result<Vec<Vec<Candidate>>, SuggestError> {
        let prompts = self.prompts(labels, options.compat)?;
        let words: Vec<Vec<Word<'_>>> = texts.iter().map(|text| self.words(text, options.compat)).collect();
        let mut sequences = self.sequences(texts, &words, &prompts, options.compat)?;
        sequences.sort_by_key(|s| s.encoded.input_ids.len());
        let mut found: Vec<Vec<Candidate>> = vec![Vec::new(); texts.len()];
        let mut rest = &mut sequences[..];
        while !rest.is_empty() {
            if options.cancel.is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                return Err(SuggestError::Cancelled);
            }
            let (batch, later) = rest.split_at_mut(self.batch(rest, &prompts));
            rest = later;
            let encoded: Vec<Encoded> = batch.iter_mut().map(|s| std::mem::take(&mut s.encoded)).collect();
            for (sequence, logits) in batch.iter().zip(self.model.logits(&encoded)) {
                let words = &words[sequence.text][sequence.first_word..];
                let classes = &prompts[sequence.prompt].classes;
                let some = decode::candidates(&logits, words, sequence.first_word, classes, options.floor);
                found[sequence.text].extend(some);
            }
        }
        Ok(found.into_iter().map(windows::merge).collect())
    }

    /// The prompts for a request.
    pub fn prompts(&self, labels: &[String], compat: bool) -> Result<Vec<Prompt>, SuggestError> {
        // A quarter of the sequence is kept for text.
        let room = self.room() - self.room() / 4;
        prompts(&self.tokenizer, &self.ent_token, labels, room, compat)
    }

    /// The words of a text, as many as are read.
    pub fn words<'t>(&self, text: &'t str, compat: bool) -> Vec<Word<'t>> {
        if is_blank(text) {
            return Vec::new();
        }
        let mut words = words(text);
        if compat {
            words.truncate(self.max_len);
        }
        words
    }

    /// All sequences of a request, text after text.
    pub fn sequences(
        &self,
        texts: &[&str],
        words: &[Vec<Word<'_>>],
        prompts: &[Prompt],
        compat: bool,
    ) -> Result<Vec<Sequence>, SuggestError> {
        let mut sequences = Vec::with_capacity(texts.len());
        // Room for text beside the longest prompt: a quarter of the sequence at least, see `prompts`.
        let room = |prompt: &Prompt| self.room().saturating_sub(prompt.ids.len()).max(1);
        let longest = prompts.iter().map(room).min().unwrap_or(1).min(LONGEST_WORD);
        for (text, (content, words)) in texts.iter().zip(words).enumerate() {
            if words.is_empty() {
                continue;
            }
            let pieces = Pieces::of(&self.tokenizer, words, if compat { usize::MAX } else { longest });
            for (prompt, labels) in prompts.iter().enumerate() {
                if compat {
                    let encoded = encode_compat(&self.tokenizer, labels, &pieces, self.compat_limit);
                    let tokens = encoded.input_ids.len();
                    if tokens > LONGEST_COMPAT {
                        return Err(SuggestError::TooLong { text, tokens });
                    }
                    sequences.push(Sequence { text, first_word: 0, prompt, encoded });
                    continue;
                }
                let limits = Limits { words: self.window, pieces: room(labels), overlap: self.max_width };
                for window in windows(content, words, &pieces, limits) {
                    let first_word = window.start;
                    let encoded = encode(&self.tokenizer, labels, &pieces, window);
                    sequences.push(Sequence { text, first_word, prompt, encoded });
                }
            }
        }
        Ok(sequences)
    }

    /// Subtokens of a sequence between its special tokens.
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.tokenizer.prefix.len() + self.tokenizer.suffix.len())
    }

    /// How many of `sequences` run together; at least one.
    fn batch(&self, sequences: &[Sequence], prompts: &[Prompt]) -> usize {
        let (mut tokens, mut scores) = (0, 0);
        let fit = sequences.iter().take_while(|s| {
            tokens += s.encoded.input_ids.len();
            scores += s.encoded.words * self.max_width * prompts[s.prompt].classes.len();
            tokens <= BATCH_TOKENS && scores <= BATCH_SCORES
        });
        fit.count().max(1)
    }
}

/// The name of a model folder.
fn name_of(dir: &Path) -> String {
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    let last = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
    let cached = dir.parent().filter(|parent| parent.ends_with("snapshots")).and_then(Path::parent).and_then(last);
    match cached.as_deref().and_then(|name| name.strip_prefix("models--")) {
        Some(repository) => repository.replacen("--", "/", 1),
        None => last(&dir).unwrap_or_else(|| "model".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_can_be_shared_between_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<Gliner>();
    }

    #[test]
    fn a_model_is_called_by_its_folder_or_its_repository() {
        assert_eq!(name_of(Path::new("some/where/small-v2.1")), "small-v2.1");
        let cached = Path::new("hub/models--urchade--gliner_small-v2.1/snapshots/0a1b2c");
        assert_eq!(name_of(cached), "urchade/gliner_small-v2.1");
    }
}
