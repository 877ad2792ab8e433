//! `spm.model` → what a tokenizer.json would say: pieces, special pieces, the unknown piece and the character map.
//!
//! The file is a protobuf message; the five fields that matter are read with a few lines of wire format. DeBERTa-v3's
//! own repositories hold nothing else.

use std::str;

/// The content of a SentencePiece model.
#[derive(Debug, Default)]
pub(super) struct SentencePiece {
    /// Piece and score, in id order.
    pub pieces: Vec<(String, f64)>,
    /// Pieces never made from text: unknown, control and user-defined ones.
    pub special: Vec<String>,
    /// Id of the unknown piece.
    pub unk_id: usize,
    /// The normaliser's character map; may be empty.
    pub charsmap: Vec<u8>,
}

impl SentencePiece {
    /// Reads the bytes of a file.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let mut model = Self::default();
        let mut unigram = true;
        for field in Message(bytes) {
            match field? {
                (1, Wire::Bytes(piece)) => model.add_piece(piece)?,
                (2, Wire::Bytes(trainer)) => {
                    for field in Message(trainer) {
                        match field? {
                            (3, Wire::Number(kind)) => unigram = kind == 1,
                            (40, Wire::Number(id)) => model.unk_id = usize::try_from(id).unwrap_or(usize::MAX),
                            _ => {}
                        }
                    }
                }
                (3, Wire::Bytes(normalizer)) => {
                    for field in Message(normalizer) {
                        if let (2, Wire::Bytes(map)) = field? {
                            model.charsmap = map.to_vec();
                        }
                    }
                }
                _ => {}
            }
        }
        if !unigram {
            return Err("a SentencePiece model that is not of the unigram kind".to_owned());
        }
        if model.unk_id >= model.pieces.len() {
            return Err(format!("{} pieces, and the unknown piece is number {}", model.pieces.len(), model.unk_id));
        }
        Ok(model)
    }

    fn add_piece(&mut self, bytes: &[u8]) -> Result<(), String> {
        let (mut text, mut score, mut kind) = (String::new(), 0.0, 1);
        for field in Message(bytes) {
            match field? {
                (1, Wire::Bytes(t)) => str::from_utf8(t).map_err(|_| TORN)?.clone_into(&mut text),
                (2, Wire::Fixed32(s)) => score = f64::from(f32::from_bits(s)),
                (3, Wire::Number(k)) => kind = k,
                _ => {}
            }
        }
        if !score.is_finite() {
            return Err(format!("piece {} has no score", self.pieces.len()));
        }
        if (2..=4).contains(&kind) {
            self.special.push(text.clone());
        }
        self.pieces.push((text, score));
        Ok(())
    }
}

const TORN: &str = "not a whole SentencePiece model; download it again";

enum Wire<'b> {
    Number(u64),
    Fixed32(u32),
    Bytes(&'b [u8]),
    Other,
}

/// The fields of a protobuf message, in order; stops after the first error.
struct Message<'b>(&'b [u8]);

impl<'b> Iterator for Message<'b> {
    type Item = Result<(u64, Wire<'b>), String>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field.ok_or_else(|| TORN.to_owned()))
    }
}

impl<'b> Message<'b> {
    fn field(&mut self) -> Option<(u64, Wire<'b>)> {
        let key = self.number()?;
        let value = match key & 7 {
            0 => Wire::Number(self.number()?),
            1 => self.bytes(8).map(|_| Wire::Other)?,
            2 => {
                let len = usize::try_from(self.number()?).ok()?;
                Wire::Bytes(self.bytes(len)?)
            }
            5 => Wire::Fixed32(u32::from_le_bytes(self.bytes(4)?.try_into().ok()?)),
            _ => return None,
        };
        Some((key >> 3, value))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self, len: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Two pieces: `<unk>` (kind 2) and `a` with score 1.0.
    const TINY: &[u8] = b"\x0a\x09\x0a\x05<unk>\x18\x02\x0a\x08\x0a\x01a\x15\x00\x00\x80\x3f";

    #[test]
    fn pieces_scores_and_kinds_are_read() {
        let model = SentencePiece::parse(TINY).unwrap();
        assert_eq!(model.pieces, [("<unk>".to_owned(), 0.0), ("a".to_owned(), 1.0)]);
        assert_eq!((model.special, model.unk_id), (vec!["<unk>".to_owned()], 0));
    }

    #[test]
    fn a_cut_file_is_an_error_or_a_shorter_one_but_no_panic() {
        for end in 0..TINY.len() {
            let cut = SentencePiece::parse(&TINY[..end]);
            assert_eq!(cut.is_ok(), end == 11, "cut at {end}");
        }
    }
}
