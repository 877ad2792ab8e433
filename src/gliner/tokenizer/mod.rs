//! Words → subtoken ids, with the markers GLiNER puts before labels and text.
//!
//! A tokenizer comes from `tokenizer.json`, or is assembled from `spm.model`. Each word is encoded by itself, which is
//! what the official package asks its tokenizer for, so a word's ids can be remembered. The stored normaliser is followed
//! as it stands, character map included: the weights were trained with it.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use tokenizers::models::unigram::Unigram;
use tokenizers::normalizers::{NormalizerWrapper, Precompiled, Replace, Sequence, Strip};
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::{AddedToken, Tokenizer as Inner};

use self::sentencepiece::SentencePiece;
use super::error::OpenError;

mod charsmap;
mod json;
mod sentencepiece;

/// Words remembered at most; the memory is emptied when it is full.
const REMEMBERED: usize = 100_000;
/// Longer words are not remembered (bytes).
const LONGEST_REMEMBERED: usize = 64;

/// A model's tokenizer.
pub struct Tokenizer {
    inner: Inner,
    /// Ids before every sequence (`[CLS]`).
    pub prefix: Vec<u32>,
    /// Ids after every sequence (`[SEP]`).
    pub suffix: Vec<u32>,
    /// Id of the label marker.
    pub ent: u32,
    /// Id of the marker between labels and text.
    pub sep: u32,
    words: RwLock<HashMap<Box<str>, Box<[u32]>>>,
}

/// A tokenizer whose markers are not settled yet: that takes the weights' vocabulary size.
pub struct Unmarked {
    inner: Inner,
    prefix: Vec<u32>,
    suffix: Vec<u32>,
    /// The largest id of any token.
    largest: u32,
}

/// The markers as the configuration gives them.
#[derive(Clone, Copy, Debug)]
pub struct Markers<'c> {
    /// Before each label.
    pub ent: &'c str,
    /// Between labels and text.
    pub sep: &'c str,
    /// The id `ent` must have, when the configuration says.
    pub class_token_index: Option<u32>,
}

impl Unmarked {
    /// Reads the bytes of a `tokenizer.json`.
    pub fn from_json(bytes: &[u8], path: &Path) -> Result<Self, OpenError> {
        let parts = json::parse(bytes).map_err(|why| OpenError::damaged(path, why))?;
        Ok(Self { inner: parts.tokenizer, prefix: parts.prefix, suffix: parts.suffix, largest: parts.largest })
    }

    /// Assembles DeBERTa's tokenizer from the bytes of an `spm.model`.
    pub fn from_sentencepiece(bytes: &[u8], path: &Path) -> Result<Self, OpenError> {
        let model = SentencePiece::parse(bytes).map_err(|why| OpenError::damaged(path, why))?;
        deberta(model).map_err(|why| OpenError::damaged(path, why))
    }

    /// Adds the markers the tokenizer lacks and checks them against the model: `rows` is the size of its word table.
    ///
    /// Published models are of two families, with and without an extra `[FLERT]` token before the markers; which one it
    /// is follows from the label marker's id or the number of rows. When nothing fits, nothing is guessed.
    pub fn mark(mut self, markers: Markers<'_>, rows: usize, path: &Path) -> Result<Tokenizer, OpenError> {
        let has = |token: &str| self.inner.token_to_id(token).is_some();
        let size = self.inner.get_vocab_size(true);
        let missing: Vec<&str> = ["[FLERT]", markers.ent, markers.sep].into_iter().filter(|t| !has(t)).collect();
        let without: Vec<&str> = missing.iter().copied().filter(|t| *t != "[FLERT]").collect();
        let family = [missing, without].into_iter().find(|added| {
            let place = added.iter().position(|t| *t == markers.ent).map(|i| (size + i) as u32);
            let ent = place.or_else(|| self.inner.token_to_id(markers.ent));
            match markers.class_token_index {
                // A padded table is fine when the id is given.
                Some(index) => ent == Some(index) && rows >= size + added.len(),
                None => rows == size + added.len() && ent.is_some_and(|id| id as usize + 2 == rows),
            }
        });
        let Some(added) = family else {
            let expected = match markers.class_token_index {
                Some(index) => format!("the configuration wants {} to be number {index}", markers.ent),
                None => format!("{} should be the last but one of {rows} tokens", markers.ent),
            };
            let why = format!(
                "{expected}, and the weights have {rows} rows, which does not fit this tokenizer of {size} tokens: the \
                 files are not of one model"
            );
            return Err(OpenError::damaged(path, why));
        };
        let added: Vec<AddedToken> = added.iter().map(|token| AddedToken::from(*token, true)).collect();
        self.inner.add_special_tokens(added).map_err(|e| OpenError::damaged(path, e))?;
        if self.largest as usize >= rows {
            let why = format!("there is a token number {}, and the weights have only {rows} rows", self.largest);
            return Err(OpenError::damaged(path, why));
        }
        let (ent, sep) = (self.inner.token_to_id(markers.ent), self.inner.token_to_id(markers.sep));
        let (Some(ent), Some(sep)) = (ent, sep) else {
            return Err(OpenError::damaged(path, "the markers of labels and text cannot be added"));
        };
        Ok(Tokenizer {
            inner: self.inner,
            prefix: self.prefix,
            suffix: self.suffix,
            ent,
            sep,
            words: RwLock::default(),
        })
    }
}

/// DeBERTa-v3's tokenizer, as its tokenizer.json would describe it.
fn deberta(model: SentencePiece) -> Result<Unmarked, String> {
    let text = |e: tokenizers::Error| e.to_string();
    let largest = model.pieces.len() as u32; // `[MASK]`, appended below
    let unigram = Unigram::from(model.pieces, Some(model.unk_id), false).map_err(text)?;
    let mut inner = Inner::new(unigram);
    let mut steps: Vec<NormalizerWrapper> = vec![Strip::new(true, true).into()];
    if !model.charsmap.is_empty() {
        charsmap::check(&model.charsmap)?;
        let map = Precompiled::from(&model.charsmap).map_err(|e| e.to_string())?;
        steps.push(map.into());
    }
    let blanks = tokenizers::normalizers::replace::ReplacePattern::Regex(" {2,}".to_owned());
    steps.push(Replace::new(blanks, " ").map_err(text)?.into());
    inner.with_normalizer(Some(Sequence::new(steps))).map_err(text)?;
    inner.with_pre_tokenizer(Some(Metaspace::new('▁', PrependScheme::Always, true)));
    let special = model.special.iter().map(String::as_str).chain(["[MASK]"]);
    inner.add_special_tokens(special.map(|t| AddedToken::from(t, true))).map_err(text)?;
    let id = |token: &str| inner.token_to_id(token).ok_or_else(|| format!("there is no piece {token}"));
    let (prefix, suffix) = (vec![id("[CLS]")?], vec![id("[SEP]")?]);
    Ok(Unmarked { inner, prefix, suffix, largest })
}

impl Tokenizer {
    /// Appends the ids of one word to `ids`; says how many they are. A word may have none.
    pub fn encode(&self, word: &str, ids: &mut Vec<u32>) -> usize {
        let before = ids.len();
        if word.len() > LONGEST_REMEMBERED {
            ids.extend(self.look_up(word));
            return ids.len() - before;
        }
        let known = self.words.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(pieces) = known.get(word) {
            ids.extend_from_slice(pieces);
            return ids.len() - before;
        }
        drop(known);
        let pieces = self.look_up(word);
        ids.extend_from_slice(&pieces);
        let mut known = self.words.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        known.insert(word.into(), pieces.into());
        ids.len() - before
    }

    fn look_up(&self, word: &str) -> Vec<u32> {
        // It fails only when the unknown token is missing, which is checked at load; such a word has no pieces then.
        self.inner.encode_fast(word, false).map(|e| e.get_ids().to_vec()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A WordPiece tokenizer of five tokens, and those of `added` after them.
    fn unmarked(added: &[&str]) -> Unmarked {
        let added: Vec<String> = added
            .iter()
            .enumerate()
            .map(|(i, token)| {
                format!(
                    r#"{{"id":{},"content":"{token}","special":true,"normalized":false,"single_word":false,"lstrip":false,"rstrip":false}}"#,
                    i + 5
                )
            })
            .collect();
        let json = format!(
            r###"{{"added_tokens":[{}],"normalizer":{{"type":"BertNormalizer","clean_text":true,"handle_chinese_chars":true,
            "strip_accents":null,"lowercase":true}},"pre_tokenizer":{{"type":"BertPreTokenizer"}},
            "post_processor":{{"type":"BertProcessing","sep":["[SEP]",2],"cls":["[CLS]",1]}},
            "model":{{"type":"WordPiece","vocab":{{"[UNK]":0,"[CLS]":1,"[SEP]":2,"a":3,"##b":4}}}}}}"###,
            added.join(",")
        );
        Unmarked::from_json(json.as_bytes(), Path::new("tokenizer.json")).unwrap()
    }

    fn mark(added: &[&str], class_token_index: Option<u32>, rows: usize) -> Result<(u32, u32), String> {
        let markers = Markers { ent: "<<ENT>>", sep: "<<SEP>>", class_token_index };
        let marked = unmarked(added).mark(markers, rows, Path::new("tokenizer.json"));
        marked.map(|t| (t.ent, t.sep)).map_err(|e| e.to_string())
    }

    #[test]
    fn the_family_follows_from_the_rows_or_the_given_id() {
        assert_eq!(mark(&[], None, 8), Ok((6, 7)), "with [FLERT]");
        assert_eq!(mark(&[], None, 7), Ok((5, 6)), "without");
        assert_eq!(mark(&[], Some(6), 8), Ok((6, 7)));
        assert_eq!(mark(&[], Some(5), 7), Ok((5, 6)));
        assert_eq!(mark(&["[FLERT]", "<<ENT>>", "<<SEP>>"], None, 8), Ok((6, 7)), "already there, index unknown");
        assert_eq!(mark(&["<<ENT>>", "<<SEP>>"], Some(5), 7), Ok((5, 6)));
    }

    #[test]
    fn a_padded_table_is_fine_when_the_id_is_given_and_nothing_is_guessed_otherwise() {
        assert_eq!(mark(&["[FLERT]", "<<ENT>>", "<<SEP>>"], Some(6), 64), Ok((6, 7)));
        for (index, rows) in [(None, 64), (None, 6), (Some(4), 8), (Some(6), 7)] {
            let error = mark(&[], index, rows).unwrap_err();
            assert!(error.starts_with("tokenizer.json: ") && error.contains("not of one model"), "{error}");
        }
    }

    #[test]
    fn a_word_is_encoded_by_itself_and_remembered() {
        let markers = Markers { ent: "<<ENT>>", sep: "<<SEP>>", class_token_index: None };
        let tokenizer = unmarked(&[]).mark(markers, 8, Path::new("t")).unwrap();
        let mut ids = Vec::new();
        let counts: Vec<usize> = ["AB", "x", "\u{200b}", "AB"].iter().map(|w| tokenizer.encode(w, &mut ids)).collect();
        assert_eq!((counts, ids), (vec![2, 1, 0, 2], vec![3, 4, 0, 3, 4]));
        assert_eq!((&tokenizer.prefix[..], &tokenizer.suffix[..]), (&[1][..], &[2][..]));
    }
}
